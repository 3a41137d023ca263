"""Pages of the list at any depth: from the nearer end, or from where a page near by begins.

Skipping rows costs as much as reading them, so that page 15,000 of a million parcels would take
seconds by its number alone. Links between pages therefore say where the page they stand on begins
(`from`), and a page is read from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from django.db.models import BooleanField, Func, QuerySet, Value

from tuban.accounts.models import User
from tuban.core.timelimit import OutOfTime, time_limit
from tuban.parcels.models import ParcelPhase
from tuban.parcels.queries import ParcelFilter, lines, ordered
from tuban.parcels.sorting import Sort, sort_of
from tuban.web.paging import Pager

MOST_SKIPPED = 5_000
"""Rows skipped at most; a page farther from anything known is answered by the nearest in reach."""
FEW = 20_000
"""Rows that are sorted in less time than they are looked for in an index of everything."""
PATIENCE_MS = 500
"""How long rows that meet filters are looked for in the list's order."""


class _Row(Func):
    """(a, b) as SQL compares rows."""

    template = "(%(expressions)s)"


class _Compared(Func):
    """Two rows compared as `arg_joiner` says."""

    template = "%(expressions)s"
    output_field = BooleanField()


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a page begins: what its first row is sorted by."""

    page: int
    values: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page.

    Attributes:
        number: The page read; not the one asked for where that is out of reach.
        begins: `from` of links to pages near by; empty where there is no row.
        more: Whether rows follow.
    """

    rows: list[ParcelPhase]
    number: int
    begins: str
    more: bool


def read(
    user: User,
    rows: QuerySet[ParcelPhase],
    wanted: ParcelFilter,
    on: date,
    pages: Pager,
    written: str,
) -> Page:
    """The page the pager names, or the nearest in reach.

    Many rows are read in their order until the page is full. Of few, next to all rows of the
    record would be passed over for it: they are found first and sorted. Where it is not known how
    many meet the filters, reading in order is given up after a while.

    Args:
        user: Who asks.
        rows: Filtered, in no order (`queries.filtered`).
        pages: With the count of all rows where that is known.
        written: `from` of the address, empty for none.
    """
    sort = sort_of(wanted.sort, descending=wanted.descending)
    mark = _mark(written, _kept_from(wanted, on, pages.size), sort)
    number, near = _reachable(pages, mark)

    def taken(rows: QuerySet[ParcelPhase]) -> list[Any]:
        return _taken(rows, sort, pages, number, near)

    if pages.count is not None and pages.count <= FEW:
        found = taken(rows.order_by(*sort.by_sorting()))
    else:
        try:
            with time_limit(PATIENCE_MS if pages.count is None and wanted.narrows else None):
                found = taken(ordered(user, rows, wanted, on))
        except OutOfTime:
            found = taken(rows.order_by(*sort.by_sorting()))
    more = len(found) > pages.size if pages.count is None else number < pages.pages
    if near is not None and number < near.page:
        more = True
    shown = found[: pages.size]
    begins = _begins(shown[0], wanted, on, number, pages.size) if shown else ""
    return Page(shown, number, begins, more)


def _taken(
    rows: QuerySet[ParcelPhase], sort: Sort, pages: Pager, number: int, near: Mark | None
) -> list[Any]:
    """The rows of a page and, where it is not known how many there are, one of the next."""
    if near is not None and number >= near.page:
        skip = (number - near.page) * pages.size
        return _skipped(_from(rows, near, sort), sort, skip, pages.size)
    if near is not None:
        skip = (near.page - number - 1) * pages.size
        return _backwards(_before(rows, near, sort), sort, skip, pages.size)
    if pages.count is not None and number - 1 > pages.pages - number:
        behind = max(pages.count - number * pages.size, 0)
        size = min(pages.size, pages.count - (number - 1) * pages.size)
        return _backwards(rows, sort, behind, size)
    return _skipped(rows, sort, (number - 1) * pages.size, pages.size)


def _begins(row: Any, wanted: ParcelFilter, on: date, number: int, size: int) -> str:
    """`from` of the page of that number, which begins with the row."""
    return f"{number}~{_kept_from(wanted, on, size)}~{row.sorted_first}~{row.sorted_second}"


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


def _skipped(rows: QuerySet[ParcelPhase], sort: Sort, skip: int, size: int) -> list[Any]:
    return whole(rows.values("pk")[skip : skip + size + 1], sort)


def _backwards(rows: QuerySet[ParcelPhase], sort: Sort, skip: int, size: int) -> list[Any]:
    return whole(rows.reverse().values("pk")[skip : skip + size], sort)


def whole(chosen: QuerySet[ParcelPhase, Any], sort: Sort) -> list[Any]:
    """The chosen rows in the list's order, with what a line shows and what they are sorted by.

    Chosen by number alone: what is skipped and what is sorted stays narrow.
    """
    first, second = sort.columns
    rows = lines(ParcelPhase.objects.filter(pk__in=chosen))
    return list(rows.annotate(sorted_first=first, sorted_second=second).order_by(*sort.by()))


def _from(rows: QuerySet[ParcelPhase], mark: Mark, sort: Sort) -> QuerySet[ParcelPhase]:
    """Rows from the mark on, in the list's order."""
    return rows.filter(_is(" <= " if sort.descending else " >= ", mark, sort))


def _before(rows: QuerySet[ParcelPhase], mark: Mark, sort: Sort) -> QuerySet[ParcelPhase]:
    """Rows before the mark, in the list's order."""
    return rows.filter(_is(" > " if sort.descending else " < ", mark, sort))


def _is(how: str, mark: Mark, sort: Sort) -> _Compared:
    there = _Row(*map(Value, mark.values))
    return _Compared(_Row(*sort.columns), there, arg_joiner=how)


def _kept_from(wanted: ParcelFilter, on: date, size: int) -> str:
    """What a mark was made for: under other conditions it says nothing."""
    return sha256(repr((wanted, on, size)).encode()).hexdigest()[:8]


def _mark(written: str, kept: str, sort: Sort) -> Mark | None:
    """The mark of the address; None for none, or one made for another list."""
    parts = written.split("~", 3)
    if len(parts) != 4 or parts[1] != kept or not (parts[0].isascii() and parts[0].isdigit()):
        return None
    values = sort.read(parts[2:])
    return None if values is None else Mark(max(int(parts[0][:9]), 1), values)
