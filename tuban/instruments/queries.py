"""Targets as pages and boards ask for them: those in force on a day."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Q, QuerySet

from tuban.accounts.access import may
from tuban.accounts.models import User
from tuban.instruments.access import drafts_for
from tuban.instruments.binding import Subject, subject_of
from tuban.instruments.inforce import Plan, in_force
from tuban.instruments.models import (
    Draft,
    DraftState,
    Instrument,
    Layer,
    Origin,
    Target,
    TargetRole,
)
from tuban.regions.models import Level

_IN_TABLES = (TargetRole.CELL, TargetRole.TOTAL, TargetRole.BASE)


@dataclass(frozen=True, slots=True)
class Printed:
    """A target of a plan, with what the rule of force looks at."""

    row: Target

    @property
    def plan(self) -> int:
        """Its instrument."""
        return self.row.instrument_id

    @property
    def subject(self) -> Hashable:
        """The measure; without one the subject, or the printed name."""
        found = subject_of(self.row.metric)
        return self.row.measure_code or (found.key if found else self.row.metric)

    @property
    def key(self) -> Hashable:
        """Subject, place, year or period, role."""
        row = self.row
        return self.subject, row.region_id, row.year, self._period(), row.role, row.layer

    @property
    def year(self) -> int | None:
        """Target year."""
        return self.row.year

    def _period(self) -> str:
        """Periods tell figures apart only where no year does."""
        return "" if self.row.year or self.row.measure_code else self.row.period


def plans(rows: Iterable[Instrument]) -> dict[int, Plan]:
    """Instruments as the rule of force sees them."""
    return {
        row.pk: Plan(
            pk=row.pk,
            rank=int(row.region.level == Level.CITY),
            issued_on=row.issued_on,
            replaces=row.replaces_id,
            since=row.in_force_from,
        )
        for row in rows
    }


def targets_on(on: date, wanted: Q | None = None, *, with_set_aside: bool = False) -> list[Target]:
    """Targets of tables in force on the day, in the order of their plans.

    Figures of the layer 下达 judge nobody's year, nor do those a reviewer set aside for others.

    Args:
        wanted: A further condition, e.g. certain measures.
        with_set_aside: Also the latter, for pages that show them beside the others.
    """
    rows = Target.objects.filter(wanted or Q(), role__in=_IN_TABLES, layer=Layer.DECOMPOSED)
    if not with_set_aside:
        rows = rows.exclude(binding=False)
    rows = rows.select_related("instrument__region", "region").defer(
        "instrument__text", "instrument__region__boundary", "region__boundary"
    )
    found = [Printed(row) for row in rows.order_by("pk")]
    return [each.row for each in in_force(found, _plans_of(found), on).values()]


def _plans_of(found: list[Printed]) -> dict[int, Plan]:
    """The plans of the targets; with a re-issued one among them all plans, for the chains between."""
    own = plans(each.row.instrument for each in found)
    if all(plan.replaces is None for plan in own.values()):
        return own
    return plans(Instrument.objects.select_related("region").defer("text", "region__boundary"))


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """尚无数据来源: a subject whose targets stand while nothing counts what is done."""

    subject: Subject
    year: int
    total: Target


def unmeasured(on: date) -> list[Unmeasured]:
    """City targets of the as-of day's year whose subject has no measure yet."""
    rows = targets_on(on, Q(measure_code="", year=on.year, role=TargetRole.TOTAL))
    found = ((subject_of(row.metric), row) for row in rows)
    return [
        Unmeasured(subject, on.year, row)
        for subject, row in found
        if subject is not None and row.region.level == Level.CITY
    ]


def waiting_drafts(user: User) -> QuerySet[Draft]:
    """Plans that wait for this post's review."""
    if not may(user, "confirm_plan"):
        return Draft.objects.none()
    return drafts_for(user).filter(state=DraftState.PENDING)


def area_of(target: Target) -> Fraction | None:
    """m², exact, from the value in its own unit; None where blank or no area."""
    unit = target.area_unit
    if target.value is None or unit is None:
        return None
    return Fraction(target.value) * unit.m2


def is_manual(target: Target) -> bool:
    """Whether the figure was typed in (手工录入)."""
    return target.instrument.origin == Origin.MANUAL
