"""外推: the stock carried on at this year's pace."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from tuban.bulletins.outlook import outlook

YEAR_END = date(2023, 12, 31)


def test_a_stock_that_falls_reaches_zero_at_its_pace() -> None:
    curve = [(YEAR_END, Fraction(100)), (date(2024, 4, 9), Fraction(50))]  # 50 in 100 days

    made = outlook(curve, [])

    assert made.zero_on == date(2024, 7, 18)
    assert made.rows[-1].outlook_m2 == 0
    assert made.rows[-2].outlook_m2 == made.rows[-2].actual_m2 == 50


def test_part_of_a_day_counts_as_a_day() -> None:
    curve = [(YEAR_END, Fraction(100)), (date(2024, 1, 3), Fraction(97))]  # 1 a day, 97 left

    assert outlook(curve, []).zero_on == date(2024, 4, 9)
    thirds = [(YEAR_END, Fraction(100)), (date(2024, 1, 3), Fraction(93))]  # 7 in 3 days

    assert outlook(thirds, []).zero_on == date(2024, 2, 12)


def test_only_this_years_pace_counts() -> None:
    curve = [
        (date(2022, 12, 31), Fraction(1000)),
        (YEAR_END, Fraction(100)),
        (date(2024, 4, 9), Fraction(50)),
    ]

    assert outlook(curve, []).zero_on == date(2024, 7, 18)


def test_a_stock_that_grows_or_stands_still_has_no_zero() -> None:
    for now in (100, 101):
        assert (
            outlook([(YEAR_END, Fraction(100)), (date(2024, 5, 1), Fraction(now))], []).zero_on
            is None
        )


def test_beyond_ten_years_nothing_is_drawn() -> None:
    curve = [(YEAR_END, Fraction(100_000)), (date(2024, 12, 30), Fraction(99_999))]

    assert outlook(curve, []).zero_on is None


def test_a_stock_of_zero_needs_no_outlook() -> None:
    assert outlook([(YEAR_END, Fraction(5)), (date(2024, 5, 1), Fraction(0))], []).zero_on is None


def test_without_a_value_before_this_year_there_is_no_pace() -> None:
    assert (
        outlook([(date(2024, 1, 31), Fraction(5)), (date(2024, 2, 29), Fraction(4))], []).zero_on
        is None
    )


def test_days_late_are_counted_from_the_plans_own_zero() -> None:
    curve = [(YEAR_END, Fraction(100)), (date(2024, 4, 9), Fraction(50))]
    plan = [(YEAR_END, Fraction(100)), (date(2024, 7, 8), Fraction(0))]

    assert outlook(curve, plan).late_days == 10


def test_no_curve_no_outlook() -> None:
    made = outlook([], [])

    assert (made.rows, made.zero_on, made.late_days, made.now_m2) == ((), None, None, None)


def test_each_line_of_the_table_leaves_out_what_it_does_not_know() -> None:
    made = outlook([(date(2024, 9, 30), Fraction(7))], [(date(2024, 12, 31), Fraction(3))])

    assert [(row.actual_m2, row.plan_m2) for row in made.rows] == [(7, None), (None, 3)]
