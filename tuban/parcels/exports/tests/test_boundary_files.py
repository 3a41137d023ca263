"""Boundary TXT, GeoJSON and GPKG of the filtered parcels."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from django.test import Client
from pytest_django import Settings

from tuban.accounts.models import Role, User
from tuban.geodata import files, txt
from tuban.geodata.crs import GEOGRAPHIC, transform
from tuban.geodata.measuring import polygons
from tuban.geodata.model import Parcel as Read
from tuban.parcels.models import BatchWithdrawal, Boundary
from tuban.parcels.tests.cast import CITY, EJIN_HORO, TODAY, make_parcel, make_user, mu
from tuban.parcels.tests.drawn import HOLE, LINE, NOON, SHELL, draw, make_batch, rectangle

pytestmark = pytest.mark.django_db
APPROVED = ("2015-06-30", mu("45"))
MILLIMETRE = 0.001


@pytest.fixture(autouse=True)
def today(settings: Settings) -> None:
    settings.TUBAN_TODAY = TODAY


@pytest.fixture
def clerk() -> User:
    return make_user(Role.BANNER_CLERK)


@pytest.fixture
def desk(client: Client, clerk: User) -> Client:
    client.force_login(clerk)
    return client


def printed(parcel: Read) -> dict[str, Any]:
    """The parcel's own line by slot."""
    head = parcel.head
    slots = ("area_text", "code", "name", "sheet", "use", "slot8")
    return {**{slot: getattr(head, slot) for slot in slots}, "extras": list(head.extras)}


def apart_m(parcel: Read, boundary: Boundary) -> float:
    """Largest distance between the two outlines, metres in the file's plane."""
    assert parcel.epsg is not None
    (drawn,) = polygons([parcel])
    kept = shapely.transform(
        shapely.from_wkb(bytes(boundary.geometry.wkb)),
        lambda points: transform(points, GEOGRAPHIC, parcel.epsg or 0),
    )
    return float(shapely.hausdorff_distance(drawn, kept))


# ---- TXT --------------------------------------------------------------------------------------


def test_a_txt_read_again_has_the_same_line_points_labels_and_areas(
    desk: Client, clerk: User
) -> None:
    parcel = make_parcel(clerk, no="DK-001", approved=APPROVED)
    boundary = draw(parcel, clerk)

    response = desk.get("/parcels/export.txt")

    found = txt.read(response.content, "again.txt")
    (read,) = found.parcels
    assert not found.blocked
    assert printed(read) == boundary.printed
    assert apart_m(read, boundary) < MILLIMETRE
    assert [list(ring.labels) for ring in read.rings] == boundary.labels
    assert read.parts == ((0, 1),)
    assert (read.epsg, read.decimals) == (4525, 3)
    assert round(read.ellipsoidal_m2 or 0, 2) == 96973.78
    assert b"37395000.000" in response.content
    assert "%E6%88%AA%E8%87%B32024-09-30" in response["Content-Disposition"]  # 截至2024-09-30


@pytest.mark.parametrize(
    ("epsg", "loop", "zone"),
    [
        (4525, SHELL, 4525),
        (4546, rectangle(395000, 4385000, 400, 250), 4525),  # without prefix
        (4490, rectangle(109.78, 39.59, 0.004, 0.003), 4525),  # degrees: where it lies
        (4497, rectangle(19395000, 4385000, 400, 250), 4525),  # six degrees: where it lies
        (4524, rectangle(36650000, 4385000, 400, 250), 4524),  # delivered in the neighbour zone
    ],
)
def test_it_is_written_in_the_zone_it_was_delivered_in_or_lies_in(
    desk: Client, clerk: User, epsg: int, loop: Any, zone: int
) -> None:
    parcel = make_parcel(clerk, no="DK-001", approved=APPROVED)
    boundary = draw(parcel, clerk, loop, epsg=epsg, decimals=8 if epsg == GEOGRAPHIC else 3)

    (read,) = txt.read(desk.get("/parcels/export.txt").content, "again.txt").parcels

    assert read.epsg == zone
    assert printed(read) == boundary.printed
    assert apart_m(read, boundary) < MILLIMETRE


def test_parts_and_holes_stay_parts_and_holes(desk: Client, clerk: User) -> None:
    parcel = make_parcel(clerk, no="DK-001", approved=APPROVED)
    east = rectangle(37396000, 4385000, 100, 100)
    boundary = draw(parcel, clerk, SHELL, HOLE, east, parts=((0, 1), (2,)))

    (read,) = txt.read(desk.get("/parcels/export.txt").content, "again.txt").parcels

    assert read.parts == ((0, 1), (2,))
    assert apart_m(read, boundary) < MILLIMETRE


def test_several_zones_become_one_file_each_never_a_mixture(desk: Client, clerk: User) -> None:
    draw(make_parcel(clerk, no="DK-37", approved=APPROVED), clerk)
    draw(
        make_parcel(clerk, no="DK-36", approved=APPROVED),
        clerk,
        rectangle(36650000, 4385000, 400, 250),
        epsg=4524,
    )
    make_parcel(clerk, no="DK-NONE", approved=APPROVED)

    response = desk.get("/parcels/export.txt")

    with zipfile.ZipFile(BytesIO(response.content)) as made:
        names = made.namelist()
        read = {n: txt.read(made.read(n), n) for n in names if "带" in n}
        notes = made.read("说明.txt").decode("utf-8-sig")
    assert ".zip" in response["Content-Disposition"]
    assert names == ["地块界址点 三度带36带.txt", "地块界址点 三度带37带.txt", "说明.txt"]
    assert [[p.head.code for p in f.parcels] for f in read.values()] == [["DK-36"], ["DK-37"]]
    assert "没有登记界址、未列入：1 宗" in notes
    assert "东胜区 DK-NONE" in notes


def test_what_has_no_boundary_is_counted_in_the_file(desk: Client, clerk: User) -> None:
    draw(make_parcel(clerk, no="DK-001", approved=APPROVED), clerk)
    make_parcel(clerk, no="DK-NONE", approved=APPROVED)

    remark = txt.read(desk.get("/parcels/export.txt").content, "x.txt").header["备注"]

    assert "另有 1 宗没有登记界址，未列入：东胜区 DK-NONE" in remark
    assert f"导出岗位 {clerk}" in remark
    assert "截至2024-09-30" in remark


def test_only_the_filtered_parcels_of_ones_own_region(desk: Client, clerk: User) -> None:
    for no in ("DK-A", "DK-B"):
        draw(make_parcel(clerk, no=no, approved=APPROVED), clerk)
    draw(make_parcel(clerk, no="DK-C", region=EJIN_HORO, approved=APPROVED), clerk)

    found = txt.read(desk.get("/parcels/export.txt?q=DK-B").content, "x.txt").parcels
    everything = txt.read(desk.get("/parcels/export.txt").content, "x.txt").parcels

    assert [parcel.head.code for parcel in found] == ["DK-B"]
    assert [parcel.head.code for parcel in everything] == ["DK-A", "DK-B"]


def test_the_newest_boundary_of_a_batch_that_stands_is_the_parcels(
    desk: Client, clerk: User
) -> None:
    parcel = make_parcel(clerk, no="DK-001", approved=APPROVED)
    first = draw(parcel, clerk)
    later = make_batch(clerk, parcel.region_id)
    draw(parcel, clerk, rectangle(37396000, 4386000, 10, 10), batch=later)
    BatchWithdrawal.objects.create(
        batch=later, reason="误传", withdrawn_by=clerk, withdrawn_at=NOON
    )

    (read,) = txt.read(desk.get("/parcels/export.txt").content, "x.txt").parcels

    assert apart_m(read, first) < MILLIMETRE


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "@SUM(1)", "+1+1", "-2+3"])
def test_no_slot_begins_a_formula(desk: Client, clerk: User, name: str) -> None:
    parcel = make_parcel(clerk, no="DK-001", approved=APPROVED)
    boundary = draw(parcel, clerk, name=name, sheet="-")
    labels = [[name, "2", "3", "4", name], ["=5", "6", "7", "8", "=5"]]
    later = make_batch(clerk, parcel.region_id)
    boundary.pk, boundary.labels, boundary.batch = None, labels, later
    boundary.save()

    lines = desk.get("/parcels/export.txt").content.decode("gb18030").splitlines()

    slots = next(line for line in lines if line.endswith(",@")).split(",")
    assert slots[3][0] not in "=+-@"
    assert slots[3][1:] in name.replace(",", "，").replace("@", "＠")
    assert slots[5] == "-"
    assert not [line for line in lines if line.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("suffix", ["txt", "geojson", "gpkg"])
def test_without_any_boundary_there_is_a_message_and_no_file(
    desk: Client, clerk: User, suffix: str
) -> None:
    make_parcel(clerk, no="DK-001", approved=APPROVED)

    response = desk.get(f"/parcels/export.{suffix}")

    assert response.status_code == 409
    assert "筛选出的 1 宗地块都没有登记界址" in response.content.decode()
    assert "Content-Disposition" not in response


# ---- GeoJSON, GPKG ----------------------------------------------------------------------------


@pytest.fixture
def two(clerk: User) -> Boundary:
    """One parcel with a hole, one without a boundary."""
    make_parcel(clerk, no="DK-NONE", approved=APPROVED)
    parcel = make_parcel(clerk, no="DK-001", approved=APPROVED)
    return draw(parcel, clerk, code="DK-001")


def test_geojson_is_4490_longitude_first_shells_against_the_clock(
    desk: Client, two: Boundary
) -> None:
    made = json.loads(desk.get("/parcels/export.geojson").content)

    (feature,) = made["features"]
    shell, hole = feature["geometry"]["coordinates"][0]
    longitude, latitude = shell[0]
    assert made["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::4490"
    assert 109 < longitude < 110
    assert 39 < latitude < 40
    assert shapely.is_ccw(shapely.linearrings(shell))
    assert not shapely.is_ccw(shapely.linearrings(hole))
    kept = shapely.from_wkb(bytes(two.geometry.wkb))
    drawn = shapely.from_geojson(json.dumps(feature["geometry"]))
    assert shapely.hausdorff_distance(kept, drawn) < 1e-9


def test_geojson_says_unit_dates_post_and_what_is_missing(
    desk: Client, clerk: User, two: Boundary
) -> None:
    made = json.loads(desk.get("/parcels/export.geojson").content)

    properties = made["features"][0]["properties"]
    assert properties["地块编号"] == "DK-001"
    assert properties["旗区"] == "东胜区"
    assert properties["阶段"] == "批而未供"
    assert properties["批准面积_m2"] == 30_000.0
    assert properties["载明面积_m2"] == 97_000.0
    assert properties["椭球面积_m2"] == 96_973.78
    assert properties["已供面积_m2"] == 0
    assert properties["下一时限"] is None or properties["下一时限"].count("-") == 2
    assert properties["截至日期"] == "2024-09-30"
    assert properties["导出岗位"] == str(clerk)
    assert made["说明"]["没有登记界址、未含"] == "1 宗"
    assert made["未含界址"] == [{"旗区": "东胜区", "地块编号": "DK-NONE"}]
    assert made["字段"]["椭球面积_m2"].startswith("平方米")


def saved(content: bytes, folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_gpkg_has_the_layer_its_crs_and_the_parcels_left_out(
    desk: Client, clerk: User, two: Boundary, tmp_path: Path
) -> None:
    path = saved(desk.get("/parcels/export.gpkg").content, tmp_path, "out.gpkg")

    layers = dict(pyogrio.list_layers(path))
    info = pyogrio.read_info(path, layer="地块")
    _, _, geometry, columns = pyogrio.raw.read(path, layer="地块")
    values = dict(zip(info["fields"], (column[0] for column in columns), strict=True))
    *_, left_out = pyogrio.raw.read(path, layer="未含界址")
    assert layers == {"地块": "MultiPolygon", "未含界址": None, "说明": None}
    assert info["crs"] == "EPSG:4490"
    assert values["地块编号"] == "DK-001"
    assert values["批准面积_m2"] == 30_000.0
    assert values["椭球面积_m2"] == 96_973.78
    assert values["来件坐标系"] == 4525
    assert np.isnat(values["下一时限"]) or values["下一时限"] > np.datetime64("2024-09-30")
    assert str(values["截至日期"]) == "2024-09-30"
    assert [column.tolist() for column in left_out][2] == ["DK-NONE"]
    kept = shapely.from_wkb(bytes(two.geometry.wkb))
    assert shapely.equals_exact(shapely.from_wkb(geometry[0]), kept, tolerance=0)


@pytest.mark.parametrize("suffix", ["geojson", "gpkg"])
def test_our_own_reader_takes_them_back(
    desk: Client, two: Boundary, tmp_path: Path, suffix: str
) -> None:
    path = saved(desk.get(f"/parcels/export.{suffix}").content, tmp_path, f"out.{suffix}")

    found = files.read(path)

    (read,) = found.parcels
    assert not found.blocked
    assert (read.epsg, read.head.code, read.head.area_text) == (4490, "DK-001", LINE["area_text"])
    assert round(read.ellipsoidal_m2 or 0, 2) == 96_973.78


def test_a_city_post_gets_every_banner(client: Client, clerk: User, two: Boundary) -> None:
    draw(make_parcel(clerk, no="DK-EJ", region=EJIN_HORO, approved=APPROVED), clerk)
    client.force_login(make_user(Role.AUDITOR, CITY))

    made = json.loads(client.get("/parcels/export.geojson").content)

    assert [f["properties"]["地块编号"] for f in made["features"]] == ["DK-001", "DK-EJ"]
