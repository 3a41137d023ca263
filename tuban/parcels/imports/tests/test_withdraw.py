"""A batch withdrawn as a whole: counts no more, gives way to what was before, or says why not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tuban.accounts.access import Forbidden
from tuban.accounts.models import Role, User
from tuban.core import clock
from tuban.law.facts import FactKind
from tuban.measures.changes import wrong_codes
from tuban.parcels import actions, phases, queries
from tuban.parcels.access import Absent
from tuban.parcels.imports import withdraw
from tuban.parcels.imports.confirm import confirm_upload
from tuban.parcels.imports.staging import stage_upload, summary
from tuban.parcels.imports.tests.books import ledger, row
from tuban.parcels.imports.withdraw import (
    AlreadyWithdrawn,
    ReasonMissing,
    WithdrawalBlocked,
    blockers,
    withdraw_batch,
)
from tuban.parcels.models import (
    Batch,
    BatchWithdrawal,
    Fact,
    Outcome,
    Parcel,
    ParcelPhase,
)
from tuban.parcels.tests.cast import (
    CITY,
    DONGSHENG,
    EJIN_HORO,
    TODAY,
    make_parcel,
    make_user,
)

SUPPLY: dict[str, Any] = {
    "supplied_area": 2.3456,
    "supply_mode": "出让",
    "contract_no": "HT-1",
    "supplied_on": date(2016, 5, 1),
}
HA_10 = {"area": {"value": "10", "unit": "ha"}}
HA_12 = {"area": {"value": "12", "unit": "ha"}}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _desk(settings: Any, tmp_path: Path) -> None:
    settings.TUBAN_TODAY = TODAY
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def clerk() -> User:
    return make_user(Role.BANNER_CLERK)


def load(actor: User, *rows: dict[str, Any]) -> Batch:
    upload = stage_upload(actor=actor, source=ledger(rows), name="台账.xlsx")
    return confirm_upload(actor=actor, upload_id=upload.pk)


def take_back(actor: User, batch: Batch) -> BatchWithdrawal:
    return withdraw_batch(actor=actor, batch_id=batch.pk, reason="传错文件")


def record(
    actor: User, kind: FactKind, on: date, payload: dict[str, Any], no: str = "YS-1"
) -> Fact:
    parcel = Parcel.objects.get(parcel_no=no)
    return actions.record_fact(actor=actor, parcel_id=parcel.pk, kind=kind, on=on, payload=payload)


def area_on(parcel_no: str, on: date = TODAY) -> tuple[str, Decimal | None] | None:
    phase = queries.holding(make_reader(), on).filter(parcel__parcel_no=parcel_no).first()
    return (phase.stage, phase.approved_m2) if phase else None


def make_reader() -> User:
    return User.objects.filter(username="reader").first() or make_user(
        Role.AUDITOR, CITY, name="reader"
    )


def in_step() -> bool:
    """Phases follow from facts, and the log of the measures from the phases."""
    everything = Parcel.objects.values_list("pk", flat=True)
    return phases.differences(everything) == [] and wrong_codes(TODAY) == []


def test_a_withdrawn_batch_counts_no_more_and_stays_on_record(clerk: User) -> None:
    batch = load(clerk, row(**SUPPLY), row(parcel_no="YS-2"))

    withdrawal = take_back(clerk, batch)

    assert (withdrawal.batch, withdrawal.reason, withdrawal.withdrawn_by) == (
        batch,
        "传错文件",
        clerk,
    )
    assert withdrawal.withdrawn_at.date() == clock.now().date()
    assert not ParcelPhase.objects.exists()
    assert Fact.objects.count() == 3
    assert Parcel.objects.count() == 2
    assert in_step()


def test_a_batch_takes_back_nothing_but_its_own_facts(clerk: User) -> None:
    make_parcel(clerk, no="QT-1", approved=("2015-06-30", HA_10))
    make_parcel(clerk, approved=("2014-01-01", HA_10))
    batch = load(clerk, {"region": "东胜区", "parcel_no": "YS-1", **SUPPLY}, row(parcel_no="YS-2"))
    assert area_on("YS-2") is not None

    take_back(clerk, batch)

    assert area_on("YS-1") == ("unsupplied", Decimal("100000"))
    assert area_on("QT-1") == ("unsupplied", Decimal("100000"))
    assert area_on("YS-2") is None
    assert in_step()


def test_what_the_batch_corrected_counts_again_on_both_clocks(clerk: User) -> None:
    first = load(clerk, row(approved_area=10, approved_on=date(2015, 6, 30)))
    second = load(clerk, row(approved_area=12, approved_on=date(2016, 6, 30)))
    assert area_on("YS-1", date(2015, 12, 31)) is None
    assert area_on("YS-1") == ("unsupplied", Decimal("120000"))

    take_back(clerk, second)

    assert area_on("YS-1", date(2015, 12, 31)) == ("unsupplied", Decimal("100000"))
    assert area_on("YS-1") == ("unsupplied", Decimal("100000"))
    old, new = Fact.objects.order_by("pk")
    assert (old.batch, new.batch, new.supersedes) == (first, second, old)
    assert in_step()


def test_a_fact_that_counts_again_can_be_corrected_again(clerk: User) -> None:
    load(clerk, row(approved_area=10))
    second = load(clerk, row(approved_area=12))
    old, withdrawn = Fact.objects.order_by("pk")
    take_back(clerk, second)

    new = actions.correct_fact(
        actor=clerk, fact_id=old.pk, on=date(2014, 6, 30), payload=HA_12, reason="按原件"
    )

    assert new.supersedes == withdrawn
    assert area_on("YS-1", date(2014, 12, 31)) == ("unsupplied", Decimal("120000"))
    assert in_step()
    with pytest.raises(actions.AlreadyCorrected):
        actions.correct_fact(actor=clerk, fact_id=old.pk, on=old.on, payload=HA_10, reason="又一次")
    last = actions.void_fact(actor=clerk, fact_id=new.pk, reason="查无此事")
    assert last.supersedes == new
    assert area_on("YS-1") is None
    assert in_step()


def test_corrections_chain_past_several_withdrawn_ones(clerk: User) -> None:
    load(clerk, row(approved_area=10))
    old = Fact.objects.get()
    for area in (11, 12):
        take_back(clerk, load(clerk, row(approved_area=area)))

    batch = load(clerk, row(approved_area=13))

    chain = list(Fact.objects.order_by("pk"))
    assert [fact.supersedes for fact in chain] == [None, *chain[:-1]]
    assert area_on("YS-1") == ("unsupplied", Decimal("130000"))
    take_back(clerk, batch)
    assert area_on("YS-1") == ("unsupplied", Decimal("100000"))
    with pytest.raises(actions.WithdrawnWithBatch) as refused:
        actions.correct_fact(
            actor=clerk, fact_id=chain[-1].pk, on=old.on, payload=HA_12, reason="更正"
        )
    assert refused.value.kind == "conflict"
    assert "已随批次撤销" in refused.value.message


def test_the_same_file_may_be_confirmed_again_after_a_withdrawal(clerk: User) -> None:
    rows = [row(**SUPPLY), row(parcel_no="YS-2")]
    load(clerk, row(approved_area=10))
    take_back(clerk, load(clerk, *rows))

    again = load(clerk, *rows)

    assert (again.no, again.rows, again.facts) == ("150602-20240930-03", 2, 3)
    assert area_on("YS-1") == ("undetermined", Decimal("123456"))
    same = stage_upload(actor=clerk, source=ledger(rows), name="台账.xlsx")
    assert summary(same).counts[Outcome.SAME] == 2
    assert in_step()


def test_a_batch_may_be_withdrawn_once_the_later_one_is(clerk: User) -> None:
    first = load(clerk, row(approved_area=10))
    second = load(clerk, row(approved_area=12))

    with pytest.raises(WithdrawalBlocked) as blocked:
        take_back(clerk, first)

    (blocker,) = blocked.value.blockers
    assert (blocker.code, blocker.batch_no) == ("corrects_removed", second.no)
    assert blocker.remedy == f"请先撤销批次 {second.no}。"
    assert not BatchWithdrawal.objects.exists()
    take_back(clerk, second)
    assert blockers(first) == ()
    take_back(clerk, first)
    assert area_on("YS-1") is None
    assert in_step()


def test_a_correction_by_hand_is_in_the_way_until_it_is_cancelled(clerk: User) -> None:
    batch = load(clerk, row(**SUPPLY))
    supply = Fact.objects.get(kind="supplied")
    fixed = actions.correct_fact(
        actor=clerk, fact_id=supply.pk, on=supply.on, payload=HA_10, reason="按合同"
    )

    (blocker,) = blockers(batch)

    assert (blocker.parcel_no, blocker.region_code) == ("YS-1", DONGSHENG)
    assert (blocker.fact_id, blocker.fact) == (fixed.pk, "供应 2016-05-01 10 公顷")
    assert (blocker.code, blocker.batch_no) == ("corrects_removed", None)
    assert blocker.remedy == "请先更正或作废这条事实，再撤销批次。"
    actions.void_fact(actor=clerk, fact_id=fixed.pk, reason="以新台账为准")
    take_back(clerk, batch)
    assert area_on("YS-1") is None
    assert in_step()


def test_a_supply_left_without_its_approval_is_in_the_way(clerk: User) -> None:
    batch = load(clerk, row(), row(parcel_no="YS-2"))
    record(clerk, FactKind.SUPPLIED, date(2016, 5, 1), HA_10)
    before = list(ParcelPhase.objects.order_by("pk").values())

    with pytest.raises(WithdrawalBlocked) as blocked:
        take_back(clerk, batch)

    assert "后来有 1 条事实依据它登记" in blocked.value.message
    (blocker,) = blocked.value.blockers
    assert (blocker.code, blocker.parcel_no) == ("left_without_approval", "YS-1")
    assert "批准" in blocker.message
    assert list(ParcelPhase.objects.order_by("pk").values()) == before
    assert not BatchWithdrawal.objects.exists()


def test_a_supply_that_fits_only_the_larger_approval_is_in_the_way(clerk: User) -> None:
    load(clerk, row(approved_area=10))
    batch = load(clerk, row(approved_area=12.3456))
    record(clerk, FactKind.SUPPLIED, date(2016, 5, 1), HA_12)

    (blocker,) = blockers(batch)

    assert blocker.code == "over_consumption"
    assert blocker.message.startswith("撤销后，这条事实不能成立：供应 12.0000 公顷，超过")
    assert blocker.article


def test_later_facts_that_stand_without_the_batch_are_not_in_the_way(clerk: User) -> None:
    make_parcel(clerk, approved=("2015-06-30", HA_12))
    batch = load(clerk, {"region": "东胜区", "parcel_no": "YS-1", **SUPPLY})
    record(clerk, FactKind.SUPPLIED, date(2017, 5, 1), {"area": {"value": "3", "unit": "ha"}})

    assert blockers(batch) == ()

    take_back(clerk, batch)
    phase = ParcelPhase.objects.filter(parcel__parcel_no="YS-1").latest("starts_on")
    assert phase.supplied_m2 == Decimal("30000")
    assert in_step()


def test_a_second_withdrawal_loses_and_says_who_was_first(clerk: User) -> None:
    batch = load(clerk, row())
    take_back(clerk, batch)

    with pytest.raises(AlreadyWithdrawn) as refused:
        withdraw_batch(actor=clerk, batch_id=batch.pk, reason="再来一次")

    assert refused.value.kind == "conflict"
    assert refused.value.message == f"批次 {batch.no} 已经撤销，本次没有写入任何内容。"
    assert "理由：传错文件" in (refused.value.cause or "")
    assert BatchWithdrawal.objects.count() == 1
    assert blockers(batch) == ()


@pytest.mark.parametrize("reason", ["", "  ", "长" * 301])
def test_a_withdrawal_needs_a_reason_of_bounded_length(clerk: User, reason: str) -> None:
    batch = load(clerk, row())

    with pytest.raises(ReasonMissing):
        withdraw_batch(actor=clerk, batch_id=batch.pk, reason=reason)

    assert not BatchWithdrawal.objects.exists()


def test_a_batch_of_another_region_looks_as_if_there_were_none(clerk: User) -> None:
    batch = load(clerk, row())
    stranger = make_user(Role.BANNER_CLERK, EJIN_HORO)

    with pytest.raises(Absent) as hidden:
        take_back(stranger, batch)
    with pytest.raises(Absent) as missing:
        withdraw_batch(actor=stranger, batch_id=batch.pk + 1, reason="没有这个")

    assert hidden.value.message == missing.value.message == "没有找到这个登记批次。"
    assert not BatchWithdrawal.objects.exists()


@pytest.mark.parametrize(
    "role", [Role.AUDITOR, Role.CITY_LEADER, Role.DEPARTMENT, Role.SYSTEM_ADMIN]
)
def test_other_roles_withdraw_nothing(clerk: User, role: Role) -> None:
    batch = load(clerk, row())
    other = make_user(role, CITY)

    with pytest.raises(Forbidden):
        take_back(other, batch)

    assert not BatchWithdrawal.objects.exists()


def test_the_citys_reviewer_withdraws_a_batch_of_several_regions() -> None:
    reviewer = make_user(Role.CITY_REVIEWER, CITY)
    batch = load(reviewer, row(), row(region="乌审旗", parcel_no="WS-1"))

    take_back(reviewer, batch)

    assert not ParcelPhase.objects.exists()
    with pytest.raises(Absent):
        take_back(make_user(Role.BANNER_CLERK), batch)


def test_progress_is_reported_by_stage(clerk: User) -> None:
    batch = load(clerk, row(), row(parcel_no="YS-2"))
    told: list[tuple[str, int, int]] = []

    withdraw_batch(
        actor=clerk, batch_id=batch.pk, reason="传错文件", progress=lambda *s: told.append(s)
    )

    assert [(stage, total) for stage, _, total in told] == [
        ("锁定地块", 0),
        ("锁定地块", 2),
        ("核对后来的事实", 2),
        ("恢复原记录", 2),
        ("重算阶段", 2),
        ("收尾", 2),
    ]


def test_the_number_of_queries_does_not_grow_with_the_parcels(clerk: User) -> None:
    counts = []
    for parcels in (2, 40):
        batch = load(clerk, *(row(parcel_no=f"N{parcels}-{n}") for n in range(parcels)))
        for n in range(parcels):
            record(clerk, FactKind.SUPPLIED, date(2016, 5, 1), HA_10, no=f"N{parcels}-{n}")
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert len(blockers(batch)) == parcels
        counts.append(len(seen))

    assert counts[0] == counts[1]


def test_the_page_of_a_parcel_with_nothing_left_says_so(clerk: User, client: Client) -> None:
    batch = load(clerk, row(**SUPPLY))
    parcel = Parcel.objects.get()
    take_back(clerk, batch)
    client.force_login(clerk)

    page = client.get(f"/parcels/{parcel.pk}/").content.decode()
    listed = client.get("/parcels/")

    assert "还没有登记事实，无从推算时间线" in page
    assert page.count("已撤销") == 2
    assert "更正</a>" not in page
    assert listed.status_code == 200
    assert f"/parcels/{parcel.pk}/" not in listed.content.decode()


def test_the_page_offers_correction_of_what_counts_again_and_names_what_does_not(
    clerk: User, client: Client
) -> None:
    load(clerk, row(approved_area=10))
    take_back(clerk, load(clerk, row(approved_area=12)))
    parcel = Parcel.objects.get()
    old, withdrawn = Fact.objects.order_by("pk")

    lines = {line.fact.pk: line for line in queries.parcel_record(clerk, parcel.pk, TODAY).facts}
    assert (lines[old.pk].counts, lines[old.pk].superseded_by_id) == (True, None)
    assert (lines[withdrawn.pk].counts, lines[withdrawn.pk].superseded_by_id) == (False, None)

    new = actions.void_fact(actor=clerk, fact_id=old.pk, reason="查无此事")
    lines = {line.fact.pk: line for line in queries.parcel_record(clerk, parcel.pk, TODAY).facts}
    assert (lines[old.pk].superseded_by_id, lines[old.pk].cancelled) == (new.pk, True)
    assert (lines[withdrawn.pk].counts, lines[withdrawn.pk].cancelled) == (False, False)
    client.force_login(clerk)
    page = client.get(f"/parcels/{parcel.pk}/").content.decode()
    assert (page.count("已撤销"), page.count("已作废")) == (1, 1)


def test_a_parcel_with_nothing_left_takes_new_facts(clerk: User) -> None:
    take_back(clerk, load(clerk, row()))

    record(clerk, FactKind.APPROVED, date(2015, 6, 30), HA_10)

    assert area_on("YS-1") == ("unsupplied", Decimal("100000"))
    assert in_step()


def test_a_withdrawal_that_breaks_off_leaves_nothing(
    clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = load(clerk, row())

    def fail(*_: object) -> int:
        raise OSError("full")

    with monkeypatch.context() as broken:
        broken.setattr(withdraw.phases, "stored_facts", fail)
        with pytest.raises(OSError, match="full"):
            take_back(clerk, batch)

    assert not BatchWithdrawal.objects.exists()
    assert ParcelPhase.objects.exists()
    take_back(clerk, batch)
    assert not ParcelPhase.objects.exists()
