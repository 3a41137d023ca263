"""What is remembered of the record is never older than the last commit, in whatever order."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tuban.accounts.models import Role, User
from tuban.law.facts import FactKind
from tuban.measures.changes import changes
from tuban.parcels import actions
from tuban.parcels.models import Fact, Parcel
from tuban.parcels.queries import ParcelFilter, parcel_list, record_mark
from tuban.parcels.tests.cast import CITY, DONGSHENG, EJIN_HORO, TODAY, make_parcel, make_user, mu

MU_M2 = Fraction(2000, 3)


@pytest.fixture(autouse=True)
def _today(settings: Any) -> None:
    settings.TUBAN_TODAY = TODAY


@contextmanager
def uncommitted(step: Callable[[], Any]) -> Iterator[None]:
    """The step done in a transaction of its own that commits only when the block ends."""
    done, go_on = threading.Event(), threading.Event()

    def run() -> None:
        try:
            with transaction.atomic():
                step()
                done.set()
                go_on.wait(30)
        finally:
            done.set()
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert done.wait(30)
    try:
        yield
    finally:
        go_on.set()
        thread.join(30)


def approve(actor: User, parcel: Parcel, value: str) -> Fact:
    return actions.record_fact(
        actor=User.objects.get(pk=actor.pk),
        parcel_id=parcel.pk,
        kind=FactKind.APPROVED,
        on=date(2015, 6, 30),
        payload=mu(value),
    )


def unsupplied(reviewer: User) -> tuple[Fraction | None, dict[str, Fraction]]:
    """The stock as the list sums it and as the board does, both remembered."""
    listed = parcel_list(reviewer, ParcelFilter(), TODAY).total("unsupplied_m2")
    return listed, changes(["unsupplied_stock"], TODAY).stock("unsupplied_stock")


@pytest.mark.django_db(transaction=True)
def test_an_earlier_fact_committed_last_shows_at_once() -> None:
    reviewer = make_user(Role.CITY_REVIEWER, CITY)
    here = make_user(Role.BANNER_CLERK, DONGSHENG)
    there = make_user(Role.BANNER_CLERK, EJIN_HORO)
    one = make_parcel(here, no="YS-1")
    other = make_parcel(there, no="YS-2", region=EJIN_HORO)

    with uncommitted(lambda: approve(here, one, "30")):
        approve(there, other, "45")
        before = unsupplied(reviewer)
        again = unsupplied(reviewer)
    after = unsupplied(reviewer)

    assert Fact.objects.get(parcel=one).pk < Fact.objects.get(parcel=other).pk
    assert before == again == (45 * MU_M2, {EJIN_HORO: 45 * MU_M2})
    assert after == (75 * MU_M2, {DONGSHENG: 30 * MU_M2, EJIN_HORO: 45 * MU_M2})


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_the_mark_as_it_was() -> None:
    clerk = make_user(Role.BANNER_CLERK)
    parcel = make_parcel(clerk)
    before = record_mark()

    with transaction.atomic():
        approve(clerk, parcel, "30")
        during = record_mark()
        transaction.set_rollback(True)

    assert during != before
    assert record_mark() == before


@pytest.mark.django_db
def test_a_region_keeps_its_mark_while_others_change() -> None:
    clerk = make_user(Role.BANNER_CLERK)
    reviewer = make_user(Role.CITY_REVIEWER, CITY)
    make_parcel(clerk, no="YS-1", region=EJIN_HORO, approved=("2015-06-30", mu("30")))
    there, everywhere = record_mark([EJIN_HORO]), record_mark()

    here = make_parcel(clerk, no="YS-2", approved=("2015-06-30", mu("30")))
    recorded = record_mark()
    actions.review_fact(actor=reviewer, fact_id=here.facts.get().pk)

    assert record_mark([EJIN_HORO]) == there
    assert len({everywhere, recorded, record_mark()}) == 3


@pytest.mark.django_db
def test_sums_are_read_once_until_something_changes() -> None:
    reviewer = make_user(Role.CITY_REVIEWER, CITY)
    make_parcel(reviewer, approved=("2015-06-30", mu("30")))
    unsupplied(reviewer)

    with CaptureQueriesContext(connection) as seen:
        unsupplied(reviewer)

    assert [query["sql"].split('"')[1] for query in seen] == ["parcels_recordmark"] * 2
