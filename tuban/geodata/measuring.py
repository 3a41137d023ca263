"""量算: areas, place and validity of all parcels at once, and what they say about the file."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tuban.geodata.area import BASIS_LABELS, NEAR_SHARE, consistency, measure, offsets_of
from tuban.geodata.codes import Level
from tuban.geodata.crs import CHINA, GEOGRAPHIC, label_of, zone_of_epsg
from tuban.geodata.model import Box, Choices, Finding, Parcel
from tuban.values.area import Area, Unit

_MARGIN_KM = 5.0
_ROUGH_MARGIN_KM = 50.0  # a zone too far shifts by some 250 km
_KM_PER_DEGREE = 111.0
_HA_M2 = 10_000.0
_FAR_DEGREES = {3: 1.75, 6: 3.25}  # from the central meridian: a quarter degree over the border


def measured(parcels: Sequence[Parcel], choices: Choices) -> tuple[list[Parcel], list[Finding]]:
    """Parcels with their areas and validity; and T17, T20, T30."""
    by_system: dict[int, list[int]] = {}
    for index, parcel in enumerate(parcels):
        if parcel.rings and parcel.epsg is not None:
            by_system.setdefault(parcel.epsg, []).append(index)
    done, findings = list(parcels), list[Finding]()
    for epsg, chosen in by_system.items():
        some, found = _in_one_system([parcels[index] for index in chosen], epsg, choices)
        findings += found
        for index, parcel in zip(chosen, some, strict=True):
            done[index] = parcel
    return done, findings


def _in_one_system(
    parcels: Sequence[Parcel], epsg: int, choices: Choices
) -> tuple[list[Parcel], list[Finding]]:
    rings = [ring.coordinates for parcel in parcels for ring in parcel.rings]
    coordinates, offsets = np.concatenate(rings), offsets_of(rings)
    figures = measure(coordinates, offsets, epsg)
    owner = np.repeat(np.arange(len(parcels)), [len(parcel.rings) for parcel in parcels])
    sign = np.ones(len(rings))
    if len(rings) > len(parcels):
        sign = np.concatenate([_signs(parcel) for parcel in parcels])
    planar = np.bincount(owner, sign * figures.planar_m2).astype(np.float64)
    ellipsoidal = np.bincount(owner, sign * figures.ellipsoidal_m2).astype(np.float64)
    first = np.append(0, np.cumsum(np.bincount(owner)))[:-1]
    low = np.minimum.reduceat(figures.bounds[:, :2], first)
    high = np.maximum.reduceat(figures.bounds[:, 2:], first)
    valid: list[bool] = validity(parcels).tolist()
    doubtful: list[bool] = _doubtful(low, high, epsg, choices).tolist()
    agreed = _agreed(parcels, planar, ellipsoidal)
    lost = (~np.isfinite(ellipsoidal)).tolist()
    flat, curved = planar.tolist(), ellipsoidal.tolist()
    done, findings = [], []
    for row, parcel in enumerate(parcels):
        kept = Parcel(
            ordinal=parcel.ordinal,
            head=parcel.head,
            rings=parcel.rings,
            parts=parcel.parts,
            epsg=None if lost[row] else epsg,
            decimals=parcel.decimals,
            planar_m2=None if lost[row] or epsg == GEOGRAPHIC else flat[row],
            ellipsoidal_m2=None if lost[row] else curved[row],
            valid=valid[row],
        )
        if doubtful[row]:
            bounds = (*low[row].tolist(), *high[row].tolist())
            findings.append(_misplaced(kept, bounds, epsg, choices))
        if not kept.valid:
            findings.append(_crossing(kept))
        elif not agreed[row] and (apart := _declared(kept)) is not None:
            findings.append(apart)
        done.append(kept)
    return done, findings


def _agreed(
    parcels: Sequence[Parcel], planar: NDArray[np.float64], ellipsoidal: NDArray[np.float64]
) -> list[bool]:
    """Parcels whose declared area is plainly the planar or the ellipsoidal one.

    What is not plain, and what is not in hectares, is left to `consistency`.
    """
    stated = np.full(len(parcels), np.nan)
    allowed = np.zeros(len(parcels))
    for row, parcel in enumerate(parcels):
        declared = parcel.head.area
        if declared is not None and declared.unit is Unit.HA:
            stated[row] = float(declared.value) * _HA_M2
            allowed[row] = _HA_M2 * 10.0**-declared.decimals / 2
    with np.errstate(invalid="ignore"):
        near = np.fmin(np.abs(stated - planar), np.abs(stated - ellipsoidal)) <= allowed
    agreed: list[bool] = near.tolist()
    return agreed


def _signs(parcel: Parcel) -> NDArray[np.float64]:
    """+1 for shells, −1 for holes, in the order of the rings."""
    if len(parcel.rings) == 1:
        return np.ones(1)
    signs = np.ones(len(parcel.rings))
    for part in parcel.parts:
        signs[list(part[1:])] = -1
    return signs


def polygons(parcels: Sequence[Parcel]) -> NDArray[np.object_]:
    """Shapely polygons or multipolygons, one a parcel, in the parcels' own coordinates."""
    import shapely

    parts = [(owner, part) for owner, parcel in enumerate(parcels) for part in parcel.parts]
    if not parts:
        return np.empty(0, dtype=object)
    rings = [parcels[owner].rings[index].coordinates for owner, part in parts for index in part]
    holes = np.append(0, np.cumsum([len(part) for _, part in parts]))
    coordinates = np.ascontiguousarray(np.concatenate(rings))
    made = shapely.from_ragged_array(
        shapely.GeometryType.POLYGON, coordinates, (offsets_of(rings), holes)
    )
    if len(parts) == len(parcels):
        return np.asarray(made)
    owners = np.array([owner for owner, _ in parts])
    whole = np.empty(len(parcels), dtype=object)
    whole[owners] = made
    for owner in np.flatnonzero(np.bincount(owners) > 1):
        whole[owner] = shapely.multipolygons(made[owners == owner])
    return whole


def validity(parcels: Sequence[Parcel]) -> NDArray[np.bool_]:
    """Whether each parcel is a simple polygon by the rules of simple features."""
    import shapely

    return np.asarray(shapely.is_valid(polygons(parcels)))


def _crossing(parcel: Parcel) -> Finding:
    import shapely

    reason = shapely.is_valid_reason(polygons([parcel])[0])
    where = reason.partition("[")[2].rstrip("]").split()
    at = f"（Y {float(where[0]):.3f}，X {float(where[1]):.3f}）" if len(where) == 2 else ""
    return Finding("T20", f"{parcel.title}的界线自相交{at}。", parcel.head.line, parcel.ordinal)


def _limits(box: Box, margin_km: float = _MARGIN_KM) -> Box:
    """The box and so many kilometres around."""
    west, south, east, north = box
    up = margin_km / _KM_PER_DEGREE
    across = up / math.cos(math.radians((south + north) / 2))
    return west - across, south - up, east + across, north + up


def _around(choices: Choices) -> Box:
    """The district with its margin, a schematic one with a wide margin; else China."""
    margin = _ROUGH_MARGIN_KM if choices.box and choices.rough_box else _MARGIN_KM
    return _limits(choices.box or CHINA, margin)


def _outside(bounds: Box, limits: Box) -> bool:
    return any(bounds[k] < limits[k] or bounds[k + 2] > limits[k + 2] for k in (0, 1))


def _doubtful(
    low: NDArray[np.float64], high: NDArray[np.float64], epsg: int, choices: Choices
) -> NDArray[np.bool_]:
    """Which parcels `_misplaced` has something to say about."""
    west, south, east, north = _around(choices)
    with np.errstate(invalid="ignore"):
        inside = (low >= (west, south)).all(axis=1) & (high <= (east, north)).all(axis=1)
        zone = zone_of_epsg(epsg)
        if zone is not None:
            middle = (low[:, 0] + high[:, 0]) / 2
            inside &= np.abs(middle - zone.central_meridian) <= _FAR_DEGREES[zone.width]
    return np.asarray(~inside)


def _misplaced(parcel: Parcel, bounds: Box, epsg: int, choices: Choices) -> Finding:
    """T17: no place at all, outside the district, or far from the zone's central meridian."""
    line, ordinal = parcel.head.line, parcel.ordinal
    if not all(map(math.isfinite, bounds)):
        message = f"{parcel.title}按{label_of(epsg)}换算不出位置，或相邻两点相距过远。"
        return Finding("T17", message, line, ordinal)
    west, south, east, _ = bounds
    here = f"{parcel.title}落在东经 {west:.5f}°、北纬 {south:.5f}°"
    if _outside(bounds, _limits(CHINA)):
        return Finding("T17", f"{here}，不在我国范围。", line, ordinal)
    if choices.box is not None and _outside(bounds, _around(choices)):
        if not choices.rough_box:
            return Finding("T17", f"{here}，不在本区范围。", line, ordinal)
        message = f"{here}，在本区示意界线 {_ROUGH_MARGIN_KM:.0f} 公里以外。"
        return Finding("T17", message, line, ordinal, Level.WARNING)
    zone = zone_of_epsg(epsg)
    assert zone is not None
    away = abs((west + east) / 2 - zone.central_meridian)
    message = f"{here}，离中央经线 {zone.central_meridian}° 有 {away:.2f}°。"
    return Finding("T17", message, line, ordinal, Level.WARNING)


def _declared(parcel: Parcel) -> Finding | None:
    """T30: the declared area against both computed ones; the likely unit where one fits."""
    declared = parcel.head.area
    if declared is None:
        return None
    found = consistency(declared, parcel.planar_m2, parcel.ellipsoidal_m2)
    if found is None or found.verdict == "pass":
        return None
    if found.verdict == "near" and parcel.planar_m2 is None:
        return None  # it may well be the planar area, which degrees do not have
    computed = "、".join(
        f"{label} {value / 10_000:.4f} 公顷"
        for label, value in (
            (BASIS_LABELS["planar"], parcel.planar_m2),
            (BASIS_LABELS["ellipsoidal"], parcel.ellipsoidal_m2),
        )
        if value is not None
    )
    said = f"{parcel.title}写明 {declared.printed} {declared.unit.label}，算得{computed}"
    if found.verdict == "near":
        said += f"，相差不到 {NEAR_SHARE:.2%}"
    unit = _likely_unit(parcel, declared)
    if unit is not None:
        said += f"；数值像是以{unit.label}填写的"
    return Finding("T30", f"{said}。", parcel.head.line, parcel.ordinal)


def _likely_unit(parcel: Parcel, declared: Area) -> Unit | None:
    """The unit in which the printed number would fit the boundary."""
    for unit in (Unit.M2, Unit.MU, Unit.HA):
        if unit is declared.unit:
            continue
        found = consistency(
            Area(declared.value, unit), parcel.planar_m2, parcel.ellipsoidal_m2, near=0.001
        )
        if found is not None and found.verdict != "apart":
            return unit
    return None
