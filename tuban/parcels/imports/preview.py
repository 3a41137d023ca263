"""预览: what the record would be if the rows of an upload were confirmed now; nothing is written.

Each row that would change facts gives one change: the parcel's periods as they are and as they
would be, by the same timeline that confirming asks. Stages are summed here, measures by
`tuban.measures.effects`; areas are taken as the phases would store them, so that what is shown
before is to the last digit what is found afterwards.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar

from django.core.cache import cache
from django.db.models import Count, Max, Q, Sum

from tuban.core import clock
from tuban.law.model import Fact
from tuban.law.timeline import Period, Stage, periods_between
from tuban.parcels.imports import codec, stored
from tuban.parcels.imports.confirm import pending_rows
from tuban.parcels.imports.plans import CHANGED, NEW, Basis, StoredParcel, plan
from tuban.parcels.imports.rows import StatedFact
from tuban.parcels.models import ParcelPhase, StagedRow, Upload
from tuban.parcels.queries import record_mark
from tuban.regions.models import Region
from tuban.values.area import m2_decimal

AREA_OF_STAGE = {
    Stage.UNSUPPLIED: "unsupplied_m2",
    Stage.SUSPECTED_IDLE: "idle_m2",
    Stage.IDLE: "idle_m2",
    Stage.WITHDRAWN: "withdrawn_m2",
}
"""The area a stage is about; of every other stage it is the supplied area."""
SUPPLIED = "supplied_m2"
_COLUMNS = sorted({SUPPLIED, *AREA_OF_STAGE.values()})

Periods = tuple[Period, ...]
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Change:
    """一宗地块的变化: its periods of this year as they are and as they would be, up to today.

    No periods: the record has no facts of it yet.
    """

    region_code: str
    before: Periods
    after: Periods


@dataclass(frozen=True, slots=True)
class SumLine:
    """One stage of one 旗区, all its parcels, today.

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


def changes(upload: Upload) -> Iterator[Change]:
    """What confirming the upload now would change, row by row; a few hundred in memory at once.

    A row whose parcel has changed since it was staged is planned anew, as confirming would, and
    left out if it no longer fits. Rows that only describe parcels change no period.
    """
    today = clock.today()
    first = today.replace(month=1, day=1)
    for chunk in pending_rows(upload):
        known = stored.fetch((row[2], row[3]) for row in chunk)
        for _, row_no, region, parcel_no, text in chunk:
            present = known.get((region, parcel_no))
            parsed = json.loads(text)
            planned = list(_planned(row_no, region, parcel_no, parsed, present, today))
            if planned:
                facts = [fact.law for fact in present.facts] if present is not None else []
                yield Change(
                    region,
                    periods_between(facts, first, today) if facts else (),
                    periods_between([*facts, *planned], first, today),
                )


def remembered(name: str, upload: Upload, make: Callable[[], Result]) -> Result:
    """What was made of the upload's changes, until the record, its rows or the day change.

    Args:
        name: What it is; part of the cache's key.
    """
    last_row = StagedRow.objects.filter(upload=upload).aggregate(last=Max("pk"))["last"]
    key = f"{name}:{upload.pk}:{upload.state}:{last_row}:{clock.today()}:{record_mark()}"
    found: Result | None = cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found)
    return found


def sums(upload: Upload) -> tuple[SumLine, ...]:
    """Areas and counts by 旗区 and stage, today, before and after confirming.

    Only 旗区 the upload changes, in their usual order; every stage that has a parcel before or
    after, in the law's order.
    """
    return remembered("upload-sums", upload, lambda: _sums(upload))


def on_day(periods: Iterable[Period], day: date) -> Period | None:
    """The period that holds on the day."""
    return next(
        (p for p in periods if p.starts_on <= day and (p.ends_on is None or p.ends_on > day)), None
    )


def _sums(upload: Upload) -> tuple[SumLine, ...]:
    today = clock.today()
    moved: _Piles = defaultdict(_Pile)
    for change in changes(upload):
        for periods, sign in ((change.before, -1), (change.after, 1)):
            now = on_day(periods, today)
            if now is not None:
                moved[change.region_code, now.stage].add(_area(now), sign)
    codes = {code for code, _ in moved}
    before = _standing(codes, today)
    return tuple(
        line
        for region in Region.objects.filter(code__in=codes).order_by("sort", "code")
        for stage in Stage
        if (line := _line(region, stage, before, moved)) is not None
    )


def _line(region: Region, stage: Stage, before: _Piles, moved: _Piles) -> SumLine | None:
    was = before.get((region.code, stage), _Pile())
    by = moved.get((region.code, stage), _Pile())
    then = _Pile(was.count + by.count, was.known + by.known, was.total + by.total)
    if not was.count and not then.count:
        return None
    return SumLine(region.code, region.name, stage, was.m2, then.m2, was.count, then.count)


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


def _planned(
    row_no: int,
    region: str,
    parcel_no: str,
    parsed: dict[str, Any],
    present: StoredParcel | None,
    today: date,
) -> Iterator[Fact]:
    """The facts a row would record now; none if it would wait."""
    if codec.basis(parsed) == Basis.of(present):
        for change in parsed["plan"]["facts"]:
            at = change["at"]
            yield _fact(codec.decode_fact(parsed["facts"][at]), at, change["supersedes"])
        return
    made = plan(codec.decode(row_no, region, parcel_no, parsed), present, today=today)
    if made.outcome in {NEW, CHANGED}:
        for place, new in enumerate(made.facts):
            yield _fact(new.fact, place, None if new.old is None else int(new.old.id))


def _fact(stated: StatedFact, place: int, supersedes: int | None) -> Fact:
    return Fact(
        f"new-{place}", stated.kind, stated.on, stated.payload, stated.precision, supersedes
    )
