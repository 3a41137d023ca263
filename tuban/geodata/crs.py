"""坐标系: CGCS2000 zones and codes, transformation, and what the numbers themselves tell.

Every transformer is made with `always_xy` (the codes declare north, east) and without ballpark
operations: PROJ would otherwise hand Xian 1980 and Beijing 1954 back unchanged, 100 m wrong
(data-standards.md 2.1–2.4).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

import numpy as np

from tuban.geodata.errors import GeodataError
from tuban.geodata.model import Coordinates, Datum

GEOGRAPHIC = 4490
"""CGCS2000, longitude and latitude in degrees."""

CHINA = (73.0, 18.0, 135.5, 54.0)
NORTHINGS = (1_900_000.0, 6_000_000.0)
_SIX, _THREE = range(13, 24), range(25, 46)
_PREFIX = 1_000_000.0

DISTRICT_ZONES: Mapping[str, int] = MappingProxyType(
    {
        **dict.fromkeys(("150602", "150603", "150621", "150622", "150627"), 37),
        **dict.fromkeys(("150623", "150624", "150625", "150626"), 36),
        **dict.fromkeys(("150302", "150303", "150304"), 36),
    }
)
"""Usual 3-degree zone by district (data-standards.md 2.2): a setting, never a rule."""

_OLD = (
    (Datum.XIAN80, (4610, *range(2327, 2391))),
    (Datum.BEIJING54, (4214, *range(21413, 21464), *range(2401, 2443))),
)


@dataclass(frozen=True, slots=True)
class Zone:
    """投影带: a Gauss-Krüger zone of CGCS2000.

    Args:
        number: 25–45 are 3-degree zones, 13–23 are 6-degree zones; the two never meet.
        prefixed: whether eastings carry the zone number in front (8 digits).

    Raises:
        GeodataError: no such zone in China.
    """

    number: int
    prefixed: bool

    def __post_init__(self) -> None:
        if self.number not in _THREE and self.number not in _SIX:
            raise GeodataError(
                f"没有 {self.number} 号投影带。",
                code="crs.no_zone",
                place="带号",
                remedy="三度带是 25—45，六度带是 13—23，请核对。",
            )

    @property
    def width(self) -> Literal[3, 6]:
        """Degrees of longitude."""
        return 3 if self.number in _THREE else 6

    @property
    def central_meridian(self) -> int:
        """中央经线, degrees east."""
        return 3 * self.number if self.width == 3 else 6 * self.number - 3

    @property
    def epsg(self) -> int:
        """4513–4533 and 4534–4554 (3 degrees), 4491–4501 and 4502–4512 (6 degrees)."""
        if self.width == 3:
            return (4513 if self.prefixed else 4534) + self.number - 25
        return (4491 if self.prefixed else 4502) + self.number - 13

    @property
    def label(self) -> str:
        """三度带 37 带（中央经线 111°，坐标带带号）."""
        width = "三度带" if self.width == 3 else "六度带"
        prefix = "含带号" if self.prefixed else "不含带号"
        return f"{width} {self.number} 带（中央经线 {self.central_meridian}°，Y {prefix}）"


def zone_of_epsg(epsg: int) -> Zone | None:
    """The zone of a CGCS2000 projected code; None for any other code."""
    for first, numbers, prefixed in (
        (4491, _SIX, True),
        (4502, _SIX, False),
        (4513, _THREE, True),
        (4534, _THREE, False),
    ):
        if first <= epsg < first + len(numbers):
            return Zone(numbers[epsg - first], prefixed)
    return None


def zone_of_longitude(longitude: float, width: Literal[3, 6] = 3) -> int:
    """The zone a longitude lies in; for measuring, never to decide what a file means."""
    return int((longitude + 1.5) // 3) if width == 3 else int(longitude // 6) + 1


def label_of(epsg: int | None) -> str:
    """What people call a coordinate system."""
    if epsg is None:
        return "坐标系未定"
    if epsg == GEOGRAPHIC:
        return "2000国家大地坐标系经纬度（EPSG:4490）"
    zone = zone_of_epsg(epsg)
    return f"2000国家大地坐标系{zone.label}（EPSG:{epsg}）" if zone else f"EPSG:{epsg}"


def require_cgcs2000(epsg: int) -> None:
    """Refuses what must not be taken for CGCS2000.

    Raises:
        GeodataError: Xian 1980 or Beijing 1954 (parameters are needed), or a foreign system.
    """
    if epsg == GEOGRAPHIC or zone_of_epsg(epsg) is not None:
        return
    for datum, codes in _OLD:
        if epsg in codes:
            raise GeodataError(
                f"坐标是{datum.label}，没有转换参数不能换算。",
                code="crs.parameters_needed",
                place=f"EPSG:{epsg}",
                remedy="请在本系统以外用经批准的参数转换成 2000国家大地坐标系，再上传。",
            )
    raise GeodataError(
        "不是 2000国家大地坐标系。",
        code="crs.foreign",
        place=f"EPSG:{epsg}",
        remedy="请提供 2000国家大地坐标系（EPSG:4490 或 4491—4554）的成果。",
    )


@lru_cache(maxsize=64)
def _operation(source: int, target: int):  # type: ignore[no-untyped-def]  # pyproj loads late
    from pyproj import Transformer

    return Transformer.from_crs(source, target, always_xy=True, allow_ballpark=False)


def transform(coordinates: Coordinates, source: int, target: int) -> Coordinates:
    """Coordinates of one CGCS2000 system in another; points without a result are not finite.

    Args:
        coordinates: (k, 2), easting or longitude first.
        source: EPSG code of CGCS2000.
        target: the same.

    Raises:
        GeodataError: a system other than CGCS2000.
    """
    require_cgcs2000(source)
    require_cgcs2000(target)
    if source == target:
        return coordinates
    moved = _operation(source, target).transform(coordinates[:, 0], coordinates[:, 1])
    return np.column_stack(moved)


def epsg_of(text: str, place: str) -> int:
    """The code of a coordinate system given as EPSG:… or as the WKT of a .prj.

    Raises:
        GeodataError: unknown, or not CGCS2000.
    """
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        code = CRS.from_user_input(text).to_epsg(min_confidence=70)
    except CRSError:
        code = None
    if code is None:
        raise GeodataError(
            "文件所写的坐标系不认识。",
            code="crs.unknown",
            place=place,
            remedy="请在制图软件中定义为 2000国家大地坐标系后重新导出。",
        )
    require_cgcs2000(code)
    return int(code)


def from_dms(value: float) -> float:
    """ddd.mmss as decimal degrees: 109.4648 is 109°46′48″."""
    sign, value = (-1.0, -value) if value < 0 else (1.0, value)
    tenths = round(value * 1e8)  # the printed digits, whole: degrees, 2 of minutes, 6 of seconds
    degrees, rest = divmod(tenths, 10**8)
    minutes, seconds = divmod(rest, 10**6)
    return sign * (degrees + minutes / 60 + seconds / 10**4 / 3600)


def looks_like_dms(values: Coordinates) -> bool:
    """Whether every number could be ddd.mmss: minutes and seconds under 60."""
    whole = np.rint(np.abs(values) * 1e8).astype(np.int64) % 10**8
    return bool(np.all((whole // 10**6 < 60) & (whole % 10**6 // 10**4 < 60)))


Kind = Literal["prefixed", "plain", "swapped", "degrees", "odd"]


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the numbers of one parcel tell by themselves (data-standards.md 2.4).

    Args:
        kind: prefixed (8-digit easting), plain (6-digit), swapped, degrees, or odd (none of these).
        prefix: the zone number in front of every easting; None unless prefixed and all alike.
    """

    kind: Kind
    prefix: int | None = None


def detect(east: tuple[float, float], north: tuple[float, float]) -> Numbers:
    """Kind of the numbers from the least and greatest easting (Y) and northing (X)."""
    e_low, e_high = east
    n_low, n_high = north
    if max(abs(e_low), abs(e_high), abs(n_low), abs(n_high)) <= 180:
        return Numbers("degrees")
    if n_low >= 10 * _PREFIX or (0 < n_low <= n_high < _PREFIX <= e_low < 10 * _PREFIX):
        return Numbers("swapped")
    if not NORTHINGS[0] <= n_low <= n_high <= NORTHINGS[1]:
        return Numbers("odd")
    if 0 < e_low <= e_high < _PREFIX:
        return Numbers("plain")
    if 10 * _PREFIX <= e_low <= e_high < 100 * _PREFIX:
        prefix = int(e_low // _PREFIX)
        return Numbers("prefixed", prefix if prefix == int(e_high // _PREFIX) else None)
    return Numbers("odd")
