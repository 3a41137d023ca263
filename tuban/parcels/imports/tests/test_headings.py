"""Headings of bureaus' own ledgers: words, units, questions, answers, and what an office taught."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tuban.parcels.imports import headings, questions, units, words
from tuban.parcels.imports.asking import Asked
from tuban.parcels.imports.ledger import BY_KEY, COLUMNS, SUBJECTS, UNRECORDED
from tuban.parcels.imports.mapping import ANSWER, REMEMBERED, Answer, Mapping, Remembered
from tuban.parcels.imports.workbook import Merge, Sheet

MAP: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "data" / "headings.yaml").read_text("utf-8")
)
MET = [(entry, heading) for entry in MAP for heading in entry["headings"]]
DAY = date(2024, 9, 30)


def sheet(*rows: list[Any], merges: tuple[Merge, ...] = ()) -> Sheet:
    return Sheet("S", [list(row) for row in rows], merges)


def found(*rows: list[Any], **options: Any) -> Mapping:
    mapping = headings.find(sheet(*rows), **options)
    assert mapping is not None
    return mapping


def keys(mapping: Mapping) -> dict[int, str]:
    return {column.index: key for key, column in mapping.placed.items()}


@pytest.mark.parametrize(("entry", "heading"), MET, ids=[heading for _, heading in MET])
def test_every_heading_of_the_data_standard_is_understood(
    entry: dict[str, Any], heading: str
) -> None:
    known, _ = words.lookup("", heading)

    assert (known[0] if known else None) == entry.get("key")
    assert words.unrecorded(heading) == entry.get("unrecorded", "")
    assert words.is_vague(heading) is entry.get("vague", False)
    if set(entry) == {"canonical", "headings"}:
        assert words.untold([heading]) == []


@pytest.mark.parametrize(
    "written",
    ["批 准 面 积", "批准面积*", "批准面积：", "批准\n面积", "批准面积（亩）", "批准面积【亩】",
     "批准面积㎡", "批准面积/亩", "ＰＺＭＪ", "pzmj", "批准面积(单位:亩)"],
)  # fmt: skip
def test_a_heading_is_read_without_blanks_marks_and_its_unit(written: str) -> None:
    assert (words.lookup("", written)[0] or ("",))[0] == "approved_area"


@pytest.mark.parametrize(
    ("heading", "note", "unit", "source"),
    [
        ("批准面积（亩）", "公顷", "mu", units.HEADING),
        ("批准面积【万亩】", "", "wan_mu", units.HEADING),
        ("批准面积㎡", "", "m2", units.HEADING),
        ("批准面积/亩", "", "mu", units.HEADING),
        ("批准面积", "面积:亩;金额:万元", "mu", units.NOTE),
        ("批准面积（含代征）", "", "ha", units.DEFAULT),
        ("批准面积（平方公里）", "亩", "", units.UNKNOWN),
    ],
)
def test_a_unit_stands_in_the_heading_or_in_the_note_or_is_the_default(
    heading: str, note: str, unit: str, source: str
) -> None:
    seen = units.find(BY_KEY["approved_area"], heading, note)

    assert (seen.unit, seen.source) == (unit, source)


def test_fields_are_offered_once_each_by_subject() -> None:
    offered = [key for _, keys_ in SUBJECTS for key in keys_]

    assert sorted(offered) == sorted(BY_KEY)


def test_what_is_not_recorded_is_no_field() -> None:
    names = {words.normalise(w) for label, others in UNRECORDED.items() for w in (label, *others)}

    assert not names & words.NAMES.keys()


def test_headings_over_two_rows_are_joined_in_a_csv_which_has_no_merged_cells() -> None:
    mapping = found(
        ["某旗台账", "", "", "", ""],
        ["旗区", "地块编号", "批准", "", "面积（亩）", ""],
        ["", "", "文号", "日期", "已供", "未供"],
        ["东胜区", "1", "甲", "2015", "1", "2"],
    )

    assert keys(mapping) == {
        0: "region", 1: "parcel_no", 2: "approval_no", 3: "approved_on",
        4: "supplied_area", 5: "unsupplied_area",
    }  # fmt: skip
    assert mapping.first_row == 3
    assert mapping.placed["unsupplied_area"].unit == "mu"


def test_a_row_of_data_below_the_headings_is_never_taken_for_a_second_row_of_headings() -> None:
    mapping = found(["旗区", "", "地块编号", "文号"], ["东胜区", "甲", "1", "乙"])

    assert (mapping.height, mapping.first_row) == (1, 1)


def test_an_area_that_does_not_say_whose_is_a_question() -> None:
    mapping = found(["旗区", "地块编号", "坐落", "面积（亩）"], ["东胜区", "1", "甲", "3"])

    assert [seen.heading for seen in mapping.vague] == ["面积（亩）"]
    assert not mapping.is_settled


def test_beside_an_approved_area_a_bare_area_is_only_left_out() -> None:
    mapping = found(["旗区", "地块编号", "批准面积", "面积"], ["东胜区", "1", "2", "3"])

    assert mapping.is_settled
    assert mapping.ignored == ("面积",)


@pytest.mark.parametrize(
    "top",
    [
        ["所在地", "宗号", "文件号", "批地时间", "批地数"],
        ["所在地", "宗号", "批准文号", "批地时间"],
    ],
)
def test_headings_nobody_knows_are_shown_and_asked_about(top: list[str]) -> None:
    rows = (["某旗土地登记簿"], top, ["东胜区", "1", "甲", "2015-06-30", "3"])

    assert headings.find(sheet(*rows)) is None
    with pytest.raises(Asked) as caught:
        questions.read_or_ask([sheet(*rows)])

    assert [seen["heading"] for seen in caught.value.mapping["seen"]] == top
    assert "能认出的表头太少" in caught.value.offers[0]["points"][0]
    assert caught.value.mapping["seen"][1]["samples"] == ["1"]


def test_headings_nobody_knows_over_two_merged_rows_are_shown_joined() -> None:
    mapping = headings.suppose(
        sheet(
            ["所在地", "宗号", "文件", "", "批地数"],
            ["", "", "编号", "时间", ""],
            ["东胜区", "1", "甲", "2015", "3"],
            merges=(Merge(0, 2, 0, 3), Merge(0, 0, 1, 0)),
        )
    )

    assert mapping is not None
    assert [seen.heading for seen in mapping.seen] == [
        "所在地", "宗号", "文件_编号", "文件_时间", "批地数",
    ]  # fmt: skip


LEDGER = (
    ["所在地", "宗号", "批文", "批地时间", "批地数"],
    ["东胜区", "1", "内政土发〔2015〕1号", "2015-06-30", "3"],
)
SAID = {0: ("region", ""), 1: ("parcel_no", ""), 2: ("approval_no", ""), 3: ("approved_on", ""),
        4: ("approved_area", "mu")}  # fmt: skip


def test_an_answer_is_obeyed() -> None:
    read = questions.read_or_ask([sheet(*LEDGER)], answer=Answer("S", (0, 1), SAID))

    placed = read.mapping.placed["approved_area"]
    assert (placed.unit, placed.unit_from, placed.by) == ("mu", units.ANSWER, ANSWER)
    assert read.records[0].cells["parcel_no"] == "1"
    assert not any(note.kind == "unit" for note in read.notes)


def test_an_answer_comes_before_the_key_row_and_before_every_word() -> None:
    rows = (
        ["approved_area", "parcel_no", "region", "holder"],
        ["批准面积（公顷）", "地块编号", "旗区", "土地使用权人"],
        ["1", "YS-1", "东胜区", "甲"],
    )
    said = {0: ("approved_area", ""), 1: ("parcel_no", ""), 2: ("region", ""), 3: ("name", "")}

    read = questions.read_or_ask([sheet(*rows)], answer=Answer("S", (0, 2), said))

    assert "holder" not in read.mapping.placed
    assert read.mapping.placed["name"].index == 3
    assert read.mapping.placed["approved_area"].unit_from == units.HEADING


def test_an_answer_that_leaves_the_unit_open_takes_the_files_own() -> None:
    rows = (["旗区", "地块编号", "批准面积（亩）"], ["东胜区", "1", "3"])
    said = {0: ("region", ""), 1: ("parcel_no", ""), 2: ("approved_area", "")}

    read = questions.read_or_ask([sheet(*rows)], answer=Answer("S", (0, 1), said))

    assert read.mapping.placed["approved_area"].unit == "mu"


def test_the_sender_may_say_where_the_headings_stand() -> None:
    rows = (
        ["旗区", "地块编号", "批准文号", "坐落"],
        ["", "", "", ""],
        ["所在旗区", "宗地编号", "批文号", "批准面积"],
        ["东胜区", "1", "甲", "3"],
    )

    read = questions.read_or_ask([sheet(*rows)], answer=Answer("S", (2, 1), {}))

    assert [record.row_no for record in read.records] == [4]


def test_a_place_without_headings_is_asked_about_again() -> None:
    with pytest.raises(Asked):
        questions.read_or_ask([sheet(*LEDGER)], answer=Answer("S", (14, 2), {}))


def remembered(**named: str) -> dict[str, Remembered]:
    return {heading: Remembered(key, "", DAY) for heading, key in named.items()}


def test_what_an_office_chose_holds_for_its_next_file_and_is_said() -> None:
    memory = remembered(所在地="region", 宗号="parcel_no", 批文="approval_no", 批地时间="")
    memory["批地数"] = Remembered("approved_area", "mu", DAY)

    read = questions.read_or_ask([sheet(*LEDGER)], memory=memory)

    assert read.mapping.placed["approved_area"].unit == "mu"
    assert read.mapping.placed["region"].by == REMEMBERED
    (note,) = [note for note in read.notes if note.kind == REMEMBERED]
    assert note.text.startswith("按贵单位 2024-09-30 选定的对照读取：“所在地”为旗区")
    assert "“批地数”为批准面积（亩）" in note.text
    assert "“批地时间”不登记" in note.text


def test_what_an_office_chose_wins_over_our_words_but_never_over_the_key_row() -> None:
    memory = remembered(坐落="name")
    plain = (["旗区", "地块编号", "坐落"], ["东胜区", "1", "甲"])
    keyed = (["region", "parcel_no", "location"], *plain)

    assert keys(found(*plain, memory=memory))[2] == "name"
    assert keys(found(*keyed, memory=memory))[2] == "location"


def test_a_remembered_unit_gives_way_to_the_one_the_file_names() -> None:
    memory = {"批准面积": Remembered("approved_area", "mu", DAY)}
    rows = (["旗区", "地块编号", "批准面积（公顷）"], ["东胜区", "1", "3"])

    assert found(*rows, memory=memory).placed["approved_area"].unit == "ha"


def test_an_office_that_chose_one_of_two_columns_is_not_asked_again() -> None:
    rows = (["旗区", "地块编号", "批复文号", "文号"], ["东胜区", "1", "甲", "乙"])
    memory = remembered(文号="approval_no", 批复文号="")

    assert keys(found(*rows, memory=memory)) == {0: "region", 1: "parcel_no", 3: "approval_no"}
    assert found(*rows, memory=memory).is_settled


_SPELLINGS = [w for column in COLUMNS for w in (column.heading, *column.aliases, *column.codes)]


@given(st.lists(st.sampled_from(_SPELLINGS), min_size=3, max_size=12))
def test_no_column_is_lost_and_no_field_is_taken_twice(spellings: list[str]) -> None:
    mapping = headings.find(sheet(spellings, ["x"] * len(spellings)))

    if mapping is not None:
        assert [seen.index for seen in mapping.seen] == list(range(len(spellings)))
        indexes = [column.index for column in mapping.placed.values()]
        assert len(indexes) == len(set(indexes))
        for key, column in mapping.placed.items():
            assert (words.lookup("", spellings[column.index])[0] or ("",))[0] == key


@given(st.lists(st.lists(st.text(max_size=6), max_size=5), max_size=6))
def test_any_sheet_gives_headings_a_question_or_a_refusal(rows: list[list[str]]) -> None:
    any_sheet = sheet(*rows)
    for mapping in (headings.find(any_sheet), headings.suppose(any_sheet)):
        assert mapping is None or mapping.first_row <= len(rows)
