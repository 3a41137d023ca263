"""The ledger template filled with what the record holds: taken in again, nothing changes (不变).

A row is made of the parcel's live facts, the way `rows` reads them back. Areas are written in 亩,
in which every printed 公顷, 平方米, 亩 and 万亩 has finitely many decimals; a fact the template cannot
say exactly (an interval not confirmed, an agreement of another day than the contract) stays out,
and a blank cell changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction

from tuban.law import model as law
from tuban.law.facts import Fact, FactKind, choice_label
from tuban.law.model import StartTest
from tuban.parcels.imports.ledger import DISPOSALS
from tuban.parcels.imports.plans import StoredParcel
from tuban.parcels.imports.stored import Key, fetch
from tuban.parcels.imports.template import Value
from tuban.values.area import Area, Unit
from tuban.values.places import REGIONS

AREA_UNIT = Unit.MU
CHUNK = 2_000
Row = dict[str, Value]

_WAYS = {choice.value: choice.label for choice in DISPOSALS}
_DISPOSED = (
    FactKind.START_REAGREED,
    FactKind.RECOVERED,
    FactKind.WITHDRAWN,
    FactKind.LAPSED,
)


def rows(keys: Iterable[Key]) -> Iterator[Row]:
    """One row a parcel, in the order of the keys; a fixed number of queries a chunk.

    Args:
        keys: Of the caller's own scope; nothing here widens it.
    """
    wanted = list(keys)
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        found = fetch(chunk)
        for key in chunk:
            if key in found:
                yield row_of(key, found[key])


def row_of(key: Key, stored: StoredParcel) -> Row:
    """The template's row of one parcel, keyed by column."""
    region, number = key
    row: Row = {"region": REGIONS[region], "parcel_no": number, **stored.parcel}
    live = sorted((f.law for f in stored.live()), key=lambda f: (f.on, str(f.id)))
    latest = {fact.kind: fact for fact in live}
    if stored.approval is not None:
        row["approval_no"], row["batch_name"] = stored.approval
        _approval(row, latest.get(FactKind.APPROVED))
    supplied = latest.get(FactKind.SUPPLIED)
    if supplied is not None:
        _supply(row, supplied, [f for f in live if f.kind is FactKind.START_AGREED])
    _dated(row, "delivered_on", latest.get(FactKind.DELIVERED))
    _building(row, latest)
    _idleness(row, latest)
    disposals = [f for f in live if f.kind in _DISPOSED]
    if disposals:
        _disposal(row, disposals[-1])
    return row


def _approval(row: Row, approved: Fact | None) -> None:
    """Date and area belong to the number; without a recorded approval all three stay out."""
    if approved is None or not isinstance(approved.payload, law.Approved):
        del row["approval_no"], row["batch_name"]
        return
    _dated(row, "approved_on", approved)
    row["approved_area"] = _area(approved.payload.area)


def _supply(row: Row, supplied: Fact, agreements: list[Fact]) -> None:
    payload = supplied.payload
    assert isinstance(payload, law.Supplied)
    _dated(row, "supplied_on", supplied)
    row["supplied_area"] = _area(payload.area)
    row["supply_mode"] = choice_label(payload.mode) if payload.mode else None
    row["contract_no"] = payload.contract_no
    if payload.price_yuan is not None:
        row["price"] = payload.price_yuan.scaleb(-4)  # 万元
    for agreed in agreements:
        if agreed.on == supplied.on and isinstance(agreed.payload, law.StartAgreed):
            row["start_due"] = agreed.payload.start_on
            row["complete_due"] = agreed.payload.complete_on


def _building(row: Row, latest: dict[FactKind, Fact]) -> None:
    proven, reported = latest.get(FactKind.STARTED), latest.get(FactKind.START_REPORTED)
    _dated(row, "started_on", proven or reported)
    # A proof is repeated only under the parcel's own permit no.; else the bare date says enough.
    if (
        proven is not None
        and isinstance(proven.payload, law.Started)
        and proven.payload.permit_no == row.get("permit_no")
    ):
        row["start_test"] = choice_label(StartTest(proven.payload.test))
    _dated(row, "completed_on", latest.get(FactKind.COMPLETED))


def _idleness(row: Row, latest: dict[FactKind, Fact]) -> None:
    """闲置认定 and 不计入期间 share one column of causes: an interval of another cause stays out."""
    recognised, excluded = latest.get(FactKind.RECOGNISED_IDLE), latest.get(FactKind.EXCLUDED)
    cause = None
    if recognised is not None and isinstance(recognised.payload, law.RecognisedIdle):
        found = recognised.payload
        if found.letter_no is None and found.area is None:
            cause = found.cause
            _dated(row, "recognised_on", recognised)
            row["idle_cause"] = choice_label(cause) if cause else None
    if excluded is None or not isinstance(excluded.payload, law.Excluded):
        return
    interval = excluded.payload
    unsaid = "recognised_on" not in row
    if interval.confirmed and (unsaid or interval.cause is cause):
        _dated(row, "excluded_from", excluded)
        row["excluded_to"] = interval.to
        row["idle_cause"] = choice_label(interval.cause)


def _disposal(row: Row, fact: Fact) -> None:
    payload = fact.payload
    way = fact.kind.value
    if isinstance(payload, law.StartReagreed):
        if payload.complete_on is not None:
            return
        row["new_start_due"] = payload.start_on
    elif isinstance(payload, law.Recovered):
        way = f"recovered_{payload.route.value}"
    if isinstance(payload, law.Recovered | law.Withdrawn | law.Lapsed) and payload.area:
        row["disposed_area"] = _area(payload.area)
    row["disposal"] = _WAYS[way]
    _dated(row, "disposed_on", fact)


def _dated(row: Row, key: str, fact: Fact | None) -> None:
    """The fact's day; a month or a year as words, so that its precision is kept."""
    if fact is not None:
        row[key] = _day(fact.on, fact.precision)


def _day(on: date, precision: str) -> Value:
    if precision == "month":
        return f"{on.year}年{on.month}月"
    return f"{on.year}年" if precision == "year" else on


def _area(area: Area) -> Decimal:
    """The area in 亩, exact."""
    value: Fraction = area.m2 / AREA_UNIT.m2
    return Decimal(value.numerator) / Decimal(value.denominator)
