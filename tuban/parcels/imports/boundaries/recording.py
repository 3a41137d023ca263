"""What confirming a boundary file writes: boundaries, straight from the staged rows, and no facts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import connection

from tuban.accounts.access import region_codes
from tuban.accounts.models import User
from tuban.parcels.imports.boundaries import judging, settling
from tuban.parcels.imports.boundaries.judging import Judged, Place
from tuban.parcels.imports.boundaries.model import Outline
from tuban.parcels.imports.boundaries.plans import WAITING, overtaken
from tuban.parcels.imports.plans import CHANGED, NEW
from tuban.parcels.models import Batch, StagedRow, Upload

_RECORD = """
    INSERT INTO parcels_boundary (parcel_id, batch_id, geometry, epsg, decimals, labels, printed,
           declared_m2, ellipsoidal_m2, planar_m2, place, recorded_at, recorded_by_id)
    SELECT n.parcel_id, %(batch)s, ST_GeomFromWKB(decode(r.parsed->>'wkb', 'base64'), 4490),
           b.epsg, b.decimals, b.labels, b.printed, b.declared_m2, b.ellipsoidal_m2, b.planar_m2,
           %(source)s || ' 第 ' || r.row_no || ' 行', %(at)s, %(by)s
      FROM unnest(%(rows)s::bigint[], %(parcels)s::bigint[]) AS n (row_id, parcel_id)
      JOIN parcels_stagedrow r ON r.id = n.row_id
     CROSS JOIN LATERAL jsonb_to_record(r.parsed->'boundary') AS b (epsg int, decimals int,
           labels jsonb, printed jsonb, declared_m2 numeric, ellipsoidal_m2 numeric,
           planar_m2 numeric)
     ORDER BY r.row_no
"""
_TAKEN = """
    UPDATE parcels_stagedrow r SET taken = true, region_id = p.region_id
      FROM unnest(%s::bigint[], %s::bigint[]) AS n (row_id, parcel_id)
      JOIN parcels_parcel p ON p.id = n.parcel_id
     WHERE r.id = n.row_id
"""


class Recorder:
    """Records the rows of one upload, chunk by chunk, in the caller's transaction.

    The caller holds the locks of the regions.
    """

    def __init__(self, actor: User, upload: Upload, batch: Batch) -> None:
        self._actor, self._upload, self._batch = actor, upload, batch
        pending = StagedRow.objects.filter(upload=upload, outcome__in=(NEW, CHANGED), taken=False)
        numbers = frozenset(pending.values_list("parcel_no", flat=True))
        self._place = Place(upload, region_codes(actor), numbers, waits=False)
        settling.lock()

    def record(self, chunk: Sequence[tuple[Any, ...]]) -> list[int]:
        """Records a chunk of (id, row_no, region, parcel_no, parsed as text).

        A row that no longer fits waits with a reason.

        Returns:
            The parcels that have a new boundary.
        """
        by_row = {row[1]: row[0] for row in chunk}
        read = {row[1]: json.loads(row[4]) for row in chunk}
        outlines = [_outline(row[1], row[3], read[row[1]]) for row in chunk]
        judged = [
            _as_seen(one, read[one.outline.row_no]["plan"])
            for one in judging.judge(outlines, self._place, lock=True)
        ]
        taken = [one for one in judged if one.planned.outcome in {NEW, CHANGED}]
        for one in judged:
            if one.planned.outcome not in {NEW, CHANGED}:
                _set_aside(by_row[one.outline.row_no], one)
        rows = [by_row[one.outline.row_no] for one in taken]
        parcels = [one.planned.parcel_id for one in taken if one.planned.parcel_id is not None]
        with connection.cursor() as cursor:
            cursor.execute(
                _RECORD,
                {
                    "batch": self._batch.pk,
                    "source": self._upload.name[:120],
                    "at": self._batch.confirmed_at,
                    "by": self._actor.pk,
                    "rows": rows,
                    "parcels": parcels,
                },
            )
            cursor.execute(_TAKEN, [rows, parcels])
        settling.settle(parcels)
        return parcels


def _as_seen(judged: Judged, shown: dict[str, Any]) -> Judged:
    """The row as judged now, unless it would replace what the preview did not show."""
    planned = judged.planned
    if planned.outcome in {NEW, CHANGED} and planned.boundary_id != shown["boundary_id"]:
        return replace(judged, planned=overtaken(planned))
    return judged


def _outline(row_no: int, parcel_no: str, parsed: dict[str, Any]) -> Outline:
    """A staged row as it was read."""
    stated = parsed["boundary"]
    return Outline(
        row_no=row_no,
        parcel_no=parcel_no,
        raw="",
        stated=json.dumps(stated),
        wkb=parsed["wkb"],
        epsg=stated["epsg"],
        ellipsoidal_m2=float(stated["ellipsoidal_m2"]),
        planar_m2=float(stated["planar_m2"]) if stated["planar_m2"] is not None else None,
    )


def _set_aside(pk: int, judged: Judged) -> None:
    """A row that the record has overtaken since it was previewed; what was odd of it stays said."""
    row = StagedRow.objects.only("errors").get(pk=pk)
    fresh = [trouble.as_json() for trouble in judged.planned.troubles]
    known = {problem["code"] for problem in fresh}
    kept = [p for p in row.errors if p["code"] != WAITING and p["code"] not in known]
    StagedRow.objects.filter(pk=pk).update(outcome=judged.planned.outcome, errors=[*kept, *fresh])
