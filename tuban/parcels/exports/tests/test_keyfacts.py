"""关键事实 of the list: what counts is what the law's own functions say counts."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuban.accounts.models import Role, User
from tuban.law import model as law
from tuban.law.facts import FactKind
from tuban.law.model import Delivered, effective
from tuban.law.removal import without
from tuban.parcels.exports.keyfacts import KeyFacts, Row, counting, key_facts
from tuban.parcels.models import BatchWithdrawal, Fact
from tuban.parcels.tests.cast import add_fact, make_parcel, make_user, mu
from tuban.parcels.tests.drawn import NOON, make_batch

ON = date(2024, 9, 30)


@st.composite
def records(draw: st.DrawFn) -> list[Row]:
    """One parcel's facts: corrections follow each other one to one, batches are withdrawn."""
    rows: list[Row] = []
    free: list[int] = []
    for pk in range(1, draw(st.integers(1, 9)) + 1):
        before = draw(st.none() | st.sampled_from(free)) if free else None
        if before is not None:
            free.remove(before)
        kind = FactKind.DELIVERED
        if before is not None and draw(st.booleans()):
            kind = FactKind.VOID
        else:
            free.append(pk)
        gone = draw(st.booleans())
        rows.append(Row(1, pk, kind, ON, "day", before, gone, None, None, None, None))
        if gone and kind == FactKind.VOID:
            free.append(pk)
    return rows


@given(records())
def test_what_counts_is_what_the_law_says_counts(rows: list[Row]) -> None:
    facts = [
        law.Fact(row.pk, FactKind(row.kind), row.on, Delivered(), supersedes=row.supersedes)
        for row in rows
    ]
    withdrawn: set[law.FactId] = {row.pk for row in rows if row.withdrawn}

    assert {row.pk for row in counting(rows)} == {
        fact.id for fact in effective(without(facts, withdrawn))
    }


@pytest.fixture
def clerk(db: None) -> User:
    return make_user(Role.BANNER_CLERK)


def test_an_earlier_round_of_supply_says_nothing_of_today(clerk: User) -> None:
    parcel = make_parcel(
        clerk,
        approved=("2010-01-01", mu("45")),
        supplied=("2012-03-01", {**mu("45"), "contract_no": "HT-OLD"}),
        delivered=("2012-04-01", {}),
        start_agreed=("2012-03-01", {"start_on": "2013-03-01"}),
        recovered=("2016-01-01", {"route": "paid"}),
    )

    assert key_facts([parcel.pk], date(2015, 1, 1))[parcel.pk].contract_no == "HT-OLD"
    assert key_facts([parcel.pk], ON)[parcel.pk] == KeyFacts()


def test_a_month_stays_a_month(clerk: User) -> None:
    parcel = make_parcel(clerk, approved=("2010-01-01", mu("45")))
    fact = add_fact(parcel, clerk, FactKind.SUPPLIED, "2022-08-31", mu("45"))
    copy = Fact(**{f.attname: getattr(fact, f.attname) for f in fact._meta.concrete_fields})
    copy.pk, copy.on_precision, copy.supersedes = None, "month", fact
    copy.save()

    assert key_facts([parcel.pk], ON)[parcel.pk].supplied_on == "2022年8月"


def test_the_latest_agreement_on_starting_holds(clerk: User) -> None:
    parcel = make_parcel(
        clerk,
        approved=("2010-01-01", mu("45")),
        supplied=("2020-03-01", mu("45")),
        start_agreed=("2020-03-01", {"start_on": "2021-03-01"}),
        start_reagreed=("2023-01-01", {"start_on": "2023-12-01"}),
    )

    assert key_facts([parcel.pk], date(2022, 1, 1))[parcel.pk].start_due_on == date(2021, 3, 1)
    assert key_facts([parcel.pk], ON)[parcel.pk].start_due_on == date(2023, 12, 1)


def test_facts_of_a_withdrawn_batch_are_not_told(clerk: User) -> None:
    parcel = make_parcel(clerk, approved=("2010-01-01", mu("45")))
    batch = make_batch(clerk, parcel.region_id)
    fact = add_fact(parcel, clerk, FactKind.DELIVERED, "2022-08-31", {})
    copy = Fact(**{f.attname: getattr(fact, f.attname) for f in fact._meta.concrete_fields})
    copy.pk, copy.on, copy.batch, copy.supersedes = None, date(2023, 1, 1), batch, fact
    copy.save()
    assert key_facts([parcel.pk], ON)[parcel.pk].delivered_on == date(2023, 1, 1)

    BatchWithdrawal.objects.create(
        batch=batch, reason="误传", withdrawn_by=clerk, withdrawn_at=NOON
    )

    assert key_facts([parcel.pk], ON)[parcel.pk].delivered_on == date(2022, 8, 31)
