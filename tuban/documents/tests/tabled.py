"""Plans made around one table, for tests of its arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from tuban.documents import read
from tuban.documents.model import Reading

PLACES = (
    *("东胜区", "康巴什区", "达拉特旗", "准格尔旗", "鄂托克前旗"),
    *("鄂托克旗", "杭锦旗", "乌审旗", "伊金霍洛旗"),
)
YEARS = (2022, 2023, 2024, 2025)


def plan_with(
    rows: Sequence[Sequence[str]], *, stock: bool = False, notes: str = "", unit: str = "万亩"
) -> Reading:
    """A plan whose only annex has these rows: place, years and total, or place, stock and years.

    The last row is the total.
    """
    years = [f"{year}年处置任务" for year in YEARS[: len(rows[0]) - 2]]
    head = ["旗区", "现有闲置土地面积", *years] if stock else ["旗区", *years, "合计"]
    lines = [
        "鄂尔多斯市闲置土地处置方案",
        "鄂示发〔2022〕9号",
        "鄂尔多斯市人民政府",
        "2022年3月5日",
        "一、工作任务",
        "（一）处置闲置土地。逐宗处置。",
        "责任单位：市自然资源局",
        "完成时限：2025年底前",
        "附件",
        "闲置土地处置任务分解表",
        f"单位：{unit}",
        *("\t".join(cells) for cells in (head, *rows)),
        notes,
    ]
    return read("\n".join(lines).encode(), "table.txt")


def rounded(value: Decimal, places: int) -> str:
    """As a table prints it."""
    return str(value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))
