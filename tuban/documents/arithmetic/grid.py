"""表格网: the figures of a table as cells, and the sums that the table as a whole shows to hold."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from tuban.documents.figures import Column, columns_of, number_in, row_name
from tuban.documents.model import Span, Table
from tuban.values.places import resolve_place

_LEAST_NEAR = Decimal("0.6")
_NEAR_SHARE = Decimal("0.02")
_ADDED = ("year", "total", "base", "rest", "other")


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure: exact printed value (None where blank) and half a unit of its last place.

    A zero that says that nothing remains is exact.
    """

    row: int
    column: int
    value: Decimal | None
    half: Fraction
    span: Span


@dataclass(frozen=True, slots=True)
class Identity:
    """One sum: the cells that are added and the one that says what they give."""

    kind: str
    label: str
    parts: tuple[Cell, ...]
    whole: Cell

    @property
    def has_blank(self) -> bool:
        """Whether a part is missing."""
        return any(cell.value is None for cell in self.parts)

    @property
    def difference(self) -> Decimal:
        """Computed − printed; 0 where nothing can be compared. A blank part adds nothing."""
        known = [cell.value for cell in self.parts if cell.value is not None]
        if self.whole.value is None or not known:
            return Decimal(0)
        return sum(known, Decimal(0)) - self.whole.value

    @property
    def slack(self) -> Fraction:
        """The difference that rounding alone can make."""
        return sum((cell.half for cell in (*self.parts, self.whole)), Fraction(0))

    @property
    def is_near(self) -> bool:
        """Whether the sum holds but for rounding or a slip of a few per cent."""
        printed = self.whole.value or Decimal(0)
        allowed = max(self.slack, Fraction(abs(printed) * _NEAR_SHARE))
        return abs(Fraction(self.difference)) <= allowed


@dataclass(frozen=True, slots=True)
class Grid:
    """A table that adds up, or is meant to.

    Attributes:
        cells: by row of the table and index of the column; only columns of figures.
        total: row of the one total (全市, 合计) that columns add up to; None if none does.
        parts: columns that a row adds up; `whole`: the column that says what they give, None if
            the rows are no sums.
        leaves: rows that are added, in order.
        rows: the identities of the rows; `by_column` those of the columns.
    """

    columns: tuple[Column, ...]
    cells: dict[tuple[int, int], Cell]
    names: tuple[str, ...]
    total: int | None
    parts: tuple[int, ...]
    whole: int | None
    rows: tuple[Identity, ...]
    by_column: tuple[Identity, ...]

    @property
    def leaves(self) -> tuple[int, ...]:
        """Rows that are no total."""
        return tuple(row for row in range(len(self.names)) if row != self.total)

    @property
    def identities(self) -> tuple[Identity, ...]:
        """All sums, rows first."""
        return self.rows + self.by_column


def grid_of(table: Table) -> Grid | None:
    """The grid of a table; None where it has no places, a row that does not fit, or no sum."""
    columns = columns_of(table)
    place = next((column.index for column in columns if column.kind == "place"), None)
    if place is None or any(len(row) != len(columns) for row in table.rows):
        return None
    names = [resolve_place(row_name(row, columns, place)) for row in table.rows]
    cells = _cells(table, columns)
    parts, whole = _added(columns)
    rows = _rows(columns, cells, [name.name for name in names])
    totals = [row for row, name in enumerate(names) if name.kind == "total"]
    by_column = _by_column(columns, cells, totals, len(names))
    rows, by_column = _meant(rows), _meant(by_column)
    if not rows and not by_column:
        return None
    wider = {**_plain_sums(rows), **_plain_sums(by_column)}
    if wider:
        cells = cells | wider
        rows = tuple(_with(identity, cells) for identity in rows)
        by_column = tuple(_with(identity, cells) for identity in by_column)
    return Grid(
        columns=columns,
        cells=cells,
        names=tuple(name.name for name in names),
        total=totals[0] if by_column else None,
        parts=parts if rows else (),
        whole=whole if rows else None,
        rows=rows,
        by_column=by_column,
    )


def _cells(table: Table, columns: tuple[Column, ...]) -> dict[tuple[int, int], Cell]:
    kept = [column for column in columns if column.kind in _ADDED]
    values = {
        (row, column.index): number_in(table.rows[row][column.index], column.unit)[0]
        for row in range(len(table.rows))
        for column in kept
    }
    usual = _usual_decimals([v for v in values.values() if v is not None and (v or _places(v))])
    rest = {column.index for column in kept if column.kind == "rest"}
    return {
        (row, column): Cell(
            row,
            column,
            value,
            Fraction(0) if column in rest and not value else _half(value, usual),
            table.row_spans[row][column],
        )
        for (row, column), value in values.items()
    }


def _usual_decimals(values: list[Decimal]) -> int:
    """The decimals most cells carry, bare zeros not counted: 0.4 among 0.43 and 0.48 is 0.40 without its zero."""
    counts = Counter(map(_places, values))
    return counts.most_common(1)[0][0] if counts else 0


def _places(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _half(value: Decimal | None, usual: int) -> Fraction:
    """Half a unit of the last place a cell was rounded to."""
    if value is None:
        return Fraction(0)
    return Fraction(1, 2 * 10 ** max(_places(value), usual))


def _added(columns: tuple[Column, ...]) -> tuple[tuple[int, ...], int | None]:
    """Total = years, or base = years + rest."""
    years = [column.index for column in columns if column.kind == "year"]
    whole = [column.index for column in columns if column.kind == "total"]
    if not whole:
        whole = [column.index for column in columns if column.kind == "base"]
        years += [column.index for column in columns if column.kind == "rest"]
    if len(whole) != 1 or len(years) < 2:
        return (), None
    return tuple(years), whole[0]


def _rows(
    columns: tuple[Column, ...], cells: dict[tuple[int, int], Cell], names: list[str]
) -> tuple[Identity, ...]:
    parts, whole = _added(columns)
    if whole is None:
        return ()
    return tuple(
        Identity("row", name, tuple(cells[row, at] for at in parts), cells[row, whole])
        for row, name in enumerate(names)
    )


def _by_column(
    columns: tuple[Column, ...],
    cells: dict[tuple[int, int], Cell],
    totals: list[int],
    height: int,
) -> tuple[Identity, ...]:
    """The one total row = the other rows, for every column of figures."""
    if len(totals) != 1 or height < 3:
        return ()
    added = [row for row in range(height) if row != totals[0]]
    return tuple(
        Identity(
            "column",
            column.heading,
            tuple(cells[row, column.index] for row in added),
            cells[totals[0], column.index],
        )
        for column in columns
        if column.kind in _ADDED
    )


def _plain_sums(identities: tuple[Identity, ...]) -> dict[tuple[int, int], Cell]:
    """Wholes that all are sums of what is printed, not of what was true: as vague as their parts.

    Whoever adds up rounded cells carries their rounding into the total.
    """
    if any(identity.difference or identity.has_blank for identity in identities):
        return {}
    return {
        (identity.whole.row, identity.whole.column): replace(
            identity.whole, half=sum((cell.half for cell in identity.parts), Fraction(0))
        )
        for identity in identities
    }


def _with(identity: Identity, cells: dict[tuple[int, int], Cell]) -> Identity:
    parts = tuple(cells[cell.row, cell.column] for cell in identity.parts)
    return replace(identity, parts=parts, whole=cells[identity.whole.row, identity.whole.column])


def _meant(identities: tuple[Identity, ...]) -> tuple[Identity, ...]:
    """The identities if most of them hold or nearly hold; else none is asked."""
    whole = [identity for identity in identities if not identity.has_blank]
    near = [identity for identity in whole if identity.is_near]
    return identities if whole and len(near) >= _LEAST_NEAR * len(whole) else ()
