"""关键日期 of a parcel as the page lists them: those of its present round of supply.

A parcel that was recovered and supplied again has had several rounds; what was agreed in an
earlier one says nothing about today. When a round begins, the timeline knows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from tuban.law.facts import FactKind
from tuban.law.period import Period, Stage
from tuban.parcels.models import Fact
from tuban.parcels.queries import ParcelRecord


@dataclass(frozen=True, slots=True)
class KeyDates:
    """None where the record has none.

    Attributes:
        start_due_on: 约定动工日期: the latest re-agreement, else the earliest agreement.
        excluded_days: 不计入期间: days of confirmed intervals that have ended.
        suspected_on: First day of suspected idleness, past or projected.
        two_years_on: First day after two full years, past or projected.
    """

    delivered_on: date | None
    start_due_on: date | None
    excluded_days: int | None
    suspected_on: date | None
    two_years_on: date | None


def key_dates(record: ParcelRecord, on: date) -> KeyDates:
    """Dates of the round of supply that the as-of day lies in."""
    since = _round_begins(record, on)
    facts = [line.fact for line in record.facts if line.counts and line.fact.on >= since]

    def of(kind: FactKind) -> list[Fact]:
        return [fact for fact in facts if fact.kind == kind]

    delivered = [fact.on for fact in of(FactKind.DELIVERED)]
    again = [(fact.on, _day(fact, "start_on")) for fact in of(FactKind.START_REAGREED)]
    agreed = [_day(fact, "start_on") for fact in of(FactKind.START_AGREED)]
    excluded = [
        (_day(fact, "to") - fact.on).days + 1
        for fact in of(FactKind.EXCLUDED)
        if fact.payload.get("confirmed") and fact.payload.get("to")
    ]
    return KeyDates(
        delivered_on=min(delivered, default=None),
        start_due_on=max(again)[1] if again else min(agreed, default=None),
        excluded_days=sum(excluded) if excluded else None,
        suspected_on=_begins(record, since, lambda p: p.stage is Stage.SUSPECTED_IDLE),
        two_years_on=_begins(record, since, lambda p: "two_years" in p.flags),
    )


def _round_begins(record: ParcelRecord, on: date) -> date:
    """The last recovery up to the day; before any, the beginning of time."""
    recovered = [
        period.starts_on
        for period in record.timeline.periods
        if period.stage is Stage.RECOVERED and period.starts_on <= on
    ]
    return max(recovered, default=date.min)


def _begins(record: ParcelRecord, since: date, holds: Callable[[Period], bool]) -> date | None:
    """First day of the first period of the round of which that holds."""
    days = (p.starts_on for p in record.timeline.periods if p.starts_on >= since and holds(p))
    return next(days, None)


def _day(fact: Fact, name: str) -> date:
    return date.fromisoformat(fact.payload[name])
