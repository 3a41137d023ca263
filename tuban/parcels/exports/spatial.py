"""GeoJSON and GPKG of the filtered parcels, in EPSG:4490, longitude first (RFC 7946 order).

Field titles are Chinese, areas in m² and named so; what is unknown is null. Parcels without a
boundary are counted and listed: in GeoJSON under 未含界址, in GPKG in a table of that name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import shapely
from django.utils.timezone import localtime

from tuban.geodata.crs import GEOGRAPHIC
from tuban.law.period import FLAG_LABELS, NEXT_LABELS, Stage
from tuban.parcels.boundaries import Standing, standing
from tuban.parcels.exports.order import Kind, Made, Order, Progress, offer
from tuban.parcels.exports.parcels import CHUNK, count, filtered
from tuban.parcels.exports.text import READING, no_boundaries

SUBJECT = "地块范围"
LAYER, WITHOUT, ABOUT = "地块", "未含界址", "说明"
_DEGREE_DECIMALS = 10  # a hundredth of a millimetre

Row = Mapping[str, Any]


class Field(NamedTuple):
    """One attribute: title, what it is, what it means, where it comes from."""

    title: str
    kind: type
    means: str
    value: Callable[[Row, Standing, Order], Any]


def _row(name: str) -> Callable[[Row, Standing, Order], Any]:
    return lambda row, boundary, order: row[name]


def _printed(name: str) -> Callable[[Row, Standing, Order], Any]:
    return lambda row, boundary, order: boundary.printed.get(name) or None


FIELDS = (
    Field("旗区代码", str, "GB/T 2260 六位", _row("region_id")),
    Field("旗区", str, "", _row("region__name")),
    Field("地块编号", str, "", _row("parcel__parcel_no")),
    Field("地块名称", str, "", _row("parcel__name")),
    Field("坐落", str, "", _row("parcel__location")),
    Field("规划用途", str, "", _row("parcel__use")),
    Field("土地使用权人", str, "", _row("parcel__holder")),
    Field("批准文号", str, "", _row("parcel__approval__doc_no")),
    Field("批次名称", str, "", _row("parcel__approval__name")),
    Field("批准日期", date, "", _row("approved_on")),
    Field("阶段", str, "截至日的法定阶段", lambda row, *_: Stage(row["stage"]).label),
    Field("阶段起", date, "", _row("stage_since")),
    Field("标记", str, "", lambda row, *_: "、".join(FLAG_LABELS.get(f, f) for f in row["flags"])),
    Field("下一时限", date, "", _row("next_on")),
    Field("时限事项", str, "", lambda row, *_: NEXT_LABELS.get(row["next_kind"], "")),
    Field("批准面积_m2", float, "平方米", _row("approved_m2")),
    Field("已供面积_m2", float, "平方米", _row("supplied_m2")),
    Field("未供面积_m2", float, "平方米", _row("unsupplied_m2")),
    Field("闲置面积_m2", float, "平方米", _row("idle_m2")),
    Field("载明面积_m2", float, "平方米，来件地块行所写", lambda r, b, o: b.declared_m2),
    Field("椭球面积_m2", float, "平方米，按坐标计算", lambda r, b, o: b.ellipsoidal_m2),
    Field("平面面积_m2", float, "平方米，按来件投影平面计算", lambda r, b, o: b.planar_m2),
    Field("地块面积", str, "来件地块行照印，未写单位的为公顷", _printed("area_text")),
    Field("图幅号", str, "来件照印", _printed("sheet")),
    Field("地块用途", str, "来件照印", _printed("use")),
    Field("来件坐标系", int, "EPSG 代码", lambda r, b, o: b.epsg),
    Field("界址批次", str, "登记界址的批次号", lambda r, b, o: b.batch_no),
    Field(
        "界址登记时间",
        str,
        "北京时间",
        lambda r, b, o: f"{localtime(b.recorded_at):%Y-%m-%d %H:%M}",
    ),
    Field("截至日期", date, "阶段与面积所截至的日期", lambda r, b, o: o.on),
    Field("导出时间", str, "北京时间", lambda r, b, o: f"{o.at:%Y-%m-%d %H:%M}"),
    Field("导出岗位", str, "单位与岗位", lambda r, b, o: o.by),
)
_READ = (
    "parcel_id", "region_id", "region__name", "parcel__parcel_no", "parcel__name",
    "parcel__location", "parcel__use", "parcel__holder", "parcel__approval__doc_no",
    "parcel__approval__name", "approved_on", "approved_m2", "supplied_m2", "unsupplied_m2",
    "idle_m2", "stage", "stage_since", "flags", "next_on", "next_kind",
)  # fmt: skip


class Drawn(NamedTuple):
    """A chunk of the list: what can be drawn, attributes beside it, and what cannot."""

    shapes: Sequence[Any]
    attributes: Sequence[Sequence[Any]]
    without: Sequence[Row]


def _chunks(order: Order, progress: Progress) -> Iterator[Drawn]:
    listed = filtered(order).listed
    found = listed.rows.values(*_READ).iterator(chunk_size=CHUNK)
    done = 0
    while chunk := list(islice(found, CHUNK)):
        progress(READING, done, listed.count)
        boundaries = standing([row["parcel_id"] for row in chunk])
        drawn = [(row, b) for row in chunk if (b := boundaries.get(row["parcel_id"]))]
        yield Drawn(
            [boundary.shape for _, boundary in drawn],
            [[_plain(f.value(row, b, order)) for f in FIELDS] for row, b in drawn],
            [row for row in chunk if row["parcel_id"] not in boundaries],
        )
        done += len(chunk)


def _plain(value: Any) -> Any:
    """A value as files hold it: areas to the hundredth of a m², nothing for an empty text."""
    if isinstance(value, Decimal):
        return float(round(value, 2))
    return None if value == "" else value


def _about(order: Order, drawn: int, without: int) -> dict[str, str]:
    """What the file says of itself."""
    return {
        "内容": "地块范围（图斑导出）",
        "截至": order.as_of,
        "筛选": filtered(order).filters,
        "导出岗位": order.by,
        "导出时间": f"{order.at:%Y-%m-%d %H:%M}",
        "坐标系": "2000国家大地坐标系经纬度（EPSG:4490），经度在前",
        "界址": "导出时有效的登记，不按截至日回溯",
        "含界址": f"{drawn} 宗",
        "没有登记界址、未含": f"{without} 宗",
    }


def write_geojson(order: Order, target: Path, progress: Progress) -> Made:
    """One feature a line.

    Raises:
        NothingToExport: No filtered parcel has a boundary.
    """
    count = 0
    without: list[Row] = []
    titles = [field.title for field in FIELDS]
    with target.open("w", encoding="utf-8") as file:
        file.write('{"type":"FeatureCollection","features":[\n')
        for chunk in _chunks(order, progress):
            without += chunk.without
            for shape, values in zip(_turned(chunk.shapes), chunk.attributes, strict=True):
                properties = json.dumps(
                    dict(zip(titles, values, strict=True)), ensure_ascii=False, default=str
                )
                comma = ",\n" if count else ""
                file.write(
                    f'{comma}{{"type":"Feature","geometry":{shape},"properties":{properties}}}'
                )
                count += 1
        if not count:
            raise no_boundaries(len(without))
        more = {
            "name": LAYER,
            "crs": {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{GEOGRAPHIC}"}},
            ABOUT: _about(order, count, len(without)),
            "字段": {field.title: field.means for field in FIELDS if field.means},
            WITHOUT: [
                {"旗区": row["region__name"], "地块编号": row["parcel__parcel_no"]}
                for row in without
            ],
        }
        file.write("\n]," + json.dumps(more, ensure_ascii=False)[1:] + "\n")
    return Made(SUBJECT, ".geojson")


def _turned(shapes: Sequence[Any]) -> list[str]:
    """Geometries as RFC 7946 wants them: shells against the clock, rounded to hundredths of a mm."""
    if not shapes:
        return []
    turned = shapely.orient_polygons(np.array(shapes, dtype=object))
    rounded = shapely.transform(turned, lambda points: np.round(points, _DEGREE_DECIMALS))
    return list(shapely.to_geojson(rounded))


def write_gpkg(order: Order, target: Path, progress: Progress) -> Made:
    """Layer 地块, and tables 未含界址 and 说明 without geometry.

    Raises:
        NothingToExport: No filtered parcel has a boundary.
    """
    path = target.with_name(f"{target.name}.gpkg")  # GDAL goes by the extension
    drawn = 0
    without: list[Row] = []
    try:
        for chunk in _chunks(order, progress):
            without += chunk.without
            if chunk.shapes:
                columns = zip(*chunk.attributes, strict=True)
                named = [(field.title, field.kind) for field in FIELDS]
                arrays = [_column(kind, c) for (_, kind), c in zip(named, columns, strict=True)]
                _layer(path, LAYER, [t for t, _ in named], arrays, chunk.shapes, more=drawn > 0)
                drawn += len(chunk.shapes)
        if not drawn:
            raise no_boundaries(len(without))
        if without:
            titles = ["旗区代码", "旗区", "地块编号", "地块名称", "阶段"]
            rows = [
                (
                    row["region_id"],
                    row["region__name"],
                    row["parcel__parcel_no"],
                    row["parcel__name"] or None,
                    Stage(row["stage"]).label,
                )
                for row in without
            ]
            _layer(path, WITHOUT, titles, [_column(str, c) for c in zip(*rows, strict=True)])
        told = {
            **_about(order, drawn, len(without)),
            **{f"字段 {field.title}": field.means for field in FIELDS if field.means},
        }
        _layer(path, ABOUT, ["项目", "内容"], [_column(str, told), _column(str, told.values())])
        path.replace(target)
    finally:
        path.unlink(missing_ok=True)
    return Made(SUBJECT, ".gpkg")


_ARRAYS: Mapping[type, str] = {float: "float64", int: "int32", date: "datetime64[D]", str: "object"}


def _column(kind: type, values: Any) -> Any:
    """One column as GDAL's writer wants it; None is null."""
    return np.array(
        [np.nan if kind is float and value is None else value for value in values],
        dtype=_ARRAYS[kind],
    )


def _layer(
    path: Path,
    name: str,
    titles: Sequence[str],
    columns: Sequence[Any],
    shapes: Sequence[Any] = (),
    *,
    more: bool = False,
) -> None:
    """Writes a layer or table of the file, or adds to it."""
    from pyogrio.raw import write

    write(
        str(path),
        shapely.to_wkb(np.array(shapes, dtype=object)) if len(shapes) else None,
        list(columns),
        list(titles),
        layer=name,
        driver="GPKG",
        geometry_type="MultiPolygon" if len(shapes) else None,
        crs=f"EPSG:{GEOGRAPHIC}" if len(shapes) else None,
        encoding="UTF-8",
        append=more,
    )


GEOJSON = offer(Kind("parcels-geojson", "地块范围（GeoJSON）", count, write_geojson))
GPKG = offer(Kind("parcels-gpkg", "地块范围（GPKG）", count, write_gpkg))
