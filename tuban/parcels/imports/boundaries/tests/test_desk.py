"""A boundary file at the desk: staged by parcel, checked, recorded in one batch, withdrawn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tuban.accounts.models import Role, User
from tuban.parcels.imports.boundaries import BOUNDARY
from tuban.parcels.imports.boundaries.fallback import FallbackOverlaps
from tuban.parcels.imports.boundaries.tests.files import file, square
from tuban.parcels.imports.confirm import NothingToRecord, confirm_upload
from tuban.parcels.imports.problems import Unreadable
from tuban.parcels.imports.staging import stage_upload, summary
from tuban.parcels.imports.tests.books import ledger, row
from tuban.parcels.imports.withdraw import withdraw_batch
from tuban.parcels.models import Batch, Boundary, Outcome, Parcel, StagedRow, Upload, UploadState
from tuban.parcels.tests.cast import CITY, DONGSHENG, EJIN_HORO, TODAY, make_parcel, make_user, mu
from tuban.regions.models import Region

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _desk(settings: Any, tmp_path: Path, without_child: None) -> None:
    settings.TUBAN_TODAY = TODAY
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def clerk() -> User:
    return make_user(Role.BANNER_CLERK)


def stage(actor: User, *parcels: tuple[str, ...], **header: str) -> Upload:
    return stage_upload(actor=actor, source=file(*parcels, **header), name="界址点.txt")


def load(actor: User, *parcels: tuple[str, ...]) -> Batch:
    return confirm_upload(actor=actor, upload_id=stage(actor, *parcels).pk)


def outcomes(upload: Upload) -> dict[Outcome, int]:
    return {outcome: n for outcome, n in summary(upload).counts.items() if n}


def problems(upload: Upload) -> list[tuple[int, str, str, str]]:
    rows = StagedRow.objects.filter(upload=upload).order_by("row_no")
    return [(r.row_no, p["code"], p["level"], p["message"]) for r in rows for p in r.errors]


def geometry_of(parcel: Parcel) -> Any:
    return Parcel.objects.get(pk=parcel.pk).geometry


def test_a_boundary_is_staged_beside_its_parcel_and_changes_nothing(clerk: User) -> None:
    parcel = make_parcel(clerk, approved=("2015-06-30", mu("15.00")))

    upload = stage(clerk, square("YS-1"))

    assert (upload.state, upload.ledger, upload.message) == (UploadState.STAGED, BOUNDARY, "")
    assert outcomes(upload) == {Outcome.NEW: 1}
    staged = StagedRow.objects.get(upload=upload)
    assert (staged.row_no, staged.region_id, staged.parcel_no) == (9, DONGSHENG, "YS-1")
    assert staged.errors == []
    assert staged.raw["area"] == "1.0000"
    assert staged.raw["ellipsoidal"].startswith("9997.2")
    assert geometry_of(parcel) is None
    assert not Boundary.objects.exists()
    assert upload.mapping["file"]["encoding"] == "gb18030"


def test_confirming_records_the_boundary_and_the_parcel_shows_it(clerk: User) -> None:
    parcel = make_parcel(clerk)

    batch = load(clerk, square("YS-1"))

    assert (batch.no, batch.rows, batch.facts) == ("150602-20240930-01", 1, 0)
    kept = Boundary.objects.get()
    assert (kept.parcel, kept.batch, kept.epsg, kept.decimals) == (parcel, batch, 4525, 3)
    assert kept.labels == [["J1", "J2", "J3", "J4", "J1"]]
    assert kept.printed["area_text"] == "1.0000"
    assert str(kept.declared_m2) == "10000.000000"
    assert abs(float(kept.ellipsoidal_m2) - 9997.29) < 0.01
    assert str(kept.planar_m2) == "10000.000000"
    assert (kept.place, kept.recorded_by) == ("界址点.txt 第 9 行", clerk)
    assert geometry_of(parcel).equals_exact(kept.geometry)
    west, south, east, north = kept.geometry.extent
    assert 109.777 < west < east < 109.779
    assert 39.592 < south < north < 39.594
    batch.upload.refresh_from_db()
    assert batch.upload.message == "已登记 1 宗，批次 150602-20240930-01。"


def test_the_same_file_again_adds_nothing(clerk: User) -> None:
    make_parcel(clerk)
    load(clerk, square("YS-1"))

    again = stage(clerk, square("YS-1"))

    assert outcomes(again) == {Outcome.SAME: 1}
    with pytest.raises(NothingToRecord):
        confirm_upload(actor=clerk, upload_id=again.pk)
    assert Boundary.objects.count() == 1


def test_less_than_a_millimetre_is_the_same_and_another_line_is_not(clerk: User) -> None:
    make_parcel(clerk)
    load(clerk, square("YS-1"))

    moved = tuple(line.replace("4385100.000", "4385100.0004") for line in square("YS-1"))
    assert outcomes(stage(clerk, moved)) == {Outcome.SAME: 1}
    assert outcomes(stage(clerk, square("YS-1", 0.002))) == {Outcome.CHANGED: 1}
    assert outcomes(stage(clerk, square("YS-1", name="改名"))) == {Outcome.CHANGED: 1}


def test_a_changed_boundary_replaces_and_withdrawing_it_brings_the_old_one_back(
    clerk: User,
) -> None:
    parcel = make_parcel(clerk)
    load(clerk, square("YS-1"))
    before = geometry_of(parcel)

    upload = stage(clerk, square("YS-1", side=120))
    staged = StagedRow.objects.get(upload=upload)
    assert staged.outcome == Outcome.CHANGED
    assert staged.parsed["plan"]["old_m2"].startswith("9997.2")
    batch = confirm_upload(actor=clerk, upload_id=upload.pk)
    assert not geometry_of(parcel).equals_exact(before)

    withdraw_batch(actor=clerk, batch_id=batch.pk, reason="错传")

    assert geometry_of(parcel).equals_exact(before)
    first = Batch.objects.exclude(pk=batch.pk).get()
    withdraw_batch(actor=clerk, batch_id=first.pk, reason="全错")
    assert geometry_of(parcel) is None
    assert Boundary.objects.count() == 2


def test_withdrawing_an_older_batch_leaves_the_newest_boundary(clerk: User) -> None:
    parcel = make_parcel(clerk)
    first = load(clerk, square("YS-1"))
    load(clerk, square("YS-1", side=120))
    now = geometry_of(parcel)

    withdraw_batch(actor=clerk, batch_id=first.pk, reason="多余")

    assert geometry_of(parcel).equals_exact(now)


def test_a_withdrawal_does_not_bring_back_land_given_to_another_since(clerk: User) -> None:
    parcel = make_parcel(clerk)
    make_parcel(clerk, no="YS-2")
    load(clerk, square("YS-1", side=200))
    smaller = load(clerk, square("YS-1"))
    neighbour = load(clerk, square("YS-2", 100))
    before = geometry_of(parcel)

    with pytest.raises(FallbackOverlaps, match=r"YS-1 与 YS-2 重叠 10000\.00 平方米"):
        withdraw_batch(actor=clerk, batch_id=smaller.pk, reason="错传")
    assert geometry_of(parcel).equals_exact(before)

    withdraw_batch(actor=clerk, batch_id=neighbour.pk, reason="先撤")
    withdraw_batch(actor=clerk, batch_id=smaller.pk, reason="再撤")
    assert not geometry_of(parcel).equals_exact(before)


def test_a_number_that_nobody_knows_is_an_error_with_a_way_out(clerk: User) -> None:
    upload = stage(clerk, square("YS-9"))

    assert outcomes(upload) == {Outcome.ERROR: 1}
    ((line, code, _, message),) = problems(upload)
    assert (line, code, message) == (9, "no_parcel", "库内没有此地块编号。")


def test_a_number_that_another_upload_holds_waits_for_it(clerk: User) -> None:
    held = stage_upload(actor=clerk, source=ledger([row(parcel_no="YS-9")]), name="台账.xlsx")
    upload = stage(clerk, square("YS-9"))

    assert outcomes(upload) == {Outcome.NEW: 1}
    ((_, code, level, message),) = problems(upload)
    assert (code, level) == ("waiting_for_parcel", "remark")
    assert "等《台账.xlsx》登记" in message

    confirm_upload(actor=clerk, upload_id=held.pk)
    confirm_upload(actor=clerk, upload_id=upload.pk)
    assert geometry_of(Parcel.objects.get(parcel_no="YS-9")) is not None


def test_confirmed_too_early_the_waiting_row_stays_behind_with_a_reason(clerk: User) -> None:
    make_parcel(clerk)
    stage_upload(actor=clerk, source=ledger([row(parcel_no="YS-9")]), name="台账.xlsx")
    upload = stage(clerk, square("YS-1"), square("YS-9", 500))

    batch = confirm_upload(actor=clerk, upload_id=upload.pk)

    assert batch.rows == 1
    assert problems(upload)[0][1] == "no_parcel"
    upload.refresh_from_db()
    assert "另有 1 宗没有登记" in upload.message


def test_numbers_are_compared_as_the_ledger_keys_them(clerk: User) -> None:
    make_parcel(clerk)

    assert outcomes(stage(clerk, square("ＹＳ－ 1"))) == {Outcome.NEW: 1}


def test_a_number_twice_names_both_lines(clerk: User) -> None:
    make_parcel(clerk)

    upload = stage(clerk, square("YS-1"), square("YS-1", 500))

    assert outcomes(upload) == {Outcome.ERROR: 2}
    assert [(line, code) for line, code, *_ in problems(upload)] == [
        (9, "number_twice"),
        (15, "number_twice"),
    ]
    assert "第 9 行与第 15 行" in problems(upload)[0][3]


def test_a_missing_number_is_an_error(clerk: User) -> None:
    upload = stage(clerk, square(""))

    assert [code for _, code, *_ in problems(upload)] == ["no_number"]


def test_a_number_of_two_regions_is_not_guessed() -> None:
    city = make_user(Role.CITY_REVIEWER, CITY)
    make_parcel(city)
    make_parcel(city, region=EJIN_HORO)

    ((_, code, _, message),) = problems(stage(city, square("YS-1")))

    assert code == "number_shared"
    assert "东胜区、伊金霍洛旗" in message


def test_a_parcel_of_another_region_is_not_found(clerk: User) -> None:
    make_parcel(clerk, region=EJIN_HORO)

    assert [code for _, code, *_ in problems(stage(clerk, square("YS-1")))] == ["no_parcel"]


def test_the_reader_s_findings_stand_at_their_rows_and_lines(clerk: User) -> None:
    make_parcel(clerk)
    make_parcel(clerk, no="YS-2")
    lines = list(square("YS-1"))[:-1]  # no closing row
    crossed = list(square("YS-2", 500))
    crossed[2], crossed[3] = crossed[3], crossed[2]

    upload = stage(clerk, tuple(lines), tuple(crossed))

    found = {(line, code): level for line, code, level, _ in problems(upload)}
    assert found[9, "T21"] == "remark"
    assert found[14, "T20"] == "error"
    assert found[14, "GEO-01"] == "error"
    assert outcomes(upload) == {Outcome.NEW: 1, Outcome.ERROR: 1}


@pytest.mark.parametrize(
    ("area", "level"),
    [
        ("1.0000", None),
        ("0.9997", None),
        ("1.0004", "remark"),
        ("1.0600", "error"),
        ("15", "error"),
    ],
)
def test_the_declared_area_is_held_against_both_computed_ones(
    clerk: User, area: str, level: str | None
) -> None:
    make_parcel(clerk)

    found = problems(stage(clerk, square("YS-1", area=area)))

    assert [(code, found_level) for _, code, found_level, _ in found] == (
        [("T30", level)] if level else []
    )


def test_the_approved_area_of_the_record_is_only_remarked(clerk: User) -> None:
    make_parcel(clerk, approved=("2015-06-30", mu("30.00")))

    upload = stage(clerk, square("YS-1"))

    assert outcomes(upload) == {Outcome.NEW: 1}
    ((_, code, level, message),) = problems(upload)
    assert (code, level) == ("approved_area", "remark")
    assert "30.00 亩" in message
    assert "多 10000.00 平方米" in message


def test_parcels_of_one_file_must_not_overlap(clerk: User) -> None:
    for no in ("YS-1", "YS-2"):
        make_parcel(clerk, no=no)

    upload = stage(clerk, square("YS-1"), square("YS-2", 99.5))

    assert outcomes(upload) == {Outcome.ERROR: 2}
    first, second = (message for *_, message in problems(upload))
    assert "与第 15 行 YS-2 方块 重叠 50.00 平方米" in first
    assert "与第 9 行 YS-1 方块 重叠 50.00 平方米" in second


def test_an_overlap_with_a_kept_parcel_is_named_and_measured(clerk: User) -> None:
    for no in ("YS-1", "YS-2", "YS-3"):
        make_parcel(clerk, no=no)
    load(clerk, square("YS-1"))

    upload = stage(clerk, square("YS-2", 99.5), square("YS-3", -100))

    ((line, code, level, message),) = problems(upload)
    assert (line, code, level) == (9, "GEO-06", "error")
    assert message == "面重叠：与库内地块 YS-1 重叠 50.00 平方米。"
    assert outcomes(upload) == {Outcome.ERROR: 1, Outcome.NEW: 1}


def test_an_overlap_with_another_region_s_parcel_does_not_name_it(clerk: User) -> None:
    other = make_user(Role.BANNER_CLERK, EJIN_HORO)
    make_parcel(clerk)
    make_parcel(other, no="SECRET-7", region=EJIN_HORO)
    load(other, square("SECRET-7"))

    ((_, code, level, message),) = problems(stage(clerk, square("YS-1", 99.5)))

    assert (code, level) == ("GEO-06", "error")
    assert message == "面重叠：与其他旗区的地块重叠 50.00 平方米。"


def test_the_same_land_under_a_second_number_is_a_duplicate(clerk: User) -> None:
    make_parcel(clerk)
    make_parcel(clerk, no="YS-2")
    load(clerk, square("YS-1"))

    assert [code for _, code, *_ in problems(stage(clerk, square("YS-2")))] == ["GEO-16"]


def test_land_that_was_recovered_may_be_given_a_new_number(clerk: User) -> None:
    make_parcel(
        clerk,
        supplied=("2012-05-01", mu("15")),
        start_agreed=("2012-05-01", {"start_on": "2013-05-01"}),
        recovered=("2020-01-01", {"route": "paid"}),
    )
    make_parcel(clerk, no="YS-2")
    load(clerk, square("YS-1"))

    upload = stage(clerk, square("YS-2"))

    ((_, code, level, message),) = problems(upload)
    assert (code, level) == ("GEO-16", "remark")
    assert "YS-1（已收回）" in message
    assert outcomes(upload) == {Outcome.NEW: 1}


def test_a_parcel_left_without_facts_is_not_in_the_way(clerk: User) -> None:
    approved = stage_upload(actor=clerk, source=ledger([row(parcel_no="YS-1")]), name="台账.xlsx")
    batch = confirm_upload(actor=clerk, upload_id=approved.pk)
    make_parcel(clerk, no="YS-2")
    load(clerk, square("YS-1"))
    withdraw_batch(actor=clerk, batch_id=batch.pk, reason="误传")

    upload = stage(clerk, square("YS-2", 50))

    ((_, code, level, message),) = problems(upload)
    assert (code, level) == ("GEO-06", "remark")
    assert "YS-1（没有有效事实）" in message
    assert outcomes(upload) == {Outcome.NEW: 1}


def test_land_far_from_a_schematic_border_is_doubted_and_from_a_real_one_refused(
    clerk: User,
) -> None:
    make_parcel(clerk)
    away = tuple(line.replace("37395", "40395") for line in square("YS-1"))

    upload = stage(clerk, away, 带号="40")
    ((_, code, level, message),) = problems(upload)
    assert (code, level) == ("T17", "remark")
    assert "在本区示意界线 50 公里以外" in message
    assert outcomes(upload) == {Outcome.NEW: 1}

    Region.objects.filter(code=DONGSHENG).update(schematic=False)
    refused = stage(clerk, away, 带号="40")
    assert ("T17", "error") in [(code, level) for _, code, level, _ in problems(refused)]
    assert outcomes(refused) == {Outcome.ERROR: 1}
    assert problems(stage(clerk, square("YS-1"))) == []


def test_two_parcels_may_swap_land_in_one_file(clerk: User) -> None:
    for no in ("YS-1", "YS-2"):
        make_parcel(clerk, no=no)
    load(clerk, square("YS-1"), square("YS-2", 500))

    upload = stage(clerk, square("YS-1", 500), square("YS-2"))

    assert outcomes(upload) == {Outcome.CHANGED: 2}
    assert confirm_upload(actor=clerk, upload_id=upload.pk).rows == 2


def test_an_overlap_that_arose_since_the_preview_keeps_its_row_out(clerk: User) -> None:
    for no in ("YS-1", "YS-2", "YS-3"):
        make_parcel(clerk, no=no)
    late = stage(clerk, square("YS-2", 50), square("YS-3", 500))
    load(clerk, square("YS-1"))

    batch = confirm_upload(actor=clerk, upload_id=late.pk)

    assert batch.rows == 1
    ((_, code, *_),) = problems(late)
    assert code == "GEO-06"


def test_what_another_file_recorded_meanwhile_is_not_replaced_unseen(clerk: User) -> None:
    parcel = make_parcel(clerk)
    make_parcel(clerk, no="YS-2")
    late = stage(clerk, square("YS-1", 20), square("YS-2", 500))
    load(clerk, square("YS-1"))
    before = geometry_of(parcel)

    batch = confirm_upload(actor=clerk, upload_id=late.pk)

    assert batch.rows == 1
    assert geometry_of(parcel).equals_exact(before)
    assert outcomes(late) == {Outcome.CONFLICT: 1, Outcome.NEW: 1}
    assert [code for _, code, *_ in problems(late)] == ["boundary_moved_on"]
    assert outcomes(stage(clerk, square("YS-1", 20), square("YS-2", 500))) == {
        Outcome.CHANGED: 1,
        Outcome.SAME: 1,
    }


def test_a_file_without_parcels_is_refused(clerk: User) -> None:
    with pytest.raises(Unreadable, match="T01"):
        stage_upload(actor=clerk, source="只是文字\n".encode("gb18030"), name="说明.txt")
    assert not Upload.objects.exists()


def test_what_is_taken_out_comes_back_unchanged(clerk: User, client: Client) -> None:
    for no in ("YS-1", "YS-2"):
        make_parcel(clerk, no=no, approved=("2015-06-30", mu("15.00")))
    hole = tuple(row.replace(",1,", ",2,", 1) for row in square("", 40, 40, side=20)[1:])
    head, *points = square("YS-2", 500)
    coarse = (head.replace("面", ""), *(row.replace(".000", ".12") for row in points))
    load(clerk, (*square("YS-1", area="0.9600"), *hole), coarse)
    client.force_login(clerk)

    delivered = client.get("/parcels/export.txt").content
    again = stage_upload(actor=clerk, source=delivered, name="导出.txt")

    assert outcomes(again) == {Outcome.SAME: 2}


def test_the_command_takes_a_boundary_file(
    clerk: User, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_parcel(clerk)
    path = tmp_path / "界址点.txt"
    path.write_bytes(file(square("YS-1"), square("YS-9", 500)))

    with pytest.raises(SystemExit) as left:
        call_command("import_ledger", str(path), "--confirm", "--actor", clerk.username)

    printed = capsys.readouterr().out
    assert left.value.code == 1
    assert "新增 1" in printed
    assert "第 15 行 地块编号 错误：“YS-9”库内没有此地块编号。" in printed
    assert "批次号 150602-20240930-01" in printed
    assert Boundary.objects.count() == 1


def test_the_command_says_what_a_file_asks(
    clerk: User, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "界址点.txt"
    path.write_bytes(file(square("YS-1"), 坐标系=""))

    with pytest.raises(SystemExit) as left:
        call_command("import_ledger", str(path), "--actor", clerk.username)

    assert left.value.code == 2
    assert "这份坐标是什么坐标系？" in capsys.readouterr().err
