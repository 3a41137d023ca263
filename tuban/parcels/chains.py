"""更正链: corrections follow each other one to one, past facts whose batch was withdrawn.

What a withdrawn fact corrected is current again (`tuban.law.removal.without`). Its next correction
is kept as one of the withdrawn fact, the last of the chain, because a fact has one successor.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

_TIPS = """
    WITH RECURSIVE chain (origin, tip) AS (
        SELECT id, id FROM unnest(%s::bigint[]) AS current (id)
        UNION ALL
        SELECT c.origin, f.id
          FROM chain c
          JOIN parcels_fact f ON f.supersedes_id = c.tip
          JOIN parcels_batchwithdrawal w ON w.batch_id = f.batch_id
    )
    SELECT origin, max(tip) FROM chain GROUP BY origin
"""
"""A correction is always recorded after what it corrects: the last of a chain has its largest id."""


def tips(fact_ids: Iterable[int]) -> dict[int, int]:
    """Which fact the next correction of each is kept to: itself, or the last withdrawn one."""
    ids = sorted(set(fact_ids))
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_TIPS, [ids])
        return dict(cursor.fetchall())
