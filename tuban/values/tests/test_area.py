"""Areas: exact in every unit, rounded once, shown as the plans print them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuban.values.area import (
    TICKS_PER_M2,
    Area,
    Unit,
    format_area,
    fraction_of,
    m2_decimal,
    parse_unit,
)

UNITS = st.sampled_from(list(Unit))
PRINTED = st.decimals(min_value=0, max_value=10**9, places=4, allow_nan=False)


def test_golden_g5_04_0_008_wan_mu_is_80_mu_and_53333_33_m2() -> None:
    area = Area.parse("0.008万亩")
    assert area.m2 / Unit.MU.m2 == 80
    assert format_area(area.m2, Unit.MU) == "80.00"
    assert format_area(area.m2, Unit.M2) == "53,333.33"
    assert format_area(area.m2, Unit.WAN_MU) == "0.008"


def test_golden_g5_08_ten_hectares_are_100000_m2_and_150_mu() -> None:
    left = Area.of("12.3456", "ha").m2 - Area.of("2.3456", "ha").m2
    assert left == 100_000
    assert format_area(left, "m2") == "100,000.00"
    assert format_area(left, "mu") == "150.00"
    total = Area.of("12.3456", "ha").m2 + Area.of("8", "ha").m2
    assert total == Area.of("20.3456", "ha").m2


@pytest.mark.parametrize(
    ("text", "value", "unit", "printed", "decimals"),
    [
        ("0.3万亩", "0.3", Unit.WAN_MU, "0.3", 1),
        ("约1,200 亩", "1200", Unit.MU, "1200", 0),
        ("１２．３４５０ｈｍ²", "12.3450", Unit.HA, "12.3450", 4),
        ("53333.33㎡", "53333.33", Unit.M2, "53333.33", 2),
        ("12.3456公顷", "12.3456", Unit.HA, "12.3456", 4),
        ("80平方米", "80", Unit.M2, "80", 0),
    ],
)
def test_an_area_keeps_what_was_printed(
    text: str, value: str, unit: Unit, printed: str, decimals: int
) -> None:
    area = Area.parse(text)
    assert (area.value, area.unit) == (Decimal(value), unit)
    assert (area.printed, area.decimals) == (printed, decimals)


@pytest.mark.parametrize("text", ["12", "12平方公里", "约亩", "一亩", ""])
def test_text_without_number_or_known_unit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"单位|数字"):
        Area.parse(text)


def test_a_float_is_refused_because_it_has_no_printed_decimals() -> None:
    with pytest.raises(ValueError, match="浮点"):
        Area.of(0.1, "ha")  # type: ignore[arg-type]


@pytest.mark.parametrize("value", ["NaN", "Infinity", "0.0000001"])
def test_an_area_that_cannot_be_counted_exactly_does_not_exist(value: str) -> None:
    with pytest.raises(ValueError, match=r"有限|小数位数"):
        Area(Decimal(value), Unit.M2)


def test_unit_spellings() -> None:
    assert [parse_unit(t) for t in ("公顷", "㎡", "hm²", " 万亩 ", "HA")] == [
        Unit.HA,
        Unit.M2,
        Unit.HA,
        Unit.WAN_MU,
        Unit.HA,
    ]
    with pytest.raises(ValueError, match="平方公里"):
        parse_unit("平方公里")
    assert [u.label for u in Unit] == ["平方米", "亩", "万亩", "公顷"]


def test_one_hectare_is_fifteen_mu() -> None:
    assert Area.of(15, "mu").m2 == Area.of(1, "ha").m2 == 10_000
    assert Unit.MU.m2 == Fraction(2000, 3)
    assert Unit.WAN_MU.m2 == 10_000 * Unit.MU.m2


@settings(deadline=None)
@given(PRINTED, UNITS)
def test_unit_round_trips_are_exact(value: Decimal, unit: Unit) -> None:
    m2 = Area(value, unit).m2
    assert m2 / unit.m2 == Fraction(value)
    assert fraction_of(Area(value, unit).ticks) == m2
    assert format_area(m2, unit, 4).replace(",", "") == format(value, "f")


@settings(deadline=None)
@given(st.lists(st.tuples(PRINTED, UNITS), max_size=6))
def test_ticks_add_up_like_fractions(parts: list[tuple[Decimal, Unit]]) -> None:
    areas = [Area(value, unit) for value, unit in parts]
    assert Fraction(sum(a.ticks for a in areas), TICKS_PER_M2) == sum(a.m2 for a in areas)


@settings(deadline=None)
@given(st.fractions(min_value=-(10**12), max_value=10**12))
def test_storage_is_within_half_a_unit_of_the_sixth_place(m2: Fraction) -> None:
    stored = m2_decimal(m2)
    assert stored is not None
    assert abs(Fraction(stored) - m2) <= Fraction(1, 2_000_000)
    assert stored.as_tuple().exponent == -6


def test_storage_rounds_half_up_and_keeps_unknown_unknown() -> None:
    assert m2_decimal(None) is None
    assert m2_decimal(Fraction(1, 2_000_000)) == Decimal("0.000001")
    assert m2_decimal(Fraction(2000, 3)) == Decimal("666.666667")
    assert m2_decimal(Fraction(10**13) + Fraction(1, 3)) == Decimal("10000000000000.333333")


@pytest.mark.parametrize(
    ("m2", "unit", "decimals", "shown"),
    [
        (None, Unit.HA, None, "—"),
        (Fraction(1, 8), Unit.M2, None, "0.13"),
        (Decimal("9999.994"), Unit.M2, None, "9999.99"),
        (Decimal("9999.995"), Unit.M2, None, "10,000.00"),
        (Fraction(-12_345), Unit.M2, 0, "\N{MINUS SIGN}12,345"),
        (Fraction(-1, 1000), Unit.M2, None, "0.00"),
        (Fraction(0), Unit.WAN_MU, None, "0.00"),
        (Area.of("0.002", "wan_mu").m2, Unit.WAN_MU, None, "0.002"),
        (Area.of("0.002", "wan_mu").m2, Unit.WAN_MU, 2, "0.00"),
        (Area.of("8.68", "wan_mu").m2, Unit.WAN_MU, None, "8.68"),
        (Area.of("1.2", "mu").m2, Unit.M2, None, "800.00"),
        (Fraction(100_000), Unit.HA, None, "10.0000"),
    ],
)
def test_areas_as_people_read_them(
    m2: Fraction | Decimal | None, unit: Unit, decimals: int | None, shown: str
) -> None:
    assert format_area(m2, unit, decimals) == shown
