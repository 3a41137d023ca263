from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.http import QueryDict

from tuban.accounts.models import Role, User
from tuban.core.timelimit import OutOfTime
from tuban.parcels import paging, queries
from tuban.parcels.paging import Page, read
from tuban.parcels.queries import ParcelFilter, filtered, ordered
from tuban.parcels.sorting import SORTS
from tuban.parcels.tests.cast import CITY, DONGSHENG, EJIN_HORO, TODAY, make_parcel, make_user, mu
from tuban.web.paging import Pager

pytestmark = pytest.mark.django_db
SIZE, COUNT = 3, 20


@pytest.fixture
def reviewer() -> User:
    """Twenty parcels in two 旗区, recorded in no order; some without approval, some without term."""
    clerks = {
        DONGSHENG: make_user(Role.BANNER_CLERK, DONGSHENG),
        EJIN_HORO: make_user(Role.BANNER_CLERK, EJIN_HORO, name="far-clerk"),
    }
    rng = random.Random(3)
    for number in rng.sample(range(COUNT), COUNT):
        region = EJIN_HORO if number % 3 else DONGSHENG
        facts: dict[str, Any] = {"approved": ("2015-06-30", mu(str(30 + number % 7)))}
        if number % 5 == 0:
            facts = {"supplied": (f"20{number + 1:02}-03-01", mu("20"))}
            facts["start_agreed"] = (f"20{number + 1:02}-03-01", {"start_on": "2024-12-01"})
        make_parcel(clerks[region], region=region, no=f"编号{number:02}", **facts)
    return make_user(Role.CITY_REVIEWER, CITY)


def turned_to(
    user: User, wanted: ParcelFilter, number: int, begins: str = "", *, count: int | None = COUNT
) -> Page:
    pages = -(-count // SIZE) if count else number
    asked = Pager(number, pages, SIZE, count)
    return read(user, filtered(user, wanted, TODAY), wanted, TODAY, asked, begins)


@pytest.mark.parametrize(("count", "skipped"), [(COUNT, 2 * SIZE), (None, 2 * SIZE), (None, 1_000)])
@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("descending", [False, True])
def test_every_page_from_every_page_holds_what_a_plain_slice_holds(
    reviewer: User,
    monkeypatch: pytest.MonkeyPatch,
    count: int | None,
    sort: str,
    descending: bool,
    skipped: int,
) -> None:
    monkeypatch.setattr(paging, "MOST_SKIPPED", skipped)
    wanted = ParcelFilter(sort=sort, descending=descending)
    everything = list(ordered(reviewer, filtered(reviewer, wanted, TODAY), wanted, TODAY))
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


@pytest.mark.parametrize("sort", SORTS[1:])
def test_what_is_missing_comes_last_in_either_direction(reviewer: User, sort: str) -> None:
    column = {"area": "approved_m2", "stage_on": "stage_since", "next_on": "next_on"}[sort]
    for descending in (False, True):
        wanted = ParcelFilter(sort=sort, descending=descending)
        found = [
            getattr(row, column)
            for row in ordered(reviewer, filtered(reviewer, wanted, TODAY), wanted, TODAY)
        ]
        known = [value for value in found if value is not None]
        assert known == sorted(known, reverse=descending)
        assert found == known + [None] * (COUNT - len(known))


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


@pytest.mark.parametrize(
    ("sort", "values"),
    [
        ("area", "NaN~1"),
        ("area", "Infinity~1"),
        ("area", "1e999999~1"),
        ("area", "几~1"),
        ("area", "20000~-1"),
        ("area", f"20000~{'9' * 30}"),
        ("stage_on", "2024-02-30~1"),
        ("stage_on", "~1"),
        ("next_on", "明天~1"),
        ("next_on", "2024-02-01~²"),
        ("parcel_no", "\0~\0"),
    ],
)
def test_a_mark_with_strange_values_is_as_none_or_as_a_place(
    reviewer: User, sort: str, values: str
) -> None:
    wanted = ParcelFilter(sort=sort)
    kept = turned_to(reviewer, wanted, 1).begins.split("~")[1]
    assert turned_to(reviewer, wanted, 2, f"2~{kept}~{values}").number == 2


def test_rows_that_are_not_found_in_time_are_sorted(
    reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = ParcelFilter(sort="stage_on", descending=True, approved_from=1990)
    everything = list(ordered(reviewer, filtered(reviewer, wanted, TODAY), wanted, TODAY))
    in_time = turned_to(reviewer, wanted, 3, count=None)

    @contextmanager
    def at_once(milliseconds: int | None) -> Iterator[None]:
        yield
        assert milliseconds
        raise OutOfTime

    monkeypatch.setattr(paging, "time_limit", at_once)
    late = turned_to(reviewer, wanted, 3, count=None)
    assert late == in_time
    assert late.rows == everything[2 * SIZE : 3 * SIZE]


def test_sums_that_take_too_long_are_left_out(
    reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tuban.parcels import pages
    from tuban.values.area import Unit

    def late(user: User, asked: Any, on: date, *, within_ms: int | None = None) -> list[object]:
        return [None] * len(asked) if within_ms else [*queries.sums(user, asked, on)]

    monkeypatch.setattr(pages, "sums", late)
    page = pages.list_page(reviewer, QueryDict("size=20"), unit=Unit.MU, on=TODAY)
    assert (page.listed, page.in_scope, page.pager.count, len(page.rows)) == (None, None, None, 20)
    page = pages.list_page(reviewer, QueryDict("size=20&sums=1"), unit=Unit.MU, on=TODAY)
    assert page.listed is not None
    assert page.pager.count == COUNT


def test_sums_that_took_too_long_once_are_not_tried_again_until_asked_for(
    reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def late(rows: object) -> object:
        tried.append(rows)
        raise OutOfTime

    wanted = ParcelFilter()
    asked = {wanted: filtered(reviewer, wanted, TODAY)}
    with monkeypatch.context() as patch:
        patch.setattr(queries, "_sums", late)
        assert queries.sums(reviewer, asked, TODAY, within_ms=80) == [None]
        assert queries.sums(reviewer, asked, TODAY, within_ms=80) == [None]
    assert len(tried) == 1
    (whole,) = queries.sums(reviewer, asked, TODAY)
    assert whole is not None
    assert queries.sums(reviewer, asked, TODAY, within_ms=80) == [whole]


def test_the_page_fetches_its_sums_after_it(
    reviewer: User, client: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tuban.parcels import pages

    monkeypatch.setattr(pages, "sums", lambda user, asked, on, within_ms=None: [None])
    client.force_login(reviewer)  # type: ignore[attr-defined]
    text = client.get("/parcels/").content.decode()  # type: ignore[attr-defined]
    assert "正在合计" in text
    assert 'hx-get="?sums=1"' in text
    assert "编号07" in text
