"""Standing boundaries of parcels, and how they are carried back into a plane.

The boundary of a parcel is the newest one whose batch has not been withdrawn. It is the one known
now, whatever the as-of day: boundaries have no 发生日, only a 登记时间.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np
import shapely
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from tuban.geodata.crs import GEOGRAPHIC, Zone, transform, zone_of_epsg, zone_of_longitude
from tuban.geodata.heads import area_of
from tuban.geodata.model import Head, Parcel, Ring
from tuban.parcels.models import Boundary, ParcelPhase

FINE_DECIMALS = 4
"""Decimals of a metre for what was not delivered in the plane it is written in: a tenth of a mm."""
_MOST_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Standing:
    """The boundary of a parcel; attributes as in `models.Boundary`, `shape` in EPSG:4490."""

    shape: Any
    epsg: int
    decimals: int
    labels: Sequence[Sequence[str]]
    printed: Mapping[str, Any]
    declared_m2: Decimal | None
    ellipsoidal_m2: Decimal
    planar_m2: Decimal | None
    recorded_at: datetime
    batch_no: str


_STANDING = """
    SELECT DISTINCT ON (b.parcel_id) b.parcel_id, ST_AsBinary(b.geometry), b.epsg, b.decimals,
           b.labels, b.printed, b.declared_m2, b.ellipsoidal_m2, b.planar_m2, b.recorded_at, t.no
      FROM parcels_boundary b
      JOIN parcels_batch t ON t.id = b.batch_id
      LEFT JOIN parcels_batchwithdrawal w ON w.batch_id = b.batch_id
     WHERE b.parcel_id = ANY(%s) AND w.id IS NULL
     ORDER BY b.parcel_id, b.id DESC
"""


def standing(parcel_ids: Sequence[int]) -> dict[int, Standing]:
    """The boundaries of these parcels by parcel; absent where there is none. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [list(parcel_ids)])
        return {
            row[0]: Standing(
                shapely.from_wkb(bytes(row[1])),
                row[2],
                row[3],
                _json(row[4]),
                _json(row[5]),
                *row[6:],
            )
            for row in cursor.fetchall()
        }


def _json(value: Any) -> Any:
    """A jsonb column; Django leaves it a text where it reads raw rows."""
    return json.loads(value) if isinstance(value, str) else value


def count_among(phases: QuerySet[ParcelPhase]) -> int:
    """How many of the listed parcels have a boundary."""
    drawn = Boundary.objects.filter(parcel=OuterRef("parcel_id"), batch__withdrawal=None)
    return phases.order_by().filter(Exists(drawn)).count()


def zone_of(boundary: Standing) -> Zone:
    """三度带 of the parcel: the one it was delivered in, else the one it lies in; Y with prefix."""
    delivered = zone_of_epsg(boundary.epsg)
    if delivered is not None and delivered.width == 3:
        return Zone(delivered.number, prefixed=True)
    west, _, east, _ = boundary.shape.bounds
    return Zone(zone_of_longitude((west + east) / 2), prefixed=True)


def rings_in(boundary: Standing, epsg: int) -> tuple[Ring, ...]:
    """The rings in a system of CGCS2000, shell before holes, part by part, points labelled."""
    loops = [loop for part in boundary.shape.geoms for loop in (part.exterior, *part.interiors)]
    points = [np.asarray(loop.coords, dtype=float)[:, :2] for loop in loops]
    moved = transform(np.vstack(points), GEOGRAPHIC, epsg)
    ends = np.cumsum([len(loop) for loop in points])[:-1]
    labels = _labels(boundary.labels, [len(loop) for loop in points])
    return tuple(
        Ring(str(number), names, loop)
        for number, (names, loop) in enumerate(zip(labels, np.split(moved, ends), strict=True), 1)
    )


def in_plane(boundary: Standing, zone: Zone, *, ordinal: int, code: str) -> Parcel:
    """The parcel as a boundary TXT writes it: printed line and labels kept, points in the zone.

    Args:
        code: 地块编号, where the delivered line gave none.
    """
    delivered = zone_of_epsg(boundary.epsg)
    same_plane = delivered is not None and delivered.number == zone.number
    return Parcel(
        ordinal=ordinal,
        head=_head(boundary.printed, code),
        rings=rings_in(boundary, zone.epsg),
        parts=tuple(_parts(boundary.shape)),
        epsg=zone.epsg,
        decimals=min(boundary.decimals, _MOST_DECIMALS) if same_plane else FINE_DECIMALS,
    )


def _parts(shape: Any) -> Iterator[tuple[int, ...]]:
    """Each part as indexes of rings, shell first."""
    at = 0
    for part in shape.geoms:
        rings = 1 + len(part.interiors)
        yield tuple(range(at, at + rings))
        at += rings


def _labels(kept: Sequence[Sequence[str]], sizes: Sequence[int]) -> Iterator[tuple[str, ...]]:
    """界址点号 of every vertex, the closing one included; numbered where none were kept."""
    number = 1
    for at, size in enumerate(sizes):
        own = tuple(kept[at]) if at < len(kept) else ()
        if len(own) == size - 1:
            own = (*own, own[0])
        if len(own) != size:
            own = tuple(f"J{number + k}" for k in range(size - 1))
            own = (*own, own[0])
        number += size - 1
        yield own


def _head(printed: Mapping[str, Any], code: str) -> Head:
    """The parcel's own line as it was printed."""
    area_text = str(printed.get("area_text") or "")
    return Head(
        line=0,
        area_text=area_text,
        area=area_of(area_text)[0] if area_text else None,
        code=str(printed.get("code") or code),
        name=str(printed.get("name") or ""),
        sheet=str(printed.get("sheet") or ""),
        use=str(printed.get("use") or ""),
        slot8=str(printed.get("slot8") or ""),
        extras=tuple(str(extra) for extra in printed.get("extras") or ()),
    )
