"""成节点: the printed words of a plan's tasks as units, milestones and duties."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from tuban.accounts.models import Organisation
from tuban.core import clock
from tuban.instruments.models import Instrument, Task
from tuban.regions.models import Region
from tuban.supervision.milestones import MilestoneKind, Planned, is_open_ended, milestones, yearly
from tuban.supervision.models import Duty, Milestone, Source, TaskUnit, UnitRole
from tuban.supervision.units import Place, Unit, owing, plain, possible_names, units


def on_plan_stands(instrument: Instrument, **_: Any) -> None:
    """A plan has come into force: its milestones stand with it."""
    form(instrument)


@transaction.atomic
def form(instrument: Instrument) -> None:
    """Writes units, milestones and duties of all tasks of a plan that have none yet.

    Yearly products of our own begin with the current year: nothing is made up for years that were
    over before the plan was known here.
    """
    place = _place(instrument.region)
    year = clock.today().year
    for task in instrument.tasks.filter(milestones=None).select_for_update(of=("self",)):
        leads = _write_units(task, place)
        for planned in milestones(task.deadlines, task.targets, year):
            _write_milestone(task, planned, leads, place)
    link_units(TaskUnit.objects.filter(task__instrument=instrument))


@transaction.atomic
def keep_up() -> int:
    """Makes what is missing: milestones of plans without, yearly products of the current year.

    Also lets organisations that have come since act for their units. Doing it again changes
    nothing.

    Returns:
        How many milestones were made.
    """
    before = Milestone.objects.count()
    for instrument in Instrument.objects.filter(
        tasks__milestones=None, tasks__isnull=False
    ).distinct():
        form(instrument)
    going_on = [each for each in Task.objects.select_related("instrument__region") if recurs(each)]
    for task in going_on:
        _keep_up(task)
    link_units(TaskUnit.objects.all())
    return Milestone.objects.count() - before


def recurs(task: Task) -> bool:
    """Whether something in it is owed every year, for ever or up to a printed end."""
    return any(deadline["kind"] in {"continuous", "recurring"} for deadline in task.deadlines)


def never_ends(task: Task) -> bool:
    """Whether the task as a whole cannot close; its yearly products do."""
    return is_open_ended(task.deadlines)


def _keep_up(task: Task) -> None:
    """The yearly products since the plan came into force that are not there yet."""
    place = _place(task.instrument.region)
    leads = [
        Unit(unit.name, unit.region_id, unit.printed)
        for unit in task.units.filter(role=UnitRole.LEAD, source=Source.DOCUMENT)
    ]
    made = set(task.milestones.filter(kind=MilestoneKind.YEARLY).values_list("year", "start"))
    confirmed = task.instrument.confirmed_at.astimezone(clock.SHANGHAI).year
    for year in range(confirmed, clock.today().year + 1):
        for planned in yearly(task.deadlines, task.targets, year):
            if planned.span and (year, planned.span[0]) not in made:
                _write_milestone(task, planned, leads, place)


def _place(region: Region) -> Place:
    below = region.children.order_by("sort", "code").values_list("code", "name")
    return Place(region.code, region.name, dict(below))


def _write_units(task: Task, place: Place) -> list[Unit]:
    """All units of a task; the responsible ones are returned."""
    named = {
        UnitRole.LEAD: units(task.lead, place),
        UnitRole.SUPPORT: units(task.support, place),
        UnitRole.SUPERVISE: units(task.supervise, place),
    }
    TaskUnit.objects.bulk_create(
        TaskUnit(
            task=task,
            role=role,
            name=unit.name[:120],
            printed=unit.printed[:120],
            region_id=unit.region_code,
        )
        for role, found in named.items()
        for unit in found
    )
    return named[UnitRole.LEAD]


def _write_milestone(task: Task, planned: Planned, leads: list[Unit], place: Place) -> None:
    start, end = planned.span or (None, None)
    milestone = Milestone.objects.create(
        task=task,
        kind=planned.kind,
        words=planned.words[:300],
        printed=planned.printed[:120],
        due_on=planned.due_on,
        year=planned.year,
        start=start,
        end=end,
        inferred=planned.inferred,
        source=Source.SYSTEM if planned.by_default else Source.DOCUMENT,
        since=date(planned.year, 1, 1) if planned.year else None,
    )
    names = [unit.name[:120] for unit in owing(planned.words, leads, place)]
    owe = task.units.filter(role=UnitRole.LEAD, name__in=names)
    Duty.objects.bulk_create(Duty(milestone=milestone, unit=unit) for unit in owe)


def link_units(found: Any) -> None:
    """Organisations with an account act for the units they are; the others stay 尚无账号."""
    acting = {
        plain(organisation.name): organisation
        for organisation in Organisation.objects.filter(posts__users__is_active=True).distinct()
    }
    for unit in found.filter(organisation=None).select_related("region"):
        names = possible_names(unit.name, unit.region.name)
        organisation = next((acting[name] for name in names if name in acting), None)
        if organisation is not None:
            TaskUnit.objects.filter(pk=unit.pk).update(organisation=organisation)
