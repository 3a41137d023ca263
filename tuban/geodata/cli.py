"""`tuban area|check|convert`: boundary files at a terminal, without Django or a database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from tuban.geodata import files, txt, writer
from tuban.geodata.area import BASIS_LABELS, consistency, rounded_m2
from tuban.geodata.checks import RULES, Defect, check
from tuban.geodata.crs import DISTRICT_ZONES, GEOGRAPHIC, Zone, label_of
from tuban.geodata.errors import GeodataError
from tuban.geodata.measuring import measured, polygons
from tuban.geodata.model import BoundaryFile, Choices, Datum, Parcel
from tuban.values.area import Unit, format_area

FINE, WITH_FINDINGS, NOT_READ = 0, 1, 2
_VERDICTS = {"pass": "相符", "near": "接近", "apart": "不符"}


@dataclass(frozen=True, slots=True)
class Answers:
    """What was typed: answers to what a file may not say."""

    zone: int | None = None
    district: str | None = None
    cgcs2000: bool = False
    swap_axes: bool = False
    degrees: str | None = None
    coordinates_only: bool = False

    def choices(self) -> Choices:
        """The same for the reader."""
        if self.zone is not None:
            Zone(self.zone, prefixed=False)
        return Choices(
            datum=Datum.CGCS2000 if self.cgcs2000 else None,
            zone=self.zone,
            district_zone=DISTRICT_ZONES.get(self.district or ""),
            swap_axes=self.swap_axes,
            degrees="dms" if self.degrees == "dms" else "decimal" if self.degrees else None,
            coordinates_only=self.coordinates_only,
        )


def run_area(path: str, as_json: bool, answers: Answers) -> int:
    """Prints declared and computed areas. Returns 0 fine, 1 with findings, 2 not read."""
    return _run(path, as_json, answers, checked=False)


def run_check(path: str, as_json: bool, answers: Answers) -> int:
    """Prints what is wrong with a file and its shapes. Returns as `run_area`."""
    return _run(path, as_json, answers, checked=True)


def run_convert(source: str, target: str, answers: Answers) -> int:
    """Writes a boundary file as another kind. Returns 0, 1 with findings, 2 not done."""
    try:
        boundary = load(source, answers.choices())
        out = Path(target)
        if out.exists() and out.samefile(source):
            raise GeodataError(
                "不能写回原文件。", code="geodata.same", place=target, remedy="请另起文件名。"
            )
        if out.suffix.lower() == ".txt":
            out.write_bytes(writer.write(_surveyed(boundary, answers)))
        else:
            files.write(boundary, out)
    except (GeodataError, OSError) as error:
        return _undone(error, as_json=False)
    left = len(boundary.parcels) - len(list(boundary.usable()))
    print(f"写出 {len(boundary.parcels) - left} 宗：{target}")
    if left:
        print(f"没有写出 {left} 宗，原因见下。")
    print("\n".join(_findings(boundary)), end="\n" if boundary.findings else "")
    return WITH_FINDINGS if boundary.findings or boundary.offers else FINE


def load(path: str, choices: Choices) -> BoundaryFile:
    """A boundary file of any kind we read, by its extension.

    Raises:
        GeodataError: not read.
        OSError: no such file, or not ours to open.
    """
    place = Path(path)
    if place.suffix.lower() in files.DRIVERS:
        return files.read(place, choices)
    return txt.read(place.read_bytes(), place.name, choices)


def _surveyed(boundary: BoundaryFile, answers: Answers) -> BoundaryFile:
    """Longitudes and latitudes in the zone that was named; never in one that merely fits."""
    if not any(parcel.epsg == GEOGRAPHIC for parcel in boundary.parcels):
        return boundary
    if answers.zone is None:
        raise GeodataError(
            "坐标是经纬度，写成 TXT 要指明投影带。",
            code="geodata.zone_needed",
            place=boundary.name,
            remedy="请加 --zone，例如 --zone 37。",
        )
    epsg = Zone(answers.zone, prefixed=True).epsg
    placed = [files.moved(p, epsg) if p.epsg == GEOGRAPHIC else p for p in boundary.parcels]
    done, _ = measured(placed, Choices())
    return BoundaryFile(
        name=boundary.name,
        encoding=boundary.encoding,
        header=boundary.header,
        project=boundary.project,
        datum=boundary.datum,
        parcels=tuple(done),
        findings=boundary.findings,
    )


def _run(path: str, as_json: bool, answers: Answers, *, checked: bool) -> int:
    try:
        boundary = load(path, answers.choices())
    except (GeodataError, OSError) as error:
        return _undone(error, as_json)
    defects = _defects(boundary) if checked else []
    if as_json:
        print(json.dumps(as_dict(boundary, defects, checked), ensure_ascii=False, indent=2))
    elif checked:
        print("\n".join(_check_report(boundary, defects)))
    else:
        print("\n".join(_area_report(boundary)))
    return WITH_FINDINGS if boundary.findings or boundary.offers or defects else FINE


def _undone(error: GeodataError | OSError, as_json: bool) -> int:
    if isinstance(error, OSError):
        cause = "没有这个文件" if isinstance(error, FileNotFoundError) else error.strerror
        error = GeodataError(
            f"打不开：{cause}。",
            code="geodata.unreadable",
            place=str(error.filename),
            remedy="请检查路径和权限。",
        )
    if as_json:
        print(json.dumps({"error": error.to_json()}, ensure_ascii=False, indent=2))
    print(error, file=sys.stderr)
    return NOT_READ


def _defects(boundary: BoundaryFile) -> list[Defect]:
    """Geometry findings of the parcels of each system; indexes are those of the file."""
    found: list[Defect] = []
    systems = sorted({p.epsg for p in boundary.usable() if p.epsg is not None} - {GEOGRAPHIC})
    for epsg in systems:
        some = [parcel for parcel in boundary.usable() if parcel.epsg == epsg]
        for defect in check(polygons(some), [parcel.decimals for parcel in some]):
            other = None if defect.other is None else some[defect.other].ordinal - 1
            found.append(defect.of(some[defect.parcel].ordinal - 1, other))
    return found


def as_dict(boundary: BoundaryFile, defects: list[Defect], checked: bool) -> dict[str, Any]:
    """The file as JSON: areas are strings of m² with two decimals, null = unknown."""
    shown: dict[str, Any] = {
        "file": boundary.name,
        "encoding": boundary.encoding,
        "datum": boundary.datum,
        "header": dict(boundary.header),
        "parcels": [_parcel_dict(parcel) for parcel in boundary.parcels],
        "total_ellipsoidal_m2": _text(_total(boundary)),
        "findings": [finding.to_json() for finding in boundary.findings],
        "offers": [offer.to_json() for offer in boundary.offers],
    }
    if checked:
        shown["defects"] = [defect.to_json() for defect in defects]
    return shown


def _parcel_dict(parcel: Parcel) -> dict[str, Any]:
    head = parcel.head
    agreed = _agreed(parcel)
    return {
        "ordinal": parcel.ordinal,
        "line": head.line or None,
        "code": head.code,
        "name": head.name,
        "use": head.use,
        "sheet": head.sheet,
        "epsg": parcel.epsg,
        "parts": len(parcel.parts),
        "rings": len(parcel.rings),
        "valid": parcel.valid,
        "declared": head.area_text,
        "declared_unit": None if head.area is None else head.area.unit.value,
        "planar_m2": _text(parcel.planar_m2),
        "ellipsoidal_m2": _text(parcel.ellipsoidal_m2),
        "agrees": None if agreed is None else agreed.verdict,
        "basis": None if agreed is None else agreed.basis,
    }


def _agreed(parcel: Parcel) -> Any:
    declared = parcel.head.area
    if declared is None:
        return None
    return consistency(declared, parcel.planar_m2, parcel.ellipsoidal_m2)


def _text(value: float | None) -> str | None:
    return None if value is None else str(rounded_m2(value))


def _total(boundary: BoundaryFile) -> float | None:
    """Sum of the unrounded areas; None when nothing was measured."""
    figures = [p.ellipsoidal_m2 for p in boundary.parcels if p.ellipsoidal_m2 is not None]
    return sum(figures) if figures else None


def _shown(value: float | None, unit: Unit) -> str:
    return format_area(None if value is None else Decimal(str(value)), unit)


def _opening(boundary: BoundaryFile) -> Iterator[str]:
    systems = {parcel.epsg for parcel in boundary.parcels}
    named = "、".join(label_of(epsg) for epsg in sorted(systems, key=lambda e: e or 0))
    yield f"{boundary.name}：{len(boundary.parcels)} 宗{f'，{named}' if named else ''}"


def _area_report(boundary: BoundaryFile) -> Iterator[str]:
    yield from _opening(boundary)
    for parcel in boundary.parcels:
        agreed, head = _agreed(parcel), parcel.head
        declared = "—" if head.area is None else f"{head.area.printed} {head.area.unit.label}"
        verdict = f"（{BASIS_LABELS[agreed.basis]}{_VERDICTS[agreed.verdict]}）" if agreed else ""
        m2 = parcel.ellipsoidal_m2
        yield ""
        yield f"{parcel.ordinal}  {parcel.title}"
        yield f"    写明面积  {declared}{verdict}"
        yield f"    平面面积  {_shown(parcel.planar_m2, Unit.M2)} 平方米"
        yield (
            f"    椭球面积  {_shown(m2, Unit.M2)} 平方米"
            f" = {_shown(m2, Unit.HA)} 公顷 = {_shown(m2, Unit.MU)} 亩"
        )
    total = _total(boundary)
    if total is not None:
        yield ""
        yield f"椭球面积合计  {_shown(total, Unit.M2)} 平方米 = {_shown(total, Unit.HA)} 公顷"
    yield from _findings(boundary)


def _check_report(boundary: BoundaryFile, defects: list[Defect]) -> Iterator[str]:
    yield from _opening(boundary)
    yield from _findings(boundary)
    if defects:
        yield ""
        yield f"图形检查 {len(defects)} 条"
    for defect in defects:
        at = "" if defect.at is None else f"（Y {defect.at[0]:.3f}，X {defect.at[1]:.3f}）"
        title = boundary.parcels[defect.parcel].title
        if defect.other is not None:
            title += f" 与 {boundary.parcels[defect.other].title}"
        rule = RULES[defect.rule]
        yield f"  {title} 〔{defect.rule} {defect.level.label}〕{rule.name}：{defect.message}{at}"
    if not boundary.findings and not defects:
        yield "没有发现问题"


def _findings(boundary: BoundaryFile) -> Iterator[str]:
    if boundary.findings:
        yield ""
        yield f"读取时发现 {len(boundary.findings)} 处"
        yield from (f"  {finding}" for finding in boundary.findings)
    for offer in boundary.offers:
        yield ""
        yield f"需要指明：{offer.text}"
        yield from (f"  {value}  {label}" for value, label in offer.answers)
