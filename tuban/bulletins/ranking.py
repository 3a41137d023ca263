"""名次: standard competition ranking (1, 2, 2, 4) by exact rates. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

STORED_ROUNDING_M2 = Fraction(1, 2_000_000)
"""How far an area stored with six decimals may be from the area as printed."""

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Rate:
    """完成率 and how far it may be off because areas are stored with six decimals.

    15 of 30 亩 and 10 of 20 亩 are the same rate, but 6666.666667 ÷ 13333.333333 is not one half.
    """

    value: Fraction
    slack: Fraction = Fraction(0)

    @classmethod
    def of(cls, done_m2: Fraction, target_m2: Fraction, parts: int) -> Rate:
        """The rate of a sum of so many stored areas against a stored target."""
        value = done_m2 / target_m2
        return cls(value, (parts + value) * STORED_ROUNDING_M2 / target_m2)


def ranks(rates: Mapping[K, Rate | None]) -> dict[K, int | None]:
    """名次 from the highest rate down; equal rates share one; None has none.

    >>> ranks({"a": Rate(Fraction(1)), "b": Rate(Fraction(1)), "c": None})
    {'a': 1, 'b': 1, 'c': None}
    """
    known = sorted(
        ((key, rate) for key, rate in rates.items() if rate is not None),
        key=lambda item: item[1].value,
        reverse=True,
    )
    found: dict[K, int | None] = dict.fromkeys(rates)
    place, leader = 0, None
    for position, (key, rate) in enumerate(known, 1):
        if leader is None or leader.value - rate.value > leader.slack + rate.slack:
            place, leader = position, rate
        found[key] = place
    return found
