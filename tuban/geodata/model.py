"""The shapes that pass between the parts: choices in, parcels and findings out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tuban.geodata.codes import READER_CODES, Level
from tuban.values.area import Area

Coordinates = NDArray[np.float64]
"""Shape (k, 2): (E, N) in metres, or (lon, lat) in degrees when the CRS is EPSG:4490."""

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


class Datum(StrEnum):
    """坐标系 (大地基准)."""

    CGCS2000 = "cgcs2000"
    XIAN80 = "xian80"
    BEIJING54 = "beijing54"

    @property
    def label(self) -> str:
        """Chinese name."""
        return {
            "cgcs2000": "2000国家大地坐标系",
            "xian80": "1980西安坐标系",
            "beijing54": "1954北京坐标系",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Finding:
    """One deviation: where, what, why, and what to do.

    Args:
        code: T01 … of `codes.READER_CODES`.
        message: Chinese sentence: what was met here.
        line: line of the file, from 1; None when it concerns the whole file.
        parcel: ordinal of the parcel, from 1; None when it concerns the file.
        level: None takes the code's own level.
    """

    code: str
    message: str
    line: int | None = None
    parcel: int | None = None
    level: Level | None = None
    cause: str | None = None
    remedy: str | None = None

    def __post_init__(self) -> None:
        known = READER_CODES[self.code]
        for name in ("level", "cause", "remedy"):
            if getattr(self, name) is None:
                object.__setattr__(self, name, getattr(known, name))

    @property
    def name(self) -> str:
        """Short Chinese name of the code."""
        return READER_CODES[self.code].name

    @property
    def blocks(self) -> bool:
        """Whether what it concerns cannot be taken over as it stands."""
        return self.level is Level.ERROR

    def __str__(self) -> str:
        assert self.level is not None
        where = f"第 {self.parcel} 宗" if self.parcel else "全文件"
        if self.line:
            where = f"第 {self.line} 行"
        return f"{where} 〔{self.code} {self.level.label}〕{self.message}{self.remedy}"

    def to_json(self) -> dict[str, Any]:
        """All parts, for `--json` and for pages."""
        assert self.level is not None
        return {
            "code": self.code,
            "level": self.level.value,
            "name": self.name,
            "line": self.line or None,
            "parcel": self.parcel,
            "message": self.message,
            "cause": self.cause,
            "remedy": self.remedy,
        }


@dataclass(frozen=True, slots=True)
class Offer:
    """A question that only a person may answer, with the answers that would fit.

    Args:
        asks: field of `Choices` that answers it.
        text: Chinese question.
        answers: (value, Chinese description) pairs; the first one is the likeliest if any is.
    """

    asks: Literal["datum", "zone", "swap_axes", "degrees", "coordinates_only"]
    text: str
    answers: tuple[tuple[str, str], ...]

    def to_json(self) -> dict[str, Any]:
        """For `--json` and for pages."""
        return {
            "asks": self.asks,
            "text": self.text,
            "answers": [{"value": value, "label": label} for value, label in self.answers],
        }


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person, or the district's settings, have answered beforehand.

    Args:
        datum: for a file that names none (T10); never overrules a named one.
        zone: 带号 for coordinates without prefix, 25–45 or 13–23.
        district_zone: the district's usual zone; taken only where the file gives none.
        swap_axes: exchange X and Y where they are written the wrong way round (T15).
        degrees: how numbers under 180 are to be read (T16).
        epsg: overrules everything; for a file whose description is known to be wrong.
        coordinates_only: read bare rows of numbers as one parcel (T01).
        box: the district in degrees; what lies more than 5 km outside is refused (T17).
        rough_box: the box is a schematic border's: more than 50 km outside is doubtful, not refused.
    """

    datum: Datum | None = None
    zone: int | None = None
    district_zone: int | None = None
    swap_axes: bool = False
    degrees: Literal["decimal", "dms"] | None = None
    epsg: int | None = None
    coordinates_only: bool = False
    box: Box | None = None
    rough_box: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Ring:
    """圈: one closed loop of boundary points.

    Args:
        number: 地块圈号 as printed.
        labels: point numbers (点号), one a vertex, the closing one included.
        coordinates: closed; (E, N) or (lon, lat).
    """

    number: str
    labels: tuple[str, ...]
    coordinates: Coordinates


@dataclass(frozen=True, slots=True)
class Head:
    """地块行: what the parcel's own line says.

    Args:
        line: line of the file, from 1; 0 in a file without lines.
        count: 界址点数 as printed; None when it is no number.
        area_text: 地块面积 exactly as printed.
        area: the same as a value with its unit (公顷 unless another is written); None when missing.
        extras: slots after the eighth, as printed.
        slots: number of comma slots, the end mark counted.
    """

    line: int
    count: int | None = None
    area_text: str = ""
    area: Area | None = None
    code: str = ""
    name: str = ""
    geometry_type: str = "面"
    sheet: str = ""
    use: str = ""
    slot8: str = ""
    extras: tuple[str, ...] = ()
    slots: int = 9


@dataclass(frozen=True, slots=True, eq=False)
class Parcel:
    """地块: attributes, rings, coordinate system, areas.

    Args:
        ordinal: place in the file, from 1.
        rings: in the file's order; empty when the parcel could not be read.
        parts: each part as indexes into `rings`, its shell first, its holes after.
        epsg: CRS of the coordinates; None while it is unknown or may not be stored.
        decimals: most decimals printed for a coordinate.
        planar_m2: area in the plane of the projection; None where there is none.
        ellipsoidal_m2: 椭球面积 (data-standards.md 3.1); None without a usable CRS.
        valid: whether the rings make a simple polygon.
    """

    ordinal: int
    head: Head
    rings: tuple[Ring, ...] = ()
    parts: tuple[tuple[int, ...], ...] = ()
    epsg: int | None = None
    decimals: int = 3
    planar_m2: float | None = None
    ellipsoidal_m2: float | None = None
    valid: bool | None = None

    @property
    def usable(self) -> bool:
        """Whether it has a boundary in a known place."""
        return bool(self.rings) and self.epsg is not None

    @property
    def title(self) -> str:
        """What people call it: number and name, else its place in the file."""
        return " ".join(filter(None, (self.head.code, self.head.name))) or f"第 {self.ordinal} 宗"


@dataclass(frozen=True, slots=True, eq=False)
class BoundaryFile:
    """A boundary file as read.

    Args:
        header: 属性描述, keys and values as printed, in their order; 转换参数 always blank.
        project: 项目信息, the same way.
        encoding: how the bytes were read.
        datum: None when the file names none and nobody answered.
    """

    name: str
    encoding: str
    header: Mapping[str, str]
    project: Mapping[str, str]
    datum: Datum | None
    parcels: tuple[Parcel, ...]
    findings: tuple[Finding, ...]
    offers: tuple[Offer, ...] = field(default=())

    @property
    def blocked(self) -> bool:
        """Whether any finding blocks."""
        return any(finding.blocks for finding in self.findings)

    def usable(self) -> Iterator[Parcel]:
        """Parcels with a boundary in a known place."""
        return (parcel for parcel in self.parcels if parcel.usable)
