"""Killed, cut off, out of space, two at once: nothing half-written, a clear state, one winner."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.db import OperationalError, connection

from tuban.accounts.models import Role, User
from tuban.parcels import jobs, phases
from tuban.parcels.desk import actions
from tuban.parcels.imports import claims, files, staging
from tuban.parcels.imports.confirm import confirm_upload
from tuban.parcels.imports.staging import stage_upload, summary
from tuban.parcels.imports.tests.books import ledger, row
from tuban.parcels.imports.tests.test_concurrency import at_once, wait_until
from tuban.parcels.imports.withdraw import withdraw_batch
from tuban.parcels.models import (
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
from tuban.parcels.tests.cast import TODAY, make_user

DISK_FULL = (OperationalError, psycopg.errors.DiskFull)

pytestmark = pytest.mark.django_db(transaction=True)

# Dies without a word when the phases are about to be rebuilt: the withdrawal is written by then and
# the descriptions are put back, the transaction is open.
KILLED_WITHDRAWING = """
import os, signal, sys
import django
django.setup()
from tuban.accounts.models import User
from tuban.parcels import phases
from tuban.parcels.imports.withdraw import withdraw_batch
phases.rebuild = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)
withdraw_batch(actor=User.objects.get(pk=int(sys.argv[1])), batch_id=int(sys.argv[2]), reason="传错")
"""


@pytest.fixture(autouse=True)
def _desk(settings: Any, tmp_path: Path) -> None:
    settings.TUBAN_TODAY = TODAY
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def clerk() -> User:
    return make_user(Role.BANNER_CLERK)


@pytest.fixture
def colleague() -> User:
    """Another clerk of the same 旗区."""
    return make_user(Role.BANNER_CLERK, name="colleague")


def stage(actor: User, *rows: dict[str, Any]) -> Upload:
    return stage_upload(actor=actor, source=ledger(rows), name="台账.xlsx")


def load(actor: User, *rows: dict[str, Any]) -> Batch:
    return confirm_upload(actor=actor, upload_id=stage(actor, *rows).pk)


def never() -> bool:
    return False


def in_step() -> bool:
    return phases.differences(Parcel.objects.values_list("pk", flat=True)) == []


# ---- Killed ------------------------------------------------------------------------------------


def test_a_worker_killed_while_withdrawing_leaves_the_batch_as_it_was(clerk: User) -> None:
    load(clerk, row(batch_name="甲"))
    batch = load(clerk, row(batch_name="乙", approved_area=13))
    database = connection.settings_dict
    host = quote(database["HOST"], safe="")
    environment = {
        **os.environ,
        "TUBAN_DATABASE_URL": f"postgresql://{database['USER']}@/{database['NAME']}?host={host}",
        "TUBAN_TODAY": TODAY.isoformat(),
        "DJANGO_SETTINGS_MODULE": "tuban.config.settings",
    }

    killed = subprocess.run(
        [sys.executable, "-c", KILLED_WITHDRAWING, str(clerk.pk), str(batch.pk)],
        env=environment,
        cwd=Path(__file__).parents[4],
        check=False,
    )

    assert killed.returncode == -signal.SIGKILL
    wait_until(lambda: not claims.is_held(batch.upload))
    assert not BatchWithdrawal.objects.exists()
    assert named() == "乙"
    assert in_step()

    withdraw_batch(actor=clerk, batch_id=batch.pk, reason="传错")

    assert named() == "甲"
    assert in_step()


def named() -> str:
    parcel = Parcel.objects.select_related("approval").get()
    return parcel.approval.name if parcel.approval else ""


# ---- The database goes away --------------------------------------------------------------------


@contextmanager
def database_restarts(monkeypatch: pytest.MonkeyPatch, owner: object, name: str) -> Iterator[None]:
    """Ends every session when the function is called, as a restart of PostgreSQL does."""
    done = getattr(owner, name)

    def cut_off(*given: Any, **options: Any) -> Any:
        with connection.copy().cursor() as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            other.connection.close()
        return done(*given, **options)

    with monkeypatch.context() as patched:
        patched.setattr(owner, name, cut_off)
        with pytest.raises(OperationalError):
            yield
    connection.close()


def test_a_confirmation_cut_off_by_a_restart_is_found_broken_off_and_repeated(
    clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = stage(clerk, row())

    with database_restarts(monkeypatch, phases, "rebuild"):
        confirm_upload(actor=clerk, upload_id=upload.pk)

    upload.refresh_from_db()
    assert upload.state == UploadState.CONFIRMING
    assert not claims.is_held(upload)
    assert not Fact.objects.exists()
    assert not Batch.objects.exists()
    assert confirm_upload(actor=clerk, upload_id=upload.pk).rows == 1


def test_a_withdrawal_cut_off_by_a_restart_leaves_the_batch_as_it_was(
    clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = load(clerk, row())

    with database_restarts(monkeypatch, phases, "rebuild"):
        withdraw_batch(actor=clerk, batch_id=batch.pk, reason="传错")

    assert not BatchWithdrawal.objects.exists()
    assert ParcelPhase.objects.exists()
    assert in_step()
    withdraw_batch(actor=clerk, batch_id=batch.pk, reason="传错")
    assert not ParcelPhase.objects.exists()


def test_a_reading_cut_off_by_a_restart_starts_over(
    clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = ledger([row()])

    with database_restarts(monkeypatch, staging, "_checked"):
        stage_upload(actor=clerk, source=content, name="台账.xlsx")

    upload = Upload.objects.get()
    assert upload.state == UploadState.READING
    assert not claims.is_held(upload)
    again = stage_upload(actor=clerk, source=content, name="台账.xlsx")
    assert (again.pk, summary(again).counts[Outcome.NEW]) == (upload.pk, 1)


# ---- The disk is full --------------------------------------------------------------------------


@contextmanager
def full(table: str) -> Iterator[None]:
    """PostgreSQL refuses the table's next row as it does when its disk is full (53100)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION 'could not extend file: No space left on device'"
            " USING ERRCODE = 'disk_full'; END $$"
        )
        cursor.execute(
            f"CREATE TRIGGER full_disk BEFORE INSERT ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION full_disk()"
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER full_disk ON {table}")
            cursor.execute("DROP FUNCTION full_disk()")


def test_a_full_disk_while_reading_says_so_and_stages_nothing(clerk: User) -> None:
    upload = actions.deliver(actor=clerk, name="台账.xlsx", content=ledger([row()]))

    with full("parcels_stagedrow"), pytest.raises(DISK_FULL):
        jobs.read(upload.pk, stop=never)

    upload.refresh_from_db()
    assert upload.state == UploadState.FAILED
    assert "存储空间不足" in upload.message
    assert not StagedRow.objects.exists()
    assert summary(stage(clerk, row())).counts[Outcome.NEW] == 1


@pytest.mark.parametrize("table", ["parcels_parcel", "parcels_fact", "parcels_parcelphase"])
def test_a_full_disk_while_recording_writes_nothing_and_says_so(clerk: User, table: str) -> None:
    upload = stage(clerk, row())

    with full(table), pytest.raises(DISK_FULL):
        confirm_upload(actor=clerk, upload_id=upload.pk)

    upload.refresh_from_db()
    assert upload.state == UploadState.STAGED
    assert "没有写入任何内容：数据库的存储空间不足" in upload.message
    assert not Batch.objects.exists()
    assert not Parcel.objects.exists()
    assert not StagedRow.objects.filter(taken=True).exists()
    assert confirm_upload(actor=clerk, upload_id=upload.pk).rows == 1


def test_a_full_disk_while_withdrawing_leaves_the_batch_and_says_so(clerk: User) -> None:
    load(clerk, row())
    batch = load(clerk, row(approved_area=13))

    with full("parcels_parcelphase"), pytest.raises(DISK_FULL):
        jobs.withdraw(batch.upload_id, batch.pk, clerk.pk, "传错", stop=never)

    batch.upload.refresh_from_db()
    assert "批次仍然有效：数据库的存储空间不足" in batch.upload.message
    assert not BatchWithdrawal.objects.exists()
    assert in_step()


def test_a_file_the_disk_does_not_take_leaves_no_part_of_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)

    with pytest.raises(OSError, match="No space"):
        files.keep(b"x" * 100_000)

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


# ---- Two at once -------------------------------------------------------------------------------


def test_two_clerks_confirm_two_files_with_the_same_parcel_at_once(
    clerk: User, colleague: User
) -> None:
    first = stage(clerk, row(parcel_no="A"), row(parcel_no="B", approved_area=10))
    second = stage(colleague, row(parcel_no="B", approved_area=12), row(parcel_no="C"))

    results = at_once(
        lambda: confirm_upload(actor=clerk, upload_id=first.pk),
        lambda: confirm_upload(actor=colleague, upload_id=second.pk),
    )

    assert all(isinstance(result, Batch) for result in results), results
    earlier, later = sorted(results, key=lambda batch: batch.pk)
    facts = Fact.objects.filter(parcel__parcel_no="B").order_by("pk")
    assert [fact.batch_id for fact in facts] == [earlier.pk, later.pk]
    assert facts[1].supersedes_id == facts[0].pk
    assert Parcel.objects.count() == 3
    assert in_step()


def test_two_clerks_press_confirm_on_one_upload(clerk: User, colleague: User) -> None:
    upload = stage(clerk, row())

    results = at_once(
        lambda: confirm_upload(actor=clerk, upload_id=upload.pk),
        lambda: confirm_upload(actor=colleague, upload_id=upload.pk),
    )

    assert sum(isinstance(result, Batch) for result in results) == 1
    assert Fact.objects.count() == 1


def test_a_batch_withdrawn_while_a_file_checked_against_it_is_confirmed(
    clerk: User, colleague: User
) -> None:
    """Whichever is first, no row is lost in silence: the file is recorded whole or refused whole."""
    batch = load(clerk, row())
    upload = stage(colleague, row(), row(parcel_no="YS-2"))
    steps: tuple[Callable[[], Any], ...] = (
        lambda: withdraw_batch(actor=clerk, batch_id=batch.pk, reason="传错"),
        lambda: confirm_upload(actor=colleague, upload_id=upload.pk),
    )

    withdrawn, confirmed = at_once(*steps)

    assert isinstance(withdrawn, BatchWithdrawal)
    upload.refresh_from_db()
    if isinstance(confirmed, Batch):
        assert confirmed.pk > batch.pk
        assert upload.state == UploadState.CONFIRMED
    else:
        assert confirmed.code == "import.overtaken"
        assert upload.state == UploadState.STAGED
    assert in_step()
