"""正文数量: counts by class and 旗区 that stand in running words, as the table nobody printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tuban.documents.figures import decimals_of
from tuban.documents.model import Figure, Span, Table, Target, Task

_LEAST_TASKS = 2
_LEAST_REGIONS = 3
_Cell = tuple[str | None, Span]


@dataclass(frozen=True, slots=True)
class Count:
    """A task that counts something: the whole, and its parts by code (or name) of the region."""

    task: Task
    whole: Target
    parts: Mapping[str, Target]

    @property
    def total(self) -> Decimal:
        """The whole as printed."""
        return Decimal(self.whole.value)


def counts_of(tasks: Sequence[Task]) -> tuple[Count, ...]:
    """The counts of a plan: at least two tasks that give a whole and three parts by region."""
    found = [count for task in tasks if (count := _count(task)) is not None]
    return tuple(found) if len(found) >= _LEAST_TASKS else ()


def _count(task: Task) -> Count | None:
    """The first figure as the whole and those of single places in the same unit as its parts."""
    if not task.targets:
        return None
    whole, *rest = task.targets
    parts: dict[str, Target] = {}
    for target in rest:
        place = _place(target)
        if place and target.unit == whole.unit:
            parts.setdefault(place, target)
    if len(parts) < _LEAST_REGIONS or _place(whole) in parts:
        return None
    return Count(task, whole, parts)


def _place(target: Target) -> str | None:
    """Code of a single place, or its name where it has no code."""
    return target.region_code or (target.region if "unknown_place" in target.flags else None)


def count_table(tasks: Sequence[Task], table_index: int) -> tuple[Table | None, list[Figure]]:
    """The table of 其中，东胜区35个、达拉特旗35个… over all tasks that count by region.

    Made when at least two tasks give a total and its parts by region; (None, []) otherwise.
    """
    counted = counts_of(tasks)
    if not counted:
        return None, []
    names = {code: part.region or "" for count in counted for code, part in count.parts.items()}
    codes = sorted(names)
    figures: list[Figure] = []
    rows: list[list[_Cell]] = []
    for row, count in enumerate(counted):
        targets = [*(count.parts.get(code) for code in codes), count.whole]
        start = count.task.span[0]
        rows.append([(count.task.title, (start, start))])
        for column, target in enumerate(targets, 1):
            rows[-1].append((target.value, target.span) if target else (None, (start, start)))
            if target:
                role_is_total = column == len(targets)
                at = (table_index, row, column)
                figures.append(_figure(count.task, target, at, is_total=role_is_total))
    table = Table(
        caption="正文所列分类、分地区数量（据正文编列）",
        annex=None,
        unit=counted[0].whole.unit,
        columns=("类别", *(names[code] for code in codes), "合计"),
        rows=tuple(tuple(value for value, _ in row) for row in rows),
        row_spans=tuple(tuple(span for _, span in row) for row in rows),
        notes=(),
        note_spans=(),
        span=(counted[0].task.span[0], counted[-1].task.span[1]),
    )
    return table, figures


def _figure(task: Task, target: Target, at: tuple[int, int, int], *, is_total: bool) -> Figure:
    return Figure(
        table=at[0],
        row=at[1],
        column=at[2],
        metric=task.title.removeprefix("关于"),
        region=target.region or "",
        region_code=target.region_code,
        period=None,
        value=target.value,
        unit=target.unit,
        printed=target.raw,
        decimals=decimals_of(Decimal(target.value)),
        role="total" if is_total else "cell",
        span=target.span,
    )
