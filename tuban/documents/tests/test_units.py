"""Lists of offices, one full name each, printed words kept."""

from __future__ import annotations

import pytest

from tuban.documents.units import split_units

CASES = [
    (
        "市工业和信息化局、农牧局，各旗区人民政府，各开发区管委会",
        ["市工业和信息化局", "市农牧局", "各旗区人民政府", "各开发区管委会"],
    ),
    (
        "国家税务总局鄂尔多斯市税务局、市科学技术局、行政审批和政务服务局。",
        ["国家税务总局鄂尔多斯市税务局", "市科学技术局", "市行政审批和政务服务局"],
    ),
    ("市工业和信息化局、住房和城乡建设局", ["市工业和信息化局", "市住房和城乡建设局"]),
    ("市财政局、市场监督管理局", ["市财政局", "市市场监督管理局"]),
    ("市财政局、区域经济合作局", ["市财政局", "市区域经济合作局"]),
    ("旗自然资源局、财政局", ["旗自然资源局", "旗财政局"]),
    (
        "东胜区、鄂托克前旗人民政府，市能源局",
        ["东胜区人民政府", "鄂托克前旗人民政府", "市能源局"],
    ),
    (
        "各区人民政府、市自然资源局、乌海高新技术产业开发区管理委员会",
        ["各区人民政府", "市自然资源局", "乌海高新技术产业开发区管理委员会"],
    ),
    ("市自然资源局和各旗区人民政府", ["市自然资源局", "各旗区人民政府"]),
    ("市发展和改革委员会及市财政局", ["市发展和改革委员会", "市财政局"]),
    ("市财政局、审计局等有关部门", ["市财政局", "市审计局"]),
    ("“百日攻坚”行动（含专班、办公室）成员单位", ["“百日攻坚”行动（含专班、办公室）成员单位"]),
    ("各旗区人民政府、财政局", ["各旗区人民政府", "财政局"]),
    ("市自然 资源局", ["市自然资源局"]),
    ("", []),
    ("、，。", []),
]


@pytest.mark.parametrize(("words", "names"), CASES, ids=[case[0] for case in CASES])
def test_offices_are_split_and_named_in_full(words: str, names: list[str]) -> None:
    assert [unit.name for unit in split_units(words, 0)] == names


@pytest.mark.parametrize("words", [case[0] for case in CASES])
def test_spans_give_back_the_printed_words(words: str) -> None:
    text = "责任单位：" + words

    for unit in split_units(words, 5):
        assert text[slice(*unit.span)] == unit.printed
