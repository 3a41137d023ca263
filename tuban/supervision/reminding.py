"""提醒的时点: which reminder of a duty stands on a working day. Pure.

Only the reminder that stands today is sent. One whose day was missed is overtaken by the next, or
caught up on the next working day while it still stands; so nothing is flooded, and nothing is sent
that is no longer true.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tuban.supervision.lights import workdays_left
from tuban.values.workdays import WorkCalendar


@dataclass(frozen=True, slots=True)
class Standing:
    """The reminder that stands.

    Attributes:
        step: Its place among the reminders of one due day: before-3, on, after-0, after-1 …
        light, word: How it is shown.
    """

    step: str
    light: str
    word: str


def of_due_day(
    due_on: date, on: date, before: Sequence[int], again: int, calendar: WorkCalendar
) -> Standing | None:
    """The reminder of something due; None while it is further ahead than the first.

    Args:
        due_on: Last day.
        on: Today, a working day.
        before: Reminders so many working days before; the nearest one reached stands.
        again: After the due day on the first working day, then every so many.
        calendar: 工作日历.

    Raises:
        MissingYear: 缺少节假日安排 of a year that has to be counted through.
    """
    if on > due_on:
        passed = calendar.workdays_between(due_on, on)
        # A due day after which no working day has passed yet is not reminded of twice.
        return Standing(f"after-{_turn(passed, again)}", "red", f"逾期 {passed} 个工作日")
    left = workdays_left(due_on, on, max(before), calendar)
    if left is None:
        return None
    if left == 0:
        return Standing("on", "yellow", "今日到期" if due_on == on else "期限内最后一个工作日")
    nearest = min(days for days in before if days >= left)
    return Standing(f"before-{nearest}", "yellow", f"剩余 {left} 个工作日")


def of_report(reported_on: date, on: date, again: int, calendar: WorkCalendar) -> Standing | None:
    """The reminder of a report that waits for a decision; None on the day it came in.

    Raises:
        MissingYear: As `of_due_day`.
    """
    passed = calendar.workdays_between(reported_on, on)
    if passed < 1:
        return None
    return Standing(f"wait-{_turn(passed, again)}", "blue", f"等待 {passed} 个工作日")


def _turn(passed: int, again: int) -> int:
    """How many times it was due to be said before: 0 from the first working day on."""
    return (max(passed, 1) - 1) // again
