from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuban.values.workdays import HolidayYear, MissingYear, published

NOTICE_2025 = {
    "off": [(1, 1), *((1, d) for d in range(28, 32)), *((2, d) for d in range(1, 5)),
            *((4, d) for d in range(4, 7)), *((5, d) for d in range(1, 6)),
            (5, 31), (6, 1), (6, 2), *((10, d) for d in range(1, 9))],
    "worked": [(1, 26), (2, 8), (4, 27), (9, 28), (10, 11)],
}  # fmt: skip
"""国办发明电〔2024〕12号, as the rule book quotes it (law.md 13.2)."""


def test_the_year_2025_is_as_its_notice_says() -> None:
    year = published().years[2025]
    assert year.off == {date(2025, m, d) for m, d in NOTICE_2025["off"]}
    assert year.worked == {date(2025, m, d) for m, d in NOTICE_2025["worked"]}
    assert year.verified


def test_every_year_from_2004_to_2026_is_covered_and_plausible() -> None:
    calendar = published()
    assert sorted(calendar.years) == list(range(2004, 2027))
    for year in calendar.years.values():
        worked = sum(
            calendar.is_workday(date.fromordinal(n))
            for n in range(date(year.year, 1, 1).toordinal(), date(year.year + 1, 1, 1).toordinal())
        )
        assert 246 <= worked <= 255, (year.year, worked)


def test_a_made_up_weekend_is_worked_and_a_festival_is_not() -> None:
    calendar = published()
    assert calendar.is_workday(date(2025, 10, 11))
    assert not calendar.is_workday(date(2025, 10, 8))
    assert calendar.rolled(date(2025, 10, 1)) == date(2025, 10, 9)


def test_a_year_without_its_notice_is_not_guessed() -> None:
    with pytest.raises(MissingYear, match="缺少 2027 年节假日安排"):
        published().is_workday(date(2027, 3, 1))


def test_the_next_year_can_be_added() -> None:
    record = {"year": 2027, "rest": ["01-01/01-03"], "work": ["01-09"], "notice": "演示"}
    longer = published().with_years([HolidayYear.of(record)])
    assert longer.is_workday(date(2027, 1, 9))
    assert not longer.is_workday(date(2027, 1, 1))
    assert 2027 not in published().years


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({"year": 2027, "work": ["01-04"]}, "不是周六或周日"),
        ({"year": 2027, "rest": ["01-09"], "work": ["01-09"]}, "既放假又上班"),
        ({"year": 2027, "rest": ["01-05/01-02"]}, "起止颠倒"),
        ({"year": 2027, "rest": ["02-30"]}, "month|day"),
    ],
)
def test_a_wrong_notice_is_refused(record: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        HolidayYear.of(record)


@given(
    st.dates(date(2004, 1, 1), date(2026, 12, 31)), st.dates(date(2004, 1, 1), date(2026, 12, 31))
)
def test_working_days_between_are_those_counted_one_by_one(one: date, other: date) -> None:
    calendar = published()
    start, end = min(one, other), max(one, other)
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    counted = sum(calendar.is_workday(day) for day in days)
    assert calendar.workdays_between(start, end) == counted
    assert calendar.workdays_between(end, start) == -counted


def test_working_days_between_need_every_year_on_the_way() -> None:
    calendar = published()
    assert calendar.workdays_between(date(2026, 12, 31), date(2026, 12, 31)) == 0
    with pytest.raises(MissingYear):
        calendar.workdays_between(date(2026, 6, 1), date(2027, 1, 1))
