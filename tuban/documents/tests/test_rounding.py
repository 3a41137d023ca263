"""取整可解释 or not: all sums of a table at once, decided in exact numbers."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuban.documents import read
from tuban.documents.arithmetic import intervals
from tuban.documents.arithmetic.grid import grid_of
from tuban.documents.arithmetic.intervals import Interval, find_point, least_change
from tuban.documents.model import Reading
from tuban.documents.tests.samples import seed
from tuban.documents.tests.tabled import PLACES, plan_with, rounded
from tuban.documents.tests.written import plan
from tuban.documents.verdicts import TableCheck

ONE = Fraction(1)


@pytest.fixture(scope="module")
def s0() -> Reading:
    return read(seed("000_e85961bb3b067422.txt"))


def _check(reading: Reading) -> TableCheck:
    (check,) = reading.table_checks
    return check


def _codes(reading: Reading) -> set[str]:
    return {finding.code for finding in reading.findings}


def test_annexes_2_and_3_are_clean_and_4_and_5_are_explained_by_rounding(s0: Reading) -> None:
    assert [(check.table, check.verdict) for check in s0.table_checks] == [
        (0, "一致"),
        (1, "一致"),
        (2, "取整可解释"),
        (3, "取整可解释"),
    ]
    assert [f.message[:3] for f in s0.findings if f.code == "table-rounding"] == ["附件4", "附件5"]
    assert not [f for f in s0.findings if f.code in ("table-not-rounding", "table-undecided")]


@pytest.mark.parametrize("index", [2, 3])
def test_the_witness_gives_every_printed_cell_and_every_sum_exactly(
    s0: Reading, index: int
) -> None:
    table, check = s0.tables[index], s0.table_checks[index]
    grid = grid_of(table)
    assert grid is not None
    assert check.strict

    true = {
        (row, column): Fraction(value)
        for row, cells in enumerate(check.witness)
        for column, value in enumerate(cells)
        if value is not None
    }

    assert true.keys() == grid.cells.keys()
    for key, cell in grid.cells.items():
        assert abs(true[key] - Fraction(cell.value or 0)) <= cell.half
    for identity in grid.identities:
        parts = [true[cell.row, cell.column] for cell in identity.parts]
        assert sum(parts) == true[identity.whole.row, identity.whole.column]


def test_precision_is_per_cell(s0: Reading) -> None:
    grid = grid_of(s0.tables[3])
    assert grid is not None

    dalad = grid.names.index("达拉特旗")
    assert {grid.cells[dalad, column].half for column in range(1, 6)} == {Fraction(1, 2000)}
    assert grid.cells[0, 1].half == Fraction(1, 200)
    assert grid.cells[0, 6].half == 0  # a printed zero is exact


def test_a_slip_in_annex_4_is_found_and_its_cell_named() -> None:
    text = seed("000_e85961bb3b067422.txt").read_text(encoding="utf-8")

    reading = read(text.replace("\t2.17 \n", "\t2.27 \n", 1).encode(), "s0.txt")

    check = reading.table_checks[2]
    assert check.verdict == "无法由取整解释"
    assert check.suspects == ((9, 3),)
    assert Decimal(check.violation or 0) == Decimal("0.085")
    finding = next(f for f in reading.findings if f.code == "table-not-rounding")
    assert finding.finding_class == "笔误"
    assert "850亩" in finding.message
    assert "只有“全市”行“2023年消化目标”（载明 2.27）一格" in finding.message
    assert reading.text[slice(*finding.spans[1])] == "2.27"
    assert [each.verdict for each in reading.table_checks if each.table != 2] == [
        "一致",
        "一致",
        "取整可解释",
    ]


def _nine(first_year: str, second_year: str) -> Reading:
    """Rows that need the total at 1.845, its very upper end, and years that may not reach it."""
    rows = [[place, "0.10", "0.10", "0.21"] for place in PLACES]
    return plan_with([*rows, ["合计", first_year, second_year, "1.84"]])


def test_every_sum_may_be_near_and_the_whole_still_impossible() -> None:
    reading = _nine("0.92", "0.91")

    sums = [f for f in reading.findings if f.code in ("row-sum", "column-sum")]
    assert len(sums) == 13
    assert {f.finding_class for f in sums} == {"取整"}
    assert _check(reading).verdict == "无法由取整解释"
    assert "table-not-rounding" in _codes(reading)


def test_only_the_ends_of_the_intervals_will_do() -> None:
    reading = _nine("0.92", "0.92")

    check = _check(reading)
    assert check.verdict == "取整可解释"
    assert not check.strict
    assert check.witness[-1][-1] == "1.845"
    assert "界上" in next(f for f in reading.findings if f.code == "table-rounding").message


def test_a_blank_cell_may_be_anything_but_negative() -> None:
    rows = [
        ["东胜区", "", "0.20", "0.50"],
        ["达拉特旗", "0.10", "0.20", "0.30"],
        ["准格尔旗", "0.10", "0.30", "0.40"],
        ["合计", "0.50", "0.70", "1.20"],
    ]

    assert _check(plan_with(rows)).verdict == "取整可解释"
    rows[0][-1] = "0.15"  # less than the other part alone
    assert _check(plan_with(rows)).verdict == "无法由取整解释"


def test_a_table_that_does_not_add_up_by_meaning_is_not_asked() -> None:
    """Rates, prices and the like stand in tables too."""
    reading = plan_with(
        [
            ["东胜区", "12", "40", "3"],
            ["达拉特旗", "31", "7", "90"],
            ["准格尔旗", "5", "66", "21"],
            ["合计", "91", "14", "77"],
        ]
    )

    assert reading.table_checks == ()
    assert not {"table-not-rounding", "table-rounding"} & _codes(reading)


_TRUE = st.lists(
    st.lists(st.integers(1, 20_000), min_size=3, max_size=4), min_size=3, max_size=8
).filter(lambda rows: len({len(row) for row in rows}) == 1)


def _table(true: list[list[int]], places: int) -> list[list[str]]:
    """True values in ten-thousandths, summed exactly and each cell then rounded."""
    full = [[*row, sum(row)] for row in true]
    full.append([sum(column) for column in zip(*full, strict=True)])
    names = [*PLACES[: len(true)], "合计"]
    return [
        [name, *(rounded(Decimal(value) / 10_000, places) for value in row)]
        for name, row in zip(names, full, strict=True)
    ]


@settings(max_examples=40, deadline=None)
@given(_TRUE, st.integers(0, 4))
def test_honest_rounding_is_never_called_an_error(true: list[list[int]], places: int) -> None:
    reading = plan_with(_table(true, places))

    for check in reading.table_checks:
        assert check.verdict in ("一致", "取整可解释")
    assert not {"table-not-rounding", "table-undecided"} & _codes(reading)
    if places == 4:
        assert not [f for f in reading.findings if "sum" in f.code or f.code.startswith("table-r")]


@settings(max_examples=40, deadline=None)
@given(_TRUE, st.integers(0, 3), st.booleans())
def test_totals_added_up_from_rounded_cells_are_no_error(
    true: list[list[int]], places: int, down: bool
) -> None:
    """Whoever adds what is printed – down or across – carries its rounding into the total."""
    rows = [[Decimal(cell) for cell in row[1:]] for row in _table(true, places)]
    if down:
        rows[-1] = [sum(column) for column in zip(*rows[:-1], strict=True)]  # type: ignore[misc]
    else:
        rows = [[*row[:-1], sum(row[:-1], Decimal(0))] for row in rows]
    names = [*PLACES[: len(true)], "合计"]

    reading = plan_with([[name, *map(str, row)] for name, row in zip(names, rows, strict=True)])

    assert not {"table-not-rounding", "table-undecided"} & _codes(reading)
    assert not [f for f in reading.findings if "sum" in f.code and f.finding_class == "笔误"]


@settings(max_examples=40, deadline=None)
@given(_TRUE, st.integers(2, 3), st.data())
def test_a_true_error_beyond_rounding_is_found_wherever_it_stands(
    true: list[list[int]], places: int, data: st.DataObject
) -> None:
    rows = _table(true, places)
    row = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.integers(1, len(rows[0]) - 1))
    half = Decimal("0.5").scaleb(-places)
    slack = half * (2 * (len(rows) + len(rows[0])))
    rows[row][column] = rounded(Decimal(rows[row][column]) + slack + 2 * half, places)

    reading = plan_with(rows)

    check = _check(reading)
    assert check.verdict == "无法由取整解释"
    assert Decimal(check.violation or 0) > 0
    assert (row, column) in check.suspects


def test_the_least_change_is_exact_and_proved() -> None:
    def line(*at: int, low: int, high: int) -> Interval:
        return Interval(dict.fromkeys(at, ONE), Fraction(low), Fraction(high))

    change = least_change(
        2, [line(0, low=1, high=1), line(1, low=2, high=2), line(0, 1, low=7, high=8)], ONE
    )

    assert change is not None
    assert change.total == 4


def test_an_impossibility_is_proved_and_not_believed() -> None:
    contradiction = [
        Interval({0: ONE, 1: ONE}, Fraction(0), Fraction(1)),
        Interval({0: ONE}, Fraction(3, 4), Fraction(1)),
        Interval({1: ONE}, Fraction(1, 2), Fraction(1)),
    ]

    assert find_point(2, contradiction, Fraction(10)).impossible
    fits = find_point(2, contradiction[:2], Fraction(10))
    assert fits.witness is not None
    assert all(each.low <= each.value(fits.witness) <= each.high for each in contradiction[:2])


def test_what_the_solver_says_counts_for_nothing_unproved(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver that lies gets neither a witness nor an impossibility accepted."""
    fits = [Interval({0: ONE}, Fraction(1), Fraction(2))]
    monkeypatch.setattr(intervals, "_minimise", lambda *_: ([9.0, 0.0], [-5.0, -1.0]))

    found = find_point(1, fits, Fraction(10))

    assert found.witness is None
    assert not found.impossible
    assert least_change(1, fits, ONE) is None


def test_reading_starts_without_the_solver() -> None:
    code = "import sys, tuban.documents, tuban.cli; print([m for m in sys.modules if m.startswith(('scipy', 'numpy'))])"

    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert out.stdout.strip() == "[]"


_ANNEX = "一、工作任务\n（一）处置闲置土地。\n附件\n闲置土地处置任务表\n单位：亩\n{}\n"
_OTHER_TABLES = {
    "subtotals": "旗区\t2024年\t2025年\t合计\n东胜区\t100\t200\t300\n杭锦旗\t5\t6\t11\n小计\t105\t206\t311\n乌审旗\t1\t1\t2\n合计\t106\t207\t313",
    "stock and rest": "旗区\t现有面积\t2024年\t2025年\t剩余面积\n东胜区\t100\t30\t20\t50\n杭锦旗\t50\t10\t10\t30\n合计\t150\t40\t30\t80",
    "rates": "旗区\t2023年（%）\t2024年（%）\n东胜区\t60\t70\n杭锦旗\t50\t60\n乌审旗\t40\t50\n全市\t50\t60",
    "counts beside areas": "旗区\t宗数\t面积\t2024年\n东胜区\t3\t100\t50\n杭锦旗\t4\t200\t60\n合计\t7\t300\t110",
    "running totals": "旗区\t总任务\t2023年累计\t2024年累计\n东胜区\t100\t60\t100\n杭锦旗\t200\t120\t200\n合计\t300\t180\t300",
    "means": "旗区\t2023年\t2024年\n东胜区\t1.2\t1.3\n杭锦旗\t1.1\t1.2\n乌审旗\t1.3\t1.4\n全市\t1.2\t1.3",
}


@pytest.mark.parametrize("name", _OTHER_TABLES)
def test_no_table_that_is_right_in_its_own_way_is_accused(name: str) -> None:
    reading = plan(_ANNEX.format(_OTHER_TABLES[name]))

    assert reading.figures
    assert {f.code for f in reading.findings} <= {"no-owner", "no-deadline"}
    if name == "counts beside areas":
        assert {f.unit for f in reading.figures if f.column == 1} == {"宗"}
