"""整批撤销: a confirmed batch counts no more, as a whole or not at all.

Nothing is deleted. A `BatchWithdrawal` is recorded, which the timeline obeys: the batch's facts
are left out, and what they corrected counts again. What it wrote over a parcel's description is put
back. Parcels and approvals it made stay on file and show nothing: without facts they are in no list
and no sum. Later facts that rest on the batch are named instead, and have to be settled first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import groupby
from operator import itemgetter

from django.db import connection, transaction

from tuban.accounts.access import region_codes, require
from tuban.accounts.models import User
from tuban.accounts.records import record
from tuban.core import clock
from tuban.core.errors import DomainError
from tuban.law.facts import FactKind, payload_from_json
from tuban.law.model import FactId
from tuban.law.removal import Dependent, dependents
from tuban.parcels import access, phases
from tuban.parcels.deeds import BATCH_WITHDRAWN
from tuban.parcels.imports import overtaken, restoring
from tuban.parcels.imports.boundaries import fallback, settling
from tuban.parcels.imports.claims import Claim, Progress
from tuban.parcels.imports.confirm import lock_regions
from tuban.parcels.imports.ledger import LEDGER
from tuban.parcels.imports.plans import describe
from tuban.parcels.models import Batch, BatchWithdrawal, Fact

PARCELS_AT_ONCE = 500
LOCKING, CHECKING, RESTORING, REBUILDING, CLOSING = (
    "锁定地块",
    "核对后来的事实",
    "恢复原记录",
    "重算阶段",
    "收尾",
)

Report = Callable[[int, int], None]
"""Called with (parcels done, parcels in all) before each chunk."""

_REGIONS = "SELECT DISTINCT region_id FROM parcels_parcel WHERE id = ANY(%s)"
_PARCELS_OF = """
    SELECT parcel_id FROM parcels_fact WHERE batch_id = %s
     UNION
    SELECT p.id
      FROM parcels_stagedrow r
      JOIN parcels_upload u ON u.id = r.upload_id
      JOIN parcels_parcel p ON p.region_id = r.region_id AND p.parcel_no = r.parcel_no
     WHERE r.upload_id = %s AND r.taken AND u.ledger = %s
     ORDER BY 1
"""
_LOCK = "SELECT FROM parcels_parcel WHERE id = ANY(%s) ORDER BY id FOR UPDATE"
"""In order of id, as a confirmation locks them."""

_WITH_LATER_FACTS = """
    SELECT wanted.id
      FROM unnest(%s::bigint[]) AS wanted (id)
     CROSS JOIN LATERAL (SELECT * FROM parcels_fact WHERE parcel_id = wanted.id ORDER BY id) AS f
      LEFT JOIN parcels_batchwithdrawal w ON w.batch_id = f.batch_id
     GROUP BY wanted.id
    HAVING max(f.id) FILTER (WHERE w.id IS NULL) > max(f.id) FILTER (WHERE f.batch_id = %s)
     ORDER BY wanted.id
"""
"""Facts of one parcel are recorded one after the other, under its lock: later has a larger id."""


@dataclass(frozen=True, slots=True)
class Blocker:
    """阻碍: a later fact that rests on the batch.

    Attributes:
        fact: The fact in words: 供应 2020-03-01 3 公顷.
        batch_no: The later batch it came with; None when a post recorded it by itself.
        code: See `tuban.law.removal.Dependent`.
        remedy: What to do first.
    """

    parcel_id: int
    parcel_no: str
    region_code: str
    fact_id: int
    fact: str
    batch_no: str | None
    code: str
    message: str
    article: str
    remedy: str


class AlreadyWithdrawn(DomainError):
    """该批次已撤销: somebody else was first."""

    def __init__(self, batch: Batch, withdrawal: BatchWithdrawal) -> None:
        super().__init__(
            f"批次 {batch.no} 已经撤销，本次没有写入任何内容。",
            code="import.already_withdrawn",
            kind="conflict",
            cause=f"{withdrawal.withdrawn_by} 已先行撤销，理由：{withdrawal.reason}。",
            remedy="请刷新页面查看最新状态。",
        )


class WithdrawalBlocked(DomainError):
    """不能撤销: later facts rest on the batch."""

    def __init__(self, batch: Batch, blocked_by: Sequence[Blocker]) -> None:
        super().__init__(
            f"批次 {batch.no} 没有撤销：后来有 {len(blocked_by)} 条事实依据它登记。",
            code="import.withdrawal_blocked",
            kind="conflict",
            cause="整批撤销后，这些事实不能成立。",
            remedy="请先按清单逐条处理，再撤销批次。",
        )
        self.blockers = tuple(blocked_by)


class ReasonMissing(DomainError):
    """撤销须写明理由."""

    def __init__(self) -> None:
        super().__init__(
            "撤销批次须写明理由，不超过 300 字。",
            code="import.reason_missing",
            kind="invalid",
            place="理由",
            remedy="请写明为什么撤销。",
        )


def blockers(batch: Batch) -> tuple[Blocker, ...]:
    """Later facts that rest on the batch, by parcel; empty when it may be withdrawn.

    A batch that is withdrawn already has none.
    """
    if BatchWithdrawal.objects.filter(batch=batch).exists():
        return ()
    return _blockers(batch, _touched(batch), lambda done, total: None)


def _blockers(batch: Batch, parcel_ids: list[int], report: Report) -> tuple[Blocker, ...]:
    found: list[Dependent] = []
    for done, chunk in _chunks(parcel_ids):
        report(done, len(parcel_ids))
        found.extend(_dependents(batch, chunk))
    return _named(found)


def withdraw_batch(
    *, actor: User, batch_id: int, reason: str, progress: Progress | None = None
) -> BatchWithdrawal:
    """Withdraws a batch as a whole; the phases and boundaries of its parcels follow.

    One transaction: all of it or nothing. Confirmations and withdrawals in the same regions wait
    for each other, so do posts that record a fact of one of the parcels.

    Args:
        reason: 撤销理由, required, at most 300 characters.
        progress: Called with (stage, done, total).

    Raises:
        Forbidden: The post may not import.
        Absent: The batch is not in the post's scope.
        ReasonMissing: No reason, or one that is too long.
        BeingWorkedOn: Another withdrawal is at work on it.
        AlreadyWithdrawn: It has been withdrawn already.
        WithdrawalBlocked: Later facts rest on it; its `blockers` name them.
        FallbackOverlaps: Boundaries that would count again overlap parcels recorded since.
    """
    require(actor, "import_ledger")
    batch = access.get_batch(actor, batch_id)
    reason = reason.strip()
    if not 0 < len(reason) <= 300:
        raise ReasonMissing
    with Claim(batch.upload, progress) as claim, transaction.atomic():
        return _withdraw(actor, batch, reason, claim)


def _withdraw(actor: User, batch: Batch, reason: str, claim: Claim) -> BatchWithdrawal:
    """Everything a withdrawal reads and writes."""
    claim.report(LOCKING, 0, 0)
    parcel_ids, bounded = _touched(batch), settling.parcels_of(batch)
    _lock(batch, sorted({*parcel_ids, *bounded}), partial(claim.report, LOCKING))
    before = BatchWithdrawal.objects.filter(batch=batch).select_related("withdrawn_by").first()
    if before is not None:
        raise AlreadyWithdrawn(batch, before)
    found = _blockers(batch, parcel_ids, partial(claim.report, CHECKING))
    if found:
        raise WithdrawalBlocked(batch, found)
    withdrawal = BatchWithdrawal.objects.create(
        batch=batch, reason=reason, withdrawn_by=actor, withdrawn_at=clock.now()
    )
    for done, chunk in _chunks(parcel_ids):
        claim.report(RESTORING, done, len(parcel_ids))
        restoring.restore(batch.pk, chunk)
    phases.rebuild(parcel_ids, progress=partial(claim.report, REBUILDING))
    settling.settle(bounded)
    fallback.refuse_overlaps(batch, bounded, region_codes(actor))
    claim.report(CLOSING, len(parcel_ids), len(parcel_ids))
    overtaken.mark(batch, [*parcel_ids, *bounded])
    detail = {"批次号": batch.no, "理由": reason, "地块": len({*parcel_ids, *bounded})}
    record(
        actor, BATCH_WITHDRAWN, about=batch.upload, subject=batch.upload.name,
        region=batch.region_id, detail=detail,
    )  # fmt: skip
    return withdrawal


def _touched(batch: Batch) -> list[int]:
    """Parcels the batch has recorded facts of or described, in order; it never gains any."""
    with connection.cursor() as cursor:
        cursor.execute(_PARCELS_OF, [batch.pk, batch.upload_id, LEDGER])
        return [row[0] for row in cursor.fetchall()]


def _lock(batch: Batch, parcel_ids: list[int], report: Report) -> None:
    """Locks the regions, then the parcels of the batch."""
    with connection.cursor() as cursor:
        # Else every foreign key of the phases is checked in one silent stretch at the commit.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(_REGIONS, [parcel_ids])
        lock_regions({batch.region_id, *(row[0] for row in cursor.fetchall())})
        settling.lock()
        for done, chunk in _chunks(parcel_ids):
            report(done, len(parcel_ids))
            cursor.execute(_LOCK, [chunk])


def _chunks(parcel_ids: list[int]) -> Iterator[tuple[int, list[int]]]:
    """Chunks of the parcels, each with the number of those before it."""
    for start in range(0, len(parcel_ids), PARCELS_AT_ONCE):
        yield start, parcel_ids[start : start + PARCELS_AT_ONCE]


def _dependents(batch: Batch, touched: list[int]) -> Iterator[Dependent]:
    """What the law finds left in the air; only parcels with later facts can be in the way."""
    with connection.cursor() as cursor:
        cursor.execute(_WITH_LATER_FACTS, [touched, batch.pk])
        parcel_ids = [row[0] for row in cursor.fetchall()]
    if not parcel_ids:
        return
    today: date = clock.today()
    removed: set[FactId] = set(
        Fact.objects.filter(batch=batch, parcel__in=parcel_ids).values_list("pk", flat=True)
    )
    for _, rows in groupby(phases.stored_facts(parcel_ids), key=itemgetter(0)):
        yield from dependents(phases.standing_facts(rows), removed, today=today)


def _named(found: Sequence[Dependent]) -> tuple[Blocker, ...]:
    """The facts with their parcels and batches, as the page lists them."""
    stored = (
        Fact.objects.select_related("parcel", "batch")
        .in_bulk([int(item.fact.id) for item in found])
    )  # fmt: skip
    return tuple(_blocker(item, stored[int(item.fact.id)]) for item in found)


def _blocker(item: Dependent, fact: Fact) -> Blocker:
    kind = FactKind(fact.kind)
    return Blocker(
        parcel_id=fact.parcel_id,
        parcel_no=fact.parcel.parcel_no,
        region_code=fact.parcel.region_id,
        fact_id=fact.pk,
        fact=describe(kind, fact.on, payload_from_json(kind, fact.payload)),
        batch_no=fact.batch.no if fact.batch else None,
        code=item.code,
        message=item.message,
        article=item.article,
        remedy=f"请先撤销批次 {fact.batch.no}。" if fact.batch else item.remedy,
    )
