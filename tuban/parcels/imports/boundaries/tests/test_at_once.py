"""Two confirmations at once, a worker killed half-way: one winner, nothing half-written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from tuban.accounts.models import Role, User
from tuban.core.errors import DomainError
from tuban.parcels.imports import claims
from tuban.parcels.imports.boundaries.tests.files import file, square
from tuban.parcels.imports.confirm import confirm_upload
from tuban.parcels.imports.staging import stage_upload, summary
from tuban.parcels.imports.tests.test_concurrency import at_once, wait_until
from tuban.parcels.models import Batch, Boundary, Outcome, Parcel, Upload, UploadState
from tuban.parcels.tests.cast import EJIN_HORO, TODAY, make_parcel, make_user

pytestmark = pytest.mark.django_db(transaction=True)

# Dies without a word when the boundaries are written and the parcels are about to follow.
KILLED_WORKER = """
import os, signal, sys
import django
django.setup()
from tuban.accounts.models import User
from tuban.parcels.imports.boundaries import settling
from tuban.parcels.imports.confirm import confirm_upload
settling.settle = lambda *a: os.kill(os.getpid(), signal.SIGKILL)
confirm_upload(actor=User.objects.get(pk=int(sys.argv[1])), upload_id=int(sys.argv[2]))
"""


@pytest.fixture(autouse=True)
def _desk(settings: Any, tmp_path: Path, without_child: None) -> None:
    settings.TUBAN_TODAY = TODAY
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def clerk() -> User:
    return make_user(Role.BANNER_CLERK)


def stage(actor: User, *parcels: tuple[str, ...]) -> Upload:
    return stage_upload(actor=actor, source=file(*parcels), name="界址点.txt")


def test_one_file_confirmed_twice_at_once_is_recorded_once(clerk: User) -> None:
    make_parcel(clerk)
    upload = stage(clerk, square("YS-1"))

    results = at_once(*[lambda: confirm_upload(actor=clerk, upload_id=upload.pk)] * 2)

    assert sum(isinstance(result, Batch) for result in results) == 1
    assert sum(isinstance(result, DomainError) for result in results) == 1
    assert Boundary.objects.count() == 1


def test_neighbours_of_two_regions_cannot_both_take_the_same_land(clerk: User) -> None:
    other = make_user(Role.BANNER_CLERK, EJIN_HORO)
    make_parcel(clerk)
    make_parcel(other, no="YS-2", region=EJIN_HORO)
    here, there = stage(clerk, square("YS-1")), stage(other, square("YS-2", 50))
    assert summary(here).counts[Outcome.NEW] == summary(there).counts[Outcome.NEW] == 1

    results = at_once(
        lambda: confirm_upload(actor=clerk, upload_id=here.pk),
        lambda: confirm_upload(actor=other, upload_id=there.pk),
    )

    assert sum(isinstance(result, Batch) for result in results) == 1
    assert Boundary.objects.count() == 1
    assert Parcel.objects.exclude(geometry=None).count() == 1


def test_a_worker_killed_half_way_leaves_nothing_and_may_be_repeated(clerk: User) -> None:
    parcel = make_parcel(clerk)
    upload = stage(clerk, square("YS-1"))

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
        cwd=Path(__file__).parents[5],
        check=False,
    )

    assert killed.returncode == -signal.SIGKILL
    upload.refresh_from_db()
    assert upload.state == UploadState.CONFIRMING
    assert not Boundary.objects.exists()
    assert not Batch.objects.exists()
    wait_until(lambda: not claims.is_held(upload))
    batch = confirm_upload(actor=clerk, upload_id=upload.pk)
    assert batch.rows == 1
    parcel.refresh_from_db()
    assert parcel.geometry is not None
