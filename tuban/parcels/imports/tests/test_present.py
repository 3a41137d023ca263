"""The template filled with the record comes back as 不变, whatever the record holds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from io import BytesIO

import pytest
from django.test import Client
from pytest_django import Settings
from python_calamine import CalamineWorkbook

from tuban.accounts.models import Role, User
from tuban.law.facts import FactKind
from tuban.parcels import actions
from tuban.parcels.imports import present, template
from tuban.parcels.imports.staging import stage_upload
from tuban.parcels.models import Approval, Outcome, Parcel
from tuban.parcels.tests.cast import EJIN_HORO, TODAY, make_parcel, make_user, mu

HA = {"area": {"value": "12.3456", "unit": "ha"}}
SUPPLIED = {**mu("63.58"), "mode": "grant", "contract_no": "演合1号", "price_yuan": "8138200.00"}
AGREED = {"start_on": "2021-03-15", "complete_on": "2023-03-15"}
HISTORIES = {
    "approved": {"approved": ("2015-06-30", HA)},
    "supplied": {
        "supplied": ("2020-03-15", SUPPLIED),
        "delivered": ("2020-04-01", {}),
        "start_agreed": ("2020-03-15", AGREED),
    },
    "agreed on another day": {
        "supplied": ("2020-03-15", SUPPLIED),
        "start_agreed": ("2020-05-01", AGREED),
    },
    "started with proof": {
        "supplied": ("2020-03-15", SUPPLIED),
        "started": ("2021-02-01", {"permit_no": "证1", "test": "piles"}),
        "completed": ("2023-01-01", {}),
    },
    "idle, excluded for another cause": {
        "supplied": ("2018-03-15", SUPPLIED),
        "start_agreed": ("2018-03-15", {"start_on": "2019-03-15"}),
        "excluded": (
            "2019-05-01",
            {"to": "2019-08-31", "cause": "government", "confirmed": True},
        ),
        "recognised_idle": ("2021-01-01", {"cause": "enterprise"}),
    },
    "recovered": {
        "supplied": ("2018-03-15", SUPPLIED),
        "recovered": ("2022-03-15", {"route": "paid", **mu("63.58")}),
    },
}


@pytest.fixture(autouse=True)
def today(settings: Settings) -> None:
    settings.TUBAN_TODAY = TODAY


@pytest.fixture
def clerk(db: None) -> User:
    return make_user(Role.BANNER_CLERK)


def outcomes(clerk: User, parcels: Iterable[Parcel]) -> list[str]:
    """What becomes of the filled template when it is delivered again."""
    keys = [(parcel.region_id, parcel.parcel_no) for parcel in parcels]
    content = template.write(present.rows(keys), area_unit=present.AREA_UNIT)
    upload = stage_upload(actor=clerk, source=content, name="台账.xlsx")
    return list(upload.rows.values_list("outcome", flat=True))


@pytest.mark.parametrize("history", HISTORIES)
def test_what_is_recorded_comes_back_unchanged(clerk: User, history: str) -> None:
    parcel = make_parcel(clerk, **HISTORIES[history])
    parcel.approval = Approval.objects.create(
        region_id=parcel.region_id, doc_no="演土批〔2015〕1号"
    )
    parcel.save()

    assert outcomes(clerk, [parcel]) == [Outcome.SAME]


def test_a_month_stays_a_month(clerk: User) -> None:
    parcel = make_parcel(clerk, delivered=("2020-04-01", {}))
    actions.record_fact(
        actor=clerk,
        parcel_id=parcel.pk,
        kind=FactKind.SUPPLIED,
        on=date(2020, 2, 29),
        precision="month",
        payload=mu("10"),
    )

    assert outcomes(clerk, [parcel]) == [Outcome.SAME]


def test_the_page_gives_exactly_the_filtered_parcels_of_ones_own_region(
    clerk: User, client: Client
) -> None:
    make_parcel(clerk, no="YS-1", approved=("2015-06-30", HA))
    make_parcel(clerk, no="YS-2", supplied=("2020-03-15", SUPPLIED))
    make_parcel(clerk, no="YS-3", region=EJIN_HORO, approved=("2015-06-30", HA))
    client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")

    response = client.get("/parcels/ledger.xlsx?stage=unsupplied")

    sheet = CalamineWorkbook.from_filelike(BytesIO(response.content)).get_sheet_by_index(0)
    keys = sheet.to_python()[0]
    numbers = [row[keys.index("parcel_no")] for row in sheet.to_python()[2:]]
    assert numbers == ["YS-1"]
