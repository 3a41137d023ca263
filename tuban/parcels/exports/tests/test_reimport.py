"""Out and in again: what was exported, handed in once more, is 不变."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from tuban.accounts.models import Role, User
from tuban.geodata.tests.samples import text
from tuban.parcels.imports.boundaries.tests.files import file, square
from tuban.parcels.imports.confirm import confirm_upload
from tuban.parcels.imports.staging import stage_upload, summary
from tuban.parcels.imports.tests.books import ledger, row
from tuban.parcels.models import Boundary, Outcome, Upload
from tuban.parcels.tests.cast import CITY, TODAY, make_parcel, make_user, mu

pytestmark = pytest.mark.django_db
APPROVED = ("2015-06-30", mu("15.00"))
# Rows as they come: not closed, a part beside the shell with its hole, labels of three styles.
KNOTTY = (
    "12,10.3500,DK-1,示例，地块一,面,J49G010029,工业用地,地上,甲,乙,@",
    "B7,1,4385250.123,37395000.456",
    "B8,1,4385250.123,37395400.456",
    "B9,1,4385000.123,37395400.456",
    "B10,1,4385000.123,37395000.456",
    "1,2,4385150.5,37395100.25",
    "2,2,4385100.5,37395100.25",
    "3,2,4385100.5,37395160.25",
    "1,2,4385150.5,37395100.25",
    "J1,3,4385250,37395500",
    "J2,3,4385250,37395600",
    "J3,3,4385150,37395600",
    "J1,3,4385250,37395500",
)


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


def outcomes(upload: Upload) -> dict[Outcome, int]:
    return {outcome: n for outcome, n in summary(upload).counts.items() if n}


def handed_in(actor: User, content: bytes, name: str = "界址点.txt") -> Upload:
    return stage_upload(actor=actor, source=content, name=name)


@pytest.mark.parametrize(
    "content",
    [
        file(square("DK-1")),
        file(KNOTTY),
        file(square("DK-1", area="15亩")),
        file(square("DK-1", area="")),
        file(square("DK-1"), 带号="36"),
        text(square("DK-1"), header={"带号": ""}).encode("utf-8"),
    ],
    ids=["square", "parts-and-holes", "unit-glued-on", "no-area", "other-zone", "utf-8"],
)
def test_an_exported_txt_handed_in_again_changes_nothing(
    desk: Client, clerk: User, content: bytes
) -> None:
    make_parcel(clerk, no="DK-1", approved=APPROVED)
    first = handed_in(clerk, content)
    assert outcomes(first) == {Outcome.NEW: 1}
    confirm_upload(actor=clerk, upload_id=first.pk)
    assert Boundary.objects.count() == 1

    exported = desk.get("/parcels/export.txt").content

    assert outcomes(handed_in(clerk, exported)) == {Outcome.SAME: 1}


def test_every_file_of_a_zip_handed_in_again_changes_nothing(client: Client) -> None:
    reviewer = make_user(Role.CITY_REVIEWER, CITY)
    client.force_login(reviewer)
    for no, east in (("DK-37", 0.0), ("DK-36", 0.0)):
        make_parcel(reviewer, no=no, approved=APPROVED)
        zone = no[-2:]
        rows = [line.replace(",373", f",{zone}3") for line in square(no, east)]
        upload = handed_in(reviewer, file(tuple(rows), 带号=zone))
        confirm_upload(actor=reviewer, upload_id=upload.pk)

    made = zipfile.ZipFile(BytesIO(client.get("/parcels/export.txt").content))

    files = [name for name in made.namelist() if "带" in name]
    assert len(files) == 2
    for name in files:
        assert outcomes(handed_in(reviewer, made.read(name), name)) == {Outcome.SAME: 1}


# ---- Rows of an upload ------------------------------------------------------------------------


def sheet_of(content: bytes) -> list[list[Any]]:
    book: CalamineWorkbook = CalamineWorkbook.from_filelike(BytesIO(content))
    return book.get_sheet_by_index(0).to_python()


def test_rows_of_a_ledger_leave_as_they_came_with_what_is_said_of_them(
    desk: Client, clerk: User
) -> None:
    bad = row(parcel_no="YS-150602-0002", approved_on="2022-9-31")
    upload = stage_upload(
        actor=clerk, source=ledger([row(parcel_no="YS-150602-0001"), bad]), name="台账.xlsx"
    )

    everything = sheet_of(desk.get(f"/imports/{upload.pk}/rows.xlsx").content)
    wrong = sheet_of(desk.get(f"/imports/{upload.pk}/rows.xlsx?rows=error").content)

    assert "台账.xlsx" in everything[1][0]
    assert "全部 2 行" in everything[1][0]
    assert [line[2] for line in everything[4:]] == ["YS-150602-0001", "YS-150602-0002"]
    assert [line[3] for line in everything[4:]] == ["新增", "错误"]
    assert "错误 1 行" in wrong[1][0]
    assert [line[2] for line in wrong[4:]] == ["YS-150602-0002"]
    assert "2022-9-31" in wrong[4]
    assert "批准日期" in wrong[4][-1]


def test_rows_of_a_boundary_file_leave_with_areas_in_square_metres(
    desk: Client, clerk: User
) -> None:
    make_parcel(clerk, no="DK-1", approved=APPROVED)
    upload = handed_in(clerk, file(square("DK-1"), square("DK-NONE", east=500)))

    rows = sheet_of(desk.get(f"/imports/{upload.pk}/rows.xlsx").content)

    found = dict(zip(rows[3], rows[4], strict=True))
    assert found["地块编号"] == "DK-1"
    assert found["载明面积"] == "1.0000"
    assert found["椭球面积（平方米）"].startswith("9997.2")
    assert rows[5][3] == "错误"
    assert "库内没有此地块编号" in rows[5][-1]
