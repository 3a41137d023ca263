"""Golden cases of coordinate systems and sheet numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import yaml

from tuban.geodata.crs import (
    GEOGRAPHIC,
    Zone,
    detect,
    epsg_of,
    from_dms,
    looks_like_dms,
    require_cgcs2000,
    transform,
    zone_of_epsg,
    zone_of_longitude,
)
from tuban.geodata.errors import GeodataError
from tuban.geodata.sheets import sheet_no
from tuban.geodata.tests.samples import GOLDEN

DATA = yaml.safe_load((GOLDEN / "places.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", DATA["places"], ids=lambda case: case["id"])
def test_a_place_has_these_coordinates_in_its_zones(case: dict[str, Any]) -> None:
    place = np.array([[case["lon"], case["lat"]]])
    assert zone_of_longitude(case["lon"]) == case["zone"]
    for key, number, prefixed in (
        ("e", case["zone"], True),
        ("e_neighbour", case.get("neighbour"), True),
        ("e6", case.get("six"), True),
    ):
        if number is None:
            continue
        east, north = transform(place, GEOGRAPHIC, Zone(number, prefixed).epsg)[0]
        assert east == pytest.approx(case[key], abs=0.0006)
        if key != "e_neighbour":
            assert north == pytest.approx(case["n" if key == "e" else "n6"], abs=0.0006)
        plain = transform(place, GEOGRAPHIC, Zone(number, prefixed=False).epsg)[0]
        assert plain[0] == pytest.approx(case[key] - number * 1e6, abs=0.0006)
    if "six" in case:
        assert zone_of_longitude(case["lon"], 6) == case["six"]


def test_golden_g2_08_a_point_of_zone_36() -> None:
    degrees = transform(np.array([[36396000.0, 4390000.0]]), 4524, GEOGRAPHIC)[0]
    assert degrees == pytest.approx([106.788509874, 39.637664750], abs=1e-9)


def test_golden_g2_09_degrees_minutes_seconds() -> None:
    assert from_dms(109.4648) == pytest.approx(109.78, abs=1e-12)
    assert from_dms(-0.30) == -0.5
    assert looks_like_dms(np.array([[109.4648, 39.3600]]))
    assert not looks_like_dms(np.array([[109.7800, 39.6000]]))


@pytest.mark.parametrize("epsg", [4610, 2361, 4214, 2413, 21418, 2342])
def test_golden_g2_10_old_systems_are_refused_instead_of_returned_unchanged(epsg: int) -> None:
    with pytest.raises(GeodataError, match="没有转换参数") as caught:
        transform(np.array([[109.8, 39.6]]), epsg, GEOGRAPHIC)
    assert caught.value.code == "crs.parameters_needed"


@pytest.mark.parametrize("epsg", [4326, 3857, 32649])
def test_foreign_systems_are_refused(epsg: int) -> None:
    with pytest.raises(GeodataError, match="不是 2000国家大地坐标系"):
        require_cgcs2000(epsg)


def test_golden_g2_13_the_neighbouring_meridian_is_three_degrees_away() -> None:
    point = np.array([[395000.0, 4385250.0]])
    wrong, right = (transform(point, epsg, GEOGRAPHIC)[0, 0] for epsg in (4545, 4546))
    assert wrong == pytest.approx(106.777616099, abs=1e-9)
    assert right - wrong == pytest.approx(3, abs=1e-12)


@pytest.mark.parametrize("case", DATA["sheets"], ids=lambda case: case["sheet"])
def test_a_place_lies_on_this_sheet(case: dict[str, Any]) -> None:
    assert sheet_no(case["lon"], case["lat"], case["scale"]) == case["sheet"]


def test_there_are_no_sheets_of_other_scales() -> None:
    with pytest.raises(ValueError, match="1:3000"):
        sheet_no(109.78, 39.6, 3000)


def test_every_code_is_its_zone_and_back() -> None:
    epsgs = [
        Zone(number, prefixed).epsg
        for prefixed in (True, False)
        for number in (*range(13, 24), *range(25, 46))
    ]
    assert sorted(epsgs) == list(range(4491, 4555))
    for epsg in epsgs:
        zone = zone_of_epsg(epsg)
        assert zone is not None
        assert zone.epsg == epsg
    assert Zone(36, True).central_meridian == 108
    assert Zone(19, False).central_meridian == 111
    with pytest.raises(GeodataError, match="没有 24 号"):
        Zone(24, True)


@pytest.mark.parametrize(
    ("wkt", "epsg"),
    [
        ("EPSG:4525", 4525),
        (
            'PROJCS["CGCS2000_3_Degree_GK_CM_111E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",'
            'DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0],'
            'UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],'
            'PARAMETER["False_Easting",500000],PARAMETER["False_Northing",0],'
            'PARAMETER["Central_Meridian",111],PARAMETER["Scale_Factor",1],'
            'PARAMETER["Latitude_Of_Origin",0],UNIT["Meter",1]]',
            4546,
        ),
    ],
)
def test_the_system_of_a_prj_is_recognised(wkt: str, epsg: int) -> None:
    assert epsg_of(wkt, "a.prj") == epsg


def test_an_unknown_prj_is_refused() -> None:
    with pytest.raises(GeodataError, match="不认识"):
        epsg_of("nonsense", "a.prj")


@pytest.mark.parametrize(
    ("east", "north", "kind"),
    [
        ((37395000, 37395400), (4385000, 4385250), "prefixed"),
        ((395000, 395400), (4385000, 4385250), "plain"),
        ((4385000, 4385250), (37395000, 37395400), "swapped"),
        ((4385000, 4385250), (395000, 395400), "swapped"),
        ((109.7, 109.8), (39.5, 39.6), "degrees"),
        ((37395000, 395400), (4385000, 4385250), "odd"),
        ((395000, 395400), (43.0, 4385250), "odd"),
    ],
)
def test_numbers_tell_what_they_are(
    east: tuple[float, float], north: tuple[float, float], kind: str
) -> None:
    assert detect(east, north).kind == kind
