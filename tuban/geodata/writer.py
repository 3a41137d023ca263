"""写出: the standard dialect of the boundary TXT, ready for the upload systems.

GB18030 and CRLF by default, nine slots, rings closed with their first point's number, outer rings
clockwise from the north-west point, holes the other way round (data-standards.md 1.2, 1.3). What
was read is written with the same digits; reading it again gives the same parcels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import numpy as np

from tuban.geodata.area import rounded_m2, signed_planar_m2
from tuban.geodata.crs import GEOGRAPHIC, Zone, label_of, zone_of_epsg
from tuban.geodata.errors import GeodataError
from tuban.geodata.heads import DATUM, PARAMETERS, PROJECTION, UNIT, WIDTH, ZONE
from tuban.geodata.model import BoundaryFile, Coordinates, Datum, Parcel, Ring

_EOL = "\r\n"
_VERSION, _PRODUCER, _DAY, _PRECISION = "格式版本号", "数据产生单位", "数据产生日期", "精度"
_ORDER = (
    _VERSION, _PRODUCER, _DAY, DATUM, WIDTH, PROJECTION, UNIT, ZONE, _PRECISION, PARAMETERS
)  # fmt: skip
_BLANK_PARAMETERS = ",,,,,,"


def write(
    boundary: BoundaryFile,
    *,
    encoding: Literal["gb18030", "utf-8"] = "gb18030",
) -> bytes:
    """A boundary file in the standard dialect.

    Args:
        boundary: as read; parcels without a boundary in a known place are left out.
        encoding: UTF-8 is written without a mark.

    Raises:
        GeodataError: nothing to write, parcels of several zones, or longitudes and latitudes.
    """
    parcels = list(boundary.usable())
    zone = _zone(parcels, boundary.name)
    decimals = max(parcel.decimals for parcel in parcels)
    lines = []
    if boundary.project:
        lines += ["[项目信息]", *(f"{key}={_plain(v)}" for key, v in boundary.project.items())]
    lines += ["[属性描述]", *_header(boundary.header, zone, decimals), "[地块坐标]"]
    for parcel in parcels:
        lines += _parcel(parcel, decimals)
    return (_EOL.join(lines) + _EOL).encode(encoding, "replace")


def _zone(parcels: Sequence[Parcel], place: str) -> Zone:
    systems = {parcel.epsg for parcel in parcels if parcel.epsg is not None}
    if not systems:
        message, remedy = "没有可以写出的地块。", "请先解决读取时报告的错误。"
    elif GEOGRAPHIC in systems:
        message, remedy = "坐标是经纬度，不能写成 TXT。", "请先指定投影带。"
    elif len(systems) > 1:
        listed = "、".join(label_of(epsg) for epsg in sorted(systems))
        message, remedy = f"地块分属几个坐标系：{listed}。", "请按投影带分成几个文件写出。"
    else:
        zone = zone_of_epsg(systems.pop())
        assert zone is not None
        return zone
    raise GeodataError(message, code="geodata.not_writable", place=place, remedy=remedy)


def _header(header: Mapping[str, str], zone: Zone, decimals: int) -> Iterator[str]:
    """The usual keys in their usual order, then whatever else the file had."""
    certain = {
        DATUM: Datum.CGCS2000.label,
        WIDTH: str(zone.width),
        UNIT: "米",
        ZONE: str(zone.number),
        PARAMETERS: _BLANK_PARAMETERS,
    }
    usual = {
        _VERSION: "1.00",
        PROJECTION: "高斯克吕格",
        _PRECISION: f"{10.0**-decimals:.{decimals}f}",
    }
    values = {**usual, **{key: value for key, value in header.items() if value}, **certain}
    for key in _ORDER:
        yield f"{key}={_plain(values.get(key, '')) if key != PARAMETERS else values[key]}"
    yield from (f"{key}={_plain(value)}" for key, value in header.items() if key not in _ORDER)


def _plain(text: str) -> str:
    """One line of text."""
    return " ".join(text.split())


def _slot(text: str) -> str:
    """A text without what would end its slot or its line; there is no quoting."""
    return _plain(text.replace(",", "，").replace("@", "＠"))


def _parcel(parcel: Parcel, decimals: int) -> Iterator[str]:
    head = parcel.head
    rows = sum(len(ring.coordinates) for ring in parcel.rings)
    slots = (
        str(rows),
        _slot(head.area_text) or _hectares(parcel),
        *map(_slot, (head.code, head.name)),
        "面",
        *map(_slot, (head.sheet, head.use, head.slot8, *head.extras)),
    )
    yield ",".join((*slots, "@"))
    for number, ring in enumerate(_in_order(parcel), 1):
        for label, (east, north) in zip(ring.labels, ring.coordinates.tolist(), strict=True):
            yield f"{_slot(label)},{number},{north:.{decimals}f},{east:.{decimals}f}"


def _hectares(parcel: Parcel) -> str:
    """The computed area where none was declared: planar, as survey reports do."""
    computed = parcel.planar_m2
    return "" if computed is None else f"{rounded_m2(computed / 10_000, 4)}"


def _in_order(parcel: Parcel) -> Iterator[Ring]:
    """Rings part by part, each wound and started as writers in practice do."""
    for part in parcel.parts:
        for place, index in enumerate(part):
            yield _wound(parcel.rings[index], clockwise=place == 0)


def _wound(ring: Ring, *, clockwise: bool) -> Ring:
    """The ring clockwise (or not), from its north-west point; labels stay with their points."""
    points, labels = ring.coordinates[:-1], list(ring.labels[:-1])
    if _is_clockwise(ring.coordinates) != clockwise:
        points, labels = points[::-1], labels[::-1]
    if clockwise:
        corner = np.array([points[:, 0].min(), points[:, 1].max()])
        start = int(np.argmin(np.hypot(*(points - corner).T)))
        points = np.roll(points, -start, axis=0)
        labels = labels[start:] + labels[:start]
    return Ring(ring.number, (*labels, labels[0]), np.vstack((points, points[:1])))


def _is_clockwise(coordinates: Coordinates) -> bool:
    area = signed_planar_m2(coordinates, np.array([0, len(coordinates)]))
    return bool(area[0] < 0)
