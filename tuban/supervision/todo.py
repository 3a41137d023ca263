"""待办 of tasks: what the post's unit owes soon or late, and the reports it has to decide on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from tuban.accounts.access import may
from tuban.accounts.models import User
from tuban.core import clock
from tuban.supervision.horizon import Horizon, horizon
from tuban.supervision.lights import DutyState, Judged, Light, judge, lateness
from tuban.supervision.models import Duty
from tuban.supervision.waiting import owed, spot, to_decide, with_last_step
from tuban.todo.sources import Item, Source, Urgency, register

_URGENT = {Light.OVERDUE: Urgency.OVERDUE, Light.SOON: Urgency.SOON}


def waiting(user: User) -> QuerySet[Duty]:
    """Owed and overdue, soon due or handed back; reported and this post's to decide on."""
    if not may(user, "report_task"):
        return to_decide(user)
    near = Q(milestone__due_on__lte=horizon(user).last) | Q(state=DutyState.RETURNED.value)
    return owed(user, clock.today()).filter(near) | to_decide(user)


def _items(user: User, found: QuerySet[Duty]) -> Iterable[Item]:
    ahead = horizon(user)
    shown = with_last_step(found).select_related("unit__region", "milestone__task__instrument")
    for duty in shown:
        yield _item(duty, ahead)


def _item(duty: Any, ahead: Horizon) -> Item:
    """One duty; `duty` comes from `with_last_step`."""
    state = DutyState(duty.state)
    reported_on = duty.step_on if state is DutyState.REPORTED else None
    judged = judge(state, duty.due, reported_on, ahead.on, ahead.soon, ahead.calendar)
    task = duty.milestone.task
    return Item(
        title=f"{task.title}：{duty.milestone.title}",
        place=duty.unit.name,
        url=spot(duty),
        kind=_KINDS[state],
        urgency=_URGENT.get(judged.light, Urgency.WAITING),
        light=judged.light.colour,
        word=judged.light.label,
        rule=judged.words,
        due_on=duty.due,
        note=_note(duty, state, judged, ahead),
    )


_KINDS = {
    DutyState.OPEN: "任务待上报",
    DutyState.RETURNED: "上报被退回",
    DutyState.REPORTED: "上报待核验",
}


def _note(duty: Any, state: DutyState, judged: Judged, ahead: Horizon) -> str:
    if state is DutyState.REPORTED:
        return f"{duty.step_on} 上报"
    if judged.light is Light.OVERDUE:
        time = lateness(duty.due, ahead.on, ahead.calendar)
    else:
        time = "" if judged.days is None else f"剩余 {judged.days} 个工作日"
    returned = f"退回理由：{duty.step_words}" if state is DutyState.RETURNED else ""
    return "；".join(filter(None, (time, returned)))


register(
    Source(
        key="duties",
        label="任务",
        waiting=waiting,
        items=_items,
        entry="task-list",
        whole="/tasks/",
    )
)
