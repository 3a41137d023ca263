"""看板: where do we stand, who lags, when is it zero, what falls due.

Everything shown is asked of `tuban.measures`; nothing is computed here but sums of its answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.db.models import Func, IntegerField, Subquery

from tuban.accounts.access import region_codes
from tuban.accounts.models import User
from tuban.bulletins.board import (
    SUBJECTS,
    Board,
    BoardRow,
    Difference,
    Subject,
    SubjectBoard,
    Unreviewed,
    Warning_,
)
from tuban.instruments.models import TargetRole
from tuban.law.timeline import Stage
from tuban.measures import queries as measures
from tuban.measures.changes import Changes, changes
from tuban.measures.definitions import NOTHING, measure
from tuban.measures.progress import Progress, progress
from tuban.parcels.models import ParcelPhase
from tuban.parcels.queries import holding
from tuban.regions.models import Level, Region

_COUNT = Func(template="count(*)", output_field=IntegerField())
WARNING_DAYS = 90
WARNINGS_SHOWN = 12
CURVE_FROM = date(2021, 12, 31)


def board(user: User, subject_key: str, on: date) -> Board:
    """看板 of one subject as of a day, for this post."""
    subject = next((s for s in SUBJECTS if s.key == subject_key), SUBJECTS[0])
    due = (
        holding(user, on)
        .filter(next_on__gt=on, next_on__lte=on + timedelta(days=WARNING_DAYS))
        .order_by("next_on", "parcel_id")
    )
    # A subquery of its own, not a window: the index counts them, and twelve rows are fetched.
    count = due.order_by().annotate(n=_COUNT).values("n")
    first = list(
        due.select_related("parcel")
        .only("next_on", "next_kind", "stage", "parcel__parcel_no")
        .annotate(of=Subquery(count))[:WARNINGS_SHOWN]
    )
    return Board(
        on=on,
        subject=_subject_board(user, subject, on),
        warnings=tuple(_warning(phase, on) for phase in first),
        warning_count=first[0].of if first else 0,
    )


def _warning(phase: ParcelPhase, on: date) -> Warning_:
    assert phase.next_on is not None  # the query asks for it
    return Warning_(
        on=phase.next_on,
        days_left=(phase.next_on - on).days,
        kind=phase.next_kind,
        parcel_id=phase.parcel_id,
        parcel_no=phase.parcel.parcel_no,
        stage=Stage(phase.stage),
    )


@dataclass(frozen=True, slots=True)
class _Sums:
    """A subject's stock, 疑似闲置 and flow by 旗区, m²; `beside` is empty where there is none."""

    stocks: Mapping[str, Fraction]
    beside: Mapping[str, Fraction]
    flows: Mapping[tuple[str, int], Fraction]


def _sums(changed: Changes, subject: Subject) -> _Sums:
    return _Sums(
        stocks=changed.stock(subject.stock),
        beside=changed.stock(subject.beside) if subject.beside else {},
        flows=changed.flow(subject.flow),
    )


@dataclass(frozen=True, slots=True)
class _Answers:
    """What the measures answered, for the rows to be made of."""

    subject: Subject
    on: date
    sums: _Sums
    unreviewed: _Sums
    figures: Mapping[tuple[str, str, int | None, str], measures.TargetFigure]
    points: Mapping[str, Fraction]
    scope: frozenset[str]

    @property
    def years(self) -> tuple[int, ...]:
        """Target years of the flow, in order."""
        flow = self.subject.flow
        return tuple(sorted({year for code, _, year, _ in self.figures if year and code == flow}))

    def base(self, region: Region) -> measures.TargetFigure | None:
        """Stock the plan printed for the region."""
        return self.figures.get((self.subject.stock, region.code, None, TargetRole.BASE))

    def targets(self, region: Region, role: str) -> tuple[measures.TargetFigure | None, ...]:
        """Printed targets of the years."""
        flow = self.subject.flow
        return tuple(self.figures.get((flow, region.code, year, role)) for year in self.years)

    def row(self, region: Region) -> BoardRow:
        """One 旗区."""
        printed = self.targets(region, TargetRole.CELL)
        return BoardRow(
            region=region,
            base=self.base(region),
            years=tuple(
                progress(
                    year=year,
                    target_m2=target.area_m2 if target else None,
                    done_m2=self.sums.flows.get((region.code, year), NOTHING),
                    on=self.on,
                    yellow_points=self.points[region.code],
                )
                for year, target in zip(self.years, printed, strict=True)
            ),
            printed=printed,
            stock_m2=self.sums.stocks.get(region.code, NOTHING),
            beside_m2=self.sums.beside.get(region.code, NOTHING) if self.subject.beside else None,
            unreviewed=self._unreviewed(region),
            opens=region.code in self.scope,
        )

    def _unreviewed(self, region: Region) -> Unreviewed:
        """What of the 旗区's figures rests on unreviewed facts."""
        part, code = self.unreviewed, region.code
        return Unreviewed(
            stock_m2=part.stocks.get(code, NOTHING),
            beside_m2=part.beside.get(code, NOTHING),
            done_m2=tuple(part.flows.get((code, year), NOTHING) for year in self.years),
        )


def _subject_board(user: User, subject: Subject, on: date) -> SubjectBoard:
    regions = list(Region.objects.defer("boundary").order_by("sort", "code"))
    city = next(region for region in regions if region.level == Level.CITY)
    beside = [subject.beside] if subject.beside else []
    changed = changes([subject.stock, subject.flow, *beside], on)
    answers = _Answers(
        subject=subject,
        on=on,
        sums=_sums(changed, subject),
        unreviewed=_sums(changed.unreviewed, subject),
        figures=measures.targets(subject.flow, subject.stock, on=on),
        points=measures.yellow_points(regions),
        scope=region_codes(user),
    )
    rows = tuple(answers.row(region) for region in regions if region.level == Level.COUNTY)
    points = answers.points[city.code]
    city_row = _city_row(city, rows, on, points, opens=city.code in answers.scope)
    totals = answers.targets(city, TargetRole.TOTAL)
    printed_base = Difference(
        answers.base(city), _sum([row.base.area_m2 if row.base else None for row in rows])
    )
    source = next((f for key, f in answers.figures.items() if key[0] == subject.flow), None)
    return SubjectBoard(
        subject=subject,
        stock=measure(subject.stock),
        flow=measure(subject.flow),
        years=answers.years,
        current=on.year,
        rows=rows,
        city=city_row,
        printed_base=printed_base,
        printed_years=tuple(
            Difference(total, p.target_m2) for total, p in zip(totals, city_row.years, strict=True)
        ),
        by_printed=_by_printed(city_row, totals, on, points),
        lights=Counter(p.light for row in rows for p in row.years if p.year == on.year),
        curve=tuple(changed.curve(subject.stock, CURVE_FROM)) if on > CURVE_FROM else (),
        plan=_plan(printed_base.computed_m2, city_row.years),
        instrument=source.instrument if source else "",
        instrument_id=source.instrument_id if source else None,
        provisional=any(figure.provisional for figure in answers.figures.values()),
        yellow_points=points,
    )


def _by_printed(
    city: BoardRow,
    totals: tuple[measures.TargetFigure | None, ...],
    on: date,
    points: Fraction,
) -> Progress | None:
    """City progress of the current year against the printed total."""
    for done, total in zip(city.years, totals, strict=True):
        if done.year == on.year and total is not None:
            return progress(
                year=done.year,
                target_m2=total.area_m2,
                done_m2=done.done_m2,
                on=on,
                yellow_points=points,
            )
    return None


def _city_row(
    city: Region, rows: tuple[BoardRow, ...], on: date, points: Fraction, *, opens: bool
) -> BoardRow:
    """The city's 计算数: exact sums of the nine rows; a missing target poisons its sum."""
    columns = tuple(zip(*(row.years for row in rows), strict=True))
    return BoardRow(
        region=city,
        base=None,
        years=tuple(
            progress(
                year=column[0].year,
                target_m2=_sum([p.target_m2 for p in column]),
                done_m2=sum((p.done_m2 for p in column), Fraction(0)),
                on=on,
                yellow_points=points,
            )
            for column in columns
        ),
        printed=(),
        stock_m2=sum((row.stock_m2 for row in rows), Fraction(0)),
        beside_m2=_sum([row.beside_m2 for row in rows]),
        unreviewed=Unreviewed(
            stock_m2=sum((row.unreviewed.stock_m2 for row in rows), NOTHING),
            beside_m2=sum((row.unreviewed.beside_m2 for row in rows), NOTHING),
            done_m2=tuple(
                sum(column, NOTHING)
                for column in zip(*(row.unreviewed.done_m2 for row in rows), strict=True)
            ),
        ),
        opens=opens,
    )


def _plan(
    base_m2: Fraction | None, years: tuple[Progress, ...]
) -> tuple[tuple[date, Fraction], ...]:
    """Planned stock: the base on the eve of the first target year, less each year's target."""
    if base_m2 is None or not years:
        return ()
    level, points = base_m2, [(date(years[0].year - 1, 12, 31), base_m2)]
    for item in years:
        if item.target_m2 is None:
            break
        level -= item.target_m2
        points.append((date(item.year, 12, 31), level))
    return tuple(points)


def _sum(values: list[Fraction | None]) -> Fraction | None:
    """Exact sum; None if any part is unknown: missing is not zero."""
    known = [value for value in values if value is not None]
    return sum(known, Fraction(0)) if known and len(known) == len(values) else None
