"""The boundary that counts: of those whose batch stands, the newest; `Parcel.geometry` repeats it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from tuban.parcels.models import Batch, Boundary

BOUNDARY_LOCK = 0x7471

_SETTLE = """
    UPDATE parcels_parcel p SET geometry = newest.geometry
      FROM unnest(%s::bigint[]) AS wanted (id)
      LEFT JOIN LATERAL (
           SELECT b.geometry
             FROM parcels_boundary b
            WHERE b.parcel_id = wanted.id
              AND NOT EXISTS (SELECT FROM parcels_batchwithdrawal w WHERE w.batch_id = b.batch_id)
            ORDER BY b.id + 0 DESC LIMIT 1) newest ON true
     WHERE p.id = wanted.id AND p.geometry IS DISTINCT FROM newest.geometry
"""


def lock() -> None:
    """Boundaries change in one transaction at a time: neighbours may belong to two regions.

    Taken after the locks of regions and before those of parcels, as everywhere.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [BOUNDARY_LOCK])


def settle(parcel_ids: Sequence[int]) -> None:
    """Gives each parcel the boundary that counts, or none; in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, [list(parcel_ids)])


def parcels_of(batch: Batch) -> list[int]:
    """Parcels the batch has given a boundary, in order."""
    found = Boundary.objects.filter(batch=batch).order_by("parcel_id")
    return list(found.values_list("parcel_id", flat=True).distinct())
