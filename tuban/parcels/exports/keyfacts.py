"""关键事实 of many parcels as of a day, for the columns of the list: one query for a chunk.

What counts: the last word on a fact, of batches that stand, recorded to have happened on or before
the day, since the parcel was last recovered (an earlier round of supply says nothing of today).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from django.db import connection

from tuban.law.model import FactKind, IdleCause, SupplyMode, choice_label
from tuban.law.period import Stage

Day = date | str | None
"""A day; a month or a year in words; None where the record has none."""


class Row(NamedTuple):
    """One stored fact, as far as the list needs it."""

    parcel_id: int
    pk: int
    kind: str
    on: date
    precision: str
    supersedes: int | None
    withdrawn: bool
    start_on: str | None
    mode: str | None
    contract_no: str | None
    cause: str | None


class KeyFacts(NamedTuple):
    """What the list says of one parcel besides its phase; None where nothing is recorded."""

    supplied_on: Day = None
    supply_mode: str | None = None
    contract_no: str | None = None
    delivered_on: Day = None
    start_due_on: Day = None
    started_on: Day = None
    completed_on: Day = None
    recognised_on: Day = None
    idle_cause: str | None = None


_FACTS = """
    SELECT f.parcel_id, f.id, f.kind, f."on", f.on_precision, f.supersedes_id, w.id IS NOT NULL,
           f.payload->>'start_on', f.payload->>'mode', f.payload->>'contract_no',
           f.payload->>'cause'
      FROM unnest(%s::bigint[]) AS wanted (id)
     CROSS JOIN LATERAL (SELECT * FROM parcels_fact WHERE parcel_id = wanted.id ORDER BY id) AS f
      LEFT JOIN parcels_batchwithdrawal w ON w.batch_id = f.batch_id
     ORDER BY f.parcel_id, f."on", f.id
"""

_ROUNDS = """
    SELECT parcel_id, max(starts_on) FROM parcels_parcelphase
     WHERE parcel_id = ANY(%s) AND stage = %s AND starts_on <= %s GROUP BY parcel_id
"""
"""Where the parcel's present round of supply begins: with its last recovery."""


def key_facts(parcel_ids: Sequence[int], on: date) -> dict[int, KeyFacts]:
    """Key facts by parcel; a parcel without facts is absent."""
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, [list(parcel_ids)])
        rows = [Row(*row) for row in cursor.fetchall()]
        cursor.execute(_ROUNDS, [list(parcel_ids), Stage.RECOVERED, on])
        rounds: dict[int, date] = dict(cursor.fetchall())
    return {
        parcel_id: _told(counting(of_parcel), on, rounds.get(parcel_id, date.min))
        for parcel_id, of_parcel in groupby(rows, attrgetter("parcel_id"))
    }


def counting(rows: Iterable[Row]) -> list[Row]:
    """One parcel's facts that count now: neither withdrawn, nor corrected or voided by one that is not.

    A correction reaches past withdrawn ones to the fact they corrected.
    """
    stored = {row.pk: row for row in rows}
    replaced = {_corrected(row, stored) for row in stored.values() if not row.withdrawn}
    return [
        row
        for row in stored.values()
        if not row.withdrawn and row.pk not in replaced and row.kind != FactKind.VOID
    ]


def _corrected(row: Row, stored: Mapping[int, Row]) -> int | None:
    """The fact this one corrects; None when that one was withdrawn and corrected nothing."""
    before = row.supersedes
    while before is not None and stored[before].withdrawn:
        before = stored[before].supersedes
    return before


def _told(facts: Sequence[Row], on: date, since: date) -> KeyFacts:
    known = [fact for fact in facts if since <= fact.on <= on]
    latest = {fact.kind: fact for fact in known}
    first = {fact.kind: fact for fact in reversed(known)}
    supplied = latest.get(FactKind.SUPPLIED)
    idle = latest.get(FactKind.RECOGNISED_IDLE)
    return KeyFacts(
        supplied_on=_day(supplied),
        supply_mode=choice_label(SupplyMode(supplied.mode)) if supplied and supplied.mode else None,
        contract_no=supplied.contract_no if supplied else None,
        delivered_on=_day(first.get(FactKind.DELIVERED)),
        start_due_on=_start_due(latest.get(FactKind.START_REAGREED), known),
        started_on=_day(latest.get(FactKind.STARTED) or latest.get(FactKind.START_REPORTED)),
        completed_on=_day(latest.get(FactKind.COMPLETED)),
        recognised_on=_day(idle),
        idle_cause=choice_label(IdleCause(idle.cause)) if idle and idle.cause else None,
    )


def _start_due(again: Row | None, known: Sequence[Row]) -> Day:
    """约定动工日: the latest re-agreement, else the earliest agreement (as `dates.key_dates`)."""
    if again is not None and again.start_on:
        return date.fromisoformat(again.start_on)
    agreed = [
        date.fromisoformat(fact.start_on)
        for fact in known
        if fact.kind == FactKind.START_AGREED and fact.start_on
    ]
    return min(agreed, default=None)


def _day(fact: Row | None) -> Day:
    """The day of a fact, no more exact than it was stated."""
    if fact is None:
        return None
    if fact.precision == "month":
        return f"{fact.on.year}年{fact.on.month}月"
    return f"{fact.on.year}年" if fact.precision == "year" else fact.on
