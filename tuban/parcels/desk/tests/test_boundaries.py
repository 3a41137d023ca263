"""The desk's pages of a boundary file: its questions, its parcels, its batch."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tuban.accounts.models import Role, User
from tuban.parcels import jobs
from tuban.parcels.imports import workbook
from tuban.parcels.imports.boundaries import BOUNDARY
from tuban.parcels.imports.boundaries.tests.files import file, square
from tuban.parcels.imports.confirm import confirm_upload
from tuban.parcels.models import Boundary, Outcome, StagedRow, Upload, UploadState
from tuban.parcels.tests.cast import TODAY, make_parcel, make_user

pytestmark = pytest.mark.django_db
PLAIN = {"带号": ""}


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


def handed_in(client: Client, content: bytes) -> Upload:
    client.post("/imports/", {"file": SimpleUploadedFile("界址点.txt", content)})
    upload = Upload.objects.latest("pk")
    return read(upload)


def read(upload: Upload) -> Upload:
    jobs.read(upload.pk, stop=lambda: False)
    upload.refresh_from_db()
    return upload


def words(client: Client, place: str) -> str:
    response = client.get(place)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


def unprefixed(*parcels: tuple[str, ...], **header: str) -> bytes:
    return file(*parcels, **{**PLAIN, **header}).replace(b",37395", b",395")


def answers(client: Client, upload: Upload, **given: str) -> Any:
    return client.post(f"/imports/{upload.pk}/answers/", {"asks": BOUNDARY, **given})


def test_a_missing_zone_is_asked_with_the_usual_one_first_and_not_taken(
    desk: Client, clerk: User
) -> None:
    make_parcel(clerk)

    upload = handed_in(desk, unprefixed(square("YS-1")))

    assert (upload.state, upload.ledger) == (UploadState.ASKED, BOUNDARY)
    assert not StagedRow.objects.exists()
    page = desk.get(f"/imports/{upload.pk}/").content.decode()
    radios = re.findall(r'type="radio" name="zone" value="(\w+)" required( checked)?>([^<]*)', page)
    assert [value for value, *_ in radios][:1] == ["37"]
    assert {value for value, *_ in radios} >= {"36", "38", "leave"}
    assert "本旗区常用" in radios[0][2]
    assert not any(checked for _, checked, _ in radios)


def test_an_answer_has_the_file_read_with_it(desk: Client, clerk: User) -> None:
    make_parcel(clerk)
    upload = handed_in(desk, unprefixed(square("YS-1")))

    answers(desk, upload, zone="37")
    upload = read(Upload.objects.get(pk=upload.pk))

    assert upload.state == UploadState.STAGED
    assert upload.choices[BOUNDARY] == {"zone": "37"}
    staged = StagedRow.objects.get(upload=upload)
    assert (staged.outcome, staged.parsed["boundary"]["epsg"]) == (Outcome.NEW, 4546)
    assert [problem["code"] for problem in staged.errors] == ["T13"]


def test_another_answer_may_be_given_until_the_file_is_confirmed(desk: Client, clerk: User) -> None:
    make_parcel(clerk)
    upload = handed_in(desk, unprefixed(square("YS-1")))
    answers(desk, upload, zone="36")
    read(Upload.objects.get(pk=upload.pk))

    page = desk.get(f"/imports/{upload.pk}/answers/").content.decode()
    assert re.search(r'name="zone" value="36" required checked', page)
    answers(desk, upload, zone="37")
    read(Upload.objects.get(pk=upload.pk))

    assert StagedRow.objects.get(upload=upload).parsed["boundary"]["epsg"] == 4546


def test_several_questions_are_answered_together_and_none_may_be_skipped(
    desk: Client, clerk: User
) -> None:
    make_parcel(clerk)
    upload = handed_in(desk, unprefixed(square("YS-1"), 坐标系=""))

    refused = answers(desk, upload, zone="37")

    assert refused.status_code == 422
    page = refused.content.decode()
    assert "这份坐标是什么坐标系？”没有选定" in page
    assert re.search(r'name="zone" value="37" required checked', page)
    assert Upload.objects.get(pk=upload.pk).state == UploadState.ASKED
    answers(desk, upload, zone="37", datum="cgcs2000")
    assert read(Upload.objects.get(pk=upload.pk)).state == UploadState.STAGED


@pytest.mark.parametrize("given", [{"zone": "99"}, {"zone": ""}, {"datum": "cgcs2000"}])
def test_an_answer_that_was_not_offered_is_refused(
    desk: Client, clerk: User, given: dict[str, str]
) -> None:
    upload = handed_in(desk, unprefixed(square("YS-1")))

    assert answers(desk, upload, **given).status_code == 422
    assert Upload.objects.get(pk=upload.pk).state == UploadState.ASKED


def test_a_question_may_be_left_open_and_its_parcels_are_errors(desk: Client, clerk: User) -> None:
    make_parcel(clerk)
    upload = handed_in(desk, unprefixed(square("YS-1")))

    answers(desk, upload, zone="leave")
    upload = read(Upload.objects.get(pk=upload.pk))

    assert upload.state == UploadState.STAGED
    staged = StagedRow.objects.get(upload=upload)
    assert staged.outcome == Outcome.ERROR
    assert "T13" in {problem["code"] for problem in staged.errors}


def test_an_old_datum_is_not_stored(desk: Client, clerk: User) -> None:
    make_parcel(clerk)
    upload = handed_in(desk, file(square("YS-1"), 坐标系="1980西安坐标系"))

    staged = StagedRow.objects.get(upload=upload)

    assert staged.outcome == Outcome.ERROR
    assert "T11" in staged.errors[0]["message"]
    assert any("T11" in note["text"] for note in upload.notes)


@pytest.mark.parametrize(
    ("content", "given", "epsg"),
    [
        (b"swapped", {"swap_axes": "true"}, 4525),
        (b"degrees", {"degrees": "decimal"}, 4490),
    ],
)
def test_axes_and_degrees_are_asked_too(
    desk: Client, clerk: User, content: bytes, given: dict[str, str], epsg: int
) -> None:
    make_parcel(clerk)
    lines = square("YS-1")
    files = {
        b"swapped": file(
            (
                lines[0],
                *(",".join((a, b, d, c)) for a, b, c, d in (row.split(",") for row in lines[1:])),
            )
        ),
        b"degrees": file(
            (lines[0], "1,1,39.593,109.777", "2,1,39.594,109.777", "3,1,39.594,109.778",
             "1,1,39.593,109.777")
        ),
    }  # fmt: skip

    upload = handed_in(desk, files[content])

    assert upload.state == UploadState.ASKED, upload.message
    answers(desk, upload, **given)
    upload = read(Upload.objects.get(pk=upload.pk))
    assert upload.state == UploadState.STAGED
    staged = StagedRow.objects.get(upload=upload)
    assert (staged.parsed or {"boundary": {"epsg": None}})["boundary"]["epsg"] == epsg


def test_the_page_shows_areas_points_and_what_is_wrong(desk: Client, clerk: User) -> None:
    make_parcel(clerk)
    upload = handed_in(desk, file(square("YS-1"), square("YS-9", 500, area="1.0004")))

    said = words(desk, f"/imports/{upload.pk}/?unit=m2")
    assert "库内没有此地块编号。" in said
    assert "T30" in said
    assert "10,004.00" in said

    said = words(desk, f"/imports/{upload.pk}/?rows=new&unit=m2")
    assert "10,000.00 9997.29 2.71 4／1 三度带 37 带" in said
    assert "确认登记 1 宗界址" in said
    assert "测试" not in said


def test_a_replaced_boundary_stands_beside_its_successor(desk: Client, clerk: User) -> None:
    make_parcel(clerk)
    first = handed_in(desk, file(square("YS-1")))
    confirm_upload(actor=clerk, upload_id=first.pk)

    upload = handed_in(desk, file(square("YS-1", side=200)))

    said = words(desk, f"/imports/{upload.pk}/?unit=m2")
    assert "库内椭球面积" in said
    assert "9997.29 40,000.00" in said


def test_errors_come_back_as_a_workbook(desk: Client, clerk: User) -> None:
    upload = handed_in(desk, file(square("YS-9")))

    response = desk.get(f"/imports/{upload.pk}/errors.xlsx")

    (sheet,) = workbook.read(response.content, "需改正.xlsx")
    assert sheet.rows[0][:4] == ["行号", "地块编号", "地块名称", "载明面积"]
    assert sheet.rows[1][:4] == ["9", "YS-9", "方块", "1.0000"]
    assert "库内没有此地块编号" in str(sheet.rows[1][-1])


def test_the_batch_is_shown_and_withdrawn(desk: Client, clerk: User) -> None:
    parcel = make_parcel(clerk)
    upload = handed_in(desk, file(square("YS-1")))
    confirm_upload(actor=clerk, upload_id=upload.pk)

    assert "1 宗界址" in words(desk, f"/imports/{upload.pk}/")
    said = words(desk, f"/imports/{upload.pk}/withdrawal/")
    assert "1 宗地块的界址" in said
    desk.post(f"/imports/{upload.pk}/withdrawal/", {"reason": "错传"})
    jobs.withdraw(upload.pk, upload.batches.get().pk, clerk.pk, "错传", stop=lambda: False)
    parcel.refresh_from_db()
    assert parcel.geometry is None
    assert Boundary.objects.count() == 1


@pytest.mark.parametrize("part", ["sums/", "progress/", "errors.xlsx", "answers/", "foresight/"])
def test_every_page_of_an_upload_bears_a_boundary_file(
    desk: Client, clerk: User, part: str
) -> None:
    make_parcel(clerk)
    upload = handed_in(desk, file(square("YS-1")))

    assert desk.get(f"/imports/{upload.pk}/{part}").status_code in {200, 204}


def test_queries_do_not_grow_with_the_rows(
    desk: Client, clerk: User, django_assert_max_num_queries: Any
) -> None:
    for n in range(8):
        make_parcel(clerk, no=f"YS-{n}")
    upload = handed_in(desk, file(*(square(f"YS-{n}", 200 * n) for n in range(8))))

    with django_assert_max_num_queries(25):
        desk.get(f"/imports/{upload.pk}/")


def test_bare_coordinates_name_no_parcel_and_are_refused_at_once(desk: Client, clerk: User) -> None:
    make_parcel(clerk)
    upload = handed_in(desk, "\r\n".join(square("YS-1")[1:]).encode())

    assert upload.state == UploadState.FAILED
    assert "没有地块行" in upload.message
    assert "地块编号" in upload.message
