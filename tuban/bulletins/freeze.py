"""冻结: takes a bulletin's figures together with every phase they are made of.

All parts are written by one statement, so they are one snapshot of the record, and every figure is
the sum of the parts that were written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BigIntegerField, Case, Count, F, Q, QuerySet, Sum, Value, When
from django.db.models.expressions import RawSQL

from tuban.bulletins.models import Bulletin, Figure, FigurePart
from tuban.bulletins.paper import period_key
from tuban.bulletins.topics import topics
from tuban.core import clock
from tuban.measures.definitions import MEASURES, Basis, measure
from tuban.measures.models import LightRule
from tuban.measures.queries import TargetFigure, annual_target_role, targets, yellow_points
from tuban.parcels.models import Fact, ParcelPhase
from tuban.regions.models import Level, Region
from tuban.values.area import Unit, format_area, m2_decimal

_FACT_IDS = """
    ARRAY(SELECT cited.id::bigint
            FROM jsonb_path_query(parcels_parcelphase.grounds, '$[*].fact_ids[*]') AS cited(id))
"""
_WRITE_PARTS = """
    INSERT INTO bulletins_figurepart
           (parcel_id, starts_on, stage, flags, m2, fact_ids, figure_id, unreviewed)
    SELECT x.*, EXISTS (SELECT FROM unnest(x.fact_ids) AS cited(id)
                         WHERE NOT EXISTS (SELECT FROM parcels_factreview r
                                            WHERE r.fact_id = cited.id))
      FROM ({rows}) AS x (parcel_id, starts_on, stage, flags, m2, fact_ids, figure_id)
"""
# Columns of a counted phase, as the statement above and `since` read them.
_COLUMNS = ("parcel_id", "starts_on", "stage", "flags", "m2", "fact_ids")


@dataclass(frozen=True, slots=True)
class Cut:
    """One measure over one time: a stock on the day, or a flow since `first`."""

    code: str
    period: str = ""
    first: date | None = None

    def rows(self, phases: QuerySet[ParcelPhase], on: date) -> QuerySet[Any]:
        """The phases it counts: parcel, start, stage, flags, m², cited facts."""
        item = measure(self.code)
        if self.first is None:
            counted = item.rows_on(phases, on)
        else:
            counted = item.rows_during(phases, self.first, on)
        fact_ids = RawSQL(_FACT_IDS, (), ArrayField(BigIntegerField()))
        counted = counted.order_by().annotate(m2=F(item.column), fact_ids=fact_ids)
        return counted.values_list(*_COLUMNS)

    def rows_of(self, figures: Iterable[Figure], on: date) -> QuerySet[Any]:
        """The same with the figure each phase belongs to.

        The figure is told by a CASE, not by a join: the database knows nothing yet of figures
        just written, and would look through all phases for each of them.
        """
        of = {f.region_id: f.pk for f in figures if self.names(f)}
        phases = ParcelPhase.objects.filter(region__in=of)
        figure = Case(
            *(When(region=region, then=Value(pk)) for region, pk in of.items()),
            output_field=BigIntegerField(),
        )
        return self.rows(phases, on).annotate(figure=figure).values_list(*_COLUMNS, "figure")

    def names(self, figure: Figure) -> bool:
        """Whether the figure is one of this measure and time."""
        return (figure.measure_code, figure.period) == (self.code, self.period)


def cuts(subject_keys: list[str], first: date, on: date) -> Iterator[Cut]:
    """What a bulletin counts of each subject: stock, what lies beside it, the year, 本期."""
    for topic in topics(subject_keys):
        yield Cut(topic.stock)
        if topic.beside:
            yield Cut(topic.beside)
        yield Cut(topic.flow, str(on.year), date(on.year, 1, 1))
        yield Cut(topic.flow, period_key(first, on), first)


def regions_of(bulletin: Bulletin) -> list[Region]:
    """The city and its 旗区 in order: figures are taken for all of them."""
    city = bulletin.region.parent_id or bulletin.region_id
    regions = Region.objects.filter(Q(code=city) | Q(parent=city)).defer("boundary")
    return list(regions.order_by("sort", "code"))


def take_figures(bulletin: Bulletin) -> None:
    """Takes the figures anew, with their parts; what was taken before goes.

    The caller holds the bulletin's row; the database refuses it for an issued one.
    """
    wanted = tuple(cuts(bulletin.subjects, bulletin.first, bulletin.on))
    regions = regions_of(bulletin)
    bulletin.figures.all().delete()
    bulletin.known_at = clock.now()
    bulletin.last_fact_id = Fact.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    bulletin.definitions = {cut.code: _definition(cut.code) for cut in wanted}
    figures = _blank_figures(bulletin, wanted, regions)
    Figure.objects.bulk_create(figures)
    counties = [figure for figure in figures if figure.region.level == Level.COUNTY]
    _write_parts(counties, wanted, bulletin.on)
    _add_up(figures, bulletin)
    Figure.objects.bulk_update(figures, ["m2", "unreviewed_m2", "parts_count", "decimals"])


def _write_parts(figures: Sequence[Figure], wanted: Iterable[Cut], on: date) -> None:
    """Writes every phase the figures of 旗区 count, in one statement."""
    parts = [cut.rows_of(figures, on).query.sql_with_params() for cut in wanted]
    union = " UNION ALL ".join(f"({sql})" for sql, _ in parts)
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE_PARTS.format(rows=union), [value for _, params in parts for value in params]
        )


def _blank_figures(
    bulletin: Bulletin, wanted: tuple[Cut, ...], regions: list[Region]
) -> list[Figure]:
    """Figures without their sums; those of a year carry target and 黄灯幅度."""
    printed = targets(*(cut.code for cut in wanted if cut.first), on=bulletin.on)
    widths = yellow_points(regions)
    set_by_place = set(
        LightRule.objects.filter(is_default=False).values_list("region_id", flat=True)
    )
    figures = []
    for cut in wanted:
        for region in regions:
            figure = Figure(
                bulletin=bulletin,
                measure_code=cut.code,
                region=region,
                period=cut.period,
                first=cut.first,
            )
            if cut.period == str(bulletin.on.year):
                key = (cut.code, region.code, bulletin.on.year, annual_target_role(region))
                _set_target(figure, printed.get(key))
                figure.yellow_points = m2_decimal(widths[region.code])
                figure.yellow_is_default = not {region.code, region.parent_id} & set_by_place
            figures.append(figure)
    _sum_city_targets(figures, regions)
    return figures


def _set_target(figure: Figure, target: TargetFigure | None) -> None:
    if target is None:
        return
    figure.target_m2 = figure.printed_m2 = m2_decimal(target.area_m2)
    figure.target_words = f"{target.printed} {target.unit}，{target.instrument}"[:300]
    figure.provisional = target.provisional


def _sum_city_targets(figures: list[Figure], regions: list[Region]) -> None:
    """The city's target is the sum of its parts; the printed total stays beside it (载明数)."""
    cities = {region.code for region in regions if region.level == Level.CITY}
    for figure in figures:
        if figure.region_id in cities and figure.yellow_points is not None:
            parts = [
                other.target_m2
                for other in figures
                if other.region_id not in cities
                and (other.measure_code, other.period) == (figure.measure_code, figure.period)
            ]
            known = [part for part in parts if part is not None]
            # Missing is not zero: without every part's target there is no sum of them.
            figure.target_m2 = sum(known) if known and len(known) == len(parts) else None


def _add_up(figures: list[Figure], bulletin: Bulletin) -> None:
    """Sets each figure to the sum of its parts, the city's to the sum of its 旗区."""
    sums = {
        row["figure_id"]: row
        for row in FigurePart.objects.filter(figure__bulletin=bulletin)
        .values("figure_id")
        .annotate(
            total=Sum("m2"), unreviewed=Sum("m2", filter=Q(unreviewed=True)), count=Count("*")
        )
        .order_by()
    }
    for figure in figures:
        found = sums.get(figure.pk)
        if found:
            figure.m2, figure.parts_count = found["total"], found["count"]
            figure.unreviewed_m2 = found["unreviewed"] or 0
    for figure in figures:
        if figure.region.level == Level.CITY:
            parts = [part for part in figures if _is_part_of(part, figure)]
            figure.m2 = sum(part.m2 for part in parts)
            figure.unreviewed_m2 = sum(part.unreviewed_m2 for part in parts)
            figure.parts_count = sum(part.parts_count for part in parts)
        figure.decimals = shown_decimals(Fraction(figure.m2), Unit(bulletin.unit))


def _is_part_of(part: Figure, city: Figure) -> bool:
    return part.region.parent_id == city.region_id and (part.measure_code, part.period) == (
        city.measure_code,
        city.period,
    )


def shown_decimals(m2: Fraction, unit: Unit) -> int:
    """Decimals a figure is shown with: two in 万亩, more where it would else read 0.00."""
    return len(format_area(m2, unit).partition(".")[2])


def _definition(code: str) -> Mapping[str, Any]:
    """The measure's wording on the day the figures were taken."""
    item = MEASURES[code]
    return {
        "name": item.name,
        "is_flow": item.basis is Basis.FLOW,
        "scope": item.scope_words,
        "numerator": item.numerator,
        "denominator": item.denominator,
        "source": item.source,
        "verified": item.verified,
    }
