"""核对结论: what a check of whole tables, or of two places that agree, hands back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Verdict = Literal["一致", "取整可解释", "无法由取整解释", "未判定"]
FormulaKind = Literal["share", "given", "remainder"]
ShareOf = Literal["printed", "true"]


@dataclass(frozen=True, slots=True)
class CellChange:
    """一格的最小改动: by how much a printed cell must move, in the unit of the table."""

    row: int
    column: int
    by: str

    def to_json(self) -> dict[str, Any]:
        """Row, column and signed exact decimal."""
        return {"row": self.row, "column": self.column, "by": self.by}


@dataclass(frozen=True, slots=True)
class ColumnFormula:
    """一列的算法.

    Attributes:
        column: index of the column in the table.
        kind: `share` of the base column, `remainder` of the base, `given` from elsewhere.
        percent: the roundest percentage that fits, e.g. `27.5`; None unless a share.
        low: least percentage that fits; `high`: greatest; exact decimals in points, rounded
            outwards to 0.01 for `printed`, on the grid of 0.05 for `true`.
        of: `printed` – share of the stock as printed; `true` – of a stock that itself was rounded.
    """

    column: int
    kind: FormulaKind
    percent: str | None = None
    low: str | None = None
    high: str | None = None
    of: ShareOf | None = None

    def to_json(self) -> dict[str, Any]:
        """All of it."""
        return {
            "column": self.column,
            "kind": self.kind,
            "percent": self.percent,
            "low": self.low,
            "high": self.high,
            "of": self.of,
        }


@dataclass(frozen=True, slots=True)
class TableCheck:
    """一张表的加总结论.

    Attributes:
        table: index in `Reading.tables`.
        verdict: 一致 every sum holds as printed; 取整可解释 one set of true values gives all
            printed cells; 无法由取整解释 none does; 未判定 neither could be proved.
        strict: the witness lies inside every interval, so that no way of rounding halves matters.
        witness: true values in the shape of the rows, None where a cell holds no figure; empty
            unless 取整可解释.
        violation: least total change of printed cells that makes all sums hold, exact decimal in
            the unit of the table; None where nothing has to change.
        changes: one such least change.
        suspects: cells, by row and column, of which changing any single one mends the whole table.
        formulas: how columns of years were computed, empty where nothing fits.
    """

    table: int
    verdict: Verdict
    strict: bool = True
    witness: tuple[tuple[str | None, ...], ...] = ()
    violation: str | None = None
    changes: tuple[CellChange, ...] = ()
    suspects: tuple[tuple[int, int], ...] = ()
    formulas: tuple[ColumnFormula, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """All of it; numbers are strings."""
        return {
            "table": self.table,
            "verdict": self.verdict,
            "strict": self.strict,
            "witness": [list(row) for row in self.witness],
            "violation": self.violation,
            "changes": [change.to_json() for change in self.changes],
            "suspects": [list(cell) for cell in self.suspects],
            "formulas": [formula.to_json() for formula in self.formulas],
        }


@dataclass(frozen=True, slots=True)
class Agreement:
    """一致: two places, of one document or of two, that say the same.

    Attributes:
        documents: which document each span lies in, 0 the first, 1 the second; empty for one.
    """

    code: str
    message: str
    spans: tuple[tuple[int, int], ...] = ()
    documents: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Code, Chinese sentence and spans."""
        return {
            "code": self.code,
            "message": self.message,
            "spans": [list(span) for span in self.spans],
            "documents": list(self.documents),
        }
