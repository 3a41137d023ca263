"""批文用尽: the parcels of an approval together take more than the approval gave.

The approval's own area is known from the record, or from the file's column 批文总面积, which is read
for this alone and not recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.db import connection

from tuban.core import clock
from tuban.law.rules import citation
from tuban.parcels.imports.crosschecks import read, text
from tuban.parcels.imports.mapping import Mapping
from tuban.parcels.imports.problems import REMARK, Problem
from tuban.parcels.imports.sheets import Record
from tuban.values.area import Area, Unit, format_area

TOLERANCE_M2 = Fraction(1)
"""Sums of areas printed to 0.0001 公顷 (data-standards.md 5.3)."""

_APPROVALS = """
    SELECT id, region_id, doc_no, name, area_m2 FROM parcels_approval
     WHERE region_id = ANY(%s) AND (area_m2 IS NOT NULL OR doc_no = ANY(%s))
"""
_UNDER_APPROVALS = """
    SELECT p.approval_id, p.region_id, p.parcel_no, ph.approved_m2
      FROM parcels_parcel p
      JOIN parcels_parcelphase ph ON ph.parcel_id = p.id AND ph.starts_on <= %s
           AND (ph.ends_on IS NULL OR ph.ends_on > %s)
     WHERE p.approval_id = ANY(%s) AND ph.approved_m2 IS NOT NULL
"""

Key = tuple[str, str, str]
"""(region code, doc_no, name) of an approval."""
Place = tuple[str, str]
"""(region code, parcel_no)."""
Row = tuple[Record, Place, Fraction]


@dataclass(slots=True)
class Use:
    """What is known of one approval, and what takes from it.

    Attributes:
        area_m2: The approval's own area; None when nobody has stated it.
        stored: Approved areas of its parcels on record.
        stated: The file's rows under it, with their approved areas.
    """

    pk: int | None = None
    area_m2: Fraction | None = None
    stored: dict[Place, Fraction] = field(default_factory=dict)
    stated: list[Row] = field(default_factory=list)


def check(records: Sequence[Record], mapping: Mapping, scope: list[str]) -> None:
    """Adds to the records' problems where approvals are used up; three queries at most."""
    totals = _totals(records, mapping)
    uses = {key: Use(area_m2=area) for key, area in totals.items()}
    doc_nos = sorted({doc_no for _, doc_no, _ in totals})
    for pk, region, doc_no, name, area in _rows(_APPROVALS, [scope, doc_nos]):
        use = uses.setdefault((region, doc_no, name), Use())
        use.pk = pk
        if area is not None:
            use.area_m2 = Fraction(area)
    known = {key: use for key, use in uses.items() if use.area_m2 is not None}
    if not known:
        return
    for record in records:
        use_of = known.get(_key(record, mapping))
        area = read("approved_area", record, mapping) if use_of is not None else None
        if use_of is not None and isinstance(area, Area):
            place = (_text("region", record, mapping), _text("parcel_no", record, mapping))
            use_of.stated.append((record, place, area.m2))
    _add_stored([use for use in known.values() if use.stated and use.pk is not None])
    for (_, doc_no, _), use in known.items():
        if use.stated:
            _mark(doc_no, use)


def _totals(records: Sequence[Record], mapping: Mapping) -> dict[Key, Fraction]:
    """批文总面积 by approval as the file states it: the usual one; others are remarked."""
    if "approval_total" not in mapping.placed:
        return {}
    given: dict[Key, dict[Fraction, list[Record]]] = {}
    for record in records:
        area = read("approval_total", record, mapping)
        if isinstance(area, Area) and area.value:
            given.setdefault(_key(record, mapping), {}).setdefault(area.m2, []).append(record)
    found = {}
    for key, by_area in given.items():
        usual = max(by_area, key=lambda m2: (len(by_area[m2]), m2))
        found[key] = usual
        for m2, odd in by_area.items():
            for record in odd if m2 != usual else ():
                record.problems.append(_other_total(key[1], m2, usual))
    return found


def _other_total(doc_no: str, m2: Fraction, usual: Fraction) -> Problem:
    return Problem(
        "approval_totals",
        "approval_total",
        f"{format_area(m2, Unit.HA)} 公顷",
        f"{doc_no} 在其他行的批文总面积是 {format_area(usual, Unit.HA)} 公顷。",
        "一份批文只有一个总面积，请核对",
        REMARK,
    )


def _add_stored(uses: list[Use]) -> None:
    by_id = {use.pk: use for use in uses}
    today = clock.today()
    for pk, region, parcel_no, m2 in _rows(_UNDER_APPROVALS, [today, today, list(by_id)]):
        by_id[pk].stored[region, parcel_no] = Fraction(m2)


def _mark(doc_no: str, use: Use) -> None:
    """Rows that take more than the record has them for wait; which of them is wrong is unknown."""
    assert use.area_m2 is not None
    named = {place for _, place, _ in use.stated}
    rest = sum((m2 for place, m2 in use.stored.items() if place not in named), Fraction(0))
    total = rest + sum((m2 for _, _, m2 in use.stated), Fraction(0))
    if total - use.area_m2 <= TOLERANCE_M2:
        return
    for record, place, m2 in use.stated:
        if m2 - use.stored.get(place, Fraction(0)) > TOLERANCE_M2:
            record.problems.append(
                Problem(
                    "approval_exhausted",
                    "approved_area",
                    f"{format_area(m2, Unit.HA)} 公顷",
                    f"{doc_no} 批准 {format_area(use.area_m2, Unit.HA)} 公顷，"
                    f"库内其他地块 {format_area(rest, Unit.HA)} 公顷，"
                    f"加本表 {len(use.stated)} 行共 {format_area(total, Unit.HA)} 公顷，"
                    f"超出 {format_area(total - use.area_m2, Unit.HA)} 公顷。",
                    "核对本批文各行的批准面积和单位；属于别的批文的，改正批准文号",
                    article=citation("APP-02"),
                )
            )


def _key(record: Record, mapping: Mapping) -> Key:
    return (
        _text("region", record, mapping),
        _text("approval_no", record, mapping),
        _text("batch_name", record, mapping),
    )


def _text(key: str, record: Record, mapping: Mapping) -> str:
    return text(key, record, mapping) or ""


def _rows(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()
