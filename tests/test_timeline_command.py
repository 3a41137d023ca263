"""`tuban timeline` explains each period, and says what is wrong with a file and where."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tuban.cli import main

RECORD = """
facts:
  - {kind: 批准, on: 2015-03-01, area: 12.3456 公顷}
  - {kind: supplied, on: 2019-03-01, area: 10 公顷, mode: grant}
  - {kind: start_agreed, on: 2019-03-01, start_on: 2020-03-01}
  - {kind: excluded, on: 2020-06-01, to: 2020-08-31, cause: government, confirmed: true}
"""


@pytest.fixture
def record(tmp_path: Path) -> Path:
    path = tmp_path / "事实.yaml"
    path.write_text(RECORD, encoding="utf-8")
    return path


def test_the_example_in_the_help_is_one_that_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["timeline", "--help"])
    shown = capsys.readouterr().out
    file = tmp_path / "事实.yaml"
    file.write_text(shown[shown.index("facts:") :], encoding="utf-8")

    assert main(["timeline", str(file), "--on", "2021-08-01"]) == 0
    assert "疑似闲置" in capsys.readouterr().out


def test_an_unknown_command_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["frobnicate"]) == 2
    assert "没有命令“frobnicate”" in capsys.readouterr().err


def test_each_period_is_explained(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["timeline", str(record), "--on", "2021年8月1日"]) == 0
    shown = capsys.readouterr().out
    assert "2021-08-01：疑似闲置" in shown
    assert "▶ 2021-06-02 起 至 2022-06-01  疑似闲置" in shown
    assert "《闲置土地处置办法》第二条第一款〔IDL-01〕" in shown
    assert "满一年为 2021-03-01，加不计入期间 92 天为 2021-06-01" in shown
    assert "〔IDL-16〕〔待核实〕" in shown
    assert "下一时限  2022-06-02 满二年" in shown
    assert "批准 12.3456 公顷－已供 10.0000 公顷" in shown


def test_json_holds_everything_the_page_shows(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["timeline", str(record), "--on", "2021-08-01", "--json"]) == 0
    read = json.loads(capsys.readouterr().out)
    assert read["stage_on"] == "suspected_idle"
    first, *_, last = read["periods"]
    assert (first["starts_on"], first["unsupplied_m2"]) == ("2015-03-01", "123456.000000")
    assert last["ends_on"] is None
    assert last["flags"] == ["approval_two_years", "two_years"]
    assert {g["rule"] for g in last["grounds"]} >= {"IDL-01", "IDL-16", "IDL-30", "APP-07"}


def test_a_contradictory_record_ends_with_one(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record.write_text(RECORD + "  - {kind: supplied, on: 2020-01-01, area: 3 公顷}\n", "utf-8")
    assert main(["timeline", str(record)]) == 1
    assert "超过批准文件的剩余面积 2.3456 公顷" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "第 2 行不是有效的 YAML"),
        ("事实", "应为事实清单"),
        ("- 批准", "第 1 条事实：应为“项: 值”"),
        ("- {kind: sold, on: 2020-01-01}", "不认识事实种类“sold”"),
        ("- {kind: delivered}", "缺少日期 on"),
        ("- {kind: delivered, on: 2020-02-30}", "日期“2020-02-30”不存在"),
        ("- {kind: approved, on: 2020-01-01}", "“批准”缺少面积"),
        ("- {kind: approved, on: 2020-01-01, area: 3}", "面积须写明数值和单位"),
        ("- {kind: approved, on: 2020-01-01, area: 3 顷}", "没有面积单位"),
        ("- {kind: approved, on: 2020-01-01, area: 0 亩}", "面积须大于零"),
        ("- {kind: delivered, on: 2020-01-01, area: 3 亩}", "“交地”没有“area”这一项"),
        ("- {kind: delivered, on: 2020-01-01, precision: week}", "precision 须为"),
        (
            "- {id: 1, kind: delivered, on: 2020-01-01}\n"
            "- {id: 1, kind: delivered, on: 2020-01-02}",
            "id 有重复",
        ),
    ],
)
def test_a_wrong_file_is_told_with_place_and_cause(
    tmp_path: Path, text: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text(text + "\n", encoding="utf-8")
    assert main(["timeline", str(path)]) == 2
    assert says in capsys.readouterr().err


def test_what_cannot_be_opened_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    absent = tmp_path / "没有.yaml"
    assert main(["timeline", str(absent)]) == 2
    assert "没有这个文件" in capsys.readouterr().err
    assert main(["timeline", str(tmp_path), "--json"]) == 2
    assert "文件夹" in json.loads(capsys.readouterr().out)["error"]
    absent.write_bytes("地块".encode("gbk"))
    assert main(["timeline", str(absent)]) == 2
    assert "UTF-8" in capsys.readouterr().err


def test_a_wrong_day_is_told(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["timeline", str(record), "--on", "昨天"]) == 2
    assert "--on" in capsys.readouterr().err


def test_without_words_the_commands_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    shown = capsys.readouterr().out
    for word in ("read", "timeline", "import-ledger", "confirm-plan", "rebuild-phases", "demo"):
        assert word in shown


def test_the_timeline_needs_neither_django_nor_a_database(record: Path) -> None:
    program = (
        "import sys; from tuban.cli import main;"
        f" code = main(['timeline', {str(record)!r}]);"
        " sys.exit(code or any(m in sys.modules for m in ('django', 'psycopg')))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
