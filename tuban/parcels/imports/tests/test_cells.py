"""Cells that recur are read once; what looks alike is still read each for itself."""

from __future__ import annotations

from datetime import date, datetime

from tuban.parcels.imports import cells
from tuban.parcels.imports.mapping import Placed
from tuban.parcels.imports.problems import Problem


def test_the_same_words_mean_what_their_column_says() -> None:
    text = "2015年6月30日"

    day = cells.read("approved_on", text, Placed("approved_on", 0, "批准日期"))
    name = cells.read("name", text, Placed("name", 1, "地块名称"))

    assert getattr(day, "on", None) == date(2015, 6, 30)
    assert name == text


def test_the_unit_of_the_column_counts_for_every_figure() -> None:
    in_mu = cells.read("approved_area", "15", Placed("approved_area", 0, "", "mu", "heading"))
    in_hectares = cells.read("approved_area", "15", Placed("approved_area", 0, "", "ha", "heading"))

    assert in_mu != in_hectares


def test_a_day_and_a_moment_of_it_are_told_apart() -> None:
    column = Placed("approved_on", 0, "批准日期")

    first = cells.read("approved_on", date(2015, 6, 30), column)
    second = cells.read("approved_on", datetime(2015, 6, 30), column)

    assert getattr(first, "on", None) == getattr(second, "on", None) == date(2015, 6, 30)


def test_long_texts_are_not_remembered() -> None:
    cells._read_once.cache_clear()

    found = cells.read("name", "长" * 10_000, Placed("name", 0, "地块名称"))

    assert isinstance(found, Problem)
    assert cells._read_once.cache_info().currsize == 0
