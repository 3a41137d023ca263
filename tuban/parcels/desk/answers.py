"""What a person answers when a file waits for it: each kind of question, shown and taken.

A kind of question has a name (`offer["asks"]`), a partial in `imports/_questions.html`, and an
entry in `KINDS`.
"""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from tuban.parcels.desk import columns, coordinates
from tuban.parcels.desk.kinds import AnswerRefused, Kind, Question
from tuban.parcels.imports.asking import HEADINGS
from tuban.parcels.imports.boundaries.asking import ASKS as COORDINATES
from tuban.parcels.models import Upload

KINDS: dict[str, Kind] = {
    HEADINGS: Kind(columns.show, columns.read),
    COORDINATES: Kind(coordinates.show, coordinates.read),
}


def kinds_of(upload: Upload) -> tuple[str, ...]:
    """Kinds the upload asks, or, when it has been read, those that may be answered otherwise."""
    asked = [offer["asks"] for offer in upload.offers]
    if not asked and upload.mapping.get("seen"):
        asked = [HEADINGS]
    elif not asked and upload.mapping.get("questions"):
        asked = [COORDINATES]
    return tuple(name for name in asked if name in KINDS)


def questions(
    upload: Upload, posted: QueryDict | None = None, refused: AnswerRefused | None = None
) -> tuple[Question, ...]:
    """The upload's questions; the one that was posted shows what was typed and the objection."""
    given = posted.get("asks", "") if posted is not None else ""
    return tuple(
        KINDS[name].show(upload, posted, refused)
        if name == given
        else KINDS[name].show(upload, None, None)
        for name in kinds_of(upload)
    )


def read(upload: Upload, posted: QueryDict) -> tuple[str, dict[str, Any]]:
    """Name of the question and the answer posted.

    Raises:
        AnswerRefused: Nothing of the kind is asked, or the answer cannot be.
    """
    name = posted.get("asks", "")
    if name not in kinds_of(upload):
        raise AnswerRefused(
            "这份文件没有这样的问题。",
            cause="页面打开后，文件已按别的答复重新读取。",
            remedy="请刷新页面。",
        )
    return name, KINDS[name].read(upload, posted)
