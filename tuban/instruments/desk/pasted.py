"""粘贴的表: cells copied out of Excel or WPS, with whatever stands over and beside the figures.

A title and a line 单位：… above, headings over two rows with merged cells, a column of running
numbers and line breaks within cells come along with a copied table and are taken for what they are.
A blank cell stays blank: missing is not zero.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from itertools import takewhile

from tuban.values.numbers import parse_decimal
from tuban.values.places import resolve_place

MAX_ROWS, MAX_COLUMNS, MAX_CELL = 60, 20, 40
_PLAIN_YEAR = re.compile(r"(20\d\d)(?:年度)?")
_FIGURE = re.compile(r"-?[\d.,，]+")
_RUNNING = frozenset({"序号", "编号", "No.", "#"})
_UNIT = re.compile(r"单位[:：]?\s*(万亩|亩|公顷|平方米)")
Cells = list[list[str]]


def rows_of(pasted: str) -> Cells:
    """Headings in one row, years as 2024年, and a row for each place below.

    Raises:
        ValueError: Chinese sentence naming row and column, rows counted as they were pasted.
    """
    numbered = [(at, row) for at, row in enumerate(_cells(pasted), 1) if any(row)]
    numbered = numbered[_titles([row for _, row in numbered]) :]
    rows = [row for _, row in numbered]
    if len(rows) < 2 or len(rows[0]) < 2:
        raise ValueError("没有读到表格：第一行应是表头，往下每行一个地区，单元格之间用制表符分开。")
    if len(rows) > MAX_ROWS or len(rows[0]) > MAX_COLUMNS:
        raise ValueError(f"表格过大：最多 {MAX_ROWS} 行、{MAX_COLUMNS} 列。")
    for at, row in numbered[1:]:
        if len(row) != len(rows[0]):
            raise ValueError(f"第 {at} 行有 {len(row)} 格，表头有 {len(rows[0])} 格，对不齐。")
    if rows[0][0] in _RUNNING:
        numbered = [(at, _without_running(row)) for at, row in numbered]
    headings, body = _headings(numbered)
    for at, row in body:
        _check_row(at, row, headings)
    places = [row[0] for _, row in body]
    twice = sorted({place for place in places if places.count(place) > 1})
    if twice:
        raise ValueError(f"“{twice[0]}”出现了两次，请核对。")
    return [headings, *(row for _, row in body)]


def unit_of(pasted: str) -> str | None:
    """The unit that a line over the table names; None without one."""
    rows = [row for row in _cells(pasted) if any(row)]
    found = _UNIT.search(" ".join(" ".join(row) for row in rows[: _titles(rows)]))
    return found[1] if found else None


def _cells(pasted: str) -> Cells:
    """Cells parted by tabs; one with line breaks comes in quotation marks."""
    read = csv.reader(io.StringIO(pasted), dialect="excel-tab")
    return [["".join(cell.split()) for cell in row] for row in read]


def _titles(rows: Sequence[Sequence[str]]) -> int:
    """How many rows over the table hold one cell only: its title, its unit."""
    return sum(1 for _ in takewhile(lambda row: sum(map(bool, row)) == 1 and len(row) > 1, rows))


def _without_running(row: Sequence[str]) -> list[str]:
    """The row without its running number; 合计 may stand in that column's place."""
    return [row[1] or row[0], *row[2:]]


def _headings(
    numbered: Sequence[tuple[int, list[str]]],
) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The heading of each column, put together from above to below, and the rows under them.

    A merged cell holds its words in the first of the cells it covers: to the right they count for
    every column that has words of its own below.
    """
    (_, made), *rest = numbered
    headings = list(map(_heading, made))
    while rest and _goes_on(rest[0][1]):
        lower = list(map(_heading, rest.pop(0)[1]))
        upper = ""
        for at, word in enumerate(lower):
            upper = headings[at] or (upper if word else "")
            headings[at] = upper + word if word != upper else upper
    return headings, rest


def _goes_on(row: Sequence[str]) -> bool:
    """Whether a row belongs to the headings: no place, and no number but years."""
    return not row[0] and not any(_FIGURE.fullmatch(cell) for cell in map(_heading, row))


def _heading(cell: str) -> str:
    year = _PLAIN_YEAR.fullmatch(cell)
    return f"{year[1]}年" if year else cell


def _check_row(at: int, row: Sequence[str], headings: Sequence[str]) -> None:
    if resolve_place(row[0]).kind not in {"region", "total"}:
        raise ValueError(f"第 {at} 行的“{row[0]}”不是已知的旗区，也不是合计。请写规范名称。")
    for heading, cell in zip(headings[1:], row[1:], strict=True):
        if len(cell) > MAX_CELL:
            raise ValueError(f"第 {at} 行“{heading}”一格过长。")
        if "备注" in heading:
            continue
        try:
            parse_decimal(cell)
        except ValueError as error:
            raise ValueError(f"第 {at} 行“{heading}”：{error}") from None
