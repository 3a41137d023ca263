"""`tuban demo-accounts [--json]`."""

from __future__ import annotations

import json
import unicodedata
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from tuban.demonstration.accounts import ACCOUNTS, PASSWORD


class Command(BaseCommand):
    """列出演示账号."""

    help = "列出演示账号和口令（只在演示环境有效）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Form of the answer."""
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0, or 1 outside a demonstration."""
        if not (settings.DEMO or settings.TESTING):
            self.stderr.write("当前不是演示环境，没有演示账号。请先运行 make demo。")
            raise SystemExit(1)
        if options["json"]:
            listed = [account.to_json() for account in ACCOUNTS]
            self.stdout.write(json.dumps(listed, ensure_ascii=False, indent=2))
            return
        rows = [("账号", "口令", "角色", "单位")]
        rows += [(a.username, PASSWORD, a.role.label, a.org) for a in ACCOUNTS]
        widths = [max(_width(row[at]) for row in rows) for at in range(len(rows[0]))]
        for row in rows:
            cells = (text + " " * (w - _width(text)) for text, w in zip(row, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())


def _width(text: str) -> int:
    """Columns in a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
