"""What passes from the child process to the desk: parcels' outlines, notes, questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tuban.parcels.imports.problems import ERROR

COLUMNS = {
    "line": "行号",
    "parcel_no": "地块编号",
    "name": "地块名称",
    "area": "载明面积",
    "declared": "载明面积（平方米）",
    "ellipsoidal": "椭球面积（平方米）",
    "difference": "载明减椭球（平方米）",
    "points": "界址点数",
    "rings": "圈数",
    "system": "坐标系",
}
"""Columns of a boundary file as the desk lists its parcels: key → heading."""
WHOLE = "整宗"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One problem of one parcel of the file; kept as a ledger row's `Problem` is.

    Attributes:
        code: T01… of the reader, GEO-01… of the checks, or a word of the desk's own.
        key: Column of `COLUMNS`; empty for the parcel as a whole.
        level: `error` keeps the parcel out; `remark` is only shown.
        stored: 库内, where the record says otherwise.
    """

    code: str
    key: str
    message: str
    remedy: str
    level: str = ERROR
    stated: str = ""
    stored: str = ""
    article: str = ""

    def as_json(self) -> dict[str, Any]:
        """As `StagedRow.errors` keeps it, the heading beside the key."""
        return {
            "code": self.code,
            "key": self.key,
            "column": COLUMNS[self.key] if self.key else WHOLE,
            "stated": self.stated,
            "message": self.message,
            "remedy": self.remedy,
            "level": self.level,
            "article": self.article,
            "stored": self.stored,
        }


@dataclass(frozen=True, slots=True)
class Outline:
    """界线: one parcel of the file, ready to be compared with the record.

    Long things are JSON texts, because a file may hold a hundred thousand of them.

    Attributes:
        row_no: Line of the file, from 1.
        parcel_no: 地块编号 as parcels are keyed; empty when the file gives none.
        raw: JSON object of `COLUMNS` as the desk lists them, areas in m².
        stated: JSON object of what `Boundary` stores beside the geometry.
        wkb: MultiPolygon in EPSG:4490, well-known binary in base64; empty when there is none.
        epsg: CRS of the file's coordinates; None while it is unknown.
        ellipsoidal_m2: 椭球面积; None without a boundary in a known place.
        planar_m2: 平面面积; None likewise, and for degrees.
        problems: As `Trouble.as_json` gives them.
    """

    row_no: int
    parcel_no: str
    raw: str
    stated: str
    wkb: str
    epsg: int | None
    ellipsoidal_m2: float | None
    planar_m2: float | None
    problems: Sequence[dict[str, Any]] = ()

    @property
    def has_errors(self) -> bool:
        """Whether the file alone keeps the parcel out."""
        return any(problem["level"] == ERROR for problem in self.problems)


@dataclass(slots=True)
class Delivered:
    """A boundary file as the desk has it.

    Attributes:
        about: How it was read: encoding, datum, header, project, systems.
        notes: 核对说明, as `sheets.Note.as_json` gives them.
        offers: Questions that only a person may answer, as `geodata.Offer.to_json` gives them.
    """

    about: dict[str, Any] = field(default_factory=dict)
    outlines: list[Outline] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    offers: list[dict[str, Any]] = field(default_factory=list)
