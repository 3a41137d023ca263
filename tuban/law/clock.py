"""时钟: from when a parcel had to be started, and when one and two full years have run out.

《闲置土地处置办法》第二条、第二十二条 (IDL-01, IDL-06); exclusions IDL-15, IDL-16. Years end on
the same day or the month's last (民法典 202); a threshold of status is not rolled over holidays
(TIM-11).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from tuban.law.model import FactId
from tuban.law.parameters import parameter
from tuban.values.dates import add_years

ONE_DAY = timedelta(days=1)


class Interval(NamedTuple):
    """不计入期间: days `first` to `last`, both counted; `last` None = still running."""

    first: date
    last: date | None
    fact_id: FactId


class Point(NamedTuple):
    """The last day of a term.

    Attributes:
        natural: Where the term would end without exclusions.
        on: None while an exclusion that counts is still running: the clock stands.
        excluded_days: Days by which exclusions pushed the term.
        counted: Facts of the exclusions that pushed it.
        too_late: Facts of those that began only after the term had run out (IDL-15).
        verified: Whether the parameter used is verified.
    """

    natural: date
    on: date | None
    excluded_days: int
    counted: tuple[FactId, ...]
    too_late: tuple[FactId, ...]
    verified: bool


class Start(NamedTuple):
    """动工日期 that counts, and what it rests on.

    Attributes:
        basis: agreed (IDL-01), assumed (IDL-06: delivery + 1 year) or reagreed (IDL-25).
        from_on: Delivery date for an assumed start, else None.
    """

    on: date
    basis: str
    fact_ids: tuple[FactId, ...]
    from_on: date | None = None


class Clock(NamedTuple):
    """A start and the ends of its first and second full year.

    Attributes:
        late_from: First day after the start date.
        idle_from: First day after one full year; None while the clock stands.
        recall_from: First day after two full years; None while the clock stands.
    """

    start: Start
    one_year: Point
    two_years: Point
    late_from: date
    idle_from: date | None
    recall_from: date | None


def assumed_start(delivered_on: date) -> date:
    """Start date where none was agreed: one year after delivery (IDL-06, 待核实)."""
    return add_years(delivered_on, parameter("assumed_start_after_years", delivered_on).value)


def make_clock(start: Start, exclusions: Sequence[Interval]) -> Clock:
    """The clock of a start; the figures of law are those in force on the start date (CNV-05)."""
    merged = merge(exclusions, after=start.on) if exclusions else []
    one_year = _point("idle_after_years", start.on, merged)
    two_years = _point("recall_after_years", start.on, merged)
    return Clock(
        start=start,
        one_year=one_year,
        two_years=two_years,
        late_from=start.on + ONE_DAY,
        idle_from=None if one_year.on is None else one_year.on + ONE_DAY,
        recall_from=None if two_years.on is None else two_years.on + ONE_DAY,
    )


@dataclass(slots=True)
class Stretch:
    """A union of touching exclusions."""

    first: date
    last: date | None
    fact_ids: list[FactId]


def merge(exclusions: Iterable[Interval], *, after: date) -> list[Stretch]:
    """The union of the exclusions, as far as it lies after the start date (IDL-16)."""
    merged: list[Stretch] = []
    for item in sorted(exclusions, key=lambda i: (i.first, i.last or date.max, str(i.fact_id))):
        if item.last is not None and item.last <= after:
            continue
        first = max(item.first, after + ONE_DAY)
        tail = merged[-1] if merged else None
        if tail is None or (tail.last is not None and first > tail.last + ONE_DAY):
            merged.append(Stretch(first, item.last, [item.fact_id]))
            continue
        tail.fact_ids.append(item.fact_id)
        if tail.last is not None:
            tail.last = None if item.last is None else max(tail.last, item.last)
    return merged


def _point(code: str, start: date, merged: Sequence[Stretch]) -> Point:
    """Last day of the term: its years, pushed by every exclusion that began before it ran out."""
    years = parameter(code, start)
    natural = point = add_years(start, years.value)
    days = 0
    counted: list[FactId] = []
    for place, stretch in enumerate(merged):
        if stretch.first > point:
            late = [fact_id for rest in merged[place:] for fact_id in rest.fact_ids]
            return Point(natural, point, days, tuple(counted), tuple(late), years.verified)
        counted.extend(stretch.fact_ids)
        if stretch.last is None:
            return Point(natural, None, days, tuple(counted), (), years.verified)
        length = (stretch.last - stretch.first).days + 1
        days += length
        point += timedelta(days=length)
    return Point(natural, point, days, tuple(counted), (), years.verified)
