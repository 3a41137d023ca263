"""核对过时: an upload that was checked against a batch that has been withdrawn since.

Its rows that would change something are planned anew when they are confirmed. Those that were 不变,
in conflict or refused would be passed over, though they may now be needed: such an upload has to be
checked again before it can be recorded.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.db import connection

from tuban.core.errors import DomainError
from tuban.parcels.imports.sheets import Note
from tuban.parcels.models import Batch, Upload, UploadState
from tuban.values.places import CITY_CODE

KIND = "overtaken"

_SHARING = """
    SELECT DISTINCT r.upload_id
      FROM parcels_upload u
      JOIN parcels_stagedrow r ON r.upload_id = u.id
      JOIN parcels_parcel p ON p.region_id = r.region_id AND p.parcel_no = r.parcel_no
     WHERE u.state = ANY(%s) AND NOT r.taken AND r.parsed IS NOT NULL
       AND r.outcome IN ('same', 'conflict', 'error') AND p.id = ANY(%s)
"""
_READING = """
    SELECT id FROM parcels_upload
     WHERE state = %s AND (region_id = %s OR region_id IN (
           SELECT region_id FROM parcels_parcel WHERE id = ANY(%s)))
"""
"""Read at this moment: some of its rows may have been checked against what is being withdrawn."""
_MARK = "UPDATE parcels_upload SET notes = notes || %s::jsonb WHERE id = ANY(%s)"


class Overtaken(DomainError):
    """核对已过时: a batch was withdrawn after the file was checked."""

    def __init__(self, upload: Upload) -> None:
        super().__init__(
            f"“{upload.name}”没有登记：核对之后，有批次被撤销。",
            code="import.overtaken",
            kind="conflict",
            cause="表内有些行是对照已撤销的批次核对的，结果可能不同。",
            remedy="请按“重新核对”，看过新的结果再确认登记。",
        )


def mark(batch: Batch, parcel_ids: Sequence[int]) -> None:
    """Marks the uploads whose checks the batch's withdrawal overtakes; in its transaction."""
    note = Note(
        KIND,
        f"核对之后，批次 {batch.no} 已撤销，本表的核对结果已过时；请重新核对后再登记。",
        True,
        {"batch": batch.no},
    )
    waiting = [UploadState.STAGED.value, UploadState.CONFIRMING.value]
    with connection.cursor() as cursor:
        cursor.execute(_SHARING, [waiting, list(parcel_ids)])
        ids = [row[0] for row in cursor.fetchall()]
        cursor.execute(_READING, [UploadState.READING.value, CITY_CODE, list(parcel_ids)])
        ids += [row[0] for row in cursor.fetchall()]
        if ids:
            cursor.execute(_MARK, [json.dumps([note.as_json()], ensure_ascii=False), ids])


def is_overtaken(upload: Upload) -> bool:
    """Whether the upload has to be checked again before it can be recorded."""
    return any(note.get("kind") == KIND for note in upload.notes)
