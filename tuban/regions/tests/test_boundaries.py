from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from pyogrio.raw import write as write_layer

from tuban.geodata.errors import GeodataError
from tuban.regions.boundaries import NotBoundaries, import_boundaries
from tuban.regions.models import Region

pytestmark = pytest.mark.django_db


def schematic() -> dict[str, Any]:
    return {
        code: shapely.from_wkb(bytes(boundary.wkb))
        for code, boundary in Region.objects.values_list("code", "boundary")
    }


def file(path: Path, shapes: dict[str, Any], **names: str) -> Path:
    """A GeoJSON file in EPSG:4490; names by code, else none."""
    features = [
        {
            "type": "Feature",
            "properties": {"XZQDM": "" if code in names else code, "XZQMC": names.get(code, "")},
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for code, shape in shapes.items()
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    path.write_text(
        json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}), "utf-8"
    )
    return path


def test_the_schematic_boundaries_cover_the_city_without_overlap() -> None:
    shapes = schematic()
    city = shapes.pop("150600")
    assert len(shapes) == 9
    assert shapely.union_all(list(shapes.values())).equals(city)
    assert sum(shape.area for shape in shapes.values()) == pytest.approx(city.area)
    assert set(Region.objects.values_list("schematic", flat=True)) == {True}


def test_real_boundaries_take_the_place_of_schematic_ones(tmp_path: Path) -> None:
    # Real ones: the schematic ones moved a little east. Two are known by name only.
    moved = {
        code: shapely.transform(shape, lambda xy: xy + np.array([0.01, 0]))
        for code, shape in schematic().items()
        if code != "150600"
    }
    done = import_boundaries(
        file(tmp_path / "旗区界线.geojson", moved, **{"150623": "鄂托克前旗", "150624": "鄂托克旗"})
    )

    assert len(done.placed) == 10  # the city's follows from its nine
    assert done.schematic == ()
    assert not Region.objects.filter(schematic=True).exists()
    stored = schematic()
    assert all(stored[code].equals_exact(moved[code], 1e-9) for code in moved)
    assert stored["150600"].equals(shapely.union_all(list(moved.values())))


@pytest.mark.parametrize("column", ["XZQMC", "名称", "行政区名称"])
def test_a_shapefile_with_names_in_gbk(tmp_path: Path, column: str) -> None:
    path = tmp_path / "XZQ.shp"
    shape = schematic()["150626"]
    names = [np.array(["乌审旗", "邻市某县"], dtype=object)]
    shapes = shapely.to_wkb(np.array([shape, shapely.box(113, 40, 113.1, 40.1)], dtype=object))
    write_shapefile(path, shapes, names, column)
    done = import_boundaries(path)
    assert [region.name for region in done.placed] == ["乌审旗"]
    assert done.unknown == ("邻市某县",)
    assert len(done.schematic) == 8


def write_shapefile(path: Path, shapes: Any, columns: list[Any], title: str) -> None:
    write_layer(
        str(path), shapes, columns, [title], driver="ESRI Shapefile", geometry_type="Polygon",
        crs="EPSG:4490", encoding="GB18030", layer=path.stem, layer_options={},
    )  # fmt: skip
    path.with_suffix(".cpg").unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda s: {"999999": s["150602"]}, "没有一个要素"),
        (lambda s: {"150602": s["150602"], "150603": s["150602"]}, "范围重叠"),
        (
            lambda s: {"150602": shapely.Polygon([(109, 39), (110, 40), (110, 39), (109, 40)])},
            "自相交",
        ),
        (
            lambda s: {"150602": shapely.transform(s["150602"], lambda xy: xy + np.array([3, 0]))},
            "东胜区落在东经 11.*没有一处相交",
        ),
    ],
)
def test_what_is_no_boundary_changes_nothing(tmp_path: Path, spoil: Any, said: str) -> None:
    before = schematic()
    with pytest.raises(NotBoundaries, match=said):
        import_boundaries(file(tmp_path / "x.geojson", spoil(before)))
    after = schematic()
    assert all(after[code].equals(before[code]) for code in before)


def test_a_file_that_is_no_map_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.geojson"
    path.write_text("第一条", "utf-8")
    with pytest.raises(GeodataError):
        import_boundaries(path)
