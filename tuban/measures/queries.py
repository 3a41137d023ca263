"""Figures and what they are made of. Values per 旗区 are for every signed-in post; rows are not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from django.db.models import Case, DateField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import ExtractYear, TruncMonth

from tuban.accounts.access import region_codes
from tuban.accounts.models import User
from tuban.core.errors import DomainError
from tuban.instruments.models import Target, TargetRole
from tuban.measures.definitions import Basis, Measure, holds_on, measure, with_area
from tuban.measures.models import LightRule
from tuban.parcels.access import Absent
from tuban.parcels.models import ParcelPhase
from tuban.regions.models import Region

CITY = "city"


def stocks(codes: Iterable[str], on: date) -> dict[str, dict[str, Fraction]]:
    """存量 by measure code and region code on a day, in one query.

    Regions where nothing is counted are absent from the inner mapping: callers show 0 only where
    the ledger has rows at all.
    """
    measures = [measure(code) for code in codes]
    scope = Q()
    for item in measures:
        scope |= item.scope
    rows = (
        ParcelPhase.objects.filter(scope, holds_on(on))
        .values("region_id")
        .annotate(**{item.code: Sum(item.column, filter=item.scope) for item in measures})
        .order_by()
    )
    found: dict[str, dict[str, Fraction]] = {item.code: {} for item in measures}
    for row in rows:
        for item in measures:
            if row[item.code] is not None:
                found[item.code][row["region_id"]] = Fraction(row[item.code])
    return found


def flows_by_year(code: str, on: date) -> dict[tuple[str, int], Fraction]:
    """当年完成 by (region code, year), up to and including the as-of day."""
    item = measure(code)
    rows = (
        ParcelPhase.objects.filter(item.scope, starts_on__lte=on)
        .annotate(year=ExtractYear("starts_on"))
        .values("region_id", "year")
        .annotate(total=Sum(item.column))
        .order_by()
    )
    return {(row["region_id"], row["year"]): Fraction(row["total"]) for row in rows}


def stock_curve(code: str, first: date, on: date) -> list[tuple[date, Fraction]]:
    """存量 of the city on `first`, a month's last day, at each month's end since, and on `on`.

    One pass: every phase in scope adds its area in the month it begins and takes it away in the
    month it ends.
    """
    item = measure(code)

    def changes(field: str) -> dict[date, Fraction]:
        moved = (
            ParcelPhase.objects.filter(item.scope, starts_on__lte=on)
            .filter(**{f"{field}__lte": on})
            .annotate(
                month=Case(
                    When(**{f"{field}__lte": first}, then=Value(first)),
                    default=TruncMonth(field),
                    output_field=DateField(),
                )
            )
            .values("month")
            .annotate(total=Sum(item.column))
            .order_by()
        )
        return {row["month"]: Fraction(row["total"]) for row in moved}

    begun, ended = changes("starts_on"), changes("ends_on")
    level = begun.get(first, Fraction(0)) - ended.get(first, Fraction(0))
    points = [(first, level)]
    month = _next_month(first.replace(day=1))
    while month <= on:
        level += begun.get(month, Fraction(0)) - ended.get(month, Fraction(0))
        points.append((min(_next_month(month) - timedelta(days=1), on), level))
        month = _next_month(month)
    return points


def _next_month(first_day: date) -> date:
    return date(first_day.year + first_day.month // 12, first_day.month % 12 + 1, 1)


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


def targets(code: str) -> dict[tuple[str, int | None, str], TargetFigure]:
    """Targets in force of a measure by (region code, year, role); the newest version wins."""
    rows = (
        Target.objects.filter(measure_code=code)
        .select_related("instrument")
        .order_by("version", "instrument__issued_on", "pk")
    )
    return {
        (row.region_id, row.year, row.role): TargetFigure(
            printed=row.printed,
            unit=row.unit,
            area_m2=None if row.area_m2 is None else Fraction(row.area_m2),
            target_id=row.pk,
            provisional=row.provisional,
            instrument=str(row.instrument),
            instrument_id=row.instrument_id,
        )
        for row in rows
    }


def yellow_points(regions: Iterable[Region]) -> Mapping[str, Fraction]:
    """黄灯幅度 per region: its own rule, else its city's, else the product's default of 10."""
    rules = {rule.region_id: Fraction(rule.yellow_points) for rule in LightRule.objects.all()}
    return {
        region.code: rules.get(region.code, rules.get(region.parent_id or "", Fraction(10)))
        for region in regions
    }


@dataclass(frozen=True, slots=True)
class Contributions:
    """What one figure is made of.

    Attributes:
        rows: Phases with `area_m2`, `parcel` selected, largest first.
        total_m2: Their exact sum, the figure itself.
    """

    measure: Measure
    region: Region
    on: date
    first: date | None
    last: date | None
    rows: QuerySet[ParcelPhase]
    total_m2: Fraction
    count: int


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
        if not (period.isascii() and period.isdigit() and len(period) == 4):
            raise PeriodRefused(period)
        first, last = date(int(period), 1, 1), min(date(int(period), 12, 31), on)
        rows = item.rows_during(phases, first, last)
    summed = rows.aggregate(total=Sum(item.column))["total"]
    return Contributions(
        measure=item,
        region=region,
        on=on,
        first=first,
        last=last,
        rows=with_area(item, rows)
        .select_related("parcel", "region")
        .order_by("-area_m2", "parcel_id", "starts_on"),
        total_m2=Fraction(summed or Decimal(0)),
        count=rows.count(),
    )


def city_totals(by_region: Mapping[str, Fraction]) -> Fraction:
    """计算数 of the city: the exact sum of its regions."""
    return sum(by_region.values(), Fraction(0))


def by_year(flows: Mapping[tuple[str, int], Fraction]) -> dict[int, Fraction]:
    """City totals of a flow by year."""
    totals: dict[int, Fraction] = defaultdict(Fraction)
    for (_, year), area in flows.items():
        totals[year] += area
    return dict(totals)


def annual_target_role(region: Region) -> str:
    """Where a region's yearly target stands in the printed table."""
    return TargetRole.TOTAL if region.level == CITY else TargetRole.CELL
