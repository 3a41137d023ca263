"""`tuban import-workdays FILE --doc-no NO [--year YEAR] [--reason WHY] [--actor USERNAME]`."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand

from tuban.accounts.access import Act
from tuban.accounts.terminal import NoSuchPost, acting_post
from tuban.core.errors import DomainError
from tuban.parcels.imports.problems import Unreadable
from tuban.values.dates import parse_date
from tuban.workdays.actions import import_notice, standing_notice
from tuban.workdays.checks import check
from tuban.workdays.problems import NothingRead, WithProblems
from tuban.workdays.rows import FileTooLarge, Row, rows_of_file


class Command(BaseCommand):
    """导入节假日安排."""

    help = "导入一年的节假日安排：两列的 csv 或 Excel，日期，放假或上班"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE, the notice it comes from and the account that answers for it."""
        parser.add_argument("file", type=Path, help="csv、xlsx、xls 或 ods")
        parser.add_argument("--doc-no", default="", metavar="文号", help="通知的发文字号，必填")
        parser.add_argument("--year", type=int, metavar="YEAR", help="年份；默认取多数日期所在的年")
        parser.add_argument("--reason", default="", help="替换已有年份的理由")
        parser.add_argument("--actor", metavar="USERNAME", help="导入岗位的账号；默认系统管理员")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0 imported, 1 refused, 2 unreadable."""
        path: Path = options["file"]
        try:
            actor = acting_post(options["actor"], Act.IMPORT_WORKDAYS)
            rows = rows_of_file(path.read_bytes(), path.name)
            year = options["year"] or _year(rows)
            standing = standing_notice(year)
            notice = import_notice(
                actor=actor,
                year=year,
                doc_no=options["doc_no"],
                rows=rows,
                reason=options["reason"],
                supersedes=standing.pk if standing else None,
            )
        except OSError as error:
            self.fail(2, f"不能打开 {path}：{error.strerror}。")
        except (Unreadable, NothingRead, FileTooLarge, NoSuchPost) as error:
            self.fail(2, str(error))
        except WithProblems as error:
            lines = [f"{p.place}“{p.stated}”：{p.message}" for p in error.problems]
            self.fail(1, "\n".join([error.message, *lines]))
        except DomainError as error:
            self.fail(1, str(error))
        self.stdout.write(
            f"已导入 {notice.year} 年节假日安排（{notice.doc_no}）："
            f"放假 {len(notice.off)} 天，调休上班 {len(notice.worked)} 天。"
        )
        for remark in check(rows, year, options["doc_no"]).remarks:
            self.stdout.write(f"留意：{remark}")

    def fail(self, status: int, message: str) -> NoReturn:
        """Prints the reason and ends with the status."""
        self.stderr.write(message)
        raise SystemExit(status)


def _year(rows: Sequence[Row]) -> int:
    """The year most of the readable dates lie in.

    Raises:
        NothingRead: None of them is a date.
    """
    found: Counter[int] = Counter()
    for row in rows:
        try:
            day = parse_date(row.day)  # type: ignore[arg-type]
        except ValueError:
            continue
        if day is not None:
            found[day.on.year] += 1
    if not found:
        raise NothingRead("第一列没有一个能识别的日期。")
    return found.most_common(1)[0][0]
