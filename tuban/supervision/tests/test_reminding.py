"""Which reminder stands on which working day, over holidays and make-up days; counted by hand."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuban.law.files import load_yaml
from tuban.supervision.horizon import last_day
from tuban.supervision.lights import workdays_left
from tuban.supervision.reminding import of_due_day, of_report
from tuban.values.workdays import MissingYear, published

CALENDAR = published()
CASES = load_yaml((Path(__file__).parent / "reminders.yaml").read_text("utf-8"))
DAYS = st.dates(date(2023, 1, 3), date(2025, 12, 1))
STEPS = st.lists(st.integers(1, 20), min_size=1, max_size=4)


def workdays(first: date, last: date) -> list[date]:
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if CALENDAR.is_workday(day)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_golden(case: dict[str, Any]) -> None:
    if "reported" in case:
        found = of_report(case["reported"], case["on"], 5, CALENDAR)
    else:
        found = of_due_day(case["due"], case["on"], (10, 3, 1), 5, CALENDAR)
    assert (found and [found.step, found.light, found.word]) == case["stands"]


@given(DAYS, STEPS, st.integers(1, 10))
def test_day_by_day_each_reminder_comes_once_and_in_order(
    due_on: date, before: list[int], again: int
) -> None:
    span = workdays(due_on - timedelta(days=60), due_on + timedelta(days=40))
    said: list[str] = []
    for day in span:
        found = of_due_day(due_on, day, before, again, CALENDAR)
        if found and found.step not in said:
            said.append(found.step)

    left = [workdays_left(due_on, day, 99, CALENDAR) for day in span if day <= due_on]
    expected = [f"before-{n}" for n in sorted(set(before), reverse=True) if n in left]
    passed = len([day for day in span if day > due_on])
    assert said == [*expected, "on", *(f"after-{n}" for n in range(-(-passed // again)))]


@given(DAYS, DAYS, STEPS)
def test_a_missed_day_is_caught_up_with_one_message(
    due_on: date, on: date, steps: list[int]
) -> None:
    on = CALENDAR.rolled(on)
    found = of_due_day(due_on, on, steps, 5, CALENDAR)
    if found is None:
        left = workdays_left(due_on, on, max(steps), CALENDAR)
        assert left is None
    else:
        assert found.light == ("red" if on > due_on else "yellow")


def test_what_cannot_be_counted_is_not_guessed() -> None:
    with pytest.raises(MissingYear):
        of_due_day(date(2027, 1, 20), date(2026, 12, 30), (10, 3, 1), 5, CALENDAR)
    # Far enough ahead, no day of the missing year has to be looked at.
    assert of_due_day(date(2027, 1, 20), date(2026, 12, 1), (10, 3, 1), 5, CALENDAR) is None


@given(DAYS, st.integers(0, 30))
def test_the_horizon_is_where_yellow_begins(on: date, soon: int) -> None:
    last = last_day(on, soon, CALENDAR)
    assert workdays_left(last, on, soon, CALENDAR) is not None
    assert workdays_left(last + timedelta(days=1), on, soon, CALENDAR) is None


def test_the_horizon_ends_with_the_last_known_year() -> None:
    assert last_day(date(2026, 12, 28), 10, CALENDAR) == date(2026, 12, 31)
    assert last_day(date(2027, 5, 6), 10, CALENDAR) == date(2027, 5, 6)
