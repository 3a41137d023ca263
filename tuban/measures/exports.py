"""贡献明细 of a figure as Excel: its rows, whose sum is the figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from tuban.law.timeline import Stage
from tuban.measures.definitions import Basis
from tuban.measures.queries import Contributions, contributions
from tuban.parcels.exports import sheet
from tuban.parcels.exports.cells import Cell
from tuban.parcels.exports.order import Kind, Made, Order, Progress, offer
from tuban.parcels.exports.sheet import Column, Sheet

CHUNK = 2_000
WRITING = "写出各行"


def _made(order: Order) -> Contributions:
    """The figure the order names, as its page does."""
    return contributions(
        order.user,
        order.query.get("code", ""),
        region_code=order.query.get("region") or order.user.region_code,
        period=order.query.get("period") or str(order.on.year),
        on=order.on,
    )


def write_contributions(order: Order, target: Path, progress: Progress) -> Made:
    """贡献明细 as xlsx, largest first, as the page lists them."""
    made = _made(order)
    item = made.measure
    flow = item.basis is Basis.FLOW
    when = f"{made.first} 至 {made.last}" if flow else order.on.isoformat()
    told = Sheet(
        title="贡献明细",
        about=lambda count: (
            f"{item.name}（{item.code}）　{made.region.name}　{when}　截至 {order.as_of}　"
            f"共 {count} 项　单位：{order.unit.label}　口径：{item.scope_words}"
        ),
        by=order.by,
        at=order.at,
        columns=(
            Column("地块编号", width=20),
            Column("旗区", width=12),
            Column("地块名称", width=22),
            Column("坐落", width=26),
            Column("批准文号", width=26),
            Column("批准日期", "day", 12),
            Column("阶段", width=16),
            Column("完成日" if flow else "阶段起", "day", 12),
            Column("计入面积", "area"),
        ),
        unit=order.unit,
        pinned=1,
    )
    passed: list[Fraction] = []
    rows = _rows(made, progress, passed)
    sheet.write(target, told, rows, lambda: _total(sum(passed, Fraction(0)), len(told.columns)))
    return Made(f"{item.name} {made.region.name} 贡献明细", ".xlsx")


def _rows(made: Contributions, progress: Progress, passed: list[Fraction]) -> Iterator[list[Cell]]:
    """The rows; their areas are added up as they pass."""
    found = made.rows.values_list(
        "parcel__parcel_no",
        "region__name",
        "parcel__name",
        "parcel__location",
        "parcel__approval__doc_no",
        "approved_on",
        "stage",
        "starts_on" if made.first else "stage_since",
        "area_m2",
    )
    for done, row in enumerate(found.iterator(chunk_size=CHUNK)):
        if done % CHUNK == 0:
            progress(WRITING, done, made.count)
        passed.append(Fraction(row[-1]))
        yield [*row[:6], Stage(row[6]).label, *row[7:]]


def _total(summed: Fraction, width: int) -> Sequence[Cell]:
    return ["合计", *[None] * (width - 2), summed]


CONTRIBUTIONS = offer(
    Kind(
        "contributions", "贡献明细（Excel）", lambda order: _made(order).count, write_contributions
    )
)
