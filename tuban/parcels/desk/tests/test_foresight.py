"""The preview on the upload's page: shown as kept, outdated, made anew, and after the confirmation."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tuban.accounts.models import Role, User
from tuban.parcels import jobs
from tuban.parcels.desk.tests.worker import work
from tuban.parcels.imports import preview
from tuban.parcels.imports.confirm import confirm_upload
from tuban.parcels.imports.staging import stage_upload
from tuban.parcels.imports.tests.books import ledger, row
from tuban.parcels.imports.withdraw import withdraw_batch
from tuban.parcels.models import Batch, Upload
from tuban.parcels.tests.cast import TODAY, make_parcel, make_user, mu

OUTDATED = "其后台账或日期有变动"
UNDER_WAY = "正在按现在的台账重新推算"
IN_PART = {"HX-Request": "true"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _desk(settings: Any, tmp_path: Path) -> None:
    settings.TUBAN_TODAY = TODAY
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def clerk() -> User:
    return make_user(Role.BANNER_CLERK)


@pytest.fixture
def desk(client: Client, clerk: User) -> Client:
    client.force_login(clerk)
    return client


@pytest.fixture
def large(clerk: User, monkeypatch: pytest.MonkeyPatch) -> Upload:
    """An upload with more rows than a page makes a preview of."""
    monkeypatch.setattr(preview, "AT_ONCE", 1)
    content = ledger([row(approved_area=10), row(parcel_no="YS-2", approved_area=1)])
    return stage_upload(actor=clerk, source=content, name="台账.xlsx")


def words(client: Client, place: str) -> str:
    response = client.get(place)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


def test_as_long_as_it_stands_nothing_is_said_about_it(desk: Client, large: Upload) -> None:
    page = desk.get(f"/imports/{large.pk}/").content.decode()

    assert f'hx-get="/imports/{large.pk}/sums/"' in page
    assert f'hx-get="/measures/effects/{large.pk}/"' in page
    assert 'id="foresight"' not in page
    assert "2 后 （宗）" in words(desk, f"/imports/{large.pk}/sums/") or "110,000" in words(
        desk, f"/imports/{large.pk}/sums/?unit=m2"
    )


def test_once_the_record_has_moved_on_it_says_so_and_is_made_anew_on_request(
    desk: Client, clerk: User, large: Upload
) -> None:
    make_parcel(clerk, no="QT-1", approved=("2015-06-30", mu("45")))
    place = f"/imports/{large.pk}/"

    assert OUTDATED in words(desk, place)
    assert "的台账为准" in words(desk, f"{place}sums/")
    assert "的台账为准" in words(desk, f"/measures/effects/{large.pk}/")
    twice = [desk.post(f"{place}foresight/") for _ in range(2)]
    assert [answer.status_code for answer in twice] == [302, 302]
    assert jobs.is_foreseeing(large.pk)
    assert UNDER_WAY in words(desk, place)
    assert UNDER_WAY in words(desk, f"{place}foresight/")
    assert "确认登记 2 行" in words(desk, place)  # it hinders nobody


def test_a_post_that_only_reads_sees_it_and_cannot_have_it_made(
    client: Client, clerk: User, large: Upload
) -> None:
    make_parcel(clerk, no="QT-1", approved=("2015-06-30", mu("45")))
    client.force_login(make_user(Role.AUDITOR))

    page = client.get(f"/imports/{large.pk}/").content.decode()

    assert OUTDATED in page
    assert "重新推算" not in page
    assert client.post(f"/imports/{large.pk}/foresight/").status_code == 403


def test_after_the_confirmation_it_stays_as_it_was_shown(
    desk: Client, clerk: User, large: Upload
) -> None:
    place = f"/imports/{large.pk}/"
    before = desk.get(f"{place}sums/?unit=m2").content.decode()
    figures = re.findall(r'<td class="tb-num">([\d,.]+)</td>', before)
    assert figures == ["0", "2", "0.00", "110,000.00"]

    batch = confirm_upload(actor=clerk, upload_id=large.pk)
    after = desk.get(f"{place}sums/?unit=m2").content.decode()
    withdraw_batch(actor=clerk, batch_id=batch.pk, reason="传错文件")

    for page in (after, desk.get(f"{place}sums/?unit=m2").content.decode()):
        assert re.findall(r'<td class="tb-num">([\d,.]+)</td>', page) == figures
        assert "登记时所示" in page
    assert 'hx-get="/measures/effects/' in desk.get(place).content.decode()
    assert desk.post(f"{place}foresight/").status_code == 409


def test_the_page_of_an_upload_takes_few_queries_whatever_its_rows(
    desk: Client, clerk: User, large: Upload
) -> None:
    more = [row(parcel_no=f"YS-{number}") for number in range(60)]
    larger = stage_upload(actor=clerk, source=ledger(more), name="更大.xlsx")
    counts = []
    desk.get(f"/imports/{large.pk}/")
    for upload in (large, larger):
        with CaptureQueriesContext(connection) as seen:
            desk.get(f"/imports/{upload.pk}/")
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 12, "\n".join(q["sql"][:230] for q in seen)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_worker_makes_it_anew_while_the_upload_waits(
    desk: Client, clerk: User, large: Upload
) -> None:
    make_parcel(clerk, no="QT-1", approved=("2015-06-30", mu("45")))
    place = f"/imports/{large.pk}/"
    desk.post(f"{place}foresight/")

    work()

    large.refresh_from_db()
    made = preview.preview_of(large)
    assert made is not None
    assert made.stands
    done = desk.get(f"{place}foresight/", headers=IN_PART)
    assert (done.status_code, done["HX-Refresh"]) == (204, "true")
    assert OUTDATED not in words(desk, place)
    assert not Batch.objects.exists()
