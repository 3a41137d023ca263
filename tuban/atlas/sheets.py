"""出图: parcels on paper at a fixed scale, as vector drawing in millimetres.

The plane is the 3-degree zone of CGCS2000 the middle of the sheet lies in, so that a length on
paper times the scale is a length in that plane.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.db import connection

from tuban.accounts.models import User
from tuban.atlas.asking import in_china, window
from tuban.atlas.pages import sign_of
from tuban.core.errors import DomainError
from tuban.geodata.crs import GEOGRAPHIC, Zone, transform, zone_of_longitude
from tuban.geodata.model import Box
from tuban.law.period import Stage
from tuban.parcels.queries import ParcelFilter
from tuban.web.templatetags.tuban import stage_look, stage_words

SCALES = (500, 1_000, 2_000, 5_000, 10_000, 25_000, 50_000)
PAPERS = {"A4": (297.0, 210.0), "A3": (420.0, 297.0)}
"""Width and height of the sheet lying on its long side, millimetres."""
MARGIN_MM, HEAD_MM, FOOT_MM, LEGEND_MM = 10.0, 14.0, 12.0, 42.0
LEGEND_TOP_MM, LEGEND_LINE_MM = 30.0, 6.5
MOST_PARCELS = 5_000
_BARS_MM = (10, 20, 25, 40, 50)
_SIGN_MM2 = 60.0
"""A parcel smaller than this on paper does not carry its character."""


class NotPrintable(DomainError):
    """不能出图: too much for one sheet, or a sheet that is none of ours."""

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(
            "不能出图。", code="map.print", kind="invalid", place="打印", cause=cause, remedy=remedy
        )


@dataclass(frozen=True, slots=True)
class Shape:
    """One parcel on paper: path in millimetres of the sheet, look, character and where it stands."""

    path: str
    look: str
    sign: str
    x: float
    y: float
    no: str


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """图例: a look that occurs on the sheet, its words and how many parcels have it.

    Attributes:
        y: Where its line stands, millimetres below the top of the frame.
    """

    look: str
    words: str
    count: int
    y: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """一幅图.

    Attributes:
        frame: Left, top, width, height of the map's frame in millimetres.
        lines: 旗区 lines as paths.
        bar_mm: Length of the scale bar; `bar_m` metres on the ground.
        corners: X (north) and Y (east, with zone number) of the frame's lower left and upper
            right, metres.
    """

    paper: str
    width: float
    height: float
    scale: int
    frame: tuple[float, float, float, float]
    zone: Zone
    shapes: tuple[Shape, ...]
    lines: tuple[str, ...]
    legend: tuple[LegendEntry, ...]
    bar_mm: int
    bar_m: int
    corners: tuple[tuple[int, int], tuple[int, int]]

    @property
    def middle_x(self) -> float:
        """Where the title is centred."""
        return self.width / 2

    @property
    def side_x(self) -> float:
        """Left edge of what stands beside the frame."""
        return self.frame[0] + self.frame[2] + 4

    @property
    def foot_y(self) -> float:
        """Upper edge of what stands below the frame."""
        return self.frame[1] + self.frame[3] + 2


def nearest_scale(denominator: float) -> int:
    """The fixed scale nearest to what is on the screen, by ratio."""
    return min(SCALES, key=lambda scale: abs(math.log(scale / max(denominator, 1.0))))


def draw(
    user: User,
    wanted: ParcelFilter,
    on: date,
    *,
    at: tuple[float, float],
    scale: int,
    paper: str,
) -> Sheet:
    """The sheet around a place.

    Args:
        at: Longitude and latitude of the middle.
        scale: One of SCALES.
        paper: Key of PAPERS.

    Raises:
        NotPrintable: Another scale or paper, a place outside China, or more parcels than one sheet
            can show.
    """
    if not in_china(*at):
        raise NotPrintable("图幅中心不在我国范围内。", "请回到一张图，移到要出图的地方再打印。")
    if scale not in SCALES or paper not in PAPERS:
        raise NotPrintable(f"没有 1:{scale}、{paper} 这种图幅。", "请在页面上选择比例尺和纸张。")
    width, height = PAPERS[paper]
    frame = (
        MARGIN_MM,
        MARGIN_MM + HEAD_MM,
        width - 2 * MARGIN_MM - LEGEND_MM,
        height - 2 * MARGIN_MM - HEAD_MM - FOOT_MM,
    )
    zone = Zone(zone_of_longitude(at[0]), prefixed=True)
    middle = transform(np.array([at]), GEOGRAPHIC, zone.epsg)[0]
    plane = _Plane(zone, (float(middle[0]), float(middle[1])), scale, frame)
    listed = window(user, wanted, on, plane.box())
    if listed.count > MOST_PARCELS:
        raise NotPrintable(
            f"图幅内有 {listed.count} 宗，超过 {MOST_PARCELS} 宗。", "请换更大的比例尺，或加条件。"
        )
    shapes, legend = _shapes(listed.rows, plane)
    bar = next((mm for mm in reversed(_BARS_MM) if mm * scale % 1000 == 0), _BARS_MM[0])
    return Sheet(
        paper,
        width,
        height,
        scale,
        frame,
        zone,
        shapes,
        tuple(_region_lines(plane)),
        legend,
        bar,
        bar * scale // 1000,
        plane.corners(),
    )


@dataclass(frozen=True, slots=True)
class _Plane:
    """Metres of the zone to millimetres of the sheet."""

    zone: Zone
    middle: tuple[float, float]
    scale: int
    frame: tuple[float, float, float, float]

    @property
    def mm_per_m(self) -> float:
        return 1000.0 / self.scale

    def to_paper(self, degrees: Any) -> Any:
        """(k, 2) degrees → (k, 2) millimetres from the sheet's upper left."""
        metres = transform(np.ascontiguousarray(degrees), GEOGRAPHIC, self.zone.epsg)
        left, top, width, height = self.frame
        x = left + width / 2 + (metres[:, 0] - self.middle[0]) * self.mm_per_m
        y = top + height / 2 - (metres[:, 1] - self.middle[1]) * self.mm_per_m
        return np.column_stack([x, y])

    def box(self) -> Box:
        """The frame in degrees; its corners and edge middles bound it."""
        (south, west), (north, east) = self.corners()
        x, y = np.meshgrid(np.linspace(west, east, 5), np.linspace(south, north, 5))
        found = transform(
            np.column_stack([x.ravel(), y.ravel()]).astype(float), self.zone.epsg, GEOGRAPHIC
        )
        low, high = found.min(axis=0), found.max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])

    def corners(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """(X, Y) of the lower left and the upper right, whole metres."""
        _, _, width, height = self.frame
        half_e, half_n = width / 2 / self.mm_per_m, height / 2 / self.mm_per_m
        east, north = self.middle
        return (
            (round(north - half_n), round(east - half_e)),
            (round(north + half_n), round(east + half_e)),
        )


def _shapes(rows: Any, plane: _Plane) -> tuple[tuple[Shape, ...], tuple[LegendEntry, ...]]:
    left, top, width, height = plane.frame
    paper = shapely.box(left, top, left + width, top + height)
    made: list[Shape] = []
    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        degrees = shapely.from_wkb(bytes(row.parcel.geometry.wkb))
        drawn = shapely.transform(degrees, plane.to_paper)
        if not drawn.intersects(paper):
            continue
        look, words = stage_look(row.stage, row.flags), stage_words(row.stage, row.flags)
        counts[look, words] = counts.get((look, words), 0) + 1
        spot = shapely.point_on_surface(drawn)
        sign = sign_of(row.stage, row.flags) if drawn.area >= _SIGN_MM2 else ""
        made.append(Shape(_path(drawn), look, sign, spot.x, spot.y, row.parcel.parcel_no))
    order = {stage_look(stage): position for position, stage in enumerate(Stage)}
    entries = sorted(counts.items(), key=lambda item: (order.get(item[0][0], 99), item[0][1]))
    return tuple(made), tuple(
        LegendEntry(look, words, count, LEGEND_TOP_MM + position * LEGEND_LINE_MM)
        for position, ((look, words), count) in enumerate(entries)
    )


def _region_lines(plane: _Plane) -> Iterator[str]:
    left, top, width, height = plane.frame
    paper = shapely.box(left, top, left + width, top + height)
    west, south, east, north = plane.box()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_AsBinary(ST_Boundary(boundary)) FROM regions_region"
            " WHERE level = 'county' AND boundary && ST_MakeEnvelope(%s, %s, %s, %s, 4490)",
            [west, south, east, north],
        )
        rows = cursor.fetchall()
    for (line,) in rows:
        near = shapely.clip_by_rect(
            shapely.from_wkb(bytes(line)), west - 0.5, south - 0.5, east + 0.5, north + 0.5
        )
        drawn = shapely.intersection(shapely.transform(near, plane.to_paper), paper)
        for part in shapely.get_parts(drawn):
            if part.geom_type == "LineString" and not part.is_empty:
                yield _ring(part.coords, closed=False)


def _path(shape: Any) -> str:
    return " ".join(
        _ring(ring.coords)
        for part in shapely.get_parts(shape)
        for ring in (part.exterior, *part.interiors)
    )


def _ring(coords: Any, *, closed: bool = True) -> str:
    points = " ".join(f"{x:.3f},{y:.3f}" for x, y in coords)
    return f"M{points}{'Z' if closed else ''}"
