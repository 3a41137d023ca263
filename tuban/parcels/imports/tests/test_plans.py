"""What a row would change: compared with the record fact by fact, never twice, never by force."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuban.law import model as m
from tuban.law.facts import Fact, FactKind
from tuban.parcels.imports import codec
from tuban.parcels.imports.plans import (
    CHANGED,
    CONFLICT,
    ERRONEOUS,
    NEW,
    SAME,
    Basis,
    Plan,
    StoredFact,
    StoredParcel,
    plan,
)
from tuban.parcels.imports.problems import REMARK, Problem
from tuban.parcels.imports.rows import Stated, StatedFact
from tuban.values.area import Area

TODAY = date(2024, 9, 30)
APPROVED = StatedFact(
    FactKind.APPROVED, date(2015, 6, 30), "day", m.Approved(Area.of("12.3", "ha")), "approved_on"
)
SIGNED = date(2016, 5, 1)
APPROVED_30 = StatedFact(
    FactKind.APPROVED, date(2015, 6, 30), "day", m.Approved(Area.of("30", "ha")), "approved_on"
)


def supplied(hectares: str, on: date = SIGNED) -> StatedFact:
    payload = m.Supplied(Area.of(hectares, "ha"))
    return StatedFact(FactKind.SUPPLIED, on, "day", payload, "supplied_on")


def reported(on: date) -> StatedFact:
    return StatedFact(FactKind.START_REPORTED, on, "day", m.StartReported(), "started_on")


def proven(on: date) -> StatedFact:
    payload = m.Started("SG-1", m.StartTest.PILES)
    return StatedFact(FactKind.STARTED, on, "day", payload, "started_on")


def stated(*facts: StatedFact, **parcel: str) -> Stated:
    return Stated(2, "150602", "YS-1", parcel, None, list(facts))


def record(*facts: StatedFact | Fact, by_hand: tuple[int, ...] = (), **parcel: str) -> StoredParcel:
    """A stored parcel; facts are numbered from 1, those in `by_hand` came from a person."""
    stored = [
        f if isinstance(f, Fact) else Fact(at, f.kind, f.on, f.payload, f.precision)
        for at, f in enumerate(facts, start=1)
    ]
    imported = tuple(StoredFact(f, f.id not in by_hand) for f in stored)
    return StoredParcel(7, parcel, None, imported)


def made(row: Stated, stored: StoredParcel | None) -> Plan:
    return plan(row, stored, today=TODAY)


def changes(found: Plan) -> list[tuple[str, Any]]:
    return [(c.fact.kind.value, c.old.id if c.old else None) for c in found.facts]


def test_a_parcel_the_record_does_not_know_is_new() -> None:
    found = made(stated(APPROVED, supplied("2")), None)

    assert found.outcome == NEW
    assert changes(found) == [("approved", None), ("supplied", None)]
    assert found.basis == Basis(None, ())


def test_what_the_record_holds_is_not_recorded_again() -> None:
    assert made(stated(APPROVED, name="甲"), record(APPROVED, name="甲")).outcome == SAME


def test_an_area_printed_with_more_zeros_is_the_same_area() -> None:
    assert made(stated(supplied("2.0")), record(supplied("2.0000"))).outcome == SAME


def test_the_same_date_known_only_by_year_is_another_statement() -> None:
    by_year = StatedFact(FactKind.APPROVED, APPROVED.on, "year", APPROVED.payload, "approved_on")

    assert changes(made(stated(by_year), record(APPROVED))) == [("approved", 1)]


def test_a_description_alone_makes_a_change() -> None:
    found = made(stated(APPROVED, name="乙"), record(APPROVED, name="甲"))

    assert (found.outcome, found.parcel) == (CHANGED, {"name": ("甲", "乙")})


def test_what_an_import_recorded_is_corrected() -> None:
    found = made(stated(APPROVED, supplied("3")), record(APPROVED, supplied("2")))

    assert (found.outcome, changes(found)) == (CHANGED, [("supplied", 2)])


def test_what_a_person_recorded_is_left_to_people() -> None:
    found = made(stated(APPROVED, supplied("3")), record(APPROVED, supplied("2"), by_hand=(2,)))

    assert (found.outcome, found.facts) == (CONFLICT, [])
    assert found.conflicts[0].key == "supplied_on"


def test_with_two_imported_facts_it_is_not_guessed_which_is_meant() -> None:
    other = supplied("1", date(2017, 1, 1))

    found = made(stated(supplied("5")), record(supplied("2"), other))

    assert found.outcome == CONFLICT
    assert "2 条" in found.conflicts[0].message


def test_one_of_two_supplies_stated_alone_is_known() -> None:
    other = supplied("1", date(2017, 1, 1))

    assert made(stated(supplied("2")), record(supplied("2"), other, by_hand=(2,))).outcome == SAME


def test_a_corrected_fact_no_longer_counts() -> None:
    correction = Fact(2, FactKind.SUPPLIED, SIGNED, m.Supplied(Area.of("3", "ha")), supersedes=1)

    assert made(stated(supplied("3")), record(supplied("2"), correction)).outcome == SAME
    assert changes(made(stated(supplied("2")), record(supplied("2"), correction))) == [
        ("supplied", 2)
    ]


def test_a_cancelled_fact_is_a_conflict() -> None:
    void = Fact(2, FactKind.VOID, SIGNED, m.Void(), supersedes=1)

    assert made(stated(supplied("2")), record(supplied("2"), void)).outcome == CONFLICT
    assert made(stated(supplied("3")), record(supplied("2"), void)).outcome == CHANGED


def test_a_bare_start_adds_nothing_to_a_proven_one_of_that_day() -> None:
    day = date(2017, 1, 1)

    assert (
        made(stated(reported(day)), record(supplied("2"), proven(day), by_hand=(2,))).outcome
        == SAME
    )


def test_a_proof_stands_beside_the_report_of_that_day() -> None:
    day = date(2017, 1, 1)

    found = made(stated(proven(day)), record(supplied("2"), reported(day), by_hand=(2,)))

    assert (found.outcome, changes(found)) == (CHANGED, [("started", None)])


def test_a_start_on_another_day_corrects_the_imported_one() -> None:
    found = made(stated(reported(date(2018, 1, 1))), record(supplied("2"), reported(SIGNED)))

    assert changes(found) == [("start_reported", 2)]


def test_a_later_kind_of_disposal_is_added_not_put_in_place_of_the_earlier() -> None:
    agreed = StatedFact(
        FactKind.START_REAGREED, date(2018, 1, 1), "day", m.StartReagreed(date(2019, 1, 1)), "d"
    )
    recovered = StatedFact(
        FactKind.RECOVERED, date(2020, 1, 1), "day", m.Recovered(m.RecoveryRoute.PAID), "d"
    )

    assert changes(made(stated(recovered), record(supplied("2"), agreed))) == [("recovered", None)]


def test_the_law_judges_the_record_as_it_would_stand() -> None:
    smaller = StatedFact(
        FactKind.APPROVED, APPROVED.on, "day", m.Approved(Area.of("5", "ha")), "approved_on"
    )
    stored = record(APPROVED, supplied("8"))

    alone, together = made(stated(smaller), stored), made(stated(smaller, supplied("4")), stored)

    assert alone.outcome == ERRONEOUS
    assert alone.problems[0].article
    assert together.outcome == CHANGED


def test_a_row_with_errors_is_not_planned() -> None:
    row = stated(APPROVED)
    row.problems.append(Problem("required", "region", "", "缺", "补填"))

    assert made(row, None).outcome == ERRONEOUS


AREAS = st.decimals(min_value="0.01", max_value="50", places=4)
DAYS = st.dates(min_value=date(2015, 7, 1), max_value=date(2024, 9, 30))


@st.composite
def rows(draw: st.DrawFn) -> Stated:
    """A row with an approval and any of the other facts."""
    hectares = draw(AREAS)
    facts = [
        StatedFact(
            FactKind.APPROVED, date(2015, 6, 30), "day", m.Approved(Area.of(hectares, "ha")), "a"
        )
    ]
    if draw(st.booleans()):
        day = draw(DAYS)
        facts.append(
            StatedFact(FactKind.SUPPLIED, day, "day", m.Supplied(Area.of(hectares, "ha")), "s")
        )
        if draw(st.booleans()):
            facts.append(
                StatedFact(FactKind.START_AGREED, day, "day", m.StartAgreed(draw(DAYS)), "d")
            )
        if draw(st.booleans()):
            facts.append(draw(st.sampled_from([reported, proven]))(draw(DAYS)))
    return Stated(2, "150602", "YS-1", {"name": "甲"}, None, facts)


@settings(deadline=None)
@given(rows())
def test_a_row_once_recorded_is_unchanged(row: Stated) -> None:
    found = made(row, None)
    if found.outcome == NEW:
        stored = record(*(change.fact for change in found.facts), name="甲")

        assert made(row, stored).outcome == SAME


@settings(deadline=None)
@given(rows())
def test_a_statement_survives_being_kept(row: Stated) -> None:
    found = made(row, None)

    kept = codec.encode(row, found)
    again = codec.decode(2, "150602", "YS-1", kept)

    assert again.facts == row.facts
    assert again.parcel == row.parcel
    assert codec.basis(kept) == found.basis


def test_reading_needs_neither_django_nor_a_database() -> None:
    """So that a child process with limits can do it alone."""
    code = (
        "import sys\n"
        "from tuban.parcels.imports import crosschecks, plans, rows, sheets, template, workbook\n"
        "assert not [name for name in sys.modules if name.split('.')[0] in ('django', 'psycopg')]"
    )

    subprocess.run([sys.executable, "-c", code], check=True)


# ---- Changes that look like a slip ------------------------------------------------------------


def by_contract(hectares: str, contract_no: str | None) -> StatedFact:
    payload = m.Supplied(Area.of(hectares, "ha"), contract_no=contract_no)
    return StatedFact(FactKind.SUPPLIED, SIGNED, "day", payload, "supplied_on")


def remarks(found: Plan) -> list[tuple[str, str]]:
    assert all(p.level == REMARK and p.remedy and p.stored for p in found.remarks)
    return [(p.key, p.code) for p in found.remarks]


def test_an_area_a_unit_apart_from_the_stored_one_is_remarked_and_recorded_as_stated() -> None:
    found = made(stated(supplied("30")), record(APPROVED_30, supplied("2")))

    assert remarks(found) == [("supplied_area", "unit_against_record")]
    assert "若为亩，应填 2.0000" in found.remarks[0].remedy
    assert (found.outcome, changes(found)) == (CHANGED, [("supplied", 2)])


def test_another_area_is_only_another_area() -> None:
    assert remarks(made(stated(supplied("3")), record(APPROVED_30, supplied("2")))) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("HT-1", "HT-2", [("supplied_area", "supply_other_contract")]),
        ("HT-1", "HT-1", []),
        (None, "HT-2", []),
        ("HT-1", None, []),
    ],
)
def test_a_supplied_area_that_changes_under_another_contract_is_remarked(
    old: str | None, new: str | None, expected: list[tuple[str, str]]
) -> None:
    found = made(stated(by_contract("3", new)), record(APPROVED_30, by_contract("2", old)))

    assert remarks(found) == expected
    assert found.outcome == CHANGED


def test_a_parcel_left_without_facts_begins_anew() -> None:
    found = made(stated(APPROVED, name="甲"), record(name=""))

    assert (found.outcome, found.basis) == (NEW, Basis(7, ()))


def test_the_approval_that_gives_way_is_remembered() -> None:
    row = Stated(2, "150602", "YS-1", {}, {"doc_no": "乙", "name": "", "approved_on": ""}, [])
    stored = StoredParcel(7, {}, ("甲", "一批次"), ())

    found = made(row, stored)

    assert (found.approval, found.approval_was) == (True, ("甲", "一批次"))
    assert codec.encode(row, found)["plan"]["approval_was"] == ("甲", "一批次")
