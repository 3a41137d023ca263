"""Spatial files: out and in again, and what must never be opened."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import shapely
from pyogrio.raw import write as write_layer

from tuban.geodata import files, txt
from tuban.geodata.errors import GeodataError
from tuban.geodata.model import BoundaryFile, Choices
from tuban.geodata.tests.samples import GOLDEN, codes

SECRET = '{"type":"FeatureCollection","features":[]}'


@pytest.fixture(scope="module")
def example() -> BoundaryFile:
    return txt.read((GOLDEN / "example.txt").read_bytes(), "例.txt")


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg"])
def test_what_is_written_comes_back(example: BoundaryFile, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"地块{suffix}"
    files.write(example, path)
    back = files.read(path)
    assert back.findings == ()
    assert [p.head.code for p in back.parcels] == ["DK-001", "DK-002"]
    assert [p.head.area for p in back.parcels] == [p.head.area for p in example.parcels]
    assert [len(p.rings) for p in back.parcels] == [2, 1]
    epsg = 4490 if suffix == ".geojson" else 4525
    assert {p.epsg for p in back.parcels} == {epsg}
    for before, after in zip(example.parcels, back.parcels, strict=True):
        assert after.ellipsoidal_m2 == pytest.approx(before.ellipsoidal_m2, abs=0.01)
        again = files.moved(after, 4525)
        for ring, other in zip(before.rings, again.rings, strict=True):
            assert np.abs(ring.coordinates - other.coordinates).max() < 0.0005


def _shapefile(folder: Path, *, crs: str | None = "EPSG:4525", codepage: bool = False) -> Path:
    path = folder / "地块.shp"
    write_layer(
        str(path),
        shapely.to_wkb(np.array([shapely.box(37395000, 4385000, 37395400, 4385250)])),
        [np.array(["DK-001"], dtype=object), np.array(["示例地块"], dtype=object)],
        ["DKBH", "DKMC"],
        driver="ESRI Shapefile",
        geometry_type="Polygon",
        crs=crs,
        encoding="GBK",
    )
    if not codepage:
        path.with_suffix(".cpg").unlink(missing_ok=True)
    return path


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_a_shapefile_without_code_page_is_read_as_chinese(tmp_path: Path) -> None:
    made = files.read(_shapefile(tmp_path))
    (parcel,) = made.parcels
    assert (parcel.head.code, parcel.head.name, parcel.epsg) == ("DK-001", "示例地块", 4525)
    assert parcel.planar_m2 == 100_000


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
@pytest.mark.parametrize(
    ("crs", "says"),
    [(None, "没有坐标系"), ("EPSG:2361", "没有转换参数"), ("EPSG:3857", "不是 2000")],
)
def test_a_shapefile_in_no_or_another_system_is_refused(
    tmp_path: Path, crs: str | None, says: str
) -> None:
    with pytest.raises(GeodataError, match=says):
        files.read(_shapefile(tmp_path, crs=crs))


def test_a_shapefile_without_its_companions_is_refused(tmp_path: Path) -> None:
    path = _shapefile(tmp_path)
    path.with_suffix(".dbf").unlink()
    with pytest.raises(GeodataError, match=r"缺少 \.dbf"):
        files.read(path)


def _virtual(target: Path) -> str:
    return (
        f'<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>{target}</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>"
    )


@pytest.mark.parametrize("suffix", [".geojson", ".json", ".gpkg", ".shp"])
def test_a_virtual_file_in_disguise_is_refused(tmp_path: Path, suffix: str) -> None:
    secret = tmp_path / "secret.geojson"
    secret.write_text(SECRET, "utf-8")
    path = tmp_path / f"a{suffix}"
    path.write_text(_virtual(secret), "utf-8")
    with pytest.raises(GeodataError, match="与扩展名不符") as caught:
        files.read(path)
    assert caught.value.code == "geodata.disguised"


def test_even_past_the_first_look_no_other_driver_opens_a_file(
    example: BoundaryFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second wall by itself: the first one is taken away, and GDAL still knows no such kind."""
    real = tmp_path / "secret.geojson"
    files.write(example, real)
    path = tmp_path / "a.geojson"
    path.write_text(_virtual(real), "utf-8")
    monkeypatch.setattr(files, "_sniff", lambda _: None)
    with pytest.raises(GeodataError, match="读不了"):
        files.read(path)
    shutil.copy(real, path)
    assert len(files.read(path).parcels) == 2


def test_only_the_kinds_we_read_are_left_on() -> None:
    left_off = files._switched_off().split(",")
    assert {"OGR_VRT", "CSV", "GML", "PDF", "HTTP", "WFS", "OSM", "DXF"} <= set(left_off)
    assert not {"GeoJSON", "GPKG", "ESRI Shapefile"} & set(left_off)


HOSTILE = {
    "empty.geojson": b"",
    "cut.geojson": b'{"type":"FeatureCollection","features":[',
    "deep.geojson": b'{"a":' * 100_000,
    "points.geojson": b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},'
    b'"geometry":{"type":"Point","coordinates":[109,39]}}]}',
    "stub.gpkg": b"SQLite format 3\x00" + b"\x00" * 52 + b"GPKG" + b"\x00" * 400,
    "plain.gpkg": b"SQLite format 3\x00" + b"\x00" * 480,
    "zip.geojson": b"PK\x03\x04" + b"\x00" * 100,
    "a.kml": b"<kml/>",
    "noext": b"{}",
    "null.geojson": b'{"type":"FeatureCollection","features":null}',
}


def _read(path: Path) -> BoundaryFile | GeodataError:
    try:
        return files.read(path)
    except GeodataError as error:
        return error


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_file_is_refused_in_chinese(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(HOSTILE[name])
    made = _read(path)
    if isinstance(made, BoundaryFile):
        assert list(made.usable()) == []
    else:
        assert made.message.endswith("。")
        assert made.place == name


def test_a_geojson_that_names_no_system_says_how_it_was_read(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    ring = [[109.78, 39.59], [109.78, 39.60], [109.79, 39.60], [109.79, 39.59], [109.78, 39.59]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"DKBH": "1", "DKMJ": "95.5亩"}, "geometry": shape}
    nothing = {"type": "Feature", "properties": {"DKBH": "2"}, "geometry": None}
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": [feature, nothing]}), "utf-8"
    )
    made = files.read(path)
    assert codes(made) == ["T10", "T03", "T30"]
    assert [p.usable for p in made.parcels] == [True, False]
    assert "WGS84" in str(made.findings[0])
    assert "第 2 宗" in str(made.findings[1])
    elsewhere = files.read(path, Choices(box=(106.0, 37.0, 107.0, 38.0)))
    assert "T17" in codes(elsewhere)


def test_nothing_is_written_under_another_extension_or_from_nothing(
    example: BoundaryFile, tmp_path: Path
) -> None:
    with pytest.raises(GeodataError, match="不写这种文件"):
        files.write(example, tmp_path / "a.shp")
    nothing = txt.read("[地块坐标]\n".encode(), "a.txt")
    with pytest.raises(GeodataError, match="没有可以写出的地块"):
        files.write(nothing, tmp_path / "a.gpkg")
