"""Who may see which task, duty and evidence: the only way to fetch one.

The tasks of a plan are for every post the plan binds. A duty, with what was reported for it, is
seen by posts of its unit's place and above; the city's own units are seen by the city's posts.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from tuban.accounts.access import region_codes
from tuban.accounts.models import User
from tuban.instruments.access import instruments_for
from tuban.instruments.models import Task
from tuban.parcels.access import Absent
from tuban.supervision.models import Duty, Evidence, Milestone, Step, TaskUnit


def tasks_for(user: User) -> QuerySet[Task]:
    """任务 of plans that bind the post's region."""
    return Task.objects.filter(instrument__in=instruments_for(user))


def get_task(user: User, pk: int) -> Task:
    """The task, if its plan binds the post's region.

    Raises:
        Absent: It does not exist or is not this post's to see.
    """
    task = tasks_for(user).filter(pk=pk).select_related("instrument__region").first()
    if task is None:
        raise Absent("项任务")
    return task


def milestones_for(user: User) -> QuerySet[Milestone]:
    """节点 of the tasks a post may see."""
    return Milestone.objects.filter(task__in=tasks_for(user))


def get_milestone(user: User, pk: int) -> Milestone:
    """The milestone, if the post may see its task.

    Raises:
        Absent: It does not exist or is not this post's to see.
    """
    found = milestones_for(user).filter(pk=pk).select_related("task__instrument__region").first()
    if found is None:
        raise Absent("个节点")
    return found


def duties_for(user: User) -> QuerySet[Duty]:
    """承办事项 of units in the post's own region and below."""
    return Duty.objects.filter(
        milestone__task__in=tasks_for(user), unit__region__in=region_codes(user)
    )


def duties_of(task: Task) -> QuerySet[Duty]:
    """All duties of a task the post was given: to count how far it is, never to show whose."""
    return Duty.objects.filter(milestone__task=task)


def get_duty(user: User, pk: int) -> Duty:
    """The duty with unit, milestone and task, if the post may see it.

    Raises:
        Absent: It does not exist or is not this post's to see.
    """
    found = (
        duties_for(user)
        .filter(pk=pk)
        .select_related("unit__organisation", "unit__region", "milestone__task__instrument__region")
    )
    duty = found.first()
    if duty is None:
        raise Absent("件承办事项")
    return duty


def units_for(user: User) -> QuerySet[TaskUnit]:
    """任务单位 of the tasks a post may see; their names stand in the plan."""
    return TaskUnit.objects.filter(task__in=tasks_for(user))


def get_unit(user: User, pk: int, role: str) -> TaskUnit:
    """A unit of a task in that role, if it is of the post's own region or below.

    Raises:
        Absent: It does not exist, has another role, or is not this post's to act for.
    """
    found = units_for(user).filter(pk=pk, role=role, region__in=region_codes(user))
    unit = found.select_related("organisation", "task__instrument").first()
    if unit is None:
        raise Absent("个单位")
    return unit


def steps_for(user: User) -> QuerySet[Step]:
    """办理记录 this post may read: of tasks as a whole, and of units in its own region and below."""
    scope = region_codes(user)
    return Step.objects.filter(task__in=tasks_for(user)).filter(
        Q(unit=None) | Q(unit__region__in=scope)
    )


def get_attachment(user: User, pk: int) -> Evidence:
    """An attached file of a report this post may read.

    Raises:
        Absent: There is none, or it is not this post's to see.
    """
    found = Evidence.objects.filter(pk=pk, kind="file", step__in=steps_for(user)).first()
    if found is None:
        raise Absent("个附件")
    return found
