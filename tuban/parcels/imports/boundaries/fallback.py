"""Boundaries that count again after a withdrawal: they must not lie on land given to others since."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from tuban.core.errors import DomainError
from tuban.parcels.imports.boundaries import overlaps
from tuban.parcels.imports.boundaries.model import Outline
from tuban.parcels.models import Batch

CHUNK = 500
NAMED = 5
_PRESENT = """
    SELECT p.id, p.parcel_no, translate(encode(ST_AsBinary(p.geometry), 'base64'), E'\\n', ''), b.epsg
      FROM parcels_parcel p
     CROSS JOIN LATERAL (
           SELECT b.epsg FROM parcels_boundary b
            WHERE b.parcel_id = p.id
              AND NOT EXISTS (SELECT FROM parcels_batchwithdrawal w WHERE w.batch_id = b.batch_id)
            ORDER BY b.id + 0 DESC LIMIT 1) b
     WHERE p.id = ANY(%s) AND p.geometry IS NOT NULL
     ORDER BY p.id
"""


class FallbackOverlaps(DomainError):
    """不能撤销: an earlier boundary would lie over a parcel that has been recorded since."""

    def __init__(self, batch: Batch, told: Sequence[str]) -> None:
        more = f"等 {len(told)} 处" if len(told) > NAMED else ""
        super().__init__(
            f"批次 {batch.no} 没有撤销：恢复前一次的界址会与其他地块重叠。",
            code="import.fallback_overlaps",
            kind="conflict",
            cause=f"{'；'.join(told[:NAMED])}{more}。",
            remedy="请先撤销或更正对方的界址，再撤销本批次。",
        )


def refuse_overlaps(batch: Batch, parcel_ids: Sequence[int], scope: frozenset[str]) -> None:
    """Checks the boundaries as they have just been settled, in the caller's transaction.

    Args:
        batch: The batch that is being withdrawn.
        parcel_ids: Parcels it had given boundaries.
        scope: Region codes of the post; parcels of others are not named.

    Raises:
        FallbackOverlaps: With the first few in words.
    """
    told: list[str] = []
    for start in range(0, len(parcel_ids), CHUNK):
        with connection.cursor() as cursor:
            cursor.execute(_PRESENT, [list(parcel_ids[start : start + CHUNK])])
            rows = cursor.fetchall()
        drawn = [
            (Outline(place, number, "", "", wkb, epsg, None, None), pk)
            for place, (pk, number, wkb, epsg) in enumerate(rows)
        ]
        found = overlaps.find(drawn, scope, frozenset())
        for outline, _ in drawn:
            for overlap in found.get(outline.row_no, ()):
                if not overlap.gone:
                    other = overlap.parcel_no if overlap.region in scope else "其他旗区的地块"
                    area = f"{overlap.area_m2:.2f} 平方米"
                    told.append(f"{outline.parcel_no} 与 {other} 重叠 {area}")
    if told:
        raise FallbackOverlaps(batch, told)
