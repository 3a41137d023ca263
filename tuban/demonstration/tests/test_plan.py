"""演示方案: reads as a plan, carries the real figures, and borrows no sentence."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tuban.demonstration import figures, plan
from tuban.documents.reader import read
from tuban.values.places import resolve_place

SEEDS = Path(__file__).parents[4] / "shared/seeds"


@cache
def reading() -> dict[str, Any]:
    return read(plan.docx_bytes(), plan.FILE_NAME).to_json()


def test_the_header_says_that_it_is_a_demonstration() -> None:
    header = reading()["header"]
    assert header["doc_no"] == "演府发〔2022〕8号"
    assert header["title"].endswith("（演示）")
    assert (header["issuer"], header["date"]) == ("鄂尔多斯市人民政府", "2022-03-18")


def test_every_task_has_its_units_and_its_time() -> None:
    tasks = reading()["tasks"]
    assert len(tasks) == 11
    assert all(task["lead"] and task["deadlines"] for task in tasks)
    supervised = [task["supervise"] for task in tasks if task["supervise"]]
    assert supervised == [["市人民政府督查室"]]


@pytest.mark.parametrize("rows", [figures.UNSUPPLIED, figures.IDLE])
def test_the_annexes_carry_the_printed_figures(rows: tuple[figures.Row, ...]) -> None:
    word = "批而未供" if rows is figures.UNSUPPLIED else "闲置"
    cells = [f for f in reading()["figures"] if word in f["metric"]]
    for row in rows:
        code = resolve_place(row.place).code
        of_region = [cell for cell in cells if cell["region_code"] == code]
        printed = {f["period"]: f["printed"] for f in of_region if f["role"] == "cell"}
        assert [f["printed"] for f in of_region if f["role"] == "base"] == [row.base]
        assert tuple(printed[str(year)] for year in figures.YEARS) == row.targets


def test_the_sums_that_differ_in_the_original_differ_here_too() -> None:
    found = [f for f in reading()["findings"] if f["code"] in {"row-sum", "column-sum"}]
    assert len(found) == 16
    assert {f["class"] for f in found} == {"取整"}
    off = sum((Decimal(row.targets[2]) for row in figures.IDLE), Decimal(0))
    assert off - Decimal(figures.IDLE_CITY.targets[2]) == Decimal("0.012")


def test_the_two_figures_for_linked_land_are_found_in_conflict() -> None:
    conflicts = [f for f in reading()["findings"] if f["class"] == "冲突" or "3573" in f["message"]]
    assert any("3575" in f["message"] and "3573" in f["message"] for f in conflicts)


def test_docx_and_txt_tell_the_same() -> None:
    text = read(plan.txt().encode(), "演示方案.txt").to_json()
    for key in ("tasks", "figures"):
        assert [_without_span(x) for x in text[key]] == [_without_span(x) for x in reading()[key]]


def _without_span(item: dict[str, Any]) -> dict[str, Any]:
    kept = ("metric", "region_code", "period", "printed", "unit", "role", "no", "lead", "support")
    return {key: item.get(key) for key in kept}


def test_no_sentence_is_taken_from_the_plans_the_figures_come_from() -> None:
    if not SEEDS.is_dir():
        pytest.skip("the plans are not part of the project")
    theirs = "".join(
        re.sub(r"\s", "", path.read_text("utf-8")) for path in sorted(SEEDS.glob("*.txt"))
    )
    body = plan.txt().split("附件：")[0]
    pieces = [p for p in re.split(r"[。；\n]", body) if len(p) > 24 and "单位：" not in p]
    assert pieces
    assert [piece for piece in pieces if re.sub(r"\s", "", piece) in theirs] == []
