"""Checks of a file against the record as a whole: approvals used up, contracts known elsewhere, units.

A few queries a file, never one a row. Only regions of the sender's scope are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from django.db import connection

from tuban.core import clock
from tuban.parcels.imports import exhaustion, unitslips
from tuban.parcels.imports.crosschecks import ENOUGH, figure, prices, text
from tuban.parcels.imports.ledger import BY_KEY
from tuban.parcels.imports.mapping import Mapping
from tuban.parcels.imports.problems import REMARK, Problem
from tuban.parcels.imports.sheets import Note, Record
from tuban.values.area import Unit, format_area

_PRICED_FACTS = 5_000

_STANDING = """
    NOT EXISTS (SELECT FROM parcels_batchwithdrawal w WHERE w.batch_id = f.batch_id)
    AND NOT EXISTS (
        SELECT FROM parcels_fact later WHERE later.supersedes_id = f.id AND NOT EXISTS (
            SELECT FROM parcels_batchwithdrawal w WHERE w.batch_id = later.batch_id))
"""
_CONTRACTS = f"""
    SELECT f.paper_no, p.region_id, p.parcel_no, f."on"
      FROM parcels_fact f JOIN parcels_parcel p ON p.id = f.parcel_id
     WHERE f.kind = 'supplied' AND f.paper_no = ANY(%s) AND p.region_id = ANY(%s) AND {_STANDING}
     ORDER BY f.id
"""
_MEDIANS = """
    SELECT count(*) FILTER (WHERE approved_m2 > 0), count(*) FILTER (WHERE supplied_m2 > 0),
           percentile_disc(0.5) WITHIN GROUP (ORDER BY approved_m2) FILTER (WHERE approved_m2 > 0),
           percentile_disc(0.5) WITHIN GROUP (ORDER BY supplied_m2) FILTER (WHERE supplied_m2 > 0)
      FROM parcels_parcelphase
     WHERE region_id = ANY(%s) AND starts_on <= %s AND (ends_on IS NULL OR ends_on > %s)
"""
_PRICES = f"""
    SELECT count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY price) FROM (
        SELECT (f.payload->>'price_yuan')::numeric / f.area_m2 AS price
          FROM parcels_fact f JOIN parcels_parcel p ON p.id = f.parcel_id
         WHERE f.kind = 'supplied' AND f.area_m2 > 0 AND p.region_id = ANY(%s)
           AND (f.payload->>'price_yuan')::numeric > 0 AND {_STANDING}
         ORDER BY f.id DESC LIMIT %s
    ) AS priced
"""


def add(records: Sequence[Record], mapping: Mapping, regions: Iterable[str]) -> list[Note]:
    """Adds to each record's problems what the record as a whole holds against it.

    Args:
        regions: The sender's scope.

    Returns:
        核对说明 about the file as a whole.
    """
    scope = sorted(regions)
    exhaustion.check(records, mapping, scope)
    _known_contracts(records, mapping, scope)
    return _units(records, mapping, scope)


# ---- Contracts ----------------------------------------------------------------------------------


def _known_contracts(records: Sequence[Record], mapping: Mapping, scope: list[str]) -> None:
    """A contract that the record holds for another parcel: copied, or one contract for several."""
    if "contract_no" not in mapping.placed:
        return
    stated = [(r, no) for r in records if (no := text("contract_no", r, mapping)) is not None]
    if not stated:
        return
    known: dict[str, list[tuple[tuple[str, str], Any]]] = {}
    for no, region, parcel_no, on in _rows(_CONTRACTS, [sorted({no for _, no in stated}), scope]):
        known.setdefault(no, []).append(((region, parcel_no), on))
    for record, no in stated if known else ():
        own = (text("region", record, mapping), text("parcel_no", record, mapping))
        other = next(((place, on) for place, on in known.get(no, ()) if place != own), None)
        if other is not None:
            (_, parcel_no), on = other
            record.problems.append(
                Problem(
                    "contract_elsewhere",
                    "contract_no",
                    no,
                    f"库内地块 {parcel_no} 已登记同一合同编号的供应（{on}）。",
                    "一份合同供应多宗地的属实，否则核对合同编号",
                    REMARK,
                    stored=f"{parcel_no} {on}",
                )
            )


# ---- Units --------------------------------------------------------------------------------------


def _units(records: Sequence[Record], mapping: Mapping, scope: list[str]) -> list[Note]:
    """Columns whose median is a unit apart from the record's: likely a wrong heading."""
    if len(records) < ENOUGH:
        return []
    today = clock.today()
    found = _rows(_MEDIANS, [scope, today, today])[0]
    notes = []
    for key, count, usual in (
        ("approved_area", found[0], found[2]),
        ("supplied_area", found[1], found[3]),
    ):
        reader = figure(key, mapping)
        if reader is None or count < ENOUGH:
            continue
        figures = [m2 for record in records if (m2 := reader(record))]
        if len(figures) >= ENOUGH:
            notes.extend(_unit_note(key, mapping, unitslips.median(figures), float(usual)))
    return [*notes, *_price_note(records, mapping, scope)]


def _unit_note(key: str, mapping: Mapping, median: float, usual: float) -> list[Note]:
    unit = Unit(mapping.placed[key].unit)
    likely = unitslips.apart_by_a_unit(median, usual, unit)
    if likely is None:
        return []
    here, there = (format_area(Fraction(round(m2)), Unit.HA) for m2 in (median, usual))
    return [
        Note(
            "unit_scale",
            f"{BY_KEY[key].heading}按{unit.label}读取，中位数 {here} 公顷，库内地块中位数 {there}"
            f" 公顷，约差一个单位，可能是按{likely.label}填写的；数字没有改动，请核对表头单位。",
            True,
        )
    ]


def _price_note(records: Sequence[Record], mapping: Mapping, scope: list[str]) -> list[Note]:
    stated = [price for _, price in prices(records, mapping)]
    if len(stated) < ENOUGH:
        return []
    count, usual = _rows(_PRICES, [scope, _PRICED_FACTS])[0]
    median = unitslips.median(stated)
    factor = unitslips.price_apart(median, float(usual)) if count >= ENOUGH else None
    if factor is None:
        return []
    return [
        Note(
            "price_scale",
            f"成交价款折合每平方米中位数 {median:,.2f} 元，库内 {float(usual):,.2f} 元，约差"
            f" {factor:,.0f} 倍，价款或已供面积的单位可能填错；数字没有改动，请核对表头单位。",
            True,
        )
    ]


def _rows(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()
