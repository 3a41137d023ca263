"""Staging (暂存): a delivered file becomes an upload with one staged row for each record.

Nothing of the record changes here. Rows are committed by chunks; a staging that was interrupted
starts over when the same file is handed in again.
"""

from __future__ import annotations

import gc
import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from django.db import connection, transaction
from django.db.models import Count, Q

from tuban.accounts.access import region_codes, require
from tuban.accounts.models import User
from tuban.core import clock
from tuban.parcels.imports import (
    codec,
    crosschecks,
    files,
    memory,
    preview,
    questions,
    reading,
    recordchecks,
    rows,
    sheets,
    stored,
)
from tuban.parcels.imports.asking import HEADINGS, Asked
from tuban.parcels.imports.boundaries import BOUNDARY, is_boundary_name
from tuban.parcels.imports.boundaries import asking as boundary_asking
from tuban.parcels.imports.boundaries import staging as boundary_staging
from tuban.parcels.imports.changes import change, facts_of
from tuban.parcels.imports.claims import Claim, Progress
from tuban.parcels.imports.ledger import LEDGER
from tuban.parcels.imports.mapping import Answer
from tuban.parcels.imports.plans import CHANGED, ERRONEOUS, NEW, Plan, plan
from tuban.parcels.imports.problems import Problem
from tuban.parcels.imports.sheets import LedgerSheet, Note, Record
from tuban.parcels.models import Outcome, StagedRow, Upload, UploadState
from tuban.values.places import REGIONS

CHUNK = 500
READING, CHECKING = "读取文件", "逐行核对"

_STAGED_COLUMNS = "upload_id, row_no, region_id, parcel_no, raw, parsed, errors, outcome, taken"


@dataclass(frozen=True, slots=True)
class Summary:
    """What became of an upload's rows.

    Attributes:
        counts: Rows by outcome; every outcome is present.
        taken: Rows that have been recorded.
        remarked: Rows that are fine but carry a remark.
        waiting: Rows with errors or conflicts: not recorded, to be corrected and sent again.
        notes: 核对说明 about the file, as `Upload.notes` keeps them.
    """

    counts: dict[Outcome, int]
    taken: int
    remarked: int
    notes: list[dict[str, Any]]

    @property
    def total(self) -> int:
        """All records of the file."""
        return sum(self.counts.values())

    @property
    def recordable(self) -> int:
        """Rows a confirmation would record."""
        return self.counts[Outcome.NEW] + self.counts[Outcome.CHANGED] - self.taken

    @property
    def waiting(self) -> int:
        """Rows that are not recorded and will not be: 错误 and 冲突."""
        return self.counts[Outcome.ERROR] + self.counts[Outcome.CONFLICT]


class Content(Protocol):
    """A file as read: a ledger, or boundaries."""

    def describe(self, upload: Upload) -> None:
        """Says in the upload how the file was read; the caller saves it."""
        ...

    def stage(self, actor: User, upload: Upload, claim: Claim) -> None:
        """Stages its rows, committed by chunks."""
        ...


def stage_upload(
    *,
    actor: User,
    source: Path | bytes,
    name: str | None = None,
    progress: Progress | None = None,
) -> Upload:
    """Reads a ledger or a boundary file and stages its rows.

    Args:
        actor: Its role must include importing; rows outside its region become errors.
        source: The file, or its content.
        name: File name as delivered; needed with bytes, default the path's own.
        progress: Called with (stage, done, total).

    Raises:
        Forbidden: The post may not import.
        Unreadable: The file cannot be taken; nothing has been stored.
        BeingWorkedOn: The same post is staging the same file right now.
    """
    require(actor, "import_ledger")
    content = source if isinstance(source, bytes) else source.read_bytes()
    label = name or (source.name if isinstance(source, Path) else "台账.xlsx")
    waiting = _waiting(actor, hashlib.sha256(content).hexdigest())
    try:
        if waiting is not None:
            with Claim(waiting, progress) as claim:
                found = _read(actor, content, label, claim.report, waiting)
                upload = _opened(actor, label, content, found)
                _finish(actor, upload, found, claim)
        else:
            found = _read(actor, content, label, progress, Upload())
            upload = _opened(actor, label, content, found)
            with Claim(upload, progress) as claim:
                _finish(actor, upload, found, claim)
    except Asked as asked:
        upload = _put_aside(actor, label, content, asked)
    upload.refresh_from_db()
    return upload


def _put_aside(actor: User, name: str, content: bytes, asked: Asked) -> Upload:
    """The upload with its questions, 待答复; nothing of it is staged."""
    upload = _kept(actor, name, content)
    upload.state = UploadState.ASKED
    upload.message = asked.message
    upload.offers = asked.offers
    upload.mapping = asked.mapping
    upload.notes = []
    upload.stage, upload.done, upload.total = "", 0, 0
    upload.save()
    StagedRow.objects.filter(upload=upload).delete()
    return upload


def _read(
    actor: User, content: bytes, name: str, progress: Progress | None, upload: Upload
) -> Content:
    """The file, read in a process of its own; its name says what is in it.

    Args:
        actor: The sender.
        content: The file.
        name: As delivered.
        progress: As `stage_upload`.
        upload: With what the sender has answered so far.

    Raises:
        Unreadable: The file cannot be taken.
        Asked: The sender has to answer something first.
    """
    if is_boundary_name(name):
        given = upload.choices.get(boundary_asking.ASKS, {})
        earlier = upload.mapping.get("questions", [])
        return boundary_staging.read(actor, content, name, progress, given, earlier)
    return LedgerContent(_read_ledger(actor, content, name, progress, upload.choices))


@dataclass(frozen=True, slots=True)
class LedgerContent:
    """A ledger as read."""

    sheet: LedgerSheet

    def describe(self, upload: Upload) -> None:
        """Notes and the mapping of columns, in the upload."""
        upload.mapping = self.sheet.shown
        upload.notes = [note.as_json() for note in self.sheet.notes]

    def stage(self, actor: User, upload: Upload, claim: Claim) -> None:
        """Checks the records chunk by chunk, each committed on its own."""
        _stage_rows(actor, upload, self.sheet, claim)


def _opening(seconds: float) -> str:
    """What is said while nothing can be counted yet: that it goes on."""
    return f"{READING}，已 {seconds:.0f} 秒"


def _read_ledger(
    actor: User, content: bytes, name: str, progress: Progress | None, choices: dict[str, Any]
) -> LedgerSheet:
    """The ledger in the file.

    Args:
        actor: The sender, whose office's earlier choices of headings hold.
        content: The file.
        name: As delivered.
        progress: As `stage_upload`.
        choices: What the sender has answered, by the name of the question.

    Raises:
        Unreadable: The file cannot be taken.
        Asked: The sender has to answer something first.
    """
    began = time.monotonic()

    def report(done: int, total: int) -> None:
        if progress is not None:
            progress(READING if total else _opening(time.monotonic() - began), done, total)

    book = reading.read(content, name, report=report)
    given = choices.get(HEADINGS)
    ledger = questions.read_or_ask(
        book.sheets,
        memory=memory.recall(actor),
        answer=Answer.from_json(given) if given else None,
    )
    total = len(ledger.records)
    report(total, total)
    ledger.notes.extend(Note("file", remark) for remark in book.remarks)
    if not ledger.records:
        raise sheets.no_records(ledger)
    if progress is not None:
        progress(f"{READING}，核对各行之间", total, total)
    ledger.notes.extend(crosschecks.add(ledger.records, ledger.mapping))
    if progress is not None:
        progress(f"{READING}，对照台账", total, total)
    ledger.notes.extend(recordchecks.add(ledger.records, ledger.mapping, region_codes(actor)))
    report(total, total)
    return ledger


def _finish(actor: User, upload: Upload, found: Content, claim: Claim) -> None:
    """Stages the rows and makes their preview under the claim; a staging broken off is said so."""
    try:
        with _spared_by_the_collector():
            found.stage(actor, upload, claim)
        claim.move(UploadState.STAGED, of=(UploadState.READING,))
    except Exception:
        Upload.objects.filter(pk=upload.pk, state=UploadState.READING).update(
            state=UploadState.FAILED, message="核对中断，没有登记任何内容；请重新上传。"
        )
        raise


def summary(upload: Upload) -> Summary:
    """What became of the upload's rows, in one query."""
    counted = (
        StagedRow.objects.filter(upload=upload)
        .values("outcome")
        .annotate(
            count=Count("pk"),
            taken=Count("pk", filter=Q(taken=True)),
            remarked=Count("pk", filter=REMARKED),
        )
        .order_by()
    )
    found = {row["outcome"]: row for row in counted}
    counts = {o: found[o]["count"] if o in found else 0 for o in Outcome}
    taken, remarked = (sum(row[name] for row in found.values()) for name in ("taken", "remarked"))
    return Summary(counts, taken, remarked, upload.notes)


REMARKED = ~Q(errors=[]) & ~Q(outcome__in=(Outcome.ERROR, Outcome.CONFLICT))
"""Rows that are fine but carry a remark."""


def _waiting(actor: User, digest: str) -> Upload | None:
    """The post's upload of this very file that is 读取中."""
    return Upload.objects.filter(
        uploaded_by=actor, sha256=digest, state=UploadState.READING
    ).first()


def _opened(actor: User, name: str, content: bytes, found: Content) -> Upload:
    """The upload, ready to take the file's rows."""
    upload = _kept(actor, name, content)
    found.describe(upload)
    upload.offers = []
    upload.save()
    return upload


def _kept(actor: User, name: str, content: bytes) -> Upload:
    """The upload's row: a new one, or the one that waits for this file to be read."""
    digest = files.keep(content)
    upload = _waiting(actor, digest) or Upload(
        uploaded_by=actor, sha256=digest, state=UploadState.READING
    )
    upload.name = name[:200]
    upload.foreseen = None
    upload.size = len(content)
    upload.ledger = BOUNDARY if is_boundary_name(name) else LEDGER
    upload.region_id = actor.region_code
    upload.uploaded_at = upload.uploaded_at or clock.now()
    return upload


@contextmanager
def _spared_by_the_collector() -> Iterator[None]:
    """The ledger stays in memory to the end: walking it again and again finds no garbage."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _stage_rows(actor: User, upload: Upload, ledger: LedgerSheet, claim: Claim) -> None:
    """Checks the records chunk by chunk, each committed on its own; keeps their preview."""
    StagedRow.objects.filter(upload=upload).delete()
    scope = region_codes(actor)
    today = clock.today()
    making = preview.Making()
    total = len(ledger.records)
    for start in range(0, total, CHUNK):
        claim.report(CHECKING, start, total)
        chunk = ledger.records[start : start + CHUNK]
        staged = _checked(chunk, ledger, scope, today, making)
        with (
            transaction.atomic(),
            connection.cursor() as cursor,
            cursor.copy(f"COPY parcels_stagedrow ({_STAGED_COLUMNS}) FROM STDIN") as copy,
        ):
            for row in staged:
                copy.write_row((upload.pk, *row))
    making.keep(upload)
    claim.report(CHECKING, total, total)


def _checked(
    chunk: Sequence[Record],
    ledger: LedgerSheet,
    scope: frozenset[str],
    today: date,
    making: preview.Making,
) -> list[tuple[Any, ...]]:
    """Staged rows of the records, without the upload's id, in the order of the columns.

    Shows what recording them would change to the preview in the making.
    """
    stated = [rows.state(record, ledger.mapping) for record in chunk]
    for one in stated:
        if one.region is not None and one.region not in scope:
            one.problems.append(_outside(one.region))
    known = stored.fetch(
        (one.region, one.parcel_no)
        for one in stated
        if one.region and one.parcel_no and not one.has_errors
    )
    found = []
    for record, one in zip(chunk, stated, strict=True):
        key = (one.region or "", one.parcel_no or "")
        made = plan(one, known.get(key), today=today)
        if made.outcome in {NEW, CHANGED}:
            making.look(key[0], change(key[0], known.get(key), facts_of(made), today))
        found.append(_staged(record, one, made, scope))
    return found


def _staged(record: Record, one: rows.Stated, made: Plan, scope: frozenset[str]) -> tuple[Any, ...]:
    problems = (*one.problems, *made.problems, *made.conflicts, *made.remarks)
    readable = made.outcome != ERRONEOUS or not one.has_errors
    return (
        record.row_no,
        one.region if one.region in scope else None,
        one.parcel_no or "",
        _json({key: rows.cells.shown(c) for key, c in record.cells.items() if c != ""}),
        _json(codec.encode(one, made)) if readable else None,
        _json([problem.as_json() for problem in problems]),
        made.outcome,
        False,
    )


def _outside(code: str) -> Problem:
    return Problem(
        "out_of_scope",
        "region",
        REGIONS[code],
        f"{REGIONS[code]}不在本岗位的管辖范围内。",
        "由该旗区的经办岗位导入",
    )


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
