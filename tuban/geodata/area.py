"""面积: ellipsoidal (椭球面积) by the survey formula, planar, rounding, declared against computed.

The formula is that of 《图幅理论面积与图斑椭球面积计算公式及要求》（国土调查办发〔2008〕32号）,
carried on by TD/T 1055-2019 (data-standards.md 3.1): edges are first cut in the plane of the
projection so that none is longer than 70 m, then taken to the ellipsoid, then summed as trapezoids.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tuban.geodata.crs import GEOGRAPHIC, Zone, transform
from tuban.geodata.errors import GeodataError
from tuban.geodata.model import Coordinates
from tuban.values.area import Area, Unit

STEP_M = 70.0
"""Longest edge in the plane before the inverse projection."""

SEMI_MAJOR_M = 6_378_137.0
SEMI_MINOR_M = 6_356_752.314_140_36
_E2 = (SEMI_MAJOR_M**2 - SEMI_MINOR_M**2) / SEMI_MAJOR_M**2
SERIES = (
    1 + 3 / 6 * _E2 + 30 / 80 * _E2**2 + 35 / 112 * _E2**3 + 630 / 2304 * _E2**4,
    1 / 6 * _E2 + 15 / 80 * _E2**2 + 21 / 112 * _E2**3 + 420 / 2304 * _E2**4,
    3 / 80 * _E2**2 + 7 / 112 * _E2**3 + 180 / 2304 * _E2**4,
    1 / 112 * _E2**3 + 45 / 2304 * _E2**4,
    5 / 2304 * _E2**4,
)
"""A, B, C, D, E of the formula."""

_BLOCK = 200_000  # vertices worked on at once: what the processor's cache holds
LONGEST_EDGE_M = 100_000.0
"""An edge longer than this is a wrong coordinate, not a boundary."""
LONGEST_RING_M = 20_000_000.0
"""A boundary longer than half the way round the Earth is none either."""
_MOST_POINTS = 60_000_000  # cut points of one call: four million kilometres of boundary
_TOLERANCE_M2 = 0.01
NEAR_SHARE = 0.0005
"""0.05 %: the largest honest difference between the two bases in one 3-degree zone (3.2)."""

Offsets = NDArray[np.int64]
"""Rings in one array of vertices: ring i is rows offsets[i] to offsets[i + 1]."""


def offsets_of(rings: list[Coordinates]) -> Offsets:
    """Where each ring begins, and where the last one ends."""
    return np.concatenate([[0], np.cumsum([len(ring) for ring in rings])]).astype(np.int64)


def planar_m2(coordinates: Coordinates, offsets: Offsets) -> NDArray[np.float64]:
    """Area of each closed ring in the plane, by the surveyor's formula, never negative."""
    return np.abs(signed_planar_m2(coordinates, offsets))


def signed_planar_m2(coordinates: Coordinates, offsets: Offsets) -> NDArray[np.float64]:
    """The same with its sign: clockwise rings are negative."""
    local = coordinates - np.repeat(coordinates[offsets[:-1]], np.diff(offsets), axis=0)
    e, n = local[:, 0], local[:, 1]
    return 0.5 * _by_ring(e[:-1] * n[1:] - e[1:] * n[:-1], offsets)


def _by_ring(edges: NDArray[np.float64], offsets: Offsets) -> NDArray[np.float64]:
    """Sums per ring of a figure per edge; the edge that joins two rings counts for none."""
    padded = np.append(edges, 0.0)
    padded[offsets[1:] - 1] = 0.0
    sums: NDArray[np.float64] = np.add.reduceat(padded, offsets[:-1])
    return sums


def densify(
    coordinates: Coordinates, offsets: Offsets, step_m: float = STEP_M
) -> tuple[Coordinates, Offsets]:
    """Cuts every edge into equal parts, none longer than the step.

    Args:
        coordinates: (k, 2) in metres.
        offsets: rings.
        step_m: `int(length / step)` points are put on an edge.
    """
    along = np.diff(coordinates, axis=0, append=coordinates[-1:])
    parts = _parts(coordinates, offsets, step_m)
    along[offsets[1:] - 1] = 0.0
    starts = np.cumsum(parts) - parts
    share = (np.arange(parts.sum()) - np.repeat(starts, parts)) / np.repeat(parts, parts)
    cut = np.repeat(coordinates, parts, axis=0) + share[:, None] * np.repeat(along, parts, axis=0)
    return cut, np.append(starts, len(cut))[offsets].astype(np.int64)


def _parts(coordinates: Coordinates, offsets: Offsets, step_m: float = STEP_M) -> Offsets:
    """Into how many parts each edge is cut; 1 for the last vertex of a ring."""
    along = np.diff(coordinates, axis=0, append=coordinates[-1:])
    along[offsets[1:] - 1] = 0.0
    return 1 + (np.hypot(along[:, 0], along[:, 1]) / step_m).astype(np.int64)


def trapezoids_m2(degrees: Coordinates, offsets: Offsets) -> NDArray[np.float64]:
    """Area of each closed ring on the CGCS2000 ellipsoid, edges taken as they are.

    Args:
        degrees: (k, 2) longitude, latitude.
        offsets: rings.

    Returns:
        Square metres, never negative; not finite where a vertex is not.
    """
    longitude, latitude = np.radians(degrees[:, 0]), np.radians(degrees[:, 1])
    reference = np.repeat(longitude[offsets[:-1]], np.diff(offsets))[:-1]
    east = (longitude[:-1] + longitude[1:]) / 2 - reference
    middle, half = (latitude[:-1] + latitude[1:]) / 2, np.diff(latitude) / 2
    # cos and sin of odd multiples by recurrence: cos((k+2)x) = 2·cos(2x)·cos(kx) − cos((k−2)x).
    cosines, sines = (np.cos(middle),) * 2, (-np.sin(half), np.sin(half))
    double_c, double_s = 2 * np.cos(2 * middle), 2 * np.cos(2 * half)
    total = SERIES[0] * sines[1] * cosines[1]
    for order, factor in enumerate(SERIES[1:], 1):
        cosines = cosines[1], double_c * cosines[1] - cosines[0]
        sines = sines[1], double_s * sines[1] - sines[0]
        total += (-1) ** order * factor * sines[1] * cosines[1]
    return np.abs(_by_ring(2 * SEMI_MINOR_M**2 * east * total, offsets))


@dataclass(frozen=True, slots=True)
class Rings:
    """What was measured of each ring; arrays of one figure a ring.

    Args:
        planar_m2: in the plane of the projection; not a number for longitude and latitude.
        ellipsoidal_m2: 椭球面积; not finite when a vertex has no place on the ellipsoid.
        bounds: (rings, 4) west, south, east, north in degrees.
    """

    planar_m2: NDArray[np.float64]
    ellipsoidal_m2: NDArray[np.float64]
    bounds: NDArray[np.float64]


def measure(coordinates: Coordinates, offsets: Offsets, epsg: int) -> Rings:
    """Measures closed rings given in one CGCS2000 system.

    Longitudes and latitudes are taken to each ring's own 3-degree zone to cut the edges. A ring
    with an edge beyond `LONGEST_EDGE_M`, or beyond `LONGEST_RING_M` in all, is no parcel and comes back without figures.

    Raises:
        GeodataError: another coordinate system, or boundaries of an absurd total length.
    """
    rings = len(offsets) - 1
    if epsg != GEOGRAPHIC:
        return _measure(coordinates, offsets, epsg)
    made = Rings(np.full(rings, np.nan), np.full(rings, np.nan), np.full((rings, 4), np.nan))
    with np.errstate(invalid="ignore"):
        first = np.nan_to_num(coordinates[offsets[:-1], 0], nan=0.0, posinf=0.0, neginf=0.0)
        zones = np.clip((first + 1.5) // 3, 25, 45).astype(np.int64)
    for zone in np.unique(zones):
        chosen = zones == zone
        rows = np.repeat(chosen, np.diff(offsets))
        own = np.append(0, np.cumsum(np.diff(offsets)[chosen]))
        system = Zone(int(zone), prefixed=False).epsg
        part = _measure(transform(coordinates[rows], GEOGRAPHIC, system), own, system)
        made.ellipsoidal_m2[chosen], made.bounds[chosen] = part.ellipsoidal_m2, part.bounds
    return made


def _measure(plane: Coordinates, offsets: Offsets, epsg: int) -> Rings:
    """Measures rings given in the plane of one projection."""
    rings = len(offsets) - 1
    made = Rings(np.full(rings, np.nan), np.full(rings, np.nan), np.full((rings, 4), np.nan))
    if not rings:
        return made
    with np.errstate(invalid="ignore", over="ignore"):
        along = np.diff(plane, axis=0, append=plane[-1:])
        along[offsets[1:] - 1] = 0.0
        fit = np.hypot(along[:, 0], along[:, 1]) <= LONGEST_EDGE_M
        fit &= np.isfinite(plane[:, 0]) & np.isfinite(plane[:, 1])
        length = _by_ring(np.hypot(along[:, 0], along[:, 1])[:-1], offsets)
    good = np.logical_and.reduceat(fit, offsets[:-1]) & (length <= LONGEST_RING_M)
    plane = np.where(np.repeat(good, np.diff(offsets))[:, None], plane, 0.0)
    made.planar_m2[good] = planar_m2(plane, offsets)[good]
    ends = np.append(0, np.cumsum(_parts(plane, offsets)))[offsets]
    if ends[-1] > _MOST_POINTS:
        raise GeodataError(
            "界址线总长不合情理，不予计算。",
            code="geodata.too_long",
            place="面积计算",
            remedy="请核对坐标；数据确实很大的，请分成几个文件。",
        )
    for a, b in _blocks(ends):
        own = offsets[a : b + 1] - offsets[a]
        cut, cut_offsets = densify(plane[offsets[a] : offsets[b]], own)
        degrees = transform(cut, epsg, GEOGRAPHIC)
        with np.errstate(invalid="ignore"):
            made.ellipsoidal_m2[a:b] = trapezoids_m2(degrees, cut_offsets)
            for column in (0, 1):  # one at a time: reducing pairs is many times slower
                figures = np.ascontiguousarray(degrees[:, column])
                made.bounds[a:b, column] = np.minimum.reduceat(figures, cut_offsets[:-1])
                made.bounds[a:b, column + 2] = np.maximum.reduceat(figures, cut_offsets[:-1])
    made.ellipsoidal_m2[~good], made.bounds[~good] = np.nan, np.nan
    return made


def _blocks(ends: Offsets) -> list[tuple[int, int]]:
    """Runs of whole rings of about `_BLOCK` points after cutting."""
    last = len(ends) - 1
    cuts = [0]
    while cuts[-1] < last:
        upto = int(np.searchsorted(ends, ends[cuts[-1]] + _BLOCK, side="right")) - 1
        cuts.append(min(max(upto, cuts[-1] + 1), last))
    return list(pairwise(cuts))


def rounded_m2(value: float, decimals: int = 2) -> Decimal:
    """Square metres half up (四舍五入), from the shortest decimal of the number: 2.675 is 2.68."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


_UNIT_M2 = {unit: float(unit.m2) for unit in Unit}
Basis = Literal["planar", "ellipsoidal"]
BASIS_LABELS = {"planar": "平面面积", "ellipsoidal": "椭球面积"}
Verdict = Literal["pass", "near", "apart"]


@dataclass(frozen=True, slots=True)
class Consistency:
    """面积一致性 (data-standards.md 3.5).

    Args:
        verdict: pass (within half the last printed decimal + 0.01 m²), near (within 0.05 %), apart.
        basis: the basis that matched, else the closer one.
        difference_m2: declared less computed on that basis.
    """

    verdict: Verdict
    basis: Basis
    difference_m2: float


def consistency(
    declared: Area, planar: float | None, ellipsoidal: float | None, near: float = NEAR_SHARE
) -> Consistency | None:
    """Whether a declared area agrees with the boundary; None when nothing was computed."""
    size = _UNIT_M2[declared.unit]
    stated, unit = float(declared.value) * size, size * 10.0**-declared.decimals
    bases: list[tuple[Basis, float]] = []
    if planar is not None:
        bases.append(("planar", planar))
    if ellipsoidal is not None:
        bases.append(("ellipsoidal", ellipsoidal))
    if not bases:
        return None
    basis, computed = min(bases, key=lambda item: abs(stated - item[1]))
    gap = abs(stated - computed)
    verdict: Verdict = "apart"
    if gap <= unit / 2 + _TOLERANCE_M2:
        verdict = "pass"
    elif gap <= near * computed:
        verdict = "near"
    return Consistency(verdict, basis, stated - computed)
