from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuban.law.counting import TermUnit, due, earliest_after_notice, latest_before, natural_end
from tuban.law.files import load_yaml
from tuban.values.workdays import MissingYear, published

CASES = load_yaml((Path(__file__).parent / "golden_terms" / "terms.yaml").read_text("utf-8"))
STARTS = st.dates(date(2004, 1, 1), date(2025, 6, 30))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_golden_terms(case: dict[str, Any]) -> None:
    asked = (case["start"], case["count"], TermUnit(case["unit"]), published())
    if "missing" in case:
        with pytest.raises(MissingYear, match="缺少 2027 年节假日安排") as raised:
            due(*asked)
        assert raised.value.year == case["missing"]
        return
    found = due(*asked)
    assert (found.natural, found.on) == (case["natural"], case["on"])
    assert ("TIM-03" in found.rules) == found.rolled == (case["natural"] != case["on"])


def test_13_j_a_listing_begins_twenty_days_after_its_notice() -> None:
    first = earliest_after_notice(date(2025, 9, 1), 20)
    assert first == date(2025, 9, 21)
    assert date(2025, 9, 20) < first


def test_what_must_come_before_an_act_moves_earlier() -> None:
    # 30 days before 2025-11-01 is 10-02, inside the National Day break: 09-30 is the last workday.
    assert latest_before(date(2025, 11, 1), 30, published()) == date(2025, 9, 30)


def test_a_negative_term_is_refused() -> None:
    with pytest.raises(ValueError, match="不能为负"):
        natural_end(date(2025, 1, 1), -1, TermUnit.DAYS, published())


@given(STARTS, st.integers(0, 200), st.sampled_from(TermUnit))
def test_a_term_ends_on_a_workday_and_never_too_early(
    start: date, count: int, unit: TermUnit
) -> None:
    calendar = published()
    count = min(count, {TermUnit.YEARS: 1, TermUnit.MONTHS: 12}.get(unit, 200))
    found = due(start, count, unit, calendar)
    assert calendar.is_workday(found.on)
    assert found.on >= found.natural >= start
    skipped = (found.on - found.natural).days
    assert not any(calendar.is_workday(found.natural + timedelta(days=n)) for n in range(skipped))


@given(STARTS, st.integers(0, 120))
def test_working_days_are_counted_back_as_they_were_counted(start: date, count: int) -> None:
    calendar = published()
    end = calendar.add_workdays(start, count)
    assert calendar.workdays_between(start, end) == count
    assert calendar.workdays_between(end, start) == -count
