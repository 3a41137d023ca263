"""Reads of the ledger: the list as of a day, its sums, one parcel with its timeline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256

from django.contrib.gis.geos import Polygon
from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils.timezone import localtime

from tuban.accounts.access import region_codes
from tuban.accounts.models import User
from tuban.core.timelimit import OutOfTime, time_limit
from tuban.law.model import Fact as LawFact
from tuban.law.model import FactId, FactKind
from tuban.law.removal import without
from tuban.law.rules import LAW_VERSION
from tuban.law.timeline import Period, Stage, Timeline, timeline
from tuban.parcels import access, phases, search
from tuban.parcels.models import Approval, Fact, Parcel, ParcelPhase, RecordMark
from tuban.parcels.sorting import sort_of

HANDFUL = 5_000
"""Parcels found by text that are passed on one by one."""
MULTITUDE = 4 * HANDFUL
"""Parcels expected to be found by text from which on the index is not asked."""
UNREVIEWED = "unreviewed"
"""标记 of the record, beside those of the law: the stage rests on facts nobody has reviewed."""


@dataclass(frozen=True, slots=True)
class ParcelFilter:
    """筛选 of the parcel list, as it stands in the URL.

    Attributes:
        regions: Codes of 旗区; empty means all in scope.
        area_from_m2: Smallest larger of approved and supplied area, inclusive.
        due_within_days: Next date falls after the as-of day, at most so many days ahead.
        text: Part of parcel no, name, location, holder or approval no.
        box: West, south, east, north in degrees; parcels whose boundary's box meets it.
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
    box: tuple[float, float, float, float] | None = None
    sort: str = "parcel_no"
    descending: bool = False

    @property
    def narrows(self) -> bool:
        """Whether it leaves anything out."""
        return self != ParcelFilter(sort=self.sort, descending=self.descending)


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
    by_stage: tuple[StageSum, ...]

    @property
    def count(self) -> int:
        """宗数 of the whole filtered set."""
        return sum(item.count for item in self.by_stage)

    def total(self, column: str) -> Fraction | None:
        """Sum of a column over the filtered set; None when no row knows it."""
        return total(self.by_stage, column)


def total(by_stage: Iterable[StageSum], column: str) -> Fraction | None:
    """Sum of a column over all stages; None when no row knows it."""
    known = [value for item in by_stage if (value := getattr(item, column)) is not None]
    return sum(known, Fraction(0)) if known else None


def holding(user: User, on: date) -> QuerySet[ParcelPhase]:
    """The phase of each parcel in scope on the day."""
    return access.phases_for(user).filter(
        Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gt=on))
    )


def filtered(user: User, wanted: ParcelFilter, on: date) -> QuerySet[ParcelPhase]:
    """The rows of the list as of a day, in no order: for maps and files of the same parcels."""
    return _filtered(user, holding(user, on), wanted, on)


def parcel_list(user: User, wanted: ParcelFilter, on: date) -> ParcelList:
    """地块清单 as of a day: two queries, one for the sums, one for what is taken from `rows`."""
    rows = filtered(user, wanted, on)
    (by_stage,) = sums(user, {wanted: rows}, on)
    assert by_stage is not None  # it had all the time it needed
    return ParcelList(lines(ordered(user, rows, wanted, on)), by_stage)


def ordered(
    user: User, rows: QuerySet[ParcelPhase], wanted: ParcelFilter, on: date
) -> QuerySet[ParcelPhase]:
    """The filtered rows in the list's order, read from its index."""
    sort = sort_of(wanted.sort, descending=wanted.descending)
    regions = region_codes(user)
    if wanted.regions:
        regions &= set(wanted.regions)
    return rows.filter(*sort.reach(on, regions)).order_by(*sort.by())


def lines(rows: QuerySet[ParcelPhase]) -> QuerySet[ParcelPhase]:
    """The rows with what a line of the list shows."""
    return rows.select_related("parcel__approval", "region").defer("parcel__geometry")


def sums(
    user: User,
    asked: Mapping[ParcelFilter, QuerySet[ParcelPhase]],
    on: date,
    *,
    within_ms: int | None = None,
) -> list[tuple[StageSum, ...] | None]:
    """Sums of filtered sets by stage, remembered until the record changes.

    Args:
        asked: The rows of each filter.
        within_ms: How long each may take; None: as long as it needs. After one that takes longer
            the others are not begun, and until the record changes it is not tried again.

    Returns:
        Of each filter, in order; None where it would have taken longer.
    """
    scope, mark = sorted(region_codes(user)), record_mark()
    keys = [_key(scope, wanted, on, mark) for wanted in asked]
    found: dict[str, tuple[StageSum, ...]] = cache.get_many(keys)
    late = {} if within_ms is None else cache.get_many([_late(key) for key in keys])
    missing = {
        key: rows
        for key, rows in zip(keys, asked.values(), strict=True)
        if key not in found and _late(key) not in late
    }
    if missing:
        found |= _in_time(missing, within_ms)
    return [found.get(key) for key in keys]


def _in_time(
    asked: Mapping[str, QuerySet[ParcelPhase]], within_ms: int | None
) -> dict[str, tuple[StageSum, ...]]:
    """Sums up to the first that takes longer than it may, which is remembered as late."""
    found: dict[str, tuple[StageSum, ...]] = {}
    try:
        with time_limit(within_ms):
            for key, rows in asked.items():
                found[key] = _sums(rows)
    except OutOfTime:
        for key in [key for key in asked if key not in found][:1]:
            cache.set(_late(key), True)
    cache.set_many(found)
    return found


def _key(scope: list[str], wanted: ParcelFilter, on: date, mark: str) -> str:
    asked = (scope, replace(wanted, sort="", descending=False), on)
    return f"list-sums:{sha256(repr(asked).encode()).hexdigest()}:{mark}"


def _late(key: str) -> str:
    return f"{key}:late"


def _sums(rows: QuerySet[ParcelPhase]) -> tuple[StageSum, ...]:
    """Counts and sums of the rows by stage, in one query."""
    summed = (
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
    found = {row["stage"]: row for row in summed}
    return tuple(
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


def record_mark(regions: Iterable[str] | None = None) -> str:
    """Where the record stands: part of the key of whatever is remembered of it.

    Every transaction that changes phases draws a new mark for their regions, seen from its commit
    on (`RecordMark`). Read the mark before what is to be remembered: a fact recorded in between
    then makes it stale, never wrong.

    Args:
        regions: Codes of the regions asked about; None means all.
    """
    marks = record_marks()
    return mark_of(marks if regions is None else {r: marks[r] for r in regions if r in marks})


def record_marks() -> dict[str, str]:
    """The mark of each region that ever had phases."""
    marks = RecordMark.objects.order_by("region_id").values_list("region_id", "mark")
    return {region: mark.hex for region, mark in marks}


def mark_of(marks: Mapping[str, str]) -> str:
    """Several regions' marks as one."""
    drawn = "".join(marks[region] for region in sorted(marks))
    return f"{sha256(drawn.encode()).hexdigest()[:32]}:{LAW_VERSION}"


def _filtered(
    user: User, rows: QuerySet[ParcelPhase], wanted: ParcelFilter, on: date
) -> QuerySet[ParcelPhase]:
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
    if wanted.flag == UNREVIEWED:
        rows = rows.filter(unreviewed=True)
    elif wanted.flag:
        rows = rows.filter(flags__contains=[wanted.flag])
    if wanted.box is not None:
        rows = rows.filter(parcel__geometry__bboverlaps=_polygon(wanted.box))
    if wanted.text:
        rows = rows.filter(parcel__in=_named(user, wanted.text))
    return rows


def _polygon(box: tuple[float, float, float, float]) -> Polygon:
    made = Polygon.from_bbox(box)
    made.srid = 4490
    return made


def _named(user: User, text: str) -> QuerySet[Parcel] | list[int]:
    """Parcels in scope whose number, name, location, holder or approval no. contains the text.

    A handful is found by the index and passed on as ids, which leads the planner to their phases.
    A multitude is found by reading on in the list's order, and stays a subquery.
    """
    parcels = access.parcels_for(user)
    approvals = list(Approval.objects.filter(doc_no__contains=text).values_list("pk", flat=True))
    if search.expected(text) + len(approvals) <= MULTITUDE:
        named = parcels.filter(search.indexed(text) | Q(approval__in=approvals))
        ids = list(named.values_list("pk", flat=True)[: HANDFUL + 1])
        if len(ids) <= HANDFUL:
            return ids
    return parcels.filter(search.containing(text) | Q(approval__in=approvals))


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact on the parcel page.

    Attributes:
        late_days: Days between 发生日 and 登记时间.
        counts: False when superseded, cancelled, or its batch was withdrawn.
        superseded_by_id: The correction that counts in its place, past withdrawn ones.
        cancelled: That correction is a 作废.
    """

    fact: Fact
    late_days: int
    counts: bool
    reviewed: bool
    superseded_by_id: int | None
    cancelled: bool = False


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
        .select_related("recorded_by__post__organisation", "batch", "review")
        .order_by("-on", "-pk")
    )
    left_out: set[FactId] = {
        fact.pk
        for fact in stored
        if fact.batch_withdrawn  # type: ignore[attr-defined]
    }
    counted = without([phases.stored_fact(fact) for fact in stored], left_out)
    successors = {fact.supersedes: fact for fact in counted if fact.supersedes is not None}
    lines = tuple(_line(fact, successors.get(fact.pk), left_out) for fact in stored)
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


def _line(fact: Fact, successor: LawFact | None, left_out: AbstractSet[FactId]) -> FactLine:
    return FactLine(
        fact=fact,
        late_days=max((_local_date(fact) - fact.on).days, 0),
        counts=successor is None and fact.pk not in left_out,
        reviewed=hasattr(fact, "review"),
        superseded_by_id=int(successor.id) if successor else None,
        cancelled=successor is not None and successor.kind is FactKind.VOID,
    )


def _local_date(fact: Fact) -> date:
    return localtime(fact.recorded_at).date()


def _exact(value: Decimal | None) -> Fraction | None:
    return None if value is None else Fraction(value)


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
