"""A part of the timeline says of its days what the whole one says."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tuban.law.facts import Fact
from tuban.law.tests.test_timeline_properties import DAYS, fact_sets, relaxed
from tuban.law.timeline import Period, periods_between, timeline


def flows(periods: tuple[Period, ...], first: date, last: date) -> list[tuple[object, ...]]:
    return [
        (p.starts_on, p.unsupplied_disposed_m2, p.idle_disposed_m2, p.approved_on, p.stage)
        for p in periods
        if first <= p.starts_on <= last and (p.unsupplied_disposed_m2 or p.idle_disposed_m2)
    ]


@relaxed
@given(fact_sets(), DAYS, st.integers(0, 800))
def test_on_every_day_of_the_part_both_say_the_same(
    facts: list[Fact], first: date, days: int
) -> None:
    last = first + timedelta(days=days)
    whole = timeline(facts)

    part = periods_between(facts, first, last)

    for day in (first, first + timedelta(days=days // 2), last):
        expected = whole.on(day)
        found = next(
            (p for p in part if p.starts_on <= day and (p.ends_on is None or p.ends_on > day)),
            None,
        )
        assert (found is None) == (expected is None)
        if found is not None and expected is not None:
            areas = ("stage", "flags", "approved_m2", "supplied_m2", "unsupplied_m2", "idle_m2")
            for name in (*areas, "withdrawn_m2", "approved_on", "verified"):
                assert getattr(found, name) == getattr(expected, name)
    assert flows(part, first, last) == flows(whole.periods, first, last)


@relaxed
@given(fact_sets(), DAYS, st.integers(0, 800))
def test_nothing_outside_the_part_is_told(facts: list[Fact], first: date, days: int) -> None:
    last = first + timedelta(days=days)

    for period in periods_between(facts, first, last):
        assert period.starts_on <= last
        assert period.ends_on is None or period.ends_on > first
