"""The desk with a real worker: stopped on request, and killed in the middle."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tuban.accounts.models import Role, User
from tuban.parcels import jobs
from tuban.parcels.desk import actions
from tuban.parcels.desk.tests.worker import work, worker
from tuban.parcels.imports.staging import CHECKING
from tuban.parcels.imports.tests.books import ledger, row
from tuban.parcels.models import Batch, Fact, Parcel, Upload, UploadState
from tuban.parcels.tests.cast import TODAY, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROWS = 6_000


@pytest.fixture(autouse=True)
def _day(settings: Any) -> None:
    settings.TUBAN_TODAY = TODAY


@pytest.fixture
def clerk(client: Client) -> User:
    user = make_user(Role.BANNER_CLERK)
    client.force_login(user)
    return user


@pytest.fixture
def upload(clerk: User) -> Upload:
    content = ledger(row(parcel_no=f"YS-{number}") for number in range(ROWS))
    return actions.deliver(actor=clerk, name="台账.xlsx", content=content)


def until(true: Callable[[Upload], bool], upload: Upload, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true(upload):
        assert time.monotonic() < deadline, f"{upload.state} {upload.stage} {upload.done}"
        time.sleep(0.05)
        upload.refresh_from_db()


def words(client: Client, upload: Upload) -> str:
    page = client.get(f"/imports/{upload.pk}/").content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


def the_heartbeat_is_missed() -> None:
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_workers set last_heartbeat = now() - interval '1 h'")


def test_a_reading_at_work_stops_when_asked_to(client: Client, upload: Upload) -> None:
    with worker():
        until(lambda u: u.stage == CHECKING and u.done > 0, upload)
        assert client.post(f"/imports/{upload.pk}/stop/").status_code == 302
        until(lambda u: u.state == UploadState.FAILED, upload)
        until(lambda u: u.message == jobs.CANCELLED, upload)

    assert upload.done < ROWS
    assert jobs.CANCELLED in words(client, upload)


def test_a_worker_killed_while_reading_leaves_a_file_to_read_again(
    client: Client, upload: Upload
) -> None:
    with worker() as process:
        until(lambda u: u.stage == CHECKING and u.done > 0, upload)
        process.kill()
        process.wait()
    the_heartbeat_is_missed()

    assert "读取中断" in words(client, upload)
    client.post(f"/imports/{upload.pk}/reading/")
    work()
    assert f"确认登记 {ROWS} 行" in words(client, upload)


def test_a_worker_killed_while_recording_leaves_nothing_half_written(
    client: Client, upload: Upload
) -> None:
    work()
    client.post(f"/imports/{upload.pk}/confirmation/")
    with worker() as process:
        until(lambda u: u.state == UploadState.CONFIRMING and u.done > 0, upload)
        process.kill()
        process.wait()
    the_heartbeat_is_missed()

    assert not Batch.objects.exists()
    assert not Parcel.objects.exists()
    page = words(client, upload)
    assert "登记中断" in page
    assert f"重新确认 {ROWS} 行" in page
    client.post(f"/imports/{upload.pk}/confirmation/")
    work()
    assert Batch.objects.get().rows == Fact.objects.count() == ROWS
