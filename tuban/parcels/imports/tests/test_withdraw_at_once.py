"""Two withdrawals at once, a fact recorded meanwhile: one winner, nothing half-written."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tuban.accounts.models import Role, User
from tuban.core.errors import DomainError
from tuban.law.facts import FactKind
from tuban.parcels import actions, phases
from tuban.parcels.imports import withdraw
from tuban.parcels.imports.claims import BeingWorkedOn
from tuban.parcels.imports.confirm import confirm_upload
from tuban.parcels.imports.staging import stage_upload
from tuban.parcels.imports.tests.books import ledger, row
from tuban.parcels.imports.withdraw import AlreadyWithdrawn, WithdrawalBlocked, withdraw_batch
from tuban.parcels.models import Batch, BatchWithdrawal, Fact, Parcel, ParcelPhase
from tuban.parcels.tests.cast import TODAY, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _desk(settings: Any, tmp_path: Path) -> None:
    settings.TUBAN_TODAY = TODAY
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def clerk() -> User:
    return make_user(Role.BANNER_CLERK)


@pytest.fixture
def batch(clerk: User) -> Batch:
    content = ledger([row(parcel_no=f"YS-{n}") for n in range(3)])
    upload = stage_upload(actor=clerk, source=content, name="台账.xlsx")
    return confirm_upload(actor=clerk, upload_id=upload.pk)


class Aside:
    """A step in a thread of its own, with its result or refusal."""

    def __init__(self, step: Callable[[], Any]) -> None:
        self.result: Any = None
        self._step = step
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.result = self._step()
        except DomainError as error:
            self.result = error
        finally:
            connection.close()

    def end(self) -> Any:
        self._thread.join(60)
        assert not self._thread.is_alive()
        return self.result

    def waits(self) -> bool:
        self._thread.join(0.5)
        return self._thread.is_alive()


def take_back(actor: User, batch: Batch) -> BatchWithdrawal:
    fresh = User.objects.get(pk=actor.pk)
    return withdraw_batch(actor=fresh, batch_id=batch.pk, reason="传错文件")


def test_of_two_withdrawals_at_once_exactly_one_wins(clerk: User, batch: Batch) -> None:
    both = [Aside(lambda: take_back(clerk, batch)), Aside(lambda: take_back(clerk, batch))]

    results = [aside.end() for aside in both]

    assert sum(isinstance(r, BatchWithdrawal) for r in results) == 1
    (lost,) = [r for r in results if isinstance(r, DomainError)]
    assert isinstance(lost, AlreadyWithdrawn | BeingWorkedOn)
    assert (lost.kind, bool(lost.remedy)) == ("conflict", True)
    assert BatchWithdrawal.objects.count() == 1
    assert not ParcelPhase.objects.exists()


def test_a_fact_recorded_before_the_parcels_are_locked_is_seen_and_blocks(
    clerk: User, batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    parcel = Parcel.objects.get(parcel_no="YS-1")
    recorded, go_on = threading.Event(), threading.Event()
    rebuild = phases.rebuild

    def slowly(*args: Any, **options: Any) -> int:
        recorded.set()
        go_on.wait(30)
        return rebuild(*args, **options)

    def supply() -> Fact:
        return actions.record_fact(
            actor=User.objects.get(pk=clerk.pk),
            parcel_id=parcel.pk,
            kind=FactKind.SUPPLIED,
            on=date(2016, 5, 1),
            payload={"area": {"value": "1", "unit": "ha"}},
        )

    monkeypatch.setattr(actions.phases, "rebuild", slowly)
    recording = Aside(supply)
    recorded.wait(30)
    withdrawal = Aside(lambda: take_back(clerk, batch))
    waited = withdrawal.waits()
    go_on.set()

    assert waited
    assert isinstance(recording.end(), Fact)
    assert isinstance(withdrawal.end(), WithdrawalBlocked)
    assert phases.differences(Parcel.objects.values_list("pk", flat=True)) == []


def test_a_fact_recorded_during_a_withdrawal_waits_and_meets_the_record_without_it(
    clerk: User, batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    approval = Fact.objects.get(parcel__parcel_no="YS-1")
    locked, go_on = threading.Event(), threading.Event()
    lock = withdraw._lock

    def slowly(*given: Any) -> None:
        lock(*given)
        locked.set()
        go_on.wait(30)

    monkeypatch.setattr(withdraw, "_lock", slowly)
    withdrawal = Aside(lambda: take_back(clerk, batch))
    locked.wait(30)
    correction = Aside(
        lambda: actions.correct_fact(
            actor=User.objects.get(pk=clerk.pk),
            fact_id=approval.pk,
            on=approval.on,
            payload={"area": {"value": "9", "unit": "ha"}},
            reason="按原件",
        )
    )
    waited = correction.waits()
    go_on.set()

    assert waited
    assert isinstance(withdrawal.end(), BatchWithdrawal)
    assert isinstance(correction.end(), actions.WithdrawnWithBatch)
    assert not ParcelPhase.objects.exists()
