"""The record as it stands, for the parcels a boundary file speaks of: one query for a chunk."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from tuban.parcels.imports.boundaries import BOUNDARY
from tuban.parcels.imports.boundaries.model import Outline
from tuban.parcels.models import Outcome, Upload, UploadState
from tuban.values.area import Area

MOST_COMPARED = 2_000  # points; longer boundaries are the same only digit by digit
MILLIMETRE_DEGREES = 9e-9  # of latitude; of longitude it is less than a millimetre

NO_SHAPE = "-"

_STANDING = """
    SELECT b.id, b.geometry, b.printed, b.ellipsoidal_m2
      FROM parcels_boundary b
     WHERE b.parcel_id = p.id
       AND NOT EXISTS (SELECT FROM parcels_batchwithdrawal w WHERE w.batch_id = b.batch_id)
     ORDER BY b.id + 0 DESC LIMIT 1
"""
"""`+ 0`: by the parcel's own index; walking all boundaries from the newest would be quadratic."""
_APPROVED = """
    SELECT f.payload->'area' AS area
      FROM parcels_fact f
     WHERE f.parcel_id = p.id AND f.kind = 'approved'
       AND NOT EXISTS (SELECT FROM parcels_batchwithdrawal w WHERE w.batch_id = f.batch_id)
       AND NOT EXISTS (SELECT FROM parcels_fact s WHERE s.supersedes_id = f.id AND NOT EXISTS
                        (SELECT FROM parcels_batchwithdrawal w WHERE w.batch_id = s.batch_id))
     ORDER BY f.id + 0 DESC LIMIT 1
"""
_FIND = f"""
    SELECT n.row_no, p.region_id, p.id, b.id, b.printed::text, b.ellipsoidal_m2, a.area::text,
           CASE WHEN b.id IS NULL OR n.wkb = '{NO_SHAPE}' THEN false
                WHEN b.geometry = g.shape THEN true
                WHEN ST_NPoints(g.shape) <> ST_NPoints(b.geometry)
                  OR ST_NPoints(g.shape) > {MOST_COMPARED}
                  OR NOT ST_Expand(b.geometry, {MILLIMETRE_DEGREES}) ~ g.shape THEN false
                ELSE ST_HausdorffDistance(b.geometry, g.shape) <= {MILLIMETRE_DEGREES}
           END
      FROM unnest(%s::int[], %s::text[], string_to_array(%s, ' ')) AS n (row_no, parcel_no, wkb)
     CROSS JOIN unnest(%s::text[]) AS r (code)
     CROSS JOIN LATERAL (
           SELECT k.id, k.region_id FROM parcels_parcel k
            WHERE k.region_id = r.code AND k.parcel_no = n.parcel_no OFFSET 0) p
      LEFT JOIN LATERAL ({_STANDING}) b ON true
      LEFT JOIN LATERAL ({_APPROVED}) a ON true
      LEFT JOIN LATERAL (SELECT CASE WHEN b.id IS NOT NULL AND n.wkb <> '{NO_SHAPE}'
               THEN ST_GeomFromWKB(decode(n.wkb, 'base64'), 4490) END AS shape) g ON true
"""
"""One region and one number at a time: for several regions at once the planner would take the
trigram index of numbers, a hundred times slower."""
_LOCK = "SELECT FROM parcels_parcel WHERE id = ANY(%s) ORDER BY id FOR UPDATE"
"""In order of id, so that two locking the same parcels never wait for each other."""

_HELD = """
    SELECT DISTINCT ON (r.parcel_no) r.parcel_no, r.region_id, u.name
      FROM parcels_stagedrow r
      JOIN parcels_upload u ON u.id = r.upload_id
     WHERE r.parcel_no = ANY(%s) AND r.region_id = ANY(%s) AND r.outcome = %s AND NOT r.taken
       AND u.state = ANY(%s) AND u.ledger <> %s AND u.id <> %s
     ORDER BY r.parcel_no, u.id DESC
"""
_AWAITED = (UploadState.READING, UploadState.STAGED, UploadState.CONFIRMING)


@dataclass(frozen=True, slots=True)
class Known:
    """A parcel of the record whose number a row names.

    Attributes:
        boundary_id: Its standing boundary; None when it has none.
        printed: That boundary's own line, by slot.
        ellipsoidal_m2: That boundary's area.
        approved: 批准面积 of the record, as printed there.
        same: Whether that boundary is the row's, to the millimetre.
    """

    region: str
    parcel_id: int
    boundary_id: int | None
    printed: dict[str, Any] | None
    ellipsoidal_m2: Decimal | None
    approved: Area | None
    same: bool


@dataclass(frozen=True, slots=True)
class Holder:
    """An upload that would make the parcel when it is confirmed."""

    region: str
    name: str


def find(
    outlines: Sequence[Outline], scope: Iterable[str], *, lock: bool = False
) -> dict[int, list[Known]]:
    """Parcels of the regions in scope by the row that names them; several where regions share it.

    Args:
        outlines: Rows with a number.
        scope: Region codes of the post; nothing here widens them.
        lock: Lock the parcels for the transaction.
    """
    rows, numbers = [o.row_no for o in outlines], [o.parcel_no for o in outlines]
    shapes = joined(o.wkb for o in outlines)
    found: dict[int, list[Known]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [rows, numbers, shapes, sorted(set(scope))])
        for row_no, region, parcel_id, boundary_id, printed, m2, area, same in cursor.fetchall():
            line = json.loads(printed) if printed else None
            found[row_no].append(
                Known(region, parcel_id, boundary_id, line, m2, _area(area), bool(same))
            )
        if lock:
            cursor.execute(_LOCK, [[known.parcel_id for some in found.values() for known in some]])
    return found


def joined(shapes: Iterable[str]) -> str:
    """Shapes in base64 as one text: quoting each as part of an array takes longer than the query."""
    return " ".join(shape or NO_SHAPE for shape in shapes)


def _area(stored: str | None) -> Area | None:
    """An area as a fact keeps it, JSON."""
    area = json.loads(stored) if stored else None
    return Area.of(area["value"], area["unit"]) if area else None


def held(numbers: Iterable[str], upload: Upload, scope: Iterable[str]) -> dict[str, Holder]:
    """Uploads of the regions that await confirmation and hold parcels the record does not have."""
    wanted = sorted(set(numbers))
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            _HELD,
            [wanted, sorted(set(scope)), Outcome.NEW.value, [s.value for s in _AWAITED], BOUNDARY,
             upload.pk],
        )  # fmt: skip
        return {number: Holder(region, name) for number, region, name in cursor.fetchall()}


def unread_beside(upload: Upload) -> Holder | None:
    """A ledger handed in together with the file that has not been read yet, if there is one.

    It may hold any parcel; what it holds is known at the latest when it has been confirmed.
    """
    if not upload.delivery:
        return None
    unread = (UploadState.READING, UploadState.ASKED)
    beside = Upload.objects.filter(delivery=upload.delivery, state__in=unread)
    found = beside.exclude(ledger=BOUNDARY).order_by("pk").first()
    return Holder(upload.region_id, found.name) if found is not None else None
