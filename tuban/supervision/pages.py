"""What the pages of tasks show: the list, and one task with its units, milestones and log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict

from tuban.accounts.access import may, region_codes
from tuban.accounts.models import Organisation, User
from tuban.core import clock
from tuban.instruments.models import Task
from tuban.supervision import parting
from tuban.supervision.access import duties_for, duties_of, steps_for
from tuban.supervision.filters import MINE, Choice, Filters, choices
from tuban.supervision.forming import never_ends
from tuban.supervision.lights import DutyState, Light
from tuban.supervision.milestones import MilestoneKind
from tuban.supervision.models import (
    Milestone,
    Source,
    Step,
    StepKind,
    TaskUnit,
    UnitRole,
)
from tuban.supervision.standing import (
    Standing,
    due_days,
    is_closed,
    standings,
    worst,
)
from tuban.web.paging import Pager, pager

_SELECTS = (
    ("plan", "方案"),
    ("task", "任务"),
    ("unit", "单位"),
    ("region", "旗区"),
    ("month", "期限"),
)


@dataclass(frozen=True, slots=True)
class Select:
    """One drop-down of the filter bar."""

    name: str
    label: str
    value: str
    choices: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class ListPage:
    """任务清单: one line a duty.

    Attributes:
        lights: How many of the otherwise filtered duties show each light.
        mine: How many wait for the post's own unit.
        in_scope: How many there are without any filter.
    """

    rows: Sequence[Standing]
    filters: Filters
    selects: Sequence[Select]
    lights: Sequence[Choice]
    tasks: int
    mine: int
    in_scope: int
    pager: Pager
    query: str


def found(user: User, query: QueryDict, on: date) -> list[Standing]:
    """The filtered duties, in the list's order: what the page shows and the export writes."""
    return Filters.of(query).keep(standings(duties_for(user), on), user)


def list_page(user: User, query: QueryDict, on: date) -> ListPage:
    """The list as its address asks."""
    everything = standings(duties_for(user), on)
    filters = Filters.of(query)
    rows = filters.keep(everything, user)
    pages = pager(query, len(rows))
    return ListPage(
        rows=rows[pages.window],
        filters=filters,
        selects=[
            Select(
                name,
                label,
                getattr(filters, name),
                choices(filters.keep(everything, user, but=name), name, user),
            )
            for name, label in _SELECTS
        ],
        lights=choices(filters.keep(everything, user, but="light"), "light", user),
        tasks=len({row.duty.milestone.task_id for row in rows}),
        mine=len(Filters(mine=MINE).keep(everything, user)),
        in_scope=len(everything),
        pager=pages,
        query=query.urlencode(),
    )


@dataclass(frozen=True, slots=True)
class DutyLine:
    """A duty on its task's page, with what the reader may do.

    Attributes:
        deciders: Who decides on it, in words.
    """

    standing: Standing
    report: bool
    decide: bool
    reopen: bool
    release: bool
    deciders: str


@dataclass(frozen=True, slots=True)
class MilestoneBlock:
    """A milestone with the duties the reader may see.

    Attributes:
        others: Duties of other places, which are only counted.
        light: The worst of those shown.
    """

    milestone: Milestone
    due_on: date | None
    lines: Sequence[DutyLine]
    others: int
    light: Light | None
    closed: bool
    may_date: bool

    @property
    def source_words(self) -> str:
        """Where the day comes from, in words."""
        if self.milestone.source == Source.SYSTEM:
            return "年末为系统默认的期限：文件只写明长期或逐年"
        if self.milestone.inferred:
            return "年份由上下文推定，文件没有写明"
        if self.milestone.source == Source.POST:
            return "由市局审核增设，理由见办理记录"
        if self.milestone.kind == MilestoneKind.UNDATED and self.due_on:
            return "期限由市局审核所定，理由见办理记录"
        return ""


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A supporting or supervising unit.

    Attributes:
        responses: What a supporting unit has written, newest last.
        may_respond: Whether the reader acts for it.
    """

    unit: TaskUnit
    responses: Sequence[Step]
    may_respond: bool


@dataclass(frozen=True, slots=True)
class TaskPage:
    """One task.

    Attributes:
        closed: 已销号: all duties of all milestones; never for a task without end.
        organisations: Whom a reviewer may add, when he may.
    """

    task: Task
    blocks: Sequence[MilestoneBlock]
    leads: Sequence[TaskUnit]
    supports: Sequence[UnitLine]
    supervisors: Sequence[TaskUnit]
    steps: Sequence[Step]
    closed: bool
    never_ends: bool
    counts: Sequence[tuple[Light, int]]
    may_arrange: bool
    organisations: Sequence[Organisation]


def task_page(user: User, task: Task, on: date) -> TaskPage:
    """The task as of the day; on an earlier day than today nothing may be done."""
    acts = on == clock.today()
    everything = standings(duties_of(task), on)
    scope = region_codes(user)
    shown = [row for row in everything if row.duty.unit.region_id in scope]
    blocks = _blocks(user, task, everything, on, acts=acts)
    steps = list(
        steps_for(user)
        .filter(task=task, on__lte=on)
        .select_related("by__post__organisation", "organisation", "milestone", "unit")
        .prefetch_related("evidence__parcel")
        .order_by("-at", "-pk")
    )
    units = list(task.units.select_related("organisation", "region"))
    arranges = acts and may(user, "assign_task")
    lights = Counter(row.light for row in shown)
    return TaskPage(
        task=task,
        blocks=blocks,
        leads=[unit for unit in units if unit.role == UnitRole.LEAD],
        supports=_supports(user, units, steps, acts=acts),
        supervisors=[unit for unit in units if unit.role == UnitRole.SUPERVISE],
        steps=steps,
        closed=bool(blocks) and all(b.closed for b in blocks) and not never_ends(task),
        never_ends=never_ends(task),
        counts=[(light, lights[light]) for light in Light if lights[light]],
        may_arrange=arranges,
        organisations=_organisations(user) if arranges else (),
    )


def _blocks(
    user: User, task: Task, everything: Sequence[Standing], on: date, *, acts: bool
) -> list[MilestoneBlock]:
    found = [each for each in task.milestones.all() if each.since is None or each.since <= on]
    days, scope = due_days(found, on), region_codes(user)
    arranges = acts and may(user, "assign_task")
    blocks = []
    for milestone in sorted(found, key=lambda each: (days[each.pk] or date.max, each.pk)):
        rows = [row for row in everything if row.duty.milestone_id == milestone.pk]
        own = [row for row in rows if row.duty.unit.region_id in scope]
        blocks.append(
            MilestoneBlock(
                milestone=milestone,
                due_on=days[milestone.pk],
                lines=[_line(user, row, acts=acts) for row in own],
                others=len(rows) - len(own),
                light=worst(row.light for row in own),
                closed=is_closed(row.state for row in rows),
                may_date=arranges and milestone.kind == MilestoneKind.UNDATED,
            )
        )
    return blocks


def _line(user: User, row: Standing, *, acts: bool) -> DutyLine:
    duty, state = row.duty, row.state
    waits = state in {DutyState.REPORTED, DutyState.ACCEPTED}
    decides = acts and waits and parting.may_decide(user, duty)
    return DutyLine(
        standing=row,
        report=acts and state in parting.REPORTABLE and parting.may_report(user, duty),
        decide=decides and state is DutyState.REPORTED,
        reopen=decides and state is DutyState.ACCEPTED,
        release=acts and state in parting.REPORTABLE and may(user, "assign_task"),
        deciders=parting.deciders(duty).words if state is DutyState.REPORTED else "",
    )


def _supports(
    user: User, units: Sequence[TaskUnit], steps: Sequence[Step], *, acts: bool
) -> list[UnitLine]:
    own = user.post.organisation_id if user.post else None
    return [
        UnitLine(
            unit,
            [s for s in reversed(steps) if s.kind == StepKind.RESPONDED and s.unit_id == unit.pk],
            may_respond=acts
            and unit.organisation_id is not None
            and unit.organisation_id == own
            and may(user, "report_task"),
        )
        for unit in units
        if unit.role == UnitRole.SUPPORT
    ]


def _organisations(user: User) -> list[Organisation]:
    scope = Organisation.objects.filter(region__in=region_codes(user), posts__users__is_active=True)
    return list(scope.distinct().order_by("region__sort", "name"))
