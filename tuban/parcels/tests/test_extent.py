"""范围 and 来源 on the parcel page: what is drawn, measured, told and kept from whom."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
import shapely
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from tuban.accounts.models import Role, User
from tuban.core import clock
from tuban.geodata.model import Ring
from tuban.law.facts import FactKind
from tuban.parcels import shapes
from tuban.parcels.extent import extent
from tuban.parcels.models import Batch, BatchWithdrawal, Fact, Outcome, Parcel, StagedRow
from tuban.parcels.tests.cast import CITY, EJIN_HORO, TODAY, add_fact, make_parcel, make_user, mu
from tuban.parcels.tests.drawn import HOLE, NOON, SHELL, draw, make_batch, rectangle

pytestmark = pytest.mark.django_db
APPROVED = ("2015-06-30", mu("45"))


@pytest.fixture(autouse=True)
def today(settings: Settings) -> None:
    settings.TUBAN_TODAY = TODAY


@pytest.fixture
def clerk() -> User:
    return make_user(Role.BANNER_CLERK)


@pytest.fixture
def desk(client: Client, clerk: User) -> Client:
    client.force_login(clerk)
    return client


@pytest.fixture
def parcel(clerk: User) -> Parcel:
    return make_parcel(clerk, no="DK-001", approved=APPROVED)


def page_of(client: Client, parcel: Parcel, query: str = "") -> str:
    response = client.get(f"/parcels/{parcel.pk}/{query}")
    assert response.status_code == 200
    return response.content.decode()


# ---- Areas and points -------------------------------------------------------------------------


def test_the_panel_gives_areas_difference_verdict_and_system(
    desk: Client, clerk: User, parcel: Parcel
) -> None:
    draw(parcel, clerk)

    page = page_of(desk, parcel, "?unit=m2")

    assert "97,000.00" in page
    assert "（9.7000 公顷）" in page
    assert "96,973.78" in page
    assert "26.22 平方米，0.027%" in page
    assert "2000国家大地坐标系三度带 37 带（中央经线 111°，Y 含带号）（EPSG:4525）" in page
    assert "8 点，1 块，1 个内圈" in page
    assert "登记于 2024-09-20 12:00" in page


@pytest.mark.parametrize(
    ("printed", "word", "reason"),
    [  # G3-13
        ("9.7000", "相符", "与平面面积"),
        ("9.6974", "相符", "与椭球面积"),
        ("9.6980", "接近", "0.05%"),
        ("9.7600", "不符", "核对单位与坐标"),
    ],
)
def test_the_verdict_is_that_of_the_tolerance_rule(
    clerk: User, parcel: Parcel, printed: str, word: str, reason: str
) -> None:
    draw(parcel, clerk, area_text=printed)

    found = extent(clerk, parcel, TODAY)

    assert found is not None
    assert found.verdict is not None
    assert found.verdict.word == word
    assert reason in found.verdict.reason


def test_a_file_without_an_area_is_not_judged(desk: Client, clerk: User, parcel: Parcel) -> None:
    draw(parcel, clerk, area_text="")

    page = page_of(desk, parcel)

    assert "来件没有写面积" in page
    assert re.search(r"载明减椭球</dt><dd[^>]*>—<", page)


def test_points_are_in_the_delivered_system_north_first(
    desk: Client, clerk: User, parcel: Parcel
) -> None:
    draw(parcel, clerk)

    page = page_of(desk, parcel)

    first = re.search(r"<details class=\"p-points\">.*?<tbody><tr>(.*?)</tr>", page, re.DOTALL)
    assert first is not None
    cells = re.findall(r">([^<]+)<", first[1])
    assert cells == ["1", "J1", "4385250.000", "37395000.000"]
    assert page.count(">J1</th>") == 1  # the closing row is left out


def test_degrees_stay_degrees(desk: Client, clerk: User, parcel: Parcel) -> None:
    draw(parcel, clerk, rectangle(109.78, 39.59, 0.004, 0.003), epsg=4490, decimals=8)

    page = page_of(desk, parcel)

    assert "纬度在前，度" in page
    assert "39.59300000" in page
    assert "平面面积" not in page


def test_on_an_earlier_day_the_boundary_says_when_it_was_recorded(
    desk: Client, clerk: User, parcel: Parcel
) -> None:
    draw(parcel, clerk)

    assert "在截至日之后" in page_of(desk, parcel, "?on=2023-01-01")
    assert "在截至日之后" in page_of(desk, parcel, "?on=2010-01-01")
    assert "在截至日之后" not in page_of(desk, parcel)


def test_without_a_boundary_it_says_how_to_deliver_one(
    client: Client, clerk: User, parcel: Parcel
) -> None:
    client.force_login(clerk)
    assert "地块编号写作 DK-001" in page_of(client, parcel)
    client.force_login(make_user(Role.AUDITOR))
    assert "由旗区经办或市局审核" in page_of(client, parcel)


# ---- Map --------------------------------------------------------------------------------------


def test_neighbours_within_the_frame_are_links_others_are_not_drawn(
    desk: Client, clerk: User, parcel: Parcel
) -> None:
    draw(parcel, clerk)
    near = make_parcel(clerk, no="DK-NEAR", approved=APPROVED)
    draw(near, clerk, rectangle(37395420, 4385000, 100, 250))
    far = make_parcel(clerk, no="DK-FAR", approved=APPROVED)
    draw(far, clerk, rectangle(37405000, 4385000, 100, 250))
    theirs = make_parcel(clerk, no="DK-THEIRS", region=EJIN_HORO, approved=APPROVED)
    draw(theirs, clerk, rectangle(37394880, 4385000, 100, 250))

    page = page_of(desk, parcel)

    assert f'href="/parcels/{near.pk}/" aria-label="相邻地块 DK-NEAR"' in page
    assert "DK-FAR" not in page
    assert "DK-THEIRS" not in page
    desk.force_login(make_user(Role.CITY_REVIEWER, CITY))
    assert "DK-THEIRS" in page_of(desk, parcel)


def ring(points: Any, number: int = 1) -> Ring:
    closed = np.array([*points, points[0]], dtype=float)
    labels = [f"J{number + k}" for k in range(len(points))]
    return Ring("1", (*labels, labels[0]), closed)


def test_the_drawing_keeps_north_up_and_the_hole_open() -> None:
    rings = (ring(SHELL), ring(HOLE, 5))
    frame = shapes.frame_of(rings)

    made = shapes.draw(rings, frame)

    corners = [tuple(map(float, pair.split())) for pair in made.path.split("Z")[0][1:].split("L")]
    north_west, north_east, south_east, _ = corners
    assert north_west[0] < north_east[0]
    assert north_east[1] < south_east[1]
    assert made.path.count("Z") == 2
    assert {dot.text for dot in made.dots if dot.text} <= {f"J{k}" for k in range(1, 9)}
    assert [dot.text for dot in made.dots[:4]] == ["J1", "J2", "J3", "J4"]


@pytest.mark.parametrize(("width", "text"), [(300, "YS-150602-0200"), (100, "0200"), (10, "")])
def test_a_neighbour_is_named_as_far_as_there_is_room(width: float, text: str) -> None:
    rings = (ring(SHELL),)
    frame = shapes.frame_of(rings)
    shape = shapely.polygons(ring(rectangle(37395100, 4385260, width, 100)).coordinates)

    made = shapes.draw(rings, frame, [shapes.Near(7, "YS-150602-0200", shape)])

    assert [(n.pk, n.text) for n in made.neighbours] == [(7, text)]


def test_with_many_points_neither_numbers_nor_dots() -> None:
    angles = np.linspace(0, 2 * np.pi, 100, endpoint=False)
    circle = [(37395000 + 100 * np.cos(a), 4385000 + 100 * np.sin(a)) for a in angles]

    made = shapes.draw((ring(circle),), shapes.frame_of((ring(circle),)))

    assert made.dots == ()


@given(st.floats(0.05, 5_000))
def test_the_scale_bar_is_a_round_length_that_has_room(metres_per_unit: float) -> None:
    bar = shapes.scale_bar(metres_per_unit)

    number, unit = bar.words.split(" ")
    metres = float(number) * (1000 if unit == "千米" else 1)
    assert 36 <= bar.length <= 90
    assert metres / metres_per_unit == pytest.approx(bar.length, abs=0.06)
    assert str(int(metres * 10**6)).strip("0") in {"1", "2", "5"}


@given(
    east=st.floats(37_300_000, 37_600_000),
    north=st.floats(4_200_000, 4_500_000),
    width=st.floats(0.5, 20_000),
    height=st.floats(0.5, 20_000),
)
def test_the_parcel_lies_inside_its_frame(
    east: float, north: float, width: float, height: float
) -> None:
    one = ring(rectangle(east, north, width, height))

    made = shapes.draw((one,), shapes.frame_of((one,)))

    for dot in made.dots:
        assert dot.text in {"", "J1", "J2", "J3", "J4"}
        assert 0 < dot.x < shapes.WIDTH
        assert 0 < dot.y < shapes.HEIGHT


# ---- Lineage ----------------------------------------------------------------------------------


def sources(client: Client, parcel: Parcel) -> list[str]:
    page = page_of(client, parcel, "?tab=sources")
    table = page[page.index("p-facts") :].split("<tbody>")[1].split("</tbody>")[0]
    return [re.sub(r"<[^>]+>", " ", row) for row in table.split("<tr")[1:]]


def imported(parcel: Parcel, user: User, batch: Batch) -> None:
    """A fact as a confirmed ledger records it."""
    fact = add_fact(parcel, user, FactKind.DELIVERED, "2022-08-31", {})
    copy = Fact(**{f.attname: getattr(fact, f.attname) for f in fact._meta.concrete_fields})
    copy.pk, copy.batch, copy.supersedes = None, batch, fact
    copy.save()


def test_every_batch_that_touched_the_parcel_in_order(
    desk: Client, clerk: User, parcel: Parcel
) -> None:
    ledger = make_batch(clerk, parcel.region_id, name="台账.xlsx")
    imported(parcel, clerk, ledger)
    described = make_batch(clerk, parcel.region_id, name="改名.xlsx")
    StagedRow.objects.create(
        upload=described.upload,
        row_no=3,
        region=parcel.region,
        parcel_no=parcel.parcel_no,
        raw={},
        outcome=Outcome.CHANGED,
        taken=True,
    )
    refused = make_batch(clerk, parcel.region_id, name="未登记.xlsx")
    StagedRow.objects.create(
        upload=refused.upload,
        row_no=3,
        region=parcel.region,
        parcel_no=parcel.parcel_no,
        raw={},
        outcome=Outcome.ERROR,
    )
    draw(parcel, clerk, batch=make_batch(clerk, parcel.region_id, name="第一次.txt"))
    later = make_batch(clerk, parcel.region_id, name="第二次.txt")
    draw(parcel, clerk, batch=later)
    for number, batch in enumerate(Batch.objects.order_by("pk")):
        Batch.objects.filter(pk=batch.pk).update(confirmed_at=NOON + timedelta(hours=number))
    BatchWithdrawal.objects.create(
        batch=later, reason="误传", withdrawn_by=clerk, withdrawn_at=clock.now()
    )

    rows = sources(desk, parcel)

    assert [re.search(r"(台账|改名|第一次|第二次|未登记)", row)[0] for row in rows] == [  # type: ignore[index]
        "台账",
        "改名",
        "第一次",
        "第二次",
    ]
    assert "1 条事实" in rows[0]
    assert "地块的名称、坐落、权利人等" in rows[1]
    assert "现行范围" in rows[2]
    assert "已撤销" in rows[3]
    assert "现行范围" not in rows[3]


def test_an_upload_out_of_scope_is_named_but_not_linked(
    desk: Client, clerk: User, parcel: Parcel
) -> None:
    city = make_batch(clerk, CITY, name="全市界址.txt")
    draw(parcel, clerk, batch=city)

    page = page_of(desk, parcel, "?tab=sources")

    assert "全市界址.txt" in page
    assert f"/imports/{city.upload_id}/" not in page


def test_sums_of_the_panel_are_those_of_the_record(clerk: User, parcel: Parcel) -> None:
    boundary = draw(parcel, clerk)

    found = extent(clerk, parcel, TODAY)

    assert found is not None
    assert found.difference_m2 == Decimal("97000") - boundary.ellipsoidal_m2
