"""The board as its template needs it: columns by year, and the rule of the lights in words."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from tuban.bulletins.board import Difference, SubjectBoard

# Ten areas rounded to six decimals of a square metre can be off by far less than this.
STORED_ROUNDING_M2 = Fraction(1, 100)
When = Literal["past", "now", "ahead"]


@dataclass(frozen=True, slots=True)
class YearColumn:
    """One target year: how much of it the table shows depends on where the as-of day stands."""

    year: int
    when: When
    printed: Difference

    @property
    def difference_m2(self) -> Fraction | None:
        """计算数 − 载明数, as far as it means anything."""
        return real_difference(self.printed)


def real_difference(found: Difference) -> Fraction | None:
    """计算数 − 载明数; None without one, or where it is only the stored decimals' own rounding."""
    difference = found.difference_m2
    return None if difference is None or abs(difference) < STORED_ROUNDING_M2 else difference


def year_columns(subject: SubjectBoard) -> tuple[YearColumn, ...]:
    """The target years of a board, in order."""
    return tuple(
        YearColumn(year, _when(year, subject.current), printed)
        for year, printed in zip(subject.years, subject.printed_years, strict=True)
    )


def _when(year: int, current: int) -> When:
    if year == current:
        return "now"
    return "past" if year < current else "ahead"


def light_rule(yellow_points: Fraction) -> str:
    """亮灯规则 in words, as shown on every light."""
    shown = f"{float(yellow_points):g}"
    return (
        f"完成率减序时进度：0 及以上为正常，−{shown} 个百分点以内为偏慢，"
        f"低于 −{shown} 为滞后；没有目标不亮灯"
    )
