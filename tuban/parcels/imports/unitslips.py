"""单位填错: a figure that is too large or too small by exactly what one unit has of another.

15 (亩 in 公顷), 666.67 (平方米 in 亩, 公顷 in 万亩) and 10,000 (平方米 in 公顷, 亩 in 万亩) are met
again and again. The likely unit is named; no figure is ever changed.
"""

from __future__ import annotations

from collections.abc import Sequence

from tuban.values.area import TICKS_PER_M2, Area, Unit, format_area, fraction_of

_TICKS = {unit: int(unit.m2 * TICKS_PER_M2) for unit in Unit}
_PER_THOUSAND = 5
"""A ratio counts as a unit's when it meets it within 0.5%: figures are rounded to some decimals."""
_ABOUT = 1.4
"""Medians of two groups of parcels count as a unit apart when they are within this factor of it."""


def typed_in(stated: Area, expected_ticks: int) -> Unit | None:
    """The unit the stated number was likely typed in, if it was not its own.

    Args:
        expected_ticks: About how large the area should be, as `Area.ticks`.
    """
    return _typed_in(stated.ticks, expected_ticks, stated.unit)


def _typed_in(stated: int, expected: int, unit: Unit) -> Unit | None:
    if not stated or not expected:
        return None
    apart = stated * 10 // expected
    if 1 < apart < 140:
        return None  # between a fifth and fourteen times: no two units lie so close together
    for other in _OTHERS[unit]:
        # The number means `other`: read as `unit` it is larger by unit ÷ other.
        found, meant = stated * _TICKS[other], expected * _TICKS[unit]
        if abs(found - meant) * 1000 <= meant * _PER_THOUSAND:
            return other
    return None


_OTHERS = {unit: tuple(other for other in Unit if other is not unit) for unit in Unit}


def as_if(stated: Area, unit: Unit) -> str:
    """若为亩，合 0.8230 公顷: the number read in another unit, shown in the column's own."""
    m2 = fraction_of(Area(stated.value, unit).ticks)
    return f"若为{unit.label}，应填 {format_area(m2, stated.unit)}"


def apart_by_a_unit(stated: float, expected: float, unit: Unit) -> Unit | None:
    """The same for medians in m² of many areas, which agree only roughly."""
    if stated <= 0 or expected <= 0:
        return None
    for other in _OTHERS[unit]:
        factor = _TICKS[unit] / _TICKS[other]
        if 1 / _ABOUT <= stated / expected / factor <= _ABOUT:
            return other
    return None


PRICE_FACTORS = (10_000.0, 2000 / 3)
"""What a price for one square metre is wrong by: 元 for 万元 or 平方米 for 公顷; 亩 for 平方米."""


def price_apart(stated: float, expected: float) -> float | None:
    """By which unit's factor two prices per m² differ, upwards or downwards; None for no such."""
    if stated <= 0 or expected <= 0:
        return None
    ratio = max(stated / expected, expected / stated)
    return next((f for f in PRICE_FACTORS if 1 / _ABOUT <= ratio / f <= _ABOUT), None)


def median(numbers: Sequence[float]) -> float:
    """Middle one of the numbers, the lower of two; at least one."""
    return sorted(numbers)[(len(numbers) - 1) // 2]
