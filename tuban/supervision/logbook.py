"""记: writes one line of a task's log, and of the record of changes. The only place that does."""

from __future__ import annotations

from datetime import date

from tuban.accounts.models import User
from tuban.accounts.records import record
from tuban.core import clock, whence
from tuban.instruments.models import Task
from tuban.supervision import deeds
from tuban.supervision.models import Duty, Milestone, Step, StepKind, TaskUnit

_DEEDS = {
    StepKind.REPORTED: deeds.REPORTED,
    StepKind.ACCEPTED: deeds.ACCEPTED,
    StepKind.RETURNED: deeds.RETURNED,
    StepKind.REOPENED: deeds.REOPENED,
    StepKind.RESPONDED: deeds.RESPONDED,
    StepKind.DATED: deeds.DATED,
    StepKind.MILESTONE_ADDED: deeds.MILESTONE_ADDED,
    StepKind.UNIT_ADDED: deeds.UNIT_ADDED,
    StepKind.RELEASED: deeds.RELEASED,
    StepKind.REFUSED: deeds.REFUSED,
}


def write(
    kind: StepKind,
    actor: User,
    task: Task,
    *,
    milestone: Milestone | None = None,
    duty: Duty | None = None,
    unit: TaskUnit | None = None,
    state: str = "",
    words: str = "",
    due_on: date | None = None,
) -> Step:
    """One line, with the post's unit, the instant and where it came from."""
    assert actor.post is not None  # nobody without a post may do any of the acts
    step = Step.objects.create(
        task=task,
        milestone=milestone,
        duty=duty,
        unit=unit,
        kind=kind,
        state=state,
        words=words,
        due_on=due_on,
        by=actor,
        organisation=actor.post.organisation,
        at=clock.now(),
        on=clock.today(),
        ip=whence.here().ip,
    )
    record(
        actor,
        _DEEDS[kind],
        about=task,
        subject=f"{task.no} {task.title}",
        region=unit.region_id if unit else task.instrument.region_id,
        detail={
            "节点": milestone.title if milestone else "",
            "单位": unit.name if unit else "",
            "期限": due_on,
            "内容": words[:200],
        },
    )
    return step


def write_about(
    kind: StepKind, actor: User, duty: Duty, *, state: str = "", words: str = ""
) -> Step:
    """One line about a duty."""
    return write(
        kind,
        actor,
        duty.milestone.task,
        milestone=duty.milestone,
        duty=duty,
        unit=duty.unit,
        state=state,
        words=words,
    )
