"""Golden cases of the geometry rules, and what they must not do."""

from __future__ import annotations

from typing import Any

import pytest
import shapely
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tuban.geodata.checks import RULES, Defect, check
from tuban.geodata.codes import Level
from tuban.geodata.tests.samples import GOLDEN

CASES = yaml.safe_load((GOLDEN / "geometry.yaml").read_text("utf-8"))["cases"]


def _found(*wkt: str) -> list[Defect]:
    """Everything but the notices on direction, which the golden cases leave aside."""
    return [d for d in check([shapely.from_wkt(w) for w in wkt]) if d.rule != "GEO-09"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_geometry_has_these_defects(case: dict[str, Any]) -> None:
    found = _found(*case["wkt"])
    # The spike of G6-03 makes acute corners at its foot as well; a rule counts once here.
    assert sorted({d.rule for d in found}) == case["rules"]
    if "at_of" in case:
        found = [d for d in found if d.rule == case["at_of"]]
    if "at" in case:
        assert tuple(case["at"]) in {d.at for d in found}
    if "figure" in case:
        assert found[0].figure == pytest.approx(case["figure"], abs=0.0005)
    if "after" in case:
        repairs = [d.after_m2 for d in _found(*case["wkt"]) if d.after_m2 is not None]
        assert repairs == [pytest.approx(case["after"])]


def test_orientation_is_a_notice() -> None:
    clockwise = "POLYGON((0 0,0 100,100 100,100 0,0 0),(10 10,20 10,20 20,10 20,10 10))"
    assert check([shapely.from_wkt(clockwise)]) == []
    found = check([shapely.reverse(shapely.from_wkt(clockwise))])
    assert [(d.rule, d.level) for d in found] == [("GEO-09", Level.NOTICE)] * 2


def test_parts_twins_and_coarse_coordinates_are_reported() -> None:
    square = shapely.box(0, 0, 100, 100, ccw=False)
    two = shapely.MultiPolygon([square, shapely.box(500, 0, 600, 100, ccw=False)])
    assert [d.rule for d in check([two])] == ["GEO-08"]
    twin = shapely.box(0, 0, 100, 100.5, ccw=False)
    assert [(d.rule, d.parcel, d.other) for d in check([square, twin])] == [("GEO-16", 1, 0)]
    assert [d.rule for d in check([square], decimals=[2])] == ["GEO-13"]
    assert check([square], decimals=[3]) == []


def test_neighbours_that_share_an_edge_or_a_hole_are_fine() -> None:
    frame = shapely.from_wkt(
        "POLYGON((0 0,0 100,100 100,100 0,0 0),(30 30,60 30,60 60,30 60,30 30))"
    )
    core = shapely.box(30, 30, 60, 60, ccw=False)
    beside = shapely.box(100, 0, 200, 100, ccw=False)
    assert check([frame, core, beside]) == []
    assert check([frame, beside]) == []


def test_land_left_out_between_parcels_is_mentioned() -> None:
    left = shapely.from_wkt("POLYGON((0 0,0 90,60 90,60 60,30 60,30 30,60 30,60 0,0 0))")
    right = shapely.box(60, 0, 90, 90, ccw=False)
    found = check([left, right])
    assert [(d.rule, d.level, d.figure) for d in found] == [("GEO-07", Level.NOTICE, 900)]


def test_every_rule_says_what_to_do() -> None:
    assert all(rule.name and rule.remedy for rule in RULES.values())
    report = _found("POLYGON((0 0,100 100,100 0,0 100,0 0))")[0].to_json()
    assert (report["rule"], report["level"], report["x"], report["y"]) == (
        "GEO-01",
        "error",
        50,
        50,
    )
    assert report["suggestion"] == "核对界址点次序"


POINTS = st.tuples(st.integers(-5, 5), st.integers(-5, 5))


@given(st.lists(st.lists(POINTS, min_size=3, max_size=9), min_size=1, max_size=4))
@settings(max_examples=150, deadline=None)
def test_no_geometry_breaks_the_checks_and_twice_is_the_same(
    rings: list[list[tuple[int, int]]],
) -> None:
    polygons = [shapely.Polygon(ring) for ring in rings]
    assert check(polygons) == check(polygons)
    valid = [p for p in polygons if p.is_valid]
    reported = {d.parcel for d in check(polygons) if d.rule in {"GEO-01", "GEO-10"}}
    assert len(reported) == len(polygons) - len(valid)
