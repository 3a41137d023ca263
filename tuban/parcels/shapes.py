"""小图: a parcel's boundary among its neighbours as a drawing. Geometry only.

Coordinates are units of an SVG of WIDTH by HEIGHT, grid north up. The frame is the parcel with room
around it; neighbours are cut by the frame and named where a name has room.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import shapely

from tuban.geodata.model import Coordinates, Ring

WIDTH, HEIGHT = 298, 150
ROOM = 1.7
"""Frame over parcel, so that something of the neighbours is seen."""
LEAST_M = 60.0
"""Width of the smallest frame in metres."""
LABELLED, DOTTED = 12, 60
"""Most points that get their number, and a dot."""
_CHAR = 6.6  # width of a digit or letter of the map's type
_LINE = 12.0
_LIFT = 8.0  # how far above the middle the parcel stands, for the scale bar's sake
_BAR = (36.0, 90.0)  # scale bar, shortest and longest


class Frame(NamedTuple):
    """What the drawing shows: west and north edge in metres, metres per unit."""

    west: float
    north: float
    scale: float

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in metres."""
        return (
            self.west,
            self.north - HEIGHT * self.scale,
            self.west + WIDTH * self.scale,
            self.north,
        )

    def at(self, east: float, north: float) -> tuple[float, float]:
        """A point of the plane in the drawing."""
        return round((east - self.west) / self.scale, 1), round(
            (self.north - north) / self.scale, 1
        )


@dataclass(frozen=True, slots=True)
class Dot:
    """界址点. Its number is empty where there are too many, or no room for one more."""

    x: float
    y: float
    text: str
    text_x: float
    text_y: float


@dataclass(frozen=True, slots=True)
class Neighbour:
    """相邻地块.

    Attributes:
        text: Its number, or the last part of it where the whole has no room; empty without any.
    """

    pk: int
    number: str
    path: str
    text: str = ""
    text_x: float = 0.0
    text_y: float = 0.0


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """比例尺: length in the drawing and in words."""

    length: float
    words: str


@dataclass(frozen=True, slots=True)
class SmallMap:
    """The drawing, complete."""

    path: str
    dots: tuple[Dot, ...]
    neighbours: tuple[Neighbour, ...]
    bar: ScaleBar
    width: int = WIDTH
    height: int = HEIGHT


class Near(NamedTuple):
    """A parcel that may reach into the frame; `shape` in the map's plane."""

    pk: int
    number: str
    shape: Any


def frame_of(rings: Sequence[Ring]) -> Frame:
    """The frame around a parcel, in the plane its rings are in."""
    west, south = (min(ring.coordinates[:, axis].min() for ring in rings) for axis in (0, 1))
    east, north = (max(ring.coordinates[:, axis].max() for ring in rings) for axis in (0, 1))
    scale = max((east - west) * ROOM / WIDTH, (north - south) * ROOM / HEIGHT, LEAST_M / WIDTH)
    return Frame(
        float((west + east - WIDTH * scale) / 2),
        float((south + north + (HEIGHT - 2 * _LIFT) * scale) / 2),
        float(scale),
    )


def draw(rings: Sequence[Ring], frame: Frame, near: Iterable[Near] = ()) -> SmallMap:
    """The parcel and its neighbours.

    Args:
        rings: Of the parcel, in metres.
        frame: From `frame_of`.
        near: In the same plane; those outside the frame are left out.
    """
    bar = scale_bar(frame.scale)
    taken = [
        _box(0, HEIGHT - 24, bar.length + 20, 24),
        _box(WIDTH - 28, 0, 28, 40),
    ]  # and the arrow
    dots = tuple(_dots(rings, frame, taken))
    return SmallMap(
        path="".join(_path(ring.coordinates, frame) for ring in rings),
        dots=dots,
        neighbours=tuple(_neighbours(near, frame, taken)),
        bar=bar,
    )


def _path(points: Coordinates, frame: Frame) -> str:
    """A closed ring as path data."""
    drawn = [frame.at(east, north) for east, north in points[:-1].tolist()]
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in drawn) + "Z"


def _dots(rings: Sequence[Ring], frame: Frame, taken: list[Any]) -> Iterable[Dot]:
    """Dots of all points, numbers beside them away from the parcel's middle."""
    count = sum(len(ring.coordinates) - 1 for ring in rings)
    if count > DOTTED:
        return
    middle_x, middle_y = WIDTH / 2, HEIGHT / 2
    for ring in rings:
        named = zip(ring.labels[:-1], ring.coordinates[:-1].tolist(), strict=True)
        for label, (east, north) in named:
            x, y = frame.at(east, north)
            width = len(label) * _CHAR
            text_x = x + 5 if x >= middle_x else x - 5 - width
            text_y = y + 10 if y >= middle_y else y - 4
            box = _box(text_x, text_y - _LINE + 2, width, _LINE)
            shown = count <= LABELLED and _free(box, taken)
            yield Dot(x, y, label if shown else "", round(text_x, 1), round(text_y, 1))


def _neighbours(near: Iterable[Near], frame: Frame, taken: list[Any]) -> Iterable[Neighbour]:
    window = shapely.box(*frame.bounds)
    for parcel in near:
        seen = shapely.intersection(shapely.make_valid(parcel.shape), window)
        areas = [g for g in shapely.get_parts(seen) if g.geom_type == "Polygon"]
        if not areas:
            continue
        path = "".join(
            _path(shapely.get_coordinates(ring), frame)
            for part in areas
            for ring in (part.exterior, *part.interiors)
        )
        largest = max(areas, key=lambda part: part.area)
        yield _named(Neighbour(parcel.pk, parcel.number, path), largest, frame, taken)


def _named(neighbour: Neighbour, area: Any, frame: Frame, taken: list[Any]) -> Neighbour:
    """The neighbour with as much of its number as the part that is seen has room for."""
    middle = shapely.point_on_surface(area)
    x, y = frame.at(middle.x, middle.y)
    west, south, east, north = area.bounds
    if (north - south) / frame.scale < _LINE:
        return neighbour
    for text in dict.fromkeys((neighbour.number, neighbour.number.rsplit("-", 1)[-1])):
        width = len(text) * _CHAR
        fits = width <= (east - west) / frame.scale and width / 2 <= x <= WIDTH - width / 2
        if fits and _free(_box(x - width / 2, y - 6, width, _LINE), taken):
            return replace(neighbour, text=text, text_x=x, text_y=round(y + 4, 1))
    return neighbour


def _box(x: float, y: float, width: float, height: float) -> Any:
    return shapely.box(x, y, x + width, y + height)


def _free(box: Any, taken: list[Any]) -> bool:
    """Whether nothing stands there yet; if so, it does now."""
    free = not any(box.intersects(other) for other in taken)
    if free:
        taken.append(box)
    return free


def scale_bar(metres_per_unit: float) -> ScaleBar:
    """The longest bar of 1, 2 or 5 × 10ⁿ metres that has room."""
    exponent = math.floor(math.log10(_BAR[1] * metres_per_unit))
    for power in (exponent, exponent - 1):
        for digit in (5, 2, 1):
            metres = digit * 10.0**power
            if _BAR[0] <= metres / metres_per_unit <= _BAR[1]:
                words = f"{metres / 1000:g} 千米" if metres >= 1000 else f"{metres:g} 米"
                return ScaleBar(round(metres / metres_per_unit, 1), words)
    raise AssertionError("1, 2 and 5 are never more than 2.5 times apart")
