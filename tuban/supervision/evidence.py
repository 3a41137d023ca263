"""佐证: what a report rests on, checked before anything is written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tuban.accounts.models import User
from tuban.core import clock
from tuban.parcels.access import parcels_for
from tuban.parcels.models import Parcel
from tuban.supervision.attachments import Delivered, Kept, take
from tuban.supervision.models import Evidence, EvidenceKind, Step
from tuban.supervision.refusals import EvidenceRefused

MAX_PARCELS = 50
_BETWEEN = re.compile(r"[\s、，,；;]+")


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper: 文号, 机关, 日期. All three or none."""

    doc_no: str = ""
    issuer: str = ""
    dated_on: date | None = None

    @property
    def is_blank(self) -> bool:
        """Nothing was written."""
        return not (self.doc_no or self.issuer or self.dated_on)


@dataclass(frozen=True, slots=True)
class Offered:
    """What a post offers as evidence.

    Attributes:
        parcels: 地块编号, as typed.
    """

    paper: Paper = Paper()
    files: Sequence[Delivered] = ()
    parcels: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What passed."""

    paper: Paper
    files: Sequence[Kept]
    parcels: Sequence[Parcel]


def check(actor: User, offered: Offered) -> Checked:
    """What was offered, if it is any evidence at all; files are kept last.

    Raises:
        EvidenceRefused: Nothing, half a paper, an unknown parcel, or a file that does not pass.
        NotKept: The disk did not take a file.
    """
    if offered.paper.is_blank and not offered.files and not offered.parcels.strip():
        raise EvidenceRefused.none()
    if not offered.paper.is_blank:
        _check_paper(offered.paper)
    parcels = _parcels(actor, offered.parcels)
    return Checked(offered.paper, take(offered.files), parcels)


def _check_paper(paper: Paper) -> None:
    parts = {"文号": paper.doc_no, "机关": paper.issuer, "日期": paper.dated_on}
    missing = "、".join(name for name, written in parts.items() if not written)
    if missing:
        raise EvidenceRefused.paper(missing)
    if paper.dated_on and paper.dated_on > clock.today():
        raise EvidenceRefused(
            f"文件日期 {paper.dated_on} 在今天之后。",
            code="paper_ahead",
            remedy="请核对文件的成文日期。",
        )


def _parcels(actor: User, written: str) -> list[Parcel]:
    """The parcels by their numbers, within the post's scope; a number two of them bear is not one."""
    numbers = list(dict.fromkeys(number for number in _BETWEEN.split(written) if number))
    if len(numbers) > MAX_PARCELS:
        raise EvidenceRefused(
            f"填了 {len(numbers)} 个地块编号，最多 {MAX_PARCELS} 个。",
            code="parcels",
            remedy="请改附清单文件。",
        )
    known: dict[str, list[Parcel]] = {}
    for parcel in parcels_for(actor).filter(parcel_no__in=numbers):
        known.setdefault(parcel.parcel_no, []).append(parcel)
    unknown = [number for number in numbers if len(known.get(number, [])) != 1]
    if unknown:
        raise EvidenceRefused(
            f"地块编号 {'、'.join(unknown[:5])} 找不到，或不止一宗。",
            code="parcel",
            cause="只能引用本岗位管辖范围内已登记的地块。",
            remedy="请在地块清单中核对编号。",
        )
    return [known[number][0] for number in numbers]


def write(step: Step, checked: Checked) -> None:
    """Hangs the evidence on the report."""
    rows = []
    if not checked.paper.is_blank:
        paper = checked.paper
        rows.append(
            Evidence(
                step=step,
                kind=EvidenceKind.PAPER,
                doc_no=paper.doc_no,
                issuer=paper.issuer,
                dated_on=paper.dated_on,
            )
        )
    rows += [
        Evidence(
            step=step,
            kind=EvidenceKind.FILE,
            name=file.name,
            suffix=file.suffix,
            sha256=file.sha256,
            size=file.size,
        )
        for file in checked.files
    ]
    rows += [Evidence(step=step, kind=EvidenceKind.PARCEL, parcel=each) for each in checked.parcels]
    Evidence.objects.bulk_create(rows)
