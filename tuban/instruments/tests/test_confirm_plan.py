"""A confirmed plan makes its tasks and targets stand; what is no plan writes nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.road import plan_text
from tuban.accounts.access import Forbidden
from tuban.accounts.models import Role, User
from tuban.documents.errors import DocumentError
from tuban.instruments.actions import PlanRefused, confirm_plan
from tuban.instruments.binding import Bound, bind, is_provisional
from tuban.instruments.models import Instrument, Target
from tuban.measures.queries import targets
from tuban.parcels.tests.cast import CITY, make_user

SEED = next((Path(__file__).parents[4] / "shared" / "seeds").glob("000_*.txt"), None)
needs_seed = pytest.mark.skipif(SEED is None, reason="../shared/seeds 不在本机，缺少方案原文")
ON = date(2024, 9, 30)
WAN_MU_M2 = Fraction(20_000_000, 3)


@pytest.fixture
def reviewer() -> User:
    return make_user(Role.CITY_REVIEWER, CITY)


@pytest.mark.parametrize(
    ("metric", "period", "role", "bound"),
    [
        ("批而未供土地消化", "2024", "cell", Bound("unsupplied_disposed", 2024)),
        ("批而未供土地消化", "2024", "total", Bound("unsupplied_disposed", 2024)),
        ("2009—2019年审批土地批而未供面积", "2009-2019", "base", Bound("unsupplied_stock", None)),
        ("“十四五”末期剩余批而未供面积", "2025-12-31", "cell", Bound("unsupplied_stock", 2025)),
        ("闲置土地处置", "2022", "cell", Bound("idle_disposed", 2022)),
        ("目前闲置土地面积", "", "base", Bound("idle_stock", None)),
        ("补充耕地", "2022", "cell", Bound("", 2022)),
    ],
)
def test_a_figure_is_bound_to_its_measure_or_to_none(
    metric: str, period: str, role: str, bound: Bound
) -> None:
    assert bind(metric, period, role) == bound


def test_a_note_that_awaits_the_upper_level_makes_targets_provisional() -> None:
    assert is_provisional(["（待国家和自治区下达任务后更新）"])
    assert not is_provisional(["按闲置土地总量的20%核算"])


@needs_seed
@pytest.mark.django_db
def test_the_real_plan_binds_every_cell_of_annexes_4_and_5(reviewer: User) -> None:
    assert SEED is not None
    plan = confirm_plan(actor=reviewer, content=SEED.read_bytes(), name=SEED.name)

    assert (plan.doc_no, plan.region_id, plan.tasks.count()) == ("鄂府发〔2022〕118号", CITY, 13)
    figures = targets(
        "unsupplied_disposed", "unsupplied_stock", "idle_disposed", "idle_stock", on=ON
    )
    assert figures["unsupplied_disposed", "150602", 2024, "cell"].area_m2 == (
        Fraction("0.48") * WAN_MU_M2
    )
    assert figures["unsupplied_stock", CITY, None, "base"].printed == "8.68"
    assert figures["idle_disposed", "150621", 2024, "cell"].printed == "0.002"
    assert figures["idle_disposed", CITY, 2025, "total"].provisional
    cells = [k for k in figures if k[0] == "unsupplied_disposed" and k[3] == "cell"]
    assert len(cells) == 9 * 4
    assert (
        Target.objects.filter(metric="补充耕地", region_id="150627", year=2022).get().value is None
    )
    unbound = Target.objects.filter(measure_code="").exclude(role__in=("body", "note"))
    assert set(unbound.values_list("metric", flat=True)) == {
        "补充耕地",
        "城乡建设用地增减挂钩拆旧复垦",
    }
    for target in plan.targets.exclude(value=None):
        assert target.printed in plan.text[target.start : target.end]


@pytest.mark.django_db
def test_a_plan_stands_once(reviewer: User) -> None:
    content = plan_text().encode()
    confirm_plan(actor=reviewer, content=content, name="方案.txt")

    with pytest.raises(PlanRefused, match="已经确认"):
        confirm_plan(actor=reviewer, content=content, name="另存.txt")
    assert Instrument.objects.count() == 1
    assert Target.objects.filter(value=Decimal(30)).exclude(role="body").count() == 2


@pytest.mark.django_db
def test_what_is_no_plan_is_refused_and_nothing_is_written(reviewer: User) -> None:
    with pytest.raises(DocumentError):
        confirm_plan(actor=reviewer, content="今天开会。".encode(), name="纪要.txt")

    assert Instrument.objects.count() == 0


@pytest.mark.django_db
def test_a_banner_does_not_confirm_the_citys_plan_and_others_confirm_none(reviewer: User) -> None:
    content = plan_text().encode()
    with pytest.raises(PlanRefused, match="管辖范围"):
        confirm_plan(actor=make_user(Role.BANNER_CLERK), content=content, name="方案.txt")
    with pytest.raises(Forbidden):
        confirm_plan(actor=make_user(Role.AUDITOR, CITY), content=content, name="方案.txt")
    assert Instrument.objects.count() == 0


@pytest.mark.django_db
def test_a_plan_of_another_place_is_refused(reviewer: User) -> None:
    text = plan_text().replace("鄂尔多斯市", "乌海市")

    with pytest.raises(PlanRefused, match="地区"):
        confirm_plan(actor=reviewer, content=text.encode(), name="方案.txt")


@pytest.mark.django_db
def test_the_command_says_what_it_did_and_why_not(
    reviewer: User, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "方案.txt"
    path.write_text(plan_text(), "utf-8")

    call_command("confirm_plan", str(path), actor=reviewer.username)
    assert "任务 2 项" in capsys.readouterr().out
    with pytest.raises(SystemExit) as refused:
        call_command("confirm_plan", str(path), actor=reviewer.username)
    assert refused.value.code == 1
    with pytest.raises(SystemExit) as unread:
        call_command("confirm_plan", str(tmp_path / "无.txt"), actor=reviewer.username)
    assert unread.value.code == 2
