"""Staging a boundary file: one staged row for each parcel of it, compared with the record."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from tuban.accounts.access import region_codes
from tuban.accounts.models import User
from tuban.parcels.imports import reading
from tuban.parcels.imports.boundaries import asking, judging
from tuban.parcels.imports.boundaries.gate import no_parcels
from tuban.parcels.imports.boundaries.judging import Judged, Place
from tuban.parcels.imports.boundaries.model import COLUMNS, Delivered
from tuban.parcels.imports.claims import Claim, Progress
from tuban.parcels.imports.workbook import column_name
from tuban.parcels.models import StagedRow, Upload
from tuban.regions.models import Region

CHUNK = 500
READING, CHECKING = "读取文件", "逐宗核对"
_STAGED_COLUMNS = "upload_id, row_no, region_id, parcel_no, raw, parsed, errors, outcome, taken"

_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class BoundaryContent:
    """A boundary file as read, with every question it has put."""

    file: Delivered
    questions: list[asking.Question]

    def describe(self, upload: Upload) -> None:
        """Notes and how the file was read, in the upload; the caller saves it."""
        columns = {
            key: {"column": column_name(place), "heading": heading}
            for place, (key, heading) in enumerate(COLUMNS.items())
        }
        about = {"file": self.file.about, "questions": self.questions}
        upload.mapping = {**about, "columns": columns}
        upload.notes = self.file.notes

    def stage(self, actor: User, upload: Upload, claim: Claim) -> None:
        """Compares the parcels with the record chunk by chunk; each is committed on its own."""
        outlines = self.file.outlines
        StagedRow.objects.filter(upload=upload).delete()
        replaced = frozenset(o.parcel_no for o in outlines if o.wkb and not o.has_errors)
        place = Place(upload, region_codes(actor), replaced)
        for start in range(0, len(outlines), CHUNK):
            claim.report(CHECKING, start, len(outlines))
            judged = judging.judge(outlines[start : start + CHUNK], place)
            with (
                transaction.atomic(),
                connection.cursor() as cursor,
                cursor.copy(f"COPY parcels_stagedrow ({_STAGED_COLUMNS}) FROM STDIN") as copy,
            ):
                for one in judged:
                    copy.write_row((upload.pk, *_row(one)))
        claim.report(CHECKING, len(outlines), len(outlines))


def read(
    actor: User,
    content: bytes,
    name: str,
    progress: Progress | None,
    given: dict[str, str],
    earlier: Sequence[asking.Question],
) -> BoundaryContent:
    """The file, read in a process of its own.

    Args:
        actor: The sender.
        content: The file.
        name: As delivered.
        progress: Called with (stage, done, total).
        given: The sender's answers so far.
        earlier: Questions put when the file was read before.

    Raises:
        Unreadable: The file cannot be taken.
        Asked: The sender has to answer something first.
    """

    def report(done: int, total: int) -> None:
        if progress is not None:
            progress(READING, done, total)

    region = Region.objects.filter(code=actor.region_code).first()
    choices = {**asking.choices(given), **_box(region)}
    file = reading.read_boundaries(content, name, choices, report=report)
    questions = asking.ask(file, given, earlier, actor.region_code)
    if not file.outlines:
        raise no_parcels()
    return BoundaryContent(file, questions)


def _box(region: Region | None) -> dict[str, Any]:
    """The district in degrees, for T17; a schematic border refuses nothing, it only warns."""
    if region is None or region.boundary is None:
        return {}
    return {"box": list(region.boundary.extent), "rough_box": region.schematic}


def _row(judged: Judged) -> tuple[Any, ...]:
    """A staged row without the upload's id, in the order of the columns."""
    outline, planned = judged.outline, judged.planned
    parsed = f'{{"plan":{_json(planned.as_json())}}}'
    if outline.wkb:
        parsed = f'{{"boundary":{outline.stated},"wkb":"{outline.wkb}",{parsed[1:]}'
    problems = [*outline.problems, *(trouble.as_json() for trouble in planned.troubles)]
    return (
        outline.row_no,
        planned.region,
        outline.parcel_no,
        outline.raw,
        parsed,
        _json(problems),
        planned.outcome,
        False,
    )
