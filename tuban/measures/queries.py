"""Figures and what they are made of. Values per 旗区 are for every signed-in post; rows are not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from tuban.accounts.access import region_codes
from tuban.accounts.models import User
from tuban.core.errors import DomainError
from tuban.instruments.models import TargetRole
from tuban.instruments.queries import targets_on
from tuban.measures.definitions import Basis, Measure, measure, with_area
from tuban.measures.models import LightRule
from tuban.parcels.access import Absent
from tuban.parcels.models import ParcelPhase
from tuban.regions.models import Region

CITY = "city"
_YEARS = frozenset(str(year) for year in range(1949, 2151))


@dataclass(frozen=True, slots=True)
class TargetFigure:
    """A target as printed and in m²."""

    printed: str
    unit: str
    area_m2: Fraction | None
    target_id: int
    provisional: bool
    instrument: str
    instrument_id: int


def targets(*codes: str, on: date) -> dict[tuple[str, str, int | None, str], TargetFigure]:
    """Targets in force on the day by (measure, region code, year, role).

    Which of several plans binds is said in `tuban.instruments.inforce`.
    """
    return {
        (row.measure_code, row.region_id, row.year, row.role): TargetFigure(
            printed=row.printed,
            unit=row.unit,
            area_m2=None if row.area_m2 is None else Fraction(row.area_m2),
            target_id=row.pk,
            provisional=row.provisional,
            instrument=str(row.instrument),
            instrument_id=row.instrument_id,
        )
        for row in targets_on(on, Q(measure_code__in=codes))
    }


def yellow_points(regions: Iterable[Region]) -> Mapping[str, Fraction]:
    """黄灯幅度 per region: its own rule, else its city's, else the product's default of 10."""
    rules = {rule.region_id: Fraction(rule.yellow_points) for rule in LightRule.objects.all()}
    return {
        region.code: rules.get(region.code, rules.get(region.parent_id or "", Fraction(10)))
        for region in regions
    }


def _summed(item: Measure, rows: QuerySet[Any]) -> tuple[Fraction, Fraction, int]:
    """m² of the rows, m² of those resting on unreviewed facts, and their number, in one query."""
    found = rows.order_by().aggregate(
        total=Sum(item.column),
        unreviewed=Sum(item.column, filter=Q(unreviewed=True)),
        count=Count("*"),
    )
    return Fraction(found["total"] or 0), Fraction(found["unreviewed"] or 0), found["count"]


@dataclass(frozen=True, slots=True)
class Contributions:
    """What one figure is made of.

    Attributes:
        rows: Phases with `area_m2`, `parcel` selected, largest first.
        total_m2: Their exact sum, the figure itself.
        unreviewed_m2: What of it rests on facts not yet reviewed.
    """

    measure: Measure
    region: Region
    on: date
    first: date | None
    last: date | None
    rows: QuerySet[Any]
    total_m2: Fraction
    unreviewed_m2: Fraction
    count: int

    @property
    def unreviewed_share(self) -> Fraction | None:
        """未复核 share of the figure; None when the figure is zero."""
        return self.unreviewed_m2 / self.total_m2 if self.total_m2 else None


class PeriodRefused(DomainError):
    """The period of a figure cannot be read."""

    def __init__(self, period: str) -> None:
        super().__init__(
            f"时期“{period}”无法识别。",
            code="period",
            kind="invalid",
            place="period",
            remedy="请写四位年份，例如 2024。",
        )


def contributions(
    user: User, code: str, *, region_code: str, period: str, on: date
) -> Contributions:
    """The rows behind a figure, for posts whose scope covers its region.

    Args:
        period: Four-digit year for a flow; ignored for a stock.

    Raises:
        UnknownMeasure: No such measure.
        Absent: The region is unknown or outside the post's scope.
        PeriodRefused: The period is not a year.
    """
    item = measure(code)
    scope = region_codes(user)
    region = Region.objects.filter(code=region_code, code__in=scope).first()
    if region is None:
        raise Absent("个地区的明细")
    covered = Region.objects.filter(Q(code=region.code) | Q(parent=region)).values("code")
    phases = ParcelPhase.objects.filter(region__in=covered)
    first = last = None
    if item.basis is Basis.STOCK:
        rows = item.rows_on(phases, on)
    else:
        if period not in _YEARS:
            raise PeriodRefused(period)
        first, last = date(int(period), 1, 1), min(date(int(period), 12, 31), on)
        rows = item.rows_during(phases, first, last)
    total_m2, unreviewed_m2, count = _summed(item, rows)
    return Contributions(
        measure=item,
        region=region,
        on=on,
        first=first,
        last=last,
        rows=with_area(item, rows)
        .select_related("parcel", "region")
        .defer("parcel__geometry")
        .order_by("-area_m2", "parcel_id", "starts_on"),
        total_m2=total_m2,
        unreviewed_m2=unreviewed_m2,
        count=count,
    )


def annual_target_role(region: Region) -> str:
    """Where a region's yearly target stands in the printed table."""
    return TargetRole.TOTAL if region.level == CITY else TargetRole.CELL
