"""图形检查 of a delivered file, across projections and in degrees."""

from __future__ import annotations

import numpy as np
import pytest

from tuban.geodata.crs import GEOGRAPHIC, transform
from tuban.geodata.model import Coordinates, Head, Parcel, Ring
from tuban.parcels.imports.boundaries import checking, matching, outlines
from tuban.parcels.imports.boundaries.asking import LEAVE, choices
from tuban.parcels.imports.boundaries.model import COLUMNS, Trouble

ZONE_37, PLAIN_37, ZONE_36 = 4525, 4546, 4524
SQUARE = np.array([[0, 100], [100, 100], [100, 0], [0, 0], [0, 100]], dtype=float)


def parcel(coordinates: Coordinates, epsg: int) -> Parcel:
    ring = Ring("1", tuple("12341"), coordinates)
    return Parcel(1, Head(9), (ring,), ((0,),), epsg, valid=True)


def at(east: float) -> Coordinates:
    return SQUARE + np.array([37395000 + east, 4385000])


def rules(*parcels: Parcel) -> list[tuple[str, int, int | None]]:
    return [(d.rule, d.parcel, d.other) for d in checking.defects(parcels)]


@pytest.mark.parametrize("epsg", [PLAIN_37, ZONE_36])
def test_an_overlap_is_found_across_projections(epsg: int) -> None:
    other = transform(at(50), ZONE_37, epsg)

    assert rules(parcel(at(0), ZONE_37), parcel(other, epsg)) == [("GEO-06", 0, 1)]


def test_neighbours_of_two_projections_do_not_overlap() -> None:
    other = transform(at(100), ZONE_37, PLAIN_37)

    assert rules(parcel(at(0), ZONE_37), parcel(other, PLAIN_37)) == []


def test_degrees_are_checked_in_metres() -> None:
    drawn = [transform(at(east), ZONE_37, GEOGRAPHIC) for east in (0, 99.5)]

    found = list(checking.defects([parcel(points, GEOGRAPHIC) for points in drawn]))

    assert [(d.rule, round(d.figure or 0, 1)) for d in found] == [("GEO-06", 50.0)]


def test_both_parcels_of_an_overlap_are_told_and_a_gap_is_told_once() -> None:
    found = [*checking.defects([parcel(at(0), ZONE_37), parcel(at(99.5), ZONE_37)])]
    told = [*checking.troubles(found[0], ["甲", "乙"], [9, 15])]
    assert [(own, "第 15 行 乙" in t.message, t.level) for own, t in told] == [
        (0, True, "error"),
        (1, False, "error"),
    ]

    found = [*checking.defects([parcel(at(0), ZONE_37), parcel(at(100.5), ZONE_37)])]
    told = [*checking.troubles(found[0], ["甲", "乙"], [9, 15])]
    assert [(own, trouble.code, trouble.level) for own, trouble in told] == [
        (0, "GEO-07", "remark")
    ]


@pytest.mark.parametrize(
    ("printed", "number"),
    [("DK-1", "DK-1"), (" ＤＫ－１ ", "DK-1"), ("/", ""), ("无", ""), ("", ""), ("D K", "DK")],
)
def test_numbers_are_keyed_as_in_ledgers(printed: str, number: str) -> None:
    assert outlines.number_of(printed) == number


@pytest.mark.parametrize(
    ("epsg", "label"),
    [(4525, "三度带 37 带"), (4546, "三度带 37 带"), (4497, "六度带 19 带"), (4490, "经纬度")],
)
def test_systems_have_short_names(epsg: int, label: str) -> None:
    assert outlines.short_label(epsg) == label


def test_answers_become_choices_and_what_is_left_open_does_not() -> None:
    given = {"zone": "37", "datum": LEAVE, "swap_axes": "true", "degrees": "dms"}

    assert choices(given) == {"zone": 37, "swap_axes": True, "degrees": "dms"}


def test_shapes_travel_as_one_text_with_a_place_for_each() -> None:
    assert matching.joined(["QQ==", "", "Qg=="]) == "QQ== - Qg=="
    assert matching.joined([""]) == "-"


def test_a_trouble_names_its_column_or_the_whole_parcel() -> None:
    assert Trouble("T30", "area", "", "").as_json()["column"] == COLUMNS["area"]
    assert Trouble("T20", "", "", "").as_json()["column"] == "整宗"
