"""面积: the printed value with its unit is the truth; arithmetic is exact; rounding is for showing.

1 公顷 = 10,000 m² = 15 亩 and 1 亩 = 2000/3 m² exactly (data-standards.md 3.3; CNV-02). Every
printed area is a whole number of *ticks* of 1/3 µm², so sums of areas in any mix of units are sums
of integers, and a `Fraction` is only made where a caller wants one.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from tuban.values.numbers import parse_decimal

TICKS_PER_M2 = 3_000_000
"""Ticks in a square metre: 1/3 for 亩, 10⁻⁶ for the finest ledger column, numeric(20,6)."""

MISSING = "—"
MINUS = "\N{MINUS SIGN}"
_FINEST = 12  # decimals of 万亩 beyond which nothing real lies
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


class Unit(StrEnum):
    """面积单位."""

    M2 = "m2"
    MU = "mu"
    WAN_MU = "wan_mu"
    HA = "ha"

    @property
    def label(self) -> str:
        """Chinese name: 平方米, 亩, 万亩, 公顷."""
        return _LABELS[self]

    @property
    def m2(self) -> Fraction:
        """Square metres in one unit, exact."""
        return Fraction(_TICKS[self], TICKS_PER_M2)

    @property
    def decimals(self) -> int:
        """Decimals shown unless a page asks for others (data-standards.md 3.3)."""
        return _DECIMALS[self]


_LABELS = {Unit.M2: "平方米", Unit.MU: "亩", Unit.WAN_MU: "万亩", Unit.HA: "公顷"}
_DECIMALS = {Unit.M2: 2, Unit.MU: 2, Unit.WAN_MU: 2, Unit.HA: 4}
_TICKS = {
    Unit.M2: TICKS_PER_M2,
    Unit.MU: 2000 * TICKS_PER_M2 // 3,
    Unit.WAN_MU: 20_000_000 * TICKS_PER_M2 // 3,
    Unit.HA: 10_000 * TICKS_PER_M2,
}
_SPELLINGS = {
    "平方米": Unit.M2,
    "m2": Unit.M2,
    "亩": Unit.MU,
    "万亩": Unit.WAN_MU,
    "公顷": Unit.HA,
    "hm2": Unit.HA,
    "ha": Unit.HA,
}
_QUANTITY = re.compile(r"(?P<number>.*?)\s*(?P<unit>平方米|万亩|亩|公顷|hm2|m2|ha)")


def parse_unit(text: str) -> Unit:
    """The unit written in a heading or after a number: 公顷, hm², ㎡, 万亩.

    Raises:
        ValueError: Chinese message; the text is not one of the known units.
    """
    try:
        return _SPELLINGS[unicodedata.normalize("NFKC", text).strip().lower()]
    except KeyError:
        raise ValueError(f"面积单位“{text}”不认识；请用平方米、亩、万亩或公顷。") from None


@dataclass(frozen=True, slots=True)
class Area:
    """An area exactly as printed: value, unit, and by the value's exponent its decimals.

    Two areas are equal when they are printed alike; compare `m2` to compare sizes.

    Raises:
        ValueError: Chinese message; the value is not finite or is finer than 1/3 µm².
    """

    value: Decimal
    unit: Unit

    def __post_init__(self) -> None:
        if not self.value.is_finite():
            raise ValueError(f"面积“{self.value}”不是有限的数。")
        self.ticks  # noqa: B018  an area that cannot be counted exactly must not exist

    @classmethod
    def of(cls, value: str | int | Decimal, unit: str | Unit) -> Area:
        """`Area.of("12.3456", "ha")`; a float is refused, it has no printed decimals.

        Raises:
            ValueError: Chinese message; no number, or no such unit.
        """
        if isinstance(value, float):
            raise ValueError(f"面积“{value}”须按载明的数字写成文本，不能用浮点数。")
        number = parse_decimal(value)
        if number is None:
            raise ValueError("缺少面积数字。")
        return cls(number, Unit(unit))

    @classmethod
    def parse(cls, text: str) -> Area:
        """Number and unit together: 0.3万亩, 约1,200 亩, 12.3456hm².

        Raises:
            ValueError: Chinese message; no number, or no known unit after it.
        """
        plain = unicodedata.normalize("NFKC", text).strip()
        match = _QUANTITY.fullmatch(plain.lower())
        if match is None:
            raise ValueError(f"“{text}”后面没有面积单位；请写明平方米、亩、万亩或公顷。")
        return cls.of(match["number"], _SPELLINGS[match["unit"]])

    @property
    def ticks(self) -> int:
        """The area as a whole number of 1/3 µm²."""
        numerator, denominator = self.value.as_integer_ratio()
        ticks, rest = divmod(numerator * _TICKS[self.unit], denominator)
        if rest:
            raise ValueError(f"面积“{self.value}{self.unit.label}”的小数位数过多。")
        return ticks

    @property
    def m2(self) -> Fraction:
        """Square metres, exact."""
        return Fraction(self.ticks, TICKS_PER_M2)

    @property
    def printed(self) -> str:
        """The number as printed, trailing zeros kept, without separators or unit."""
        return format(self.value, "f")

    @property
    def decimals(self) -> int:
        """Decimals printed."""
        exponent = self.value.as_tuple().exponent
        return max(0, -exponent) if isinstance(exponent, int) else 0


@lru_cache(maxsize=4096)
def fraction_of(ticks: int) -> Fraction:
    """Ticks as square metres; cached because a timeline repeats the same few areas."""
    return Fraction(ticks, TICKS_PER_M2)


def m2_decimal(m2: Fraction | None) -> Decimal | None:
    """Square metres for storage in numeric(20,6): six places, half up; None stays None."""
    return None if m2 is None else _stored(*m2.as_integer_ratio())


@lru_cache(maxsize=4096)
def _stored(numerator: int, denominator: int) -> Decimal:
    """Six places, half up; cached because the phases of a parcel repeat the same few areas."""
    return Decimal(_half_up(numerator * 1_000_000, denominator)).scaleb(-6, _EXACT)


def _half_up(numerator: int, denominator: int) -> int:
    """The quotient to the nearest integer, halves away from zero (四舍五入)."""
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude


def format_area(
    m2: Fraction | Decimal | None, unit: Unit | str = Unit.M2, decimals: int | None = None
) -> str:
    """An area in m² as people read it in the unit, without the unit's name.

    Rounded half up once from the exact value; thousands separators from 10,000 up; U+2212 before
    negatives; — for None. In 万亩 without given decimals, a value under 0.01 is shown down to its
    first significant digit, so that 80 亩 reads 0.008 as the plans print it.

    Args:
        m2: Square metres; None is unknown.
        unit: Unit to show.
        decimals: None takes the unit's usual decimals.
    """
    if m2 is None:
        return MISSING
    unit = Unit(unit)
    numerator, denominator = m2.as_integer_ratio()
    numerator *= TICKS_PER_M2
    denominator *= _TICKS[unit]
    shown = unit.decimals if decimals is None else decimals
    if decimals is None and unit is Unit.WAN_MU and numerator:
        while abs(numerator) * 10**shown < denominator and shown < _FINEST:
            shown += 1
    scaled = _half_up(numerator * 10**shown, denominator)
    whole, part = divmod(abs(scaled), 10**shown)
    text = f"{whole:,}" if whole >= 10_000 else str(whole)
    if shown:
        text = f"{text}.{part:0{shown}d}"
    return f"{MINUS}{text}" if scaled < 0 else text
