"""Keyset paging of the API: `after` is the last key of the page before, never an offset."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from tuban.core.errors import DomainError

MOST = 1_000
USUAL = 100
Row = TypeVar("Row")


class BadCursor(DomainError):
    """翻页位置无法识别."""

    def __init__(self, written: str) -> None:
        super().__init__(
            f"翻页位置“{written[:40]}”无法识别。",
            code="cursor",
            kind="invalid",
            place="参数 after",
            remedy="请原样使用上一页答复中的 next。",
        )


def number_after(written: str | None) -> int:
    """The id after which the page begins; 0 for the first.

    Raises:
        BadCursor: It is no id.
    """
    if not written:
        return 0
    if not (written.isascii() and written.isdigit() and len(written) <= 18):
        raise BadCursor(written)
    return int(written)


def page(
    rows: Sequence[Row], limit: int, key: Callable[[Row], Any]
) -> tuple[Sequence[Row], str | None]:
    """The page and where the next begins, from one row more than the page holds."""
    if len(rows) <= limit:
        return rows, None
    kept = rows[:limit]
    return kept, str(key(kept[-1]))
