"""加总核对: whether the parts of a table give its totals, exactly, row by row and column by column.

A difference that half a unit of the last printed place of every cell can explain is 取整, any
other one 笔误. An identity is only asked where the table as a whole shows that it holds.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from tuban.documents.figures import Column, columns_of, metric_of, number_in
from tuban.documents.model import Finding, FindingClass, Span, Table
from tuban.values.places import resolve_place

_HALF = Decimal("0.5")
_LEAST_NEAR = Decimal("0.6")
_NEAR_SHARE = Decimal("0.02")
_Cell = tuple[Decimal | None, Span, int]


@dataclass(frozen=True, slots=True)
class _Identity:
    """One sum: the cells that are added and the one that says what they give."""

    kind: str
    label: str
    parts: tuple[_Cell, ...]
    whole: _Cell


def check_sums(table: Table) -> list[Finding]:
    """A finding for each sum of the table that does not give what is printed."""
    columns = columns_of(table)
    place = next((column.index for column in columns if column.kind == "place"), None)
    if place is None or any(len(row) != len(columns) for row in table.rows):
        return []
    grid = [
        [
            (number_in(cell, column.unit)[0], span, column.index)
            for cell, span, column in zip(row, spans, columns, strict=True)
        ]
        for row, spans in zip(table.rows, table.row_spans, strict=True)
    ]
    names = [resolve_place(row[place] or "") for row in table.rows]
    usual = _usual_decimals(grid)
    findings: list[Finding] = []
    for identities in (
        _rows(columns, grid, [name.name for name in names]),
        _columns(columns, grid, [name.kind == "total" for name in names]),
    ):
        whole = [identity for identity in identities if not _has_blank(identity)]
        near = [identity for identity in whole if _is_near(identity, usual)]
        if whole and len(near) >= _LEAST_NEAR * len(whole):
            failing = [identity for identity in identities if _difference(identity)]
            findings.extend(_finding(table, identity, usual) for identity in failing)
    return findings


def _rows(
    columns: tuple[Column, ...], grid: list[list[_Cell]], names: list[str]
) -> list[_Identity]:
    """Total = years, or base = years + rest, for every row."""
    years = [column.index for column in columns if column.kind == "year"]
    whole = [column.index for column in columns if column.kind == "total"]
    if not whole:
        whole = [column.index for column in columns if column.kind == "base"]
        years += [column.index for column in columns if column.kind == "rest"]
    if len(whole) != 1 or len(years) < 2:
        return []
    return [
        _Identity("row", name, tuple(row[at] for at in years), row[whole[0]])
        for row, name in zip(grid, names, strict=True)
    ]


def _columns(
    columns: tuple[Column, ...], grid: list[list[_Cell]], totals: list[bool]
) -> list[_Identity]:
    """The one total row = the other rows, for every column of figures."""
    if sum(totals) != 1 or len(grid) < 3:
        return []
    total = grid[totals.index(True)]
    parts = [row for row, is_total in zip(grid, totals, strict=True) if not is_total]
    return [
        _Identity(
            "column", column.heading, tuple(row[column.index] for row in parts), total[column.index]
        )
        for column in columns
        if column.kind in ("year", "total", "base", "rest", "other")
    ]


def _difference(identity: _Identity) -> Decimal:
    """Computed − printed; 0 where nothing can be compared. A blank part adds nothing."""
    known = [value for value, *_ in identity.parts if value is not None]
    if identity.whole[0] is None or not known:
        return Decimal(0)
    return sum(known, Decimal(0)) - identity.whole[0]


def _is_near(identity: _Identity, usual: int) -> bool:
    """Whether the sum holds but for rounding or a slip of a few per cent."""
    printed = identity.whole[0]
    cells = [*identity.parts, identity.whole]
    slack = sum((_slack(cell[0], usual) for cell in cells), Decimal(0))
    return abs(_difference(identity)) <= max(slack, abs(printed or Decimal(0)) * _NEAR_SHARE)


def _has_blank(identity: _Identity) -> bool:
    return any(value is None for value, *_ in identity.parts)


def _usual_decimals(grid: list[list[_Cell]]) -> int:
    """The decimals most cells carry: 0.4 among 0.43 and 0.48 is 0.40 without its zero."""
    counts = Counter(
        -exponent
        for row in grid
        for value, *_ in row
        if value is not None and isinstance(exponent := value.as_tuple().exponent, int)
        if value
    )
    return counts.most_common(1)[0][0] if counts else 0


def _slack(value: Decimal | None, usual: int) -> Decimal:
    """Half a unit of the last place a cell was rounded to."""
    if value is None or not value:
        return Decimal(0)
    exponent = value.as_tuple().exponent
    places = max(-exponent, usual) if isinstance(exponent, int) else usual
    return _HALF.scaleb(-places)


def _finding(table: Table, identity: _Identity, usual: int) -> Finding:
    diff = _difference(identity)
    cells = [*identity.parts, identity.whole]
    slack = sum((_slack(cell[0], usual) for cell in cells), Decimal(0))
    kind: FindingClass = (
        "缺失" if _has_blank(identity) else "取整" if abs(diff) <= slack else "笔误"
    )
    verdict = {
        "缺失": "有空格，是否为零无法判断。",
        "取整": "差额在各格四舍五入可以解释的范围内。",
        "笔误": "差额超出四舍五入可以解释的范围，疑为笔误。",
    }[kind]
    printed = identity.whole[0]
    computed = diff + (printed or 0)
    where = (
        f"“{identity.label}”行各分项" if identity.kind == "row" else f"“{identity.label}”列各地区"
    )
    unit = table.unit or ""
    return Finding(
        code=f"{identity.kind}-sum",
        finding_class=kind,
        severity="error" if kind == "笔误" else "warning" if kind == "缺失" else "note",
        message=(
            f"{table.annex or '附表'}（{metric_of(table)}）{where}相加为 {computed}{unit}，"
            f"载明 {printed}{unit}，相差 {_signed(diff)}{unit}。{verdict}"
        ),
        spans=(identity.whole[1], *(span for _, span, _ in identity.parts)),
        computed=str(computed),
        printed=str(printed),
        diff=_signed(diff),
    )


def _signed(value: Decimal) -> str:
    """With + or the ASCII minus, as arithmetic in JSON."""
    return f"{value:+f}"
