"""挂图作战: a sheet for the wall. Rows are tasks or units, columns steps, a cell is light and day.

Rows 任务: the milestones of each task, in the order of their days. Rows 单位: with one task chosen
its milestones, else the tasks of the plan, where a cell shows the worst light of what the unit owes
there and the day of the first of it that is still open.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict

from tuban.accounts.models import User
from tuban.instruments.models import Instrument, Task
from tuban.supervision.access import duties_for, tasks_for
from tuban.supervision.lights import DutyState, Light
from tuban.supervision.standing import SETTLED, Standing, standings, worst

ROWS_A_PAGE = 30
BY_TASK, BY_UNIT = "tasks", "units"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: the worst light of its duties, a day, how many of them are accepted.

    Attributes:
        title: What is due, for a reader who points at it.
        rule: Why the light is as it is: of the first duty that has it.
        query: Filters of the list that shows its duties.
    """

    light: Light
    due_on: date | None
    title: str
    rule: str
    done: int
    count: int
    query: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row; None where it has nothing in that column."""

    key: str
    title: str
    task: int | None
    cells: Sequence[Cell | None]


@dataclass(frozen=True, slots=True)
class Wall:
    """The sheet, thirty rows a page.

    Attributes:
        plans: Plans in scope with tasks, newest first.
        tasks: Tasks of the plan that may be chosen.
        columns: Heading and what it stands for.
    """

    plans: Sequence[Instrument]
    plan: Instrument | None
    tasks: Sequence[Task]
    task: Task | None
    by: str
    columns: Sequence[tuple[str, str]]
    pages: Sequence[Sequence[Row]]
    rows: int


def wall(user: User, query: QueryDict, on: date) -> Wall:
    """The sheet of a plan as its address asks; the newest plan without one."""
    tasks = list(tasks_for(user).select_related("instrument").order_by("-instrument", "start"))
    plans = list({task.instrument_id: task.instrument for task in tasks}.values())
    asked = query.get("plan", "")
    plan = next((each for each in plans if str(each.pk) == asked), plans[0] if plans else None)
    own = [task for task in tasks if plan is not None and task.instrument_id == plan.pk]
    task = next((each for each in own if str(each.pk) == query.get("task", "")), None)
    by = BY_UNIT if query.get("rows") == BY_UNIT else BY_TASK
    duties = duties_for(user).filter(milestone__task__in=[task] if task else own)
    found = standings(duties, on)
    shown = [task] if task else own
    columns, rows = _by_unit(found, shown) if by == BY_UNIT else _by_task(found, shown)
    pages = [rows[at : at + ROWS_A_PAGE] for at in range(0, len(rows), ROWS_A_PAGE)]
    return Wall(plans, plan, own, task, by, columns, pages, len(rows))


def _by_task(
    found: Sequence[Standing], tasks: Sequence[Task]
) -> tuple[list[tuple[str, str]], list[Row]]:
    rows, most = [], 0
    for task in tasks:
        groups = _grouped(row for row in found if row.duty.milestone.task_id == task.pk)
        cells = [_cell(group, f"task={task.pk}") for group in groups]
        most = max(most, len(cells))
        rows.append((task, cells))
    columns = [(f"节点 {number}", "") for number in range(1, most + 1)]
    return columns, [
        Row(task.no, task.title, task.pk, [*cells, *[None] * (most - len(cells))])
        for task, cells in rows
    ]


def _grouped(found: Iterable[Standing]) -> list[list[Standing]]:
    """By milestone, in the order of their days."""
    groups: dict[int, list[Standing]] = {}
    for row in found:
        groups.setdefault(row.duty.milestone_id, []).append(row)
    return sorted(
        groups.values(), key=lambda group: (group[0].due_on or date.max, group[0].duty.milestone_id)
    )


def _by_unit(
    found: Sequence[Standing], tasks: Sequence[Task]
) -> tuple[list[tuple[str, str]], list[Row]]:
    one = len(tasks) == 1
    keys: dict[int, tuple[str, str]] = {}
    if one:
        for number, group in enumerate(_grouped(found), 1):
            milestone = group[0].duty.milestone
            keys[milestone.pk] = (f"节点 {number}", milestone.title)
    else:
        keys = {task.pk: (task.no, task.title) for task in tasks}
    units: dict[tuple[int, str], dict[int, list[Standing]]] = {}
    for row in found:
        unit, milestone = row.duty.unit, row.duty.milestone
        cells = units.setdefault((unit.region.sort, unit.name), {})
        cells.setdefault(milestone.pk if one else milestone.task_id, []).append(row)
    rows = []
    for (_, name), cells in sorted(units.items()):
        made = [_unit_cell(cells.get(key), name) for key in keys]
        rows.append(Row("", name, None, made))
    return list(keys.values()), rows


def _unit_cell(group: Sequence[Standing] | None, name: str) -> Cell | None:
    return _cell(group, f"unit={name}&task={group[0].duty.milestone.task_id}") if group else None


def _cell(group: Sequence[Standing], query: str) -> Cell:
    light = worst(row.light for row in group)
    assert light is not None  # a group has at least one row
    still = [row for row in group if row.state not in SETTLED] or list(group)
    titles = dict.fromkeys(row.duty.milestone.title for row in group)
    return Cell(
        light=light,
        due_on=min((row.due_on for row in still if row.due_on), default=None),
        title="；".join(titles),
        rule=_rule(next(row for row in group if row.light is light), group),
        done=sum(row.state is DutyState.ACCEPTED for row in group),
        count=sum(row.state is not DutyState.RELEASED for row in group),
        query=query,
    )


def _rule(row: Standing, group: Sequence[Standing]) -> str:
    """The rule as applied to one duty, with its unit and milestone where the cell holds others."""
    if len(group) == 1:
        return row.judged.words
    return f"{row.duty.unit.name}，{row.duty.milestone.title}：{row.judged.words}"
