"""图形检查 of a delivered file: each parcel by itself and against the others of the file.

In metres of the surveyed projection; parcels of another zone are brought into the commonest one
only to be laid over those (data-standards 6.1).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from tuban.geodata.checks import RULES, Defect, check
from tuban.geodata.codes import Level
from tuban.geodata.crs import GEOGRAPHIC, Zone, transform, zone_of_longitude
from tuban.geodata.measuring import polygons
from tuban.geodata.model import Parcel
from tuban.geodata.neighbours import between
from tuban.parcels.imports.boundaries.model import Trouble
from tuban.parcels.imports.problems import ERROR, REMARK

OVERLAP, TWICE = "GEO-06", "GEO-16"
_BOTH_SIDES = {OVERLAP, TWICE}


def defects(parcels: Sequence[Parcel]) -> Iterator[Defect]:
    """Every finding of the rules, parcels counted as in the sequence.

    Args:
        parcels: Each with a boundary in a known place.
    """
    planes = [_plane(parcel) for parcel in parcels]
    shapes = polygons(parcels)
    for place, parcel in enumerate(parcels):
        if parcel.epsg != planes[place]:
            shapes[place] = _moved(shapes[place], GEOGRAPHIC, planes[place])
    for plane in sorted(set(planes)):
        chosen = [place for place, own in enumerate(planes) if own == plane]
        decimals = [parcels[place].decimals for place in chosen]
        printed = None if any(parcels[place].epsg == GEOGRAPHIC for place in chosen) else decimals
        for found in check(shapes[chosen], printed):
            other = None if found.other is None else chosen[found.other]
            yield found.of(chosen[found.parcel], other)
    yield from _across(shapes, planes)


def _plane(parcel: Parcel) -> int:
    """The projection to measure in: the surveyed one, or the zone of its longitude."""
    assert parcel.epsg is not None
    if parcel.epsg != GEOGRAPHIC:
        return parcel.epsg
    longitude = float(parcel.rings[0].coordinates[0, 0])
    return Zone(min(max(zone_of_longitude(longitude), 25), 45), prefixed=False).epsg


def _moved(shape: object, source: int, target: int) -> object:
    return shapely.transform(shape, lambda points: transform(points, source, target))


def _across(shapes: NDArray[np.object_], planes: Sequence[int]) -> Iterator[Defect]:
    """Overlaps between parcels of different projections."""
    if len(set(planes)) < 2:
        return
    common = Counter(planes).most_common(1)[0][0]
    moved = np.empty(len(planes), dtype=object)
    for place, (shape, own) in enumerate(zip(shapes, planes, strict=True)):
        moved[place] = shape if own == common else _moved(shape, own, common)
    for found in between(moved):
        if found.rule in _BOTH_SIDES and planes[found.parcel] != planes[found.other or 0]:
            yield found


def troubles(
    found: Defect, named: Sequence[str], rows: Sequence[int]
) -> Iterator[tuple[int, Trouble]]:
    """A finding as problems of the parcels it concerns; none for a mere notice.

    Args:
        found: What the rules found.
        named: What people call each parcel.
        rows: Line of each parcel.

    Yields:
        Index of the parcel, and its problem.
    """
    if found.level is Level.NOTICE:
        return
    at = "" if found.at is None else f"（Y {found.at[0]:.3f}，X {found.at[1]:.3f}）"
    sides = [(found.parcel, found.other)]
    if found.other is not None and found.rule in _BOTH_SIDES:
        sides.append((found.other, found.parcel))
    rule = RULES[found.rule]
    for own, other in sides:
        beside = "" if other is None else f"与第 {rows[other]} 行 {named[other]} "
        message = f"{rule.name}：{beside}{found.message.rstrip('。')}{at}。"
        level = ERROR if found.level is Level.ERROR else REMARK
        yield own, Trouble(found.rule, "", message, f"{rule.remedy}。", level)
