"""Two plans held against each other: what contradicts, what agrees, and where it stays silent."""

from __future__ import annotations

import json
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuban.documents import agree, compare, read
from tuban.documents.cli import run_read
from tuban.documents.model import Finding, Reading
from tuban.documents.tests.samples import PLANS, seed
from tuban.documents.tests.written import plan

FILES = (
    "000_e85961bb3b067422.txt",
    "001_40d86f6301e1fb10.txt",
    "002_95210a4f3f965cb0.txt",
    "003_ef18a3fe1e349783.txt",
    "004_92a6430c6a3e442c.txt",
)


@pytest.fixture(scope="module")
def seeds() -> list[Reading]:
    return [read(seed(file)) for file in FILES]


def _by_code(first: Reading, second: Reading) -> dict[str, Finding]:
    return {finding.code: finding for finding in compare(first, second)}


# pair, {code: (finding number, class, severity)} – all there is between them
EXPECTED = {
    (0, 1): {"number-lookalike": ("X24", "口径", "warning")},
    (0, 2): {
        "scope-differs": ("X13", "口径", "note"),
        "variant-condition": ("X15", "口径", "note"),
        "variant-cycle": ("X16", "口径", "note"),
    },
    (0, 3): {
        "clearing-differs": ("X3", "冲突", "error"),
        "scope-differs": ("X13", "口径", "note"),
    },
    (2, 3): {"scope-differs": ("X13", "口径", "note")},
}


@pytest.mark.parametrize("pair", list(combinations(range(5), 2)))
def test_all_that_is_known_between_two_of_the_five_and_nothing_else(
    seeds: list[Reading], pair: tuple[int, int]
) -> None:
    findings = compare(seeds[pair[0]], seeds[pair[1]])

    assert {f.code: (f.ref, f.finding_class, f.severity) for f in findings} == EXPECTED.get(
        pair, {}
    )
    assert len({f.code for f in findings}) == len(findings)


@pytest.mark.parametrize("pair", list(combinations(range(5), 2)))
def test_the_order_of_the_two_does_not_matter(seeds: list[Reading], pair: tuple[int, int]) -> None:
    one, other = seeds[pair[0]], seeds[pair[1]]

    forth, back = compare(one, other), compare(other, one)

    assert sorted(f.code for f in forth) == sorted(f.code for f in back)
    assert len(agree(one, other)) == len(agree(other, one))


@pytest.mark.parametrize("pair", list(combinations(range(5), 2)))
def test_spans_say_which_document_they_lie_in(seeds: list[Reading], pair: tuple[int, int]) -> None:
    both = seeds[pair[0]], seeds[pair[1]]

    for each in (*compare(*both), *agree(*both)):
        assert len(each.spans) == len(each.documents)
        assert set(each.documents) == {0, 1}
        for (start, end), document in zip(each.spans, each.documents, strict=True):
            assert 0 <= start < end <= len(both[document].text)


def test_the_child_repeats_its_row_of_the_parent(seeds: list[Reading]) -> None:
    said = [each.message for each in agree(seeds[0], seeds[1]) if each.code == "target-agrees"]

    assert len(said) == 10
    assert "鄂托克前旗批而未供“十四五”任务两件一致，均为 0.24万亩。" in said
    assert "鄂托克前旗闲置土地2025年任务两件一致，均为 0.05万亩。" in said


def test_shared_basis_is_one_instrument_whatever_its_title(seeds: list[Reading]) -> None:
    said = [each.message for each in agree(seeds[0], seeds[2]) if each.code == "same-basis"]

    assert said[0] == "两件同引 内党发〔2022〕18号。"
    assert said[1].startswith("两件同引 内政发〔2022〕21号，所引标题文字略有出入")


def test_813_problems_are_the_sum_of_the_six_classes(seeds: list[Reading]) -> None:
    (agreed,) = (each for each in agree(seeds[0], seeds[3]) if each.code == "count-agrees")

    assert "813个" in agreed.message
    assert [seeds[0].text[slice(*agreed.spans[0])], agreed.documents[:2]] == ["813个", (0, 1)]


def test_two_dates_for_clearing_everything(seeds: list[Reading]) -> None:
    finding = _by_code(seeds[0], seeds[3])["clearing-differs"]

    assert "2022-12-31（违法问题清零）" in finding.message
    assert "2023-03-31（限期整改的问题清仓见底）" in finding.message


def test_the_two_numbers_118_are_two_instruments(seeds: list[Reading]) -> None:
    finding = _by_code(seeds[1], seeds[0])["number-lookalike"]

    assert "鄂府办发〔2022〕118号 与 鄂府发〔2022〕118号" in finding.message


_PARENT = (
    "一、工作任务\n（一）处置闲置土地。\n责任单位：市自然资源局\n完成时限：2025年底前\n附件\n"
    "闲置土地处置目标任务分解表\n单位：亩\n旗区\t2024年任务\t2025年任务\t合计\n"
    "杭锦旗\t300\t450\t750\n乌审旗\t100\t150\t250\n合计\t400\t600\t1000\n"
)
_CHILD = "一、工作任务\n（一）处置闲置土地。2024年处置闲置土地{}。\n完成时限：2024年底前\n"


@pytest.mark.parametrize(
    ("amount", "issuer", "differs"),
    [
        ("300亩", "杭锦旗人民政府", False),
        ("20公顷", "杭锦旗人民政府", False),  # the same area in another unit
        ("0.03万亩", "杭锦旗人民政府办公室", False),
        ("280亩", "杭锦旗人民政府", True),
        ("280亩", "乌海市人民政府", False),  # another place has its own targets
        ("100亩", "乌审旗人民政府", False),
        ("400亩", "鄂尔多斯市人民政府", False),
        ("450亩", "鄂尔多斯市人民政府", True),
    ],
)
def test_a_child_that_departs_from_its_parent(amount: str, issuer: str, differs: bool) -> None:
    parent = plan(_PARENT)
    child = plan(_CHILD.format(amount), number="2", issuer=issuer)

    found = _by_code(parent, child)

    assert ("target-differs" in found) == differs
    if differs:
        assert amount in found["target-differs"].message
        assert found["target-differs"].severity == "error"


def _clears(day: str, issuer: str = "鄂尔多斯市人民政府") -> Reading:
    body = (
        f"一、工作任务\n（一）整改。\n责任单位：市自然资源局\n完成时限：{day}违法问题全部清零。\n"
    )
    return plan(body, number=day[:4], issuer=issuer)


def test_clearing_by_the_same_day_or_elsewhere_is_no_conflict() -> None:
    assert "clearing-differs" in _by_code(_clears("2024年底"), _clears("2025年底"))
    assert "clearing-differs" in _by_code(
        _clears("2024年底"), _clears("2025年底", "杭锦旗人民政府")
    )
    assert "clearing-differs" not in _by_code(_clears("2024年底"), _clears("2024年12月31日前"))
    elsewhere = _clears("2025年底", "乌海市人民政府")
    assert "clearing-differs" not in _by_code(_clears("2024年底"), elsewhere)


def _platform(day: str, issuer: str = "鄂尔多斯市人民政府") -> Reading:
    return plan(
        "一、工作任务\n（一）建平台。\n责任单位：市自然资源局\n"
        f"完成时限：{day}，建成土地二级市场交易平台并投入试运行。\n",
        number=day[:4],
        issuer=issuer,
    )


def test_one_product_due_on_two_days() -> None:
    found = _by_code(_platform("2024年6月底前"), _platform("2024年9月底前"))

    assert "2024-06-30" in found["deadline-differs"].message
    assert "2024-09-30" in found["deadline-differs"].message
    same = _by_code(_platform("2024年6月底前"), _platform("2024年6月30日前"))
    assert "deadline-differs" not in same
    elsewhere = _by_code(_platform("2024年6月底前"), _platform("2024年9月底前", "乌海市人民政府"))
    assert "deadline-differs" not in elsewhere


@pytest.mark.parametrize(
    ("cited", "alike"),
    [("鄂示办发〔2024〕7号", True), ("鄂示办发〔2024〕8号", False), ("乌政发〔2024〕7号", False)],
)
def test_numbers_that_only_look_alike(cited: str, alike: bool) -> None:
    citing = plan(f"一、工作任务\n（一）处置。按《示例通知》（{cited}）执行。\n", number="9")
    own = plan("一、工作任务\n（一）处置土地。\n", number="7")

    assert ("number-lookalike" in _by_code(citing, own)) == alike


def test_a_document_agrees_with_itself(seeds: list[Reading]) -> None:
    for reading in seeds:
        assert compare(reading, reading) == []


def test_the_terminal_shows_both(capsys: pytest.CaptureFixture[str]) -> None:
    paths = str(PLANS / "invented.txt"), str(PLANS / "inline.txt")

    assert run_read(paths[0], as_json=False, against=paths[1]) == 1
    assert "对照" in capsys.readouterr().out
    run_read(paths[0], as_json=True, against=paths[1])
    comparison = json.loads(capsys.readouterr().out)["comparison"]
    assert comparison["against"]["header"]["doc_no"] == "乌自然资发〔2024〕31号"
    assert set(comparison) == {"against", "findings", "agreements"}


def test_an_unreadable_counterpart_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    code = run_read(str(PLANS / "invented.txt"), as_json=False, against="没有.txt")

    assert code == 2
    assert "没有.txt：文件打不开" in capsys.readouterr().err


_PIECES = st.sampled_from(
    [
        *(
            "（一）",
            "2.",
            "2024年",
            "底前",
            "全部清零",
            "违法问题",
            "近5年",
            "2009年以来批而未供",
            "每3年一次",
        ),
        *(
            "（不低于成本之和）",
            "鄂示发〔2024〕7号",
            "《示例》",
            "5公顷",
            "闲置土地",
            "东胜区",
            "个",
            "督察问题",
        ),
        *(
            "。",
            "；",
            "，",
            "\n",
            "责任单位：市自然资源局",
            "完成时限：",
            "其中",
            "（",
            "）",
            "0.3",
            "%",
        ),
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_PIECES, max_size=60).map("".join), st.lists(_PIECES, max_size=60).map("".join))
def test_no_two_texts_break_the_comparison(one: str, other: str) -> None:
    body = "一、工作任务\n（一）处置。完成5亩。\n"
    first, second = plan(body + one), plan(body + other, number="2")

    for each in (*compare(first, second), *agree(first, second)):
        for (start, end), document in zip(each.spans, each.documents, strict=True):
            assert 0 <= start <= end <= len((first, second)[document].text)
        each.to_json()
