"""原件: the file as it was handed in, given back unchanged.

It was made by somebody else, so that no browser may show or run it: it always comes as a download,
under its own name, as bytes of no kind.
"""

from __future__ import annotations

from urllib.parse import quote

from django.http import FileResponse

from tuban.core.errors import DomainError
from tuban.instruments.models import Draft
from tuban.parcels.imports import files


class NoOriginal(DomainError):
    """没有原件: a typed table never had one, or the disk has lost it."""

    def __init__(self, draft: Draft, cause: str, remedy: str) -> None:
        super().__init__(
            f"“{draft.name}”没有可以下载的原件。",
            code="draft.no_original",
            kind="absent",
            place="原件",
            cause=cause,
            remedy=remedy,
        )


def original_of(draft: Draft) -> FileResponse:
    """The kept file of a draft.

    Raises:
        NoOriginal: The table was typed in, or the kept file is gone.
    """
    if not draft.sha256:
        raise NoOriginal(draft, "目标表是手工录入的，没有来源文件。", "请按载明出处查找原文件。")
    try:
        file = files.path_of(draft.sha256).open("rb")
    except FileNotFoundError as error:
        raise NoOriginal(
            draft, "保存的文件在磁盘上找不到。", "请告知系统管理员从备份中恢复。"
        ) from error
    response = FileResponse(file, content_type="application/octet-stream")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(draft.name, safe='')}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
