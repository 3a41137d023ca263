"""What confirming an upload would change, parcel by parcel; nothing is written.

Each row that would change facts gives one change: the parcel's periods as they are and as they
would be, by the same timeline that confirming asks.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from tuban.core import clock
from tuban.law.model import Fact
from tuban.law.timeline import Period, periods_between
from tuban.parcels.imports import codec, stored
from tuban.parcels.imports.confirm import pending_rows
from tuban.parcels.imports.plans import CHANGED, NEW, Basis, Plan, StoredParcel, plan
from tuban.parcels.imports.rows import StatedFact
from tuban.parcels.models import Upload

Periods = tuple[Period, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """一宗地块的变化: its periods of this year as they are and as they would be, up to today.

    No periods: the record has no facts of it yet. `facts` are those that would be recorded.
    """

    region_code: str
    facts: tuple[Fact, ...]
    before: Periods
    after: Periods


def changes(upload: Upload) -> Iterator[tuple[str, Change | None]]:
    """What confirming the upload now would change: each row's 旗区 and its change.

    A row whose parcel has changed since it was staged is planned anew, as confirming would, and
    left out if it no longer fits. None stands for rows that change no period.
    """
    today = clock.today()
    for chunk in pending_rows(upload):
        known = stored.fetch((row[2], row[3]) for row in chunk)
        for _, row_no, region, parcel_no, text in chunk:
            present = known.get((region, parcel_no))
            parsed = json.loads(text)
            planned = tuple(_planned(row_no, region, parcel_no, parsed, present, today))
            yield region, change(region, present, planned, today)


def change(
    region_code: str, present: StoredParcel | None, planned: tuple[Fact, ...], today: date
) -> Change | None:
    """What recording the facts would change of a parcel; None where there are none."""
    if not planned:
        return None
    first = today.replace(month=1, day=1)
    facts = [fact.law for fact in present.facts] if present is not None else []
    return Change(
        region_code,
        planned,
        periods_between(facts, first, today) if facts else (),
        periods_between([*facts, *planned], first, today),
    )


def facts_of(made: Plan) -> tuple[Fact, ...]:
    """The facts that recording a plan would add."""
    return tuple(
        _fact(new.fact, place, None if new.old is None else int(new.old.id))
        for place, new in enumerate(made.facts)
    )


def on_day(periods: Iterable[Period], day: date) -> Period | None:
    """The period that holds on the day."""
    return next(
        (p for p in periods if p.starts_on <= day and (p.ends_on is None or p.ends_on > day)), None
    )


def _planned(
    row_no: int,
    region: str,
    parcel_no: str,
    parsed: dict[str, Any],
    present: StoredParcel | None,
    today: date,
) -> Iterator[Fact]:
    """The facts a row would record now; none if it would wait."""
    if codec.basis(parsed) == Basis.of(present):
        for change in parsed["plan"]["facts"]:
            at = change["at"]
            yield _fact(codec.decode_fact(parsed["facts"][at]), at, change["supersedes"])
        return
    made = plan(codec.decode(row_no, region, parcel_no, parsed), present, today=today)
    if made.outcome in {NEW, CHANGED}:
        yield from facts_of(made)


def _fact(stated: StatedFact, place: int, supersedes: int | None) -> Fact:
    return Fact(
        f"new-{place}", stated.kind, stated.on, stated.payload, stated.precision, supersedes
    )
