"""Two confirmations at once, a worker killed half-way: one winner, nothing half-written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from tuban.accounts.models import Role, User
from tuban.core.errors import DomainError
from tuban.parcels import phases
from tuban.parcels.imports import claims, staging
from tuban.parcels.imports.claims import BeingWorkedOn, Claim
from tuban.parcels.imports.confirm import NotReady, confirm_upload
from tuban.parcels.imports.staging import stage_upload, summary
from tuban.parcels.imports.tests.books import ledger, row
from tuban.parcels.models import (
    Batch,
    Fact,
    Outcome,
    Parcel,
    ParcelPhase,
    StagedRow,
    Upload,
    UploadState,
)
from tuban.parcels.tests.cast import TODAY, make_user

pytestmark = pytest.mark.django_db(transaction=True)

# Dies without a word, as a killed worker does, when the phases are about to be rebuilt: facts are
# written by then, the transaction is open.
KILLED_WORKER = """
import os, signal, sys
import django
django.setup()
from tuban.accounts.models import User
from tuban.parcels import phases
from tuban.parcels.imports.confirm import confirm_upload
phases.rebuild = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)
confirm_upload(actor=User.objects.get(pk=int(sys.argv[1])), upload_id=int(sys.argv[2]))
"""


@pytest.fixture(autouse=True)
def _desk(settings: Any, tmp_path: Path) -> None:
    settings.TUBAN_TODAY = TODAY
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def clerk() -> User:
    return make_user(Role.BANNER_CLERK)


def stage(actor: User, rows: int = 3) -> Upload:
    content = ledger([row(parcel_no=f"YS-{n}") for n in range(rows)])
    return stage_upload(actor=actor, source=content, name="台账.xlsx")


def at_once(*steps: Callable[[], Any]) -> list[Any]:
    """Runs the steps in threads of their own; each result or error, in order."""
    results: list[Any] = [None] * len(steps)
    start = threading.Barrier(len(steps))

    def run(place: int, step: Callable[[], Any]) -> None:
        try:
            start.wait()
            results[place] = step()
        except DomainError as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_of_two_confirmations_at_once_exactly_one_wins(clerk: User) -> None:
    upload = stage(clerk)
    again = User.objects.get(pk=clerk.pk)

    results = at_once(
        lambda: confirm_upload(actor=clerk, upload_id=upload.pk),
        lambda: confirm_upload(actor=again, upload_id=upload.pk),
    )

    (won,) = [r for r in results if isinstance(r, Batch)]
    (lost,) = [r for r in results if isinstance(r, BeingWorkedOn | NotReady)]
    assert lost.kind == "conflict"
    assert lost.remedy
    assert won.rows == 3
    assert Batch.objects.count() == 1
    assert Fact.objects.count() == 3
    assert Upload.objects.get().state == UploadState.CONFIRMED


def test_two_uploads_of_the_same_parcels_at_once_record_them_once(clerk: User) -> None:
    first, second = stage(clerk), stage(clerk)
    again = User.objects.get(pk=clerk.pk)

    results = at_once(
        lambda: confirm_upload(actor=clerk, upload_id=first.pk),
        lambda: confirm_upload(actor=again, upload_id=second.pk),
    )

    assert sum(isinstance(r, Batch) for r in results) == 1
    assert Parcel.objects.count() == 3
    assert Fact.objects.count() == 3


def test_two_uploads_of_one_region_get_numbers_one_after_the_other(clerk: User) -> None:
    first = stage(clerk)
    other = ledger([row(parcel_no="QT-1")])
    second = stage_upload(actor=clerk, source=other, name="b.xlsx")
    again = User.objects.get(pk=clerk.pk)

    results = at_once(
        lambda: confirm_upload(actor=clerk, upload_id=first.pk),
        lambda: confirm_upload(actor=again, upload_id=second.pk),
    )

    assert {r.no for r in results} == {"150602-20240930-01", "150602-20240930-02"}


def test_a_worker_killed_half_way_leaves_nothing_and_can_be_repeated(clerk: User) -> None:
    upload = stage(clerk)
    database = connection.settings_dict
    host = quote(database["HOST"], safe="")
    environment = {
        **os.environ,
        "TUBAN_DATABASE_URL": f"postgresql://{database['USER']}@/{database['NAME']}?host={host}",
        "TUBAN_TODAY": TODAY.isoformat(),
        "DJANGO_SETTINGS_MODULE": "tuban.config.settings",
    }

    killed = subprocess.run(
        [sys.executable, "-c", KILLED_WORKER, str(clerk.pk), str(upload.pk)],
        env=environment,
        cwd=Path(__file__).parents[4],
        check=False,
    )

    assert killed.returncode == -signal.SIGKILL
    upload.refresh_from_db()
    assert upload.state == UploadState.CONFIRMING
    wait_until(lambda: not claims.is_held(upload))
    assert not Fact.objects.exists()
    assert not Parcel.objects.exists()
    assert not Batch.objects.exists()
    assert not StagedRow.objects.filter(taken=True).exists()

    batch = confirm_upload(actor=clerk, upload_id=upload.pk)

    assert (batch.no, batch.rows, Fact.objects.count()) == ("150602-20240930-01", 3, 3)


def wait_until(true: Callable[[], bool]) -> None:
    for _ in range(100):
        if true():
            return
        time.sleep(0.05)
    pytest.fail("the server did not notice that the worker is gone")


def test_a_failure_half_way_rolls_everything_back_and_says_so(
    clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = stage(clerk)
    monkeypatch.setattr(phases, "rebuild", _fail)

    with pytest.raises(RuntimeError):
        confirm_upload(actor=clerk, upload_id=upload.pk)

    upload.refresh_from_db()
    assert upload.state == UploadState.STAGED
    assert "没有写入任何内容" in upload.message
    assert not Fact.objects.exists()
    assert not Batch.objects.exists()
    monkeypatch.undo()
    assert confirm_upload(actor=clerk, upload_id=upload.pk).rows == 3


def _fail(*args: object, **options: object) -> int:
    raise RuntimeError("disk full")


def test_progress_is_seen_by_others_before_the_transaction_commits(
    clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = stage(clerk)
    seen: list[tuple[str, str, int]] = []
    stored_facts = phases.stored_facts

    def look(*args: Any) -> Any:
        def elsewhere() -> None:
            now = Upload.objects.get(pk=upload.pk)
            seen.append((now.state, now.stage, Fact.objects.count()))
            connection.close()

        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
        return stored_facts(*args)

    monkeypatch.setattr(phases, "stored_facts", look)

    confirm_upload(actor=clerk, upload_id=upload.pk)

    assert seen == [(UploadState.CONFIRMING, "重算阶段", 0)]
    assert ParcelPhase.objects.exists()


def test_an_upload_somebody_works_on_is_refused_and_let_go_afterwards(clerk: User) -> None:
    upload = stage(clerk)

    with Claim(upload):
        assert claims.is_held(upload)
        (refused,) = at_once(lambda: confirm_upload(actor=clerk, upload_id=upload.pk))

    assert isinstance(refused, BeingWorkedOn)
    assert not claims.is_held(upload)
    assert confirm_upload(actor=clerk, upload_id=upload.pk).rows == 3


def test_staging_that_was_interrupted_starts_over_with_the_same_file(
    clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "CHUNK", 2)
    content = ledger([row(parcel_no=f"YS-{n}") for n in range(5)])
    checked = staging._checked
    calls: list[int] = []

    def die_in_the_second_chunk(*args: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise SystemExit  # what a stopped worker raises; a kill leaves the same rows behind
        return checked(*args)

    monkeypatch.setattr(staging, "_checked", die_in_the_second_chunk)
    with pytest.raises(SystemExit):
        stage_upload(actor=clerk, source=content, name="台账.xlsx")
    left = Upload.objects.get()
    assert (left.state, left.rows.count()) == (UploadState.READING, 2)
    monkeypatch.setattr(staging, "_checked", checked)

    upload = stage_upload(actor=clerk, source=content, name="台账.xlsx")

    assert upload.pk == left.pk
    assert summary(upload).counts[Outcome.NEW] == 5
    assert upload.state == UploadState.STAGED
