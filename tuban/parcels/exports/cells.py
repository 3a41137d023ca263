"""Rows of a sheet as the XML of an xlsx, many times quicker than cell by cell.

Texts are inline strings, which no program takes for a formula. One that begins like a formula
keeps the format of a text as well, so that it stays one when somebody edits the cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Context, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from xlsxwriter.utility import xl_col_to_name

from tuban.values.area import MISSING, Unit

Kind = Literal["text", "day", "area", "count", "share"]
Cell = str | date | Decimal | Fraction | int | None
"""None is unknown and shown as —; areas are in m², shares are parts of one."""

Style = Literal[
    "text", "guarded", "day", "area", "count", "share", "total", "total_area", "total_count"
]

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
PERCENT_DECIMALS = 1
LONGEST = 32_767  # characters of a cell
_FIRST_DAY = date(1900, 3, 1)  # before it Excel counts a day that never was
_EPOCH = 693_594  # ordinal of 1899-12-30
_ODD = re.compile(r"[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_EXACT = Context(prec=40)


def rows_xml(
    first: int, kinds: Sequence[Kind], styles: Mapping[Style, int], unit: Unit
) -> Callable[[Iterable[Sequence[Cell]]], Iterator[str]]:
    """What turns rows into XML, numbered from `first` (1 is the sheet's first row).

    Args:
        kinds: One a column.
        styles: Number of each cell format in the workbook.
        unit: Areas are shown in it, rounded half up to its DECIMALS.
    """
    letters = [xl_col_to_name(at) for at in range(len(kinds))]
    draw = [_DRAWN[kind] for kind in kinds]

    def drawn(rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
        for number, row in enumerate(rows, first):
            cells = "".join(
                [
                    f'<c r="{letter}{number}"{one(cell, styles, unit)}</c>'
                    for letter, one, cell in zip(letters, draw, row, strict=True)
                ]
            )
            yield f'<row r="{number}">{cells}</row>'

    return drawn


def text_xml(value: Cell, styles: Mapping[Style, int], style: Style = "text") -> str:
    """A cell's text, its letters and digits as they are."""
    text = MISSING if value is None or value == "" else str(value)
    if len(text) > LONGEST:
        text = text[:LONGEST]
    if text.startswith(FORMULA_STARTS) and style == "text":
        style = "guarded"
    if _ODD.search(text):
        text = _ODD.sub(_escaped, text)
    space = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    return f' s="{styles[style]}" t="inlineStr"><is><t{space}>{text}</t></is>'


def _escaped(found: re.Match[str]) -> str:
    sign = found.group()
    if len(sign) > 1:  # would be read as the escape it looks like
        return f"_x005F{sign}"
    return _NAMED.get(sign) or f"_x{ord(sign):04X}_"


def _day(value: Cell, styles: Mapping[Style, int], unit: Unit) -> str:
    """A date as one; a month or a year, which is a text, as that."""
    if isinstance(value, date) and value >= _FIRST_DAY:
        return f' s="{styles["day"]}"><v>{value.toordinal() - _EPOCH}</v>'
    return text_xml(value, styles)


def _area(value: Cell, styles: Mapping[Style, int], unit: Unit) -> str:
    if value is None:
        return text_xml(value, styles)
    assert isinstance(value, Decimal | Fraction)
    return f' s="{styles["area"]}"><v>{shown_area(value, unit)}</v>'


def _count(value: Cell, styles: Mapping[Style, int], unit: Unit) -> str:
    if value is None:
        return text_xml(value, styles)
    return f' s="{styles["count"]}"><v>{value}</v>'


def _share(value: Cell, styles: Mapping[Style, int], unit: Unit) -> str:
    """A part of one as per cent with one decimal, as pages show it."""
    if value is None:
        return text_xml(value, styles)
    assert isinstance(value, Decimal | Fraction)
    shown = half_up(Fraction(value) * 100, PERCENT_DECIMALS)
    return f' s="{styles["share"]}"><v>{shown}</v>'


def _text(value: Cell, styles: Mapping[Style, int], unit: Unit) -> str:
    return text_xml(value, styles)


_DRAWN: Mapping[Kind, Callable[[Cell, Mapping[Style, int], Unit], str]] = {
    "text": _text,
    "day": _day,
    "area": _area,
    "count": _count,
    "share": _share,
}


DECIMALS = {Unit.M2: 2, Unit.MU: 2, Unit.WAN_MU: 6, Unit.HA: 4}
"""Of an area in a file: 万亩 as exact as 亩, since a file holds single parcels."""


@lru_cache(maxsize=8192)
def shown_area(m2: Decimal | Fraction, unit: Unit) -> Decimal:
    """The rounded figure as the sheet holds it: half up, once."""
    return half_up(Fraction(m2) / unit.m2, DECIMALS[unit])


def half_up(exact: Fraction, decimals: int) -> Decimal:
    """The number rounded half up, away from zero, to so many decimals."""
    scaled = exact * 10**decimals
    whole = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole if exact >= 0 else -whole).scaleb(-decimals, _EXACT)


def total_xml(
    number: int, kinds: Sequence[Kind], styles: Mapping[Style, int], unit: Unit, row: Sequence[Cell]
) -> str:
    """筛选合计: the last row; a sum nobody knows stays empty."""
    cells = []
    for at, (kind, value) in enumerate(zip(kinds, row, strict=True)):
        start = f'<c r="{xl_col_to_name(at)}{number}"'
        if value is None:
            cells.append(f'{start} s="{styles["total"]}"/>')
        elif kind == "area":
            assert isinstance(value, Decimal | Fraction)
            cells.append(f'{start} s="{styles["total_area"]}"><v>{shown_area(value, unit)}</v></c>')
        elif kind == "count":
            cells.append(f'{start} s="{styles["total_count"]}"><v>{value}</v></c>')
        else:
            cells.append(f"{start}{text_xml(value, styles, 'total')}</c>")
    return f'<row r="{number}">{"".join(cells)}</row>'
