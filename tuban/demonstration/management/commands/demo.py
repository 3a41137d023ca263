"""`tuban demo load|remove`."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from tuban.core.errors import DomainError
from tuban.demonstration import load


class Command(BaseCommand):
    """载入或删除演示."""

    help = "载入演示数据（已载入时不做任何事），或删除演示库"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do."""
        parser.add_argument("act", choices=("load", "remove"), help="load 载入，remove 删除演示库")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0 done, 1 refused."""
        try:
            if options["act"] == "remove":
                load.remove()
                self.stdout.write("演示库已删除；再次运行 make demo 时重新建立。")
                return
            began = time.monotonic()
            if load.load(lambda line: self.stdout.write(f"· {line}")):
                self.stdout.write(f"· 演示数据已载入（{time.monotonic() - began:.1f} 秒）")
        except DomainError as error:
            self.stderr.write(str(error))
            raise SystemExit(1) from error
