"""Which duties a page shows: what stands in its address, told back as chips."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import QueryDict

from tuban.accounts.models import User
from tuban.supervision.lights import Light
from tuban.supervision.standing import Standing

NAMES = ("plan", "task", "unit", "region", "light", "month", "mine")
UNDATED = "none"
MINE = "1"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value a filter may take, with how many duties have it."""

    value: str
    label: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Filters:
    """What was asked for; empty text asks for all."""

    plan: str = ""
    task: str = ""
    unit: str = ""
    region: str = ""
    light: str = ""
    month: str = ""
    mine: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> Filters:
        """From the address; what nobody has is simply not found."""
        return cls(**{name: query.get(name, "").replace("\0", "")[:120] for name in NAMES})

    @property
    def is_any(self) -> bool:
        """Whether anything is filtered."""
        return any(getattr(self, name) for name in NAMES)

    def keep(self, rows: Iterable[Standing], user: User, *, but: str = "") -> list[Standing]:
        """The rows that fit, one filter left out of account when its choices are counted."""
        wanted = {name: asked for name in NAMES if (asked := getattr(self, name)) and name != but}
        return [
            row
            for row in rows
            if all(value_of(row, name, user) == asked for name, asked in wanted.items())
        ]


def value_of(row: Standing, name: str, user: User) -> str:
    """What a filter compares: the row's value under that name."""
    duty = row.duty
    task = duty.milestone.task
    if name == "plan":
        return str(task.instrument_id)
    if name == "task":
        return str(task.pk)
    if name == "unit":
        return duty.unit.name
    if name == "region":
        return duty.unit.region_id
    if name == "light":
        return row.light.value
    if name == "month":
        return f"{row.due_on:%Y-%m}" if row.due_on else UNDATED
    own = user.post is not None and duty.unit.organisation_id == user.post.organisation_id
    return MINE if own else ""


def choices(rows: Sequence[Standing], name: str, user: User) -> list[Choice]:
    """The values the rows have under that name, with their counts, in the order of a reader."""
    counts: dict[str, int] = {}
    labels: dict[str, str] = {}
    orders: dict[str, object] = {}
    for row in rows:
        value = value_of(row, name, user)
        counts[value] = counts.get(value, 0) + 1
        labels.setdefault(value, _label(row, name))
        orders.setdefault(value, _order(row, name))
    return [
        Choice(value, labels[value], counts[value])
        for value in sorted(counts, key=lambda value: orders[value])  # type: ignore[arg-type,return-value]
    ]


def _label(row: Standing, name: str) -> str:
    task = row.duty.milestone.task
    labels = {
        "plan": str(task.instrument),
        "task": f"{task.no} {task.title}",
        "unit": row.duty.unit.name,
        "region": row.duty.unit.region.name,
        "light": row.light.label,
        "month": f"{row.due_on.year}年{row.due_on.month}月" if row.due_on else "时限待定",
    }
    return labels.get(name, "")


def _order(row: Standing, name: str) -> object:
    unit, task = row.duty.unit, row.duty.milestone.task
    if name == "light":
        return list(Light).index(row.light)
    if name == "month":
        return f"{row.due_on:%Y-%m}" if row.due_on else "9999"
    if name in {"unit", "region"}:
        return (unit.region.sort, unit.region_id, unit.name if name == "unit" else "")
    return (task.instrument_id, task.start if name == "task" else 0)
