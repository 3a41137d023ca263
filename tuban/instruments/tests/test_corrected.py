"""Corrections applied to a reading, and the text cut at its marks."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuban.documents.reader import read
from tuban.instruments.binding import layer_of, subject_of
from tuban.instruments.corrected import NoSuchPlace, apply, look_up
from tuban.instruments.desk.marks import Mark, blocks_of, marks_of
from tuban.instruments.desk.tests.cast import sound_text
from tuban.instruments.rechecks import recheck

PLACES = ["tasks/0/lead", "tasks/1/title", "tasks/0/deadlines/0/norm", "figures/3/value", "header/date"]  # fmt: skip


@cache
def reading() -> dict[str, Any]:
    return read(sound_text().encode(), "方案.txt").to_json()


@given(st.lists(st.tuples(st.sampled_from(PLACES), st.text(max_size=5))))
def test_the_last_word_holds_and_nothing_else_moves(changes: list[tuple[str, str]]) -> None:
    before = deepcopy(reading())
    made = apply(reading(), changes)

    assert reading() == before
    last = dict(changes)
    for path in PLACES:
        assert look_up(made, path) == last.get(path, look_up(before, path))
    assert made["text"] == before["text"]
    assert made["figures"][0] == before["figures"][0]


def test_an_added_item_stands_behind_the_last_and_is_marked() -> None:
    made = apply(reading(), [("tasks/2", {"title": "补"}), ("tasks/2/title", "补录")])

    assert made["tasks"][2] == {"title": "补录", "corrected": True}
    assert "corrected" not in made["tasks"][0]


@pytest.mark.parametrize("path", ["tasks/9/title", "nothing/0", "tasks/x", "text/0/1", "tasks/-1"])
def test_a_path_that_leads_nowhere_is_refused(path: str) -> None:
    with pytest.raises(NoSuchPlace):
        apply(reading(), [(path, "x")])


def test_a_place_named_for_a_row_and_a_unit_for_a_table_reach_their_figures() -> None:
    bare = deepcopy(reading())
    for figure in bare["figures"]:
        figure["unit"] = None
        if figure["row"] == 0:
            figure["region_code"] = None
    bare["tables"][0]["unit"] = None
    made = apply(bare, [("tables/0/places/0", "150602"), ("tables/0/unit", "公顷")])

    assert {figure["unit"] for figure in made["figures"]} == {"公顷"}
    assert {f["region_code"] for f in made["figures"] if f["row"] == 0} == {"150602"}
    missing = {finding["code"] for finding in recheck(made, made)}
    assert "unit-missing" not in missing


def test_without_corrected_cells_the_findings_are_those_of_the_reading() -> None:
    made = apply(reading(), [("tasks/0/lead", [])])

    assert recheck(reading(), made) == reading()["findings"]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 400), st.integers(1, 60), st.sampled_from(["find", "due", "note"])
        ),
        max_size=12,
    )
)
def test_the_pieces_of_a_text_are_the_text(spans: list[tuple[int, int, str]]) -> None:
    text = reading()["text"]
    marks = [Mark(a, min(a + n, len(text)), look, "item", "") for a, n, look in spans]
    blocks = blocks_of(reading(), marks)
    pieces = [p for b in blocks for row in b.rows for cell in row for p in cell]

    assert "".join(p.text for p in pieces) == text.replace("\n", "").replace("\t", "")
    assert all(text[p.start : p.start + len(p.text)] == p.text for p in pieces)
    anchors = {p.start for p in pieces if p.anchor}
    hidden = {at for at, sign in enumerate(text) if sign in "\n\t"}
    assert {mark.start for mark in marks} - hidden <= anchors


def test_every_item_has_a_mark_to_be_found_by() -> None:
    items = {mark.item for mark in marks_of(reading(), reading()["findings"])}

    assert {"header", "tasks-0", "tasks-1-deadlines-0", "tasks-0-targets-0", "figures-0"} <= items


@pytest.mark.parametrize(
    ("text", "layer"),
    [
        ("完成自治区下达我市任务5亩", "delegated"),
        ("完成上级下达的任务。其中，2022年5亩", "delegated"),
        ("完成上级下达的任务。全市分解5亩", "decomposed"),
        ("全市完成5亩", "decomposed"),
    ],
)
def test_what_came_from_above_is_known_by_its_words(text: str, layer: str) -> None:
    assert layer_of(text, text.index("5亩")) == layer


@pytest.mark.parametrize(
    ("metric", "key"),
    [
        ("批而未供土地消化", "unsupplied"),
        ("新增占补平衡指标", "farmland"),
        ("城乡建设用地增减挂钩拆旧复垦", "linkage"),
        ("批而未供和闲置土地", None),
        ("标准地出让", None),
    ],
)
def test_a_figure_speaks_of_one_subject_or_of_none(metric: str, key: str | None) -> None:
    found = subject_of(metric)

    assert (found.key if found else None) == key
