"""期间的计算: when a term of days, working days, months or years ends (law.md 13).

The starting day is never counted (民法典 201, TIM-01). A term by months or years ends on the same
day, or on the month's last (民法典 202, TIM-02). An act to be done that falls due on a rest day may
be done on the day after the break (民法典 203, TIM-03); a state such as 满一年 does not roll (TIM-11).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tuban.values.dates import add_months, add_years
from tuban.values.workdays import WorkCalendar


class TermUnit(StrEnum):
    """期间单位."""

    DAYS = "days"
    WORKDAYS = "workdays"
    MONTHS = "months"
    YEARS = "years"

    @property
    def label(self) -> str:
        """Chinese name."""
        return {"days": "日", "workdays": "个工作日", "months": "个月", "years": "年"}[self.value]


@dataclass(frozen=True, slots=True)
class Due:
    """期限届满.

    Attributes:
        natural: The last day as counted.
        on: The last day on which the act is in time; later than `natural` when that is a rest day.
        rules: Ids of the rules it rests on.
    """

    natural: date
    on: date
    rules: tuple[str, ...]

    @property
    def rolled(self) -> bool:
        """Whether the day after the break takes the place of a rest day."""
        return self.on != self.natural


def natural_end(start: date, count: int, unit: TermUnit, calendar: WorkCalendar) -> date:
    """The last day of a term, rest days not looked at (but for terms of working days).

    Raises:
        ValueError: A negative count.
        MissingYear: A term of working days runs into a year without its notice.
    """
    if count < 0:
        raise ValueError("期间不能为负。")
    if unit is TermUnit.WORKDAYS:
        return calendar.add_workdays(start, count)
    if unit is TermUnit.DAYS:
        return start + timedelta(days=count)
    return add_months(start, count) if unit is TermUnit.MONTHS else add_years(start, count)


def due(start: date, count: int, unit: TermUnit, calendar: WorkCalendar) -> Due:
    """When an act is due that has to be done within a term.

    Args:
        start: The day the term begins; it is not counted.
        count: Of units.
        unit: Days, working days, months or years.
        calendar: Must cover the year the term ends in, and all years of a term of working days.

    Raises:
        ValueError: A negative count.
        MissingYear: 缺少节假日安排: nothing is assumed about a year without its notice (TIM-12).
    """
    natural = natural_end(start, count, unit, calendar)
    on = calendar.rolled(natural)
    rules = ["TIM-01"]
    if unit in {TermUnit.MONTHS, TermUnit.YEARS}:
        rules.append("TIM-02")
    if on != natural:
        rules.append("TIM-03")
    return Due(natural, on, tuple(rules))


def earliest_after_notice(notice_on: date, days: int) -> date:
    """The first day on which an act is allowed that needs "at least `days` days" of notice.

    D minus A is at least N (TIM-10, an interpretation). A wait is no act: it does not roll.
    """
    return notice_on + timedelta(days=days)


def latest_before(act_on: date, days: int, calendar: WorkCalendar) -> date:
    """The last day for something that must happen "at least `days` days before" an act.

    A rest day moves it earlier, never later (TIM-10).

    Raises:
        MissingYear: The notice of the year is not loaded.
    """
    day = act_on - timedelta(days=days)
    while not calendar.is_workday(day):
        day -= timedelta(days=1)
    return day
