"""Confirming (确认登记): the rows of an upload become facts, in one transaction.

Rows with errors or conflicts stay behind. What the preview showed is what is recorded, unless the
record has moved on since: then the row is planned anew, and waits if it no longer fits. Never
retried by itself: somebody presses the button again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet

from tuban.accounts.access import require
from tuban.accounts.models import User
from tuban.accounts.records import record
from tuban.core import clock
from tuban.core.errors import DomainError
from tuban.parcels import access, phases
from tuban.parcels.deeds import BATCH_RECORDED
from tuban.parcels.imports import codec, recording, stored
from tuban.parcels.imports.boundaries import BOUNDARY
from tuban.parcels.imports.boundaries.recording import Recorder
from tuban.parcels.imports.claims import Claim, Progress
from tuban.parcels.imports.interruptions import cause
from tuban.parcels.imports.overtaken import Overtaken, is_overtaken
from tuban.parcels.imports.plans import CHANGED, NEW, Basis, Plan, plan
from tuban.parcels.imports.recording import Entry
from tuban.parcels.models import Batch, Outcome, StagedRow, Upload, UploadState

CHUNK = 500
REGION_LOCK = 0x7470
RECORDING, REBUILDING, CLOSING = "登记事实", "重算阶段", "收尾"


class NotReady(DomainError):
    """不能登记: the upload is not waiting for confirmation."""

    def __init__(self, upload: Upload) -> None:
        state = UploadState(upload.state)
        batch = Batch.objects.filter(upload=upload).first()
        cause = f"上传件的状态是“{state.label}”"
        if batch is not None:
            cause += f"，已登记为批次 {batch.no}"
        super().__init__(
            f"“{upload.name}”不能登记，本次没有写入任何内容。",
            code="import.not_ready",
            kind="conflict",
            cause=f"{cause}。",
            remedy="请刷新页面查看最新状态；要更正内容，请改表后重新上传。",
        )


class NothingToRecord(DomainError):
    """没有可登记的行: every row is unchanged, erroneous or in conflict."""

    def __init__(self, upload: Upload) -> None:
        super().__init__(
            f"“{upload.name}”没有可登记的行，没有写入任何内容。",
            code="import.nothing_to_record",
            kind="invalid",
            cause="各行都与库内相同，或有错误、冲突。",
            remedy="请按逐行问题改表后重新上传。",
        )


@dataclass(slots=True)
class _Tally:
    """What a confirmation has done so far."""

    rows: int = 0
    facts: int = 0
    parcels: list[int] = field(default_factory=list)


def confirm_upload(*, actor: User, upload_id: int, progress: Progress | None = None) -> Batch:
    """Records the rows of an upload that can be recorded.

    One transaction: all of it or nothing. The state is moved by an update filtered on the state,
    under a lock that dies with the worker, so that of two confirmations one wins, and one that
    was killed half-way can be confirmed again.

    Args:
        progress: Called with (stage, done, total).

    Raises:
        Forbidden: The post may not import.
        Absent: The upload is not in the post's scope.
        BeingWorkedOn: Another confirmation is at work on it.
        NotReady: It has been confirmed already, or could not be read.
        NothingToRecord: No row would change anything.
        Overtaken: A batch it was checked against has been withdrawn since.
    """
    require(actor, "import_ledger")
    upload = access.get_upload(actor, upload_id)
    with Claim(upload, progress) as claim:
        waiting = (UploadState.STAGED, UploadState.CONFIRMING)
        if not claim.move(UploadState.CONFIRMING, of=waiting):
            upload.refresh_from_db()
            raise NotReady(upload)
        try:
            with transaction.atomic():
                return _record(actor, upload, claim)
        except BaseException as error:
            with suppress(DatabaseError):  # without a database the upload is found 中断
                claim.move(
                    UploadState.STAGED,
                    of=(UploadState.CONFIRMING,),
                    message=f"上次登记没有成功，没有写入任何内容：{cause(error)}",
                )
            raise


def _record(actor: User, upload: Upload, claim: Claim) -> Batch:
    """Everything a confirmation writes."""
    with connection.cursor() as cursor:
        # Else every foreign key of the batch is checked in one silent stretch at the commit.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    claim.report(RECORDING, 0, 0)
    waiting = pending(upload)
    regions = sorted(set(waiting.values_list("region_id", flat=True).distinct().order_by()))
    total = waiting.count()
    if not total:
        raise NothingToRecord(upload)
    code = regions[0] if len(regions) == 1 else upload.region_id
    lock_regions({*regions, code})
    upload.refresh_from_db(fields=("notes",))
    if is_overtaken(upload):
        raise Overtaken(upload)
    batch = recording.open_batch(actor, upload, code)
    tally = _Tally()
    if upload.ledger == BOUNDARY:
        _record_boundaries(actor, upload, batch, tally, partial(claim.report, RECORDING))
    else:
        for chunk in pending_rows(upload):
            claim.report(RECORDING, tally.rows, total)
            _record_chunk(actor, upload, batch, chunk, tally)
    if not tally.rows:
        raise NothingToRecord(upload)
    if upload.ledger != BOUNDARY:
        phases.rebuild(tally.parcels, progress=partial(claim.report, REBUILDING))
    claim.report(CLOSING, total, total)
    batch.rows, batch.facts = tally.rows, tally.facts
    batch.save(update_fields=("rows", "facts"))
    _close(upload, batch)
    detail = {"批次号": batch.no, "行": batch.rows, "事实": batch.facts}
    record(actor, BATCH_RECORDED, about=upload, subject=upload.name, region=code, detail=detail)
    return batch


def _record_boundaries(
    actor: User, upload: Upload, batch: Batch, tally: _Tally, report: Callable[[int, int], None]
) -> None:
    """Records boundaries chunk by chunk; the parcels' geometry follows."""
    recorder = Recorder(actor, upload, batch)
    total = pending(upload).count()
    for chunk in pending_rows(upload):
        report(tally.rows, total)
        tally.rows += len(recorder.record(chunk))


def lock_regions(codes: set[str]) -> None:
    """Confirmations and withdrawals in one region follow each other: parcels and batch numbers are made once."""
    with connection.cursor() as cursor:
        for code in sorted(codes):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [REGION_LOCK, int(code)])


def pending(upload: Upload) -> QuerySet[StagedRow]:
    """Rows a confirmation would record."""
    return StagedRow.objects.filter(upload=upload, outcome__in=(NEW, CHANGED), taken=False)


def pending_rows(upload: Upload) -> Iterator[list[tuple[Any, ...]]]:
    """Rows to record, by row number: (id, row_no, region, parcel_no, parsed).

    Chosen once and fetched by id: freshly staged rows have no statistics yet, and a search for the
    next few hundred would put all that are left into words first.
    """
    ids = list(pending(upload).order_by("row_no").values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, row_no, region_id, parcel_no, parsed::text FROM parcels_stagedrow"
                " WHERE id = ANY(%s) ORDER BY row_no",
                [ids[start : start + CHUNK]],
            )
            rows = cursor.fetchall()
        yield rows


def _record_chunk(
    actor: User, upload: Upload, batch: Batch, chunk: list[tuple[Any, ...]], tally: _Tally
) -> None:
    """Records one chunk and marks its rows; rows that no longer fit wait with a reason."""
    known = stored.fetch(((row[2], row[3]) for row in chunk), lock=True)
    today = clock.today()
    entries: list[Entry] = []
    taken: list[int] = []
    anew: list[tuple[str, int]] = []
    for pk, row_no, region, parcel_no, text in chunk:
        parsed = json.loads(text)
        present = known.get((region, parcel_no))
        if codec.basis(parsed) != Basis.of(present) or not codec.describes(parsed, present):
            stated = codec.decode(row_no, region, parcel_no, parsed)
            made = plan(stated, present, today=today)
            if made.outcome not in {NEW, CHANGED}:
                _set_aside(pk, made)
                continue
            parsed = codec.encode(stated, made)
            anew.append((json.dumps(parsed, ensure_ascii=False), pk))
        entries.append(Entry(row_no, region, parcel_no, parsed))
        taken.append(pk)
    ids, facts = recording.record(actor, upload, batch, entries)
    StagedRow.objects.filter(pk__in=taken).update(taken=True)
    _keep_as_recorded(anew)
    tally.rows += len(taken)
    tally.facts += facts
    tally.parcels.extend(ids)


def _keep_as_recorded(anew: list[tuple[str, int]]) -> None:
    """Rows planned anew keep the plan that was recorded: a withdrawal undoes just that."""
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE parcels_stagedrow SET parsed = %s WHERE id = %s", anew)


def _set_aside(pk: int, made: Plan) -> None:
    """A row that the record has overtaken since it was previewed."""
    StagedRow.objects.filter(pk=pk).update(
        outcome=made.outcome,
        errors=[problem.as_json() for problem in (*made.problems, *made.conflicts)],
    )


def _close(upload: Upload, batch: Batch) -> None:
    """The last step of the transaction: the state moves only from 登记中."""
    left = StagedRow.objects.filter(upload=upload, taken=False)
    erroneous = left.filter(outcome=Outcome.ERROR).count()
    conflicting = left.filter(outcome=Outcome.CONFLICT).count()
    unit = "宗" if upload.ledger == BOUNDARY else "行"
    message = f"已登记 {batch.rows} {unit}，批次 {batch.no}。"
    if erroneous or conflicting:
        message += (
            f"另有 {erroneous + conflicting} {unit}没有登记：错误 {erroneous} {unit}、"
            f"冲突 {conflicting} {unit}，改正后重新上传即可。"
        )
    moved = Upload.objects.filter(pk=upload.pk, state=UploadState.CONFIRMING).update(
        state=UploadState.CONFIRMED, message=message
    )
    upload.refresh_from_db()
    if not moved:
        raise NotReady(upload)
