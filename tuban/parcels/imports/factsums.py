"""将登记: the facts that confirming an upload would record, added up by kind."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tuban.law.facts import FactKind
from tuban.parcels.imports import preview
from tuban.parcels.imports.changes import Change
from tuban.parcels.models import Upload
from tuban.values.area import TICKS_PER_M2, Area

LENS = "facts"


@dataclass(frozen=True, slots=True)
class KindSum:
    """Facts of one kind.

    Attributes:
        corrections: How many of them correct a stored fact.
        m2: Their area, exact; None for kinds without one.
    """

    kind: FactKind
    count: int
    corrections: int
    m2: Fraction | None


def fact_sums(upload: Upload) -> tuple[KindSum, ...]:
    """As the upload's preview keeps them, in the law's order; nothing while there is none."""
    return tuple(_kind_sum(kept) for kept in preview.told(upload, LENS))


class FactSums:
    """The lens of the facts themselves."""

    def __init__(self, on: date) -> None:
        del on  # a fact is recorded whatever the day
        self._counts: dict[FactKind, int] = defaultdict(int)
        self._corrections: dict[FactKind, int] = defaultdict(int)
        self._ticks: dict[FactKind, int] = defaultdict(int)

    def look(self, change: Change) -> None:
        """Counts the facts that bring the change about."""
        for fact in change.facts:
            self._counts[fact.kind] += 1
            self._corrections[fact.kind] += fact.supersedes is not None
            area: Area | None = getattr(fact.payload, "area", None)
            if area is not None:
                self._ticks[fact.kind] += area.ticks

    def tell(self) -> list[dict[str, Any]]:
        """A line for each kind, as `KindSum`."""
        return [
            {
                "kind": kind.value,
                "count": self._counts[kind],
                "corrections": self._corrections[kind],
                "m2": str(Fraction(self._ticks[kind], TICKS_PER_M2))
                if kind in self._ticks
                else None,
            }
            for kind in FactKind
            if kind in self._counts
        ]


def _kind_sum(kept: dict[str, Any]) -> KindSum:
    m2 = kept["m2"]
    known = {"kind": FactKind(kept["kind"]), "m2": None if m2 is None else Fraction(m2)}
    return KindSum(**{**kept, **known})
