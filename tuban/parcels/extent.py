"""范围 panel of the parcel page: the standing boundary, its areas, points and small map."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.contrib.gis.geos import Polygon
from django.utils.timezone import localtime

from tuban.accounts.models import User
from tuban.geodata.area import BASIS_LABELS, NEAR_SHARE, Consistency, consistency
from tuban.geodata.crs import GEOGRAPHIC, label_of, transform, zone_of_epsg
from tuban.geodata.heads import area_of
from tuban.geodata.model import Ring
from tuban.parcels import access, shapes
from tuban.parcels.boundaries import Standing, rings_in, standing, zone_of
from tuban.parcels.models import Parcel
from tuban.parcels.shapes import Frame, Near, SmallMap
from tuban.values.area import Area

POINTS_SHOWN = 1_000
NEIGHBOURS = 80
_VERDICTS = {"pass": ("green", "相符"), "near": ("yellow", "接近"), "apart": ("red", "不符")}


class Point(NamedTuple):
    """One row of the table of 界址点, as the file has it: X (north) first."""

    ring: str
    label: str
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """面积一致性 in a word (data-standards 3.5), the basis it was found on, and why."""

    light: str
    word: str
    basis: str
    reason: str


@dataclass(frozen=True, slots=True)
class Extent:
    """范围.

    Attributes:
        declared: 载明面积 as printed with its unit; None when the file states none.
        later: Recorded after the as-of day: it was not known then.
        points: The first POINTS_SHOWN of them.
        parts, holes: How many there are of each.
    """

    boundary: Standing
    drawing: SmallMap
    declared: Area | None
    verdict: Verdict | None
    system: str
    system_short: str
    is_degrees: bool
    points: tuple[Point, ...]
    point_count: int
    parts: int
    holes: int
    later: bool

    @property
    def difference_m2(self) -> Decimal | None:
        """载明减椭球 in m²."""
        stated = self.boundary.declared_m2
        return None if stated is None else stated - self.boundary.ellipsoidal_m2

    @property
    def difference_share(self) -> Fraction | None:
        """The same as a share of 椭球面积."""
        if self.difference_m2 is None or not self.boundary.ellipsoidal_m2:
            return None
        return Fraction(self.difference_m2) / Fraction(self.boundary.ellipsoidal_m2)


def extent(user: User, parcel: Parcel, on: date) -> Extent | None:
    """The panel of a parcel the post may see; None without a boundary."""
    boundary = standing([parcel.pk]).get(parcel.pk)
    if boundary is None:
        return None
    plane = zone_of(boundary).epsg
    drawn = rings_in(boundary, plane)
    frame = shapes.frame_of(drawn)
    rings = rings_in(boundary, boundary.epsg)
    declared = area_of(str(boundary.printed.get("area_text") or ""))[0]
    return Extent(
        boundary=boundary,
        drawing=shapes.draw(drawn, frame, _near(user, parcel, frame, plane)),
        declared=declared,
        verdict=_verdict(declared, boundary),
        system=label_of(boundary.epsg),
        system_short=_short(boundary.epsg),
        is_degrees=boundary.epsg == GEOGRAPHIC,
        points=tuple(_points(rings, boundary.decimals)),
        point_count=sum(len(ring.coordinates) - 1 for ring in rings),
        parts=len(boundary.shape.geoms),
        holes=len(rings) - len(boundary.shape.geoms),
        later=localtime(boundary.recorded_at).date() > on,
    )


def _short(epsg: int) -> str:
    """三度带 37 带，中央经线 111°; 经纬度."""
    zone = zone_of_epsg(epsg)
    if zone is None:
        return "经纬度"
    return f"{'三' if zone.width == 3 else '六'}度带 {zone.number} 带，中央经线 {zone.central_meridian}°"


def _near(user: User, parcel: Parcel, frame: Frame, plane: int) -> Iterator[Near]:
    """Parcels of the post's scope that reach into the frame, in the drawing's plane."""
    corners = shapely.get_coordinates(shapely.box(*frame.bounds))
    window = shapely.linearrings(transform(corners, plane, GEOGRAPHIC))
    found = (
        access.parcels_for(user)
        .filter(geometry__bboverlaps=Polygon.from_bbox(window.bounds))
        .exclude(pk=parcel.pk)
        .order_by("pk")
        .values_list("pk", "parcel_no", AsWKB("geometry"))
    )
    for pk, number, wkb in found[:NEIGHBOURS]:
        shape = shapely.transform(
            shapely.from_wkb(bytes(wkb)), lambda points: transform(points, GEOGRAPHIC, plane)
        )
        yield Near(pk, number, shape)


def _verdict(declared: Area | None, boundary: Standing) -> Verdict | None:
    """The tolerance rule's word on the declared area; None when the file states none."""
    if declared is None:
        return None
    planar = None if boundary.planar_m2 is None else float(boundary.planar_m2)
    found = consistency(declared, planar, float(boundary.ellipsoidal_m2))
    assert found is not None  # an ellipsoidal area there always is
    light, word = _VERDICTS[found.verdict]
    return Verdict(light, word, BASIS_LABELS[found.basis], _reason(found))


def _reason(found: Consistency) -> str:
    basis = BASIS_LABELS[found.basis]
    if found.verdict == "pass":
        return f"与{basis}相差不超过末位小数的一半加 0.01 平方米"
    within = f"{NEAR_SHARE:.2%}"
    if found.verdict == "near":
        return f"与{basis}相差不超过 {within}，超出末位小数的一半"
    return f"与平面、椭球面积都相差 {within} 以上，请核对单位与坐标"


def _points(rings: tuple[Ring, ...], decimals: int) -> Iterator[Point]:
    """Points in the file's own system and digits, the closing ones left out."""
    left = POINTS_SHOWN
    for ring in rings:
        named = zip(ring.labels[:-1], ring.coordinates[:-1].tolist(), strict=True)
        for label, (east, north) in list(named)[:left]:
            yield Point(ring.number, label, f"{north:.{decimals}f}", f"{east:.{decimals}f}")
        left -= len(ring.coordinates) - 1
        if left <= 0:
            return
