"""任务 for programs: the plan's words, its milestones, and the duties this post may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tuban.core import clock
from tuban.core.paging import USUAL, number_after, page
from tuban.instruments.models import Task
from tuban.parcels.api import After, Limit, reader
from tuban.supervision.access import duties_for, tasks_for
from tuban.supervision.forming import never_ends
from tuban.supervision.models import Milestone
from tuban.supervision.standing import Standing, due_days, standings

router = Router(tags=["任务"])
Instrument = Annotated[int | None, Field(ge=1, lt=2**63, description="文件编号")]
On = Annotated[date | None, Field(description="截至；不填为今天")]


class DutyOut(Schema):
    """承办事项 as of the day."""

    id: int
    unit: str
    region_code: str
    has_account: bool
    state: str
    light: str
    rule: str
    reported_on: date | None
    decided_on: date | None


class MilestoneOut(Schema):
    """节点."""

    id: int
    kind: str
    words: str
    printed: str
    due_on: date | None
    year: int | None
    source: str
    inferred: bool
    duties: list[DutyOut]


class TaskOut(Schema):
    """任务."""

    id: int
    instrument_id: int
    no: str
    title: str
    text: str
    lead: list[str]
    support: list[str]
    supervise: list[str]
    deadlines: list[dict[str, Any]]
    open_ended: bool
    milestones: list[MilestoneOut]


class TaskPage(Schema):
    """一页任务."""

    items: list[TaskOut]
    next: str | None


@router.get("/tasks", response=TaskPage, summary="任务")
def list_tasks(
    request: HttpRequest,
    instrument: Instrument = None,
    on: On = None,
    after: After = None,
    limit: Limit = USUAL,
) -> dict[str, Any]:
    """Tasks of plans that bind the post's region, with their milestones and lights as of a day."""
    user = reader(request)
    day = on or clock.today()
    found = tasks_for(user).filter(pk__gt=number_after(after))
    if instrument is not None:
        found = found.filter(instrument=instrument)
    rows, following = page(list(found.order_by("pk")[: limit + 1]), limit, lambda row: row.pk)
    milestones = list(Milestone.objects.filter(task__in=rows))
    there = [each for each in milestones if each.since is None or each.since <= day]
    days = due_days(there, day)
    duties = standings(duties_for(user).filter(milestone__task__in=rows), day)
    items = [_task(row, there, days, duties) for row in rows]
    return {"items": items, "next": following}


def _task(
    task: Task,
    milestones: Sequence[Milestone],
    days: Mapping[int, date | None],
    duties: Sequence[Standing],
) -> dict[str, Any]:
    own = [each for each in milestones if each.task_id == task.pk]
    return {
        "id": task.pk,
        "instrument_id": task.instrument_id,
        "no": task.no,
        "title": task.title,
        "text": task.text,
        "lead": task.lead,
        "support": task.support,
        "supervise": task.supervise,
        "deadlines": task.deadlines,
        "open_ended": never_ends(task),
        "milestones": [
            {
                "id": each.pk,
                "kind": each.kind,
                "words": each.words,
                "printed": each.printed,
                "due_on": days[each.pk],
                "year": each.year,
                "source": each.source,
                "inferred": each.inferred,
                "duties": [_duty(row) for row in duties if row.duty.milestone_id == each.pk],
            }
            for each in sorted(own, key=lambda each: (days[each.pk] or date.max, each.pk))
        ],
    }


def _duty(row: Standing) -> dict[str, Any]:
    unit = row.duty.unit
    return {
        "id": row.duty.pk,
        "unit": unit.name,
        "region_code": unit.region_id,
        "has_account": unit.organisation_id is not None,
        "state": row.state.value,
        "light": row.light.value,
        "rule": row.judged.words,
        "reported_on": row.reported_on,
        "decided_on": row.decided_on,
    }
