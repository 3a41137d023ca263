"""Figures that are a unit apart are recognised; others never are."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuban.parcels.imports.unitslips import apart_by_a_unit, as_if, median, price_apart, typed_in
from tuban.values.area import Area, Unit

UNITS = st.sampled_from(list(Unit))


@given(
    st.decimals("0.05", "900", places=4),
    UNITS,
    UNITS,
)
def test_a_number_typed_in_another_unit_is_found_out(
    number: Decimal, own: Unit, meant: Unit
) -> None:
    stated, truth = Area(number, own), Area(number, meant)

    assert typed_in(stated, truth.ticks) is (None if own is meant else meant)


@given(st.decimals("0.05", "900", places=4), st.floats(0.25, 13.0), UNITS)
def test_areas_less_than_a_unit_apart_are_only_different_areas(
    number: Decimal, ratio: float, unit: Unit
) -> None:
    stated = Area(number, unit)

    assert typed_in(stated, max(1, int(stated.ticks / ratio))) is None


def test_nothing_is_said_of_nothing() -> None:
    assert typed_in(Area.of("0", "ha"), 5) is None
    assert typed_in(Area.of("5", "ha"), 0) is None


def test_the_number_read_in_the_likely_unit() -> None:
    assert as_if(Area.of("15", "ha"), Unit.MU) == "若为亩，应填 1.0000"
    assert as_if(Area.of("12345.6", "ha"), Unit.M2) == "若为平方米，应填 1.2346"


@pytest.mark.parametrize(
    ("stated", "expected", "unit", "likely"),
    [
        (15.0, 1.0, Unit.HA, Unit.MU),
        (20.0, 1.0, Unit.HA, Unit.MU),
        (9_000.0, 1.0, Unit.HA, Unit.M2),
        (700.0, 1.0, Unit.MU, Unit.M2),
        (1.0, 15.0, Unit.MU, Unit.HA),
        (3.0, 1.0, Unit.HA, None),
        (100.0, 1.0, Unit.HA, None),
        (0.0, 1.0, Unit.HA, None),
    ],
)
def test_medians_agree_only_roughly(
    stated: float, expected: float, unit: Unit, likely: Unit | None
) -> None:
    assert apart_by_a_unit(stated, expected, unit) is likely


def test_prices_a_unit_apart() -> None:
    assert price_apart(1_200_000, 120) == 10_000.0
    assert price_apart(120, 80_000) == pytest.approx(666.667, rel=1e-4)
    assert price_apart(1800, 120) is None


@given(st.lists(st.floats(0, 1e9), min_size=1))
def test_the_median_is_one_of_the_numbers(numbers: list[float]) -> None:
    middle = median(numbers)

    assert sum(n < middle for n in numbers) <= len(numbers) / 2
    assert sum(n > middle for n in numbers) <= len(numbers) / 2
