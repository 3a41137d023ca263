"""Pages of the list at any depth: from the nearer end, or from where a page near by begins.

Skipping rows costs as much as reading them, so that page 15,000 of a million parcels would take
seconds by its number alone. Links between pages therefore say where the page they stand on begins
(`from`), and a page is read from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from django.db.models import BooleanField, F, Func, QuerySet, Value

from tuban.parcels.models import ParcelPhase
from tuban.parcels.queries import KEY, SORTS, ParcelFilter
from tuban.web.paging import Pager

MOST_SKIPPED = 5_000
"""Rows skipped at most; a page farther from anything known is answered by the nearest in reach."""


class _Row(Func):
    """(a, b) as SQL compares rows."""

    template = "(%(expressions)s)"


class _Compared(Func):
    """Two rows compared as `arg_joiner` says."""

    template = "%(expressions)s"
    output_field = BooleanField()


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a page begins: the 旗区 and 编号 of its first row."""

    page: int
    region: str
    parcel_no: str


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page.

    Attributes:
        number: The page read; not the one asked for where that is out of reach.
        begins: `from` of links to pages near by; empty where rows are sorted by something else.
        more: Whether rows follow.
    """

    rows: list[ParcelPhase]
    number: int
    begins: str
    more: bool


def read(
    rows: QuerySet[ParcelPhase], wanted: ParcelFilter, on: date, pages: Pager, written: str
) -> Page:
    """The page the pager names, or the nearest in reach.

    Args:
        rows: Of the list, in its order.
        pages: With the count of all rows where that is known.
        written: `from` of the address, empty for none.
    """
    kept = _kept_from(wanted, on, pages.size)
    mark = _mark(written, kept) if SORTS.get(wanted.sort, KEY) == KEY else None
    number, near = _reachable(pages, mark)
    if near is not None and number >= near.page:
        found = _skipped(_from(rows, near, wanted), (number - near.page) * pages.size, pages.size)
    elif near is not None:
        found = _backwards(
            _before(rows, near, wanted), (near.page - number - 1) * pages.size, pages.size
        )
    elif pages.count is not None and number - 1 > pages.pages - number:
        behind = max(pages.count - number * pages.size, 0)
        size = min(pages.size, pages.count - (number - 1) * pages.size)
        found = _backwards(rows, behind, size)
    else:
        found = _skipped(rows, (number - 1) * pages.size, pages.size)
    more = len(found) > pages.size if pages.count is None else number < pages.pages
    if near is not None and number < near.page:
        more = True
    shown = found[: pages.size]
    begins = ""
    if shown and SORTS.get(wanted.sort, KEY) == KEY:
        begins = f"{number}~{kept}~{shown[0].region_id}~{shown[0].parcel.parcel_no}"
    return Page(shown, number, begins, more)


def _reachable(pages: Pager, mark: Mark | None) -> tuple[int, Mark | None]:
    """The page in reach that is nearest to the one asked for, and the mark to read it from."""
    most = MOST_SKIPPED // pages.size
    wanted = pages.page
    if mark is not None and abs(wanted - mark.page) <= min(most, wanted - 1):
        return wanted, mark
    if wanted - 1 <= most or (pages.count is not None and pages.pages - wanted <= most):
        return wanted, None
    if mark is not None:
        return mark.page + max(-most, min(most, wanted - mark.page)), mark
    return most + 1, None


def _skipped(rows: QuerySet[ParcelPhase], skip: int, size: int) -> list[ParcelPhase]:
    return list(rows[skip : skip + size + 1])


def _backwards(rows: QuerySet[ParcelPhase], skip: int, size: int) -> list[ParcelPhase]:
    return list(reversed(rows.reverse()[skip : skip + size]))


def _from(rows: QuerySet[ParcelPhase], mark: Mark, wanted: ParcelFilter) -> QuerySet[ParcelPhase]:
    """Rows from the mark on, in the list's order."""
    return rows.filter(_is(" <= " if wanted.descending else " >= ", mark))


def _before(rows: QuerySet[ParcelPhase], mark: Mark, wanted: ParcelFilter) -> QuerySet[ParcelPhase]:
    """Rows before the mark, in the list's order."""
    return rows.filter(_is(" > " if wanted.descending else " < ", mark))


def _is(how: str, mark: Mark) -> _Compared:
    there = _Row(Value(mark.region), Value(mark.parcel_no))
    return _Compared(_Row(*map(F, KEY)), there, arg_joiner=how)


def _kept_from(wanted: ParcelFilter, on: date, size: int) -> str:
    """What a mark was made for: under other conditions it says nothing."""
    return sha256(repr((wanted, on, size)).encode()).hexdigest()[:8]


def _mark(written: str, kept: str) -> Mark | None:
    """The mark of the address; None for none, or one made for another list."""
    parts = written.split("~", 3)
    if len(parts) != 4 or parts[1] != kept or not (parts[0].isascii() and parts[0].isdigit()):
        return None
    return Mark(max(int(parts[0][:9]), 1), parts[2], parts[3].replace("\0", ""))
