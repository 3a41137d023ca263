"""No name and no number of a person leaves the reader."""

from __future__ import annotations

import json
import re

import pytest

from tuban.documents import read
from tuban.documents.masking import mask
from tuban.documents.tests.samples import PLANS, seed


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        ("联系人：甲乙丙", "联系人：○○○"),
        ("联 系 人：甲乙 联系电话：13900000000", "联 系 人：○○ 联系电话：○○○○○○○○○○○"),
        ("电话：0477-0000000", "电话：○○○○○○○○○○○○"),
        ("组 长：甲乙丙 市长", "组 长：○○○ 市长"),
        ("庚 辛 市财政局副局长", "○○○ 市财政局副局长"),
        ("甲乙丙丁戊 准格尔旗旗长", "○○○○○ 准格尔旗旗长"),
        (
            "办公室主任由市自然资源局局长甲乙丙同志兼任。",
            "办公室主任由市自然资源局局长○○○同志兼任。",
        ),
        ("办公室主任由甲乙丙同志兼任。", "办公室主任由○○○同志兼任。"),
        ("组长由领导小组组长甲乙丙担任。", "组长由领导小组组长○○○担任。"),
        ("身份证号110101199003070000。", "身份证号○○○○○○○○○○○○○○○○○○。"),
        ("邮箱：someone@example.com", "邮箱：○○○○○○○○○○○○○○○○○○○"),
        # duties of posts are no personal data
        ("成立由分管领导任组长的领导小组。", "成立由分管领导任组长的领导小组。"),
        ("办公室主任由市自然资源局局长兼任。", "办公室主任由市自然资源局局长兼任。"),
        ("成 员：从市、旗区自然资源部门抽调。", "成 员：从市、旗区自然资源部门抽调。"),
        ("主要负责同志亲自协调。", "主要负责同志亲自协调。"),
        ("完成13.9万亩，2022年8月31日前报送。", "完成13.9万亩，2022年8月31日前报送。"),
    ],
)
def test_a_line_is_masked_to_its_own_length(line: str, masked: str) -> None:
    assert mask([line]) == [masked]
    assert len(masked) == len(line)


def test_a_name_of_the_roster_is_masked_wherever_it_stands() -> None:
    lines = mask(["甲乙丙牵头抓总。", "组 长：甲乙丙 市长"])

    assert lines == ["○○○牵头抓总。", "组 长：○○○ 市长"]


def test_our_own_plan_shows_no_name_and_no_number() -> None:
    shown = json.dumps(read(PLANS / "invented.txt").to_json(), ensure_ascii=False)

    for name in ("甲乙丙", "丁戊己", "庚辛", "庚  辛", "0477"):
        assert name not in shown


@pytest.mark.parametrize(
    "file",
    [
        "000_e85961bb3b067422.txt",
        "001_40d86f6301e1fb10.txt",
        "002_95210a4f3f965cb0.txt",
        "003_ef18a3fe1e349783.txt",
    ],
)
def test_rosters_of_the_plans_show_posts_only(file: str) -> None:
    source = seed(file).read_text(encoding="utf-8")
    names = {
        re.sub(r"\s", "", match.group(1))
        for match in re.finditer(
            r"^\s*(?:[副组长成员 　]{2,9}：)?([\u4e00-\u9fff](?:[ 　]{1,2}|[\u4e00-\u9fff]{0,4})"
            r"[\u4e00-\u9fff])[ 　]{2,}\S*(?:局长|主任|市长|旗长|区长|书记|科长|支队长|院长|秘书长)",
            source,
            re.MULTILINE,
        )
    }

    shown = json.dumps(read(seed(file)).to_json(), ensure_ascii=False)

    assert file.startswith("001") or len(names) > 5
    assert not {name for name in names if name in shown}
    assert not re.search(r"1[3-9]\d{9}", shown.replace(read(seed(file)).text_sha256, ""))
