"""排序 of the list: what it can be sorted by, each way an index of its own.

Every way compares two columns that are never null and together differ from row to row, so that a
page can be read from where the one before it ended, at any depth. What is missing comes last,
whether one reads up or down.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.db.models import F, Lookup, Value
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
        reach: What the phase that holds on a day fulfils anyway, said so that the index is not
            read from its far end; None where nothing need be said.
    """

    columns: tuple[Column, Column]
    readers: tuple[Callable[[str], object], Callable[[str], object]]
    descending: bool
    reach: Callable[[date], Lookup[bool]] | None = None

    def by(self) -> list[OrderBy]:
        """What rows are ordered by."""
        return [c.desc() if self.descending else c.asc() for c in self.columns]

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
# A phase ends on its next date, or on the day after it where that is the last day to act.
_REACH: dict[tuple[str, bool], Callable[[date], Lookup[bool]]] = {
    ("stage_on", True): lambda on: LessThanOrEqual(F("stage_since"), on),
    ("next_on", False): lambda on: GreaterThanOrEqual(NEXT_UP, on),
}
SORTS = ("parcel_no", *_FIRST)
"""Names of the ways, as they stand in the URL; the first is the list's own."""


def sort_of(name: str, *, descending: bool) -> Sort:
    """The way of that name; the list's own for any other name."""
    if name not in _FIRST:
        return Sort((_REGION, _NUMBER), (_text, _text), descending)
    up, down, read = _FIRST[name]
    return Sort(
        columns=(down if descending else up, F("parcel_id")),
        readers=(read, _whole),
        descending=descending,
        reach=_REACH.get((name, descending)),
    )
