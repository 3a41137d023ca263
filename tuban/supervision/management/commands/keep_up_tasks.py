"""补齐节点: milestones of plans already in force, yearly products of the current year."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from tuban.supervision.forming import keep_up


class Command(BaseCommand):
    """`tuban manage keep_up_tasks`; the worker does the same every night."""

    help = "补齐已生效方案的节点和本年度的年度成果"

    def handle(self, *args: Any, **options: Any) -> None:
        """Makes what is missing; a second run makes nothing."""
        self.stdout.write(f"补了 {keep_up()} 个节点")
