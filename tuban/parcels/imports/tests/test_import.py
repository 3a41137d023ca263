"""A ledger in: staged, previewed, confirmed in one transaction, never twice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tuban.accounts.access import Forbidden
from tuban.accounts.models import Role, User
from tuban.core.errors import DomainError
from tuban.law.facts import FactKind, payload_from_json
from tuban.parcels import actions
from tuban.parcels.imports import files
from tuban.parcels.imports.confirm import NothingToRecord, NotReady, confirm_upload
from tuban.parcels.imports.staging import stage_upload, summary
from tuban.parcels.imports.tests.books import book, ledger, row
from tuban.parcels.models import (
    Approval,
    Batch,
    BatchWithdrawal,
    Fact,
    Outcome,
    Parcel,
    ParcelPhase,
    StagedRow,
    Upload,
    UploadState,
)
from tuban.parcels.tests.cast import CITY, DONGSHENG, TODAY, make_user

SUPPLIED: dict[str, Any] = {
    "supplied_area": 2.3456,
    "supply_mode": "出让",
    "contract_no": "HT-1",
    "supplied_on": date(2016, 5, 1),
    "start_due": date(2017, 6, 1),
}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _desk(settings: Any, tmp_path: Path) -> None:
    settings.TUBAN_TODAY = TODAY
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def clerk() -> User:
    return make_user(Role.BANNER_CLERK)


def stage(actor: User, *rows: dict[str, Any], **options: Any) -> Upload:
    return stage_upload(actor=actor, source=ledger(rows, **options), name="台账.xlsx")


def load(actor: User, *rows: dict[str, Any]) -> Batch:
    return confirm_upload(actor=actor, upload_id=stage(actor, *rows).pk)


def outcomes(upload: Upload) -> dict[Outcome, int]:
    return {outcome: n for outcome, n in summary(upload).counts.items() if n}


def problems(upload: Upload) -> list[tuple[int, str, str]]:
    rows = StagedRow.objects.filter(upload=upload).order_by("row_no")
    return [(r.row_no, p["column"], p["code"]) for r in rows for p in r.errors]


def facts(parcel_no: str = "YS-1") -> list[tuple[str, str]]:
    found = Fact.objects.filter(parcel__parcel_no=parcel_no).order_by("pk")
    return [(fact.kind, fact.on.isoformat()) for fact in found]


def test_staging_changes_nothing_of_the_record(clerk: User) -> None:
    upload = stage(clerk, row(**SUPPLIED), row(parcel_no="YS-2"))

    assert upload.state == UploadState.STAGED
    assert outcomes(upload) == {Outcome.NEW: 2}
    assert (upload.region_id, upload.size > 0) == (DONGSHENG, True)
    assert files.path_of(upload.sha256).read_bytes()
    assert not Parcel.objects.exists()
    assert not Fact.objects.exists()


def test_confirming_records_parcels_facts_and_phases(clerk: User) -> None:
    batch = load(clerk, row(**SUPPLIED, started_on=date(2018, 1, 5)), row(parcel_no="YS-2"))

    assert (batch.no, batch.rows, batch.facts) == ("150602-20240930-01", 2, 5)
    assert facts() == [
        ("approved", "2015-06-30"),
        ("supplied", "2016-05-01"),
        ("start_agreed", "2016-05-01"),
        ("start_reported", "2018-01-05"),
    ]
    parcel = Parcel.objects.get(parcel_no="YS-1")
    assert parcel.approval == Approval.objects.get()
    assert str(parcel.approval.approved_on) == "2015-06-30"
    supplied = Fact.objects.get(kind="supplied")
    assert supplied.payload == {
        "area": {"value": "2.3456", "unit": "ha"},
        "mode": "grant",
        "contract_no": "HT-1",
    }
    assert supplied.area_m2 == Decimal("23456")
    assert (supplied.paper_no, supplied.batch, supplied.recorded_by) == ("HT-1", batch, clerk)
    assert supplied.evidence == "台账.xlsx 第 2 行"
    now = ParcelPhase.objects.get(parcel=parcel, starts_on__lte=TODAY, ends_on=None)
    assert (now.stage, now.unsupplied_m2) == ("started", Decimal("100000"))
    upload = batch.upload
    assert upload.state == UploadState.CONFIRMED
    assert upload.message == "已登记 2 行，批次 150602-20240930-01。"
    assert StagedRow.objects.filter(upload=upload, taken=True).count() == 2


def test_the_same_file_twice_adds_nothing(clerk: User) -> None:
    rows = [row(**SUPPLIED), row(parcel_no="YS-2", approved_on="2015年")]
    load(clerk, *rows)
    before = (Fact.objects.count(), Parcel.objects.count(), ParcelPhase.objects.count())

    again = stage(clerk, *rows)

    assert outcomes(again) == {Outcome.SAME: 2}
    with pytest.raises(NothingToRecord):
        confirm_upload(actor=clerk, upload_id=again.pk)
    assert (Fact.objects.count(), Parcel.objects.count(), ParcelPhase.objects.count()) == before
    again.refresh_from_db()
    assert again.state == UploadState.STAGED
    assert Batch.objects.count() == 1


def test_a_changed_cell_corrects_what_an_import_recorded(clerk: User) -> None:
    load(clerk, row(**SUPPLIED))

    upload = stage(clerk, row(**{**SUPPLIED, "supplied_area": 3}, batch_name="演示批次二"))
    plan = StagedRow.objects.get(upload=upload).parsed["plan"]
    batch = confirm_upload(actor=clerk, upload_id=upload.pk)

    assert outcomes(upload) == {Outcome.CHANGED: 1}
    assert plan["facts"][0]["old"] == "供应 2016-05-01 2.3456 公顷"
    assert (batch.no, batch.facts) == ("150602-20240930-02", 1)
    correction = Fact.objects.get(batch=batch)
    assert correction.supersedes is not None
    assert correction.supersedes.payload["area"]["value"] == "2.3456"
    assert correction.reason == "导入更正：台账.xlsx 第 2 行"
    parcel = Parcel.objects.get()
    assert parcel.approval is not None
    assert parcel.approval.name == "演示批次二"
    latest = ParcelPhase.objects.filter(parcel=parcel).latest("starts_on")
    assert latest.supplied_m2 == Decimal("30000")


def test_a_blank_cell_neither_records_nor_erases(clerk: User) -> None:
    load(clerk, row(**SUPPLIED))

    upload = stage(clerk, {"region": "东胜区", "parcel_no": "YS-1", "started_on": date(2018, 1, 5)})
    confirm_upload(actor=clerk, upload_id=upload.pk)

    assert outcomes(upload) == {Outcome.CHANGED: 1}
    assert [kind for kind, _ in facts()] == [
        "approved",
        "supplied",
        "start_agreed",
        "start_reported",
    ]
    assert Parcel.objects.get().approval is not None


def test_what_a_person_recorded_is_a_conflict_not_overwritten(clerk: User) -> None:
    load(clerk, row(**SUPPLIED))
    fact = Fact.objects.get(kind="supplied")
    actions.correct_fact(
        actor=clerk,
        fact_id=fact.pk,
        on=fact.on,
        payload={**fact.payload, "area": {"value": "2.5", "unit": "ha"}},
        reason="按合同复印件更正",
    )

    upload = stage(clerk, row(**SUPPLIED), row(parcel_no="YS-2"))
    confirm_upload(actor=clerk, upload_id=upload.pk)

    assert outcomes(upload) == {Outcome.CONFLICT: 1, Outcome.NEW: 1}
    assert problems(upload) == [(2, "合同签订日期", "conflict")]
    assert "2.5 公顷" in StagedRow.objects.get(upload=upload, row_no=2).errors[0]["message"]
    assert not StagedRow.objects.get(upload=upload, row_no=2).taken
    upload.refresh_from_db()
    assert "冲突 1 行" in upload.message


def test_what_a_person_cancelled_is_not_brought_back_in_silence(clerk: User) -> None:
    rows = row(**SUPPLIED, started_on=date(2018, 1, 5))
    load(clerk, rows)
    actions.void_fact(
        actor=clerk, fact_id=Fact.objects.get(kind="start_reported").pk, reason="查无此事"
    )

    upload = stage(clerk, rows)

    assert outcomes(upload) == {Outcome.CONFLICT: 1}
    assert "作废" in StagedRow.objects.get(upload=upload).errors[0]["message"]


def test_a_withdrawn_batch_counts_as_never_imported(clerk: User) -> None:
    batch = load(clerk, row(**SUPPLIED))
    BatchWithdrawal.objects.create(
        batch=batch, reason="传错文件", withdrawn_by=clerk, withdrawn_at=batch.confirmed_at
    )

    upload = stage(clerk, row(**SUPPLIED))
    confirm_upload(actor=clerk, upload_id=upload.pk)

    assert outcomes(upload) == {Outcome.NEW: 1}
    assert Fact.objects.filter(batch__withdrawal=None).count() == 3


def test_each_parcel_takes_only_the_descriptions_its_row_changes(clerk: User) -> None:
    headings = [
        "旗区",
        "地块编号",
        "地块名称",
        "土地使用权人",
        "批准文号",
        "批准日期",
        "批准面积（公顷）",
    ]
    approval = ["内政土发〔2015〕1号", "2015-06-30", 1]

    def give(*rows: list[Any]) -> None:
        content = book({"S": [headings, *(["东胜区", *cells, *approval] for cells in rows)]})
        upload = stage_upload(actor=clerk, source=content, name="台账.xlsx")
        confirm_upload(actor=clerk, upload_id=upload.pk)

    give(["YS-1", "甲地", "甲公司"], ["YS-2", "乙地", "乙公司"], ["YS-3", "丙地", "丙公司"])
    give(["YS-1", "甲地块", None], ["YS-2", None, "新公司"], ["YS-3", None, None])

    described = Parcel.objects.order_by("parcel_no").values_list("name", "holder")
    assert list(described) == [("甲地块", "甲公司"), ("乙地", "新公司"), ("丙地", "丙公司")]
    assert Approval.objects.count() == 1


@pytest.mark.slow
def test_one_bad_row_in_five_thousand_stops_nothing_and_is_named(clerk: User) -> None:
    rows = [row(parcel_no=f"YS-{n}") for n in range(5_000)]
    rows[3_210]["approved_on"] = "2015-13-40"

    upload = stage(clerk, *rows)
    batch = confirm_upload(actor=clerk, upload_id=upload.pk)

    assert outcomes(upload) == {Outcome.NEW: 4_999, Outcome.ERROR: 1}
    bad = StagedRow.objects.get(upload=upload, outcome=Outcome.ERROR)
    assert (bad.row_no, bad.parcel_no, bad.taken) == (3_212, "YS-3210", False)
    assert bad.raw["approved_on"] == "2015-13-40"
    (problem,) = bad.errors
    assert (problem["column"], problem["stated"]) == ("批准日期", "2015-13-40")
    assert problem["message"]
    assert problem["remedy"]
    assert (batch.rows, Parcel.objects.count()) == (4_999, 4_999)
    upload.refresh_from_db()
    assert "另有 1 行没有登记：错误 1 行" in upload.message


@pytest.mark.parametrize(
    ("changes", "column", "code"),
    [
        ({**SUPPLIED, "supplied_on": date(2014, 1, 1)}, "合同签订日期", "before_approval"),
        ({**SUPPLIED, "supplied_area": 12.3457}, "合同签订日期", "over_consumption"),
        ({**SUPPLIED, "started_on": date(2024, 10, 1)}, "实际动工日期", "in_future"),
    ],
)
def test_what_the_law_refuses_keeps_the_row_waiting(
    clerk: User, changes: dict[str, Any], column: str, code: str
) -> None:
    upload = stage(clerk, row(**changes), row(parcel_no="YS-2"))

    assert outcomes(upload) == {Outcome.ERROR: 1, Outcome.NEW: 1}
    assert (2, column, code) in problems(upload)


def test_a_fact_that_contradicts_the_stored_record_keeps_the_row_waiting(clerk: User) -> None:
    load(clerk, row(**SUPPLIED))

    upload = stage(clerk, row(approved_area=2))

    assert outcomes(upload) == {Outcome.ERROR: 1}


def test_a_parcel_named_twice_waits_with_both_rows(clerk: User) -> None:
    upload = stage(clerk, row(), row(parcel_no="ＹＳ－1", approved_area=3), row(parcel_no="YS-2"))

    assert outcomes(upload) == {Outcome.ERROR: 2, Outcome.NEW: 1}
    assert problems(upload) == [(2, "地块编号", "repeated"), (3, "地块编号", "repeated")]


def test_a_clerk_imports_only_rows_of_the_own_region(clerk: User) -> None:
    upload = stage(clerk, row(), row(region="乌 审 旗", parcel_no="WS-1"))

    assert outcomes(upload) == {Outcome.NEW: 1, Outcome.ERROR: 1}
    assert problems(upload) == [(3, "旗区", "out_of_scope")]
    assert StagedRow.objects.get(upload=upload, row_no=3).region is None


def test_the_city_imports_every_region_into_one_batch() -> None:
    reviewer = make_user(Role.CITY_REVIEWER, CITY)

    batch = load(reviewer, row(), row(region="乌 审 旗", parcel_no="WS-1"))

    assert batch.no == "150600-20240930-01"
    assert Parcel.objects.get(parcel_no="WS-1").region_id == "150626"


def test_the_same_number_in_two_regions_is_two_parcels() -> None:
    reviewer = make_user(Role.CITY_REVIEWER, CITY)

    load(reviewer, row(), row(region="乌审旗"))

    assert Parcel.objects.filter(parcel_no="YS-1").count() == 2


@pytest.mark.parametrize(
    "role", [Role.AUDITOR, Role.CITY_LEADER, Role.DEPARTMENT, Role.SYSTEM_ADMIN]
)
def test_other_roles_neither_stage_nor_confirm(clerk: User, role: Role) -> None:
    upload = stage(clerk, row())
    other = make_user(role)

    with pytest.raises(Forbidden):
        stage(other, row())
    with pytest.raises(Forbidden):
        confirm_upload(actor=other, upload_id=upload.pk)

    assert not Fact.objects.exists()


def test_an_upload_of_another_region_does_not_exist_for_a_clerk(clerk: User) -> None:
    upload = stage(clerk, row())
    neighbour = make_user(Role.BANNER_CLERK, "150626")

    with pytest.raises(DomainError) as caught:
        confirm_upload(actor=neighbour, upload_id=upload.pk)

    assert caught.value.kind == "absent"


def test_a_second_confirmation_is_told_of_the_first(clerk: User) -> None:
    upload = stage(clerk, row())
    batch = confirm_upload(actor=clerk, upload_id=upload.pk)

    with pytest.raises(NotReady) as caught:
        confirm_upload(actor=clerk, upload_id=upload.pk)

    assert batch.no in (caught.value.cause or "")
    assert Batch.objects.count() == 1


def test_a_row_the_record_has_overtaken_is_set_aside_on_confirming(clerk: User) -> None:
    load(clerk, row())
    upload = stage(clerk, row(**SUPPLIED), row(parcel_no="YS-2"))
    actions.record_fact(
        actor=clerk,
        parcel_id=Parcel.objects.get().pk,
        kind=FactKind.SUPPLIED,
        on=date(2016, 5, 1),
        payload={"area": {"value": "9", "unit": "ha"}},
    )

    batch = confirm_upload(actor=clerk, upload_id=upload.pk)

    assert batch.rows == 1
    overtaken = StagedRow.objects.get(upload=upload, row_no=2)
    assert (overtaken.outcome, overtaken.taken) == (Outcome.CONFLICT, False)
    assert Fact.objects.filter(kind="supplied").count() == 1


def test_two_uploads_of_one_new_parcel_record_it_once(clerk: User) -> None:
    first, second = stage(clerk, row(**SUPPLIED)), stage(clerk, row(**SUPPLIED))
    confirm_upload(actor=clerk, upload_id=first.pk)

    with pytest.raises(NothingToRecord):
        confirm_upload(actor=clerk, upload_id=second.pk)

    assert Parcel.objects.count() == 1
    assert Fact.objects.count() == 3


def test_sums_in_the_database_are_the_sums_of_the_file_exactly(clerk: User) -> None:
    headings = ["旗区", "地块编号", "批准文号", "批准日期", "批准面积（亩）"]
    printed = [f"{n}.{n * 7 % 100:02d}" for n in range(1, 400)]
    rows = [["东胜区", f"YS-{at}", "内政土发〔2015〕1号", "2015-06-30", float(value)]
            for at, value in enumerate(printed)]  # fmt: skip
    upload = stage_upload(actor=clerk, source=book({"S": [headings, *rows]}), name="亩.xlsx")
    confirm_upload(actor=clerk, upload_id=upload.pk)

    stored = sum(
        (payload_from_json(FactKind.APPROVED, f.payload).area.m2 for f in Fact.objects.all()),  # type: ignore[union-attr]
        Fraction(0),
    )
    assert stored == sum(Fraction(value) for value in printed) * Fraction(2000, 3)


def test_a_bare_start_becomes_proven_by_permit_and_test(clerk: User) -> None:
    keys = [
        "region",
        "parcel_no",
        "supplied_area",
        "supplied_on",
        "started_on",
        "permit_no",
        "start_test",
    ]
    bare = ["东胜区", "YS-1", 1, date(2016, 5, 1), date(2017, 1, 1), "", ""]
    proven = [*bare[:5], "SG-2017-1", "桩基完成"]
    names = [
        "旗区",
        "地块编号",
        "已供面积",
        "合同签订日期",
        "实际动工日期",
        "施工许可证号",
        "动工认定情形",
    ]
    for cells in (bare, proven):
        upload = stage_upload(
            actor=clerk, source=book({"填报": [keys, names, cells]}), name="a.xlsx"
        )
        confirm_upload(actor=clerk, upload_id=upload.pk)

    assert [kind for kind, _ in facts()] == ["supplied", "start_reported", "started"]
    assert Fact.objects.get(kind="started").payload == {"permit_no": "SG-2017-1", "test": "piles"}
    assert Parcel.objects.get().permit_no == "SG-2017-1"
    again = stage_upload(actor=clerk, source=book({"填报": [keys, names, bare]}), name="a.xlsx")
    assert outcomes(again) == {Outcome.SAME: 1}
