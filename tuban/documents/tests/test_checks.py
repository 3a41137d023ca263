"""Rules on words, rosters, scopes and units: found in the plans they were learnt from, found in
others, silent where all is well.
"""

from __future__ import annotations

import pytest

from tuban.documents import read
from tuban.documents.checks.terms import TERMS
from tuban.documents.model import Reading
from tuban.documents.tests.samples import plan as own_plan
from tuban.documents.tests.samples import seed
from tuban.documents.tests.written import codes, found, plan

FILES = {
    "s0": "000_e85961bb3b067422.txt",
    "s1": "001_40d86f6301e1fb10.txt",
    "s2": "002_95210a4f3f965cb0.txt",
    "s3": "003_ef18a3fe1e349783.txt",
    "s4": "004_92a6430c6a3e442c.txt",
}


@pytest.fixture(scope="module")
def seeds() -> dict[str, Reading]:
    return {name: read(seed(file)) for name, file in FILES.items()}


# code, finding number, class, plans it must be found in (and in no other of the five)
KNOWN = [
    ("mixed-deadlines", "X11", "时间", "s0 s2"),
    ("copied-deadline", "X12", "笔误", "s0"),
    ("scope-differs", "X13", "口径", "s0 s3"),
    ("surveyed-without-target", "X14", "缺失", "s0 s2"),
    ("range-target", "X17", "口径", "s0"),
    ("undefined-rate", "X18", "口径", "s0 s4"),
    ("roster-labels", "X19", "笔误", "s1"),
    ("group-name", "X19", "笔误", "s1"),
    ("deputy-count", "X19", "冲突", "s1"),
    ("table-lost", "X20", "缺失", "s1"),
    ("stray-line", "X21", "冲突", "s2"),
    ("foreign-tail", "X21", "冲突", "s2"),
    ("stale-roster", "X21", "冲突", "s2"),
    ("bracket", "X22", "笔误", "s0"),
    ("title-mark", "X22", "笔误", "s0"),
    ("own-name", "X22", "笔误", "s0"),
    ("dropped-character", "X23", "笔误", "s4"),
    ("roster-without-owners", "X25", "缺失", "s0"),
    ("named-days", "X7", "时间", "s3"),
    ("due-before-issue", "X8", "时间", "s3"),
    ("target-past", "X9", "时间", "s4"),
    ("short-notice", "X10", "时间", "s0"),
    ("rounded-conversion", None, "取整", "s2"),
    ("issuer-elsewhere", None, "缺失", "s2 s4"),
]


@pytest.mark.parametrize(("code", "ref", "kind", "where"), KNOWN, ids=[case[0] for case in KNOWN])
def test_each_rule_speaks_in_the_plans_it_should_and_in_no_other(
    seeds: dict[str, Reading], code: str, ref: str | None, kind: str, where: str
) -> None:
    assert {name for name, reading in seeds.items() if code in codes(reading)} == set(where.split())
    for name in where.split():
        for finding in found(seeds[name], code):
            assert (finding.ref, finding.finding_class) == (ref, kind)


def test_our_own_clean_plan_is_free_of_all_of_them() -> None:
    reading = plan(
        "一、工作任务\n（一）摸清底数。对批而未供土地逐宗清查。2024年处置批而未供土地50公顷。\n"
        "责任单位：市自然资源局\n完成时限：2024年12月底前。\n"
    )

    assert reading.findings == ()


def test_two_kinds_of_deadline_in_one_line() -> None:
    body = "一、工作任务\n（一）处置土地。\n责任单位：市自然资源局\n完成时限：{}\n"

    assert found(plan(body.format("长期坚持。2024年底前完成首批。")), "mixed-deadlines")
    assert not found(plan(body.format("2024年6月底前摸底；2024年底前完成。")), "mixed-deadlines")


_COPIED = (
    "一、工作任务\n（一）处置土地。加快处置闲置土地。\n责任单位：市自然资源局\n"
    "完成时限：2024年12月31日前，完成本年度处置任务。\n"
    "（二）{}\n责任单位：市农牧局\n完成时限：2024年12月31日前，完成本年度处置任务。\n"
)


def test_a_deadline_copied_to_a_task_of_another_product() -> None:
    (finding,) = found(plan(_COPIED.format("村庄规划。编制村庄规划。")), "copied-deadline")

    assert finding.message.startswith("一(二) 的时限写“完成本年度处置任务”")
    assert "copied-deadline" not in codes(plan(_COPIED.format("盘活资产。处置闲置厂房。")))


def test_years_of_a_class_that_change_within_a_plan() -> None:
    body = "一、工作任务\n（一）摸底。对{}年以来批而未供土地摸底。\n（二）处置。对2012年以来批而未供土地限期处置。\n"

    (finding,) = found(plan(body.format(2009)), "scope-differs")
    assert "2009年以来、2012年以来" in finding.message
    assert "scope-differs" not in codes(plan(body.format(2012)))


def test_a_class_surveyed_without_target() -> None:
    body = "一、工作任务\n（一）摸清批而未供、供而未用土地底数。\n（二）处置。2024年处置批而未供土地{}公顷。\n"

    (finding,) = found(plan(body.format("50") + ""), "surveyed-without-target")
    assert "供而未用没有目标任务" in finding.message
    with_both = plan(body.format("50公顷、供而未用土地30"))
    assert "surveyed-without-target" not in codes(with_both)
    none_at_all = plan("一、工作任务\n（一）摸清批而未供、供而未用土地底数。\n")
    assert "surveyed-without-target" not in codes(none_at_all)


_ROSTER = (
    "一、工作任务\n（一）处置土地。成立市土地整治工作{}。\n责任单位：各旗区人民政府\n完成时限：2024年底前\n"
    "附件\n市土地整治工作领导小组组成人员名单\n组  长：甲乙丙      市长\n副组长：丁戊己      副市长\n"
    "成  员：庚辛壬      市财政局局长\n子丑寅      市审计局局长\n{}\n卯辰巳      市水利局局长\n"
)


def test_a_group_that_changes_its_name_in_the_annex() -> None:
    renamed = plan(_ROSTER.format("专班", "午未申      东胜区区长"))

    (finding,) = found(renamed, "group-name")
    assert "正文成立的是“专班”，附件名单写的是“领导小组”" in finding.message
    assert "group-name" not in codes(plan(_ROSTER.format("领导小组", "午未申      东胜区区长")))


@pytest.mark.parametrize(
    "post", ["东胜区区长", "准格尔旗旗委书记", "海勃湾区政府副区长", "定陶县人民政府县长"]
)
def test_a_group_with_a_county_head_is_complete(post: str) -> None:
    assert "roster-without-owners" not in codes(
        plan(_ROSTER.format("领导小组", f"午未申      {post}"))
    )


def test_a_group_without_the_counties_that_answer() -> None:
    reading = plan(_ROSTER.format("领导小组", "午未申      市能源局局长"))

    assert "名单所列 6 个岗位" in found(reading, "roster-without-owners")[0].message
    bureaus = _ROSTER.replace("各旗区人民政府", "市自然资源局")
    assert "roster-without-owners" not in codes(
        plan(bureaus.format("领导小组", "午未申      市能源局局长"))
    )


def test_a_removed_post_is_named_without_its_holder(seeds: dict[str, Reading]) -> None:
    (finding,) = found(seeds["s2"], "stale-roster")

    assert "“市工业和信息化局副局长”" in finding.message
    assert seeds["s2"].text[slice(*finding.spans[0])] == "市工业和信息化局副局长"


def test_someone_removed_from_another_post_stays() -> None:
    tail = "\n示例市人民政府近期任免一批干部\n任命：\n庚辛壬  为市审计局局长；\n免去：\n庚辛壬  {}职务；\n"
    body = _ROSTER.format("领导小组", "午未申      东胜区区长") + tail

    assert found(plan(body.format("市财政局局长")), "stale-roster")
    assert "stale-roster" not in codes(plan(body.format("市体育局局长")))


@pytest.mark.parametrize(
    ("words", "term"),
    [
        ("推进高标准田建设", "高标准农田"),
        ("严守永久基农田", "永久基本农田"),
        ("编制国土空规划", "国土空间规划"),
        ("优化新增设用地", "新增建设用地"),
        ("落实各项策措施", "政策措施"),
        ("健全考核度", "考核制度"),
    ],
)
def test_a_dropped_character_is_found_in_any_term(words: str, term: str) -> None:
    reading = plan(f"一、工作任务\n（一）{words}。\n")

    (finding,) = found(reading, "dropped-character")
    assert f"应为“{term}”" in finding.message


def test_whole_terms_and_words_like_them_are_left_alone() -> None:
    right = "、".join([*TERMS, *(word for words in TERMS.values() for word in words)])
    alike = (
        "市政措施、对策措施、国土综合整治、审核制度、标准地价、空间规划、批而未供地块、农田水利、"
        "指标任务、项目任务、成效考核、负责单位、落实方案、小组领导、监督查处、基准价格、基地价格"
    )

    reading = plan(f"一、工作任务\n（一）{right}。\n（二）{alike}。\n")

    assert "dropped-character" not in codes(reading)


@pytest.mark.parametrize(
    ("hectares", "mu"),
    [("513.33", "7700"), ("6.67", "100"), ("33.333", "500"), ("20.00", None), ("13.35", None)],
)
def test_hectares_that_were_round_mu(hectares: str, mu: str | None) -> None:
    reading = plan(f"一、工作任务\n（一）处置批而未供土地{hectares}公顷。\n")

    messages = [finding.message for finding in found(reading, "rounded-conversion")]
    assert [f"疑原为 {mu} 亩" in message for message in messages] == ([True] if mu else [])
    (target,) = reading.tasks[0].targets
    assert (target.value, target.unit) == (hectares, "公顷")  # the printed figure stays


def test_amounts_in_words_are_added_up(seeds: dict[str, Reading]) -> None:
    agreed = [each.message for each in seeds["s1"].agreements if each.code == "amounts-hold"]

    assert agreed == [
        "批而未供和闲置土地分项：0.24＋0.18＝0.42万亩。",
        "批而未供分年任务：0.04＋0.06＋0.07＋0.07＝0.24万亩。",
        "闲置土地分年任务：0.04＋0.04＋0.05＋0.05＝0.18万亩。",
    ]


@pytest.mark.parametrize(("total", "kind"), [("0.42", None), ("0.43", "取整"), ("0.52", "笔误")])
def test_amounts_in_words_that_do_not_add_up(total: str, kind: str | None) -> None:
    reading = plan(
        f"一、目标任务\n“十四五”期间盘活批而未供和闲置土地{total}万亩。其中，批而未供土地0.24万亩，"
        "闲置土地0.18万亩。\n二、工作任务\n（一）处置土地。\n"
    )

    assert [f.finding_class for f in found(reading, "amounts-sum")] == ([kind] if kind else [])


def test_the_annexes_of_s0_agree_with_its_body(seeds: dict[str, Reading]) -> None:
    said = [each.message for each in seeds["s0"].agreements if each.code == "target-agrees"]

    assert len(said) == 6
    for words in ("5万亩", "1.5万亩", "8.68万亩", "1.45万亩", "4.97万亩", "0.99万亩"):
        assert any(f"正文{words}、" in each and f"合计{words}。" in each for each in said)


def test_places_of_elsewhere_are_named_and_booked_nowhere() -> None:
    reading = own_plan("inline.txt")

    assert "发文地区“乌海市”" in found(reading, "issuer-elsewhere")[0].message
    assert "海勃湾区、乌达区、海南区" in found(reading, "unknown-place")[0].message
    assert {figure.region_code for figure in reading.figures} == {None}
    assert {t.region_code for task in reading.tasks for t in task.targets} == {None}


def test_a_count_of_an_unknown_place_is_not_booked_on_the_issuer() -> None:
    reading = plan(
        "一、工作任务\n（一）处置闲置土地。2024年处置闲置土地120宗。其中，无名旗35宗、杭锦后旗12宗、东胜区73宗。\n"
    )

    assert [(t.region, t.region_code) for t in reading.tasks[0].targets] == [
        ("鄂尔多斯市", "150600"),
        ("无名旗", None),
        ("杭锦后旗", None),
        ("东胜区", "150602"),
    ]
    assert "无名旗、杭锦后旗" in found(reading, "unknown-place")[0].message


def test_the_basis_of_all_five_plans_is_eleven_instruments(seeds: dict[str, Reading]) -> None:
    cited = {each.doc_no for reading in seeds.values() for each in reading.citations}

    assert cited == {
        "内党发〔2022〕18号",
        "内政发〔2022〕21号",
        "内政办发〔2022〕51号",
        "内政办发〔2022〕27号",
        "内自然资字〔2022〕359号",
        "内自然资字〔2019〕517号",
        "国办发〔2021〕40号",
        "鄂府办发〔2022〕118号",
        "乌海政办发〔2022〕37号",
        "鲁政发〔2018〕8号",
        "菏政发〔2018〕23号",
    }
    for reading in seeds.values():
        for citation in reading.citations:
            assert reading.text[slice(*citation.span)] == citation.doc_no
