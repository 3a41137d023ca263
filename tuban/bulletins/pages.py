"""The board as its template needs it: columns by year, and the rule of the lights in words."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from tuban.bulletins.queries import Difference, SubjectBoard

When = Literal["past", "now", "ahead"]


@dataclass(frozen=True, slots=True)
class YearColumn:
    """One target year: how much of it the table shows depends on where the as-of day stands."""

    year: int
    when: When
    printed: Difference


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
