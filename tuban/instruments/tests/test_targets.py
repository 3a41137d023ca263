"""Targets in force on a day, layers, what nothing counts yet."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from tuban.accounts.models import Role, User
from tuban.instruments.actions import PlanRefused, Replacement, confirm_plan, make_stand
from tuban.instruments.desk.tests.cast import sound_text
from tuban.instruments.desk.typed import Source, reading_of
from tuban.instruments.matrix import matrix
from tuban.instruments.models import Instrument, Layer
from tuban.instruments.queries import unmeasured
from tuban.measures.queries import targets
from tuban.parcels.tests.cast import CITY, DONGSHENG, TODAY, make_user

pytestmark = pytest.mark.django_db
SEED = next((Path(__file__).parents[4] / "shared" / "seeds").glob("000_*.txt"), None)
needs_seed = pytest.mark.skipif(SEED is None, reason="../shared/seeds 不在本机，缺少方案原文")
SINCE = date(2024, 6, 1)


@pytest.fixture
def reviewer(settings: Settings) -> User:
    settings.TUBAN_TODAY = TODAY
    return make_user(Role.CITY_REVIEWER, CITY)


def reissue(reviewer: User, replaced: Instrument, since: date, value: str) -> Instrument:
    source = Source("演示方案（调整）", "演府发〔2024〕9号", "2024-05-28", "鄂尔多斯市", CITY)
    rows = [["旗区", "2023年", "2024年"], ["东胜区", "99", value], ["合计", "99", value]]
    reading = reading_of(rows, "批而未供消化目标表", "亩", "decomposed", source)
    return make_stand(
        actor=reviewer,
        reading=reading,
        findings=[],
        replacement=Replacement(replaced.pk, since),
    )


def printed(on: date, year: int) -> str:
    return targets("unsupplied_disposed", on=on)[
        "unsupplied_disposed", DONGSHENG, year, "cell"
    ].printed


def test_a_re_issued_plan_leaves_earlier_boards_alone(reviewer: User, client: Client) -> None:
    old = confirm_plan(actor=reviewer, content=sound_text().encode(), name="方案.txt")
    new = reissue(reviewer, old, SINCE, "40")

    assert (printed(date(2024, 5, 31), 2024), printed(SINCE, 2024)) == ("30", "40")
    assert printed(SINCE, 2023) == "15"  # a year that had been judged
    client.force_login(reviewer)
    before = client.get("/board/?on=2024-05-31&unit=mu").content.decode()
    after = client.get("/board/?on=2024-06-01&unit=mu").content.decode()
    assert "演府发〔2022〕1号" in before
    assert "演府发〔2024〕9号" not in before
    assert "40.00" in after
    page = client.get(f"/instruments/{old.pk}/").content.decode()
    assert f'/instruments/{new.pk}/">演府发〔2024〕9号</a> 替代' in page


def test_a_plan_is_replaced_once_not_before_it_was_signed_and_only_by_its_own_place(
    reviewer: User,
) -> None:
    old = confirm_plan(actor=reviewer, content=sound_text().encode(), name="方案.txt")
    with pytest.raises(PlanRefused, match="早于"):
        reissue(reviewer, old, date(2021, 1, 1), "40")
    reissue(reviewer, old, SINCE, "40")
    with pytest.raises(PlanRefused, match="已经被替代"):
        reissue(reviewer, old, SINCE, "41")
    clerk = make_user(Role.BANNER_CLERK, DONGSHENG)
    source = Source("旗区方案", None, "2024-05-28", "东胜区", DONGSHENG)
    rows = [["旗区", "2024年"], ["东胜区", "1"]]
    with pytest.raises(PlanRefused, match="不能替代"):
        make_stand(
            actor=clerk,
            reading=reading_of(rows, "批而未供消化目标表", "亩", "decomposed", source),
            findings=[],
            replacement=Replacement(old.pk, SINCE),
        )
    assert Instrument.objects.count() == 2


def test_a_delegated_table_stands_beside_the_decomposed_one(reviewer: User) -> None:
    confirm_plan(actor=reviewer, content=sound_text().encode(), name="方案.txt")
    source = Source("自治区下达", None, "2024-01-10", "鄂尔多斯市", CITY)
    rows = [["旗区", "2024年"], ["全市", "45"]]
    made = make_stand(
        actor=reviewer,
        reading=reading_of(rows, "批而未供消化目标表", "亩", "delegated", source),
        findings=[],
    )

    assert {target.layer for target in made.targets.all()} == {Layer.DELEGATED}
    figures = targets("unsupplied_disposed", on=TODAY)
    assert figures["unsupplied_disposed", CITY, 2024, "total"].printed == "30"
    assert [target.printed for target in matrix(reviewer, "unsupplied", TODAY).delegated] == ["45"]


@needs_seed
def test_all_four_annexes_stand_and_what_nothing_counts_is_never_zero(
    reviewer: User, client: Client
) -> None:
    assert SEED is not None
    plan = confirm_plan(actor=reviewer, content=SEED.read_bytes(), name=SEED.name)

    linkage = matrix(reviewer, "linkage", TODAY)
    assert linkage.years == (2022, 2023, 2024, 2025)
    assert [(t.printed, t.year, t.get_role_display()) for t in linkage.delegated] == [
        ("3575亩", None, "正文"),
        ("1000亩", 2022, "正文"),
        ("3573亩", None, "备注"),
        ("1000亩", 2022, "备注"),
    ]
    assert [cell.target.printed for cell in linkage.printed.cells if cell.target] == [
        "1500",
        "2200",
        "2200",
        "2200",
    ]
    farmland = matrix(reviewer, "farmland", TODAY)
    blank = next(row for row in farmland.rows if row.label == "伊金霍洛旗").cells[0]
    assert blank.target is not None
    assert blank.area_m2 is None
    # 2024: printed 1.34, the parts give 1.352.
    idle = matrix(reviewer, "idle", TODAY)
    assert idle.compared[2][2] == pytest.approx(0.012 * 20_000_000 / 3)
    assert [(each.subject.key, each.total.printed) for each in unmeasured(TODAY)] == [
        ("farmland", "0.9万亩"),
        ("linkage", "2200"),
    ]
    client.force_login(make_user(Role.CITY_LEADER, CITY))
    for subject in ("unsupplied", "idle", "farmland", "linkage"):
        page = client.get(f"/instruments/targets/?subject={subject}").content.decode()
        assert ("尚无数据来源" in page) == (subject in {"farmland", "linkage"})
    assert client.get(f"/instruments/{plan.pk}/").status_code == 200
    assert "尚无数据来源" in client.get("/board/").content.decode()
