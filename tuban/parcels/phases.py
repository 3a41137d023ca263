"""Phases are rebuilt here, and nowhere else: facts in, `tuban.law.timeline`, rows out.

One function serves a single correction and a batch of 50,000 rows: facts are read in one ordered
stream, timelines computed parcel by parcel, and the rows written with COPY in the caller's
transaction.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.db import connection, transaction

from tuban.law.facts import Fact as LawFact
from tuban.law.facts import FactKind, Payload, payload_from_json
from tuban.law.model import FactId
from tuban.law.removal import without
from tuban.law.rules import LAW_VERSION
from tuban.law.timeline import Period, Stage, timeline
from tuban.parcels.models import Fact
from tuban.values.area import m2_decimal

COLUMNS = (
    "parcel_id",
    "region_id",
    "starts_on",
    "ends_on",
    "stage_since",
    "stage",
    "projected",
    "verified",
    "flags",
    "missing",
    "approved_m2",
    "supplied_m2",
    "withdrawn_m2",
    "unsupplied_m2",
    "idle_m2",
    "unsupplied_disposed_m2",
    "idle_disposed_m2",
    "approved_on",
    "cause",
    "grounds",
    "unreviewed",
    "next_on",
    "next_kind",
    "law_version",
)
CHUNK = 500

AREA_OF_STAGE = {
    Stage.UNSUPPLIED: "unsupplied_m2",
    Stage.SUSPECTED_IDLE: "idle_m2",
    Stage.IDLE: "idle_m2",
    Stage.WITHDRAWN: "withdrawn_m2",
}
"""The area a stage is about; of every other stage it is the supplied area."""
SUPPLIED = "supplied_m2"

STORED_FACTS = """
    SELECT wanted.id, f.*
      FROM unnest(%s::bigint[]) AS wanted (id)
     CROSS JOIN LATERAL (
         SELECT p.region_id, f.id, f.kind, f."on", f.on_precision, f.payload::text,
                f.supersedes_id, r.id IS NOT NULL, w.id IS NOT NULL
           FROM parcels_fact f
           JOIN parcels_parcel p ON p.id = f.parcel_id
           LEFT JOIN parcels_factreview r ON r.fact_id = f.id
           LEFT JOIN parcels_batchwithdrawal w ON w.batch_id = f.batch_id
          WHERE f.parcel_id = wanted.id
          ORDER BY f.id
     ) AS f
     ORDER BY wanted.id, f.id
"""
"""Ends with whether the fact is reviewed, and whether its batch is withdrawn. Facts of withdrawn
batches come along: corrections may be chained through them.

LATERAL with an order keeps PostgreSQL to one index look-up a parcel. Right after a bulk import it
has no statistics, takes a few hundred parcels for all of them and would read the whole table.
"""

_MARK = """
    INSERT INTO parcels_recordmark (region_id, mark)
    SELECT region_id, gen_random_uuid() FROM unnest(%s::text[]) AS changed (region_id)
    ON CONFLICT (region_id) DO UPDATE SET mark = EXCLUDED.mark
"""
"""Locks the regions' marks until the transaction ends: the last thing a rebuilding does."""

Row = tuple[Any, ...]
_encode = json.JSONEncoder(ensure_ascii=False).encode
Progress = Callable[[int, int], None]


@lru_cache(maxsize=65_536)
def _payload(kind: FactKind, text: str) -> Payload:
    """The typed content of a fact; a contract or an empty content repeats from row to row."""
    return payload_from_json(kind, json.loads(text))


def law_fact(
    *, pk: int, kind: str, on: date, precision: str, payload: str, supersedes: int | None
) -> LawFact:
    """A stored fact as the law reads it; `payload` as JSON text."""
    fact_kind = FactKind(kind)
    return LawFact(
        id=pk,
        kind=fact_kind,
        on=on,
        payload=_payload(fact_kind, payload),
        precision=precision,
        supersedes=supersedes,
    )


def stored_fact(fact: Fact) -> LawFact:
    """A row of `parcels_fact` as the law reads it."""
    kind = FactKind(fact.kind)
    return LawFact(
        id=fact.pk,
        kind=kind,
        on=fact.on,
        payload=payload_from_json(kind, fact.payload),
        precision=fact.on_precision,
        supersedes=fact.supersedes_id,
    )


def phase_row(
    parcel_id: int, region_code: str, period: Period, since: date, reviewed: set[FactId]
) -> Row:
    """One period as a row of `parcels_parcelphase`, in the order of COLUMNS.

    Args:
        since: First day of the period's stage.
        reviewed: The parcel's facts that are 已复核.
    """
    grounds = ", ".join(
        f'{{{_citation(ground.rule, ground.article, ground.verified)}, "fact_ids": '
        f"{_encode(ground.fact_ids)}}}"
        for ground in period.grounds
    )
    return (
        parcel_id,
        region_code,
        period.starts_on,
        period.ends_on,
        since,
        period.stage.value,
        period.projected,
        period.verified,
        _words(period.flags),
        _words(period.missing),
        m2_decimal(period.approved_m2),
        m2_decimal(period.supplied_m2),
        m2_decimal(period.withdrawn_m2),
        m2_decimal(period.unsupplied_m2),
        m2_decimal(period.idle_m2),
        m2_decimal(period.unsupplied_disposed_m2),
        m2_decimal(period.idle_disposed_m2),
        period.approved_on,
        period.cause or "",
        f"[{grounds}]",
        not all(reviewed.issuperset(ground.fact_ids) for ground in period.grounds),
        period.next_on,
        period.next_kind or "",
        LAW_VERSION,
    )


@lru_cache(maxsize=4096)
def _citation(rule: str, article: str, verified: bool) -> str:
    """The part of a ground's JSON that repeats from parcel to parcel."""
    return _encode({"rule": rule, "article": article, "verified": verified})[1:-1]


@lru_cache(maxsize=4096)
def _words(words: tuple[str, ...]) -> str:
    """Flags or missing papers as JSON."""
    return _encode(words)


def stored_facts(parcel_ids: Iterable[int]) -> list[Row]:
    """Rows of STORED_FACTS, in order of parcel and of recording."""
    with connection.cursor() as cursor:
        cursor.execute(STORED_FACTS, [list(parcel_ids)])
        return cursor.fetchall()


def standing_facts(stored: Iterable[Row]) -> list[LawFact]:
    """One parcel's rows as the law reads them, in order of recording; withdrawn batches left out."""
    stored = list(stored)
    if all(row[-1] for row in stored):
        return []  # a whole batch of new parcels: nothing is left to be read
    facts: list[LawFact] = []
    withdrawn: set[FactId] = set()
    for _, _, pk, kind, on, precision, payload, supersedes, _, is_withdrawn in stored:
        facts.append(
            law_fact(
                pk=pk,
                kind=kind,
                on=on,
                precision=precision,
                payload=payload,
                supersedes=supersedes,
            )
        )
        if is_withdrawn:
            withdrawn.add(pk)
    return without(facts, withdrawn) if withdrawn else facts


def derive(stored: Iterable[Row]) -> Iterator[tuple[int, list[Row]]]:
    """Yields (parcel_id, phase rows) of stored facts; asks the database nothing."""
    for (parcel_id, region_code), rows in groupby(stored, key=lambda row: (row[0], row[1])):
        group = list(rows)
        reviewed: set[FactId] = {row[2] for row in group if row[-2]}
        periods = timeline(standing_facts(group)).periods
        yield (
            parcel_id,
            [
                phase_row(parcel_id, region_code, period, since, reviewed)
                for period, since in _with_beginnings(periods)
            ],
        )


def _with_beginnings(periods: Iterable[Period]) -> Iterator[tuple[Period, date]]:
    """Each period with the first day of its stage: periods of one stage in a row share it."""
    for _, run in groupby(periods, key=lambda period: period.stage):
        same = list(run)
        for period in same:
            yield period, same[0].starts_on


def rebuild(parcel_ids: Iterable[int], *, progress: Progress | None = None) -> int:
    """Rebuilds the phases of the parcels, in the caller's transaction if there is one.

    Ends by drawing new marks for their regions (`RecordMark`), which others who rebuild parcels of
    these regions then wait for: in a long transaction it comes once, and last.

    Args:
        parcel_ids: Parcels whose facts or reviews changed.
        progress: Called with (done, total) before each chunk of 500 parcels.

    Returns:
        The number of phase rows written.
    """
    ids = sorted(set(parcel_ids))
    written = 0
    regions: set[str] = set()
    with transaction.atomic():
        for start in range(0, len(ids), CHUNK):
            if progress:
                progress(start, len(ids))
            chunk = ids[start : start + CHUNK]
            stored = stored_facts(chunk)
            regions.update(row[1] for row in stored)
            written += _replace(chunk, stored)
        with connection.cursor() as cursor:
            cursor.execute(_MARK, [sorted(regions)])
    return written


def _replace(parcel_ids: list[int], stored: list[Row]) -> int:
    """Writes the phases of these parcels anew; returns how many."""
    copy = f"COPY parcels_parcelphase ({', '.join(COLUMNS)}) FROM STDIN"
    written = 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM parcels_parcelphase WHERE parcel_id = ANY(%s)", [parcel_ids])
        with cursor.copy(copy) as stream:  # the server stores while the law derives
            for _, rows in derive(stored):
                for row in rows:
                    stream.write_row(row)
                written += len(rows)
    return written


def differences(parcel_ids: Iterable[int]) -> list[int]:
    """Parcels whose stored phases are not what the law derives from their facts now."""
    ids = sorted(set(parcel_ids))
    wrong: list[int] = []
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        derived = {
            pk: [comparable(row) for row in rows] for pk, rows in derive(stored_facts(chunk))
        }
        stored: dict[int, list[Row]] = {}
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {', '.join(f'{c}::text' if c in JSON_COLUMNS else c for c in COLUMNS)}"
                " FROM parcels_parcelphase WHERE parcel_id = ANY(%s) ORDER BY parcel_id, starts_on",
                [chunk],
            )
            for row in cursor.fetchall():
                stored.setdefault(row[0], []).append(comparable(row))
        wrong.extend(pk for pk in chunk if stored.get(pk, []) != derived.get(pk, []))
    return wrong


JSON_COLUMNS = frozenset({"flags", "missing", "grounds"})
_JSON_AT = tuple(COLUMNS.index(name) for name in ("flags", "missing", "grounds"))


def comparable(row: Row) -> Row:
    """A row with JSON parsed and decimals normalised, so that stored and derived compare."""
    return tuple(
        json.loads(value)
        if position in _JSON_AT
        else value.normalize()
        if isinstance(value, Decimal)
        else value
        for position, value in enumerate(row)
    )
