"""What a document shows by its own words: deputies counted, characters dropped, numbers alike."""

from __future__ import annotations

import pytest

from tuban.documents.tests.written import codes, found, plan

ROSTER = (
    "一、工作任务\n（一）处置土地。成立领导小组，由副市长任组长，{}任副组长，各部门负责人为成员。\n"
    "责任单位：市自然资源局\n完成时限：2024年底前\n附件\n领导小组组成人员名单\n"
    "组  长：甲乙丙      副市长\n副组长：丁戊己      市自然资源局局长\n{}"
    "成  员：庚辛壬      市财政局局长\n子丑寅      市审计局局长\n"
)


def test_a_roster_with_more_deputies_than_the_body_names() -> None:
    reading = plan(ROSTER.format("市自然资源局局长", "午未申      市能源局局长\n"))

    (finding,) = found(reading, "deputy-count")
    assert "是 1 个岗位" in finding.message
    assert "列有 2 个" in finding.message
    assert reading.text[slice(*finding.spans[0])] == "市自然资源局局长"


@pytest.mark.parametrize(
    ("posts", "more"),
    [
        ("市自然资源局局长", ""),
        ("市自然资源局局长、市能源局局长", "午未申      市能源局局长\n"),
        ("有关部门负责人", "午未申      市能源局局长\n"),  # how many, the body does not say
    ],
)
def test_deputies_that_fit_or_are_not_counted_are_left_alone(posts: str, more: str) -> None:
    assert "deputy-count" not in codes(plan(ROSTER.format(posts, more)))


TERMS = (
    "一、工作任务\n（一）推进{0}。做好{0}各项工作。\n（二）加快{1}进度。\n"
    "责任单位：市自然资源局\n完成时限：2024年底前\n"
)


def test_a_character_the_document_writes_elsewhere_is_missed() -> None:
    (finding,) = found(
        plan(TERMS.format("矿山生态修复工程", "矿山生修复工程")), "dropped-character"
    )

    assert "同一文件另有 2 处写作“矿山生态修复工”" in finding.message
    assert finding.ref == "X23"


@pytest.mark.parametrize(
    ("full", "short"),
    [
        ("矿山生态修复工程", "矿山生态修复工程"),
        ("执法大队副大队长", "执法大队大队长"),  # another post, not a slip
        ("各项目的实施方案", "各项目实施方案"),
        ("资源局局长办公会", "资源局长办公会"),
    ],
)
def test_words_that_are_right_without_the_character_are_left_alone(full: str, short: str) -> None:
    assert "dropped-character" not in codes(plan(TERMS.format(full, short)))


BASIS = (
    "一、工作任务\n（一）处置土地。按照《市方案》（鄂府{}〔2022〕118号）和《细则》（{}）办理。\n"
    "责任单位：市自然资源局\n完成时限：2024年底前\n"
)


def test_two_numbers_of_one_text_that_look_alike() -> None:
    reading = plan(BASIS.format("发", "鄂府办发〔2022〕118号"))

    (finding,) = found(reading, "number-lookalike")
    assert finding.ref == "X24"
    assert [reading.text[slice(*span)] for span in finding.spans] == [
        "鄂府发〔2022〕118号",
        "鄂府办发〔2022〕118号",
    ]
    own = plan(BASIS.format("发", "鄂示办发〔2024〕1号"))
    assert "鄂示发〔2024〕1号 与 鄂示办发〔2024〕1号" in found(own, "number-lookalike")[0].message
    assert "number-lookalike" not in codes(plan(BASIS.format("发", "鄂府办发〔2022〕119号")))
