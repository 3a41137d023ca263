"""目标、完成、完成率、序时进度、差、亮灯. Pure arithmetic over exact numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction


class Light(StrEnum):
    """亮灯: the word beside the shape comes from here."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"

    @property
    def label(self) -> str:
        """Chinese word."""
        return {"green": "正常", "yellow": "偏慢", "red": "滞后", "grey": "无目标"}[self.value]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a target year has come on a day.

    Attributes:
        target_m2: None where no target stands or its cell is blank.
        done_m2: What was done from 1 January to the as-of day, both included.
        rate: done ÷ target; None without a target or when it is zero.
        elapsed: 序时进度, share of the year's days that have passed, the as-of day included.
        gap: rate − elapsed; None when there is no rate.
    """

    year: int
    target_m2: Fraction | None
    done_m2: Fraction
    elapsed: Fraction
    rate: Fraction | None
    gap: Fraction | None
    light: Light


def elapsed_share(year: int, on: date) -> Fraction:
    """序时进度 of a year on a day: 0 before it, 1 from its last day on.

    >>> elapsed_share(2024, date(2024, 9, 30))
    Fraction(137, 183)
    """
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    if on < first:
        return Fraction(0)
    return Fraction(min((on - first).days + 1, (after - first).days), (after - first).days)


def progress(
    *,
    year: int,
    target_m2: Fraction | None,
    done_m2: Fraction,
    on: date,
    yellow_points: Fraction = Fraction(10),
) -> Progress:
    """Progress against one target.

    Green at or above 序时进度, yellow down to `yellow_points` percentage points below it, red
    beneath, grey without a target and before its year has begun. Nothing is rounded before it is
    compared (law.md 2-c).
    """
    elapsed = elapsed_share(year, on)
    rate = done_m2 / target_m2 if target_m2 else None
    gap = None if rate is None else rate - elapsed
    if gap is None or elapsed == 0:
        light = Light.GREY
    elif gap >= 0:
        light = Light.GREEN
    elif gap * 100 >= -yellow_points:
        light = Light.YELLOW
    else:
        light = Light.RED
    return Progress(year, target_m2, done_m2, elapsed, rate, gap, light)
