"""现行目标: which of all stated targets bind on an as-of day. Pure; the one place of the rule.

1. A plan's targets stand on every as-of day: it prints figures for whole years, also for days
   before it was signed. A plan that replaces another (重新下达) stands from its own first day only.
2. From that day on it takes the place of what the replaced plan says of the subjects (measures) it
   speaks of itself: of the years from that day's year on, and of figures without a year. Years
   before keep the target they were judged by; subjects it is silent about stay with the old plan.
3. Where two plans state the same figure of the same place, the city's binds before the banner's
   own, and of two plans of one place the later.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as the rule sees it.

    Attributes:
        rank: 1 of the city, 0 of a 旗区.
        replaces: The plan it takes the place of; `since` the first as-of day, None with none.
    """

    pk: int
    rank: int
    issued_on: date | None
    replaces: int | None = None
    since: date | None = None


class Stated(Protocol):
    """A printed target, whatever else it knows."""

    @property
    def plan(self) -> int:
        """The plan that states it."""

    @property
    def subject(self) -> Hashable:
        """What it is a target of: a measure, or a printed name without one."""

    @property
    def key(self) -> Hashable:
        """What may bind only once: subject, place, year and role."""

    @property
    def year(self) -> int | None:
        """Target year; None for what belongs to no single year."""


S = TypeVar("S", bound=Stated)


def in_force(stated: Iterable[S], plans: Mapping[int, Plan], on: date) -> dict[Hashable, S]:
    """The targets that bind on the day, one for each key."""
    standing = {pk: plan for pk, plan in plans.items() if plan.since is None or plan.since <= on}
    known = [each for each in stated if each.plan in standing]
    speaks = {(each.plan, each.subject) for each in known}
    said = {(each.plan, each.key) for each in known}
    binding: dict[Hashable, S] = {}
    for each in sorted(known, key=lambda item: _weight(standing[item.plan])):
        plan = standing[each.plan]
        if _is_replaced(each, plan, standing, speaks) or _comes_too_late(each, plan, plans, said):
            continue
        binding[each.key] = each
    return binding


def _weight(plan: Plan) -> tuple[int, date, int]:
    """Order of precedence; the last one binds."""
    return plan.rank, plan.issued_on or date.min, plan.pk


def _is_replaced(
    each: Stated, plan: Plan, standing: Mapping[int, Plan], speaks: set[tuple[int, Hashable]]
) -> bool:
    """Whether a later plan, or one that replaced that, took this target's place."""
    later = next((other for other in standing.values() if other.replaces == plan.pk), None)
    if later is None:
        return False
    assert later.since is not None  # a plan that replaces one has its day
    taken = (later.pk, each.subject) in speaks and (
        each.year is None or each.year >= later.since.year
    )
    return taken or _is_replaced(each, later, standing, speaks)


def _comes_too_late(
    each: Stated, plan: Plan, plans: Mapping[int, Plan], said: set[tuple[int, Hashable]]
) -> bool:
    """Whether a re-issued plan speaks of a year that one before it has already decided."""
    if plan.since is None or each.year is None or each.year >= plan.since.year:
        return False
    before = plans.get(plan.replaces or 0)
    while before is not None:
        if (before.pk, each.key) in said:
            return True
        before = plans.get(before.replaces or 0)
    return False
