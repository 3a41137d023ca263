"""`tuban rebuild-phases [--check]`: derived rows can be dropped and made again by one command."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from tuban.parcels import rebuilding
from tuban.parcels.models import Parcel, ParcelPhase

SAID_EVERY_SECONDS = 5.0


class Command(BaseCommand):
    """重建或核对阶段."""

    help = "由事实重建全部阶段，中断后再次运行会接着做；--check 只核对、不改动"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--check compares only; --processes says how many work at once."""
        parser.add_argument("--check", action="store_true", help="只核对，不改动")
        parser.add_argument(
            "--processes",
            type=int,
            default=rebuilding.default_processes(),
            help="同时工作的进程数，默认与处理器数相同，至多 4",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0 rebuilt or equal; 1 when --check finds a difference."""
        if options["check"]:
            self._check(options["processes"])
            return
        done = rebuilding.rebuild_all(options["processes"], self._teller("已重建"))
        written = ParcelPhase.objects.count()
        resumed = f"（其中 {done.resumed} 宗为上次中断前已完成）" if done.resumed else ""
        self.stdout.write(f"已重建：{done.done} 宗地块{resumed}，共有 {written} 个阶段。")

    def _check(self, processes: int) -> None:
        wrong = rebuilding.differing(processes, self._teller("已核对"))
        if not wrong:
            total = Parcel.objects.count()
            self.stdout.write(f"一致：{total} 宗地块的阶段与事实推出的结果相同。")
            return
        shown = "、".join(
            Parcel.objects.filter(pk__in=wrong[:20]).values_list("parcel_no", flat=True)
        )
        self.stderr.write(
            f"不一致：{len(wrong)} 宗地块，例如 {shown}。运行 tuban rebuild-phases 重建。"
        )
        raise SystemExit(1)

    def _teller(self, words: str) -> rebuilding.Tell:
        """Says every few seconds how far it is and how long the rest will take."""
        began = said = time.monotonic()

        def tell(progress: rebuilding.Progress) -> None:
            nonlocal said
            now = time.monotonic()
            fresh = progress.done - progress.resumed
            if now - said < SAID_EVERY_SECONDS or not fresh:
                return
            said = now
            left = (progress.total - progress.done) * (now - began) / fresh
            self.stdout.write(
                f"{words} {progress.done} / {progress.total} 宗，约剩 {left / 60:.1f} 分钟"
            )

        return tell
