"""恢复: what a withdrawn batch had written over a parcel's description gives way to what was before.

Facts are kept and merely stop counting; a parcel's name, place, use, holder, permit and approval are
single values that a batch writes over. The recorded rows of every batch tell what each found there and
what it put there. A field then holds what the last batch that stands wrote; where none has written,
what was there before the first. So of A → B → C, withdrawing B leaves C, and withdrawing C as well
brings back A.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection

from tuban.parcels.imports.rows import PARCEL_KEYS

APPROVAL = "approval"
Value = str | tuple[str, str] | None
"""Text of a field, or (doc_no, name) of the approval, None without one."""


@dataclass(frozen=True, slots=True)
class Write:
    """What one batch did to a parcel's description.

    Attributes:
        stands: The batch has not been withdrawn.
        changes: Field → (what it found, what it put there).
    """

    batch_id: int
    stands: bool
    changes: Mapping[str, tuple[Value, Value]]


def described(writes: Sequence[Write]) -> dict[str, Value]:
    """The fields any batch has written, as the batches that stand leave them.

    Args:
        writes: In the order in which they were made.
    """
    found: dict[str, Value] = {}
    for write in writes:
        for key, (old, _) in write.changes.items():
            found.setdefault(key, old)
    for write in writes:
        if write.stands:
            found.update({key: new for key, (_, new) in write.changes.items()})
    return found


def restored(
    writes: Sequence[Write], batch_id: int, present: Mapping[str, Value]
) -> dict[str, Value]:
    """The fields that change when the batch no longer stands, with what they then hold.

    A field that holds neither the batch's value nor what followed it was changed by other hands,
    and is left to them.

    Args:
        writes: Of the parcel, in the order in which they were made; the batch's own stands.
    """
    before = described(writes)
    after = described(
        [
            Write(write.batch_id, write.stands and write.batch_id != batch_id, write.changes)
            for write in writes
        ]
    )
    return {
        key: value
        for key, value in after.items()
        if value != before[key] and present.get(key) == before[key]
    }


# ---- In the database ----------------------------------------------------------------------------

_DESCRIBED = ", ".join(PARCEL_KEYS)
_WRITES = f"""
    SELECT p.id, {", ".join(f"p.{key}" for key in PARCEL_KEYS)}, a.doc_no, a.name, b.id, w.id IS NULL,
           r.plan::text, r.approval::text
      FROM unnest(%s::bigint[]) AS wanted (id)
     CROSS JOIN LATERAL (
         SELECT id, region_id, parcel_no, approval_id, {_DESCRIBED}
           FROM parcels_parcel WHERE id = wanted.id OFFSET 0
     ) AS p
     CROSS JOIN LATERAL (
         SELECT upload_id, region_id, parsed->'plan' AS plan, parsed->'approval' AS approval
           FROM parcels_stagedrow WHERE parcel_no = p.parcel_no AND taken OFFSET 0
     ) AS r
      JOIN parcels_batch b ON b.upload_id = r.upload_id
      LEFT JOIN parcels_batchwithdrawal w ON w.batch_id = b.id
      LEFT JOIN parcels_approval a ON a.id = p.approval_id
     WHERE r.region_id = p.region_id
     ORDER BY p.id, b.id
"""
"""What the recorded rows of every batch did to the parcels, with what the parcels hold.

OFFSET keeps PostgreSQL to one index look-up a parcel, as `phases.STORED_FACTS` does.
"""

_RESTORE = f"""
    UPDATE parcels_parcel p
       SET {", ".join(f"{key} = COALESCE(new.{key}, p.{key})" for key in PARCEL_KEYS)},
           approval_id = CASE WHEN new.moved THEN new.approval_id ELSE p.approval_id END
      FROM unnest(%s::bigint[], {"%s::text[], " * len(PARCEL_KEYS)}%s::boolean[], %s::bigint[])
           AS new (id, {_DESCRIBED}, moved, approval_id)
     WHERE p.id = new.id
"""
_APPROVALS = """
    SELECT p.id, a.id
      FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS named (parcel_id, doc_no, name)
      JOIN parcels_parcel p ON p.id = named.parcel_id
      JOIN parcels_approval a ON a.region_id = p.region_id AND a.doc_no = named.doc_no
           AND a.name = named.name
"""

_AT_APPROVAL = 1 + len(PARCEL_KEYS)
_AT_WRITE = _AT_APPROVAL + 2


def restore(batch_id: int, parcel_ids: Iterable[int]) -> int:
    """Puts back what the batch has written over; in the caller's transaction, parcels locked.

    Args:
        batch_id: The batch being withdrawn; whether its withdrawal is recorded yet does not matter.

    Returns:
        The number of parcels that changed.
    """
    with connection.cursor() as cursor:
        cursor.execute(_WRITES, [list(parcel_ids)])
        found = list(_restorations(batch_id, cursor.fetchall()))
        if not found:
            return 0
        approvals = _approvals(found)
        columns: list[list[Any]] = [[pk for pk, _ in found]]
        columns += [[changes.get(key) for _, changes in found] for key in PARCEL_KEYS]
        columns += [
            [APPROVAL in changes for _, changes in found],
            [approvals.get(pk) for pk, _ in found],
        ]
        cursor.execute(_RESTORE, columns)
        return int(cursor.rowcount)


def _approvals(found: Sequence[tuple[int, dict[str, Value]]]) -> dict[int, int]:
    """Ids of the approvals that are put back, by parcel."""
    named = [
        (pk, *approval)
        for pk, changes in found
        if isinstance(approval := changes.get(APPROVAL), tuple)
    ]
    if not named:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_APPROVALS, [list(column) for column in zip(*named, strict=True)])
        return dict(cursor.fetchall())


def _restorations(
    batch_id: int, rows: list[tuple[Any, ...]]
) -> Iterator[tuple[int, dict[str, Value]]]:
    for pk, group in groupby(rows, key=itemgetter(0)):
        of_parcel = list(group)
        first = of_parcel[0]
        present: dict[str, Value] = dict(zip(PARCEL_KEYS, first[1:_AT_APPROVAL], strict=True))
        doc_no, name = first[_AT_APPROVAL:_AT_WRITE]
        present[APPROVAL] = None if doc_no is None else (doc_no, name)
        changes = restored(
            [_write(row[_AT_WRITE:], batch_id) for row in of_parcel], batch_id, present
        )
        if changes:
            yield pk, changes


def _write(row: tuple[Any, ...], withdrawing: int) -> Write:
    batch_id, stands, plan_json, named_json = row
    plan = json.loads(plan_json or "{}")
    changes: dict[str, tuple[Value, Value]] = {
        key: (old, new) for key, (old, new) in plan.get("parcel", {}).items()
    }
    if plan.get("approval"):
        was, named = plan["approval_was"], json.loads(named_json)
        changes[APPROVAL] = (tuple(was) if was else None, (named["doc_no"], named["name"]))
    return Write(batch_id, stands or batch_id == withdrawing, changes)
