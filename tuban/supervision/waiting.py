"""待办 of tasks as querysets: what a unit owes, what waits for a post's decision."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from tuban.accounts.access import may
from tuban.accounts.models import Post, Role, User
from tuban.supervision.access import duties_for
from tuban.supervision.lights import DutyState
from tuban.supervision.models import Duty, Step, StepKind, TaskUnit, UnitRole
from tuban.supervision.parting import REPORTABLE
from tuban.supervision.standing import there_on


def open_duties(on: date) -> QuerySet[Duty]:
    """Duties that are owed and not reported, of every unit."""
    return there_on(Duty.objects.filter(state__in=[state.value for state in REPORTABLE]), on)


def owed(user: User, on: date) -> QuerySet[Duty]:
    """What the post's own unit owes and may report."""
    if user.post is None or not may(user, "report_task"):
        return Duty.objects.none()
    mine = duties_for(user) & open_duties(on)
    return mine.filter(unit__organisation=user.post.organisation_id)


def to_decide(user: User) -> QuerySet[Duty]:
    """Reports that wait for this post: the same as `parting.may_decide`, for all at once."""
    if user.post is None or not may(user, "accept_task"):
        return Duty.objects.none()
    organisation = user.post.organisation_id
    supervisors = TaskUnit.objects.filter(
        task=OuterRef("milestone__task"),
        role=UnitRole.SUPERVISE,
        organisation__posts__users__is_active=True,
    ).exclude(organisation=OuterRef("unit__organisation"))
    reported_by_us = Step.objects.filter(
        duty=OuterRef("pk"), kind=StepKind.REPORTED, organisation=organisation
    )
    chosen = Exists(supervisors.filter(organisation=organisation))
    return (
        duties_for(user)
        .filter(state=DutyState.REPORTED.value)
        .filter(chosen | (~Exists(supervisors) & _by_role(user)))
        .exclude(unit__organisation=organisation)
        .exclude(Exists(reported_by_us))
    )


def _by_role(user: User) -> Any:
    """Where no 监督单位 acts: a city reviewer decides, on the reviewers' own unit a city leader."""
    reviewers = Post.objects.filter(
        organisation=OuterRef("unit__organisation"), role=Role.CITY_REVIEWER
    )
    if user.role == Role.CITY_REVIEWER:
        return ~Exists(reviewers)
    if user.role == Role.CITY_LEADER:
        return Exists(reviewers)
    return Q(pk__in=[])


def with_last_step(duties: QuerySet[Duty]) -> QuerySet[Any]:
    """The duties with number, day and words of the step that led to their state."""
    steps = Step.objects.filter(duty=OuterRef("pk"), state=OuterRef("state")).order_by("-pk")
    return duties.annotate(
        step_id=Subquery(steps.values("pk")[:1]),
        step_on=Subquery(steps.values("on")[:1]),
        step_words=Subquery(steps.values("words")[:1]),
        due=F("milestone__due_on"),
    )


def spot(duty: Duty) -> str:
    """Where the duty is dealt with: the form of a report, or the task's page at the duty."""
    if duty.state in REPORTABLE:
        return reverse("duty-report", args=[duty.pk])
    return f"{reverse('task-detail', args=[duty.milestone.task_id])}#d-{duty.pk}"
