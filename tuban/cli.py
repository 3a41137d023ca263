"""`tuban`: one command for people at a terminal.

`read`, `timeline`, `area`, `check` and `convert` need neither Django nor a database; the others are commands of the platform
and start it only when they are called. Exit codes: 0 fine, 1 done with findings or refusals, 2
could not be read or done.
"""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

NOT_DONE = 2
_UNDEFINED_TABLE = "42P01"
PLATFORM = MappingProxyType(
    {
        "confirm-plan": ("confirm_plan", "确认方案生效：任务和目标成立"),
        "import-ledger": ("import_ledger", "核对台账；加 --confirm 登记"),
        "import-regions": ("import_regions", "导入旗区界线，替换示意界线"),
        "import-workdays": ("import_workdays", "导入一年的节假日安排"),
        "rebuild-phases": ("rebuild_phases", "重建全部阶段；加 --check 只核对"),
        "create-administrator": ("create_administrator", "开通系统管理员账号，打印一次性口令"),
        "backup": ("backup", "备份数据库和来件"),
        "restore": ("restore", "由备份恢复"),
        "demo": ("demo", "载入（load）或删除（remove）演示"),
        "demo-accounts": ("demo_accounts", "列出演示账号"),
    }
)
"""Word → name of the platform's command, and what it does."""
_OWN = frozenset({"read", "timeline", "area", "check", "convert"})
_FRAMEWORK_OPTIONS = frozenset(
    [
        "--version",
        "--verbosity",
        "--settings",
        "--pythonpath",
        "--traceback",
        "--no-color",
        "--force-color",
        "--skip-checks",
    ]
)
"""Options every Django command has; they work, but the help of ours speaks of its own alone."""
_FACTS_EXAMPLE = """\
事实清单的写法（种类写中文或代码，日期写 2019-03-01 或 2019年3月，面积带单位）：

facts:
  - {kind: 批准, on: 2015-03-01, area: 12.3456 公顷}
  - {kind: 供应, on: 2019-03-01, area: 10 公顷, mode: grant}
  - {kind: 约定动工, on: 2019-03-01, start_on: 2020-03-01}
  - {kind: 不计入期间, on: 2020-06-01, to: 2020-08-31, cause: government, confirmed: true}
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code. A reader who stops reading ends it quietly."""
    try:
        code = _run(argv)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _run(argv: Sequence[str] | None) -> int:
    words = list(sys.argv[1:] if argv is None else argv)
    if words and words[0] in PLATFORM:
        return _platform(words)
    if words and words[0] == "manage":
        return _manage(words[1:])
    parser = _parser()
    if not words:
        parser.print_help()
        return NOT_DONE
    if not words[0].startswith("-") and words[0] not in _OWN:
        print(f"没有命令“{words[0]}”；运行 tuban --help 看全部命令。", file=sys.stderr)
        return NOT_DONE
    chosen = parser.parse_args(words)
    if chosen.command == "read":
        from tuban.documents.cli import run_read

        return run_read(chosen.file, chosen.json, chosen.against or chosen.other)
    if chosen.command in {"area", "check", "convert"}:
        return _boundaries(chosen)
    from tuban.law.cli import run_timeline

    return run_timeline(chosen.file, chosen.on, chosen.json)


def _parser() -> ArgumentParser:
    listed = "\n".join(f"  {word:<22}{what}" for word, (_, what) in PLATFORM.items())
    parser = ArgumentParser(
        prog="tuban",
        description="图斑：土地综合整治与节约集约用地的工作台账。",
        epilog=f"平台命令（需要数据库）：\n{listed}\n  {'manage …':<21}Django 自带的管理命令",
        formatter_class=RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    reader = commands.add_parser("read", help="读取方案：条款、任务、时限、目标、表格、核对发现")
    reader.add_argument("file", metavar="FILE", help="方案文件（txt 或 docx）")
    reader.add_argument("other", metavar="OTHER", nargs="?", help="对照的另一件方案")
    reader.add_argument("--against", metavar="OTHER", help="同上：与另一件方案对照")
    reader.add_argument("--json", action="store_true", help="输出 JSON")
    liner = commands.add_parser(
        "timeline",
        help="依事实推算时间线，逐段说明依据和算式",
        epilog=_FACTS_EXAMPLE,
        formatter_class=RawDescriptionHelpFormatter,
    )
    liner.add_argument("file", metavar="FACTS.yaml", help="事实清单（YAML）")
    liner.add_argument("--on", metavar="DATE", help="截至日期，如 2024-09-30")
    liner.add_argument("--json", action="store_true", help="输出 JSON")
    _boundary_parsers(commands)
    return parser


def _boundary_parsers(commands: Any) -> None:
    """The commands on boundary files, with the answers a file may need."""
    for word, what in (
        ("area", "量算界址点文件：写明面积、平面面积、椭球面积"),
        ("check", "核对界址点文件：格式、坐标系、面积、图形"),
        ("convert", "转换界址点文件：txt、geojson、gpkg"),
    ):
        parser = commands.add_parser(word, help=what)
        parser.add_argument("file", metavar="FILE", help="txt、geojson、gpkg 或 shp")
        if word == "convert":
            parser.add_argument("out", metavar="OUT", help="写出的 txt、geojson 或 gpkg")
        else:
            parser.add_argument("--json", action="store_true", help="输出 JSON")
        parser.add_argument("--zone", type=int, metavar="N", help="带号（文件没有写明时）")
        parser.add_argument("--district", metavar="CODE", help="旗区代码：取其常用带号")
        parser.add_argument("--cgcs2000", action="store_true", help="确认是2000国家大地坐标系")
        parser.add_argument("--swap-axes", action="store_true", help="交换 X、Y")
        parser.add_argument("--degrees", choices=("decimal", "dms"), help="坐标是度：写法")
        parser.add_argument("--coordinates-only", action="store_true", help="只有坐标：作一宗地读")


def _boundaries(chosen: Namespace) -> int:
    from tuban.geodata.cli import Answers, run_area, run_check, run_convert

    answers = Answers(
        zone=chosen.zone,
        district=chosen.district,
        cgcs2000=chosen.cgcs2000,
        swap_axes=chosen.swap_axes,
        degrees=chosen.degrees,
        coordinates_only=chosen.coordinates_only,
    )
    if chosen.command == "convert":
        return run_convert(chosen.file, chosen.out, answers)
    run = run_area if chosen.command == "area" else run_check
    return run(chosen.file, chosen.json, answers)


def _platform(words: list[str]) -> int:
    """Runs a command of the platform under the name people typed."""
    if words[0].startswith("demo"):
        _demonstration()
    _settings()
    import django
    from django.core.management import get_commands, load_command_class
    from django.db import OperationalError, ProgrammingError

    django.setup()
    name = PLATFORM[words[0]][0]
    app = get_commands().get(name)
    if app is None:
        print(f"这个版本没有命令 {words[0]}。", file=sys.stderr)
        return NOT_DONE
    try:
        command = load_command_class(str(app), name)
        command.suppressed_base_arguments = set(_FRAMEWORK_OPTIONS)
        command.run_from_argv(["tuban", *words])
    except OperationalError as error:
        print("连不上数据库，请先运行 make demo，或核对 TUBAN_DATABASE_URL。", file=sys.stderr)
        print(error, file=sys.stderr)
        return NOT_DONE
    except ProgrammingError as error:
        if getattr(error.__cause__, "sqlstate", None) != _UNDEFINED_TABLE:
            raise
        print("数据库还没有建表，请先运行 make demo，或 tuban manage migrate。", file=sys.stderr)
        return NOT_DONE
    return 0


def _demonstration() -> None:
    """The demo commands speak to this checkout's demonstration, also while it is not running."""
    if "TUBAN_DATABASE_URL" in os.environ:
        return
    os.environ.setdefault("TUBAN_DEMO", "1")
    cluster = Path(__file__).resolve().parents[1] / "dev" / "cluster.py"
    if cluster.exists():
        subprocess.run([sys.executable, str(cluster), "start"], check=False, capture_output=True)


def _manage(words: list[str]) -> int:
    _settings()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["tuban manage", *words])
    return 0


def _settings() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuban.config.settings")


if __name__ == "__main__":
    sys.exit(main())
