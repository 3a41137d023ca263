"""A boundary file as read → parcels' outlines: what would be stored, and all that is odd about it.

Runs in the child process; pure. Nothing is guessed and nothing repaired here: a parcel whose place
is not known, or whose shape is no polygon, keeps its line and says why.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from tuban.geodata.area import consistency, rounded_m2
from tuban.geodata.codes import Level
from tuban.geodata.crs import GEOGRAPHIC, label_of, transform, zone_of_epsg
from tuban.geodata.measuring import polygons
from tuban.geodata.model import BoundaryFile, Finding, Head, Parcel
from tuban.parcels.imports.boundaries import checking
from tuban.parcels.imports.boundaries.model import Delivered, Outline, Trouble
from tuban.parcels.imports.problems import ERROR, REMARK
from tuban.values.area import m2_decimal
from tuban.values.numbers import BLANKS, squeeze

LONGEST_NUMBER = 60  # characters, as `Parcel.parcel_no`
_STORED_DECIMALS = 6  # m², numeric(20,6)
_LINES_NAMED = 5
_KEYS = {
    **dict.fromkeys(("T04",), "points"),
    **dict.fromkeys(("T10", "T11", "T12", "T13", "T14", "T15", "T16", "T17"), "system"),
    **dict.fromkeys(("T30", "T31"), "area"),
}
_UNPLACED = {"T06", "T10", "T11", "T13", "T14", "T15", "T16", "T17"}
"""Codes that leave parcels without a place, and are told once for all that share them."""

_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def delivered(file: BoundaryFile) -> Delivered:
    """The file with its parcels' outlines, in the order of the file."""
    numbers = [number_of(parcel.head.code) for parcel in file.parcels]
    said: dict[int, list[Trouble]] = defaultdict(list)
    notes, notices = _told(file, said)
    _checked(file.parcels, said, notices)
    _numbered(file.parcels, numbers, said)
    _unplaced(file, said)
    notes += [_notice(name, lines) for name, lines in notices.items()]
    binary = _binary(file.parcels)
    made = [
        _outline(parcel, numbers[place], binary[place], said[place])
        for place, parcel in enumerate(file.parcels)
    ]
    systems = sorted({label_of(parcel.epsg) for parcel in file.parcels if parcel.epsg})
    return Delivered(
        about={
            "encoding": file.encoding,
            "datum": file.datum.label if file.datum else "",
            "header": {_clean(key): _clean(value) for key, value in file.header.items()},
            "project": {_clean(key): _clean(value) for key, value in file.project.items()},
            "systems": systems,
        },
        outlines=made,
        notes=notes,
        offers=[offer.to_json() for offer in file.offers],
    )


def number_of(code: str) -> str:
    """地块编号 as parcels are keyed: NFKC, without blanks; empty for a missing one."""
    number = squeeze(code)
    return "" if number in BLANKS else number


def _told(
    file: BoundaryFile, said: dict[int, list[Trouble]]
) -> tuple[list[dict[str, Any]], dict[str, list[int]]]:
    """The reader's findings: problems of their parcels, notes of the file, mere notices by name."""
    notes: list[dict[str, Any]] = []
    notices: dict[str, list[int]] = defaultdict(list)
    for finding in file.findings:
        if finding.level is Level.NOTICE:
            notices[f"{finding.code} {finding.name}"].append(finding.line or 0)
        elif finding.parcel is None:
            notes.append(_note(finding))
        else:
            parcel = file.parcels[finding.parcel - 1]
            said[finding.parcel - 1].append(_trouble(finding, parcel))
    return notes, notices


def _note(finding: Finding) -> dict[str, Any]:
    where = f"第 {finding.line} 行" if finding.line else "全文件"
    text = f"{where}　{finding.code} {finding.name}：{_clean(finding.message)}{finding.remedy}"
    return {"kind": "boundary", "text": text, "warn": True}


def _notice(name: str, lines: Sequence[int]) -> dict[str, Any]:
    """One note for all lines that a notice concerns."""
    shown = "、".join(str(line) for line in lines[:_LINES_NAMED])
    more = f"等 {len(lines)} 处" if len(lines) > _LINES_NAMED else ""
    return {"kind": "boundary", "text": f"{name}：第 {shown} 行{more}。", "warn": False}


def _trouble(finding: Finding, parcel: Parcel) -> Trouble:
    """A finding of the reader as a problem of its parcel's row."""
    where = f"第 {finding.line} 行" if finding.line and finding.line != parcel.head.line else ""
    return Trouble(
        finding.code,
        _KEYS.get(finding.code, ""),
        f"{finding.name}：{where}{_clean(finding.message)}",
        f"{finding.cause or ''}{finding.remedy or ''}",
        ERROR if finding.blocks or _far_apart(finding, parcel) else REMARK,
        _clean(parcel.head.area_text) if finding.code == "T30" else "",
    )


def _far_apart(finding: Finding, parcel: Parcel) -> bool:
    """Whether a declared area is beyond what is only a warning (data-standards 3.5)."""
    if finding.code != "T30" or parcel.head.area is None:
        return False
    found = consistency(parcel.head.area, parcel.planar_m2, parcel.ellipsoidal_m2)
    return found is not None and found.verdict == "apart"


def _checked(
    parcels: Sequence[Parcel], said: dict[int, list[Trouble]], notices: dict[str, list[int]]
) -> None:
    """The rules of shape, for every parcel that has one in a known place."""
    usable = [place for place, parcel in enumerate(parcels) if parcel.usable]
    drawn = [parcels[place] for place in usable]
    named = [_clean(parcel.title) for parcel in drawn]
    rows = [parcel.head.line for parcel in drawn]
    for found in checking.defects(drawn):
        if found.level is Level.NOTICE:
            rule = checking.RULES[found.rule]
            notices[f"{found.rule} {rule.name}"].append(rows[found.parcel])
        for own, trouble in checking.troubles(found, named, rows):
            said[usable[own]].append(trouble)


def _numbered(
    parcels: Sequence[Parcel], numbers: Sequence[str], said: dict[int, list[Trouble]]
) -> None:
    """地块编号: one is needed, as parcels are keyed, and no two parcels of a file share it."""
    lines: dict[str, list[int]] = defaultdict(list)
    for parcel, number in zip(parcels, numbers, strict=True):
        lines[number].append(parcel.head.line)
    for place, number in enumerate(numbers):
        line = parcels[place].head.line
        if not number:
            message, remedy = "地块编号是空的。", "在地块行第 3 项填写与台账一致的地块编号。"
            said[place].append(Trouble("no_number", "parcel_no", message, remedy))
        elif len(number) > LONGEST_NUMBER or not number.isprintable():
            message = f"地块编号超过 {LONGEST_NUMBER} 个字，或含有不可见的字符。"
            remedy = "填写与台账一致的地块编号。"
            said[place].append(Trouble("bad_number", "parcel_no", message, remedy))
        elif len(lines[number]) > 1:
            others = [other for other in lines[number] if other != line] or [line]
            shown = "、".join(str(other) for other in others[:_LINES_NAMED])
            message = f"同一文件中第 {line} 行与第 {shown} 行的地块编号相同。"
            remedy = "每宗地只留一个；分成几部分的，写在同一地块行下。"
            said[place].append(Trouble("number_twice", "parcel_no", message, remedy, ERROR, number))


def _unplaced(file: BoundaryFile, said: dict[int, list[Trouble]]) -> None:
    """Every parcel without a boundary in a known place says so, also where the cause is shared."""
    shared = [f for f in file.findings if f.code in _UNPLACED and f.blocks]
    causes = "；".join(dict.fromkeys(f"{f.code} {f.name}" for f in shared))
    for place, parcel in enumerate(file.parcels):
        if parcel.usable or any(trouble.level == ERROR for trouble in said[place]):
            continue
        message = f"没有可用的界线{f'：{causes}' if causes else ''}。"
        remedy = "见核对说明和文件中先出现的同类问题；改正后重新上传，或更正读法。"
        said[place].append(Trouble("unplaced", "system", message, remedy))


def _binary(parcels: Sequence[Parcel]) -> list[str]:
    """Each parcel's MultiPolygon in EPSG:4490 as base64; empty where there is no valid one."""
    made = [""] * len(parcels)
    by_system: dict[int, list[int]] = defaultdict(list)
    for place, parcel in enumerate(parcels):
        if parcel.usable and parcel.valid and parcel.epsg is not None:
            by_system[parcel.epsg].append(place)
    for epsg, chosen in by_system.items():
        for place, wkb in zip(chosen, _degrees([parcels[p] for p in chosen], epsg), strict=True):
            made[place] = b64encode(wkb).decode("ascii")
    return made


def _degrees(parcels: Sequence[Parcel], epsg: int) -> NDArray[np.object_]:
    """Well-known binary of the parcels, all of one system, as MultiPolygons in degrees."""
    shapes = polygons(parcels)
    if epsg != GEOGRAPHIC:
        shapes = shapely.transform(shapes, lambda points: transform(points, epsg, GEOGRAPHIC))
    single = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    shapes[single] = shapely.multipolygons(shapes[single][:, None])
    return np.asarray(shapely.to_wkb(shapes))


def _outline(parcel: Parcel, number: str, wkb: str, troubles: Sequence[Trouble]) -> Outline:
    declared = m2_decimal(parcel.head.area.m2) if parcel.head.area is not None else None
    return Outline(
        row_no=parcel.head.line,
        parcel_no=number[:LONGEST_NUMBER] if number.isprintable() else "",
        raw=_json(dict(_listed(parcel, declared))),
        stated=_json(_stated(parcel, declared)) if wkb else "",
        wkb=wkb,
        epsg=parcel.epsg,
        ellipsoidal_m2=parcel.ellipsoidal_m2,
        planar_m2=parcel.planar_m2,
        problems=tuple(trouble.as_json() for trouble in troubles),
    )


def _listed(parcel: Parcel, declared: Any) -> Iterator[tuple[str, Any]]:
    """Cells of the parcel's row, as texts; what there is none of is left out."""
    head = parcel.head
    points = sum(len(ring.coordinates) - 1 for ring in parcel.rings)
    computed = _m2(parcel.ellipsoidal_m2)
    cells = {
        "line": str(head.line),
        "parcel_no": _clean(head.code),
        "name": _clean(head.name),
        "area": _clean(head.area_text),
        "declared": str(declared) if declared is not None else "",
        "ellipsoidal": computed or "",
        "difference": str(declared - rounded_m2(float(computed), _STORED_DECIMALS))
        if declared is not None and computed is not None
        else "",
        "points": str(points) if points else "",
        "rings": str(len(parcel.rings)) if parcel.rings else "",
        "system": short_label(parcel.epsg) if parcel.epsg else "",
    }
    return ((key, text) for key, text in cells.items() if text)


def short_label(epsg: int) -> str:
    """三度带 37 带, or 经纬度."""
    zone = zone_of_epsg(epsg)
    if zone is None:
        return "经纬度" if epsg == GEOGRAPHIC else f"EPSG:{epsg}"
    return f"{'三' if zone.width == 3 else '六'}度带 {zone.number} 带"


def _stated(parcel: Parcel, declared: Any) -> dict[str, Any]:
    """What `models.Boundary` keeps beside the geometry; labels in the order of its rings."""
    order = [index for part in parcel.parts for index in part]
    return {
        "epsg": parcel.epsg,
        "decimals": parcel.decimals,
        "labels": [[_clean(label) for label in parcel.rings[index].labels] for index in order],
        "printed": printed(parcel.head),
        "declared_m2": str(declared) if declared is not None else None,
        "ellipsoidal_m2": _m2(parcel.ellipsoidal_m2),
        "planar_m2": _m2(parcel.planar_m2),
    }


def printed(head: Head) -> dict[str, Any]:
    """The parcel's own line by slot, under the names of `geodata.Head`."""
    return {
        "count": head.count,
        "area_text": _clean(head.area_text),
        "code": _clean(head.code),
        "name": _clean(head.name),
        "geometry_type": _clean(head.geometry_type),
        "sheet": _clean(head.sheet),
        "use": _clean(head.use),
        "slot8": _clean(head.slot8),
        "extras": [_clean(extra) for extra in head.extras],
        "slots": head.slots,
    }


def _m2(value: float | None) -> str | None:
    return None if value is None else str(rounded_m2(value, _STORED_DECIMALS))


def _clean(text: str) -> str:
    """Without characters that no one sees and no database keeps."""
    return text if text.isprintable() else "".join(char for char in text if char.isprintable())
