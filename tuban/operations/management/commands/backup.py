"""`tuban backup TARGET [--keep N]`."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from tuban.core.errors import DomainError
from tuban.operations.backup import back_up


def _at_least_one(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ArgumentTypeError("应为 1 以上的整数")
    return int(text)


class Command(BaseCommand):
    """备份."""

    help = "备份数据库和来件；网站可以照常使用"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to, and how many are left to stand."""
        parser.add_argument("target", metavar="TARGET", type=Path, help="存放各次备份的目录")
        parser.add_argument(
            "--keep", metavar="N", type=_at_least_one, help="只留最近 N 份，更早的删除"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0 whole; 1 whole, but files had been lost before; 2 not done."""
        try:
            folder, made = back_up(options["target"].absolute(), keep=options["keep"])
        except DomainError as error:
            self.stderr.write(str(error))
            raise SystemExit(2) from error
        self.stdout.write(f"已备份：{folder}（{made.size:,} 字节；{made.in_words()}）")
        self.stdout.write("备份不含密钥文件（secret-key），请另行妥善保管。")
        if made.missing:
            self.stderr.write(
                f"有 {len(made.missing)} 份来件在备份以前已经丢失或损坏："
                f"{'、'.join(made.missing[:5])}。请从以前的备份找回。"
            )
            raise SystemExit(1)
