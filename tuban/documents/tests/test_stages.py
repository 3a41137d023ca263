"""Counts, stages and named days: what classes imply for rates (X4–X7), each with its silence."""

from __future__ import annotations

import pytest

from tuban.documents import read
from tuban.documents.model import Reading
from tuban.documents.tests.samples import seed
from tuban.documents.tests.written import campaign, codes, found

RULES = {
    *("stage-unreachable", "stage-below-path", "rate-by-region", "done-defined-differently"),
    *("named-days", "count-sum", "count-without-owner", "owners-beyond-count"),
}


@pytest.fixture(scope="module")
def s3() -> Reading:
    return read(seed("003_ef18a3fe1e349783.txt"))


def test_a_campaign_that_fits_itself_is_silent() -> None:
    assert not RULES & codes(campaign())


def test_class_deadlines_of_s3_give_594_of_651_by_september(s3: Reading) -> None:
    (finding,) = found(s3, "stage-unreachable")

    assert (finding.ref, finding.finding_class, finding.severity) == ("X4", "冲突", "warning")
    for words in ("651 个，共 813 个", "594 个（73.1%）", "差 57 个", "629 个（77.4%）"):
        assert words in finding.message
    assert "交通线性类" in finding.message
    assert s3.text[slice(*finding.spans[0])] == "80%以上"


def test_the_december_stage_of_s3_asks_less_than_its_classes(s3: Reading) -> None:
    (finding,) = found(s3, "stage-below-path")

    assert "95%" in finding.message


def test_rates_of_s3_by_city_and_by_county_differ(s3: Reading) -> None:
    (finding,) = found(s3, "rate-by-region")

    assert "80%按合计是 651 个，逐个地区达标共 655 个" in finding.message
    assert "95%按合计是 773 个，逐个地区达标共 776 个" in finding.message


def test_done_means_submitted_in_one_class_of_s3(s3: Reading) -> None:
    (finding,) = found(s3, "done-defined-differently")

    assert finding.message.index("三(二)") < finding.message.index("三(一)")
    assert "完成组件上报或整改" in finding.message


def test_no_stage_of_s3_lasts_a_hundred_days(s3: Reading) -> None:
    (finding,) = found(s3, "named-days")

    for words in ("67 天", "59 天", "2022-11-01"):
        assert words in finding.message


def test_counts_of_s3_hold_and_two_classes_name_all_counties(s3: Reading) -> None:
    assert [a.message for a in s3.agreements] == ["6 类数量均等于所列各地区之和，合计 813个。"]
    beyond = found(s3, "owners-beyond-count")
    assert [f.message.split(" ")[0] for f in beyond] == ["三(四)", "三(五)"]
    assert not {"count-sum", "count-without-owner"} & codes(s3)


def test_a_stage_that_classes_cannot_reach_is_found_elsewhere_too() -> None:
    (finding,) = found(campaign(mines_due="10月"), "stage-unreachable")

    assert "只应完成 0 个" in finding.message
    assert "差 100 个" in finding.message


def test_rates_of_small_counties_round_up_alone() -> None:
    (finding,) = found(campaign(rate="33"), "rate-by-region")

    assert "33%按合计是 66 个，逐个地区达标共 68 个" in finding.message


def test_submission_beside_completion_is_found() -> None:
    assert found(campaign(done="完成组件上报"), "done-defined-differently")


def test_a_stage_of_another_length_than_its_name_is_found() -> None:
    (finding,) = found(campaign(last="8月9日"), "named-days")

    assert "“100天”" in finding.message
    assert "69 天" in finding.message


@pytest.mark.parametrize(
    ("mines", "kind", "severity", "words"),
    [("90", "笔误", "error", "分项之和大于总数"), ("110", "缺失", "warning", "若所列已是全部地区")],
)
def test_parts_that_do_not_give_their_whole(
    mines: str, kind: str, severity: str, words: str
) -> None:
    (finding,) = found(campaign(mines=mines), "count-sum")

    assert (finding.finding_class, finding.severity) == (kind, severity)
    assert (finding.computed, finding.printed) == ("100", mines)
    assert words in finding.message


def test_a_county_with_problems_and_without_duty_is_found() -> None:
    (finding,) = found(campaign(third="乌审旗"), "count-without-owner")

    assert "准格尔旗" in finding.message
