"""Reads of the ledger: the list as of a day, its sums, one parcel with its timeline."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils.timezone import localtime

from tuban.accounts.models import User
from tuban.law.timeline import Period, Stage, Timeline, timeline
from tuban.parcels import access, phases
from tuban.parcels.models import Approval, Fact, Parcel, ParcelPhase

SORTS = {
    # By the parcel's own columns, so that a page of the whole ledger is read from their index.
    "parcel_no": ("parcel__region_id", "parcel__parcel_no"),
    "area": ("approved_m2", "supplied_m2", "parcel_id"),
    "stage_on": ("starts_on", "parcel_id"),
    "next_on": ("next_on", "parcel_id"),
}


@dataclass(frozen=True, slots=True)
class ParcelFilter:
    """筛选 of the parcel list, as it stands in the URL.

    Attributes:
        regions: Codes of 旗区; empty means all in scope.
        area_from_m2: Smallest larger of approved and supplied area, inclusive.
        due_within_days: Next date falls after the as-of day, at most so many days ahead.
        text: Part of parcel no, name, location, holder or approval no.
    """

    regions: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = ()
    approved_from: int | None = None
    approved_to: int | None = None
    area_from_m2: Fraction | None = None
    area_to_m2: Fraction | None = None
    due_within_days: int | None = None
    flag: str = ""
    text: str = ""
    sort: str = "parcel_no"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class StageSum:
    """筛选合计 of one stage."""

    stage: Stage
    count: int
    approved_m2: Fraction | None
    supplied_m2: Fraction | None
    unsupplied_m2: Fraction | None
    idle_m2: Fraction | None


@dataclass(frozen=True, slots=True)
class ParcelList:
    """The filtered list: rows to page through, and sums of the whole filtered set."""

    rows: QuerySet[ParcelPhase]
    count: int
    by_stage: tuple[StageSum, ...] = field(default=())

    def total(self, column: str) -> Fraction | None:
        """Sum of a column over the filtered set; None when no row knows it."""
        known = [value for item in self.by_stage if (value := getattr(item, column)) is not None]
        return sum(known, Fraction(0)) if known else None


def holding(user: User, on: date) -> QuerySet[ParcelPhase]:
    """The phase of each parcel in scope on the day."""
    return access.phases_for(user).filter(
        Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gt=on))
    )


def parcel_list(user: User, wanted: ParcelFilter, on: date) -> ParcelList:
    """地块清单 as of a day: two queries, one for the sums, one for the page taken from `rows`."""
    rows = _filtered(holding(user, on), wanted, on)
    sums = (
        rows.values("stage")
        .annotate(
            count=Count("*"),
            approved=Sum("approved_m2"),
            supplied=Sum("supplied_m2"),
            unsupplied=Sum("unsupplied_m2"),
            idle=Sum("idle_m2"),
        )
        .order_by()
    )
    found = {row["stage"]: row for row in sums}
    by_stage = tuple(
        StageSum(
            stage,
            row["count"],
            _exact(row["approved"]),
            _exact(row["supplied"]),
            _exact(row["unsupplied"]),
            _exact(row["idle"]),
        )
        for stage in Stage
        if (row := found.get(stage.value))
    )
    order = [
        F(name).desc(nulls_last=True) if wanted.descending else F(name).asc(nulls_last=True)
        for name in SORTS.get(wanted.sort, SORTS["parcel_no"])
    ]
    return ParcelList(
        rows=rows.select_related("parcel__approval", "region").order_by(*order),
        count=sum(item.count for item in by_stage),
        by_stage=by_stage,
    )


def _filtered(rows: QuerySet[ParcelPhase], wanted: ParcelFilter, on: date) -> QuerySet[ParcelPhase]:
    if wanted.regions:
        rows = rows.filter(region__in=wanted.regions)
    if wanted.stages:
        rows = rows.filter(stage__in=[stage.value for stage in wanted.stages])
    if wanted.approved_from:
        rows = rows.filter(approved_on__gte=date(wanted.approved_from, 1, 1))
    if wanted.approved_to:
        rows = rows.filter(approved_on__lte=date(wanted.approved_to, 12, 31))
    if wanted.area_from_m2 is not None:
        least = _decimal(wanted.area_from_m2)
        rows = rows.filter(Q(approved_m2__gte=least) | Q(supplied_m2__gte=least))
    if wanted.area_to_m2 is not None:
        most = _decimal(wanted.area_to_m2)
        rows = rows.filter(Q(approved_m2__lte=most) | Q(approved_m2=None, supplied_m2__lte=most))
    if wanted.due_within_days is not None:
        rows = rows.filter(next_on__gt=on, next_on__lte=on + timedelta(days=wanted.due_within_days))
    if wanted.flag:
        rows = rows.filter(flags__contains=[wanted.flag])
    if wanted.text:
        named = Parcel.objects.filter(
            Q(parcel_no__contains=wanted.text.upper())
            | Q(name__contains=wanted.text)
            | Q(location__contains=wanted.text)
            | Q(holder__contains=wanted.text)
            | Q(approval__in=Approval.objects.filter(doc_no__contains=wanted.text))
        )
        rows = rows.filter(parcel__in=named.values("pk"))
    return rows


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact on the parcel page.

    Attributes:
        late_days: Days between 发生日 and 登记时间.
        counts: False when superseded, cancelled, or its batch was withdrawn.
    """

    fact: Fact
    late_days: int
    counts: bool
    reviewed: bool
    superseded_by_id: int | None


@dataclass(frozen=True, slots=True)
class ParcelRecord:
    """一宗地块: its facts on both clocks and the timeline the law makes of them.

    Attributes:
        now: Period that holds on the as-of day; None before the first fact.
    """

    parcel: Parcel
    facts: tuple[FactLine, ...]
    timeline: Timeline
    now: Period | None
    unreviewed: int


def parcel_record(user: User, pk: int, on: date) -> ParcelRecord:
    """The parcel page's content as of a day.

    Raises:
        Absent: It does not exist or lies outside the post's scope.
    """
    parcel = access.get_parcel(user, pk)
    withdrawn = Fact.objects.filter(pk=OuterRef("pk"), batch__withdrawal__isnull=False)
    stored = (
        Fact.objects.filter(parcel=parcel)
        .annotate(batch_withdrawn=Exists(withdrawn))
        .select_related("recorded_by__post__organisation", "batch", "superseded_by", "review")
        .order_by("-on", "-pk")
    )
    lines = tuple(_line(fact) for fact in stored)
    counted = [
        phases.stored_fact(f)
        for f in (line.fact for line in lines)
        if not f.batch_withdrawn  # type: ignore[attr-defined]
    ]
    made = timeline(counted)
    now = next(
        (
            period
            for period in made.periods
            if period.starts_on <= on and (period.ends_on is None or period.ends_on > on)
        ),
        None,
    )
    return ParcelRecord(
        parcel=parcel,
        facts=lines,
        timeline=made,
        now=now,
        unreviewed=sum(1 for line in lines if line.counts and not line.reviewed),
    )


def _line(fact: Fact) -> FactLine:
    superseding = getattr(fact, "superseded_by", None)
    return FactLine(
        fact=fact,
        late_days=max((_local_date(fact) - fact.on).days, 0),
        counts=superseding is None and not fact.batch_withdrawn,  # type: ignore[attr-defined]
        reviewed=hasattr(fact, "review"),
        superseded_by_id=superseding.pk if superseding else None,
    )


def _local_date(fact: Fact) -> date:
    return localtime(fact.recorded_at).date()


def _exact(value: Decimal | None) -> Fraction | None:
    return None if value is None else Fraction(value)


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
