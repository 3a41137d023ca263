"""`tuban rebuild-phases [--check]`: derived rows can be dropped and made again by one command."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from tuban.parcels import phases
from tuban.parcels.models import Parcel


class Command(BaseCommand):
    """重建或核对阶段."""

    help = "由事实重建全部阶段；--check 只核对、不改动"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--check compares only."""
        parser.add_argument("--check", action="store_true", help="只核对，不改动")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0 rebuilt or equal; 1 when --check finds a difference."""
        ids = list(Parcel.objects.order_by("pk").values_list("pk", flat=True))
        if not options["check"]:
            written = phases.rebuild(ids)
            self.stdout.write(f"已重建：{len(ids)} 宗地块，{written} 个阶段。")
            return
        wrong = phases.differences(ids)
        if not wrong:
            self.stdout.write(f"一致：{len(ids)} 宗地块的阶段与事实推出的结果相同。")
            return
        shown = "、".join(
            Parcel.objects.filter(pk__in=wrong[:20]).values_list("parcel_no", flat=True)
        )
        self.stderr.write(
            f"不一致：{len(wrong)} 宗地块，例如 {shown}。运行 tuban rebuild-phases 重建。"
        )
        raise SystemExit(1)
