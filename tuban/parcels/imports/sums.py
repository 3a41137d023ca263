"""各阶段登记前后: areas and counts by 旗区 and stage, before and after confirming an upload.

Areas are taken as the phases would store them, so that what is shown before is to the last digit
what is found afterwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q, Sum

from tuban.law.timeline import Period, Stage
from tuban.parcels.imports import preview
from tuban.parcels.imports.changes import Change, on_day
from tuban.parcels.models import ParcelPhase, Upload
from tuban.parcels.phases import AREA_OF_STAGE, SUPPLIED
from tuban.regions.models import Region
from tuban.values.area import m2_decimal

LENS = "sums"
_COLUMNS = sorted({SUPPLIED, *AREA_OF_STAGE.values()})


@dataclass(frozen=True, slots=True)
class SumLine:
    """One stage of one 旗区, all its parcels.

    Attributes:
        before_m2: Area the stage is about; None when parcels are in it and no area is known.
        after_m2: The same after confirming.
    """

    region_code: str
    region_name: str
    stage: Stage
    before_m2: Fraction | None
    after_m2: Fraction | None
    before_count: int
    after_count: int


def sums(upload: Upload) -> tuple[SumLine, ...]:
    """The upload's preview by 旗区 and stage; nothing while there is none.

    Only 旗区 the upload changes, in their usual order; every stage that has a parcel before or
    after, in the law's order.
    """
    return tuple(_line_of(kept) for kept in preview.told(upload, LENS))


@dataclass(slots=True)
class _Pile:
    """Parcels of one stage: how many, how many of them with a known area, and its sum."""

    count: int = 0
    known: int = 0
    total: Fraction = Fraction(0)

    def add(self, m2: Fraction | None, sign: int) -> None:
        self.count += sign
        if m2 is not None:
            self.known += sign
            self.total += sign * m2

    @property
    def m2(self) -> Fraction | None:
        return None if self.count and not self.known else self.total


_Piles = dict[tuple[str, Stage], _Pile]


class StageSums:
    """The lens of the stages: what leaves one and enters another."""

    def __init__(self, on: date) -> None:
        self._on = on
        self._moved: _Piles = defaultdict(_Pile)

    def look(self, change: Change) -> None:
        """Takes the parcel out of its stage and puts it into its new one."""
        for periods, sign in ((change.before, -1), (change.after, 1)):
            now = on_day(periods, self._on)
            if now is not None:
                self._moved[change.region_code, now.stage].add(_area(now), sign)

    def tell(self) -> list[dict[str, Any]]:
        """A line for each stage, as `SumLine`."""
        codes = {code for code, _ in self._moved}
        standing = _standing(codes, self._on)
        regions = Region.objects.filter(code__in=codes).defer("boundary").order_by("sort", "code")
        return [line for region in regions for line in self._lines(region, standing)]

    def _lines(self, region: Region, standing: _Piles) -> Iterator[dict[str, Any]]:
        for stage in Stage:
            was = standing.get((region.code, stage), _Pile())
            by = self._moved.get((region.code, stage), _Pile())
            then = _Pile(was.count + by.count, was.known + by.known, was.total + by.total)
            if was.count or then.count:
                yield {
                    "region_code": region.code,
                    "region_name": region.name,
                    "stage": stage.value,
                    "before_m2": _text(was.m2),
                    "after_m2": _text(then.m2),
                    "before_count": was.count,
                    "after_count": then.count,
                }


def _line_of(kept: dict[str, Any]) -> SumLine:
    read = {
        "stage": Stage(kept["stage"]),
        "before_m2": _number(kept["before_m2"]),
        "after_m2": _number(kept["after_m2"]),
    }
    return SumLine(**{**kept, **read})


def _text(m2: Fraction | None) -> str | None:
    return None if m2 is None else str(m2)


def _number(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def _standing(codes: Iterable[str], today: date) -> _Piles:
    """Stages of the regions as they stand, in one query."""
    rows = (
        ParcelPhase.objects.filter(
            Q(ends_on=None) | Q(ends_on__gt=today), region__in=codes, starts_on__lte=today
        )
        .values("region_id", "stage")
        .annotate(
            count=Count("*"),
            **{f"{name}_sum": Sum(name) for name in _COLUMNS},
            **{f"{name}_known": Count(name) for name in _COLUMNS},
        )
        .order_by()
    )
    piles: _Piles = {}
    row: Any  # its columns are named above, one by one
    for row in rows:
        stage = Stage(row["stage"])
        column = AREA_OF_STAGE.get(stage, SUPPLIED)
        piles[row["region_id"], stage] = _Pile(
            row["count"], row[f"{column}_known"], Fraction(row[f"{column}_sum"] or 0)
        )
    return piles


def _area(period: Period) -> Fraction | None:
    """The area the period's stage is about, to the places the phases store."""
    m2 = m2_decimal(getattr(period, AREA_OF_STAGE.get(period.stage, SUPPLIED)))
    return None if m2 is None else Fraction(m2)
