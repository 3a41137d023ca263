"""What the reader finds wanting, and where it stays silent."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tuban.documents import read
from tuban.documents.model import Finding, Reading
from tuban.documents.tests.samples import PLANS, seed


@pytest.fixture(scope="module")
def s0() -> Reading:
    return read(seed("000_e85961bb3b067422.txt"))


def _sums(reading: Reading) -> list[Finding]:
    return [finding for finding in reading.findings if finding.code.endswith("-sum")]


# requirements.md section 3: annex, row or column, computed, printed
SUMS = [
    ("附件4", "“东胜区”行", "1.75", "1.74"),
    ("附件4", "“伊金霍洛旗”行", "1.41", "1.42"),
    ("附件4", "“康巴什区”行", "1.06", "1.05"),
    ("附件4", "“达拉特旗”行", "0.91", "0.92"),
    ("附件4", "“乌审旗”行", "0.91", "0.9"),
    ("附件4", "“全市”行", "8.69", "8.68"),
    ("附件4", "面积”列", "8.67", "8.68"),
    ("附件4", "“2025年消化目标”列", "2.67", "2.68"),
    ("附件5", "“乌审旗”行", "1.04", "1.03"),
    ("附件5", "“准格尔旗”行", "0.59", "0.60"),
    ("附件5", "“全市”行", "4.96", "4.97"),
    ("附件5", "面积”列", "4.968", "4.97"),
    ("附件5", "“2022年处置目标”列", "0.992", "0.99"),
    ("附件5", "“2023年处置目标”列", "1.192", "1.19"),
    ("附件5", "“2024年处置目标”列", "1.352", "1.34"),
    ("附件5", "“2025年处置目标”列", "1.432", "1.44"),
]


def test_sixteen_sums_of_annexes_4_and_5_differ_by_rounding_and_none_of_2_and_3(
    s0: Reading,
) -> None:
    found = _sums(s0)

    assert len(found) == len(SUMS)
    for finding, (annex, where, computed, printed) in zip(found, SUMS, strict=True):
        assert finding.finding_class == "取整"
        assert finding.message.startswith(annex)
        assert where in finding.message
        assert (finding.computed, finding.printed) == (computed, printed)
        assert Decimal(finding.diff or "0") == Decimal(computed) - Decimal(printed)
        assert s0.text[slice(*finding.spans[0])] == printed


def test_three_figures_of_one_target_are_a_conflict(s0: Reading) -> None:
    conflict = next(finding for finding in s0.findings if finding.ref == "X1")

    assert conflict.finding_class == "冲突"
    assert [s0.text[slice(*span)] for span in conflict.spans] == ["3575亩", "3573亩", "8100"]


def test_delegated_and_decomposed_targets_are_two_layers(s0: Reading) -> None:
    layers = next(finding for finding in s0.findings if finding.ref == "X2")

    assert layers.finding_class == "口径"
    assert [s0.text[slice(*span)] for span in layers.spans] == ["1000亩", "1000亩", "1500"]


def test_only_the_conflicts_that_exist_are_raised(s0: Reading) -> None:
    assert [f.ref for f in s0.findings if f.code == "target-conflict"] == ["X1", "X2"]


def test_the_task_without_deadline_is_named(s0: Reading) -> None:
    missing = [finding for finding in s0.findings if finding.code == "no-deadline"]

    assert len(missing) == 1
    assert "三(三)1" in missing[0].message


def test_a_slip_in_a_table_is_told_from_rounding() -> None:
    reading = read(PLANS / "invented.txt")

    classes = {(f.computed, f.printed): f.finding_class for f in _sums(reading)}

    assert classes == {
        ("2000", "4000"): "缺失",
        ("7550", "7500"): "笔误",
        ("1200", "3200"): "缺失",
        ("4300", "4350"): "笔误",
    }


@pytest.mark.parametrize(
    ("file", "code", "words"),
    [
        ("001_40d86f6301e1fb10.txt", "table-lost", "附件2"),
        ("001_40d86f6301e1fb10.txt", "roster-labels", "副组长"),
        ("002_95210a4f3f965cb0.txt", "stray-line", "〔2023〕2号"),
        ("002_95210a4f3f965cb0.txt", "foreign-tail", "任免"),
        ("003_ef18a3fe1e349783.txt", "no-doc-no", "发文字号"),
        ("003_ef18a3fe1e349783.txt", "due-before-issue", "2022-07-25"),
        ("004_92a6430c6a3e442c.txt", "no-owner", "19 项"),
        ("004_92a6430c6a3e442c.txt", "target-past", "2019-12-31"),
    ],
)
def test_what_is_known_of_the_other_plans_is_found(file: str, code: str, words: str) -> None:
    reading = read(seed(file))

    assert any(words in finding.message for finding in reading.findings if finding.code == code)


def test_what_the_gazette_printed_after_the_plan_is_not_in_the_text() -> None:
    reading = read(seed("002_95210a4f3f965cb0.txt"))

    assert "免去" not in reading.text
    assert "试用期" not in reading.text
    assert reading.header.doc_no == "乌海政发〔2023〕5号"
