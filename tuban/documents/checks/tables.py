"""附表: tables that were lost, rows that do not fit, figures without unit, places nobody knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tuban.documents.model import Figure, Finding, Span, Table
from tuban.documents.tables import LostTable
from tuban.documents.tabular import is_place
from tuban.values.places import resolve_place


def check_tables(
    tables: Sequence[Table], lost: Sequence[LostTable], figures: Sequence[Figure]
) -> Iterator[Finding]:
    """Lost tables (X20), rows that do not fit, places and units nobody knows."""
    for each in lost:
        yield Finding(
            "table-lost",
            "缺失",
            "error",
            f"{each.annex or '附件'}“{each.caption}”只有标题没有表格，疑为提取时丢失，请补原表。",
            (each.span,),
            ref="X20",
        )
    for at, table in enumerate(tables):
        name = table.annex or table.caption or f"第 {at + 1} 个表"
        yield from _misfits(name, table)
        own = [figure for figure in figures if figure.table == at]
        yield from _unmeasured(name, own)
        yield from _unknown_places(name, own)


def _misfits(name: str, table: Table) -> Iterator[Finding]:
    for row, cells in zip(table.rows, table.row_spans, strict=True):
        if len(row) != len(table.columns):
            yield Finding(
                "table-row-misfit",
                "缺失",
                "error",
                f"{name}中“{row[0] or ''}”一行有 {len(row)} 格，表头有 {len(table.columns)} 格，"
                "对不齐，未取数，请核对原表。",
                cells,
            )


def _unmeasured(name: str, figures: Sequence[Figure]) -> Iterator[Finding]:
    bare = [figure for figure in figures if figure.value is not None and figure.unit is None]
    if bare:
        yield Finding(
            "unit-missing",
            "缺失",
            "error",
            f"{name}有 {len(bare)} 个数没有单位，请补录，不作推定。",
            tuple(figure.span for figure in bare),
        )


def _unknown_places(name: str, figures: Sequence[Figure]) -> Iterator[Finding]:
    seen: dict[str, Span] = {}
    for figure in figures:
        if figure.region_code is None and resolve_place(figure.region).kind == "unknown":
            seen.setdefault(figure.region, figure.span)
    if seen:
        kind = "没有区划代码" if all(map(is_place, seen)) else "不认识"
        yield Finding(
            "unknown-place",
            "缺失",
            "warning",
            f"{name}中的地名{kind}：{'、'.join(seen)}。请在核对时指定。",
            tuple(seen.values()),
        )
