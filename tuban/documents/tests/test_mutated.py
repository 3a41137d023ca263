"""Three changed printings of one plan: what was changed is read changed, all else stays."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import yaml

from tuban.documents import read
from tuban.documents.tests.samples import GOLDEN, in_short, seed
from tuban.documents.tests.test_golden import assert_spans_hold
from tuban.documents.tests.written import codes, found

CASES: dict[str, Any] = yaml.safe_load((GOLDEN / "mutated.yaml").read_text(encoding="utf-8"))


def _mutated(name: str) -> bytes:
    text = seed("000_e85961bb3b067422.txt").read_text(encoding="utf-8")
    for before, after in CASES[name]["replace"]:
        assert before in text, before
        text = text.replace(before, after, 1)
    return text.encode()


@pytest.mark.parametrize("name", CASES)
def test_a_changed_printing_differs_in_what_was_changed_only(name: str) -> None:
    case = CASES[name]
    expected = in_short(read(seed("000_e85961bb3b067422.txt")))
    expected["header"].update(case.get("header", {}))
    for no, changes in case.get("tasks", {}).items():
        next(task for task in expected["tasks"] if task["no"] == no).update(changes)
    for table, row, column, value in case.get("cells", []):
        expected["tables"][table]["rows"][row][column] = value

    reading = read(_mutated(name), "s0.txt")

    shown = in_short(reading)
    for part in (
        "header",
        "clauses",
        "tasks",
        "safeguards",
        "document_deadlines",
        "document_targets",
    ):
        assert shown[part] == expected[part], part
    for at, (ours, theirs) in enumerate(zip(shown["tables"], expected["tables"], strict=True)):
        same = at not in case.get("tables_changed", [])
        assert (ours["rows"] == theirs["rows"] and ours["unit"] == theirs["unit"]) == same, at
    assert_spans_hold(reading)


@pytest.mark.parametrize("name", CASES)
def test_findings_come_and_go_with_the_changes(name: str) -> None:
    before = Counter(
        finding[0] for finding in in_short(read(seed("000_e85961bb3b067422.txt")))["findings"]
    )
    after = Counter(finding.code for finding in read(_mutated(name), "s0.txt").findings)
    wanted = CASES[name]["findings"]

    gone, new = before - after, after - before

    sums = {"row-sum", "column-sum"}
    assert {c: n for c, n in gone.items() if c not in sums} == Counter(wanted["gone"])
    assert {c: n for c, n in new.items() if c not in sums} == {
        c: n for c, n in Counter(wanted["new"]).items() if c not in sums
    }


def test_the_reissued_plan_has_one_conflict_less_and_its_past_dates_named() -> None:
    reading = read(_mutated("reissued"), "s0.txt")

    conflicts = found(reading, "target-conflict")
    assert [f.finding_class for f in conflicts] == ["口径", "口径"]
    assert "2.27 倍" in conflicts[0].message
    past = {f.message.split("（")[0] for f in found(reading, "due-before-issue")}
    assert "三(三)2的时限“2022年8月31日前”" in past


def test_the_misprinted_cells_are_named() -> None:
    reading = read(_mutated("misprinted"), "s0.txt")

    four, five = found(reading, "table-not-rounding")
    assert "只有“全市”行“2023年消化目标”（载明 2.27）一格" in four.message
    assert "只有“全市”行“2024年处置目标”（载明 1.84）一格" in five.message
    assert [check.suspects for check in reading.table_checks[2:]] == [((9, 3),), ((9, 4),)]


def test_the_rearranged_annexes_are_named_and_not_mended() -> None:
    reading = read(_mutated("rearranged"), "s0.txt")

    assert "乌审旗" in found(reading, "table-row-misfit")[0].message
    assert not [f for f in reading.figures if f.table == 0 and f.region_code == "150626"]
    assert "乌拉旗" in found(reading, "unknown-place")[0].message
    assert {f.unit for f in reading.figures if f.table == 3} == {"公顷"}
    idle = [f for f in found(reading, "target-conflict") if f.message.startswith("闲置土地")]
    assert len(idle) == 2
    assert "666.67 倍" in idle[0].message
    assert "dropped-character" not in codes(reading)
