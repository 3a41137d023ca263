"""圈 → parts: which loops are shells and which are holes, by containment, not by ring number.

Even-odd nesting (data-standards.md 1.2): a loop inside an odd number of others is a hole of the
smallest of them; any other loop is a shell.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tuban.geodata.model import Coordinates

Parts = tuple[tuple[int, ...], ...]
"""Each part as indexes of loops: its shell first, its holes after."""


def nest(loops: Sequence[Coordinates]) -> Parts:
    """The parts of a parcel, in the order of their shells."""
    if len(loops) == 1:
        return ((0,),)
    import shapely

    polygons = shapely.polygons([shapely.linearrings(loop) for loop in loops])
    inner = shapely.point_on_surface(polygons)
    areas = shapely.area(polygons)
    within, around = shapely.STRtree(polygons).query(inner, predicate="within")
    larger = areas[around] > areas[within]
    within, around = within[larger], around[larger]
    depth = np.bincount(within, minlength=len(loops))
    parts: dict[int, list[int]] = {
        index: [index] for index in range(len(loops)) if not depth[index] % 2
    }
    for index in range(len(loops)):
        if depth[index] % 2:
            shells = [int(a) for a in around[within == index] if not depth[a] % 2]
            parts[min(shells, key=lambda a: areas[a])].append(index)
    return tuple(tuple(part) for part in parts.values())
