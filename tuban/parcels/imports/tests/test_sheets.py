"""Headings, units, totals, merged cells: what the rows of a bureau's own sheet are."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from tuban.law.model import Approved
from tuban.parcels.imports import questions, rows, template, words, workbook
from tuban.parcels.imports.asking import Asked
from tuban.parcels.imports.ledger import COLUMNS, TEMPLATE_COLUMNS
from tuban.parcels.imports.mapping import Answer
from tuban.parcels.imports.problems import Unreadable
from tuban.parcels.imports.sheets import LedgerSheet
from tuban.parcels.imports.tests.books import HEADINGS, book, ledger, row
from tuban.values.area import Area


def read(content: bytes) -> LedgerSheet:
    return questions.read_or_ask(workbook.read(content))


def ask(content: bytes) -> Asked:
    """The questions a file raises."""
    with pytest.raises(Asked) as caught:
        read(content)
    return caught.value


def units(found: LedgerSheet) -> dict[str, tuple[str, str]]:
    return {k: (c.unit, c.unit_from) for k, c in found.mapping.placed.items() if c.unit}


def notes(found: LedgerSheet, kind: str) -> list[Any]:
    return [note for note in found.notes if note.kind == kind]


WORKED_EXAMPLE = """\
示例旗批而未供土地台账,,,,,,,,
单位：公顷,,,,,,,,
序号,旗区,项目名称,批准文号,批准时间,批准面积,已供面积,未供面积,备注
1,康巴什区,示例批次一,内政土发〔2015〕1号,2015.6.30,12.3456,2.3456,10.0000,
2,伊旗,示例批次二,内政土发[2016]12号,2016年,8,０,8,代征地
合计,,,,,20.3456,2.3456,18,
"""
"""data-standards.md 5.7. It names no parcel: the sender says which column tells parcels apart."""


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_worked_example_of_the_data_standard_reads_as_it_says(
    encoding: str, separator: str
) -> None:
    """Golden G5-08 (data-standards.md 5.7)."""
    text = WORKED_EXAMPLE.replace(",", separator).encode(encoding)
    example = workbook.open_book(text, "台账.csv").sheets
    with pytest.raises(Asked) as caught:
        questions.read_or_ask(example)
    seen = caught.value.mapping["seen"]
    assert caught.value.offers[0]["points"] == ["没有认出必需的“地块编号”"]
    columns = {c["index"]: (c["key"], "") for c in seen} | {2: ("parcel_no", "")}

    found = questions.read_or_ask(example, answer=Answer("csv", (2, 1), columns))
    first, second = (rows.state(record, found.mapping) for record in found.records)

    assert len(found.records) == 2
    assert units(found)["approved_area"] == ("ha", "note")
    assert (first.region, first.parcel_no) == ("150603", "示例批次一")
    assert [p.code for p in first.problems] == ["incomplete"]
    (approved,) = first.facts
    assert approved.on == date(2015, 6, 30)
    assert isinstance(approved.payload, Approved)
    assert approved.payload.area.m2 == Fraction("123456.00")
    assert (second.region, second.parcel_no) == ("150627", "示例批次二")
    assert second.approval is not None
    assert second.approval["doc_no"] == "内政土发〔2016〕12号"
    assert [p.code for p in second.problems] == ["imprecise_date"]
    (total,) = notes(found, "total")
    assert not total.warn
    approved_sum, supplied, unsupplied = total.data["figures"]
    assert approved_sum["stated"] == approved_sum["computed"] == "20.3456"
    assert supplied["stated"] == supplied["computed"] == "2.3456"
    assert Fraction(unsupplied["stated"]) == Fraction(unsupplied["computed"]) == 18


def test_the_worked_example_with_parcel_numbers_states_its_facts() -> None:
    found = read(
        book(
            {
                "Sheet1": [
                    ["单位：公顷"],
                    ["旗区", "地块编号", "文号", "批准时间", "批准面积", "已供面积", "未供面积"],
                    ["康巴什区", "K-1", "内政土发〔2015〕1号", "2015.6.30", 12.3456, "０", 12.3456],
                    ["伊旗", "Y-1", "内政土发[2016]12号", "2016年", 8, "０", 8],
                ]
            }
        )
    )  # fmt: skip

    first, second = (rows.state(record, found.mapping) for record in found.records)

    (approved,) = first.facts
    assert approved.on.isoformat() == "2015-06-30"
    assert approved.precision == "day"
    assert approved.payload.area.m2 == Fraction(123456)  # type: ignore[union-attr]
    (by_year,) = second.facts
    assert (by_year.on.isoformat(), by_year.precision) == ("2016-12-31", "year")


def test_the_unit_note_counts_where_the_heading_is_silent() -> None:
    """Golden G5-04: 单位：万亩 with 0.008 is 80 亩, 53,333.33 m²."""
    bare = [heading.split("（")[0] for heading in HEADINGS]
    found = read(ledger([row(approved_area=0.008)], above=[["单位：万亩"]], headings=bare))

    (stated,) = (rows.state(record, found.mapping) for record in found.records)

    assert units(found)["approved_area"] == ("wan_mu", "note")
    area: Area = stated.facts[0].payload.area  # type: ignore[union-attr]
    assert area.m2 == Fraction(80 * 2000, 3)


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("批准面积（亩）", "mu"),
        ("批准面积(㎡)", "m2"),
        ("批准面积\n（hm²）", "ha"),
        ("批准面积（单位：万亩）", "wan_mu"),
        ("批准面积 （含代征，亩）", "mu"),
    ],
)
def test_a_unit_in_the_heading_wins(heading: str, unit: str) -> None:
    changed = [heading if h.startswith("批准面积") else h for h in HEADINGS]

    found = read(ledger([row()], above=[["单位：公顷"]], headings=changed))

    assert units(found)["approved_area"] == (unit, "heading")


def test_a_missing_unit_is_taken_as_hectares_and_said() -> None:
    bare = [heading.split("（")[0] for heading in HEADINGS]

    found = read(ledger([row()], headings=bare))

    assert units(found)["approved_area"] == ("ha", "default")
    assert "批准面积按公顷" in notes(found, "unit")[0].text
    assert notes(found, "unit")[0].warn


@pytest.mark.parametrize("where", ["heading", "note"])
def test_an_unknown_unit_is_asked_about_not_guessed(where: str) -> None:
    changed = [h.replace("公顷", "平方公里") for h in HEADINGS]
    bare = [heading.split("（")[0] for heading in HEADINGS]
    content = (
        ledger([row()], headings=changed)
        if where == "heading"
        else ledger([row()], headings=bare, above=[["单位：平方公里"]])
    )

    asked = ask(content)

    assert "F 列“批准面积" in asked.offers[0]["points"][0]
    assert "单位“平方公里”不认识" in asked.offers[0]["points"][0]
    assert asked.offers[0]["columns"] == [5, 6]


def test_headings_over_two_rows_are_joined() -> None:
    found = read(
        book(
            {
                "Sheet1": [
                    ["某旗土地台账"],
                    ["旗区", "地块编号", "批准", None, None, "面积（亩）", None],
                    [None, None, "文号", "日期", "面积", "已供", "未供"],
                    ["东胜区", "YS-1", "内政土发〔2015〕1号", "2015-06-30", 150, 30, 120],
                ]
            },
            merges=["A1:G1", "A2:A3", "B2:B3", "C2:E2", "F2:G2"],
        )
    )

    assert set(found.mapping.placed) == {
        "region", "parcel_no", "approval_no", "approved_on", "approved_area",
        "supplied_area", "unsupplied_area",
    }  # fmt: skip
    assert units(found)["supplied_area"] == ("mu", "heading")
    assert units(found)["approved_area"] == ("ha", "default")
    assert [record.row_no for record in found.records] == [4]


def test_a_unit_in_a_parent_heading_counts_although_the_child_names_the_column() -> None:
    found = read(
        book(
            {
                "Sheet1": [
                    ["旗区", "地块编号", "面积（亩）", None],
                    [None, None, "批准面积", "已供面积"],
                    ["东胜区", "YS-1", 150, 0],
                ]
            },
            merges=["A1:A2", "B1:B2", "C1:D1"],
        )
    )

    assert units(found)["approved_area"] == ("mu", "heading")


def test_pinyin_codes_are_headings_too() -> None:
    found = read(book({"S": [["XZQMC", "DKBH", "PZWH", "PZMJ"], ["东胜区", "1", "文号", 1]]}))

    assert set(found.mapping.placed) == {"region", "parcel_no", "approval_no", "approved_area"}


def test_a_moved_or_renamed_column_of_the_template_still_maps_by_its_key() -> None:
    keys = ["approved_area", "parcel_no", "region"]
    found = read(
        book(
            {"填报": [keys, ["批准的面积（亩）", "我们的编号", "旗县名"], [150, "YS-1", "东胜区"]]}
        )
    )

    assert found.mapping.by_key_row
    assert units(found)["approved_area"] == ("mu", "heading")
    assert found.records[0].cells == {"approved_area": 150, "parcel_no": "YS-1", "region": "东胜区"}


def test_two_columns_for_one_field_are_a_question_not_a_guess() -> None:
    asked = ask(
        book({"S": [["旗区", "地块编号", "批准文号", "批准文号"], ["东胜区", "1", "甲", "乙"]]})
    )

    (point,) = asked.offers[0]["points"]
    assert point == "C 列“批准文号”和 D 列“批准文号”都像是“批准文号”"
    assert asked.mapping["seen"][3]["samples"] == ["乙"]


def test_the_columns_own_name_wins_over_an_alias() -> None:
    found = read(
        book({"S": [["旗区", "地块编号", "土地用途", "规划用途"], ["东胜区", "1", "甲", "乙"]]})
    )

    assert found.mapping.placed["use"].index == 3
    assert "土地用途" in found.mapping.ignored


def test_a_wrong_template_is_refused_with_the_way_out() -> None:
    with pytest.raises(Unreadable) as caught:
        read(book({"Sheet1": [["姓名", "工号", "部门"], ["甲", "1", "乙"]]}))

    assert caught.value.code == "import.wrong_template"
    assert "模板" in (caught.value.remedy or "")


def test_a_missing_required_column_is_asked_for() -> None:
    asked = ask(
        book({"S": [["旗区", "批准文号", "批准日期", "经办意见"], ["东胜区", "甲", "2015", ""]]})
    )

    assert asked.offers[0]["points"] == ["没有认出必需的“地块编号”"]
    assert [column["key"] for column in asked.mapping["seen"]] == [
        "region", "approval_no", "approved_on", "",
    ]  # fmt: skip


def test_totals_are_no_records_and_are_compared() -> None:
    records = [row(), row(parcel_no="YS-2"), row(region="康巴什区", parcel_no="K-1")]
    blank = [None] * 4
    found = read(
        ledger(
            records,
            below=[
                ["东 胜 区 小 计", *blank, 24.6912],
                ["合  计", *blank, 37.0367],
                ["填表：某岗"],
            ],
        )
    )

    assert len(found.records) == 3
    agreeing, differing = notes(found, "total")
    assert not agreeing.warn
    assert differing.warn
    assert differing.data["figures"] == [
        {
            "key": "approved_area",
            "column": "批准面积",
            "unit": "ha",
            "stated": "37.0367",
            "computed": "37.0368",
            "difference": "-0.0001",
        }
    ]
    assert "不入库" in differing.text
    assert "第 7 行" in notes(found, "skipped")[0].text


def test_subtotals_cover_the_rows_since_the_one_before() -> None:
    lines = [
        ["旗区", "地块编号", "批准面积（公顷）"],
        ["合计", None, 6],
        ["东胜区", "1", 1],
        ["东胜区", "2", 2],
        ["小计", None, 3],
        ["康巴什区", "3", 3],
        ["小计", None, 3],
    ]

    found = read(book({"S": lines}))

    assert len(found.records) == 3
    assert [note.warn for note in notes(found, "total")] == [False, False, False]


def test_a_parcel_named_like_a_total_is_a_record() -> None:
    found = read(
        book({"S": [["地块编号", "地块名称", "旗区", "批准面积"], ["1", "合计", "东胜区", 1]]})
    )

    assert len(found.records) == 1


def test_headings_and_column_numbers_repeated_below_are_no_records() -> None:
    lines = [
        ["旗区", "地块编号", "批准面积", "已供面积"],
        [1, 2, 3, 4],
        ["东胜区", "1", 1, 0],
        ["旗区", "地块编号", "批准面积", "已供面积"],
        ["东胜区", "2", 1, 0],
    ]

    found = read(book({"S": lines}))

    assert [record.row_no for record in found.records] == [3, 5]


def test_a_merged_region_or_batch_holds_for_each_of_its_rows() -> None:
    records = [row(), row(region=None, parcel_no="YS-2"), row(region=None, parcel_no="YS-3")]

    found = read(ledger(records, merges=["A2:A4"]))

    assert [record.cells["region"] for record in found.records] == ["东胜区"] * 3
    assert "A2:A4（旗区）" in notes(found, "merged")[0].text
    assert not any(record.problems for record in found.records)


@pytest.mark.parametrize(("merge", "key"), [("F2:F3", "approved_area"), ("B2:B3", "parcel_no")])
def test_any_other_merged_cell_keeps_its_rows_out(merge: str, key: str) -> None:
    second = row(parcel_no="YS-2", **{key: None}) if key != "parcel_no" else row(parcel_no=None)

    found = read(ledger([row(), second, row(parcel_no="YS-3")], merges=[merge]))
    first, other, untouched = (rows.state(record, found.mapping) for record in found.records)

    assert [p.code for p in first.problems] == ["merged_cell"]
    assert [p.code for p in other.problems] == ["merged_cell"]
    assert merge in other.problems[0].message
    assert untouched.problems == []


def test_the_blank_template_reads_back_as_itself() -> None:
    found = read(template.write([{"region": "乌审旗", "parcel_no": "=1+1", "approved_area": 1.5}]))

    assert found.mapping.by_key_row
    assert set(found.mapping.placed) == {column.key for column in TEMPLATE_COLUMNS}
    assert all(source == "heading" for _, source in units(found).values())
    assert found.records[0].cells["parcel_no"] == "=1+1"
    assert found.notes == []


def test_every_heading_and_alias_means_one_column() -> None:
    seen: dict[str, str] = {}
    for column in COLUMNS:
        for name in (column.heading, *column.aliases, *column.codes):
            assert seen.setdefault(words.normalise(name), column.key) == column.key, name


def test_the_sheet_with_the_most_headings_is_read_and_the_other_named() -> None:
    small = [["旗区", "地块编号", "批准面积"], ["东胜区", "1", 1]]
    large = [[*small[0], "批准文号"], [*small[1], "甲"]]

    found = read(book({"一季度": small, "二季度": large}))

    assert found.mapping.sheet == "二季度"
    assert "一季度" in notes(found, "sheet")[0].text
