"""Paging of lists: 共 n 条，第 x/y 页."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

SIZES = (20, 50, 100, 200)


@dataclass(frozen=True, slots=True)
class Pager:
    """One page of a list of `count` rows.

    Attributes:
        pages: Number of the last page; of the last one known where `count` is None.
        count: None where it is not known yet.
        begins: Where this page begins, for links to pages near by; empty where numbers suffice.
    """

    page: int
    pages: int
    size: int
    count: int | None
    begins: str = ""

    @property
    def window(self) -> slice:
        """Rows of this page."""
        start = (self.page - 1) * self.size
        return slice(start, start + self.size)

    @property
    def near(self) -> tuple[int, ...]:
        """Page numbers to offer: two to either side."""
        return tuple(range(max(1, self.page - 2), min(self.pages, self.page + 2) + 1))

    @property
    def before(self) -> int | None:
        """Previous page; None on the first."""
        return self.page - 1 if self.page > 1 else None

    @property
    def after(self) -> int | None:
        """Next page; None on the last."""
        return self.page + 1 if self.page < self.pages else None

    @property
    def sizes(self) -> tuple[int, ...]:
        """Rows a page may have."""
        return SIZES


def pager(query: QueryDict, count: int | None) -> Pager:
    """The page the URL asks for; a number out of range or unreadable gives the nearest page."""
    size = _number(query.get("size", ""))
    size = size if size in SIZES else SIZES[1]
    page = max(_number(query.get("page", "")), 1)
    if count is None:
        return Pager(page, page, size, None)
    pages = max(1, -(-count // size))
    return Pager(min(page, pages), pages, size, count)


def _number(written: str) -> int:
    """The number written; 0 for anything else. Long numbers are cut, not read."""
    return int(written[:9]) if written.isascii() and written.isdigit() else 0
