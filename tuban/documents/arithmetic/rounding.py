"""联合取整检验: whether one set of true values, rounded, gives every printed cell of a table.

Each printed cell is an interval of half a unit of its own last place; the true values must satisfy
all rows and all columns at once. The variables are the cells that are added; every total is a sum
of them, so no identity is an equation of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tuban.documents.arithmetic.grid import Cell, Grid
from tuban.documents.arithmetic.intervals import Interval, find_point, least_change
from tuban.documents.verdicts import CellChange, TableCheck

MOST_CELLS = 5000
"""Beyond this a table is left to the sums alone."""

MOST_SUSPECTS = 60
"""Beyond this many cells that could be the wrong one, it is not looked for."""

_ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class System:
    """The intervals of a grid over its added cells.

    Attributes:
        variables: (row, column) of each added cell.
        cells: the printed cell of each interval.
        most: no true value is greater than this.
    """

    variables: tuple[tuple[int, int], ...]
    cells: tuple[Cell, ...]
    intervals: tuple[Interval, ...]
    most: Fraction


def check_rounding(table_index: int, grid: Grid) -> TableCheck:
    """The verdict on all sums of a table at once."""
    if not any(identity.difference for identity in grid.identities):
        return TableCheck(table_index, "一致")
    system = system_of(grid)
    if len(grid.cells) > MOST_CELLS:
        return TableCheck(table_index, "未判定")
    found = find_point(len(system.variables), system.intervals, system.most)
    if found.witness is not None and found.strict:
        return _explained(table_index, grid, found.witness, strict=True)
    change = least_change(len(system.variables), system.intervals, _unit(system))
    if change is None:
        return TableCheck(table_index, "未判定")
    if not change.total:
        return _explained(table_index, grid, change.point, strict=False)
    return TableCheck(
        table_index,
        "无法由取整解释",
        violation=decimal_text(change.total),
        changes=tuple(
            CellChange(cell.row, cell.column, signed_text(by))
            for cell, by in zip(system.cells, change.by_interval, strict=True)
            if by
        ),
        suspects=_suspects(grid, system),
    )


def _suspects(grid: Grid, system: System) -> tuple[tuple[int, int], ...]:
    """Cells without which all the others hold at once; each lies in every sum that is broken."""
    candidates = {(cell.row, cell.column) for cell in system.cells}
    for identity in grid.identities:
        if abs(Fraction(identity.difference)) > identity.slack:
            candidates &= {(each.row, each.column) for each in (*identity.parts, identity.whole)}
    if len(candidates) > MOST_SUSPECTS:
        return ()
    count = len(system.variables)
    return tuple(
        (cell.row, cell.column)
        for at, cell in enumerate(system.cells)
        if (cell.row, cell.column) in candidates
        and find_point(
            count, (*system.intervals[:at], *system.intervals[at + 1 :]), system.most
        ).witness
        is not None
    )


def system_of(grid: Grid) -> System:
    """Every printed cell as an interval over the added cells; a blank cell may be anything."""
    variables = _variables(grid)
    number = {key: index for index, key in enumerate(variables)}
    cells = tuple(cell for cell in grid.cells.values() if cell.value is not None)
    intervals = tuple(
        Interval(
            {number[key]: _ONE for key in added_by(grid, cell.row, cell.column)},
            max(Fraction(0), Fraction(cell.value or 0) - cell.half),
            Fraction(cell.value or 0) + cell.half,
        )
        for cell in cells
    )
    most = sum((interval.high for interval in intervals), Fraction(0))
    return System(variables, cells, intervals, most)


def _variables(grid: Grid) -> tuple[tuple[int, int], ...]:
    return tuple(key for key in grid.cells if key[0] != grid.total and key[1] != grid.whole)


def added_by(grid: Grid, row: int, column: int) -> list[tuple[int, int]]:
    """The added cells that a cell is the sum of; itself, if it is one."""
    rows = grid.leaves if row == grid.total else (row,)
    columns = grid.parts if column == grid.whole else (column,)
    return [(each, at) for each in rows for at in columns]


def _unit(system: System) -> Fraction:
    """What all ends of intervals are multiples of: the smallest half unit, or a tenth power."""
    halves = [cell.half for cell in system.cells if cell.half]
    unit = min(halves, default=Fraction(1, 2))
    while any(
        (each.low / unit).denominator > 1 or (each.high / unit).denominator > 1
        for each in system.intervals
    ):
        unit /= 10
    return unit


def _explained(
    table_index: int, grid: Grid, point: tuple[Fraction, ...], *, strict: bool
) -> TableCheck:
    value = dict(zip(_variables(grid), point, strict=True))
    width = len(grid.columns)
    witness = tuple(
        tuple(
            decimal_text(sum((value[key] for key in added_by(grid, row, at)), Fraction(0)))
            if (row, at) in grid.cells
            else None
            for at in range(width)
        )
        for row in range(len(grid.names))
    )
    return TableCheck(table_index, "取整可解释", strict=strict, witness=witness)


def decimal_text(value: Fraction) -> str:
    """A fraction whose denominator divides a power of ten, as an exact decimal."""
    return format((Decimal(value.numerator) / Decimal(value.denominator)).normalize(), "f")


def signed_text(value: Fraction) -> str:
    """With + or the ASCII minus."""
    return ("+" if value > 0 else "") + decimal_text(value)
