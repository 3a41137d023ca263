"""As of a day: the state, the due day and the light of each duty, read from the dated log.

A milestone's day that a reviewer set counts from the day it was set; a unit that was added owes
from the day it was added; a yearly product is there from the first day of its year. On a day to
come (预测) the log is what it is today.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from tuban.regions.models import Region
from tuban.supervision.lights import (
    DEFAULT_WORKDAYS,
    WORST_FIRST,
    DutyState,
    Judged,
    Light,
    judge,
)
from tuban.supervision.milestones import MilestoneKind
from tuban.supervision.models import Duty, LightRule, Milestone, Step, StepKind
from tuban.workdays.calendar import work_calendar

SETTLED = frozenset({DutyState.ACCEPTED, DutyState.RELEASED})
"""States in which nothing is owed any more."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One duty as of a day.

    Attributes:
        due_on: As of that day; None while 时限待定.
        reported_on: Day of the last report; None where there is none.
        decided_on: Day of the last decision.
    """

    duty: Duty
    state: DutyState
    due_on: date | None
    reported_on: date | None
    decided_on: date | None
    judged: Judged

    @property
    def light(self) -> Light:
        """Its light."""
        return self.judged.light


@dataclass(frozen=True, slots=True)
class _Past:
    """What the log says of a duty up to a day."""

    state: DutyState = DutyState.OPEN
    reported_on: date | None = None
    decided_on: date | None = None


def there_on(duties: QuerySet[Duty], on: date) -> QuerySet[Duty]:
    """The duties that were there on the day."""
    return duties.filter(
        Q(since=None) | Q(since__lte=on),
        Q(milestone__since=None) | Q(milestone__since__lte=on),
    )


def standings(duties: QuerySet[Duty], on: date) -> list[Standing]:
    """All of the duties as of the day: what is still owed first, by due day, task and unit."""
    rows = list(
        there_on(duties, on).select_related(
            "unit__organisation", "unit__region", "milestone__task__instrument"
        )
    )
    pasts = _pasts(rows, on)
    days = _days_set({row.milestone for row in rows}, on)
    soon, known = soon_by_region(), work_calendar()
    made = []
    for row in rows:
        past = pasts.get(row.pk, _Past())
        due_on = days.get(row.milestone_id, row.milestone.due_on)
        judged = judge(past.state, due_on, past.reported_on, on, soon[row.unit.region_id], known)
        made.append(Standing(row, past.state, due_on, past.reported_on, past.decided_on, judged))
    return sorted(
        made,
        key=lambda each: (
            each.state in SETTLED,
            each.due_on or date.max,
            each.duty.milestone.task.instrument_id,
            each.duty.milestone.task.start,
            each.duty.milestone_id,
            each.duty.unit_id,
        ),
    )


def _pasts(duties: Sequence[Duty], on: date) -> dict[int, _Past]:
    """The log of each duty, folded up to the day."""
    steps = Step.objects.filter(duty__in=[duty.pk for duty in duties], on__lte=on)
    found: dict[int, _Past] = {}
    lines = steps.exclude(state="").order_by("pk").values_list("duty_id", "kind", "state", "on")
    for duty_id, kind, state, day in lines:
        past = found.get(duty_id, _Past())
        is_report = kind == StepKind.REPORTED
        found[duty_id] = _Past(
            DutyState(state),
            day if is_report else past.reported_on,
            past.decided_on if is_report else day,
        )
    return found


def _days_set(milestones: Iterable[Milestone], on: date) -> dict[int, date | None]:
    """Days of milestones the plan gives none for: as set by that day, None before."""
    undated = {each.pk for each in milestones if each.kind == MilestoneKind.UNDATED}
    found: dict[int, date | None] = dict.fromkeys(undated)
    steps = Step.objects.filter(milestone__in=undated, kind=StepKind.DATED, on__lte=on)
    found.update(steps.order_by("pk").values_list("milestone_id", "due_on"))
    return found


def due_days(milestones: Iterable[Milestone], on: date) -> dict[int, date | None]:
    """The due day of each milestone as of the day."""
    rows = list(milestones)
    return {each.pk: each.due_on for each in rows} | _days_set(rows, on)


def soon_by_region() -> Mapping[str, int]:
    """黄灯 in working days, by region: its own rule, else that of the place above, else ours."""
    rules = dict(LightRule.objects.values_list("region_id", "soon_workdays"))
    parents = dict(Region.objects.values_list("code", "parent_id"))
    return {
        code: rules.get(code, rules.get(parent or "", DEFAULT_WORKDAYS))
        for code, parent in parents.items()
    }


def worst(lights: Iterable[Light]) -> Light | None:
    """The worst of them; None of none."""
    return min(lights, key=WORST_FIRST.index, default=None)


def is_closed(states: Iterable[DutyState]) -> bool:
    """已销号: everything that is still owed is accepted, and something was."""
    known = list(states)
    return DutyState.ACCEPTED in known and SETTLED.issuperset(known)
