"""`tuban confirm-plan FILE [--actor USERNAME]`."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand

from tuban.accounts.access import Act
from tuban.accounts.terminal import NoSuchPost, acting_post
from tuban.core.errors import DomainError
from tuban.documents.errors import DocumentError
from tuban.instruments.actions import confirm_plan


class Command(BaseCommand):
    """确认方案生效."""

    help = "读取方案并确认生效：登记文件、条款、任务和目标"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE and the account that answers for the confirmation."""
        parser.add_argument("file", type=Path, help="方案文件（txt 或 docx）")
        parser.add_argument("--actor", metavar="USERNAME", help="确认岗位的账号；默认市局审核岗")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0 confirmed, 1 refused, 2 unreadable."""
        path: Path = options["file"]
        try:
            actor = acting_post(options["actor"], Act.CONFIRM_PLAN)
            instrument = confirm_plan(actor=actor, content=path.read_bytes(), name=path.name)
        except OSError as error:
            self.fail(2, f"不能打开 {path}：{error.strerror}。")
        except DocumentError as error:
            self.fail(2, str(error))
        except NoSuchPost as error:
            self.fail(2, str(error))
        except DomainError as error:
            self.fail(1, str(error))
        self.stdout.write(
            f"已确认生效：{instrument.doc_no} {instrument.title}\n"
            f"  任务 {instrument.tasks.count()} 项，目标 {instrument.targets.count()} 个，"
            f"核对发现 {len(instrument.findings)} 条"
        )

    def fail(self, status: int, message: str) -> NoReturn:
        """Prints the reason and ends with the status."""
        self.stderr.write(message)
        raise SystemExit(status)
