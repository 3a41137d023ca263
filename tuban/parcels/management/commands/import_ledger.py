"""`tuban import-ledger FILE [--confirm] [--actor NAME]`: stages a ledger or boundaries, records if told to.

With --template it writes the blank template to FILE instead.

Exit codes: 0 fine; 1 done, with rows left out; 2 the file could not be read or recorded.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from tuban.accounts.access import Act
from tuban.accounts.terminal import acting_post
from tuban.core.errors import DomainError
from tuban.parcels.imports import template
from tuban.parcels.imports.confirm import confirm_upload
from tuban.parcels.imports.staging import Summary, stage_upload, summary
from tuban.parcels.models import Outcome, StagedRow, Upload, UploadState

SHOWN_PROBLEMS = 200
FINE, WITH_FINDINGS, REFUSED = 0, 1, 2


class Command(BaseCommand):
    """导入台账."""

    help = "读取并核对地块台账或界址点坐标；加 --confirm 登记没有问题的行。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE, --template, --confirm and --actor."""
        parser.add_argument("file", type=Path, metavar="FILE", help="台账，或界址点坐标（.txt）")
        parser.add_argument("--template", action="store_true", help="把空白模板写到 FILE")
        parser.add_argument("--confirm", action="store_true", help="登记新增和修改的行")
        parser.add_argument("--actor", metavar="USERNAME", help="办理岗位的账号；默认市局审核岗")

    def handle(self, *args: Any, **options: Any) -> None:
        """Stages, reports, confirms; leaves with the exit code."""
        try:
            if options["template"]:
                code = self._write_template(options["file"])
            else:
                code = self._import(options["file"], options["confirm"], options["actor"])
        except DomainError as error:
            self.stderr.write(f"\n{error}")
            code = REFUSED
        except FileExistsError:
            self.stderr.write(f"\n{options['file']} 已经存在，没有改动；请换一个文件名。")
            code = REFUSED
        except OSError:
            self.stderr.write(
                f"\n文件打不开：{options['file']}。请核对路径、文件是否存在、是否有读写权限。"
            )
            code = REFUSED
        sys.exit(code)

    def _write_template(self, file: Path) -> int:
        """Writes the blank template; a file that is there already is left alone."""
        with file.open("xb") as target:
            target.write(template.write())
        self.stdout.write(f"空白模板已写到 {file}。")
        return FINE

    def _import(self, file: Path, confirm: bool, username: str | None) -> int:
        actor = acting_post(username, Act.IMPORT_LEDGER)
        self.stdout.write(f"{file.name}　办理岗位：{actor}")
        upload = stage_upload(actor=actor, source=file, progress=self._progress)
        if upload.state == UploadState.ASKED:
            return self._ask(upload)
        found = summary(upload)
        self._report(upload, found)
        if confirm and found.recordable:
            batch = confirm_upload(actor=actor, upload_id=upload.pk, progress=self._progress)
            upload.refresh_from_db()
            found = summary(upload)
            self.stdout.write(f"\n{upload.message}事实 {batch.facts} 条。批次号 {batch.no}")
        elif confirm:
            self.stdout.write("没有新增或修改的行，没有生成批次。")
        elif found.recordable:
            self.stdout.write(f"尚未登记：有 {found.recordable} 行可登记，加 --confirm 登记。")
        return WITH_FINDINGS if found.waiting else FINE

    def _ask(self, upload: Upload) -> int:
        """What the sender has to answer, and where: a terminal has no form for it."""
        self.stderr.write(f"\n{upload.message}")
        for offer in upload.offers:
            for point in offer.get("points", ()):
                self.stderr.write(f"※ {point}。")
        self.stderr.write(f"请在网页“导入”中打开“{upload.name}”答复后继续。")
        return REFUSED

    def _progress(self, stage: str, done: int, total: int) -> None:
        """One line that overwrites itself on a terminal, silent elsewhere."""
        if self.stdout.isatty():
            count = f" {done}/{total}" if total else ""
            self.stdout.write(f"\r{stage}{count}　　", ending="")
            self.stdout.flush()

    def _report(self, upload: Upload, found: Summary) -> None:
        """Counts by outcome, notes on the file, problems row by row."""
        counts = "　".join(f"{outcome.label} {found.counts[outcome]}" for outcome in Outcome)
        self.stdout.write(f"\n共 {found.total} 行　{counts}")
        for note in found.notes:
            self.stdout.write(f"{'※' if note['warn'] else '·'} {note['text']}")
        rows = StagedRow.objects.filter(upload=upload).exclude(errors=[]).order_by("row_no")
        printed = 0
        for row in rows.iterator(chunk_size=500):
            for problem in row.errors:
                printed += 1
                if printed <= SHOWN_PROBLEMS:
                    self.stdout.write(_line(row, problem))
        if printed > SHOWN_PROBLEMS:
            self.stdout.write(f"……共 {printed} 处，只列出前 {SHOWN_PROBLEMS} 处。")


def _line(row: StagedRow, problem: dict[str, Any]) -> str:
    """One problem on one line: row, column, what is stated, why, what to do, by which article."""
    mark = "提示" if problem["level"] == "remark" else Outcome(row.outcome).label
    stated = f"“{problem['stated']}”" if problem["stated"] else ""
    if stated and problem["message"].startswith(stated):
        stated = ""  # the sentence begins with it
    article = f"依据：{problem['article']}。" if problem["article"] else ""
    return (
        f"第 {row.row_no} 行 {problem['column']} {mark}：{stated}{problem['message']}"
        f"{article}处理：{problem['remedy']}"
    )
