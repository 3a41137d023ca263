"""空间文件: GeoJSON, GPKG and Shapefile in, GeoJSON and GPKG out.

Content must be what the name says before GDAL sees it, and GDAL sees it in a process of its own
with all other drivers switched off (`vector`). Shapefiles without `.cpg` are read as GB18030.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from tuban.geodata.area import rounded_m2
from tuban.geodata.codes import Level
from tuban.geodata.crs import GEOGRAPHIC, epsg_of, transform
from tuban.geodata.errors import GeodataError
from tuban.geodata.heads import area_of
from tuban.geodata.measuring import measured, polygons
from tuban.geodata.model import BoundaryFile, Choices, Datum, Finding, Head, Parcel, Ring

DRIVERS: Mapping[str, str] = MappingProxyType(
    {".geojson": "GeoJSON", ".json": "GeoJSON", ".gpkg": "GPKG", ".shp": "ESRI Shapefile"}
)
MOST_BYTES = 512 * 1024 * 1024
_SECONDS = 180
_COLUMNS = MappingProxyType(
    {
        "code": ("地块编号", "DKBH", "ZDDM", "XZQDM", "code", "adcode", "行政区代码"),
        "name": ("地块名称", "DKMC", "XZQMC", "name", "名称", "行政区名称"),
        "area_text": ("地块面积", "DKMJ"),
        "sheet": ("图幅号", "TFH"),
        "use": ("地块用途", "DKYT", "TDYT"),
        "slot8": ("地类编码", "DLBM"),
    }
)
_SYSTEM = "EPSG"
_WGS84 = ("EPSG:4326", "OGC:CRS84")
_DEGREE_DECIMALS = 10  # a hundredth of a millimetre


def read(path: Path, choices: Choices | None = None) -> BoundaryFile:
    """Reads the polygons of a spatial file.

    Args:
        path: .geojson, .gpkg, or a .shp with its .shx and .dbf beside it.
        choices: the district's box, for T17.

    Raises:
        GeodataError: another kind of content than the name says, damaged, without polygons, or in
            a system other than CGCS2000.
    """
    parcels, findings = outlines(path)
    done, found = measured(parcels, choices or Choices())
    return BoundaryFile(
        name=path.name,
        encoding="",
        header={},
        project={},
        datum=Datum.CGCS2000,
        parcels=tuple(done),
        findings=(*findings, *found),
    )


def outlines(path: Path) -> tuple[list[Parcel], list[Finding]]:
    """The polygons of a spatial file with their attributes, nothing measured.

    Raises:
        GeodataError: As `read`.
    """
    _sniff(path)
    answer = _ask(path)
    findings: list[Finding] = []
    if len(answer["layers"]) > 1:
        others = "、".join(answer["layers"][1:6])
        findings.append(Finding("T52", f"只读取图层“{answer['layers'][0]}”，另有{others}。"))
    epsg = _system(answer["crs"], path, findings)
    parcels = []
    for ordinal, row in enumerate(answer["rows"], 1):
        head = _head(dict(zip(answer["fields"], row[1:], strict=True)))
        rings, parts = _rings(row[0])
        if not rings:
            message = f"第 {ordinal} 个图形不是面，或是空的。"
            findings.append(Finding("T03", message, None, ordinal))
        if head.area is None and head.area_text:
            message = f"地块面积“{head.area_text[:20]}”不是数字。"
            findings.append(Finding("T31", message, None, ordinal))
        parcels.append(Parcel(ordinal, head, rings, parts, epsg if rings else None))
    return parcels, findings


def _refusal(path: Path, code: str, message: str, remedy: str) -> GeodataError:
    return GeodataError(message, code=f"geodata.{code}", place=path.name, remedy=remedy)


def _sniff(path: Path) -> None:
    """Refuses what is not, by its first bytes, what its name says."""
    suffix = path.suffix.lower()
    if suffix not in DRIVERS:
        remedy = "请上传 TXT、GeoJSON、GPKG 或 Shapefile。"
        raise _refusal(path, "unsupported", "不读这种文件。", remedy)
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(512)
    except OSError as error:
        raise _refusal(path, "unreadable", "文件打不开。", "请检查路径和权限。") from error
    if size > MOST_BYTES:
        message = f"文件有 {size // 1048576} MB，超过上限 {MOST_BYTES // 1048576} MB。"
        raise _refusal(path, "too_large", message, "请分成几个文件。")
    good = {
        ".gpkg": start.startswith(b"SQLite format 3\x00") and start[68:70] == b"GP",
        ".shp": start.startswith(b"\x00\x00\x27\x0a"),
    }.get(suffix, start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"))
    if not good:
        message = f"文件的内容不是 {DRIVERS[suffix]}，与扩展名不符。"
        raise _refusal(path, "disguised", message, "请从制图软件重新导出，不要改扩展名。")
    if suffix == ".shp":
        missing = [s for s in (".shx", ".dbf") if not _beside(path, s)]
        if missing:
            message = f"Shapefile 缺少 {'、'.join(missing)} 文件。"
            raise _refusal(path, "incomplete", message, "请把同名的 shp、shx、dbf、prj 一起上传。")


def _beside(path: Path, suffix: str) -> bool:
    return path.with_suffix(suffix).exists() or path.with_suffix(suffix.upper()).exists()


@lru_cache(maxsize=1)
def _switched_off() -> str:
    """Every driver of GDAL but those that are read, as GDAL_SKIP wants them."""
    import pyogrio

    return ",".join(sorted(set(pyogrio.list_drivers()) - set(DRIVERS.values())))


def _ask(path: Path) -> dict[str, Any]:
    """What `vector` says of the file; its environment is ours alone."""
    encoding = ""
    if path.suffix.lower() == ".shp" and not _beside(path, ".cpg"):
        encoding = "GB18030"
    words = [sys.executable, "-I", "-m", "tuban.geodata.vector", str(path.resolve()), encoding]
    environment = {
        "GDAL_SKIP": _switched_off(),
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "none",
        "GDAL_DISABLE_READDIR_ON_OPEN": "FALSE",
        "PROJ_NETWORK": "OFF",
        "OPENBLAS_NUM_THREADS": "1",
        "LANG": "C.UTF-8",
    }
    try:
        done = subprocess.run(
            words, env=environment, capture_output=True, check=False, timeout=_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise _refusal(path, "too_slow", "文件读得太久，已停止。", "请分成几个文件。") from error
    if done.returncode != 0:
        message = "文件里没有面。" if b"no polygons" in done.stderr else "文件已损坏，读不了。"
        raise _refusal(path, "damaged", message, "请在制图软件中打开核对，重新导出。")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _system(crs: str | None, path: Path, findings: list[Finding]) -> int:
    """The file's CRS; a GeoJSON that names none is WGS 84 by its standard and taken as 4490."""
    if not crs:
        raise _refusal(path, "no_crs", "文件没有坐标系。", "请补上 prj，或定义坐标系后重新导出。")
    if crs in _WGS84 and DRIVERS[path.suffix.lower()] == "GeoJSON":
        message = "没有写明坐标系（按 GeoJSON 标准是 WGS84），读作 2000国家大地坐标系经纬度。"
        findings.append(Finding("T10", message, level=Level.WARNING, remedy="请核对。"))
        return GEOGRAPHIC
    return epsg_of(crs, path.name)


def _head(values: Mapping[str, Any]) -> Head:
    """Attributes by the names people give their columns."""
    texts = {
        slot: next((str(values[n]) for n in names if values.get(n) not in {None, ""}), "")
        for slot, names in _COLUMNS.items()
    }
    area, _ = area_of(texts["area_text"])
    return Head(
        line=0,
        area=area,
        area_text=texts["area_text"],
        code=texts["code"],
        name=texts["name"],
        sheet=texts["sheet"],
        use=texts["use"],
        slot8=texts["slot8"],
    )


def _rings(wkb: str | None) -> tuple[tuple[Ring, ...], tuple[tuple[int, ...], ...]]:
    """Rings of a polygon, numbered and labelled as a boundary TXT would."""
    import shapely

    shape = None if wkb is None else shapely.from_wkb(wkb)
    if shape is None or shape.is_empty or shape.geom_type not in {"Polygon", "MultiPolygon"}:
        return (), ()
    rings: list[Ring] = []
    parts: list[tuple[int, ...]] = []
    label = 1
    for part in getattr(shape, "geoms", [shape]):
        loops = [part.exterior, *part.interiors]
        parts.append(tuple(range(len(rings), len(rings) + len(loops))))
        for loop in loops:
            points = np.asarray(loop.coords, dtype=float)
            names = [f"J{label + k}" for k in range(len(points) - 1)]
            label += len(names)
            rings.append(Ring(str(len(rings) + 1), (*names, names[0]), points))
    return tuple(rings), tuple(parts)


def write(boundary: BoundaryFile, path: Path) -> None:
    """Writes the parcels as GeoJSON (EPSG:4490) or GPKG (their own zone if they share one).

    Each parcel keeps the code of its own system, so that it can go back to a TXT.

    Raises:
        GeodataError: another extension, or nothing to write.
    """
    import shapely
    from pyogrio.raw import write as write_layer

    driver = DRIVERS.get(path.suffix.lower())
    parcels = list(boundary.usable())
    if driver not in {"GeoJSON", "GPKG"}:
        raise _refusal(path, "unsupported", "不写这种文件。", "请用 .txt、.geojson 或 .gpkg。")
    if not parcels:
        raise _refusal(path, "not_writable", "没有可以写出的地块。", "请先解决读取时报告的错误。")
    systems = {parcel.epsg for parcel in parcels}
    system = next(iter(systems)) if driver == "GPKG" and len(systems) == 1 else GEOGRAPHIC
    assert system is not None
    shapes = polygons([moved(parcel, system) for parcel in parcels])
    kinds = {shape.geom_type for shape in shapes}
    if len(kinds) > 1:
        parts = [shapely.get_parts(shape) for shape in shapes]
        shapes = np.array([shapely.multipolygons(part) for part in parts], dtype=object)
    options = {"COORDINATE_PRECISION": str(_DEGREE_DECIMALS)} if driver == "GeoJSON" else {}
    path.unlink(missing_ok=True)
    columns = _table(parcels)
    write_layer(
        str(path),
        shapely.to_wkb(shapes),
        list(columns.values()),
        list(columns),
        layer=path.stem if driver == "GeoJSON" else "地块",
        driver=driver,
        geometry_type="MultiPolygon" if "MultiPolygon" in kinds else "Polygon",
        crs=f"EPSG:{system}",
        encoding="UTF-8",
        layer_options=options,
    )


def moved(parcel: Parcel, epsg: int) -> Parcel:
    """The parcel with its coordinates in another system of CGCS2000, areas as measured."""
    if parcel.epsg == epsg or parcel.epsg is None:
        return parcel
    rings = tuple(
        Ring(ring.number, ring.labels, transform(ring.coordinates, parcel.epsg, epsg))
        for ring in parcel.rings
    )
    return Parcel(
        ordinal=parcel.ordinal,
        head=parcel.head,
        rings=rings,
        parts=parcel.parts,
        epsg=epsg,
        decimals=parcel.decimals,
        planar_m2=parcel.planar_m2,
        ellipsoidal_m2=parcel.ellipsoidal_m2,
        valid=parcel.valid,
    )


def _table(parcels: Sequence[Parcel]) -> dict[str, Any]:
    """Attribute columns; areas in square metres, two decimals."""
    columns: dict[str, Any] = {
        names[0]: np.array([getattr(parcel.head, slot) for parcel in parcels], dtype=object)
        for slot, names in _COLUMNS.items()
    }
    for title, figures in (
        ("平面面积", [parcel.planar_m2 for parcel in parcels]),
        ("椭球面积", [parcel.ellipsoidal_m2 for parcel in parcels]),
    ):
        shown = [np.nan if m2 is None else float(rounded_m2(m2)) for m2 in figures]
        columns[title] = np.array(shown, dtype=float)
    columns[_SYSTEM] = np.array([parcel.epsg for parcel in parcels], dtype=np.int32)
    return columns
