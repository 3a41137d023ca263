"""加总核对: whether the parts of a table give its totals, exactly, row by row and column by column.

A difference that half a unit of the last printed place of every cell can explain is 取整, any
other one 笔误. An identity is only asked where the table as a whole shows that it holds.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from tuban.documents.arithmetic.grid import Grid, Identity
from tuban.documents.figures import metric_of
from tuban.documents.model import Finding, FindingClass, Table


def check_sums(table: Table, grid: Grid) -> list[Finding]:
    """A finding for each sum of the table that does not give what is printed."""
    return [_finding(table, identity) for identity in grid.identities if identity.difference]


def _finding(table: Table, identity: Identity) -> Finding:
    diff = identity.difference
    explained = abs(Fraction(diff)) <= identity.slack
    kind: FindingClass = "缺失" if identity.has_blank else "取整" if explained else "笔误"
    verdict = {
        "缺失": "有空格，是否为零无法判断。",
        "取整": "差额在各格四舍五入可以解释的范围内。",
        "笔误": "差额超出四舍五入可以解释的范围，疑为笔误。",
    }[kind]
    printed = identity.whole.value
    computed = diff + (printed or Decimal(0))
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
            f"载明 {printed}{unit}，相差 {signed(diff)}{unit}。{verdict}"
        ),
        spans=(identity.whole.span, *(cell.span for cell in identity.parts)),
        computed=str(computed),
        printed=str(printed),
        diff=signed(diff),
    )


def signed(value: Decimal) -> str:
    """With + or the ASCII minus, as arithmetic in JSON."""
    return f"{value:+f}"
