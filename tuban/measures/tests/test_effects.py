"""What an upload would change of the figures is what confirming it changes of them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Sum
from django.test import Client

from tuban.accounts.models import Role, User
from tuban.law.timeline import timeline
from tuban.measures.changes import changes
from tuban.measures.definitions import MEASURES, Basis
from tuban.measures.effects import Effect, effects
from tuban.parcels import phases
from tuban.parcels.imports.confirm import confirm_upload
from tuban.parcels.imports.staging import stage_upload
from tuban.parcels.imports.tests.books import ledger, row
from tuban.parcels.models import Fact, Parcel, ParcelPhase, Upload
from tuban.parcels.tests.cast import (
    CITY,
    DONGSHENG,
    EJIN_HORO,
    TODAY,
    make_parcel,
    make_user,
    mu,
)

MU_M2 = Fraction(2000, 3)
HA = Fraction(10_000)
SUPPLY: dict[str, Any] = {"supplied_area": 2, "supplied_on": date(2024, 5, 1)}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _desk(settings: Any, tmp_path: Path) -> None:
    settings.TUBAN_TODAY = TODAY
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def reviewer() -> User:
    return make_user(Role.CITY_REVIEWER, CITY)


def stage(actor: User, *rows: dict[str, Any]) -> Upload:
    return stage_upload(actor=actor, source=ledger(rows), name="台账.xlsx")


def told(found: tuple[Effect, ...]) -> dict[tuple[str, str], tuple[Fraction, Fraction, Fraction]]:
    return {(e.measure_code, e.region_code): (e.before_m2, e.after_m2, e.delta_m2) for e in found}


def figures() -> dict[tuple[str, str], Fraction]:
    """Every figure of today by code and region, added up from the phases."""
    found = {}
    for code, item in MEASURES.items():
        everything = ParcelPhase.objects.all()
        rows = (
            item.rows_on(everything, TODAY)
            if item.basis is Basis.STOCK
            else item.rows_during(everything, date(TODAY.year, 1, 1), TODAY)
        )
        for summed in rows.values("region_id").annotate(total=Sum(item.column)).order_by():
            found[code, summed["region_id"]] = Fraction(summed["total"])
    return found


def test_a_supply_takes_from_the_stock_and_adds_to_what_was_done_this_year(
    reviewer: User,
) -> None:
    make_parcel(reviewer, no="YS-1", approved=("2015-06-30", mu("45")))
    make_parcel(reviewer, no="YS-2", approved=("2016-06-30", mu("15")))
    upload = stage(
        reviewer,
        {
            "region": "东胜区",
            "parcel_no": "YS-1",
            "supplied_area": 0.826667,
            "supplied_on": date(2024, 5, 1),
        },
    )

    found = effects(upload)

    # 12.4 亩, given in 公顷 to six places.
    gone = Fraction("0.826667") * HA
    assert told(found) == {
        ("unsupplied_stock", DONGSHENG): (60 * MU_M2, 60 * MU_M2 - gone, -gone),
        ("unsupplied_disposed", DONGSHENG): (Fraction(0), gone, gone),
    }
    assert [(e.name, e.period, e.region_name) for e in found] == [
        ("批而未供存量", "", "东胜区"),
        ("2024 年批而未供消化", "2024", "东胜区"),
    ]
    assert Fact.objects.count() == 2


def test_what_was_done_in_an_earlier_year_changes_only_the_stock(reviewer: User) -> None:
    make_parcel(reviewer, approved=("2015-06-30", mu("45")))
    upload = stage(
        reviewer,
        {"region": "东胜区", "parcel_no": "YS-1", **SUPPLY, "supplied_on": date(2023, 12, 31)},
    )

    assert told(effects(upload)) == {("unsupplied_stock", DONGSHENG): (3 * HA, HA, -2 * HA)}


def test_approvals_outside_the_years_in_scope_change_no_figure(reviewer: User) -> None:
    upload = stage(
        reviewer,
        row(parcel_no="YS-1", approved_on=date(2008, 12, 31)),
        row(parcel_no="YS-2", approved_on=date(2020, 1, 1), approval_no="内政土发〔2020〕1号"),
    )

    assert effects(upload) == ()


def test_what_is_shown_is_what_confirming_brings(reviewer: User) -> None:
    idle = {
        "supplied": ("2016-01-10", mu("10.01")),
        "start_agreed": ("2016-01-10", {"start_on": "2017-01-10"}),
        "recognised_idle": ("2018-06-01", {"cause": "enterprise"}),
    }
    for number in (1, 2):
        make_parcel(reviewer, no=f"XZ-{number}", approved=("2015-06-30", mu("20.02")), **idle)
    make_parcel(reviewer, no="XZ-3", region=EJIN_HORO, supplied=idle["supplied"])
    upload = stage(
        reviewer,
        {"region": "东胜区", "parcel_no": "XZ-1", "started_on": date(2024, 3, 1)},
        {"region": "东胜区", "parcel_no": "XZ-2", "started_on": date(2022, 3, 1)},
        row(parcel_no="YS-1"),
        row(parcel_no="YS-2", **SUPPLY),
        row(parcel_no="YS-3", **{**SUPPLY, "supplied_on": date(2016, 1, 1)},
            start_due=date(2017, 1, 1)),
        row(parcel_no="YS-4", region="伊金霍洛旗", **SUPPLY),
    )  # fmt: skip
    before = figures()

    shown = told(effects(upload))
    confirm_upload(actor=reviewer, upload_id=upload.pk)

    after = figures()
    nothing = Fraction(0)
    expected = {
        key: (before.get(key, nothing), after.get(key, nothing))
        for key in before | after
        if before.get(key, nothing) != after.get(key, nothing)
    }
    assert {key: (b, a) for key, (b, a, _) in shown.items()} == expected
    assert all(a - b == delta for b, a, delta in shown.values())
    assert {code for code, _ in shown} == set(MEASURES)
    upload.refresh_from_db()
    assert told(effects(upload)) == shown


def test_a_definition_counts_periods_as_it_counts_stored_phases(reviewer: User) -> None:
    for number, approved_on in enumerate(("2008-12-31", "2009-01-01", "2019-12-31", "2020-01-01")):
        make_parcel(
            reviewer,
            no=f"YS-{number}",
            approved=(approved_on, mu("30.01")),
            supplied=("2020-02-01", mu("10.01")),
            start_agreed=("2020-02-01", {"start_on": "2020-06-01"}),
            recognised_idle=("2021-08-01", {"cause": "enterprise"}),
            start_reported=("2024-02-01", {}),
        )
    rows = phases.stored_facts(Parcel.objects.values_list("pk", flat=True))

    for item in MEASURES.values():
        stored = item.rows_during(ParcelPhase.objects.all(), date.min, date.max)
        counted = [
            item.counted(period)
            for pk in {row[0] for row in rows}
            for period in timeline(phases.standing_facts(r for r in rows if r[0] == pk)).periods
        ]
        assert sum(counted) == Fraction(stored.aggregate(total=Sum(item.column))["total"])
        assert sum(1 for m2 in counted if m2) == stored.count()


def test_the_figures_before_are_those_of_the_log(reviewer: User) -> None:
    make_parcel(reviewer, approved=("2015-06-30", mu("45")))
    upload = stage(reviewer, row(parcel_no="YS-2"))

    (effect,) = effects(upload)

    assert effect.before_m2 == changes(MEASURES, TODAY).stock("unsupplied_stock")[DONGSHENG]


def test_the_page_lists_the_effects_with_their_signs(reviewer: User, client: Client) -> None:
    make_parcel(reviewer, approved=("2015-06-30", mu("45")))
    upload = stage(reviewer, {"region": "东胜区", "parcel_no": "YS-1", **SUPPLY})
    client.force_login(reviewer)

    page = client.get(f"/measures/effects/{upload.pk}/")
    part = client.get(f"/measures/effects/{upload.pk}/", headers={"HX-Request": "true"})

    text = page.content.decode()
    assert "<title>对指标的影响 台账.xlsx" in text
    assert 'data-delta-m2="-20000.000000">−30.00</td>' in text
    assert 'data-delta-m2="20000.000000">+30.00</td>' in text
    assert f'data-measure="unsupplied_stock" data-region="{DONGSHENG}"' in text
    assert part.content.decode().lstrip().startswith('<section class="tb-panel"')
    assert "<html" not in part.content.decode()
    assert part["Vary"].startswith("HX-Request")


def test_the_page_says_when_nothing_changes(reviewer: User, client: Client) -> None:
    upload = stage(reviewer, row(approved_on=date(2008, 1, 1)))
    client.force_login(reviewer)

    assert (
        "不会改变今天的任何指标" in client.get(f"/measures/effects/{upload.pk}/").content.decode()
    )
    confirm_upload(actor=reviewer, upload_id=upload.pk)
    assert "登记时所示" in client.get(f"/measures/effects/{upload.pk}/").content.decode()


def test_an_upload_of_another_region_answers_as_if_there_were_none(client: Client) -> None:
    upload = stage(make_user(Role.BANNER_CLERK), row())
    client.force_login(make_user(Role.BANNER_CLERK, EJIN_HORO))

    assert client.get(f"/measures/effects/{upload.pk}/").status_code == 404
    assert client.get(f"/measures/effects/{upload.pk + 1}/").status_code == 404
    client.logout()
    assert client.get(f"/measures/effects/{upload.pk}/").status_code == 302
