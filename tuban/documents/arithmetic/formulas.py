"""算法还原: how the columns of years were computed – a share of the stock, or what remains of it.

Two readings are tried. A share of the stock *as printed* is judged cell by cell in fractions. If
that does not explain a column, a share of a *true* stock that itself was rounded is judged on a
grid of percentages, all rows, columns and totals at once (`intervals`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import ceil, floor

from tuban.documents.arithmetic.grid import Cell, Grid
from tuban.documents.arithmetic.intervals import Interval, find_point
from tuban.documents.arithmetic.rounding import MOST_CELLS, decimal_text
from tuban.documents.verdicts import ColumnFormula

STEP = Fraction(5, 10_000)
"""Percentages are tried in steps of 0.05 points."""

_LEAST_ROWS = 3
_MOST_WIDTH = Fraction(2, 100)
_MOST_WORK = 20_000  # combinations of percentages × cells
_ROUND = tuple(Fraction(points, 10_000) for points in (1000, 500, 100, 50, 25, 10, 5))
_ONE = Fraction(1)
_Terms = dict[int, Fraction]
_Range = tuple[Fraction, Fraction]


def find_formulas(grid: Grid) -> tuple[ColumnFormula, ...]:
    """The formula of each column of years; empty where no share of the stock fits."""
    base = next((column.index for column in grid.columns if column.kind == "base"), None)
    years = [column.index for column in grid.columns if column.kind == "year"]
    if base is None or base != grid.whole or len(years) < 2 or len(grid.cells) > MOST_CELLS:
        return ()
    judged = _judged_rows(grid, years)
    printed = {year: _range_of(grid, base, year, judged, of_true=False) for year in years}
    if all(printed.values()):
        return tuple(_printed_share(year, found) for year, found in printed.items() if found)
    every = range(len(grid.names))
    possible = {
        year: _grid_points(_range_of(grid, base, year, every, of_true=True)) for year in years
    }
    shares = [year for year in years if possible[year]]
    others = [year for year in years if not possible[year]]
    if not shares or not others:
        return ()
    fitting = _fitting(grid, base, shares, [possible[year] for year in shares], others[-1])
    if not fitting:
        return ()
    found = {
        year: _true_share(year, sorted({points[at] for points in fitting}))
        for at, year in enumerate(shares)
    }
    return tuple(
        found.get(year) or ColumnFormula(year, "remainder" if year == others[-1] else "given")
        for year in years
    )


def _judged_rows(grid: Grid, years: Sequence[int]) -> Sequence[int]:
    """Rows that a share must fit: not the total where it is the plain sum of what is printed."""
    added = [each for each in grid.by_column if each.whole.column in years]
    is_sum = added and not any(each.difference for each in added)
    return grid.leaves if is_sum else range(len(grid.names))


def _range_of(
    grid: Grid, base: int, year: int, among: Sequence[int], *, of_true: bool
) -> _Range | None:
    """Shares that fit each row alone; None where none does, or the rows say too little."""
    low, high, rows = Fraction(0), _ONE, 0
    for row in among:
        stock, part = grid.cells[row, base], grid.cells[row, year]
        if not stock.value or part.value is None:
            if stock.value is None or part.value is None or part.value:
                return None
            continue
        rows += 1
        least, most = _ends(part)
        stock_least, stock_most = _ends(stock) if of_true else (Fraction(stock.value),) * 2
        low = max(low, least / stock_most)
        high = min(high, most / stock_least)
    if rows < _LEAST_ROWS or low > high or high - low > _MOST_WIDTH:
        return None
    return (low, high) if high > STEP else None


def _ends(cell: Cell) -> _Range:
    value = Fraction(cell.value or 0)
    return max(Fraction(0), value - cell.half), value + cell.half


def _grid_points(found: _Range | None) -> list[Fraction]:
    if found is None:
        return []
    first, last = ceil(found[0] / STEP), floor(found[1] / STEP)
    return [STEP * number for number in range(first, last + 1)]


def _fitting(
    grid: Grid,
    base: int,
    shares: Sequence[int],
    possible: Sequence[list[Fraction]],
    remainder: int,
) -> list[tuple[Fraction, ...]]:
    """Combinations of percentages under which all cells hold at once."""
    combinations = 1
    for points in possible:
        combinations *= len(points)
    if combinations * len(grid.cells) > _MOST_WORK:
        return []
    model = _Model(grid, base, tuple(shares), remainder)
    return [points for points in product(*possible) if model.holds(points)]


@dataclass(frozen=True, slots=True)
class _Model:
    """True stocks and given cells as variables; shares, remainder and totals follow from them."""

    grid: Grid
    base: int
    shares: tuple[int, ...]
    remainder: int

    def holds(self, points: tuple[Fraction, ...]) -> bool:
        """Whether a witness in fractions exists for these percentages."""
        count, intervals = self._intervals(dict(zip(self.shares, points, strict=True)))
        most = sum((interval.high for interval in intervals), _ONE)
        return find_point(count, intervals, most).witness is not None

    def _intervals(self, percent: dict[int, Fraction]) -> tuple[int, list[Interval]]:
        grid = self.grid
        free = [at for at in grid.parts if at not in percent and at != self.remainder]
        numbers: dict[tuple[int, int], int] = {}
        for row in grid.leaves:
            for column in (self.base, *free):
                numbers[row, column] = len(numbers)

        def terms(row: int, column: int) -> _Terms:
            if column in percent:
                return {numbers[row, self.base]: percent[column]}
            if column != self.remainder:
                return {numbers[row, column]: _ONE}
            rest = {numbers[row, self.base]: _ONE - sum(percent.values(), Fraction(0))}
            return rest | {numbers[row, each]: -_ONE for each in free}

        return len(numbers), list(self._lines(terms))

    def _lines(self, terms: object) -> Iterator[Interval]:
        assert callable(terms)
        for (row, column), cell in self.grid.cells.items():
            if cell.value is None or (column != self.base and column not in self.grid.parts):
                continue
            gathered: _Terms = {}
            for each in self.grid.leaves if row == self.grid.total else (row,):
                for at, factor in terms(each, column).items():
                    gathered[at] = gathered.get(at, Fraction(0)) + factor
            yield Interval(gathered, *_ends(cell))


def _printed_share(year: int, found: _Range) -> ColumnFormula:
    low, high = found
    return ColumnFormula(
        year,
        "share",
        percent=decimal_text(_roundest(low, high) * 100),
        low=decimal_text(Fraction(floor(low * 10_000), 100)),
        high=decimal_text(Fraction(ceil(high * 10_000), 100)),
        of="printed",
    )


def _true_share(year: int, points: Sequence[Fraction]) -> ColumnFormula:
    return ColumnFormula(
        year,
        "share",
        percent=decimal_text(_roundest(points[0], points[-1]) * 100),
        low=decimal_text(points[0] * 100),
        high=decimal_text(points[-1] * 100),
        of="true",
    )


def _roundest(low: Fraction, high: Fraction) -> Fraction:
    """The percentage in low … high that people would write: 20, 27.5, 33.25."""
    for step in _ROUND:
        point = step * ceil(low / step)
        if point <= high:
            return point
    return (low + high) / 2
