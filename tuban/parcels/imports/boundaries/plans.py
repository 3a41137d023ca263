"""What a row of a boundary file would change: 新增, 修改, 不变 or 错误.

Pure. The same function serves the preview and the confirmation, so that what is recorded is what
was shown. A boundary comes by file alone, so that none contradicts a person's own record; 冲突 is
only what another file has recorded between the preview and the confirmation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from tuban.geodata.area import consistency
from tuban.parcels.imports.boundaries.matching import Holder, Known
from tuban.parcels.imports.boundaries.model import Outline, Trouble
from tuban.parcels.imports.plans import CHANGED, CONFLICT, ERRONEOUS, NEW, SAME
from tuban.parcels.imports.problems import ERROR, REMARK
from tuban.values.places import REGIONS

WAITING = "waiting_for_parcel"
"""Code of the remark on a row whose parcel another upload has yet to make."""
_BY_WRITER = {"count", "slots", "geometry_type"}
"""Parts of a parcel's line that depend on the program that wrote it."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What would become of a row.

    Attributes:
        region: Of the parcel, or where it is going to be; None when it is not known.
        boundary_id: The boundary it would replace.
        old_m2: That boundary's 椭球面积.
    """

    outcome: str
    region: str | None = None
    parcel_id: int | None = None
    boundary_id: int | None = None
    old_m2: Decimal | None = None
    troubles: list[Trouble] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """As `StagedRow.parsed["plan"]` keeps it."""
        return {
            "parcel_id": self.parcel_id,
            "boundary_id": self.boundary_id,
            "old_m2": str(self.old_m2) if self.old_m2 is not None else None,
        }


def plan(
    outline: Outline,
    printed: dict[str, Any],
    known: Sequence[Known],
    holder: Holder | None,
    overlapping: Sequence[Trouble],
) -> Planned:
    """What the row would change.

    Args:
        outline: The row.
        printed: Its parcel's own line, by slot.
        known: Parcels of the record with its number, within the post's scope.
        holder: Upload that would make the parcel, when the record has none.
        overlapping: Its overlaps with boundaries already kept.
    """
    if outline.has_errors:
        if len(known) == 1:
            return Planned(ERRONEOUS, known[0].region, known[0].parcel_id)
        return Planned(ERRONEOUS)
    if len(known) > 1:
        return Planned(ERRONEOUS, troubles=[_ambiguous(outline, known)])
    blocked = any(trouble.level == ERROR for trouble in overlapping)
    if not known:
        if holder is None:
            return Planned(ERRONEOUS, troubles=[_absent(outline)])
        outcome = ERRONEOUS if blocked else NEW
        return Planned(outcome, holder.region, troubles=[_waiting(holder), *overlapping])
    (parcel,) = known
    if parcel.same and _alike(printed, parcel.printed or {}):
        return Planned(SAME, parcel.region, parcel.parcel_id, parcel.boundary_id)
    outcome = NEW if parcel.boundary_id is None else CHANGED
    return Planned(
        ERRONEOUS if blocked else outcome,
        parcel.region,
        parcel.parcel_id,
        parcel.boundary_id,
        parcel.ellipsoidal_m2,
        [*_against_approved(outline, parcel), *overlapping],
    )


def overtaken(planned: Planned) -> Planned:
    """The row when its parcel has been given another boundary since the preview: nobody saw that."""
    trouble = Trouble(
        "boundary_moved_on",
        "",
        "核对之后，另一批次登记、替换或撤销了这宗地块的界址。",
        "请把本文件重新上传，对照现在的界址核对。",
    )
    return replace(planned, outcome=CONFLICT, troubles=[trouble])


def _alike(one: dict[str, Any], other: dict[str, Any]) -> bool:
    keys = (one.keys() | other.keys()) - _BY_WRITER
    return all(one.get(key) == other.get(key) for key in keys)


def _against_approved(outline: Outline, parcel: Known) -> list[Trouble]:
    """批准面积 of the record against both computed areas (data-standards 3.5)."""
    if parcel.approved is None:
        return []
    found = consistency(parcel.approved, outline.planar_m2, outline.ellipsoidal_m2)
    if found is None or found.verdict != "apart":
        return []
    approved = f"{parcel.approved.printed} {parcel.approved.unit.label}"
    message = f"库内批准面积 {approved}，比界线面积{_more(found.difference_m2)}平方米。"
    remedy = "核对界址点和台账的批准面积；确为部分供应等情形的，可以登记。"
    return [
        Trouble("approved_area", "ellipsoidal", message, remedy, REMARK, stored=approved)
    ]  # fmt: skip


def _more(difference_m2: float) -> str:
    return f"{'多' if difference_m2 > 0 else '少'} {abs(difference_m2):.2f} "


def _absent(outline: Outline) -> Trouble:
    return Trouble(
        "no_parcel",
        "parcel_no",
        "库内没有此地块编号。",
        "核对编号；新地块请先上传并登记台账，再上传本文件。",
        stated=outline.parcel_no,
    )


def _ambiguous(outline: Outline, known: Sequence[Known]) -> Trouble:
    names = "、".join(REGIONS.get(parcel.region, parcel.region) for parcel in known)
    return Trouble(
        "number_shared",
        "parcel_no",
        f"{names}都有此地块编号，分不清是哪一宗。",
        "请按旗区分成几个文件，由各旗区经办上传。",
        stated=outline.parcel_no,
    )


def _waiting(holder: Holder) -> Trouble:
    return Trouble(
        WAITING,
        "parcel_no",
        f"库内还没有此地块编号，等《{holder.name}》登记。",
        "请先登记那一份，再登记本文件。",
        REMARK,
    )
