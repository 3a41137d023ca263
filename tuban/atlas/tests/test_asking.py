from __future__ import annotations

import re
from datetime import date
from typing import Any

import numpy as np
import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.test import Client
from pytest_django import Settings

from tuban.accounts.models import Role, User
from tuban.atlas.asking import NoSuchPlace, NotMeasurable, located, measured
from tuban.atlas.sheets import SCALES, NotPrintable, draw, nearest_scale
from tuban.geodata.crs import GEOGRAPHIC, Zone, transform
from tuban.parcels.models import Parcel
from tuban.parcels.queries import ParcelFilter
from tuban.parcels.tests.cast import CITY, DONGSHENG, EJIN_HORO, TODAY, make_parcel, make_user, mu

HERE = (109.98, 39.82)
SIDE = 0.002


@pytest.fixture
def today(settings: Settings) -> None:
    settings.TUBAN_TODAY = TODAY


@pytest.fixture
def parcels(db: None, today: None) -> tuple[Parcel, Parcel]:
    """A parcel of 东胜区, and a small one of 伊金霍洛旗 drawn on top of it."""
    clerk = make_user(Role.BANNER_CLERK, DONGSHENG, name="near")
    one = make_parcel(clerk, no="DS-1", region=DONGSHENG, approved=("2015-06-30", mu("45")))
    far = make_user(Role.BANNER_CLERK, EJIN_HORO, name="far")
    two = make_parcel(far, no="YJ-2", region=EJIN_HORO, approved=("2015-06-30", mu("3")))
    for parcel, side in ((one, SIDE), (two, SIDE / 2)):
        x, y = HERE
        square = Polygon.from_bbox((x, y, x + side, y + side))
        parcel.geometry = MultiPolygon(square, srid=4490)
        parcel.save(update_fields=("geometry",))
    return one, two


def signed_in(client: Client, role: Role, region: str) -> User:
    user = make_user(role, region)
    client.force_login(user)
    return user


AT = f"{HERE[0] + SIDE / 4},{HERE[1] + SIDE / 4}"
BOX = f"{HERE[0] - 0.01},{HERE[1] - 0.01},{HERE[0] + 0.01},{HERE[1] + 0.01}"


def test_a_click_lists_all_hits_the_smallest_first(
    client: Client, parcels: tuple[Parcel, Parcel]
) -> None:
    signed_in(client, Role.CITY_REVIEWER, CITY)
    page = client.get(f"/map/hits/?at={AT}&reach=0").content.decode()
    assert re.findall(r'data-parcel="(\d+)"', page) == [str(parcels[1].pk), str(parcels[0].pk)]
    assert "同一位置 2 个对象" in page


def test_a_click_beside_a_parcel_still_finds_it(
    client: Client, parcels: tuple[Parcel, Parcel]
) -> None:
    signed_in(client, Role.BANNER_CLERK, DONGSHENG)
    beside = f"{HERE[0] - 0.0001},{HERE[1] + SIDE / 2}"
    assert "DS-1" in client.get(f"/map/hits/?at={beside}&reach=0.0002").content.decode()
    assert "这里没有地块" in client.get(f"/map/hits/?at={beside}&reach=0.00005").content.decode()


def test_another_regions_parcels_are_neither_hit_nor_counted(
    client: Client, parcels: tuple[Parcel, Parcel]
) -> None:
    signed_in(client, Role.BANNER_CLERK, DONGSHENG)
    assert "YJ-2" not in client.get(f"/map/hits/?at={AT}&reach=0.01").content.decode()
    panel = client.get(f"/map/window/?box={BOX}&unit=mu").content.decode()
    assert "1 宗</a>" in panel
    assert "45.00 亩" in panel
    listed = client.get(f"/parcels/?box={BOX}&unit=mu").content.decode()
    assert "DS-1" in listed
    assert "YJ-2" not in listed


def test_the_window_counts_what_the_list_counts(
    client: Client, parcels: tuple[Parcel, Parcel]
) -> None:
    signed_in(client, Role.CITY_LEADER, CITY)
    panel = client.get(f"/map/window/?box={BOX}&stage=unsupplied&unit=mu").content.decode()
    link = re.search(r'href="([^"]+)">2 宗', panel)
    assert link
    assert "48.00 亩" in panel
    listed = client.get(link[1].replace("&amp;", "&")).content.decode()
    assert "DS-1" in listed
    assert "框选" in listed
    away = client.get("/map/window/?box=107,38,107.1,38.1").content.decode()
    assert "0 宗</a>" in away


@pytest.mark.parametrize(
    "address",
    [
        "/map/window/",
        "/map/window/?box=1,2,3",
        "/map/window/?box=110,40,109,39",
        "/map/window/?box=nan,39,110,40",
        "/map/hits/?at=abc",
        "/map/hits/?at=109.98,39.82&reach=x",
        "/map/hits/?at=nan,39",
        "/map/measure/?points=109.98,39.82",
        "/map/measure/?points=",
        "/map/place/?at=abc",
        "/map/print/?at=109.98,39.82&scale=777&paper=A4",
        "/map/print/?at=109.98,39.82&scale=5000&paper=A9",
        "/map/print/?at=999,39.82",
        "/map/print/?at=73.2,39&scale=5000&paper=A4",
        "/map/print/?at=0,0&scale=5000&paper=A4",
        "/map/print/?at=109.98,-80&scale=5000&paper=A4",
    ],
)
def test_a_question_that_is_none_is_refused_in_words(
    client: Client, parcels: tuple[Parcel, Parcel], address: str
) -> None:
    signed_in(client, Role.CITY_REVIEWER, CITY)
    response = client.get(address)
    assert response.status_code == 400
    assert "Traceback" not in response.content.decode()


def test_regions_are_said_to_be_schematic(client: Client, parcels: tuple[Parcel, Parcel]) -> None:
    signed_in(client, Role.DEPARTMENT, CITY)
    assert "示意" in client.get("/map/").content.decode()


def test_the_map_opens_around_what_the_post_may_see(
    client: Client, parcels: tuple[Parcel, Parcel]
) -> None:
    signed_in(client, Role.BANNER_CLERK, EJIN_HORO)
    frame = re.search(r'data-frame="([^"]+)"', client.get("/map/").content.decode())
    assert frame
    west, south, east, north = map(float, frame[1].split(","))
    assert (west, south) == pytest.approx(HERE, abs=1e-6)
    assert (east - west, north - south) == pytest.approx((SIDE / 2, SIDE / 2), abs=1e-6)


def test_the_map_opens_around_a_parcel_of_ones_own(
    client: Client, parcels: tuple[Parcel, Parcel]
) -> None:
    signed_in(client, Role.BANNER_CLERK, DONGSHENG)
    page = client.get(f"/map/?parcel={parcels[0].pk}").content.decode()
    west, south, east, north = HERE[0], HERE[1], HERE[0] + SIDE, HERE[1] + SIDE
    assert f'data-frame="{west:.6f},{south:.6f},{east:.6f},{north:.6f}"' in page
    assert client.get(f"/map/?parcel={parcels[1].pk}").status_code == 404
    assert client.get("/map/?parcel=x").status_code == 200


PLANE = transform(np.array([HERE]), GEOGRAPHIC, Zone(37, prefixed=True).epsg)[0]
EAST, NORTH = PLANE


@pytest.mark.parametrize(
    ("written", "zone", "said"),
    [
        (f"{NORTH:.3f} {EAST:.3f}", None, "37 带"),
        (f"{EAST:.3f}, {NORTH:.3f}", None, "次序已调换"),
        (f"{NORTH:.3f} {EAST - 37_000_000:.3f}", 37, "37 带"),
        (f"X={NORTH:.3f} Y={EAST:.3f}", None, "37 带"),
        (f"X（北）：{NORTH:.3f}　Y（东）：{EAST:.3f}", None, "37 带"),
        ("东经109.98°，北纬39.82°", None, "经纬度"),
        ("109.98 39.82", None, "经纬度"),
        ("39.82，109.98", None, "次序已调换"),
    ],
)
def test_typed_coordinates_are_found(written: str, zone: int | None, said: str) -> None:
    found = located(written, zone)
    assert (found.longitude, found.latitude) == pytest.approx(HERE, abs=1e-7)
    assert said in found.words


@pytest.mark.parametrize(("number", "epsg"), [(25, 4513), (36, 4524), (39, 4527), (45, 4533)])
def test_the_zone_a_place_was_written_in_is_told(number: int, epsg: int) -> None:
    inside = np.array([(number * 3.0 + 0.4, 40.0)])
    east, north = transform(inside, GEOGRAPHIC, epsg)[0]
    found = located(f"{north:.3f} {east:.3f}")
    assert found.zone == number
    assert (found.longitude, found.latitude) == pytest.approx(inside[0], abs=1e-7)


def test_degrees_and_six_degree_zones_are_in_no_three_degree_zone() -> None:
    east, north = transform(np.array([HERE]), GEOGRAPHIC, Zone(19, prefixed=True).epsg)[0]
    assert located(f"{north:.3f} {east:.3f}").zone is None
    assert located("109.98 39.82").zone is None


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "两个数"),
        ("4407512", "两个数"),
        ("nan 39", "两个数"),
        (f"{NORTH:.3f} {EAST - 37_000_000:.3f}", "请先选择带号"),
        ("12 34", "不在我国"),
        ("4407512 99414263", "没有 99 号"),
    ],
)
def test_what_names_no_place_is_said(written: str, said: str) -> None:
    with pytest.raises(NoSuchPlace) as refused:
        located(written)
    assert said in (refused.value.cause or "")


def test_a_square_is_measured_on_the_ellipsoid() -> None:
    zone = Zone(37, prefixed=True).epsg
    corners = np.array([[0, 0], [100, 0], [100, 100], [0, 100]]) + PLANE
    points = [tuple(point) for point in transform(corners, zone, GEOGRAPHIC)]
    found = measured(points)
    # 1 degree from the central meridian the plane is stretched by about 1.0001.
    assert float(found.area_m2 or 0) == pytest.approx(10_000, rel=3e-4)
    assert found.length_m == pytest.approx(300, rel=2e-4)
    assert measured(points[:2]).area_m2 is None
    with pytest.raises(NotMeasurable):
        measured([(0.0, 0.0), (1.0, 1.0)])


def test_a_sheet_is_true_to_scale(parcels: tuple[Parcel, Parcel]) -> None:
    user = make_user(Role.CITY_REVIEWER, CITY)
    sheet = draw(user, ParcelFilter(), TODAY, at=HERE, scale=1000, paper="A3")
    shape = next(shape for shape in sheet.shapes if shape.no == "DS-1")
    drawn = np.array([[float(v) for v in p.split(",")] for p in shape.path[1:-1].split(" ")])
    x, y = HERE
    corner = np.array([[x, y], [x + SIDE, y]])
    ground = transform(corner, GEOGRAPHIC, sheet.zone.epsg)
    metres = float(np.hypot(*(ground[1] - ground[0])))
    on_paper = [float(np.hypot(*(drawn[k + 1] - drawn[k]))) for k in range(len(drawn) - 1)]
    assert min(abs(mm - metres) for mm in on_paper) < 0.01  # 1:1000: a metre is a millimetre
    left, top, width, height = sheet.frame
    assert left + width < sheet.width
    assert top + height < sheet.height
    assert sheet.bar_m == sheet.bar_mm


def test_a_sheet_holds_only_what_the_post_may_see(parcels: tuple[Parcel, Parcel]) -> None:
    user = make_user(Role.BANNER_CLERK, DONGSHENG)
    sheet = draw(user, ParcelFilter(), TODAY, at=HERE, scale=5000, paper="A4")
    assert [shape.no for shape in sheet.shapes] == ["DS-1"]
    assert [(entry.words, entry.count) for entry in sheet.legend] == [("批而未供", 1)]
    before = draw(user, ParcelFilter(), date(2015, 1, 1), at=HERE, scale=5000, paper="A4")
    assert before.shapes == ()


def test_a_sheet_with_too_much_on_it_is_refused(
    parcels: tuple[Parcel, Parcel], monkeypatch: Any
) -> None:
    monkeypatch.setattr("tuban.atlas.sheets.MOST_PARCELS", 1)
    user = make_user(Role.CITY_REVIEWER, CITY)
    with pytest.raises(NotPrintable, match="超过 1 宗"):
        draw(user, ParcelFilter(), TODAY, at=HERE, scale=50_000, paper="A4")


def test_the_nearest_scale() -> None:
    assert nearest_scale(0) == SCALES[0]
    assert nearest_scale(6_900) == 5_000
    assert nearest_scale(7_200) == 10_000
    assert nearest_scale(9e9) == SCALES[-1]


def framed(page: str) -> list[float]:
    found = re.search(r'data-frame="([^"]+)"', page)
    assert found
    return [float(edge) for edge in found[1].split(",")]


def test_the_map_opens_around_what_was_asked_for(
    client: Client, parcels: tuple[Parcel, Parcel]
) -> None:
    signed_in(client, Role.CITY_REVIEWER, CITY)
    whole = framed(client.get("/map/").content.decode())
    assert whole[2] - whole[0] > 3, "the nine 旗区, not only where parcels lie"

    one = framed(client.get(f"/map/?region={EJIN_HORO}").content.decode())
    assert one == pytest.approx([*HERE, HERE[0] + SIDE / 2, HERE[1] + SIDE / 2], abs=1e-6)
    assert framed(client.get(f"/map/?box={BOX}").content.decode()) == pytest.approx(
        [float(edge) for edge in BOX.split(",")], abs=1e-6
    )
    page = client.get(f"/map/?parcel={parcels[0].pk}").content.decode()
    assert framed(page) == pytest.approx([*HERE, HERE[0] + SIDE, HERE[1] + SIDE], abs=1e-6)
    assert 'data-shown="109.98' in page


def test_the_legend_turns_conditions_on_and_off(
    client: Client, parcels: tuple[Parcel, Parcel]
) -> None:
    signed_in(client, Role.CITY_REVIEWER, CITY)

    def links(query: str) -> dict[str, str]:
        panel = client.get(f"/map/window/?box={BOX}&{query}").content.decode()
        found = re.findall(r'<li><a href="([^"]+)".*?</i>([^<]+)', panel)
        return {words: href.replace("&amp;", "&") for href, words in found}

    assert links("unit=mu")["批而未供"] == "/map/?unit=mu&stage=unsupplied"
    chosen = links("stage=unsupplied")
    assert chosen["批而未供"] == "/map/?"
    assert chosen["闲置（已认定）"] == "/map/?stage=unsupplied&stage=idle"
    assert chosen["闲置满二年"] == "/map/?stage=unsupplied&flag=two_years"
