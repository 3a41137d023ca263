"""排序 of the list: what it can be sorted by, each way an index of its own.

Every way compares two columns that are never null and together differ from row to row, so that a
page can be read from where the one before it ended, at any depth. What is missing comes last,
whether one reads up or down.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.db.models import F, Func, Lookup, TextField, Value
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual

Column = F | Coalesce

AREA_UP = Coalesce("approved_m2", Value(Decimal(10**14)))
AREA_DOWN = Coalesce("approved_m2", Value(Decimal(-1)))
NEXT_UP = Coalesce("next_on", Value(date.max))
NEXT_DOWN = Coalesce("next_on", Value(date.min))

_MOST_DIGITS = 18


def _text(written: str) -> str:
    return written.replace("\0", "")


def _whole(written: str) -> int:
    if not (written.isascii() and written.isdigit() and len(written) <= _MOST_DIGITS):
        raise ValueError(written)
    return int(written)


def _area(written: str) -> Decimal:
    try:
        area = Decimal(written)
    except InvalidOperation as error:
        raise ValueError(written) from error
    if not area.is_finite() or abs(area.adjusted()) > _MOST_DIGITS:
        raise ValueError(written)
    return area


@dataclass(frozen=True, slots=True)
class Sort:
    """One way the list is sorted, in one direction.

    Attributes:
        columns: Two of `ParcelPhase`, never null, together different from row to row.
        readers: Read the columns' values back from an address; ValueError for what is none.
        reach: What the phases that hold on a day in some regions fulfil anyway, said so that the
            index is not read from its far end.
        apart: The first column's value by an expression that leads to no index.
    """

    columns: tuple[Column, Column]
    readers: tuple[Callable[[str], object], Callable[[str], object]]
    descending: bool
    reach: Callable[[date, AbstractSet[str]], tuple[Lookup[bool], ...]]
    apart: Func

    def by(self) -> list[OrderBy]:
        """What rows are ordered by."""
        return [c.desc() if self.descending else c.asc() for c in self.columns]

    def by_sorting(self) -> list[OrderBy]:
        """The same order, which no index has: the rows are found by their filters and sorted."""
        columns = (self.apart, self.columns[1])
        return [c.desc() if self.descending else c.asc() for c in columns]

    def read(self, written: Sequence[str]) -> tuple[object, ...] | None:
        """The columns' values as an address has them; None for what is none."""
        try:
            return tuple(read(text) for read, text in zip(self.readers, written, strict=True))
        except ValueError:
            return None


# By the parcel's own columns, so that a page of the whole ledger is read from their index.
_REGION, _NUMBER = F("parcel__region_id"), F("parcel__parcel_no")
# Up, down, and how the first column's value is read back; the second is the parcel.
_FIRST: dict[str, tuple[Column, Column, Callable[[str], object]]] = {
    "area": (AREA_UP, AREA_DOWN, _area),
    "stage_on": (F("stage_since"), F("stage_since"), date.fromisoformat),
    "next_on": (NEXT_UP, NEXT_DOWN, date.fromisoformat),
}


def _begun(on: date, regions: AbstractSet[str]) -> tuple[Lookup[bool], ...]:
    return (LessThanOrEqual(F("stage_since"), on),)


def _to_come(on: date, regions: AbstractSet[str]) -> tuple[Lookup[bool], ...]:
    """A phase ends on its next date, or on the day after it where that is the last day to act."""
    return (GreaterThanOrEqual(NEXT_UP, on),)


def _between(on: date, regions: AbstractSet[str]) -> tuple[Lookup[bool], ...]:
    if not regions:
        return ()
    return GreaterThanOrEqual(_REGION, min(regions)), LessThanOrEqual(_REGION, max(regions))


def _anywhere(on: date, regions: AbstractSet[str]) -> tuple[Lookup[bool], ...]:
    return ()


_REACH = {("stage_on", True): _begun, ("next_on", False): _to_come}
SORTS = ("parcel_no", *_FIRST)
"""Names of the ways, as they stand in the URL; the first is the list's own."""


def sort_of(name: str, *, descending: bool) -> Sort:
    """The way of that name; the list's own for any other name."""
    if name not in _FIRST:
        # The phase's own region is the parcel's.
        region = _same(F("region_id"), "|| ''")
        return Sort((_REGION, _NUMBER), (_text, _text), descending, _between, region)
    up, down, read = _FIRST[name]
    first = down if descending else up
    return Sort(
        columns=(first, F("parcel_id")),
        readers=(read, _whole),
        descending=descending,
        reach=_REACH.get((name, descending), _anywhere),
        apart=_same(first, "+ 0"),
    )


def _same(column: Column, nothing: str) -> Func:
    """The column's value with nothing added, which no index knows."""
    return Func(column, template=f"(%(expressions)s {nothing})", output_field=TextField())
