"""同批上传: several files at once, each on its own, boundaries after the ledger they need."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tuban.accounts.models import Role, User
from tuban.parcels import jobs
from tuban.parcels.desk import forms
from tuban.parcels.desk.deliveries import Delivery, delivery_of
from tuban.parcels.desk.tests.test_desk import finish_jobs, never, queued, text
from tuban.parcels.imports import files
from tuban.parcels.imports.boundaries import BOUNDARY
from tuban.parcels.imports.boundaries.tests import files as boundaries
from tuban.parcels.imports.confirm import confirm_upload
from tuban.parcels.imports.ledger import LEDGER
from tuban.parcels.imports.tests.books import book, ledger, row
from tuban.parcels.models import Parcel, Upload, UploadState
from tuban.parcels.tests.cast import DONGSHENG, TODAY, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _desk(settings: Any, tmp_path: Path, without_child: None) -> None:
    settings.TUBAN_TODAY = TODAY
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def clerk() -> User:
    return make_user(Role.BANNER_CLERK)


@pytest.fixture
def desk(client: Client, clerk: User) -> Client:
    client.force_login(clerk)
    return client


def hand_in(client: Client, **named: bytes) -> Any:
    """Files by name; a double underscore stands for the dot before the extension."""
    handed = [SimpleUploadedFile(name.replace("__", "."), held) for name, held in named.items()]
    return client.post("/imports/", {"file": handed})


def test_files_handed_in_together_are_read_one_by_one_and_told_one_by_one(desk: Client) -> None:
    response = hand_in(
        desk,
        甲__xlsx=ledger([row()]),
        乙__xlsx=book({"S": [["旗区", "宗号", "批准文号", "坐落"], ["东胜区", "1", "a", "b"]]}),
        坏__xlsx=b"PK\x03\x04 damaged",
    )

    assert response["Location"] == "/imports/"
    assert len(queued()) == 3
    uploads = {upload.name: upload for upload in Upload.objects.all()}
    assert len({upload.delivery for upload in uploads.values()} - {""}) == 1
    page = text(desk, "/imports/")
    assert "同批上传 3 份" in page
    for upload in uploads.values():
        jobs.read(upload.pk, stop=never)
    finish_jobs()

    states = dict(Upload.objects.values_list("name", "state"))
    assert states == {"甲.xlsx": "staged", "乙.xlsx": "asked", "坏.xlsx": "failed"}
    told = text(desk, "/board/")
    assert "“甲.xlsx”待确认。" in told
    assert "“乙.xlsx”待答复。" in told
    assert "“坏.xlsx”未能读取。" in told
    beside = text(desk, f"/imports/{uploads['甲.xlsx'].pk}/")
    assert "同批上传： 乙.xlsx （待答复）、 坏.xlsx （未能读取）" in beside


def test_a_file_that_is_not_taken_stops_no_other(desk: Client) -> None:
    response = hand_in(desk, 甲__xlsx=ledger([row()]), 照片__jpg=b"x", 空__xlsx=b"")

    upload = Upload.objects.get()
    assert response["Location"] == f"/imports/{upload.pk}/"
    page = text(desk, response["Location"])
    assert "没有接收“照片.jpg”：不能接收 .jpg 的文件" in page
    assert "没有接收“空.xlsx”：文件是空的" in page


def test_when_no_file_is_taken_each_reason_stands_at_the_field(desk: Client) -> None:
    response = hand_in(desk, 照片__jpg=b"x", 空__xlsx=b"")

    assert response.status_code == 422
    page = response.content.decode()
    assert "“照片.jpg”：不能接收" in page
    assert "“空.xlsx”：文件是空的" in page
    assert not Upload.objects.exists()


def test_a_disk_that_fills_up_on_the_way_keeps_what_was_kept(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = files.keep

    def full(content: bytes) -> str:
        if b"second" in content:
            raise OSError(28, "No space left on device")
        return keep(content)

    monkeypatch.setattr(files, "keep", full)

    hand_in(desk, 甲__csv=b"first", 乙__csv=b"second")

    assert Upload.objects.get().name == "甲.csv"
    assert "“乙.csv”没有保存，没有写入任何内容" in text(desk, "/imports/")


@pytest.mark.parametrize(
    ("limit", "value", "told"),
    [
        ("MAX_FILES", 1, "一次最多上传 1 份，选了 2 份"),
        ("MAX_TOTAL_BYTES", 1024 * 1024, "几份文件共 2 MB，一次不超过 1 MB"),
    ],
)
def test_too_many_or_too_much_at_once_is_said(
    desk: Client, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, told: str
) -> None:
    monkeypatch.setattr(forms, limit, value)

    response = hand_in(desk, 甲__csv=b"x" * 1024 * 1024, 乙__csv=b"y" * 1024 * 1024)

    assert response.status_code == 422
    assert told in response.content.decode()
    assert not Upload.objects.exists()


def test_the_limits_are_said_beside_the_field(desk: Client) -> None:
    page = text(desk, "/imports/")

    assert "一次不超过 20 份、200 MB" in page


def together(clerk: User, **states: UploadState) -> dict[str, Upload]:
    """Files of one delivery by kind, as they stand."""
    return {
        kind: Upload.objects.create(
            name=kind,
            sha256=kind,
            size=1,
            ledger=kind,
            region_id=DONGSHENG,
            state=state,
            delivery="d",
            uploaded_by=clerk,
            uploaded_at="2024-09-30T00:00:00Z",
        )
        for kind, state in states.items()
    }


@pytest.mark.parametrize(
    ("ledger_is", "boundary_is", "expected"),
    [
        ("staged", "staged", "ledgers_first"),
        ("asked", "staged", "ledgers_first"),
        ("confirmed", "staged", "may_match"),
        ("failed", "staged", ""),
        ("confirmed", "confirmed", ""),
    ],
)
def test_boundaries_wait_for_the_ledger_they_came_with(
    desk: Client, clerk: User, ledger_is: str, boundary_is: str, expected: str
) -> None:
    found = together(clerk, **{LEDGER: UploadState(ledger_is), BOUNDARY: UploadState(boundary_is)})

    delivery = delivery_of(clerk, found[BOUNDARY])

    assert isinstance(delivery, Delivery)
    said = {name for name in ("ledgers_first", "may_match") if getattr(delivery, name)}
    assert said == ({expected} if expected else set())
    page = text(desk, f"/imports/{found[BOUNDARY].pk}/")
    assert ("请先确认同批的台账，再确认界址" in page) is (expected == "ledgers_first")
    assert ("重新核对" in page) is (expected == "may_match")


def test_a_ledger_says_that_boundaries_wait_for_it(desk: Client, clerk: User) -> None:
    found = together(clerk, **{LEDGER: UploadState.STAGED, BOUNDARY: UploadState.STAGED})

    page = text(desk, f"/imports/{found[LEDGER].pk}/")

    assert "同批的界址按地块编号对应地块，请先确认本台账" in page


def test_what_was_checked_can_be_checked_against_the_record_of_now(
    desk: Client, clerk: User
) -> None:
    hand_in(desk, 甲__xlsx=ledger([row()]))
    upload = Upload.objects.get()
    jobs.read(upload.pk, stop=never)
    finish_jobs()

    desk.post(f"/imports/{upload.pk}/reading/")

    upload.refresh_from_db()
    assert upload.state == UploadState.READING
    assert queued() == [("parcels.read_upload", "todo")]
    jobs.read(upload.pk, stop=never)
    upload.refresh_from_db()
    assert upload.state == UploadState.STAGED
    assert upload.rows.count() == 1


def test_a_delivery_of_others_is_not_shown(clerk: User) -> None:
    found = together(clerk, **{LEDGER: UploadState.STAGED})

    assert delivery_of(clerk, found[LEDGER]) is None


def test_a_ledger_and_its_boundaries_become_parcels_with_boundaries(
    desk: Client, clerk: User
) -> None:
    hand_in(desk, 台账__xlsx=ledger([row()]), 界址__txt=boundaries.file(boundaries.square("YS-1")))
    sheet, outline = Upload.objects.order_by("pk")
    for upload in (outline, sheet):
        jobs.read(upload.pk, stop=never)
    finish_jobs()
    assert "请先确认同批的台账" in text(desk, f"/imports/{outline.pk}/")

    confirm_upload(actor=clerk, upload_id=sheet.pk)
    assert "同批的台账已登记，可以重新核对界址" in text(desk, f"/imports/{outline.pk}/")
    desk.post(f"/imports/{outline.pk}/reading/")
    jobs.read(outline.pk, stop=never)
    confirm_upload(actor=clerk, upload_id=outline.pk)

    parcel = Parcel.objects.get()
    assert parcel.boundaries.count() == 1
    assert parcel.geometry is not None


def test_a_table_saved_as_text_is_told_how_to_come(desk: Client) -> None:
    hand_in(desk, 台账__txt="旗区\t地块编号\t批准面积\n东胜区\t1\t3\n".encode("utf-16"))
    upload = Upload.objects.get()

    jobs.read(upload.pk, stop=never)

    upload.refresh_from_db()
    assert "请另存为 .xlsx 或 .csv 后再上传" in upload.message
