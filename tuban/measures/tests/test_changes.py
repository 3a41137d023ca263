"""The log of changes says what the phases say, whatever is written, corrected or withdrawn."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from pytest_django import Settings

from tuban.accounts.models import Role
from tuban.law.facts import FactKind
from tuban.measures.changes import changes, fold, wrong_codes
from tuban.measures.definitions import MEASURES
from tuban.measures.models import Grain, MeasureChange
from tuban.measures.queries import contributions
from tuban.parcels import actions, phases
from tuban.parcels.models import ParcelPhase
from tuban.parcels.tests.cast import CITY, DONGSHENG, EJIN_HORO, TODAY, make_parcel, make_user, mu

MU_M2 = Fraction(2000, 3)
IDLE = {
    "supplied": ("2016-01-10", mu("30")),
    "start_agreed": ("2016-01-10", {"start_on": "2017-01-10"}),
    "recognised_idle": ("2018-06-01", {"cause": "enterprise"}),
}


@pytest.fixture(autouse=True)
def today(settings: Settings) -> None:
    settings.TUBAN_TODAY = TODAY


@pytest.mark.django_db
def test_every_measure_is_logged_as_its_definition_counts_it() -> None:
    clerk = make_user(Role.BANNER_CLERK)
    approved = {"approved": ("2015-06-30", mu("45"))}
    make_parcel(clerk, no="YS-1", **approved)
    make_parcel(clerk, no="YS-2", **approved, **IDLE)
    make_parcel(clerk, no="YS-3", **approved, **IDLE, start_reported=("2022-03-01", {}))
    make_parcel(
        clerk,
        no="YS-4",
        region=EJIN_HORO,
        **{k: v for k, v in IDLE.items() if k != "recognised_idle"},
    )
    make_parcel(clerk, no="YS-5", approved=("2020-01-01", mu("9")))

    found = changes(MEASURES, TODAY)

    assert found.stock("unsupplied_stock") == {DONGSHENG: 75 * MU_M2}
    assert found.stock("idle_stock") == {DONGSHENG: 30 * MU_M2}
    assert found.stock("suspected_idle_stock")[EJIN_HORO] == 30 * MU_M2
    assert found.flow("idle_disposed") == {(DONGSHENG, 2022): 30 * MU_M2}
    assert found.flow("unsupplied_disposed") == {(DONGSHENG, 2016): 60 * MU_M2}
    assert wrong_codes(TODAY) == []
    assert wrong_codes(date(2018, 5, 31)) == []


@pytest.mark.django_db
def test_a_correction_moves_the_log_with_the_phases() -> None:
    clerk = make_user(Role.BANNER_CLERK)
    parcel = make_parcel(clerk, approved=("2015-06-30", mu("45")), **IDLE)

    actions.correct_fact(
        actor=clerk,
        fact_id=parcel.facts.get(kind=FactKind.SUPPLIED).pk,
        on=date(2016, 1, 10),
        payload=mu("15"),
        reason="面积更正",
    )

    assert changes(["unsupplied_stock"], TODAY).stock("unsupplied_stock") == {DONGSHENG: 30 * MU_M2}
    assert wrong_codes(TODAY) == []


@pytest.mark.django_db
def test_what_nobody_has_reviewed_is_logged_beside_it() -> None:
    clerk = make_user(Role.BANNER_CLERK)
    reviewer = make_user(Role.CITY_REVIEWER, CITY)
    one = make_parcel(clerk, no="YS-1", approved=("2015-06-30", mu("45")), **IDLE)
    make_parcel(clerk, no="YS-2", approved=("2015-06-30", mu("9")))
    before = changes(MEASURES, TODAY)

    for fact in one.facts.all():
        actions.review_fact(actor=reviewer, fact_id=fact.pk)
    after = changes(MEASURES, TODAY)

    assert before.unreviewed.by_code == before.by_code
    assert after.stock("unsupplied_stock") == before.stock("unsupplied_stock")
    assert after.unreviewed.stock("unsupplied_stock") == {DONGSHENG: 9 * MU_M2}
    assert not any(after.unreviewed.stock("idle_stock").values())
    assert wrong_codes(TODAY) == []
    fold()
    assert changes(MEASURES, TODAY).unreviewed.stock("unsupplied_stock") == {DONGSHENG: 9 * MU_M2}


@pytest.mark.django_db
def test_a_log_that_is_wrong_only_about_reviews_is_found_by_the_proof() -> None:
    make_parcel(make_user(Role.BANNER_CLERK), approved=("2015-06-30", mu("45")))
    MeasureChange.objects.update(unreviewed_m2=0)

    assert wrong_codes(TODAY) == ["unsupplied_stock"]


@pytest.mark.django_db
def test_folding_changes_no_figure_and_leaves_one_row_a_day_and_one_a_month() -> None:
    clerk = make_user(Role.BANNER_CLERK)
    parcel = make_parcel(clerk, approved=("2015-06-30", mu("45")), **IDLE)
    for _ in range(3):
        phases.rebuild([parcel.pk])
    before = changes(MEASURES, TODAY).by_code

    left = fold()

    assert changes(MEASURES, TODAY).by_code == {
        code: {region: {m: v for m, v in months.items() if v} for region, months in regions.items()}
        for code, regions in before.items()
        if any(any(months.values()) for months in regions.values())
    }
    grains = ("measure_code", "region", "grain", "on")
    assert left == MeasureChange.objects.count()
    assert left == MeasureChange.objects.values(*grains).distinct().count()
    assert not MeasureChange.objects.filter(grain=Grain.ENTRY).exists()
    assert fold() == left


@pytest.mark.django_db
def test_sums_of_months_and_days_are_right_on_any_day() -> None:
    """Folded, folded with entries since, and folded twice: the log says what the phases hold."""
    clerk = make_user(Role.BANNER_CLERK)
    make_parcel(clerk, no="YS-1", approved=("2015-06-30", mu("45")), **IDLE)
    days = sorted(
        {
            day + timedelta(days=shift)
            for day in ParcelPhase.objects.values_list("starts_on", flat=True)
            for shift in (-1, 0, 1)
        }
        | {date(2015, 7, 1), date(2015, 7, 31), date(2016, 2, 29)}
    )
    fold()
    assert [day for day in days if wrong_codes(day)] == []
    make_parcel(
        clerk, no="YS-2", approved=("2015-06-30", mu("9")), supplied=("2015-07-15", mu("4"))
    )
    assert [day for day in days if wrong_codes(day)] == []
    fold()
    assert [day for day in days if wrong_codes(day)] == []


@pytest.mark.django_db
def test_a_phase_written_behind_the_law_is_found_by_the_proof() -> None:
    clerk = make_user(Role.BANNER_CLERK)
    make_parcel(clerk, approved=("2015-06-30", mu("45")))
    MeasureChange.objects.filter(measure_code="unsupplied_stock").update(m2=1)

    assert wrong_codes(TODAY) == ["unsupplied_stock"]


@pytest.mark.django_db
def test_the_curve_ends_on_the_day_and_carries_month_ends() -> None:
    clerk = make_user(Role.BANNER_CLERK)
    make_parcel(clerk, approved=("2015-06-30", mu("45")), supplied=("2022-02-10", mu("45")))

    curve = changes(["unsupplied_stock"], date(2022, 3, 15)).curve(
        "unsupplied_stock", date(2021, 12, 31)
    )

    full = 45 * MU_M2
    assert curve == [
        (date(2021, 12, 31), full),
        (date(2022, 1, 31), full),
        (date(2022, 2, 28), Fraction(0)),
        (date(2022, 3, 15), Fraction(0)),
    ]
    assert ParcelPhase.objects.count() > 1


@pytest.mark.django_db
def test_a_figure_says_how_much_of_it_nobody_has_reviewed() -> None:
    clerk = make_user(Role.BANNER_CLERK)
    reviewer = make_user(Role.CITY_REVIEWER, CITY)
    one = make_parcel(clerk, no="YS-1", approved=("2015-06-30", mu("30")))
    make_parcel(clerk, no="YS-2", approved=("2015-06-30", mu("90")))

    def share() -> Fraction | None:
        return contributions(
            reviewer, "unsupplied_stock", region_code=CITY, period="", on=TODAY
        ).unreviewed_share

    before = share()
    actions.review_fact(actor=reviewer, fact_id=one.facts.get().pk)

    assert (before, share()) == (Fraction(1), Fraction(3, 4))
