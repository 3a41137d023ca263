"""表中数字: every cell of a table as a figure with metric, region, period and unit.

The unit stands in the cell, in the heading or over the table; a cell without any stays without.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from tuban.documents.model import Figure, FigureRole, Table
from tuban.documents.points import PLAN_PERIODS
from tuban.documents.tabular import is_place
from tuban.documents.targets import Context
from tuban.values.numbers import BLANKS, parse_decimal
from tuban.values.places import resolve_place

ColumnKind = Literal["place", "index", "remark", "year", "total", "base", "rest", "other"]

_UNITS = "万亩|亩|公顷|平方米|平方公里|%|个|宗|项|亿元|万元|元|件|处|家"
_CELL = re.compile(rf"(?P<number>[+-]?\d[\d,，]*(?:\.\d+)?)(?P<unit>{_UNITS})?")
_UNIT_IN_HEADING = re.compile(rf"[（(](?P<unit>{_UNITS})[）)]")
_COUNTED = re.compile(r"(?P<unit>[宗个户项件家])数$")
_YEAR = re.compile(r"(?<![\d—–-])((?:19|20)\d{2})年(?!审批|—|–)")
_YEARS = re.compile(r"((?:19|20)\d{2})[—–~～至-]{1,2}((?:19|20)\d{2})年")
_PLAN = re.compile(r"(十[三四五]五)")
_CAPTION_HEAD = re.compile(
    r"^.{0,12}?“?十[三四五]五”?期间|^全[市旗区县省]|^.{2,8}?[市旗区县](?=[^，]*(?:任务|目标))"
)
_CAPTION_TAIL = re.compile(
    r"(?:建设)?(?:目标)?(?:任务)?(?:分解|分配|计划|情况|汇总|统计)?(?:一览)?表$"
)


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds."""

    index: int
    heading: str
    kind: ColumnKind
    period: str | None
    unit: str | None


def columns_of(table: Table) -> tuple[Column, ...]:
    """The kind of each column, by its heading and, for places, by its cells."""
    return tuple(_column(table, index, heading) for index, heading in enumerate(table.columns))


def _column(table: Table, index: int, heading: str) -> Column:
    cells = [row[index] for row in table.rows if index < len(row)]
    named = _UNIT_IN_HEADING.search(heading)
    words = heading.replace(" ", "")
    counted = _COUNTED.search(words)
    unit = named["unit"] if named else counted["unit"] if counted else table.unit
    kind, period = _kind(words, [cell for cell in cells if cell])
    return Column(index, words, kind, period, unit)


def _kind(words: str, cells: list[str]) -> tuple[ColumnKind, str | None]:
    if cells and sum(map(is_place, cells)) * 2 >= len(cells):
        return "place", None
    if words in ("序号", "编号"):
        return "index", None
    if "备注" in words or "说明" in words or (cells and not any(_CELL.fullmatch(c) for c in cells)):
        return "remark", None
    plan = _PLAN.search(words)
    first, last = PLAN_PERIODS.get(plan[1], (0, 0)) if plan else (0, 0)
    if "末" in words and "剩余" in words:
        return "rest", f"{last}-12-31" if last else None
    years = _YEARS.search(words)
    if years:
        return "base", f"{years[1]}-{years[2]}"
    year = _YEAR.search(words)
    if year:
        return "year", year[1]
    if plan or re.search(r"合计|总计|总量|小计|总任务", words):
        return "total", f"{first}-{last}" if plan else None
    if re.search(r"目前|现有|存量|基数|总面积|底数|面积", words):
        return "base", None
    return "other", None


def metric_of(table: Table) -> str:
    """What the table is about, from its caption: 批而未供土地消化, 补充耕地."""
    caption = (table.caption or "").replace(" ", "")
    words = _CAPTION_TAIL.sub("", _CAPTION_HEAD.sub("", caption))
    return words or caption


def read_figures(table: Table, index: int, context: Context) -> list[Figure]:
    """All figures of one table, row by row; rows that do not fit the header give none."""
    columns = columns_of(table)
    place = next((column.index for column in columns if column.kind == "place"), None)
    if place is None:
        return []
    figures = []
    for row_index, row in enumerate(table.rows):
        if len(row) != len(columns):
            continue
        region, code, is_total = _region(row_name(row, columns, place), context)
        for column in columns:
            if column.kind in ("place", "index", "remark"):
                continue
            figures.append(_figure(table, (index, row_index), column, (region, code, is_total)))
    return figures


def row_name(row: Sequence[str | None], columns: Sequence[Column], place: int) -> str:
    """What a row is called: its place, or the 合计 that stands in the column of numbers."""
    index = [row[column.index] for column in columns if column.kind == "index"]
    return row[place] or next((cell for cell in index if cell), "")


def _region(cell: str | None, context: Context) -> tuple[str, str | None, bool]:
    """Name, code, and whether the row is a total (then the issuer's own region)."""
    place = resolve_place(cell or "")
    if place.kind == "total":
        return context.region or place.name, context.region_code, True
    return place.name or "", place.code, False


def _figure(
    table: Table, at: tuple[int, int], column: Column, region: tuple[str, str | None, bool]
) -> Figure:
    """The figure in one cell; `at` is (table, row), `region` (name, code, is total row)."""
    cell = table.rows[at[1]][column.index]
    span = table.row_spans[at[1]][column.index]
    name, code, is_total_row = region
    role: FigureRole = "total" if is_total_row or column.kind == "total" else "cell"
    if column.kind == "base":
        role = "base"
    value, unit = number_in(cell, column.unit)
    metric = metric_of(table)
    own = column.kind in ("base", "rest", "other")
    return Figure(
        table=at[0],
        row=at[1],
        column=column.index,
        metric=_UNIT_IN_HEADING.sub("", column.heading) if own or not metric else metric,
        region=name,
        region_code=code,
        period=column.period,
        value=None if value is None else format(value, "f"),
        unit=unit,
        printed=cell or "",
        decimals=decimals_of(value),
        role=role,
        span=span,
    )


def number_in(cell: str | None, unit: str | None) -> tuple[Decimal | None, str | None]:
    """Number and unit of a cell; (None, unit) where it is blank or holds words."""
    printed = (cell or "").replace(" ", "").replace("，", ",")
    if printed in BLANKS:
        return None, unit
    match = _CELL.fullmatch(printed)
    if match is None:
        return None, unit
    try:
        return parse_decimal(match["number"]), match["unit"] or unit
    except ValueError:
        return None, unit


def decimals_of(value: Decimal | None) -> int:
    """Decimals printed."""
    exponent = value.as_tuple().exponent if value is not None else 0
    return max(0, -exponent) if isinstance(exponent, int) else 0
