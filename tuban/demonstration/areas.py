"""面积 of invented parcels: whole numbers of the last printed digit, so that sums are exact.

A ledger prints either 公顷 with four decimals or 亩 with two. 1.73 万亩 is no whole number of
square metres, so a 旗区 whose stock is not divisible by three prints its ledger in 亩.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from tuban.values.area import Area, Unit


@dataclass(frozen=True, slots=True)
class Scale:
    """How a 旗区 prints areas.

    Attributes:
        unit: 公顷 or 亩.
        decimals: Printed decimals.
        step: Areas are multiples of this many last digits: 0.03 亩 is exactly 20 m².
    """

    unit: Unit
    decimals: int
    step: int

    def of_mu(self, mu: Decimal) -> int:
        """亩 as last digits; exact.

        Raises:
            ValueError: The area has no exact value in this unit.
        """
        digits = Area(mu, Unit.MU).m2 / self.unit.m2 * 10**self.decimals
        if digits.denominator != 1:
            raise ValueError(f"{mu} 亩不能用 {self.decimals} 位小数的{self.unit.label}精确表示。")
        return digits.numerator

    def near_mu(self, mu: float) -> int:
        """亩 as last digits, to the nearest step."""
        per_mu = Unit.MU.m2 / self.unit.m2 * 10**self.decimals
        return max(self.step, round(mu * float(per_mu) / self.step) * self.step)

    def area(self, digits: int) -> Area:
        """Last digits as an area, printed with all its decimals."""
        return Area(Decimal(digits).scaleb(-self.decimals), self.unit)

    def mu(self, digits: int) -> float:
        """Roughly how many 亩; for prices only."""
        return float(self.area(digits).m2 / Unit.MU.m2)


HECTARES = Scale(Unit.HA, 4, 1)
MU = Scale(Unit.MU, 2, 3)


def scale_for(*stocks_mu: Decimal) -> Scale:
    """公顷 where every stock of the 旗区 is exact in them, else 亩."""
    return HECTARES if all(mu % 3 == 0 for mu in stocks_mu) else MU


def split(rng: Random, total: int, count: int, scale: Scale) -> list[int]:
    """`count` areas, log-normally spread, that add up to `total` exactly.

    All are whole steps but the largest, which takes what is left.
    """
    weights = [rng.lognormvariate(0, 0.95) for _ in range(count)]
    least = scale.near_mu(0.6)
    per_weight = total / sum(weights)
    parts = [max(least, int(w * per_weight) // scale.step * scale.step) for w in weights]
    largest = parts.index(max(parts))
    parts[largest] += total - sum(parts)
    if parts[largest] < least:
        raise ValueError(f"{total} 分不成 {count} 份。")
    return parts


def nearest_subset(areas: Sequence[int], wanted: int) -> list[int]:
    """Positions of the few areas whose sum is nearest to `wanted`; every subset is tried."""
    best, best_gap = 0, wanted
    for mask in range(1, 1 << len(areas)):
        total = sum(area for place, area in enumerate(areas) if mask >> place & 1)
        if abs(total - wanted) < best_gap:
            best, best_gap = mask, abs(total - wanted)
    return [place for place in range(len(areas)) if best >> place & 1]
