"""自取数以来的变化: what today's knowledge says about the same day, beside what was frozen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db import connection
from django.db.models import Q, Sum

from tuban.accounts.access import region_codes
from tuban.accounts.models import User
from tuban.bulletins.freeze import Cut
from tuban.bulletins.models import Bulletin, Figure
from tuban.law.timeline import Stage
from tuban.measures.models import Grain, MeasureChange
from tuban.parcels.models import Fact, Parcel, ParcelPhase
from tuban.regions.models import Level

Key = tuple[str, str, str]
"""Measure code, region code, period."""

_DIFFERENCES = """
    WITH frozen AS (
        SELECT parcel_id, starts_on, stage, m2, fact_ids
          FROM bulletins_figurepart WHERE figure_id = ANY(%s)
    ), present AS (
        SELECT parcel_id, starts_on, stage, m2, fact_ids
          FROM ({rows}) AS x (parcel_id, starts_on, stage, flags, m2, fact_ids)
    )
    SELECT parcel_id, starts_on, f.stage, p.stage, f.m2, p.m2
      FROM frozen f FULL JOIN present p USING (parcel_id, starts_on)
     WHERE f.m2 IS DISTINCT FROM p.m2 OR f.fact_ids IS DISTINCT FROM p.fact_ids
     ORDER BY abs(coalesce(p.m2, 0) - coalesce(f.m2, 0)) DESC, parcel_id, starts_on
"""


@dataclass(frozen=True, slots=True)
class Change:
    """A figure whose present value differs from the frozen one."""

    figure: Figure
    now_m2: Fraction

    @property
    def by_m2(self) -> Fraction:
        """Present less frozen."""
        return self.now_m2 - Fraction(self.figure.m2)


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed of a whole bulletin.

    Attributes:
        figures: Those that differ, the largest difference first.
        facts: Facts recorded since in the bulletin's region.
    """

    figures: tuple[Change, ...]
    facts: int


@dataclass(frozen=True, slots=True)
class MovedPart:
    """A phase that is counted otherwise today than when the figure was frozen.

    Attributes:
        frozen_m2: None where it was not counted; `present_m2` likewise.
        facts: Facts about the parcel recorded since, oldest first; none where a batch was
            withdrawn or the rules of law changed.
    """

    parcel: Parcel
    starts_on: date
    stage: Stage
    frozen_m2: Fraction | None
    present_m2: Fraction | None
    facts: tuple[Fact, ...]

    @property
    def by_m2(self) -> Fraction:
        """Present less frozen, what is not counted being nothing."""
        return (self.present_m2 or Fraction(0)) - (self.frozen_m2 or Fraction(0))


def present_values(bulletin: Bulletin) -> Mapping[Key, Fraction]:
    """Every figure of the bulletin as the record stands now, for the same day; one query.

    Read from the log of changes, which the database keeps in step with the phases; by days, since
    a period may begin within a month.
    """
    year = date(bulletin.on.year, 1, 1)
    rows = (
        MeasureChange.objects.filter(
            measure_code__in=list(bulletin.definitions), on__lte=bulletin.on
        )
        .exclude(grain=Grain.MONTH)
        .values("measure_code", "region_id", "region__parent_id")
        .annotate(
            stock=Sum("m2"),
            year=Sum("m2", filter=Q(on__gte=year)),
            period=Sum("m2", filter=Q(on__gte=bulletin.first)),
        )
        .order_by()
    )
    found: dict[Key, Fraction] = defaultdict(Fraction)
    of_year, of_period = str(year.year), f"{bulletin.first}/{bulletin.on}"
    for row in rows:
        code = row["measure_code"]
        for region in filter(None, (row["region_id"], row["region__parent_id"])):
            found[code, region, ""] += Fraction(row["stock"])
            found[code, region, of_year] += Fraction(row["year"] or 0)
            found[code, region, of_period] += Fraction(row["period"] or 0)
    return found


def changes_since(bulletin: Bulletin) -> Changes:
    """Figures that would be other today, and how many facts came in since."""
    now = present_values(bulletin)
    figures = bulletin.figures.select_related("region")
    changed = [
        Change(figure, now.get(key_of(figure), Fraction(0)))
        for figure in figures
        if now.get(key_of(figure), Fraction(0)) != figure.m2
    ]
    facts = Fact.objects.filter(pk__gt=bulletin.last_fact_id)
    within = Q(parcel__region=bulletin.region_id) | Q(parcel__region__parent=bulletin.region_id)
    return Changes(
        figures=tuple(sorted(changed, key=lambda change: -abs(change.by_m2))),
        facts=facts.filter(within).count(),
    )


def key_of(figure: Figure) -> Key:
    """How figures are told apart within a bulletin."""
    return figure.measure_code, figure.region_id, figure.period


def moved_parts(user: User, figure: Figure) -> tuple[MovedPart, ...]:
    """Phases the figure counts otherwise today, largest difference first; the post's own only."""
    scope = region_codes(user)
    made_of = [part for part in made_of_figures(figure) if part.region_id in scope]
    if not made_of:
        return ()
    on = figure.bulletin.on
    regions = [part.region_id for part in made_of]
    cut = Cut(figure.measure_code, figure.period, figure.first)
    rows = cut.rows(ParcelPhase.objects.filter(region__in=regions), on)
    sql, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENCES.format(rows=sql), [[part.pk for part in made_of], *params])
        found = cursor.fetchall()
    parcels = Parcel.objects.select_related("region").in_bulk([row[0] for row in found])
    facts = _facts_since(parcels, figure.bulletin.last_fact_id)
    return tuple(
        MovedPart(
            parcel=parcels[parcel_id],
            starts_on=starts_on,
            stage=Stage(was or now),
            frozen_m2=None if before is None else Fraction(before),
            present_m2=None if after is None else Fraction(after),
            facts=tuple(facts.get(parcel_id, ())),
        )
        for parcel_id, starts_on, was, now, before, after in found
    )


def made_of_figures(figure: Figure) -> list[Figure]:
    """The figures that hold its parts: itself, or those of the 旗区 for the city."""
    if figure.region.level != Level.CITY:
        return [figure]
    return list(
        Figure.objects.filter(
            bulletin=figure.bulletin_id,
            measure_code=figure.measure_code,
            period=figure.period,
            region__parent=figure.region_id,
        )
        .select_related("region")
        .order_by("region__sort", "region__code")
    )


def _facts_since(parcels: Iterable[int], last_fact_id: int) -> dict[int, list[Fact]]:
    found: dict[int, list[Fact]] = defaultdict(list)
    for fact in Fact.objects.filter(parcel__in=list(parcels), pk__gt=last_fact_id).order_by("pk"):
        found[fact.parcel_id].append(fact)
    return found
