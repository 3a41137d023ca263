"""A boundary file's staged parcels as the preview shows them, and what confirming would record."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.fields.json import KT

from tuban.parcels.imports.boundaries import BOUNDARY
from tuban.parcels.imports.plans import CHANGED, NEW
from tuban.parcels.imports.problems import REMARK
from tuban.parcels.models import Outcome, StagedRow, Upload

_LOOKS = {
    Outcome.NEW: "ok",
    Outcome.CHANGED: "info",
    Outcome.SAME: "off",
    Outcome.CONFLICT: "warn",
    Outcome.ERROR: "bad",
}


@dataclass(frozen=True, slots=True)
class Said:
    """One problem of a parcel in words."""

    code: str
    look: str
    text: str
    remedy: str


@dataclass(frozen=True, slots=True)
class BoundaryRow:
    """One parcel of the file.

    Attributes:
        parcel_id: None while the record has no such parcel.
        area_text: 载明面积 as printed, where it could not be read as an area.
        difference_m2: 载明 less 椭球.
        old_m2: 椭球面积 of the boundary it would replace.
    """

    row_no: int
    region: str
    parcel_no: str
    parcel_id: int | None
    name: str
    area_text: str
    declared_m2: Decimal | None
    ellipsoidal_m2: Decimal | None
    difference_m2: Decimal | None
    old_m2: Decimal | None
    points: str
    rings: str
    system: str
    outcome: str
    look: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class BoundarySum:
    """将登记: parcels of one outcome.

    Attributes:
        declared: How many of them state an area.
        declared_m2: Sum of the stated areas; None when none is stated.
        old_m2: Sum of the boundaries they replace; None for new ones.
    """

    label: str
    count: int
    declared: int
    declared_m2: Decimal | None
    ellipsoidal_m2: Decimal
    old_m2: Decimal | None


@dataclass(frozen=True, slots=True)
class BoundaryPart:
    """What the page of a boundary file shows in place of a ledger's rows and sums.

    Attributes:
        producer: 数据产生单位, as the file names it.
        systems: 坐标系 of its parcels.
    """

    rows: tuple[BoundaryRow, ...]
    sums: tuple[BoundarySum, ...]
    producer: str
    systems: tuple[str, ...]

    @property
    def shows_old(self) -> bool:
        """Whether any row in view replaces a boundary."""
        return any(row.old_m2 is not None for row in self.rows)

    @property
    def shows_said(self) -> bool:
        """Whether any row in view has something to be said about."""
        return any(row.said for row in self.rows)


def part(upload: Upload, rows: QuerySet[StagedRow], *, may_confirm: bool) -> BoundaryPart | None:
    """The part of the page; None for a ledger.

    Args:
        upload: The file.
        rows: Of the tab and page in view.
        may_confirm: Whether its rows wait for a person's word.
    """
    if upload.ledger != BOUNDARY:
        return None
    about = upload.mapping.get("file", {})
    return BoundaryPart(
        views(rows),
        recordable_sums(upload) if may_confirm else (),
        about.get("header", {}).get("数据产生单位", ""),
        tuple(about.get("systems", ())),
    )


def views(rows: QuerySet[StagedRow]) -> tuple[BoundaryRow, ...]:
    """The rows, without fetching their geometry."""
    plan = {name: KT(f"parsed__plan__{name}") for name in ("old_m2", "parcel_id")}
    return tuple(_view(row) for row in rows.defer("parsed").annotate(**plan))


def _view(row: Any) -> BoundaryRow:
    """One row; `old_m2` and `parcel_id` are annotated, as texts."""
    raw: dict[str, str] = row.raw
    outcome = Outcome(row.outcome)
    return BoundaryRow(
        row_no=row.row_no,
        region=row.region.name if row.region else "",
        parcel_no=raw.get("parcel_no", row.parcel_no),
        parcel_id=int(row.parcel_id) if row.parcel_id else None,
        name=raw.get("name", ""),
        area_text=raw.get("area", ""),
        declared_m2=_number(raw.get("declared")),
        ellipsoidal_m2=_number(raw.get("ellipsoidal")),
        difference_m2=_number(raw.get("difference")),
        old_m2=_number(row.old_m2),
        points=raw.get("points", ""),
        rings=raw.get("rings", ""),
        system=raw.get("system", ""),
        outcome=outcome.label,
        look=_LOOKS[outcome],
        said=tuple(_said(problem) for problem in row.errors),
    )


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


def _said(problem: dict[str, Any]) -> Said:
    code = problem["code"]
    return Said(
        code if code.isupper() else "",
        "warn" if problem["level"] == REMARK else "bad",
        problem["message"],
        problem["remedy"],
    )


_SUMS = """
    SELECT r.outcome, count(*), count(r.parsed->'boundary'->>'declared_m2'),
           sum((r.parsed->'boundary'->>'declared_m2')::numeric),
           sum((r.parsed->'boundary'->>'ellipsoidal_m2')::numeric),
           sum((r.parsed->'plan'->>'old_m2')::numeric)
      FROM parcels_stagedrow r
     WHERE r.upload_id = %s AND r.outcome = ANY(%s) AND NOT r.taken
     GROUP BY 1
"""


def recordable_sums(upload: Upload) -> tuple[BoundarySum, ...]:
    """The boundaries a confirmation would record, new ones first."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [upload.pk, [NEW, CHANGED]])
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    return tuple(
        BoundarySum(Outcome(outcome).label, *found[outcome])
        for outcome in (NEW, CHANGED)
        if outcome in found
    )
