"""自取数以来的变化: what would be other today, and which parcels and facts made it so."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from pytest_django import Settings

from tuban.accounts.models import Role, User
from tuban.bulletins.models import Bulletin, Figure
from tuban.bulletins.since import changes_since, key_of, moved_parts, present_values
from tuban.bulletins.tests.cast import (
    Posts,
    make_draft,
    make_issued,
    make_ledger,
    make_plan,
    make_posts,
)
from tuban.law.facts import FactKind
from tuban.measures.changes import fold
from tuban.parcels.actions import record_fact, void_fact
from tuban.parcels.models import Parcel
from tuban.parcels.tests.cast import CITY, DONGSHENG, EJIN_HORO, TODAY, make_user
from tuban.values.area import Unit

pytestmark = pytest.mark.django_db
MU = Unit.MU.m2


@pytest.fixture(autouse=True)
def today(settings: Settings) -> None:
    settings.TUBAN_TODAY = TODAY


@pytest.fixture
def posts() -> Posts:
    return make_posts()


@pytest.fixture
def clerk() -> User:
    return make_user(Role.BANNER_CLERK)


@pytest.fixture
def issued(posts: Posts, clerk: User) -> Bulletin:
    make_plan(posts.reviewer, {DONGSHENG: "30"})
    make_ledger(clerk)
    return make_issued(posts)


def figure(bulletin: Bulletin, code: str, region: str, period: str = "") -> Figure:
    found = bulletin.figures.select_related("region").get(
        measure_code=code, region_id=region, period=period
    )
    found.bulletin = bulletin
    return found


def withdraw(clerk: User, no: str, mu: str, on: date = date(2024, 9, 20)) -> None:
    record_fact(
        actor=clerk,
        parcel_id=Parcel.objects.get(parcel_no=no).pk,
        kind=FactKind.WITHDRAWN,
        on=on,
        payload={"area": {"value": mu, "unit": "mu"}},
    )


def test_right_after_freezing_nothing_has_changed(issued: Bulletin, posts: Posts) -> None:
    found = changes_since(issued)

    assert (found.figures, found.facts) == ((), 0)
    now = present_values(issued)
    for item in issued.figures.all():
        assert now.get(key_of(item), Fraction(0)) == item.m2
    city = figure(issued, "unsupplied_stock", CITY)
    assert moved_parts(posts.leader, city) == ()


@pytest.mark.parametrize("folded", [False, True])
def test_a_fact_recorded_later_shows_at_every_figure_it_touches(
    issued: Bulletin, posts: Posts, clerk: User, folded: bool
) -> None:
    withdraw(clerk, "YS-1", "20.005")
    if folded:
        fold()
    found = changes_since(issued)

    touched = {key_of(change.figure) for change in found.figures}
    month = "2024-09-01/2024-09-30"
    assert touched == {
        (code, region, period)
        for region in (DONGSHENG, CITY)
        for code, period in (
            ("unsupplied_stock", ""),
            ("unsupplied_disposed", "2024"),
            ("unsupplied_disposed", month),
        )
    }
    assert found.facts == 1
    (moved,) = moved_parts(clerk, figure(issued, "unsupplied_disposed", DONGSHENG, month))
    assert (moved.parcel.parcel_no, moved.starts_on) == ("YS-1", date(2024, 9, 20))
    assert moved.frozen_m2 is None
    assert moved.by_m2 == moved.present_m2
    assert [fact.kind for fact in moved.facts] == [FactKind.WITHDRAWN]


def test_a_fact_after_the_bulletins_day_changes_nothing_of_it(
    issued: Bulletin, clerk: User, settings: Settings
) -> None:
    settings.TUBAN_TODAY = date(2024, 10, 9)
    withdraw(clerk, "YS-1", "20.005", date(2024, 10, 8))
    found = changes_since(issued)

    assert (found.figures, found.facts) == ((), 1)


def test_a_cancelled_fact_takes_away_what_was_counted(issued: Bulletin, clerk: User) -> None:
    supplied = Parcel.objects.get(parcel_no="YS-S").facts.get(kind=FactKind.SUPPLIED)
    void_fact(actor=clerk, fact_id=supplied.pk, reason="误记")
    (moved,) = moved_parts(clerk, figure(issued, "unsupplied_disposed", DONGSHENG, "2024"))

    assert (moved.frozen_m2, moved.present_m2, moved.by_m2) == (15 * MU, None, -15 * MU)


def test_new_grounds_for_the_same_area_are_told_too(issued: Bulletin, clerk: User) -> None:
    """A correction that leaves the area: the sum stands, what it rests on does not."""
    from tuban.parcels.actions import correct_fact

    parcel = Parcel.objects.get(parcel_no="YS-0")
    old = parcel.facts.get()
    correct_fact(actor=clerk, fact_id=old.pk, on=old.on, payload=old.payload, reason="补文号")
    stock = figure(issued, "unsupplied_stock", DONGSHENG)
    (moved,) = moved_parts(clerk, stock)

    assert changes_since(issued).figures == ()
    assert (moved.parcel, moved.by_m2) == (parcel, 0)


def test_rows_stay_within_the_readers_own_region(
    issued: Bulletin, posts: Posts, clerk: User
) -> None:
    withdraw(clerk, "YS-1", "20.005")
    stranger = make_user(Role.BANNER_CLERK, EJIN_HORO)
    for region in (CITY, DONGSHENG):
        stock = figure(issued, "unsupplied_stock", region)
        assert moved_parts(stranger, stock) == ()
        assert len(moved_parts(posts.leader, stock)) == 1


def test_a_banners_bulletin_counts_only_its_own_facts(
    issued: Bulletin, posts: Posts, clerk: User
) -> None:
    draft = make_draft(posts.drafter, region=EJIN_HORO)
    withdraw(clerk, "YS-1", "20.005")

    assert changes_since(draft).facts == 0
