"""Every unit, date, target, cell and finding of the five plans and of our own five."""

from __future__ import annotations

import time
from functools import lru_cache

import pytest
import yaml

from tuban.documents import read
from tuban.documents.model import Reading
from tuban.documents.tests.samples import GOLDEN, PLANS, in_short, seed

CASES = ("s0", "s1", "s2", "s3", "s4", "invented", "foreign", "inline", "continuous", "chapters")
PARTS = (
    "header",
    "clauses",
    "tasks",
    "safeguards",
    "document_deadlines",
    "document_targets",
    "tables",
    "findings",
)


@lru_cache(maxsize=len(CASES))
def _read(case: str, file: str) -> Reading:
    return read(seed(file) if case.startswith("s") else PLANS / file)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("part", PARTS)
def test_a_plan_reads_as_its_golden_file_says(case: str, part: str) -> None:
    golden = yaml.safe_load((GOLDEN / f"{case}.yaml").read_text(encoding="utf-8"))

    reading = _read(case, golden["source"]["file"])

    assert in_short(reading)[part] == golden[part]


@pytest.mark.parametrize(
    ("case", "counts"),
    [
        ("s0", (13, 13, 10, 1, 12)),
        ("s1", (7, 7, 0, 0, 0)),
        ("s2", (13, 13, 6, 0, 13)),
        ("s3", (6, 6, 0, 0, 6)),
        ("s4", (19, 0, 0, 0, 0)),
    ],
)
def test_counts_are_those_of_requirement_p04(case: str, counts: tuple[int, ...]) -> None:
    """Tasks, and how many name 责任, 配合, 监督单位 and 完成时限."""
    golden = yaml.safe_load((GOLDEN / f"{case}.yaml").read_text(encoding="utf-8"))

    found = _read(case, golden["source"]["file"]).tasks

    assert counts == (
        len(found),
        sum(bool(task.units("lead")) for task in found),
        sum(bool(task.units("support")) for task in found),
        sum(bool(task.units("supervise")) for task in found),
        sum(any(d.where == "label" for d in task.deadlines) for task in found),
    )


@pytest.mark.parametrize("case", CASES)
def test_every_span_gives_back_what_was_printed(case: str) -> None:
    golden = yaml.safe_load((GOLDEN / f"{case}.yaml").read_text(encoding="utf-8"))

    reading = _read(case, golden["source"]["file"])

    assert_spans_hold(reading)


def assert_spans_hold(reading: Reading) -> None:
    """Spans slice to the printed words, children lie in parents, nothing leaves the text."""
    text = reading.text
    spans = {clause.id: clause.span for clause in reading.clauses}
    for clause in reading.clauses:
        start, end = clause.span
        assert text[start:end].startswith(clause.no)
        assert clause.title in text[start:end]
        if clause.parent:
            outer = spans[clause.parent]
            assert outer[0] <= start <= end <= outer[1]
    for task in (*reading.tasks, *reading.safeguards):
        assert spans[task.clause] == task.span
        for owner in task.owners:
            assert text[slice(*owner.span)] == owner.printed
        for item in (*task.deadlines, *task.targets):
            assert text[slice(*item.span)] == item.raw
    for figure in reading.figures:
        assert text[slice(*figure.span)] == figure.printed
    for table in reading.tables:
        for row, row_spans in zip(table.rows, table.row_spans, strict=True):
            assert len(row) == len(row_spans)
    for finding in reading.findings:
        for start, end in finding.spans:
            assert 0 <= start <= end <= len(text)


def test_s0_reads_in_well_under_a_second() -> None:
    data = seed("000_e85961bb3b067422.txt").read_bytes()
    read(data, "s0.txt")  # starting up: the solver is imported

    began = time.process_time()
    read(data, "s0.txt")

    assert time.process_time() - began < 1


def test_the_problem_counts_of_s3_add_up_to_813_both_ways() -> None:
    reading = read(seed("003_ef18a3fe1e349783.txt"))
    cells = [f for f in reading.figures if f.role == "cell"]
    totals = [f for f in reading.figures if f.role == "total"]

    assert sum(int(f.value or 0) for f in cells) == 813
    assert sum(int(f.value or 0) for f in totals) == 813
    by_region = {f.region_code: 0 for f in cells}
    for figure in cells:
        by_region[figure.region_code] += int(figure.value or 0)
    assert by_region == {
        "150602": 242,
        "150621": 139,
        "150622": 221,
        "150627": 102,
        "150626": 32,
        "150624": 9,
        "150623": 40,
        "150625": 19,
        "150603": 9,
    }


def test_targets_of_s1_equal_its_rows_in_the_parent_plan() -> None:
    parent = read(seed("000_e85961bb3b067422.txt"))
    child = read(seed("001_40d86f6301e1fb10.txt"))

    rows = {
        (figure.metric[:4].replace("闲置土地", "闲置"), figure.period): figure.value
        for figure in parent.figures
        if figure.region_code == "150623" and figure.table in (2, 3) and figure.role == "cell"
    }
    yearly = [target for target in child.document_targets if target.year]

    assert len(yearly) == 8
    for target in yearly:
        metric = "批而未供" if "批而未供" in target.name else "闲置"
        assert rows[metric, target.year] == target.value


def test_the_blank_cell_of_annex_2_is_missing_not_zero() -> None:
    reading = read(seed("000_e85961bb3b067422.txt"))

    blank = next(f for f in reading.figures if f.region_code == "150627" and f.table == 0)

    assert (blank.period, blank.value, blank.printed) == ("2022", None, "")
    assert reading.tables[0].rows[2][1] is None
    zero = next(f for f in reading.figures if f.table == 1 and f.region_code == "150602")
    assert zero.value == "0"
