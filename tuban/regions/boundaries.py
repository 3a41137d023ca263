"""界线: real boundaries of the 旗区 in place of the schematic ones the product comes with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction

from tuban.core.errors import DomainError
from tuban.geodata import files
from tuban.geodata.crs import GEOGRAPHIC
from tuban.geodata.measuring import polygons
from tuban.geodata.model import Parcel
from tuban.regions.models import Level, Region
from tuban.values.places import resolve_place

OVERLAP_SHARE = 0.001
"""Of the smaller region: neighbours drawn from different sources meet a little untidily."""


class NotBoundaries(DomainError):
    """不能作为界线: nothing was changed."""

    def __init__(self, name: str, cause: str, remedy: str) -> None:
        super().__init__(
            f"“{name}”不能作为行政区界线，没有改动任何界线。",
            code="regions.boundaries",
            kind="invalid",
            place=name,
            cause=cause,
            remedy=remedy,
        )


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did.

    Attributes:
        placed: Regions whose boundary was set, in their usual order.
        schematic: 旗区 that keep their schematic boundary: the file has none of theirs.
        unknown: Names of features that are no region of this city.
    """

    placed: tuple[Region, ...]
    schematic: tuple[Region, ...]
    unknown: tuple[str, ...]


def import_boundaries(path: Path) -> Imported:
    """Reads boundaries by code or name and puts them in place, all or nothing.

    The city's boundary is taken from the file, else it is the union of its 旗区 once all are real.

    Args:
        path: .geojson, .gpkg, or .shp with its companions (GBK names are understood).

    Raises:
        GeodataError: The file cannot be read.
        NotBoundaries: It names no region, one twice, an invalid shape, one that lies elsewhere, or
            regions that overlap.
    """
    drawn, _ = files.outlines(path)
    regions = {region.code: region for region in Region.objects.all()}
    found: dict[str, Any] = {}
    unknown: list[str] = []
    usable = [parcel for parcel in drawn if parcel.usable]
    for parcel, shape in zip(usable, _in_degrees(usable), strict=True):
        region = regions.get(_code(parcel))
        if region is None:
            unknown.append(parcel.title)
        elif region.code in found:
            raise NotBoundaries(
                path.name, f"{region.name}出现了两次。", "请先在制图软件中合并为一个要素。"
            )
        elif not shape.is_valid:
            raise NotBoundaries(
                path.name, f"{region.name}的图形自相交或不闭合。", "请先修复图形，再导入。"
            )
        else:
            found[region.code] = shape
    if not found:
        raise NotBoundaries(
            path.name,
            "没有一个要素的代码或名称是本市的旗区。",
            "请在属性中给出六位行政区划代码（XZQDM、code）或名称（XZQMC、name、名称）。",
        )
    _refuse_elsewhere(path.name, found, regions)
    _refuse_overlaps(path.name, found, regions)
    return _place(found, regions, tuple(unknown))


def _code(parcel: Parcel) -> str:
    """The region's code: the first six digits of a code column, else by name; empty if neither."""
    code = parcel.head.code.strip()[:6]
    if code.isdigit() and len(code) == 6:
        return code
    return resolve_place(parcel.head.name or parcel.head.code).code or ""


def _in_degrees(parcels: Sequence[Parcel]) -> list[Any]:
    return [polygons([files.moved(parcel, GEOGRAPHIC)])[0] for parcel in parcels]


def _refuse_elsewhere(name: str, found: dict[str, Any], regions: dict[str, Region]) -> None:
    """A boundary that nowhere meets the present one lies in another place: a wrong zone or system."""
    for code, shape in found.items():
        present = regions[code].boundary
        if present is None:
            continue
        if not shapely.intersects(shapely.from_wkb(bytes(present.wkb)), shape):
            west, south, east, north = shape.bounds
            raise NotBoundaries(
                name,
                f"{regions[code].name}落在东经 {west:.2f}°—{east:.2f}°、北纬 {south:.2f}°—{north:.2f}°，"
                "与现有界线没有一处相交。",
                "请核对坐标系、带号和行政区代码后重新导出。",
            )


def _refuse_overlaps(name: str, found: dict[str, Any], regions: dict[str, Region]) -> None:
    counties = [code for code in sorted(found) if regions[code].level == Level.COUNTY]
    for position, one in enumerate(counties):
        for other in counties[position + 1 :]:
            shared = shapely.intersection(found[one], found[other]).area
            if shared > OVERLAP_SHARE * min(found[one].area, found[other].area):
                raise NotBoundaries(
                    name,
                    f"{regions[one].name}与{regions[other].name}的范围重叠。",
                    "请核对两者的界线后重新导出。",
                )


def _place(found: dict[str, Any], regions: dict[str, Region], unknown: tuple[str, ...]) -> Imported:
    with transaction.atomic():
        for code, shape in found.items():
            _set(regions[code], shape)
        counties = [region for region in regions.values() if region.level == Level.COUNTY]
        left = [region for region in counties if region.schematic]
        for city in regions.values():
            if city.level == Level.CITY and city.code not in found and not left:
                shapes = [
                    shapely.from_wkb(bytes(region.boundary.wkb))
                    for region in counties
                    if region.boundary is not None
                ]
                _set(city, shapely.union_all(shapes))
                found[city.code] = None
    ordered = sorted(regions.values(), key=lambda region: (region.sort, region.code))
    return Imported(
        tuple(region for region in ordered if region.code in found),
        tuple(region for region in ordered if region in left),
        unknown,
    )


def _set(region: Region, shape: Any) -> None:
    parts = shape.geoms if shape.geom_type == "MultiPolygon" else [shape]
    whole = shapely.force_2d(shapely.multipolygons(list(parts)))
    boundary: Any = GEOSGeometry(memoryview(shapely.to_wkb(whole)), srid=GEOGRAPHIC)
    region.boundary = boundary
    region.schematic = False
    region.save(update_fields=("boundary", "schematic"))
