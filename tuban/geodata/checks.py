"""图形检查: geometry rules GEO-01 … as data, and the checks of single parcels.

Metres of the surveyed projection throughout, never degrees; XY tolerance 0.001 m
(data-standards.md 6.1). Checks report; they never repair in silence: a repair is a proposal with
the areas before and after. Rules between parcels are in `neighbours`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from tuban.geodata.codes import Level
from tuban.geodata.model import Coordinates

TOLERANCE_M = 0.001
_SPIKE_DEGREES, _ACUTE_DEGREES = 1.0, 10.0
_SMALLEST_M2, _SMALL_M2 = 1.0, 100.0
_NARROW_M, _COMPACTNESS = 0.5, 0.01
_EDGE_SURVEYED = 3  # decimals of a surveyed coordinate
_SAME_AREA_M2 = 0.01


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: code, usual level, name, what to do."""

    code: str
    level: Level
    name: str
    remedy: str


_E, _W, _N = Level.ERROR, Level.WARNING, Level.NOTICE
RULES = MappingProxyType(
    {
        row[0]: Rule(*row)
        for row in (
            ("GEO-01", _E, "自相交", "核对界址点次序"),
            ("GEO-02", _W, "重复点", "去掉重复的界址点"),
            ("GEO-03", _W, "尖锐角", "核对尖角处的界址点"),
            ("GEO-04", _W, "碎小图斑", "核对是否为误切的碎片"),
            ("GEO-05", _W, "狭长图斑", "核对是否为接边缝隙"),
            ("GEO-06", _E, "面重叠", "核对共用界线"),
            ("GEO-07", _W, "面缝隙", "核对共用界线"),
            ("GEO-08", _N, "多部件", "核对是否应为几个地块"),
            ("GEO-09", _N, "环方向", "写出时自动改为外圈顺时针、内圈逆时针"),
            ("GEO-10", _E, "内圈不在外圈内", "核对内圈的界址点"),
            ("GEO-13", _N, "坐标精度低", "核对是否由图上量取"),
            ("GEO-16", _E, "重复要素", "删去重复的地块"),
        )
    }
)
"""Rules that need nothing but the parcels. GEO-12 (CRS) is the reader's T10–T17; GEO-11, 14 and 15
need districts and neighbours already kept, which the callers have."""


@dataclass(frozen=True, slots=True)
class Defect:
    """One finding of a rule.

    Args:
        parcel: index of the parcel in the set checked.
        other: the other parcel of a pair; None for rules on one parcel.
        at: (E, N) to look at; None when it is the whole.
        figure: what was measured: m², metres or degrees, as the message says.
        before_m2: area as delivered, and after the proposed repair; None where none is proposed.
    """

    rule: str
    parcel: int
    message: str
    level: Level
    other: int | None = None
    at: tuple[float, float] | None = None
    figure: float | None = None
    before_m2: float | None = None
    after_m2: float | None = None

    def of(self, parcel: int, other: int | None) -> Defect:
        """The same defect with the parcels counted in another list."""
        return replace(self, parcel=parcel, other=other)

    def to_json(self) -> dict[str, Any]:
        """One line of the report (data-standards.md 6.6)."""
        known = RULES[self.rule]
        return {
            "rule": self.rule,
            "name": known.name,
            "level": self.level.value,
            "parcel": self.parcel + 1,
            "other": None if self.other is None else self.other + 1,
            "message": self.message,
            "x": None if self.at is None else round(self.at[0], 3),
            "y": None if self.at is None else round(self.at[1], 3),
            "suggestion": known.remedy,
        }


def defect(rule: str, parcel: int, message: str, **more: Any) -> Defect:
    """A defect at the rule's own level unless another is given."""
    return Defect(rule, parcel, message, more.pop("level", RULES[rule].level), **more)


def check(
    polygons: Sequence[Any] | NDArray[np.object_], decimals: Sequence[int] | None = None
) -> list[Defect]:
    """All rules over one set of parcels, in the order of parcels and rules.

    Args:
        polygons: shapely polygons or multipolygons in metres of one projection.
        decimals: decimals printed of each parcel's coordinates; None where nothing was printed.
    """
    from tuban.geodata.neighbours import between

    found = [d for index, polygon in enumerate(polygons) for d in _one(index, polygon)]
    for index, printed in enumerate(decimals or ()):
        if printed < _EDGE_SURVEYED:
            message = f"坐标最多 {printed} 位小数，像是图上量取的。"
            found.append(defect("GEO-13", index, message))
    found += between(np.asarray(polygons, dtype=object))
    return sorted(found, key=lambda d: (d.parcel, d.rule, d.other or -1, d.at or (0.0, 0.0)))


def _one(index: int, polygon: Any) -> Iterator[Defect]:
    """The rules on one parcel."""
    parts = list(getattr(polygon, "geoms", [polygon]))
    valid = bool(shapely.is_valid(polygon))
    if not valid:
        yield _invalid(index, polygon)
    for part in parts:
        rings = [part.exterior, *part.interiors]
        for place, ring in enumerate(rings):
            coordinates = np.asarray(ring.coords, dtype=float)[:, :2]
            yield from _repeated(index, coordinates)
            yield from _spikes(index, coordinates)
            if bool(shapely.is_ccw(ring)) == (place == 0):
                message = f"{'内' if place else '外'}圈是{'顺' if place else '逆'}时针。"
                at = (float(coordinates[0, 0]), float(coordinates[0, 1]))
                yield defect("GEO-09", index, message, at=at)
    if len(parts) > 1:
        yield defect("GEO-08", index, f"由 {len(parts)} 部分组成。", figure=float(len(parts)))
    if valid:
        for part in parts:
            yield from _size(index, part)


def _invalid(index: int, polygon: Any) -> Defect:
    """GEO-01 or GEO-10, with the place and a proposal that keeps holes as holes.

    The usual repair by linework can turn a hole on the edge into land; by structure it cannot.
    """
    reason = shapely.is_valid_reason(polygon)
    kind, _, where = reason.partition("[")
    place = [float(number) for number in where.rstrip("]").split()[:2]]
    repaired = shapely.make_valid(polygon, method="structure", keep_collapsed=False)
    rule = "GEO-10" if "Hole" in kind or _holes_touch(polygon) else "GEO-01"
    said = "内圈在外圈之外，或与外圈共边" if rule == "GEO-10" else "界线自相交"
    after = float(shapely.area(repaired))
    return defect(
        rule,
        index,
        f"{said}；如按结构修复，面积为 {after:.2f} 平方米，须经确认。",
        at=(place[0], place[1]) if len(place) == 2 else None,
        before_m2=abs(float(shapely.area(polygon))),
        after_m2=after,
    )


def _holes_touch(polygon: Any) -> bool:
    """Whether each ring is simple by itself, so that the fault lies between shell and hole."""
    parts = getattr(polygon, "geoms", [polygon])
    rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
    return len(rings) > len(list(parts)) and all(shapely.is_simple(ring) for ring in rings)


def _repeated(index: int, coordinates: Coordinates) -> Iterator[Defect]:
    steps = np.hypot(*np.diff(coordinates, axis=0).T)
    for place in np.flatnonzero(steps < TOLERANCE_M):
        at = (float(coordinates[place, 0]), float(coordinates[place, 1]))
        yield defect("GEO-02", index, "相邻界址点相距不到 0.001 米。", at=at)


def _spikes(index: int, coordinates: Coordinates) -> Iterator[Defect]:
    """Interior angles under 10°; a retraced edge is an angle of 0°."""
    points = coordinates[:-1]
    moved = np.hypot(*(points - np.roll(points, 1, axis=0)).T) >= TOLERANCE_M
    points = points[moved]
    if len(points) < 3:
        return
    back, ahead = np.roll(points, 1, axis=0) - points, np.roll(points, -1, axis=0) - points
    cross = np.abs(back[:, 0] * ahead[:, 1] - back[:, 1] * ahead[:, 0])
    angles = np.degrees(np.arctan2(cross, (back * ahead).sum(axis=1)))
    for place in np.flatnonzero(angles < _ACUTE_DEGREES):
        angle = float(angles[place])
        spike = angle < _SPIKE_DEGREES
        yield defect(
            "GEO-03",
            index,
            f"{'尖刺' if spike else '夹角'} {angle:.3f}°。",
            level=Level.ERROR if spike else Level.WARNING,
            at=(float(points[place, 0]), float(points[place, 1])),
            figure=angle,
        )


def _size(index: int, part: Any) -> Iterator[Defect]:
    """GEO-04 small, GEO-05 narrow."""
    area, perimeter = float(part.area), float(part.length)
    inside = part.representative_point()
    at = (inside.x, inside.y)
    if area < _SMALL_M2:
        level = Level.ERROR if area < _SMALLEST_M2 else Level.WARNING
        message = f"面积只有 {area:.2f} 平方米。"
        yield defect("GEO-04", index, message, level=level, at=at, figure=area)
    width = area / perimeter
    if width < _NARROW_M or 4 * math.pi * area / perimeter**2 < _COMPACTNESS:
        message = f"面积与周长之比 {width:.4f} 米。"
        yield defect("GEO-05", index, message, at=at, figure=width)
