"""Taking facts out of a record: what counts again, and what would be left in the air."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tuban.law import model as m
from tuban.law.admission import objections
from tuban.law.facts import Fact, FactKind
from tuban.law.model import FactId, Payload, effective
from tuban.law.removal import dependents, without
from tuban.law.tests.test_timeline_properties import TODAY, admissible_histories, relaxed
from tuban.law.timeline import timeline
from tuban.values.area import Area


def fact(pk: int, kind: FactKind, on: str, payload: Payload, supersedes: int | None = None) -> Fact:
    return Fact(pk, kind, date.fromisoformat(on), payload, supersedes=supersedes)


def approved(pk: int, hectares: str, supersedes: int | None = None) -> Fact:
    payload = m.Approved(Area.of(hectares, "ha"))
    return fact(pk, FactKind.APPROVED, "2015-06-30", payload, supersedes)


def supplied(pk: int, hectares: str, supersedes: int | None = None) -> Fact:
    payload = m.Supplied(Area.of(hectares, "ha"))
    return fact(pk, FactKind.SUPPLIED, "2016-05-01", payload, supersedes)


def void(pk: int, supersedes: int) -> Fact:
    return fact(pk, FactKind.VOID, "2016-05-01", m.Void(), supersedes)


STARTED = fact(9, FactKind.START_REPORTED, "2018-01-05", m.StartReported())


def codes(record: list[Fact], *removed: FactId) -> list[tuple[FactId, str]]:
    return [(d.fact.id, d.code) for d in dependents(record, set(removed), today=TODAY)]


def test_what_a_removed_correction_replaced_counts_again() -> None:
    record = [approved(1, "10"), approved(2, "12", supersedes=1)]

    assert effective(without(record, {2})) == [approved(1, "10")]


def test_a_correction_kept_to_removed_ones_corrects_the_first_fact_that_is_left() -> None:
    record = [
        approved(1, "10"),
        approved(2, "12", supersedes=1),
        approved(3, "13", supersedes=2),
        approved(4, "14", supersedes=3),
    ]

    left = without(record, {2, 3})

    assert left == [approved(1, "10"), approved(4, "14", supersedes=1)]
    assert [f.id for f in effective(left)] == [4]


def test_a_correction_of_nothing_but_removed_facts_is_a_new_fact() -> None:
    record = [approved(1, "10"), approved(2, "12", supersedes=1)]

    assert without(record, {1}) == [approved(2, "12")]


def test_a_cancellation_reaches_through_a_removed_correction() -> None:
    record = [supplied(1, "2"), supplied(2, "3", supersedes=1), void(3, 2)]

    assert effective(without(record, {2})) == []


def test_nothing_later_means_nothing_in_the_way() -> None:
    assert codes([approved(1, "10"), supplied(2, "2"), STARTED], 1, 2, 9) == []
    assert codes([STARTED, approved(1, "10"), supplied(2, "2")], 1, 2) == []


def test_a_correction_of_a_removed_fact_is_in_the_way() -> None:
    record = [approved(1, "10"), supplied(2, "2"), supplied(3, "3", supersedes=2)]

    assert codes(record, 1, 2) == [(3, "corrects_removed")]


def test_a_correction_of_a_correction_of_a_removed_fact_is_in_the_way_alone() -> None:
    record = [
        approved(1, "10"),
        supplied(2, "2"),
        supplied(3, "3", supersedes=2),
        supplied(4, "4", supersedes=3),
    ]

    assert codes(record, 2) == [(4, "corrects_removed")]


def test_a_cancelled_correction_is_not_in_the_way() -> None:
    record = [supplied(2, "2"), supplied(3, "3", supersedes=2), void(4, 3)]

    assert codes(record, 2) == []


def test_a_cancellation_of_a_removed_fact_is_not_in_the_way() -> None:
    assert codes([supplied(2, "2"), void(3, 2)], 2) == []


def test_a_supply_left_without_its_approval_is_in_the_way() -> None:
    assert codes([approved(1, "10"), supplied(2, "2")], 1) == [(2, "left_without_approval")]


def test_a_start_left_without_its_supply_is_in_the_way() -> None:
    record = [approved(1, "10"), supplied(2, "2"), STARTED]

    (found,) = dependents(record, {1, 2}, today=TODAY)

    assert (found.fact, found.code) == (STARTED, "left_without_supply")
    assert found.message == "撤销后，这条事实所依据的供应不再在记录中。"
    assert found.remedy == "请先更正或作废这条事实，再撤销批次。"


def test_a_start_keeps_standing_on_another_supply() -> None:
    record = [approved(1, "10"), supplied(2, "2"), supplied(3, "3"), STARTED]

    assert codes(record, 2) == []


def test_a_supply_the_former_approval_is_too_small_for_is_in_the_way() -> None:
    record = [approved(1, "10"), approved(2, "12", supersedes=1), supplied(3, "11")]

    (found,) = dependents(record, {2}, today=TODAY)

    assert (found.fact.id, found.code) == (3, "over_consumption")
    assert "超过批准文件的剩余面积 10.0000 公顷" in found.message
    assert found.article


def test_of_two_later_supplies_the_one_that_no_longer_fits_is_named() -> None:
    record = [
        approved(1, "10"),
        approved(2, "12", supersedes=1),
        supplied(3, "6"),
        replace(supplied(4, "5"), on=date(2017, 1, 1)),
    ]

    assert codes(record, 2) == [(4, "over_consumption")]


@relaxed
@given(admissible_histories(), st.integers(min_value=0, max_value=9))
def test_removing_the_last_facts_restores_the_timeline_before_them(
    record: list[Fact], kept: int
) -> None:
    removed = {f.id for f in record[kept:]}

    assert timeline(without(record, removed)) == timeline(record[:kept])
    assert codes(record, *removed) == []


@relaxed
@given(admissible_histories(), st.integers(min_value=0, max_value=9), st.integers(1, 9))
def test_what_is_left_without_dependents_could_be_recorded_as_it_stands(
    record: list[Fact], first: int, count: int
) -> None:
    removed = {f.id for f in record[first : first + count]}
    if codes(record, *removed):
        return
    # A cancellation is final: it stands whatever is removed, as `dependents` has it.
    later = {f.id for f in record[first + count :] if f.kind is not FactKind.VOID}
    superseded = later - {f.id for f in effective(record)}
    standing = without(record, removed | later)
    for f in without(record, removed | superseded):
        if f.id in later:
            assert objections(standing, f, today=TODAY) == ()
            standing.append(f)


@relaxed
@given(admissible_histories(), st.integers(min_value=0, max_value=9), st.integers(1, 9))
def test_corrections_chain_through_removed_facts_as_if_these_had_never_been(
    record: list[Fact], first: int, count: int
) -> None:
    removed = {f.id for f in record[first : first + count]}
    left = without(record, removed)
    ids = {f.id for f in left}

    assert ids == {f.id for f in record} - removed
    assert {f.supersedes for f in left if f.supersedes is not None} <= ids
    successors = [f.supersedes for f in left if f.supersedes is not None]
    assert len(successors) == len(set(successors))
