"""Facts that may be recorded together are facts to which nothing is objected."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tuban.law import model as m
from tuban.law.admission import admissible, objections
from tuban.law.facts import Fact, FactKind
from tuban.law.tests.test_timeline_properties import TODAY, fact_sets, relaxed
from tuban.values.area import Area

APPROVED = Fact(1, FactKind.APPROVED, date(2015, 1, 1), m.Approved(Area.of("10", "ha")))


def supplied(pk: int, hectares: str, on: date = date(2016, 1, 1)) -> Fact:
    return Fact(pk, FactKind.SUPPLIED, on, m.Supplied(Area.of(hectares, "ha")))


def test_a_plain_history_may_be_recorded_at_once() -> None:
    assert admissible([], [APPROVED, supplied(2, "6"), supplied(3, "4")], today=TODAY)


def test_together_they_may_take_more_than_was_approved() -> None:
    assert not admissible([], [APPROVED, supplied(2, "6"), supplied(3, "5")], today=TODAY)
    assert not admissible([APPROVED, supplied(2, "6")], [supplied(3, "5")], today=TODAY)


def test_a_fact_before_the_approval_or_in_the_future_is_not_admissible() -> None:
    assert not admissible([], [supplied(2, "6", date(2014, 1, 1)), APPROVED], today=TODAY)
    assert not admissible([], [APPROVED, supplied(2, "6", date(2030, 1, 2))], today=TODAY)


def test_what_was_contradictory_before_is_not_held_against_new_facts() -> None:
    contradictory = [APPROVED, supplied(2, "11")]
    delivered = Fact(3, FactKind.DELIVERED, date(2017, 1, 1), m.Delivered())

    assert admissible(contradictory, [delivered], today=TODAY)


def test_corrections_are_always_asked_one_by_one() -> None:
    correction = Fact(2, APPROVED.kind, APPROVED.on, APPROVED.payload, supersedes=1)

    assert not admissible([APPROVED], [correction], today=TODAY)


@relaxed
@given(fact_sets(corrections=False), st.integers(min_value=0, max_value=9))
def test_nothing_is_objected_to_any_of_admissible_facts(facts: list[Fact], kept: int) -> None:
    existing, new = facts[:kept], facts[kept:]

    if admissible(existing, new, today=TODAY):
        for fact in new:
            others = [f for f in facts if f is not fact]
            assert objections(others, fact, today=TODAY) == ()
