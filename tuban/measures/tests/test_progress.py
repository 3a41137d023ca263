"""序时进度 and 亮灯, exact to the last fraction."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from tuban.measures.progress import Light, elapsed_share, progress

ON = date(2024, 9, 30)


def test_elapsed_share_counts_the_as_of_day() -> None:
    assert elapsed_share(2024, ON) == Fraction(274, 366)


@pytest.mark.parametrize(
    ("year", "share"), [(2023, Fraction(1)), (2025, Fraction(0)), (2024, Fraction(274, 366))]
)
def test_elapsed_share_is_one_for_past_years_and_zero_for_coming_ones(
    year: int, share: Fraction
) -> None:
    assert elapsed_share(year, ON) == share


@pytest.mark.parametrize(
    ("done", "light"),
    [
        (Fraction(274, 366), Light.GREEN),
        (Fraction(274, 366) - Fraction(1, 10**9), Light.YELLOW),
        (Fraction(274, 366) - Fraction(1, 10), Light.YELLOW),
        (Fraction(274, 366) - Fraction(1, 10) - Fraction(1, 10**9), Light.RED),
    ],
)
def test_light_turns_at_the_exact_threshold(done: Fraction, light: Light) -> None:
    assert progress(year=2024, target_m2=Fraction(1), done_m2=done, on=ON).light is light


@pytest.mark.parametrize("target", [None, Fraction(0)])
def test_without_a_target_there_is_no_rate_and_a_grey_light(target: Fraction | None) -> None:
    result = progress(year=2024, target_m2=target, done_m2=Fraction(5), on=ON)

    assert (result.rate, result.gap, result.light) == (None, None, Light.GREY)


def test_a_coming_year_is_grey_and_not_green() -> None:
    result = progress(year=2025, target_m2=Fraction(10), done_m2=Fraction(0), on=ON)

    assert result.light is Light.GREY


def test_completion_over_one_hundred_percent_is_kept() -> None:
    """law.md 2-f: target 10.2 万亩, done 13.2303 万亩."""
    result = progress(
        year=2022, target_m2=Fraction("10.2"), done_m2=Fraction("13.2303"), on=date(2022, 12, 31)
    )

    assert result.rate == Fraction("13.2303") / Fraction("10.2")
    assert result.light is Light.GREEN
