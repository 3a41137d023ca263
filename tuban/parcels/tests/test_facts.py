"""Facts are append-only, corrections supersede, and the record refuses what cannot be."""

from __future__ import annotations

import threading
from datetime import date
from fractions import Fraction

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings

from tuban.accounts.access import Forbidden
from tuban.accounts.models import Role, User
from tuban.law.facts import FactKind
from tuban.law.timeline import Stage
from tuban.parcels import actions, phases
from tuban.parcels.access import Absent
from tuban.parcels.models import Fact, Parcel, ParcelPhase
from tuban.parcels.tests.cast import EJIN_HORO, TODAY, add_fact, make_parcel, make_user, mu

APPROVED = ("2015-06-30", mu("45"))


@pytest.fixture(autouse=True)
def today(settings: Settings) -> None:
    settings.TUBAN_TODAY = TODAY


@pytest.fixture
def clerk() -> User:
    return make_user(Role.BANNER_CLERK)


@pytest.fixture
def parcel(clerk: User) -> Parcel:
    return make_parcel(clerk, approved=APPROVED)


def stage_on(parcel: Parcel, on: date) -> str:
    return next(
        p.stage
        for p in ParcelPhase.objects.filter(parcel=parcel)
        if p.starts_on <= on and (p.ends_on is None or p.ends_on > on)
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE parcels_fact SET evidence = 'x'",
        "DELETE FROM parcels_fact",
        "TRUNCATE parcels_fact CASCADE",
    ],
)
def test_the_database_refuses_to_change_a_fact(parcel: Parcel, sql: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)

    assert Fact.objects.filter(parcel=parcel).count() == 1


@pytest.mark.django_db
def test_the_database_refuses_a_correction_of_another_parcels_fact(
    clerk: User, parcel: Parcel
) -> None:
    other = make_parcel(clerk, no="YS-2", approved=APPROVED)

    with pytest.raises(DatabaseError), transaction.atomic():
        Fact.objects.create(
            parcel=other,
            kind="approved",
            on="2015-06-30",
            payload=mu("1"),
            recorded_at="2024-09-01T00:00Z",
            recorded_by=clerk,
            supersedes=parcel.facts.get(),
        )


@pytest.mark.django_db
def test_recording_a_supply_rebuilds_the_phases_at_once(clerk: User, parcel: Parcel) -> None:
    actions.record_fact(
        actor=clerk,
        parcel_id=parcel.pk,
        kind=FactKind.SUPPLIED,
        on=date(2020, 3, 1),
        payload=mu("30"),
    )

    phase = ParcelPhase.objects.get(parcel=parcel, starts_on=date(2020, 3, 1))
    assert Fraction(phase.unsupplied_disposed_m2) == 30 * Fraction(2000, 3)
    assert Fraction(phase.unsupplied_m2 or 0) == 15 * Fraction(2000, 3)
    assert phases.differences([parcel.pk]) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "on", "payload", "code_words"),
    [
        (FactKind.SUPPLIED, date(2015, 6, 29), mu("30"), "批准"),
        (FactKind.SUPPLIED, date(2024, 10, 1), mu("30"), "日期"),
        (FactKind.SUPPLIED, date(2020, 1, 1), mu("45.01"), "批准"),
        (FactKind.APPROVED, date(2016, 1, 1), mu("45"), "批准"),
        (FactKind.SUPPLIED, date(2020, 1, 1), {}, "面积"),
        (FactKind.STARTED, date(2020, 1, 1), {"permit_no": "1"}, "动工认定情形"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_nothing_is_written(
    *,
    clerk: User,
    parcel: Parcel,
    kind: FactKind,
    on: date,
    payload: dict[str, object],
    code_words: str,
) -> None:
    before = list(ParcelPhase.objects.values_list("pk", flat=True))

    with pytest.raises(actions.FactRefused, match=code_words):
        actions.record_fact(actor=clerk, parcel_id=parcel.pk, kind=kind, on=on, payload=payload)

    assert Fact.objects.filter(parcel=parcel).count() == 1
    assert list(ParcelPhase.objects.values_list("pk", flat=True)) == before


@pytest.mark.django_db
def test_a_correction_supersedes_and_the_old_fact_stays(clerk: User, parcel: Parcel) -> None:
    old = parcel.facts.get()

    new = actions.correct_fact(
        actor=clerk, fact_id=old.pk, on=date(2015, 7, 30), payload=mu("50"), reason="笔误"
    )

    assert new.supersedes == old
    assert parcel.facts.count() == 2
    assert ParcelPhase.objects.filter(parcel=parcel).earliest("starts_on").starts_on == new.on


@pytest.mark.django_db
def test_a_cancelled_fact_stays_on_record_and_counts_no_more(clerk: User, parcel: Parcel) -> None:
    supply = actions.record_fact(
        actor=clerk,
        parcel_id=parcel.pk,
        kind=FactKind.SUPPLIED,
        on=date(2020, 3, 1),
        payload=mu("45"),
    )

    actions.void_fact(actor=clerk, fact_id=supply.pk, reason="登记到了别的地块")

    assert parcel.facts.count() == 3
    assert stage_on(parcel, TODAY) == Stage.UNSUPPLIED


@pytest.mark.django_db
def test_a_correction_needs_a_reason(clerk: User, parcel: Parcel) -> None:
    with pytest.raises(actions.FactRefused, match="理由"):
        actions.correct_fact(
            actor=clerk,
            fact_id=parcel.facts.get().pk,
            on=date(2015, 6, 30),
            payload=mu("44"),
            reason=" ",
        )


@pytest.mark.django_db
def test_a_parcel_of_another_banner_is_absent_not_forbidden(parcel: Parcel) -> None:
    stranger = make_user(Role.BANNER_CLERK, EJIN_HORO)

    with pytest.raises(Absent):
        actions.record_fact(
            actor=stranger,
            parcel_id=parcel.pk,
            kind=FactKind.SUPPLIED,
            on=date(2020, 1, 1),
            payload=mu("1"),
        )
    with pytest.raises(Absent):
        actions.correct_fact(
            actor=stranger,
            fact_id=parcel.facts.get().pk,
            on=date(2015, 6, 30),
            payload=mu("44"),
            reason="试",
        )


@pytest.mark.django_db
def test_who_may_not_record_is_refused(parcel: Parcel) -> None:
    auditor = make_user(Role.AUDITOR)

    with pytest.raises(Forbidden):
        actions.record_fact(
            actor=auditor,
            parcel_id=parcel.pk,
            kind=FactKind.SUPPLIED,
            on=date(2020, 1, 1),
            payload=mu("1"),
        )


@pytest.mark.django_db
def test_a_reviewer_reviews_once_and_never_his_own(clerk: User, parcel: Parcel) -> None:
    reviewer = make_user(Role.CITY_REVIEWER, "150600")
    fact = parcel.facts.get()

    review = actions.review_fact(actor=reviewer, fact_id=fact.pk)

    assert review.fact == fact
    with pytest.raises(actions.FactRefused, match="已经复核"):
        actions.review_fact(actor=reviewer, fact_id=fact.pk)
    own = add_fact(parcel, reviewer, FactKind.DELIVERED, "2020-01-01", {})
    with pytest.raises(actions.FactRefused, match="本岗位"):
        actions.review_fact(actor=reviewer, fact_id=own.pk)


@pytest.mark.django_db(transaction=True)
def test_of_two_corrections_at_once_one_wins_and_the_other_is_told() -> None:
    clerks = [make_user(Role.BANNER_CLERK, name=name) for name in ("clerk-a", "clerk-b")]
    parcel = make_parcel(clerks[0], approved=APPROVED)
    fact = parcel.facts.get()
    gate = threading.Barrier(2)
    results: list[str] = []

    def correct(clerk: User, area: str) -> None:
        try:
            gate.wait(timeout=10)
            actions.correct_fact(
                actor=clerk, fact_id=fact.pk, on=fact.on, payload=mu(area), reason="更正"
            )
            results.append("won")
        except actions.AlreadyCorrected as error:
            results.append(error.remedy or "")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=correct, args=(clerk, area))
        for clerk, area in zip(clerks, ("46", "47"), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert results.count("won") == 1
    assert any("刷新" in result for result in results)
    assert Fact.objects.filter(supersedes=fact).count() == 1


@pytest.mark.django_db
def test_check_finds_a_phase_that_was_tampered_with(parcel: Parcel) -> None:
    ParcelPhase.objects.filter(parcel=parcel).update(unsupplied_m2=1)

    assert phases.differences([parcel.pk]) == [parcel.pk]
    phases.rebuild([parcel.pk])
    assert phases.differences([parcel.pk]) == []
