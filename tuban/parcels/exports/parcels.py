"""地块清单 as Excel, and the ledger filled with what the record holds: exactly the filtered rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from tuban.law.period import FLAG_LABELS, NEXT_LABELS, Stage
from tuban.parcels import queries
from tuban.parcels.exports import sheet
from tuban.parcels.exports.cells import Cell
from tuban.parcels.exports.cells import Kind as CellKind
from tuban.parcels.exports.keyfacts import KeyFacts, key_facts
from tuban.parcels.exports.order import Kind, Made, Order, Progress, offer
from tuban.parcels.exports.sheet import Column, Sheet
from tuban.parcels.filters import chips, form_for
from tuban.parcels.imports import present, template
from tuban.parcels.queries import ParcelList

CHUNK = 2_000
TITLE = "地块清单"
WRITING = "写出各行"


class Filtered(NamedTuple):
    """The rows of an order and the filters in words."""

    listed: ParcelList
    filters: str


def filtered(order: Order) -> Filtered:
    """The list the page would show, all pages of it."""
    form = form_for(order.user, order.query)
    listed = queries.parcel_list(order.user, form.wanted(order.unit), order.on)
    words = "；".join(f"{chip.label} {chip.words}" for chip in chips(form, order.query, order.unit))
    return Filtered(listed, words or "无")


def count(order: Order) -> int:
    """地块 in the filtered list."""
    return filtered(order).listed.count


class Field(NamedTuple):
    """One column of the list and where its cell comes from: phase, then key facts."""

    heading: str
    value: Callable[[dict[str, Any], KeyFacts], Cell]
    kind: CellKind = "text"
    width: int = 14


def _of(name: str) -> Callable[[dict[str, Any], KeyFacts], Cell]:
    return lambda phase, facts: phase[name]


FIELDS = (
    Field("旗区", _of("region__name"), width=12),
    Field("地块编号", _of("parcel__parcel_no"), width=20),
    Field("地块名称", _of("parcel__name"), width=22),
    Field("坐落", _of("parcel__location"), width=26),
    Field("规划用途", _of("parcel__use")),
    Field("土地使用权人", _of("parcel__holder"), width=22),
    Field("统一社会信用代码", _of("parcel__holder_uscc"), width=20),
    Field("批准文号", _of("parcel__approval__doc_no"), width=26),
    Field("批次名称", _of("parcel__approval__name"), width=22),
    Field("批准日期", _of("approved_on"), "day", 12),
    Field("供应日期", lambda phase, facts: facts.supplied_on, "day", 12),
    Field("供应方式", lambda phase, facts: facts.supply_mode, width=10),
    Field("合同编号", lambda phase, facts: facts.contract_no, width=20),
    Field("交地日期", lambda phase, facts: facts.delivered_on, "day", 12),
    Field("约定动工日", lambda phase, facts: facts.start_due_on, "day", 12),
    Field("实际动工日", lambda phase, facts: facts.started_on, "day", 12),
    Field("施工许可证号", _of("parcel__permit_no"), width=20),
    Field("竣工日期", lambda phase, facts: facts.completed_on, "day", 12),
    Field("闲置认定日期", lambda phase, facts: facts.recognised_on, "day", 12),
    Field("闲置原因", lambda phase, facts: facts.idle_cause),
    Field("批准面积", _of("approved_m2"), "area"),
    Field("已供面积", _of("supplied_m2"), "area"),
    Field("未供面积", _of("unsupplied_m2"), "area"),
    Field("闲置面积", _of("idle_m2"), "area"),
    Field("阶段", lambda phase, facts: Stage(phase["stage"]).label, width=16),
    Field("阶段起", _of("stage_since"), "day", 12),
    Field("标记", lambda phase, facts: "、".join(FLAG_LABELS.get(f, f) for f in phase["flags"])),
    Field("下一时限", _of("next_on"), "day", 12),
    Field("时限事项", lambda phase, facts: NEXT_LABELS.get(phase["next_kind"], "")),
    Field(
        "依据是否核实", lambda phase, facts: "已核实" if phase["verified"] else "待核实", width=12
    ),
)
"""30 columns; every date is as of the day, the facts' own (发生日)."""

_READ = (
    "parcel_id", "region__name", "parcel__parcel_no", "parcel__name", "parcel__location",
    "parcel__use", "parcel__holder", "parcel__holder_uscc", "parcel__permit_no", "parcel__approval__doc_no",
    "parcel__approval__name", "approved_on", "approved_m2", "supplied_m2", "unsupplied_m2",
    "idle_m2", "stage", "stage_since", "flags", "next_on", "next_kind", "verified",
)  # fmt: skip


def write_list(order: Order, target: Path, progress: Progress) -> Made:
    """地块清单 as xlsx."""
    listed, filters = filtered(order)
    sums = _Sums()
    rows = (sums.add(row) for row in _rows(order, listed, progress))
    sheet.write(target, _sheet(order, filters), rows, sums.row)
    return Made(TITLE, ".xlsx")


def _sheet(order: Order, filters: str) -> Sheet:
    return Sheet(
        title=TITLE,
        about=lambda count: (
            f"截至 {order.as_of}　共 {count} 宗　单位：{order.unit.label}　筛选：{filters}"
        ),
        by=order.by,
        at=order.at,
        columns=[Column(field.heading, field.kind, field.width) for field in FIELDS],
        unit=order.unit,
    )


def _rows(order: Order, listed: ParcelList, progress: Progress) -> Iterator[list[Cell]]:
    """The list's rows, their key facts fetched a chunk at a time."""
    nothing = KeyFacts()
    found = listed.rows.values(*_READ).iterator(chunk_size=CHUNK)
    done = 0
    while chunk := list(islice(found, CHUNK)):
        progress(WRITING, done, listed.count)
        facts = key_facts([row["parcel_id"] for row in chunk], order.on)
        for row in chunk:
            known = facts.get(row["parcel_id"], nothing)
            yield [field.value(row, known) for field in FIELDS]
        done += len(chunk)
    progress(WRITING, done, done)


class _Sums:
    """筛选合计 of the rows as they pass by, so that it is theirs and no later moment's."""

    def __init__(self) -> None:
        self._at = [at for at, field in enumerate(FIELDS) if field.kind == "area"]
        self._sums: dict[int, Any] = {}

    def add(self, row: list[Cell]) -> list[Cell]:
        """The row, added up; what is unknown adds nothing."""
        for at in self._at:
            if (value := row[at]) is not None:
                self._sums[at] = self._sums.get(at, 0) + value
        return row

    def row(self) -> Sequence[Cell]:
        """The last row; a sum nobody knows stays empty."""
        total: list[Cell] = [None] * len(FIELDS)
        total[0] = "筛选合计"
        for at, value in self._sums.items():
            total[at] = Fraction(value)
        return total


def write_ledger(order: Order, target: Path, progress: Progress) -> Made:
    """The ledger template filled with what the filtered parcels' records hold."""
    listed = filtered(order).listed
    keys = list(listed.rows.values_list("region_id", "parcel__parcel_no"))

    def watched() -> Iterator[present.Row]:
        for done, row in enumerate(present.rows(keys)):
            if done % CHUNK == 0:
                progress(WRITING, done, len(keys))
            yield row

    target.write_bytes(template.write(watched(), area_unit=present.AREA_UNIT))
    return Made("地块台账", ".xlsx")


LIST = offer(Kind("parcels-xlsx", f"{TITLE}（Excel）", count, write_list))
LEDGER = offer(Kind("parcels-ledger", "地块台账（可改后再导入）", count, write_ledger))
