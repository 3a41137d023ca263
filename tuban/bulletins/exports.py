"""看板的目标表 and 通报清单 as Excel: the rows their pages show."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from django.utils.timezone import localtime

from tuban.bulletins import queries
from tuban.bulletins.access import bulletins_for
from tuban.bulletins.board import BoardRow, SubjectBoard
from tuban.bulletins.desk.pages import listed_bulletins
from tuban.parcels.exports import sheet
from tuban.parcels.exports.cells import Cell
from tuban.parcels.exports.order import Kind, Made, Order, Progress, offer
from tuban.parcels.exports.sheet import Column, Sheet

_BULLETINS = (
    Column("标题", width=50),
    Column("发文字号", width=24),
    Column("范围", width=12),
    Column("类别", width=8),
    Column("截至", "day", 12),
    Column("登记至", width=17),
    Column("状态", width=10),
    Column("成文日期", "day", 12),
    Column("落款", width=26),
)


def write_bulletins(order: Order, target: Path, progress: Progress) -> Made:
    """通报 that the post may read, all pages, the newest day first."""
    del progress  # some hundred a year
    made = Sheet(
        title="通报",
        about=lambda count: f"共 {count} 件",
        by=order.by,
        at=order.at,
        columns=_BULLETINS,
        unit=order.unit,
        pinned=1,
    )
    sheet.write(target, made, _bulletins(order))
    return Made("通报清单", ".xlsx")


def _bulletins(order: Order) -> Iterator[list[Cell]]:
    for line in listed_bulletins(order.user):
        item = line.bulletin
        yield [
            item.title,
            item.doc_no or None,
            item.region.name,
            item.get_kind_display(),
            item.on,
            f"{localtime(item.known_at):%Y-%m-%d %H:%M}",
            line.word,
            item.issued_on,
            item.signer,
        ]


def write_board(order: Order, target: Path, progress: Progress) -> Made:
    """目标与完成 of one 事项 as the board shows it: 旗区 x years, computed and printed city rows."""
    del progress  # nine places
    shown = queries.board(order.user, order.query.get("subject", ""), order.on).subject
    plan = f"{shown.instrument}{'（暂行）' if shown.provisional else ''}" or "尚未确认方案"
    made = Sheet(
        title="目标与完成",
        about=lambda count: (
            f"{shown.subject.title}　截至 {order.as_of}　目标：{plan}　共 {count} 行　"
            f"单位：{order.unit.label}"
        ),
        by=order.by,
        at=order.at,
        columns=_board_columns(shown),
        unit=order.unit,
        pinned=1,
    )
    rows = [_row(shown, row, row.region.name) for row in shown.rows]
    rows.append(_row(shown, shown.city, "全市（计算数）"))
    if shown.years:
        rows.append(_printed(shown))
    sheet.write(target, made, rows)
    return Made(f"看板 {shown.subject.title}目标与完成", ".xlsx")


def _board_columns(shown: SubjectBoard) -> list[Column]:
    years: list[Column] = []
    for year in shown.years:
        years.append(Column(f"{year}年目标", "area", 18))
        if year <= shown.current:
            years += [
                Column(f"{year}年完成", "area", 18),
                Column(f"{year}年完成率（%）", "share", 19),
            ]
        if year == shown.current:
            years += [
                Column("序时进度（%）", "share", 16),
                Column("与序时差（百分点）", "share", 20),
                Column("亮灯", width=8),
            ]
    return [
        Column("旗区", width=18),
        *([Column("载明存量", "area", 14)] if shown.years else []),
        *years,
        Column("现存量", "area", 14),
        *([Column("疑似闲置", "area", 14)] if shown.subject.beside else []),
        Column("现存量中未复核（%）", "share", 22),
    ]


def _row(shown: SubjectBoard, row: BoardRow, label: str) -> list[Cell]:
    base = shown.printed_base.computed_m2 if row is shown.city else None
    if row.base is not None:
        base = row.base.area_m2
    cells: list[Cell] = [label, *([base] if shown.years else [])]
    for item in row.years:
        cells.append(item.target_m2)
        if item.year <= shown.current:
            cells += [item.done_m2, item.rate]
        if item.year == shown.current:
            cells += [item.elapsed, item.gap, item.light.label]
    beside = [row.beside_m2] if shown.subject.beside else []
    return [*cells, row.stock_m2, *beside, row.stock_share]


def _printed(shown: SubjectBoard) -> list[Cell]:
    """全市（载明数）: what the plan prints for the city; nothing is counted against it here."""

    def printed(figure: object) -> Fraction | None:
        return getattr(figure, "area_m2", None)

    cells: list[Cell] = ["全市（载明数）", printed(shown.printed_base.printed)]
    for year, found in zip(shown.years, shown.printed_years, strict=True):
        now = shown.by_printed if year == shown.current else None
        cells.append(printed(found.printed))
        if year <= shown.current:
            cells += [now.done_m2 if now else None, now.rate if now else None]
        if year == shown.current:
            cells += [now.elapsed if now else None, now.gap if now else None, None]
    return [*cells, None, *([None] if shown.subject.beside else []), None]


BULLETINS = offer(
    Kind(
        "bulletins",
        "通报清单（Excel）",
        lambda order: bulletins_for(order.user).count(),
        write_bulletins,
    )
)
BOARD = offer(Kind("board", "看板的目标与完成（Excel）", lambda order: 0, write_board))
