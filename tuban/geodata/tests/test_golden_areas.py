"""Golden cases of ellipsoidal area, rounding and consistency; and the formula against geodesy."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from tuban.geodata.area import (
    consistency,
    densify,
    measure,
    offsets_of,
    rounded_m2,
    trapezoids_m2,
)
from tuban.geodata.crs import GEOGRAPHIC, transform
from tuban.geodata.errors import GeodataError
from tuban.geodata.model import Coordinates
from tuban.geodata.tests.samples import GOLDEN
from tuban.values.area import Area, Unit, format_area

DATA = yaml.safe_load((GOLDEN / "areas.yaml").read_text("utf-8"))
GEOD = Geod(a=6378137, rf=298.257222101)


def rectangle(east: float, north: float, width: float, height: float) -> Coordinates:
    """Clockwise from the south-west, closed."""
    a, b = east + width, north + height
    return np.array([[east, north], [east, b], [a, b], [a, north], [east, north]], dtype=float)


def _ring(case: dict[str, Any]) -> Coordinates:
    if "rect" in case:
        return rectangle(*case["rect"])
    return np.array([*case["ring"], case["ring"][0]], dtype=float)


@pytest.mark.parametrize("case", DATA["areas"], ids=lambda case: case["id"])
def test_a_polygon_has_these_areas(case: dict[str, Any]) -> None:
    ring = _ring(case)
    offsets = offsets_of([ring])
    made = measure(ring, offsets, case["epsg"])
    assert rounded_m2(made.planar_m2[0]) == Decimal(case["planar"])
    assert rounded_m2(made.ellipsoidal_m2[0]) == Decimal(case["cut"])
    plain = trapezoids_m2(transform(ring, case["epsg"], GEOGRAPHIC), offsets)
    assert rounded_m2(plain[0]) == Decimal(case["plain"])
    exact = Decimal(str(made.ellipsoidal_m2[0]))
    if "ha" in case:
        assert format_area(exact, Unit.HA) == case["ha"]
    if "mu" in case:
        assert format_area(exact, Unit.MU) == case["mu"]


@pytest.mark.parametrize("case", DATA["graticules"], ids=lambda case: case["id"])
def test_a_cell_of_the_graticule_has_the_area_of_its_ellipsoidal_zone(case: dict[str, Any]) -> None:
    cell = rectangle(case["west"], case["south"], case["width"], case["height"])
    area = trapezoids_m2(cell, offsets_of([cell]))[0]
    assert abs(rounded_m2(area) - Decimal(case["m2"])) <= Decimal("0.01")


@pytest.mark.parametrize("case", DATA["consistency"], ids=lambda case: case["declared"])
def test_a_declared_area_agrees_or_not(case: dict[str, Any]) -> None:
    found = consistency(Area.of(case["declared"], "ha"), 97000.0, 96973.784)
    assert found is not None
    assert (found.verdict, found.basis) == (case["verdict"], case["basis"])
    assert consistency(Area.of(1, "ha"), None, None) is None


@pytest.mark.parametrize("case", DATA["rounding"], ids=lambda case: case["shown"])
def test_areas_round_half_up(case: dict[str, Any]) -> None:
    assert str(rounded_m2(case["value"])) == case["shown"]


CORNERS = st.tuples(
    st.floats(37_380_000, 37_620_000), st.floats(3_900_000, 4_900_000)
)  # zone 37 of the north
SIZES = st.tuples(st.floats(5, 3000), st.floats(5, 3000))


@given(CORNERS, SIZES, st.floats(-0.9, 0.9))
@settings(max_examples=60, deadline=None)
def test_the_formula_agrees_with_geodesy(
    corner: tuple[float, float], size: tuple[float, float], lean: float
) -> None:
    ring = rectangle(*corner, *size)
    ring[[1, 2], 0] += lean * size[0]
    offsets = offsets_of([ring])
    made = measure(ring, offsets, 4525)
    cut, _ = densify(ring, offsets)
    degrees = transform(cut, 4525, GEOGRAPHIC)
    geodesic = abs(GEOD.polygon_area_perimeter(*degrees.T)[0])
    assert made.ellipsoidal_m2[0] == pytest.approx(geodesic, rel=2e-6, abs=0.02)


@given(CORNERS, SIZES, st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_area_knows_neither_direction_nor_starting_point(
    corner: tuple[float, float], size: tuple[float, float], turn: int
) -> None:
    ring = rectangle(*corner, *size)
    other = np.roll(ring[:-1][::-1], turn, axis=0)
    other = np.vstack((other, other[:1]))
    both = [ring, other]
    made = measure(np.concatenate(both), offsets_of(both), 4525)
    assert made.ellipsoidal_m2[0] == pytest.approx(made.ellipsoidal_m2[1], abs=1e-4)


@given(CORNERS, SIZES)
@settings(max_examples=60, deadline=None)
def test_the_parts_of_a_parcel_add_up_to_it(
    corner: tuple[float, float], size: tuple[float, float]
) -> None:
    (east, north), (width, height) = corner, size
    rings = [
        rectangle(east, north, width, height),
        rectangle(east, north, width / 2, height),
        rectangle(east + width / 2, north, width / 2, height),
    ]
    made = measure(np.concatenate(rings), offsets_of(rings), 4525)
    whole, *parts = made.ellipsoidal_m2
    # The shared edges are cut alike; the two halves of the long edges are not.
    assert sum(parts) == pytest.approx(whole, rel=1e-7, abs=1e-3)


@given(CORNERS, SIZES, st.floats(1, 500))
@settings(max_examples=60, deadline=None)
def test_no_edge_is_longer_than_the_step_after_cutting(
    corner: tuple[float, float], size: tuple[float, float], step: float
) -> None:
    ring = rectangle(*corner, *size)
    cut, offsets = densify(ring, offsets_of([ring]), step)
    lengths = np.hypot(*np.diff(cut, axis=0).T)
    assert lengths.max() <= step * (1 + 1e-6)
    assert offsets.tolist() == [0, len(cut)]
    assert {tuple(point) for point in ring} <= {tuple(point) for point in cut}


def test_longitudes_are_measured_in_their_own_zone() -> None:
    rings = [rectangle(395000, 4385000, 400, 250), rectangle(396000, 4390000, 1000, 1000)]
    degrees = [
        transform(ring, epsg, GEOGRAPHIC) for ring, epsg in zip(rings, (4546, 4545), strict=True)
    ]
    made = measure(np.concatenate(degrees), offsets_of(degrees), GEOGRAPHIC)
    assert [str(rounded_m2(m2)) for m2 in made.ellipsoidal_m2] == ["99972.97", "999736.39"]
    assert np.isnan(made.planar_m2).all()


def test_absurd_edges_are_not_measured_and_do_not_fill_the_memory() -> None:
    ring = rectangle(37_395_000, 4_000_000, 400, 900_000)
    made = measure(ring, offsets_of([ring]), 4525)
    assert np.isnan(made.ellipsoidal_m2).all()
    zigzag = np.tile([[37_400_000.0, 4_000_000.0], [37_490_000.0, 4_000_000.0]], (30_000, 1))
    zigzag = np.vstack((zigzag, zigzag[:1]))
    assert np.isnan(measure(zigzag, offsets_of([zigzag]), 4525).ellipsoidal_m2).all()
    many = [np.vstack((zigzag[:200], zigzag[:1]))] * 400
    with pytest.raises(GeodataError, match="总长"):
        measure(np.concatenate(many), offsets_of(many), 4525)


def test_nothing_measured_is_nothing() -> None:
    made = measure(np.empty((0, 2)), np.array([0]), 4525)
    assert len(made.ellipsoidal_m2) == 0
