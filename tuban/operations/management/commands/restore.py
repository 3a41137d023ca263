"""`tuban restore SOURCE [--replace]`."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from tuban.core.clock import SHANGHAI
from tuban.core.errors import DomainError
from tuban.operations.restore import Restored, restore

_REFUSALS = {"conflict", "forbidden"}


class Command(BaseCommand):
    """恢复."""

    help = "由备份恢复数据库和来件；先停止网站服务和后台作业"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which backup, and whether it may take the place of what is there."""
        parser.add_argument("source", metavar="SOURCE", type=Path, help="一份备份的目录")
        parser.add_argument(
            "--replace", action="store_true", help="现有数据库不是空的也恢复；原库改名保留"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0 restored; 1 refused; 2 broken backup, or the server cannot do it."""
        try:
            done = restore(options["source"].absolute(), replace=options["replace"])
        except DomainError as error:
            self.stderr.write(str(error))
            raise SystemExit(1 if error.kind in _REFUSALS else 2) from error
        for line in _report(done):
            self.stdout.write(line)


def _report(done: Restored) -> list[str]:
    known = done.manifest
    made_at = datetime.fromisoformat(known.made_at).astimezone(SHANGHAI)
    lines = [f"已恢复 {made_at:%Y-%m-%d %H:%M:%S} 的备份：{known.in_words()}。"]
    if done.aside:
        lines.append(f"原来的数据库改名为 {done.aside}，确认无误后可以删除。")
    if done.pending:
        lines.append(f"备份早于本版程序，请运行 tuban manage migrate（{done.pending} 项变更）。")
    if not done.same_key:
        lines.append("本机的密钥与备份时不同；需要沿用原密钥的，请放回原来的 secret-key 文件。")
    if known.missing:
        lines.append(
            f"备份以前已经丢失的来件 {len(known.missing)} 份：{'、'.join(known.missing[:5])}。"
        )
    lines.append("所有岗位须重新登录；后台生成的导出件不在备份内，请重新导出。")
    return lines
