"""What people do to a parcel's record: add a fact, correct one, cancel one, review one.

Each verb is one function and one transaction: fetch through access with the parcel locked, ask
the law, write the fact, rebuild the phases. Pages, commands and the demonstration call the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from tuban.accounts.access import require
from tuban.accounts.models import User
from tuban.accounts.records import Deed, record
from tuban.core import clock
from tuban.core.errors import DomainError
from tuban.law.admission import objections
from tuban.law.facts import Fact as LawFact
from tuban.law.facts import FactKind, PayloadError, payload_from_json, payload_to_json
from tuban.parcels import access, chains, deeds, phases
from tuban.parcels.models import BatchWithdrawal, Fact, FactReview, Parcel
from tuban.values.area import m2_decimal


@dataclass(frozen=True, slots=True)
class Paper:
    """文书: what a fact rests on. Empty where none was named."""

    doc_no: str = ""
    issued_on: date | None = None
    issuer: str = ""


NO_PAPER = Paper()


class FactRefused(DomainError):
    """登记被拒: the law or the record objects. `field` names the input at fault, if one is."""

    def __init__(
        self, message: str, *, code: str, article: str = "", remedy: str = "", field: str = ""
    ) -> None:
        super().__init__(message, code=code, kind="invalid", article=article, remedy=remedy)
        self.field = field


class AlreadyCorrected(DomainError):
    """该事实已被更正: somebody else was first, or the fact is cancelled."""

    def __init__(self, fact: Fact) -> None:
        super().__init__(
            f"这条事实（{fact.get_kind_display()} {fact.on}）已被更正或作废，本次更正没有写入。",
            code="already_corrected",
            kind="conflict",
            cause="打开页面之后，另有岗位先完成了更正。",
            remedy="请刷新页面，核对最新的事实后再决定是否更正。",
        )


class WithdrawnWithBatch(DomainError):
    """该事实已随批次撤销: it counts no more, there is nothing to correct."""

    def __init__(self, fact: Fact) -> None:
        super().__init__(
            f"这条事实（{fact.get_kind_display()} {fact.on}）已随批次撤销，本次更正没有写入。",
            code="withdrawn_with_batch",
            kind="conflict",
            cause="它所在的登记批次已整批撤销，批内事实不再计入。",
            remedy="请刷新页面；确有此事的，请重新登记。",
        )


@transaction.atomic
def record_fact(
    *,
    actor: User,
    parcel_id: int,
    kind: FactKind,
    on: date,
    payload: Mapping[str, Any],
    precision: str = "day",
    paper: Paper = NO_PAPER,
    evidence: str = "",
) -> Fact:
    """登记事实: adds one fact and rebuilds the parcel's phases.

    Raises:
        Absent: The parcel is not in the post's scope.
        FactRefused: The payload is wrong or the law objects (see `tuban.law.admission`).
    """
    require(actor, "record_fact")
    parcel = access.get_parcel(actor, parcel_id, lock=True)
    if kind is FactKind.VOID:
        raise FactRefused("作废须指明所作废的事实。", code="void_without_fact", field="kind")
    return _write(
        actor,
        parcel,
        kind=kind,
        on=on,
        payload=payload,
        precision=precision,
        paper=paper,
        evidence=evidence,
    )


@transaction.atomic
def correct_fact(
    *,
    actor: User,
    fact_id: int,
    on: date,
    payload: Mapping[str, Any],
    reason: str,
    kind: FactKind | None = None,
    precision: str = "day",
    paper: Paper = NO_PAPER,
    evidence: str = "",
) -> Fact:
    """更正事实: a new fact that supersedes the old one; the old one stays on record.

    Args:
        kind: New kind; None keeps that of the old fact.
        reason: 更正理由, required.

    Raises:
        Absent: The fact is not in the post's scope.
        AlreadyCorrected: Somebody else was first.
        FactRefused: No reason, or the law objects to the record as it would then stand.
    """
    require(actor, "record_fact")
    old = access.get_fact(actor, fact_id)
    parcel = access.get_parcel(actor, old.parcel_id, lock=True)
    if not reason.strip():
        raise FactRefused("更正须写明理由。", code="reason_missing", field="reason")
    if old.batch_id and BatchWithdrawal.objects.filter(batch=old.batch_id).exists():
        raise WithdrawnWithBatch(old)
    kept_to = chains.tips([old.pk])[old.pk]
    if old.kind == FactKind.VOID or Fact.objects.filter(supersedes=kept_to).exists():
        raise AlreadyCorrected(old)
    return _write(
        actor,
        parcel,
        corrects=old.pk,
        supersedes=kept_to,
        kind=kind or FactKind(old.kind),
        on=on,
        payload=payload,
        precision=precision,
        paper=paper,
        evidence=evidence,
        reason=reason.strip(),
    )


def void_fact(*, actor: User, fact_id: int, reason: str) -> Fact:
    """作废事实: cancels a fact recorded by mistake; both stay on record."""
    old = access.get_fact(actor, fact_id)
    return correct_fact(
        actor=actor, fact_id=fact_id, kind=FactKind.VOID, on=old.on, payload={}, reason=reason
    )


@transaction.atomic
def review_fact(*, actor: User, fact_id: int) -> FactReview:
    """复核事实: another post than the recording one has compared it with its paper.

    Raises:
        Absent: The fact is not in the post's scope.
        FactRefused: The reviewer recorded it, or it is reviewed already.
    """
    require(actor, "review_fact")
    fact = access.get_fact(actor, fact_id)
    access.get_parcel(actor, fact.parcel_id, lock=True)
    if fact.recorded_by_id == actor.pk:
        raise FactRefused("登记岗位不能复核本岗位登记的事实。", code="own_fact")
    if FactReview.objects.filter(fact=fact).exists():
        raise FactRefused("这条事实已经复核。", code="already_reviewed")
    review = FactReview.objects.create(fact=fact, reviewed_by=actor, reviewed_at=clock.now())
    record(actor, deeds.FACT_REVIEWED, about=fact.parcel, detail=_told(fact))
    phases.rebuild([fact.parcel_id])  # they say whether they rest on unreviewed facts
    return review


def _write(
    actor: User,
    parcel: Parcel,
    *,
    kind: FactKind,
    on: date,
    payload: Mapping[str, Any],
    precision: str,
    paper: Paper,
    evidence: str,
    corrects: int | None = None,
    supersedes: int | None = None,
    reason: str = "",
) -> Fact:
    """Checks the fact against the record and the law, stores it, rebuilds the phases.

    Args:
        corrects: The current fact this one corrects.
        supersedes: The fact it is kept to as a correction: that one, or the last withdrawn
            correction of it (see `chains`).
    """
    try:
        typed = payload_from_json(kind, dict(payload))
    except PayloadError as error:
        raise FactRefused(error.message, code="payload", field=error.field) from error
    new = LawFact(
        id="new",
        kind=kind,
        on=on,
        payload=typed,
        precision=precision,
        supersedes=corrects,
    )
    refused = objections(law_facts(parcel), new, today=clock.today())
    if refused:
        first = refused[0]
        raise FactRefused(
            first.message, code=first.code, article=first.article, remedy=first.remedy
        )
    area = getattr(typed, "area", None)
    fact = Fact.objects.create(
        parcel=parcel,
        kind=kind.value,
        on=on,
        on_precision=precision,
        payload=payload_to_json(typed),
        area_m2=m2_decimal(area.m2) if area else None,
        paper_no=paper.doc_no,
        paper_on=paper.issued_on,
        paper_issuer=paper.issuer,
        evidence=evidence,
        recorded_at=clock.now(),
        recorded_by=actor,
        supersedes_id=supersedes,
        reason=reason,
    )
    phases.rebuild([parcel.pk])
    record(actor, _deed(fact), about=parcel, detail=_told(fact))
    return fact


def _deed(fact: Fact) -> Deed:
    """What writing the fact was."""
    if fact.kind == FactKind.VOID:
        return deeds.FACT_VOIDED
    return deeds.FACT_CORRECTED if fact.supersedes_id else deeds.FACT_RECORDED


def _told(fact: Fact) -> dict[str, object]:
    """The fact, as the record of changes tells it."""
    return {
        "事实": fact.get_kind_display(),
        "发生日": fact.on,
        "文书号": fact.paper_no,
        "理由": fact.reason,
        "事实编号": fact.pk,
    }


def law_facts(parcel: Parcel) -> list[LawFact]:
    """The parcel's facts as the law reads them, withdrawn batches left out."""
    return phases.standing_facts(phases.stored_facts([parcel.pk]))
