"""Checks that need the whole file: a parcel named twice, an approval with two dates."""

from __future__ import annotations

from collections.abc import Sequence

from tuban.parcels.imports import cells
from tuban.parcels.imports.mapping import Mapping
from tuban.parcels.imports.problems import REMARK, Problem
from tuban.parcels.imports.sheets import Record
from tuban.values.dates import LegalDate


def add(records: Sequence[Record], mapping: Mapping) -> None:
    """Adds to each record's problems what only its neighbours show."""
    parcels: dict[tuple[str, str], list[Record]] = {}
    approvals: dict[tuple[str, str], dict[str, list[Record]]] = {}
    for record in records:
        region = _text("region", record, mapping)
        number = _text("parcel_no", record, mapping)
        if region and number:
            parcels.setdefault((region, number), []).append(record)
        approval_no = _text("approval_no", record, mapping)
        day = _read("approved_on", record, mapping)
        if region and approval_no and isinstance(day, LegalDate):
            dates = approvals.setdefault((region, approval_no), {})
            dates.setdefault(day.on.isoformat(), []).append(record)
    for (_, number), twins in parcels.items():
        if len(twins) > 1:
            _mark_twins(number, twins)
    for (_, approval_no), dates in approvals.items():
        if len(dates) > 1:
            _mark_dates(approval_no, dates)


def _mark_twins(number: str, twins: list[Record]) -> None:
    """Every one of them waits: which is right is not ours to guess."""
    for record in twins:
        others = [str(twin.row_no) for twin in twins if twin is not record]
        shown = "、".join(others[:5]) + (" 等" if len(others) > 5 else "")
        record.problems.append(
            Problem("repeated", "parcel_no", number, f"与第 {shown} 行重复。", "保留一行")
        )


def _mark_dates(approval_no: str, dates: dict[str, list[Record]]) -> None:
    usual = max(dates, key=lambda day: len(dates[day]))
    for day, records in dates.items():
        if day == usual:
            continue
        for record in records:
            record.problems.append(
                Problem(
                    "approval_dates",
                    "approved_on",
                    day,
                    f"{approval_no} 在其他行的批准日期是 {usual}。",
                    "一份批准文件只有一个批准日期，请核对",
                    REMARK,
                )
            )


def _read(key: str, record: Record, mapping: Mapping) -> object:
    cell = record.cells.get(key, "")
    if cell == "":
        return None
    return cells.read(key, cell, mapping.placed[key])


def _text(key: str, record: Record, mapping: Mapping) -> str | None:
    value = _read(key, record, mapping)
    return value if isinstance(value, str) else None
