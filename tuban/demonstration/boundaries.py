"""界址 of the invented parcels: boundary files that are fictional, marked 演示, and true to the areas.

Parcels are laid out in rows, row after row, in a few towns near the 旗区's place, streets between
them: none overlaps another, each has the area its ledger states, on the plane of the district's
usual zone (data-standards 2.2, 3.2). Rectangles, every third with a corner cut out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from tuban.geodata.crs import DISTRICT_ZONES, GEOGRAPHIC, Zone, transform
from tuban.geodata.model import BoundaryFile, Coordinates, Datum, Head, Parcel, Ring
from tuban.geodata.writer import write
from tuban.values.area import Area, Unit
from tuban.values.places import REGIONS

TOWNS = 3
STREET_M = 24.0
BETWEEN_TOWNS_M = 1_500.0
_WIDEST_M = 900.0  # so that a millimetre of depth stays within the declared decimals
_MARK = "演示"
_HEADER = {
    "格式版本号": "1.00",
    "数据产生单位": f"{_MARK}（虚构）",
    "坐标系": Datum.CGCS2000.label,
    "投影类型": "高斯克吕格",
    "计量单位": "米",
}


@dataclass(frozen=True, slots=True)
class Plot:
    """An invented parcel to be drawn. `area`: as its ledger states it."""

    region: str
    parcel_no: str
    name: str
    use: str
    area: Area


def files(
    plots: Sequence[Plot], places: Mapping[str, tuple[float, float]], *, seed: int = 7
) -> Iterator[tuple[str, bytes]]:
    """One boundary TXT for each 旗区, by its code.

    Args:
        plots: In any order; those without an area above zero are left out.
        places: Longitude and latitude of each 旗区's place, degrees.
        seed: The same draws the same.
    """
    for region in sorted({plot.region for plot in plots}):
        own = [plot for plot in plots if plot.region == region and plot.area.value > 0]
        if own:
            yield region, file(own, region, places[region], seed=seed)


def file(plots: Sequence[Plot], region: str, place: tuple[float, float], *, seed: int = 7) -> bytes:
    """The boundary TXT of one 旗区, in its usual zone."""
    zone = Zone(DISTRICT_ZONES[region], prefixed=True)
    east, north = transform(np.array([place]), GEOGRAPHIC, zone.epsg)[0]
    rng = Random(f"{seed}-{region}")
    shapes = _laid_out([_shape(plot.area, rng) for plot in plots], round(east), round(north))
    parcels = tuple(
        _parcel(ordinal, plot, shape, zone.epsg)
        for ordinal, (plot, shape) in enumerate(zip(plots, shapes, strict=True), 1)
    )
    name = REGIONS[region]
    header = {**_HEADER, "几度分带": str(zone.width), "带号": str(zone.number)}
    project = {"项目名称": f"{name}{_MARK}地块", "项目所在县区代码": region}
    return write(
        BoundaryFile(
            name=f"{name}{_MARK}界址点.txt",
            encoding="gb18030",
            header=header,
            project=project,
            datum=Datum.CGCS2000,
            parcels=parcels,
            findings=(),
        )
    )


def _shape(area: Area, rng: Random) -> Coordinates:
    """Corners from (0, 0), millimetres, clockwise from the north-west; closed."""
    m2 = float(_hectares(area)) * 10_000
    width = min(round(math.sqrt(m2) * rng.uniform(0.7, 1.4), 3), _WIDEST_M)
    if rng.random() < 2 / 3 or m2 < 2_000:
        depth = round(m2 / width, 3)
        corners = [(0, depth), (width, depth), (width, 0), (0, 0), (0, depth)]
    else:
        notch = float(max(5, int(width // rng.randint(3, 6))))
        depth = round((m2 + notch * notch) / width, 3)
        corners = [
            (0, depth), (width - notch, depth), (width - notch, depth - notch),
            (width, depth - notch), (width, 0), (0, 0), (0, depth),
        ]  # fmt: skip
    return np.array(corners, dtype=float)


def _hectares(area: Area) -> str:
    """公顷 with four decimals, as the parcel's line states it."""
    return f"{float(area.m2 / Unit.HA.m2):.4f}"


def _laid_out(shapes: Sequence[Coordinates], east: float, north: float) -> list[Coordinates]:
    """The shapes in rows, town after town to the east, streets between them."""
    placed: list[Coordinates] = []
    size = math.ceil(len(shapes) / TOWNS)
    left = float(east)
    for start in range(0, len(shapes), size):
        town = shapes[start : start + size]
        across = 1.1 * math.sqrt(sum(float(np.prod(s.max(axis=0) + STREET_M)) for s in town))
        x, y, row, right = left, float(north), 0.0, left
        for shape in town:
            width, depth = shape.max(axis=0)
            if x > left and x + width > left + across:
                x, y, row = left, y + row + STREET_M, 0.0
            placed.append(np.round(shape + np.array([math.ceil(x), math.ceil(y)]), 3))
            x = math.ceil(x) + float(width) + STREET_M
            row, right = max(row, float(depth) + 1), max(right, x)
        left = right + BETWEEN_TOWNS_M
    return placed


def _parcel(ordinal: int, plot: Plot, shape: Coordinates, epsg: int) -> Parcel:
    labels = [f"J{number}" for number in range(1, len(shape))]
    head = Head(
        line=0,
        area_text=_hectares(plot.area),
        code=plot.parcel_no,
        name=plot.name if plot.name.startswith(_MARK) else f"{_MARK}{plot.name}",
        use=plot.use,
    )
    ring = Ring("1", (*labels, labels[0]), shape)
    return Parcel(ordinal, head, (ring,), ((0,),), epsg, 3)
