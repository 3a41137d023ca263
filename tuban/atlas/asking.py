"""Questions to the map: what lies here, what is in this window, how large is this, where is that."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

import numpy as np
import pyproj
from django.contrib.gis.geos import Point

from tuban.accounts.models import User
from tuban.core.errors import DomainError
from tuban.geodata import crs
from tuban.geodata.area import measure
from tuban.geodata.errors import GeodataError
from tuban.geodata.model import Box
from tuban.parcels.models import ParcelPhase
from tuban.parcels.queries import ParcelFilter, ParcelList, filtered, parcel_list

MOST_HITS = 20
MOST_POINTS = 500
_ELLIPSOID = "GRS80"  # the ellipsoid of CGCS2000, to a tenth of a millimetre
_BESIDE_NUMBERS = re.compile(r"[,，;；=＝:：()（）XYxyEN东北经纬°]")
"""What people write beside the two numbers: X=… Y=…, X（北） Y（东）, 东经…°."""
_CHINA = (73.5, 3.0, 136.0, 54.5)


class NoSuchPlace(DomainError):
    """坐标无法识别: no place in China is meant by it."""

    def __init__(self, written: str, cause: str) -> None:
        super().__init__(
            f"“{written[:60]}”无法定位。",
            code="map.place",
            kind="invalid",
            place="定位",
            cause=cause,
            remedy="请写成 X（北） Y（东），如 4407512.33 37414263.18；或经度 纬度，如 109.98 39.82。",
        )


class NotMeasurable(DomainError):
    """不能量算: too few or too many points, or some that lie nowhere."""

    def __init__(self, cause: str) -> None:
        super().__init__(
            "不能量算。", code="map.measure", kind="invalid", place="量测", cause=cause
        )


@dataclass(frozen=True, slots=True)
class Located:
    """A typed place.

    Attributes:
        words: How it was understood: system, zone, whether X and Y were exchanged.
        zone: 三度带 it was written in; None for degrees and 六度带.
    """

    longitude: float
    latitude: float
    words: str
    zone: int | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """量测.

    Attributes:
        length_m: Geodesic length of the line on the ellipsoid, metres.
        area_m2: 椭球面积 of the ring the points close to; None for fewer than three.
    """

    length_m: float
    area_m2: Fraction | None


def hits(
    user: User, wanted: ParcelFilter, on: date, at: tuple[float, float], reach: float
) -> tuple[ParcelPhase, ...]:
    """Parcels at a point (degrees) under the list's filters, the smallest first: it lies on top.

    Args:
        reach: How far beside a parcel a click may fall, in degrees.
    """
    point = Point(*at, srid=4490)
    found = filtered(user, wanted, on).filter(parcel__geometry__dwithin=(point, reach))
    near = list(found.select_related("parcel__approval", "region")[: MOST_HITS * 5])
    placed = [(row, row.parcel.geometry) for row in near if row.parcel.geometry is not None]
    inside = [(row, shape) for row, shape in placed if shape.intersects(point)]
    ranked = sorted(inside or placed, key=lambda hit: (hit[1].area, hit[0].parcel_id))
    return tuple(row for row, _ in ranked[:MOST_HITS])


def window(user: User, wanted: ParcelFilter, on: date, box: Box) -> ParcelList:
    """The list's own sums of what meets a window (west, south, east, north in degrees)."""
    return parcel_list(user, replace(wanted, box=box), on)


def measured(points: Sequence[tuple[float, float]]) -> Measured:
    """Length of a line and area of the ring it closes to, both on the ellipsoid.

    Args:
        points: Longitudes and latitudes.

    Raises:
        NotMeasurable: Fewer than two points, more than 500, or one outside China.
    """
    if not 2 <= len(points) <= MOST_POINTS:
        raise NotMeasurable(f"需要 2 至 {MOST_POINTS} 个点，现有 {len(points)} 个。")
    if not all(in_china(*point) for point in points):
        raise NotMeasurable("有的点不在我国范围内。")
    line = np.array(points, dtype=float)
    length_m = pyproj.Geod(ellps=_ELLIPSOID).line_length(line[:, 0], line[:, 1])
    if len(points) < 3:
        return Measured(length_m, None)
    ring = np.vstack([line, line[:1]])
    m2 = measure(ring, np.array([0, len(ring)]), crs.GEOGRAPHIC).ellipsoidal_m2[0]
    return Measured(length_m, Fraction(float(m2)) if math.isfinite(m2) else None)


def located(written: str, zone: int | None = None) -> Located:
    """Where typed coordinates lie: X Y with or without zone number, or longitude and latitude.

    Exchanged axes are recognised and said. Eastings without a zone number need one.

    Args:
        zone: 三度带 of eastings without prefix.

    Raises:
        NoSuchPlace: Not two numbers, or no place in China.
    """
    words = _BESIDE_NUMBERS.sub(" ", written).split()
    try:
        first, second = (float(word) for word in words)
    except ValueError:
        raise NoSuchPlace(written, "需要恰好两个数。") from None
    if not (math.isfinite(first) and math.isfinite(second)):
        raise NoSuchPlace(written, "需要恰好两个数。")
    exchanged = ""
    numbers = crs.detect((second, second), (first, first))
    if numbers.kind == "degrees":
        if first < second:
            first, second, exchanged = second, first, "（经纬度次序已调换）"
        return _checked(written, first, second, f"2000国家大地坐标系经纬度{exchanged}")
    if numbers.kind == "swapped":
        first, second, exchanged = second, first, "（X、Y 次序已调换）"
        numbers = crs.detect((second, second), (first, first))
    if numbers.kind == "odd":
        raise NoSuchPlace(written, "X（北）应为七位整数，Y（东）应为六位，或带号加六位。")
    if numbers.prefix is None and zone is None:
        raise NoSuchPlace(written, "Y 不含带号，请先选择带号。")
    try:
        system = crs.Zone(numbers.prefix or zone or 0, prefixed=numbers.prefix is not None)
    except GeodataError as error:
        raise NoSuchPlace(written, error.message) from error
    lon, lat = crs.transform(np.array([[second, first]]), system.epsg, crs.GEOGRAPHIC)[0]
    found = _checked(
        written, float(lon), float(lat), f"2000国家大地坐标系{system.label}{exchanged}"
    )
    return replace(found, zone=system.number if system.width == 3 else None)


def _checked(written: str, longitude: float, latitude: float, words: str) -> Located:
    if not in_china(longitude, latitude):
        raise NoSuchPlace(written, f"按{words}不在我国范围内。")
    return Located(longitude, latitude, words)


def in_china(longitude: float, latitude: float) -> bool:
    """Whether a place lies in the rectangle around China, where the 三度带 are."""
    west, south, east, north = _CHINA
    return west <= longitude <= east and south <= latitude <= north
