"""Checks of a whole file: among its rows, and against the record."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tuban.accounts.models import Role, User
from tuban.parcels.imports import recordchecks
from tuban.parcels.imports.confirm import confirm_upload
from tuban.parcels.imports.sheets import Note
from tuban.parcels.imports.staging import stage_upload
from tuban.parcels.imports.template import write
from tuban.parcels.imports.tests.books import book
from tuban.parcels.imports.withdraw import withdraw_batch
from tuban.parcels.models import Approval, Batch, Outcome, StagedRow, Upload
from tuban.parcels.tests.cast import CITY, TODAY, make_user

ROW: dict[str, Any] = {
    "region": "东胜区",
    "parcel_no": "YS-1",
    "approval_no": "内政土发〔2015〕1号",
    "batch_name": "一批次",
    "approved_on": date(2015, 6, 30),
    "approved_area": 12.3456,
}
SUPPLIED: dict[str, Any] = {**ROW, "supplied_area": 2, "supplied_on": date(2016, 5, 1)}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _desk(settings: Any, tmp_path: Path) -> None:
    settings.TUBAN_TODAY = TODAY
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def clerk() -> User:
    return make_user(Role.BANNER_CLERK)


def stage(actor: User, *rows: dict[str, Any]) -> Upload:
    return stage_upload(actor=actor, source=write(rows), name="台账.xlsx")


def load(actor: User, *rows: dict[str, Any]) -> Batch:
    return confirm_upload(actor=actor, upload_id=stage(actor, *rows).pk)


def problems(upload: Upload) -> list[tuple[str, str, str]]:
    """(地块编号, column, code) of every problem; each says what to do."""
    found = []
    for row in StagedRow.objects.filter(upload=upload).order_by("row_no"):
        for problem in row.errors:
            assert problem["message"]
            assert problem["remedy"]
            found.append((row.parcel_no, problem["key"], problem["code"]))
    return found


def words(upload: Upload, code: str) -> str:
    rows = StagedRow.objects.filter(upload=upload).order_by("row_no")
    return next(p["message"] for r in rows for p in r.errors if p["code"] == code)


def notes(upload: Upload, kind: str) -> list[str]:
    return [note["text"] for note in upload.notes if note["kind"] == kind]


def outcomes(upload: Upload) -> set[str]:
    return set(StagedRow.objects.filter(upload=upload).values_list("outcome", flat=True))


# ---- Among the rows -----------------------------------------------------------------------------


def test_rows_of_one_parcel_wait_and_say_what_they_supply_together(clerk: User) -> None:
    upload = stage(clerk, {**SUPPLIED, "supplied_area": 8}, {**SUPPLIED, "supplied_area": 7})

    assert problems(upload) == [("YS-1", "parcel_no", "repeated")] * 2
    assert "合计 15.0000 公顷，超过批准面积 12.3456 公顷" in words(upload, "repeated")


def test_a_contract_on_two_parcels_is_remarked_with_what_differs(clerk: User) -> None:
    one = {**SUPPLIED, "contract_no": "HT-1", "holder": "演示企业"}
    upload = stage(
        clerk, one, {**one, "parcel_no": "YS-2", "supplied_area": 3, "holder": "别的企业"}
    )

    assert problems(upload) == [
        ("YS-1", "contract_no", "contract_shared"),
        ("YS-2", "contract_no", "contract_shared"),
    ]
    assert words(upload, "contract_shared") == "与第 4 行合同编号相同，已供面积、土地使用权人不同。"
    assert outcomes(upload) == {Outcome.NEW}


def test_one_code_for_two_companies_and_two_codes_for_one_are_remarked(clerk: User) -> None:
    first, second = "91350100M000100Y43", "11150600MB0000000B"
    upload = stage(
        clerk,
        {**ROW, "parcel_no": "A", "holder": "甲", "holder_uscc": first},
        {**ROW, "parcel_no": "B", "holder": "乙", "holder_uscc": first},
        {**ROW, "parcel_no": "C", "holder": "丙", "holder_uscc": second},
        {**ROW, "parcel_no": "D", "holder": "丙", "holder_uscc": "12150302MB1234562X"},
        {**ROW, "parcel_no": "E", "holder": "丁", "holder_uscc": ""},
    )

    assert problems(upload) == [(n, "holder_uscc", "uscc_names") for n in "ABCD"]


def test_a_price_a_unit_apart_from_all_others_is_remarked(clerk: User) -> None:
    rows = [
        {**SUPPLIED, "parcel_no": f"P-{n}", "contract_no": f"HT-{n}", "price": 240 + n}
        for n in range(9)
    ]
    rows[4]["price"] *= 10_000

    upload = stage(clerk, *rows)

    assert problems(upload) == [("P-4", "price", "price_unit")]
    assert "约差 10,000 倍" in words(upload, "price_unit")


def test_papers_older_than_the_banner_are_said_once_for_the_file() -> None:
    city = make_user(Role.CITY_REVIEWER, CITY)
    upload = stage(
        city,
        {**ROW, "region": "康巴什区"},
        {
            **ROW,
            "region": "康巴什区",
            "parcel_no": "YS-2",
            "approval_no": "内政土发〔2016〕9号",
            "approved_on": date(2016, 12, 1),
        },
    )

    (said,) = notes(upload, "division")
    assert "第 3 行" in said
    assert "2016" in said
    assert problems(upload) == []


# ---- Against the record -------------------------------------------------------------------------


def test_an_approval_that_would_be_exceeded_keeps_the_rows_waiting_that_take_more(
    clerk: User,
) -> None:
    load(clerk, {**ROW, "approved_area": 8}, {**ROW, "parcel_no": "YS-2", "approved_area": 1})
    Approval.objects.update(area_m2=Decimal(100_000))

    within = stage(clerk, {**ROW, "parcel_no": "YS-3", "approved_area": 1})
    beyond = stage(
        clerk,
        {**ROW, "approved_area": 8},
        {**ROW, "parcel_no": "YS-2", "approved_area": 1.5},
        {**ROW, "parcel_no": "YS-3", "approved_area": 0.6},
    )

    assert problems(within) == []
    assert problems(beyond) == [
        ("YS-2", "approved_area", "approval_exhausted"),
        ("YS-3", "approved_area", "approval_exhausted"),
    ]
    said = words(beyond, "approval_exhausted")
    assert "批准 10.0000 公顷" in said
    assert "库内其他地块 0.0000 公顷，加本表 3 行共 10.1000 公顷，超出 0.1000 公顷" in said
    assert outcomes(beyond) == {Outcome.SAME, Outcome.ERROR}


def with_total(total: Any, *rows: dict[str, Any]) -> bytes:
    """A ledger of a bureau's own with a column for the whole approval's area."""
    headings = (
        "旗区",
        "地块编号",
        "批准文号",
        "批次名称",
        "批准日期",
        "批准面积（公顷）",
        "批文总面积（公顷）",
    )
    keys = ("region", "parcel_no", "approval_no", "batch_name", "approved_on", "approved_area")
    totals = total if isinstance(total, list) else [total] * len(rows)
    lines = [[r[key] for key in keys] + [t] for r, t in zip(rows, totals, strict=True)]
    return book({"台账": [list(headings), *lines]})


def test_the_approvals_area_may_come_with_the_file(clerk: User) -> None:
    load(clerk, {**ROW, "approved_area": 8})
    second, third = {**ROW, "parcel_no": "YS-2"}, {**ROW, "parcel_no": "YS-3"}
    rows = {**second, "approved_area": 1}, {**third, "approved_area": 1.5}

    fits = stage_upload(actor=clerk, source=with_total(10.5, *rows), name="a.xlsx")
    beyond = stage_upload(actor=clerk, source=with_total(10, *rows), name="b.xlsx")

    assert problems(fits) == []
    assert problems(beyond) == [
        ("YS-2", "approved_area", "approval_exhausted"),
        ("YS-3", "approved_area", "approval_exhausted"),
    ]
    assert Approval.objects.get().area_m2 is None


def test_two_totals_of_one_approval_are_remarked(clerk: User) -> None:
    rows = [{**ROW, "parcel_no": f"YS-{n}", "approved_area": 1} for n in range(3)]

    upload = stage_upload(actor=clerk, source=with_total([30, 30, 3], *rows), name="a.xlsx")

    assert problems(upload) == [("YS-2", "approval_total", "approval_totals")]


def test_an_approval_used_to_the_last_square_metre_is_not_exceeded(clerk: User) -> None:
    load(clerk, {**ROW, "approved_area": 8})
    Approval.objects.update(area_m2=Decimal("100000.5"))

    assert problems(stage(clerk, {**ROW, "parcel_no": "YS-2", "approved_area": 2.0001})) == []


def test_what_was_exceeded_before_is_not_held_against_the_same_ledger(clerk: User) -> None:
    load(clerk, {**ROW, "approved_area": 8})
    Approval.objects.update(area_m2=Decimal(50_000))

    assert problems(stage(clerk, {**ROW, "approved_area": 8})) == []


def test_a_contract_the_record_holds_for_another_parcel_is_remarked(clerk: User) -> None:
    batch = load(clerk, {**SUPPLIED, "contract_no": "HT-1"})
    again = {**SUPPLIED, "parcel_no": "YS-2", "contract_no": "HT-1"}

    assert problems(stage(clerk, {**SUPPLIED, "contract_no": "HT-1"})) == []
    upload = stage(clerk, again)
    assert problems(upload) == [("YS-2", "contract_no", "contract_elsewhere")]
    assert "YS-1" in words(upload, "contract_elsewhere")

    withdraw_batch(actor=clerk, batch_id=batch.pk, reason="传错文件")
    assert problems(stage(clerk, again)) == []


def test_a_contract_of_another_region_is_nobodys_business(clerk: User) -> None:
    city = make_user(Role.CITY_REVIEWER, CITY)
    load(city, {**SUPPLIED, "region": "伊金霍洛旗", "contract_no": "HT-1"})

    assert problems(stage(clerk, {**SUPPLIED, "contract_no": "HT-1"})) == []
    assert problems(stage(city, {**SUPPLIED, "contract_no": "HT-1"})) == [
        ("YS-1", "contract_no", "contract_elsewhere")
    ]


def many(factor: float, *, start: int = 0, price: float = 120) -> list[dict[str, Any]]:
    return [
        {
            **SUPPLIED,
            "parcel_no": f"M-{n}",
            "contract_no": f"HT-{n}",
            "approved_area": round((1 + (n - start) / 10) * factor, 4),
            "supplied_area": round((1 + (n - start) / 10) * factor, 4),
            "price": round((1 + (n - start) / 10) * price, 2),
        }
        for n in range(start, start + 10)
    ]


def test_a_column_a_unit_apart_from_the_record_is_said_and_left_as_it_is(clerk: User) -> None:
    load(clerk, *many(1))

    upload = stage(clerk, *many(15, start=10))

    said = notes(upload, "unit_scale")
    assert len(said) == 2
    assert "可能是按亩填写的" in said[0]
    assert all(note["warn"] for note in upload.notes if note["kind"] == "unit_scale")
    row = StagedRow.objects.filter(upload=upload).first()
    assert row is not None
    assert row.parsed["facts"][0]["payload"]["area"] == {"value": "15", "unit": "ha"}
    assert notes(stage(clerk, *many(1, start=10)), "unit_scale") == []


def test_prices_a_unit_apart_from_the_record_are_said(clerk: User) -> None:
    load(clerk, *many(1))

    assert len(notes(stage(clerk, *many(1, start=10, price=1_200_000)), "price_scale")) == 1
    assert notes(stage(clerk, *many(1, start=10, price=200)), "price_scale") == []


def test_the_number_of_queries_does_not_grow_with_the_rows(
    clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(clerk, *many(1))
    Approval.objects.update(area_m2=Decimal(10_000_000))
    counts = []
    add = recordchecks.add

    def counted(*given: Any) -> list[Note]:
        with CaptureQueriesContext(connection) as seen:
            found = add(*given)
        counts.append(len(seen))
        return found

    monkeypatch.setattr(recordchecks, "add", counted)
    for size in (10, 60):
        stage(
            clerk,
            *[{**r, "parcel_no": f"{size}-{n}"} for n, r in enumerate(many(1) * (size // 10))],
        )

    assert counts[0] == counts[1] == 5
