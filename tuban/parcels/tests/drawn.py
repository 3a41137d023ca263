"""Parcels with a boundary, as an import would have recorded them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import numpy as np
from django.contrib.gis.geos import MultiPolygon, Polygon

from tuban.accounts.models import User
from tuban.geodata.crs import GEOGRAPHIC, transform
from tuban.geodata.measuring import measured
from tuban.geodata.model import Choices, Head, Ring
from tuban.geodata.model import Parcel as Read
from tuban.parcels.models import Batch, Boundary, Parcel, Upload, UploadState

NOON = datetime(2024, 9, 20, 4, tzinfo=UTC)
Points = Sequence[tuple[float, float]]
"""(E, N) of a loop, not closed."""

# DK-001 of data-standards 1.5: 97,000 m² in the plane, 96,973.78 m² on the ellipsoid (G3-01).
SHELL = ((37395000, 4385250), (37395400, 4385250), (37395400, 4385000), (37395000, 4385000))
HOLE = ((37395100, 4385150), (37395100, 4385100), (37395160, 4385100), (37395160, 4385150))
LINE = {
    "area_text": "9.7000",
    "code": "",
    "name": "示例地块一",
    "sheet": "J49G010029",
    "use": "工业用地",
    "slot8": "",
    "extras": [],
}


def rectangle(east: float, north: float, width: float, height: float) -> Points:
    """Clockwise from the north-west corner."""
    return (
        (east, north + height), (east + width, north + height), (east + width, north), (east, north)
    )  # fmt: skip


def make_batch(user: User, region: str, name: str = "界址点.txt", no: str = "") -> Batch:
    """A confirmed boundary file."""
    upload = Upload.objects.create(
        name=name,
        sha256="1" * 64,
        size=1,
        ledger="boundary",
        region_id=region,
        state=UploadState.CONFIRMED,
        uploaded_by=user,
        uploaded_at=NOON,
    )
    count = Batch.objects.filter(region_id=region).count() + 1
    return Batch.objects.create(
        no=no or f"{region}-20240920-{count:02d}",
        upload=upload,
        region_id=region,
        confirmed_by=user,
        confirmed_at=NOON,
        rows=1,
        facts=0,
    )


def draw(
    parcel: Parcel,
    user: User,
    *loops: Points,
    epsg: int = 4525,
    decimals: int = 3,
    batch: Batch | None = None,
    parts: tuple[tuple[int, ...], ...] = (),
    **printed: Any,
) -> Boundary:
    """Records a boundary of one shell with holes, or of the parts given by indexes of loops."""
    loops = loops or (SHELL, HOLE)
    rings, number = [], 1
    for at, loop in enumerate(loops, 1):
        labels = [f"J{number + k}" for k in range(len(loop))]
        number += len(loop)
        points = np.array([*loop, loop[0]], dtype=float)
        rings.append(Ring(str(at), (*labels, labels[0]), points))
    parts = parts or (tuple(range(len(loops))),)
    line = {**LINE, "code": parcel.parcel_no, **printed}
    read = Read(1, Head(line=1), tuple(rings), parts, epsg, decimals)
    (read,), _ = measured([read], Choices())
    degrees = [transform(ring.coordinates, epsg, GEOGRAPHIC).tolist() for ring in rings]
    shape = MultiPolygon(
        *(Polygon(*(degrees[index] for index in part), srid=GEOGRAPHIC) for part in parts),
        srid=GEOGRAPHIC,
    )
    declared = line["area_text"] and Decimal(line["area_text"]) * 10_000
    Parcel.objects.filter(pk=parcel.pk).update(geometry=shape)
    return Boundary.objects.create(
        parcel=parcel,
        batch=batch or make_batch(user, parcel.region_id),
        geometry=shape,
        epsg=epsg,
        decimals=decimals,
        labels=[list(ring.labels) for ring in rings],
        printed=line,
        declared_m2=declared or None,
        ellipsoidal_m2=round(Decimal(read.ellipsoidal_m2 or 0), 6),
        planar_m2=None if read.planar_m2 is None else round(Decimal(read.planar_m2), 6),
        place="界址点.txt 第 13 行",
        recorded_at=NOON,
        recorded_by=user,
    )
