"""The record as it stands, for the parcels a file speaks of: two queries for a chunk of rows."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection

from tuban.law.model import FactId
from tuban.law.removal import without
from tuban.parcels import phases
from tuban.parcels.imports.plans import StoredFact, StoredParcel
from tuban.parcels.imports.rows import PARCEL_KEYS

Key = tuple[str, str]
"""(region code, parcel_no)."""

_DESCRIBED = ", ".join(f"p.{key}" for key in PARCEL_KEYS)
_PARCELS = f"""
    SELECT p.region_id, p.parcel_no, p.id, a.doc_no, a.name, {_DESCRIBED}
      FROM unnest(%s::text[], %s::text[]) AS wanted (region_id, parcel_no)
      JOIN parcels_parcel p USING (region_id, parcel_no)
      LEFT JOIN parcels_approval a ON a.id = p.approval_id
"""
_LOCKED = " ORDER BY p.id FOR UPDATE OF p"
"""In order of id, so that two locking the same parcels never wait for each other."""

_FACTS = """
    SELECT f.parcel_id, f.id, f.kind, f."on", f.on_precision, f.payload::text, f.supersedes_id,
           f.batch_id IS NOT NULL, w.id IS NOT NULL
      FROM unnest(%s::bigint[]) AS wanted (id)
     CROSS JOIN LATERAL (SELECT * FROM parcels_fact WHERE parcel_id = wanted.id ORDER BY id) AS f
      LEFT JOIN parcels_batchwithdrawal w ON w.batch_id = f.batch_id
     ORDER BY f.parcel_id, f.id
"""


def fetch(keys: Iterable[Key], *, lock: bool = False) -> dict[Key, StoredParcel]:
    """The parcels of these keys that exist, with the facts of batches that stand.

    Args:
        keys: Of the caller's own scope; nothing here widens it.
        lock: Lock the parcels for the transaction.
    """
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            _PARCELS + (_LOCKED if lock else ""),
            [[region for region, _ in wanted], [number for _, number in wanted]],
        )
        parcels = cursor.fetchall()
        cursor.execute(_FACTS, [[row[2] for row in parcels]])
        facts = {
            parcel_id: _standing(list(rows))
            for parcel_id, rows in groupby(cursor.fetchall(), key=itemgetter(0))
        }
    return {
        (row[0], row[1]): StoredParcel(
            row[2],
            dict(zip(PARCEL_KEYS, row[5:], strict=True)),
            (row[3], row[4]) if row[3] is not None else None,
            tuple(facts.get(row[2], ())),
        )
        for row in parcels
    }


def _standing(rows: list[tuple[Any, ...]]) -> tuple[StoredFact, ...]:
    """One parcel's facts of batches that stand; `row[7]`: imported, `row[8]`: withdrawn."""
    imported = {row[1] for row in rows if row[7]}
    withdrawn: set[FactId] = {row[1] for row in rows if row[8]}
    facts = [
        phases.law_fact(
            pk=pk,
            kind=kind,
            on=on,
            precision=precision,
            payload=payload,
            supersedes=supersedes,
        )
        for _, pk, kind, on, precision, payload, supersedes, _, _ in rows
    ]
    standing = without(facts, withdrawn) if withdrawn else facts
    return tuple(StoredFact(fact, fact.id in imported) for fact in standing)
