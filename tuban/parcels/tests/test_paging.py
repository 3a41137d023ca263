from __future__ import annotations

import random

import pytest
from django.http import QueryDict

from tuban.accounts.models import Role, User
from tuban.parcels import paging, queries
from tuban.parcels.paging import Page, read
from tuban.parcels.queries import ParcelFilter, ordered
from tuban.parcels.tests.cast import CITY, DONGSHENG, EJIN_HORO, TODAY, make_parcel, make_user, mu
from tuban.web.paging import Pager

pytestmark = pytest.mark.django_db
SIZE, COUNT = 3, 20


@pytest.fixture
def reviewer() -> User:
    """Twenty parcels in two 旗区, recorded in no order."""
    clerks = {
        DONGSHENG: make_user(Role.BANNER_CLERK, DONGSHENG),
        EJIN_HORO: make_user(Role.BANNER_CLERK, EJIN_HORO, name="far-clerk"),
    }
    rng = random.Random(3)
    for number in rng.sample(range(COUNT), COUNT):
        region = EJIN_HORO if number % 3 else DONGSHENG
        approved = ("2015-06-30", mu(str(30 + number % 7)))
        make_parcel(clerks[region], region=region, no=f"编号{number:02}", approved=approved)
    return make_user(Role.CITY_REVIEWER, CITY)


def turned_to(
    user: User, wanted: ParcelFilter, number: int, begins: str = "", *, count: int | None = COUNT
) -> Page:
    pages = -(-count // SIZE) if count else number
    asked = Pager(number, pages, SIZE, count)
    return read(ordered(user, wanted, TODAY), wanted, TODAY, asked, begins)


@pytest.mark.parametrize("count", [COUNT, None])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("skipped", [1_000, 2 * SIZE])
def test_every_page_from_every_page_holds_what_a_plain_slice_holds(
    reviewer: User,
    monkeypatch: pytest.MonkeyPatch,
    count: int | None,
    descending: bool,
    skipped: int,
) -> None:
    monkeypatch.setattr(paging, "MOST_SKIPPED", skipped)
    wanted = ParcelFilter(descending=descending)
    everything = list(ordered(reviewer, wanted, TODAY))
    parts = [everything[at : at + SIZE] for at in range(0, COUNT, SIZE)]

    page = turned_to(reviewer, wanted, 1, count=count)
    seen = [page]
    while page.more:
        page = turned_to(reviewer, wanted, page.number + 1, page.begins, count=count)
        seen.append(page)
    assert [page.rows for page in seen] == parts

    for begun in seen:
        for near in range(max(1, begun.number - 2), min(len(parts), begun.number + 2) + 1):
            page = turned_to(reviewer, wanted, near, begun.begins, count=count)
            assert (page.number, page.rows) == (near, parts[near - 1])
            assert page.more == (near < len(parts))


@pytest.mark.parametrize("sort", ["area", "stage_on", "next_on"])
@pytest.mark.parametrize("descending", [False, True])
def test_other_orders_are_read_from_the_nearer_end(
    reviewer: User, sort: str, descending: bool
) -> None:
    wanted = ParcelFilter(sort=sort, descending=descending)
    everything = list(ordered(reviewer, wanted, TODAY))
    for number in range(1, 8):
        page = turned_to(reviewer, wanted, number)
        assert page.rows == everything[(number - 1) * SIZE : number * SIZE]
        assert not page.begins


def test_a_page_out_of_reach_is_answered_by_the_nearest(
    reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "MOST_SKIPPED", SIZE)
    assert turned_to(reviewer, ParcelFilter(), 4).number == 2
    assert turned_to(reviewer, ParcelFilter(), 7).number == 7
    begun = turned_to(reviewer, ParcelFilter(), 2)
    assert turned_to(reviewer, ParcelFilter(), 5, begun.begins).number == 3


@pytest.mark.parametrize("begins", ["", "3", "3~x~y~z", "9~~~", "²~1~2~3"])
def test_a_strange_mark_is_as_none(reviewer: User, begins: str) -> None:
    assert turned_to(reviewer, ParcelFilter(), 2, begins).number == 2


def test_sums_that_take_too_long_are_left_out(
    reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tuban.parcels import pages
    from tuban.values.area import Unit

    def late(
        user: User, wanted: ParcelFilter, on: object, *, within_ms: int | None = None
    ) -> object:
        return None if within_ms else queries.sums(user, wanted, TODAY)

    monkeypatch.setattr(pages, "sums", late)
    page = pages.list_page(reviewer, QueryDict("size=20"), unit=Unit.MU, on=TODAY)
    assert (page.listed, page.in_scope, page.pager.count, len(page.rows)) == (None, None, None, 20)
    page = pages.list_page(reviewer, QueryDict("size=20&sums=1"), unit=Unit.MU, on=TODAY)
    assert page.listed is not None
    assert page.pager.count == COUNT


def test_the_page_fetches_its_sums_after_it(
    reviewer: User, client: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tuban.parcels import pages

    monkeypatch.setattr(pages, "sums", lambda *_, within_ms=None: None)
    client.force_login(reviewer)  # type: ignore[attr-defined]
    text = client.get("/parcels/").content.decode()  # type: ignore[attr-defined]
    assert "正在合计" in text
    assert 'hx-get="?sums=1"' in text
    assert "编号07" in text
