"""加总核对 of a table whose 合计 is known to be a sum: one that a person typed in. Pure.

A printed table may carry totals that are no sums, so its reader checks only what mostly adds up. Who
types a row or a column 合计 means the sum.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from tuban.documents.figures import columns_of, number_in
from tuban.documents.model import Finding, Table
from tuban.values.places import resolve_place

Cell = tuple[int, int]


def strict_sums(table: Table) -> Iterator[Finding]:
    """Every row and column that does not add up; a blank part leaves its sum unchecked."""
    columns = columns_of(table)
    years = [column.index for column in columns if column.kind == "year"]
    totals = [column.index for column in columns if column.kind == "total"]
    places = [resolve_place(row[0] or "").kind for row in table.rows]
    summed = [row for row, kind in enumerate(places) if kind == "total"]
    parts = [row for row, kind in enumerate(places) if kind != "total"]
    for row in range(len(table.rows)):
        for total in totals:
            name = f"“{table.rows[row][0]}”行各年"
            yield from _checked(table, name, [(row, year) for year in years], (row, total))
    for total in summed:
        for column in (*years, *totals):
            name = f"“{table.columns[column]}”列各地区"
            yield from _checked(table, name, [(row, column) for row in parts], (total, column))


def _checked(table: Table, name: str, parts: Sequence[Cell], whole: Cell) -> Iterator[Finding]:
    values = [_value(table, cell) for cell in parts]
    stated = _value(table, whole)
    known = [value for value in values if value is not None]
    if stated is None or not known or len(known) < len(values):
        return
    total = sum(known, Decimal(0))
    if total == stated:
        return
    slack = sum((_half(value) for value in (*known, stated)), Decimal(0))
    is_rounding = abs(total - stated) <= slack
    unit = table.unit or ""
    yield Finding(
        "typed-sum",
        "取整" if is_rounding else "笔误",
        "note" if is_rounding else "error",
        f"{name}相加为 {total:f}{unit}，合计写的是 {stated:f}{unit}，相差 {total - stated:+f}{unit}。"
        + ("差额在四舍五入可以解释的范围内。" if is_rounding else "请对照原件改正，或写明理由。"),
        tuple(table.row_spans[row][column] for row, column in (whole, *parts)),
    )


def _value(table: Table, cell: Cell) -> Decimal | None:
    row, column = cell
    return number_in(table.rows[row][column], table.unit)[0]


def _half(value: Decimal) -> Decimal:
    """Half a unit of the last place; a whole number may be exact, and counts as such."""
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or exponent >= 0:
        return Decimal(0)
    return Decimal(5).scaleb(exponent - 1)
