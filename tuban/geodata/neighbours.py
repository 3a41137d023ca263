"""Between parcels of one set: overlap (GEO-06), gap (GEO-07), the same twice (GEO-16).

Pairs come from a spatial index. A width is the mean one of a thin piece, twice its area by its
perimeter; what is thinner than the tolerance is the same line surveyed twice and no finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from tuban.geodata.checks import TOLERANCE_M, Defect, defect
from tuban.geodata.codes import Level

_LEAST_M2 = 0.01
_SAME_SHARE = 0.98
_GAP_M = 1.0
_GRID_M = 0.0001
_SHARPEST = 5.0  # mitre limit: notches wider than 23° are no gaps


def between(polygons: NDArray[np.object_]) -> Iterator[Defect]:
    """Findings between the valid ones of a set; an invalid one is reported as such first."""
    if len(polygons) < 2:
        return
    valid = np.flatnonzero(shapely.is_valid(polygons))
    some = polygons[valid]
    left, right = shapely.STRtree(some).query(some, predicate="intersects")
    once = left < right
    left, right = left[once], right[once]
    shared = shapely.intersection(some[left], some[right])
    areas = shapely.area(shared)
    for pair in np.flatnonzero(areas > _LEAST_M2):
        a, b = int(left[pair]), int(right[pair])
        both = float(shapely.area(some[a]) + shapely.area(some[b]) - areas[pair])
        yield from _overlap((int(valid[a]), int(valid[b])), shared[pair], float(areas[pair]), both)
    yield from _gaps(some, valid)


def _overlap(pair: tuple[int, int], shared: Any, area: float, union: float) -> Iterator[Defect]:
    inside = shapely.point_on_surface(shared)
    at = (float(inside.x), float(inside.y))
    if area > _SAME_SHARE * union:
        message = f"几乎是同一块，重合 {area / union:.2%}。"
        yield defect("GEO-16", pair[1], message, other=pair[0], at=at, figure=area)
    elif _width(shared) > TOLERANCE_M:
        message = f"重叠 {area:.2f} 平方米。"
        yield defect("GEO-06", pair[0], message, other=pair[1], at=at, figure=area)


def _width(piece: Any) -> float:
    return 2 * float(piece.area) / float(piece.length) if piece.length else 0.0


def _gaps(polygons: NDArray[np.object_], names: NDArray[np.int64]) -> Iterator[Defect]:
    """Strips narrower than a metre between two parcels; wider holes are only mentioned."""
    tree = shapely.STRtree(polygons)
    left, right = tree.query(polygons, predicate="dwithin", distance=_GAP_M)
    near = np.unique(left[left != right])
    if not len(near):
        return
    whole = shapely.union_all(polygons[near])
    half = _GAP_M / 2
    style = {"join_style": "mitre", "mitre_limit": _SHARPEST}
    closed = shapely.buffer(shapely.buffer(whole, half, **style), -half, **style)
    # Buffered there and back, edges nearly coincide or even cross by a hair: only valid shapes on a
    # grid can always be told apart.
    closed = shapely.make_valid(closed, method="structure", keep_collapsed=False)
    holes = shapely.get_parts(shapely.difference(closed, whole, grid_size=_GRID_M))
    wide = [shapely.Polygon(ring) for part in shapely.get_parts(whole) for ring in part.interiors]
    for piece in (*holes, *wide):
        area, width = float(piece.area), _width(piece)
        narrow = width < _GAP_M
        if area <= _LEAST_M2 or width <= TOLERANCE_M:
            continue
        sides = tree.query(piece, predicate="dwithin", distance=TOLERANCE_M)
        if len(sides) < 2 or (not narrow and any(_own_hole(polygons[i], piece) for i in sides)):
            continue
        inside = shapely.point_on_surface(piece)
        a, b = sorted(int(names[i]) for i in sides)[:2]
        yield defect(
            "GEO-07",
            a,
            f"之间有{'缝隙' if narrow else '空地'} {area:.2f} 平方米，平均宽 {width:.3f} 米。",
            other=b,
            at=(float(inside.x), float(inside.y)),
            figure=area,
            level=Level.WARNING if narrow else Level.NOTICE,
        )


def _own_hole(polygon: Any, piece: Any) -> bool:
    """Whether a piece is just a hole that the parcel itself leaves out."""
    parts = shapely.get_parts(polygon)
    rings = (shapely.Polygon(ring) for part in parts for ring in part.interiors)
    return any(shapely.equals(piece, ring) for ring in rings)
