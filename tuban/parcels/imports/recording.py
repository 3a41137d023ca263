"""What a confirmation writes, in bulk: batch, approvals, parcels and facts, by COPY."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from tuban.accounts.models import User
from tuban.core import clock
from tuban.parcels import chains
from tuban.parcels.imports.rows import PARCEL_KEYS
from tuban.parcels.models import Batch, Upload
from tuban.values.area import Area, m2_decimal

_FACT_COLUMNS = (
    'parcel_id, kind, "on", on_precision, payload, area_m2, paper_no, paper_on, paper_issuer,'
    " evidence, batch_id, recorded_at, recorded_by_id, supersedes_id, reason"
)
_PARCEL_COLUMNS = f"id, region_id, parcel_no, {', '.join(PARCEL_KEYS)}, approval_id, created_at"

_json = json.JSONEncoder(ensure_ascii=False).encode

ApprovalKey = tuple[str, str, str]
"""(region code, doc_no, name)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row to record. `parsed` as `codec.encode` makes it, its plan up to date."""

    row_no: int
    region: str
    parcel_no: str
    parsed: dict[str, Any]

    @property
    def approval_key(self) -> ApprovalKey | None:
        """The approval the row names, if any."""
        named = self.parsed["approval"]
        return (self.region, named["doc_no"], named["name"]) if named else None


def open_batch(actor: User, upload: Upload, region_code: str) -> Batch:
    """A batch with the next number of its region and day; its counts are filled in at the end.

    The caller holds the region's lock: numbers follow each other without gaps or doubles.
    """
    prefix = f"{region_code}-{clock.today():%Y%m%d}-"
    number = Batch.objects.filter(no__startswith=prefix).count() + 1
    return Batch.objects.create(
        no=f"{prefix}{number:02d}",
        upload=upload,
        region_id=region_code,
        confirmed_by=actor,
        confirmed_at=clock.now(),
        rows=0,
        facts=0,
    )


def record(
    actor: User, upload: Upload, batch: Batch, entries: Sequence[Entry]
) -> tuple[list[int], int]:
    """Writes the entries in the caller's transaction.

    Returns:
        The parcels whose phases must be rebuilt, and the number of facts recorded.
    """
    if not entries:
        return [], 0
    approvals = _approvals(entries)
    ids = _parcels(entries, approvals, batch)
    facts = _facts(actor, upload, batch, entries, ids)
    return ids, facts


def _approvals(entries: Sequence[Entry]) -> dict[ApprovalKey, int]:
    """Makes the approvals that do not exist yet; returns the ids of all that are named."""
    named: dict[ApprovalKey, str] = {}
    for entry in entries:
        key = entry.approval_key
        if key is not None and not named.get(key):
            named[key] = entry.parsed["approval"]["approved_on"]
    if not named:
        return {}
    columns = [list(column) for column in zip(*named, strict=True)]
    days = [day or None for day in named.values()]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO parcels_approval (region_id, doc_no, name, approved_on, authority)"
            " SELECT *, '' FROM unnest(%s::text[], %s::text[], %s::text[], %s::date[])"
            " ON CONFLICT (region_id, doc_no, name) DO UPDATE"
            " SET approved_on = EXCLUDED.approved_on"
            " WHERE parcels_approval.approved_on IS NULL AND EXCLUDED.approved_on IS NOT NULL",
            [*columns, days],
        )
        cursor.execute(
            "SELECT a.region_id, a.doc_no, a.name, a.id FROM parcels_approval a"
            " JOIN unnest(%s::text[], %s::text[], %s::text[]) AS named (region_id, doc_no, name)"
            " USING (region_id, doc_no, name)",
            columns,
        )
        return {(region, doc_no, name): pk for region, doc_no, name, pk in cursor.fetchall()}


def _parcels(
    entries: Sequence[Entry], approvals: dict[ApprovalKey, int], batch: Batch
) -> list[int]:
    """Makes new parcels and changes known ones; returns each entry's parcel id, in order."""
    fresh = [e for e in entries if e.parsed["plan"]["parcel_id"] is None]
    changed = [
        e
        for e in entries
        if e.parsed["plan"]["parcel_id"] is not None
        and (e.parsed["plan"]["parcel"] or e.parsed["plan"]["approval"])
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('parcels_parcel', 'id'))"
            " FROM generate_series(1, %s)",
            [len(fresh)],
        )
        made = dict(zip((e.row_no for e in fresh), (r[0] for r in cursor.fetchall()), strict=True))
        with cursor.copy(f"COPY parcels_parcel ({_PARCEL_COLUMNS}) FROM STDIN") as copy:
            for e in fresh:
                described = (e.parsed["parcel"].get(key, "") for key in PARCEL_KEYS)
                approval = approvals.get(e.approval_key) if e.approval_key else None
                copy.write_row(
                    (made[e.row_no], e.region, e.parcel_no, *described, approval,
                     batch.confirmed_at)
                )  # fmt: skip
    _change(changed, approvals)
    return [made.get(e.row_no) or e.parsed["plan"]["parcel_id"] for e in entries]


def _change(entries: Sequence[Entry], approvals: dict[ApprovalKey, int]) -> None:
    """Sets the fields of known parcels that their rows change; blank cells change nothing."""
    if not entries:
        return
    ids = [entry.parsed["plan"]["parcel_id"] for entry in entries]
    texts = [
        [new[1] if (new := e.parsed["plan"]["parcel"].get(key)) else None for e in entries]
        for key in PARCEL_KEYS
    ]
    approval_ids = [
        approvals[e.approval_key] if e.approval_key and e.parsed["plan"]["approval"] else None
        for e in entries
    ]
    fields = (*PARCEL_KEYS, "approval_id")
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE parcels_parcel p SET"
            f" {', '.join(f'{field} = COALESCE(new.{field}, p.{field})' for field in fields)}"
            f" FROM unnest(%s::bigint[], {'%s::text[], ' * len(PARCEL_KEYS)}%s::bigint[])"
            f" AS new (id, {', '.join(fields)}) WHERE p.id = new.id",
            [ids, *texts, approval_ids],
        )


def _facts(
    actor: User, upload: Upload, batch: Batch, entries: Sequence[Entry], ids: Sequence[int]
) -> int:
    """Writes the facts of the plans; returns how many."""
    written = 0
    source = upload.name[:120]
    kept_to = chains.tips(
        change["supersedes"]
        for entry in entries
        for change in entry.parsed["plan"]["facts"]
        if change["supersedes"] is not None
    )
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY parcels_fact ({_FACT_COLUMNS}) FROM STDIN") as copy,
    ):
        for entry, parcel_id in zip(entries, ids, strict=True):
            place = f"{source} 第 {entry.row_no} 行"
            for change in entry.parsed["plan"]["facts"]:
                fact = entry.parsed["facts"][change["at"]]
                old = change["supersedes"]
                copy.write_row(
                    (
                        parcel_id,
                        fact["kind"],
                        fact["on"],
                        fact["precision"],
                        _json(fact["payload"]),
                        _area_m2(fact["payload"]),
                        fact["paper_no"],
                        _paper_on(fact),
                        "",
                        place,
                        batch.pk,
                        batch.confirmed_at,
                        actor.pk,
                        kept_to.get(old),
                        f"导入更正：{place}" if old is not None else "",
                    )
                )
                written += 1
    return written


def _area_m2(payload: dict[str, Any]) -> Any:
    """The payload's area in m², six places; None where it has none."""
    printed = payload.get("area")
    return m2_decimal(Area.of(printed["value"], printed["unit"]).m2) if printed else None


def _paper_on(fact: dict[str, Any]) -> date | None:
    """The day on the paper where one is named: approvals and contracts are dated by their fact."""
    return date.fromisoformat(fact["on"]) if fact["paper_no"] else None
