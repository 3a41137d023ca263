"""目标数字: what 鄂府发〔2022〕118号 prints in its annexes 2 to 5, cell by cell.

Figures are facts and are kept as printed, also where rows and columns do not add up: each cell was
rounded on its own. The words around them in the demonstration are our own (`plan.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

YEARS = (2022, 2023, 2024, 2025)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of annex 4 or 5: the stock, then the target of each year, as printed, in 万亩."""

    place: str
    base: str
    targets: tuple[str, str, str, str]
    rest: str = "0"

    @property
    def base_mu(self) -> Decimal:
        """The printed stock in 亩."""
        return Decimal(self.base) * 10_000

    def target_mu(self, year: int) -> Decimal:
        """The printed target of the year in 亩."""
        return Decimal(self.targets[YEARS.index(year)]) * 10_000


FARMLAND = (
    ("杭锦旗", "0.3", "1.2", "0.3", "0.2", "2"),
    ("乌审旗", "1.2", "0.5", "0.5", "0.3", "2.5"),
    ("伊金霍洛旗", "", "0.3", "0.1", "0.1", "0.5"),
    ("合计", "1.5", "2", "0.9", "0.6", "5"),
)
"""Annex 2, 补充耕地, 万亩: 2022 to 2025, then the whole term. A blank cell is blank."""

LINKED = (
    ("东胜区", "0", "0", "0", "0", "0"),
    ("康巴什区", "0", "0", "0", "0", "0"),
    ("达拉特旗", "6000", "1000", "1000", "2000", "2000"),
    ("准格尔旗", "500", "0", "500", "0", "0"),
    ("伊金霍洛旗", "1100", "500", "200", "200", "200"),
    ("乌审旗", "0", "0", "0", "0", "0"),
    ("杭锦旗", "0", "0", "0", "0", "0"),
    ("鄂托克旗", "500", "0", "500", "0", "0"),
    ("鄂托克前旗", "0", "0", "0", "0", "0"),
    ("全市", "8100", "1500", "2200", "2200", "2200"),
)
"""Annex 3, 增减挂钩拆旧复垦, 亩: the whole term, then 2022 to 2025."""

UNSUPPLIED = (
    Row("东胜区", "1.74", ("0.27", "0.44", "0.48", "0.56")),
    Row("准格尔旗", "1.73", ("0.4", "0.43", "0.48", "0.42")),
    Row("伊金霍洛旗", "1.42", ("0.17", "0.35", "0.39", "0.5")),
    Row("康巴什区", "1.05", ("0.17", "0.26", "0.29", "0.34")),
    Row("达拉特旗", "0.92", ("0.16", "0.23", "0.25", "0.27")),
    Row("乌审旗", "0.9", ("0.1", "0.23", "0.25", "0.33")),
    Row("杭锦旗", "0.47", ("0.1", "0.12", "0.13", "0.12")),
    Row("鄂托克前旗", "0.24", ("0.04", "0.06", "0.07", "0.07")),
    Row("鄂托克旗", "0.2", ("0.04", "0.05", "0.05", "0.06")),
)
"""Annex 4, 批而未供 of the approvals of 2009 to 2019, 万亩."""

UNSUPPLIED_CITY = Row("全市", "8.68", ("1.45", "2.17", "2.39", "2.68"))

IDLE = (
    Row("伊金霍洛旗", "1.62", ("0.32", "0.39", "0.44", "0.47")),
    Row("东胜区", "1.15", ("0.23", "0.28", "0.31", "0.33")),
    Row("乌审旗", "1.03", ("0.21", "0.25", "0.28", "0.30")),
    Row("准格尔旗", "0.60", ("0.12", "0.14", "0.16", "0.17")),
    Row("康巴什区", "0.21", ("0.04", "0.05", "0.06", "0.06")),
    Row("鄂托克前旗", "0.18", ("0.04", "0.04", "0.05", "0.05")),
    Row("鄂托克旗", "0.10", ("0.02", "0.02", "0.03", "0.03")),
    Row("杭锦旗", "0.07", ("0.01", "0.02", "0.02", "0.02")),
    Row("达拉特旗", "0.008", ("0.002", "0.002", "0.002", "0.002")),
)
"""Annex 5, 闲置土地, 万亩."""

IDLE_CITY = Row("全市", "4.97", ("0.99", "1.19", "1.34", "1.44"))

DELEGATED_LINKED_MU = ("3575", "3573")
"""Annex 3's task from above as the text gives it, and as the annex's note gives it (亩)."""
