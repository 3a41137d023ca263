"""外推: when the stock reaches zero if it goes on falling as it has this year. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

Point = tuple[date, Fraction]
# Further ahead an extrapolation says nothing worth drawing.
LIMIT_DAYS = 3653


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the chart's table: what was, was planned, follows; None where nothing."""

    on: date
    actual_m2: Fraction | None
    plan_m2: Fraction | None
    outlook_m2: Fraction | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """The stock curve carried on.

    Attributes:
        rows: Actual, planned and extrapolated values by day, for the chart and the table under it.
        zero_on: Day the stock reaches zero at this year's pace; None when it does not fall, or
            not within ten years.
        late_days: Days by which that is later than the plan's own zero (negative: earlier); None
            where either is missing.
        now_m2: The last actual value; None without a curve.
    """

    rows: tuple[Row, ...]
    zero_on: date | None
    late_days: int | None
    now_m2: Fraction | None


def outlook(curve: Sequence[Point], plan: Sequence[Point]) -> Outlook:
    """Carries the curve on at the net pace since last year's end, to zero.

    Args:
        curve: Actual stock by day, ascending, the last one on the as-of day.
        plan: Planned stock at year ends, ascending.
    """
    zero_on = _zero_on(curve)
    planned_zero = next((on for on, level in plan if level <= 0), None)
    actual, planned = dict(curve), dict(plan)
    ahead: dict[date, Fraction] = {}
    if zero_on is not None:
        ahead = {curve[-1][0]: curve[-1][1], zero_on: Fraction(0)}
    return Outlook(
        rows=tuple(
            Row(on, actual.get(on), planned.get(on), ahead.get(on))
            for on in sorted({*actual, *planned, *ahead})
        ),
        zero_on=zero_on,
        late_days=(zero_on - planned_zero).days if zero_on and planned_zero else None,
        now_m2=curve[-1][1] if curve else None,
    )


def _zero_on(curve: Sequence[Point]) -> date | None:
    """The day of zero, rounded up to a whole day."""
    if not curve or curve[-1][1] <= 0:
        return None
    last_on, last = curve[-1]
    before = [point for point in curve if point[0] < date(last_on.year, 1, 1)]
    if not before:
        return None
    first_on, first = before[-1]
    fallen = first - last
    if fallen <= 0:
        return None
    days = -(-last * (last_on - first_on).days // fallen)
    return last_on + timedelta(days=int(days)) if days <= LIMIT_DAYS else None
