"""指标变动: read as sums by month, folded, and proved against the phases they come from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from django.core.cache import cache
from django.db import connection
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from tuban.measures.definitions import MEASURES, Basis, Measure
from tuban.measures.models import Grain, MeasureChange
from tuban.parcels.models import ParcelPhase
from tuban.parcels.queries import record_mark

Months = dict[date, Decimal]
"""First day of month → m²; sums of numeric(20,6), exact in the 28 digits of a Decimal."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes of some measures up to a day: code → region code → first day of month → m².

    Attributes:
        unreviewed_by_code: What of them rests on facts nobody has reviewed.
    """

    on: date
    by_code: dict[str, dict[str, Months]]
    unreviewed_by_code: dict[str, dict[str, Months]]

    @property
    def unreviewed(self) -> Changes:
        """未复核: the same changes as far as they rest on unreviewed facts."""
        return Changes(self.on, self.unreviewed_by_code, {})

    def stock(self, code: str) -> dict[str, Fraction]:
        """存量 on the day by region code."""
        return {
            region: Fraction(sum(months.values(), Decimal(0)))
            for region, months in self.by_code.get(code, {}).items()
        }

    def flow(self, code: str) -> dict[tuple[str, int], Fraction]:
        """当年完成 by (region code, year), up to the day."""
        found: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
        for region, months in self.by_code.get(code, {}).items():
            for month, m2 in months.items():
                found[region, month.year] += m2
        return {key: Fraction(m2) for key, m2 in found.items()}

    def curve(self, code: str, first: date) -> list[tuple[date, Fraction]]:
        """存量 of all regions on `first`, a month's last day, at month ends since, on the day."""
        months: Months = defaultdict(Decimal)
        for changed in self.by_code.get(code, {}).values():
            for month, m2 in changed.items():
                months[month] += m2
        level = sum((m2 for month, m2 in months.items() if month <= first), Decimal(0))
        points = [(first, Fraction(level))]
        month = _next_month(first)
        while month <= self.on:
            level += months.get(month, Decimal(0))
            day = min(_next_month(month) - timedelta(days=1), self.on)
            points.append((day, Fraction(level)))
            month = _next_month(month)
        return points


def changes(codes: Iterable[str], on: date) -> Changes:
    """Changes of the measures up to and including the day, remembered until the record changes."""
    wanted = sorted(codes)
    key = f"measure-changes:{','.join(wanted)}:{on.isoformat()}:{record_mark()}"
    found: Changes | None = cache.get(key)
    if found is None:
        found = read_changes(wanted, on)
        cache.set(key, found)
    return found


def read_changes(codes: Iterable[str], on: date) -> Changes:
    """Changes of the measures up to and including the day, as they stand in the log; one query."""
    rows = (
        MeasureChange.objects.filter(_up_to(on), measure_code__in=list(codes))
        .values("measure_code", "region_id", month=TruncMonth("on"))
        .annotate(total=Sum("m2"), unreviewed=Sum("unreviewed_m2"))
        .order_by()
    )
    found: dict[str, dict[str, Months]] = defaultdict(lambda: defaultdict(dict))
    unreviewed: dict[str, dict[str, Months]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        code, region, month = row["measure_code"], row["region_id"], row["month"]
        found[code][region][month] = row["total"]
        unreviewed[code][region][month] = row["unreviewed"]
    return Changes(
        on,
        {code: dict(regions) for code, regions in found.items()},
        {code: dict(regions) for code, regions in unreviewed.items()},
    )


def _up_to(on: date) -> Q:
    """Rows that add up to all changes until the day: whole months, the days since, entries."""
    month = on.replace(day=1)
    return (
        Q(grain=Grain.MONTH, on__lt=month)
        | Q(grain=Grain.DAY, on__gte=month, on__lte=on)
        | Q(grain=Grain.ENTRY, on__lte=on)
    )


_FOLD = """
    WITH gone AS (
        DELETE FROM measures_measurechange
        RETURNING measure_code, region_id, "on", grain, m2, unreviewed_m2
    ), days AS (
        SELECT measure_code, region_id, "on", sum(m2) AS m2, sum(unreviewed_m2) AS unreviewed_m2
          FROM gone WHERE grain <> 'month' GROUP BY measure_code, region_id, "on"
        HAVING sum(m2) <> 0 OR sum(unreviewed_m2) <> 0
    )
    INSERT INTO measures_measurechange (measure_code, region_id, "on", grain, m2, unreviewed_m2)
    SELECT measure_code, region_id, "on", 'day', m2, unreviewed_m2 FROM days
    UNION ALL
    SELECT measure_code, region_id, date_trunc('month', "on")::date, 'month', sum(m2),
           sum(unreviewed_m2)
      FROM days GROUP BY 1, 2, 3 HAVING sum(m2) <> 0 OR sum(unreviewed_m2) <> 0
"""


def fold() -> int:
    """Folds the log to one row a measure, region and day, and months beside them; rows left.

    Nothing is done where nothing was appended. One statement: changes recorded meanwhile by others
    stay as they are and are folded next time.
    """
    if not MeasureChange.objects.filter(grain=Grain.ENTRY).exists():
        return MeasureChange.objects.count()
    with connection.cursor() as cursor:
        cursor.execute(_FOLD)
        return cursor.rowcount


def wrong_codes(on: date) -> list[str]:
    """Measures whose changes up to the day do not add up to their phases; none is right."""
    logged = read_changes(MEASURES, on)
    wrong = []
    for code, item in MEASURES.items():
        phases = ParcelPhase.objects.all()
        rows = (
            item.rows_on(phases, on)
            if item.basis is Basis.STOCK
            else item.rows_during(phases, date.min, on)
        )
        if _known(_summed(item, rows)) != _known(logged.stock(code)) or _known(
            _summed(item, rows.filter(unreviewed=True))
        ) != _known(logged.unreviewed.stock(code)):
            wrong.append(code)
    return wrong


def _summed(item: Measure, rows: QuerySet[ParcelPhase]) -> dict[str, Fraction]:
    found = rows.values("region_id").annotate(total=Sum(item.column)).order_by()
    return {row["region_id"]: Fraction(row["total"]) for row in found}


def _known(by_region: dict[str, Fraction]) -> dict[str, Fraction]:
    return {region: m2 for region, m2 in by_region.items() if m2}


def _next_month(day: date) -> date:
    """First day of the month after the day's."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
