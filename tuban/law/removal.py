"""撤销审查: the record as if some facts had never counted, and what would then be left in the air.

A batch is withdrawn as a whole. What it corrected counts again; what was recorded later and rests
on it must be settled first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date

from tuban.law.admission import objections
from tuban.law.model import Fact, FactId, FactKind, effective
from tuban.law.rules import citation


@dataclass(frozen=True, slots=True)
class Dependent:
    """依赖: a later fact that the rest of the record would not carry.

    Attributes:
        code: `corrects_removed`, `left_without_approval`, `left_without_supply`, or the code of
            the law's objection.
        message: Chinese sentence.
        article: Instrument and article it rests on; empty where it is the record's own order.
        remedy: What to do first, in Chinese.
    """

    fact: Fact
    code: str
    message: str
    article: str
    remedy: str


_FOUNDATIONS = {
    **dict.fromkeys((FactKind.SUPPLIED, FactKind.WITHDRAWN, FactKind.LAPSED), FactKind.APPROVED),
    **dict.fromkeys(
        (
            FactKind.DELIVERED,
            FactKind.START_AGREED,
            FactKind.PERMIT,
            FactKind.START_REPORTED,
            FactKind.STARTED,
            FactKind.RECOGNISED_IDLE,
            FactKind.START_REAGREED,
            FactKind.RECOVERED,
            FactKind.COMPLETED,
            FactKind.EXCLUDED,
        ),
        FactKind.SUPPLIED,
    ),
}
"""What a fact was recorded upon, where the record has it. Taking it away would turn a building
into 未供即用, or a supply of approved land into a supply of none."""

_LEFT = {
    FactKind.APPROVED: ("left_without_approval", "APP-01"),
    FactKind.SUPPLIED: ("left_without_supply", "IDL-01"),
}
_SETTLE = "请先更正或作废这条事实，再撤销批次。"


def without(record: Sequence[Fact], removed: AbstractSet[FactId]) -> list[Fact]:
    """The record without the removed facts.

    A fact that corrected a removed one corrects the first fact before it that is left, and is a
    new fact where none is. What a removed fact corrected is thereby current again.
    """
    before = {fact.id: fact.supersedes for fact in record if fact.id in removed}
    return [
        replace(fact, supersedes=_standing(fact.supersedes, before))
        if fact.supersedes in before
        else fact
        for fact in record
        if fact.id not in before
    ]


def dependents(
    record: Sequence[Fact], removed: AbstractSet[FactId], *, today: date
) -> Iterator[Dependent]:
    """Later facts that count now and could not stand without the removed ones.

    They are judged one after the other, as the desk let them in, on the record that is left.
    A cancelled fact depends on nothing, and a cancellation (作废) stands by itself: it is final,
    so it could never be settled. Facts recorded before the removed ones stood without them.

    Args:
        record: The parcel's facts in the order in which they were recorded.
        today: The day of the removal, in Asia/Shanghai.
    """
    last = max((place for place, fact in enumerate(record) if fact.id in removed), default=None)
    if last is None:
        return
    counting = {fact.id for fact in effective(list(record))}
    later = {fact.id for fact in record[last + 1 :] if fact.kind is not FactKind.VOID}
    if not later & counting:
        return
    chain = {fact.id: fact.supersedes for fact in record}
    rest = without(record, removed)
    standing = without(record, removed | later)
    for fact in without(record, removed | (later - counting)):
        if fact.id not in later:
            continue
        if _rests_on(fact.id, chain, removed):
            message = "这条事实更正了本批次登记的事实。"
            yield Dependent(fact, "corrects_removed", message, "", _SETTLE)
            continue
        refused = list(_left(fact, record, rest)) or list(_refused(fact, record, standing, today))
        yield from refused
        if not refused:
            standing.append(fact)


def _standing(at: FactId | None, before: Mapping[FactId, FactId | None]) -> FactId | None:
    """First fact from `at` backwards that is not removed; None where there is none."""
    while at is not None and at in before:
        at = before[at]
    return at


def _rests_on(
    at: FactId | None, chain: Mapping[FactId, FactId | None], removed: AbstractSet[FactId]
) -> bool:
    """Whether a removed fact stands in the chain of corrections before the fact."""
    while at is not None:
        if at in removed:
            return True
        at = chain.get(at)
    return False


def _left(fact: Fact, record: Sequence[Fact], rest: Sequence[Fact]) -> Iterator[Dependent]:
    """Whether all of what the fact was recorded upon goes."""
    base = _FOUNDATIONS.get(fact.kind)
    if base and _has(base, record) and not _has(base, rest):
        code, rule = _LEFT[base]
        message = f"撤销后，这条事实所依据的{base.label}不再在记录中。"
        yield Dependent(fact, code, message, citation(rule), _SETTLE)


def _refused(
    fact: Fact, record: Sequence[Fact], standing: Sequence[Fact], today: date
) -> Iterator[Dependent]:
    """What the law holds against the fact on the remaining record, and does not now."""
    found = objections(standing, fact, today=today)
    if not found:
        return
    others = [other for other in record if other.id != fact.id]
    as_recorded = next(other for other in record if other.id == fact.id)
    now = {item.code for item in objections(others, as_recorded, today=today)}
    for item in found:
        if item.code not in now:
            message = f"撤销后，这条事实不能成立：{item.message}"
            yield Dependent(fact, item.code, message, item.article, _SETTLE)


def _has(kind: FactKind, record: Sequence[Fact]) -> bool:
    return any(fact.kind is kind for fact in effective(list(record)))
