"""How the columns of a table were computed, recovered from its rounded cells."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuban.documents import read
from tuban.documents.arithmetic.formulas import find_formulas
from tuban.documents.arithmetic.grid import grid_of
from tuban.documents.model import Reading
from tuban.documents.tests.samples import seed
from tuban.documents.tests.tabled import PLACES, plan_with, rounded
from tuban.documents.verdicts import ColumnFormula


@pytest.fixture(scope="module")
def s0() -> Reading:
    return read(seed("000_e85961bb3b067422.txt"))


def _message(reading: Reading, code: str) -> str:
    return "".join(finding.message for finding in reading.findings if finding.code == code)


def test_annex_5_is_a_share_of_the_printed_stock(s0: Reading) -> None:
    formulas = s0.table_checks[3].formulas

    assert [(each.kind, each.of, each.percent) for each in formulas] == [
        ("share", "printed", "20"),
        ("share", "printed", "24"),
        ("share", "printed", "27"),
        ("share", "printed", "29"),
    ]
    for each in formulas:
        assert Decimal(each.low or 0) < Decimal(each.percent or 0) < Decimal(each.high or 0)


def test_the_city_row_of_annex_5_is_no_sum_and_120_mu_apart(s0: Reading) -> None:
    message = _message(s0, "total-by-share")

    assert "4.97万亩乘比例得出，不是各地区之和" in message
    assert "2024年处置目标各地区之和比合计多 0.012万亩（120亩）" in message
    assert "2025年处置目标各地区之和比合计少 0.008万亩（80亩）" in message


def test_annex_4_leaves_only_two_percentages_for_either_year(s0: Reading) -> None:
    assert s0.table_checks[2].formulas == (
        ColumnFormula(2, "given"),
        ColumnFormula(3, "share", "25", "24.95", "25", "true"),
        ColumnFormula(4, "share", "27.5", "27.5", "27.55", "true"),
        ColumnFormula(5, "remainder"),
    )


def test_annexes_2_and_3_have_no_formula(s0: Reading) -> None:
    assert [check.formulas for check in s0.table_checks[:2]] == [(), ()]


def test_the_note_of_annex_5_agrees_with_its_figures(s0: Reading) -> None:
    agreed = next(each for each in s0.agreements if each.code == "formula-agrees")

    assert "20%、24%、27%、29%" in agreed.message


def test_a_note_that_names_other_percentages_is_a_conflict() -> None:
    text = seed("000_e85961bb3b067422.txt").read_text(encoding="utf-8")

    reading = read(text.replace("20%、24%、27%、29%", "20%、25%、26%、29%").encode(), "s0.txt")

    message = _message(reading, "formula-differs")
    assert "2023年处置目标备注 25%，数字只容 23.91%—24.05%" in message
    assert "2024年处置目标备注 26%" in message
    assert "2022年" not in message


def _shares(stocks: list[int], percents: list[int], places: int = 2) -> list[list[str]]:
    """Rows of place, stock and its shares, and a total row of sums."""
    rows = []
    for name, stock in zip(PLACES, stocks, strict=False):
        value = Decimal(stock) / 100
        cells = [rounded(value * percent / 100, places) for percent in percents]
        rows.append([name, rounded(value, places), *cells])
    rows.append(
        ["合计", *(str(sum(map(Decimal, column))) for column in list(zip(*rows, strict=True))[1:])]
    )
    return rows


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(500, 9000), min_size=4, max_size=8),
    st.lists(st.integers(15, 35), min_size=3, max_size=3).filter(lambda p: 50 < sum(p) < 95),
)
def test_shares_that_were_used_are_recovered(stocks: list[int], percents: list[int]) -> None:
    reading = plan_with(_shares(stocks, [*percents, 100 - sum(percents)]), stock=True)

    (check,) = reading.table_checks
    assert [each.kind for each in check.formulas] == ["share"] * 4
    for each, percent in zip(check.formulas, [*percents, 100 - sum(percents)], strict=True):
        assert Decimal(each.low or 0) <= percent <= Decimal(each.high or 0)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.lists(st.integers(1, 3000), min_size=3, max_size=3), min_size=5, max_size=8).filter(
        lambda rows: all(max(row) > 3 * min(row) for row in rows[:3])
    )
)
def test_years_given_freely_have_no_formula(years: list[list[int]]) -> None:
    rows = [
        [name, rounded(Decimal(sum(row)) / 100, 2), *(rounded(Decimal(v) / 100, 2) for v in row)]
        for name, row in zip(PLACES, years, strict=False)
    ]
    total = [str(sum(map(Decimal, column))) for column in list(zip(*rows, strict=True))[1:]]
    reading = plan_with([*rows, ["合计", *total]], stock=True)
    grid = grid_of(reading.tables[0])
    assert grid is not None

    ratios = [[Decimal(v) / sum(row) for v in row] for row in years]
    alike = [max(column) - min(column) for column in zip(*ratios, strict=True)]
    if min(alike) > Decimal("0.05"):
        assert find_formulas(grid) == ()
