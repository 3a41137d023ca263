"""节点: what a task's printed deadlines come to, day by day and year by year. Pure.

A range ends on its last day. What has no day of its own (no deadline, or one that counts from an
event) is 时限待定 and is never guessed. What is to be kept up (长期坚持, 逐年, 每3年一次) has a yearly
product, 年度成果: on the printed day where there is one, else on the last day of the year, which is
our own default (requirements T-04).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

Json = Mapping[str, Any]
_OF_THE_YEAR = re.compile(r"本年度|当年|年度|本年")
_BYMONTH = re.compile(r"BYMONTH=(\d{1,2});BYMONTHDAY=(-?\d{1,2})")
YEARS_WORK = "年度工作成果"


class MilestoneKind(StrEnum):
    """节点类别."""

    DATED = "dated"
    YEARLY = "yearly"
    UNDATED = "undated"

    @property
    def label(self) -> str:
        """Chinese name."""
        return {"dated": "定期", "yearly": "年度成果", "undated": "时限待定"}[self.value]


@dataclass(frozen=True, slots=True)
class Planned:
    """One milestone of a task.

    Attributes:
        words: What is due, as printed; may be empty.
        printed: The printed deadline; empty where there is none.
        due_on: Last day; None while it is 时限待定.
        year: Of a yearly product.
        span: Of the printed deadline in the plan's text.
        inferred: The printed words leave something open (the year was taken from the context).
        by_default: 系统默认: the day is ours, not the plan's.
    """

    kind: MilestoneKind
    words: str
    printed: str = ""
    due_on: date | None = None
    year: int | None = None
    span: tuple[int, int] | None = None
    inferred: bool = False
    by_default: bool = False


def milestones(deadlines: Sequence[Json], targets: Sequence[Json], year: int) -> list[Planned]:
    """All milestones of a task in a plan that comes into force in `year`, in order of their days.

    Args:
        deadlines: As the reader gives them (contract JSON).
        targets: Likewise; a yearly product is named after the year's target where there is one.
        year: The first that gets a yearly product of its own.
    """
    found = [_printed(deadline, deadlines) for deadline in deadlines if not _goes_on(deadline)]
    found += yearly(deadlines, targets, year)
    if not found:
        found = [Planned(MilestoneKind.UNDATED, "")]
    return sorted(found, key=lambda each: (each.due_on or date.max, each.span or (0, 0)))


def yearly(deadlines: Sequence[Json], targets: Sequence[Json], year: int) -> list[Planned]:
    """年度成果 of a year that the plan does not print itself; none for a task that ends before."""
    going_on = [
        deadline
        for deadline in deadlines
        if _goes_on(deadline) and year <= _last_year(deadline, deadlines)
    ]
    made = [_on_printed_day(each, day, year) for each in going_on if (day := _day_in(each, year))]
    others = [deadline for deadline in going_on if _day_in(deadline, year) is None]
    if others and not any(_years_product(each, deadlines) == year for each in deadlines):
        made.append(_at_years_end(others, deadlines, targets, year))
    return made


def is_open_ended(deadlines: Sequence[Json]) -> bool:
    """长期任务: something in it has no end; such a task never closes as a whole."""
    return any(
        _goes_on(deadline) and _last_year(deadline, deadlines) == date.max.year
        for deadline in deadlines
    )


def _goes_on(deadline: Json) -> bool:
    return deadline["kind"] in {"continuous", "recurring"}


def _last_year(deadline: Json, deadlines: Sequence[Json]) -> int:
    """The last year something recurring is owed for.

    逐年消化，“十四五”末全部清零 ends with the last day printed behind it; 长期坚持 does not end.
    """
    if deadline["kind"] == "continuous":
        return date.max.year
    later = [
        day.year
        for other in deadlines
        if other["span"][0] > deadline["span"][0]
        and other["where"] == deadline["where"]
        and (day := _last_day(other))
    ]
    return max(later, default=date.max.year)


def _last_day(deadline: Json) -> date | None:
    norm = deadline["norm"]
    if deadline["kind"] == "fixed" and norm:
        return date.fromisoformat(norm)
    return date.fromisoformat(norm[1]) if deadline["kind"] == "range" and norm else None


def _printed(deadline: Json, deadlines: Sequence[Json]) -> Planned:
    day = _last_day(deadline)
    year = _years_product(deadline, deadlines)
    kind = MilestoneKind.YEARLY if year else MilestoneKind.DATED
    return Planned(
        kind if day else MilestoneKind.UNDATED,
        deadline["what"],
        deadline["raw"],
        day,
        year,
        (deadline["span"][0], deadline["span"][1]),
        inferred=bool({"inferred_year", "ambiguous"} & set(deadline["flags"])),
    )


def _years_product(deadline: Json, deadlines: Sequence[Json]) -> int | None:
    """The year whose product a printed deadline is: the year's end of a task to be kept up."""
    day = _last_day(deadline)
    kept_up = any(
        each["kind"] == "continuous" and each["where"] == deadline["where"] for each in deadlines
    )
    return day.year if day and kept_up and (day.month, day.day) == (12, 31) else None


def _day_in(deadline: Json, year: int) -> date | None:
    """The printed day of something yearly (每年3月底前), None where only the year is printed."""
    match = _BYMONTH.search(deadline["norm"] or "")
    if match is None:
        return None
    month, day = int(match[1]), int(match[2])
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    last = first_of_next - timedelta(days=1)
    return last if day < 0 else date(year, month, min(day, last.day))


def _on_printed_day(deadline: Json, day: date, year: int) -> Planned:
    return Planned(
        MilestoneKind.YEARLY,
        deadline["what"],
        deadline["raw"],
        day,
        year,
        (deadline["span"][0], deadline["span"][1]),
    )


def _at_years_end(
    going_on: Sequence[Json], deadlines: Sequence[Json], targets: Sequence[Json], year: int
) -> Planned:
    words = next(_names(going_on, deadlines, targets, year))
    first = going_on[0]
    return Planned(
        MilestoneKind.YEARLY,
        words,
        first["raw"],
        date(year, 12, 31),
        year,
        (first["span"][0], first["span"][1]),
        by_default=True,
    )


def _names(
    going_on: Sequence[Json], deadlines: Sequence[Json], targets: Sequence[Json], year: int
) -> Iterator[str]:
    """What the year's product may be called, best first."""
    goals = [_goal(target) for target in targets if target["year"] == str(year)]
    if goals:
        yield "；".join(goals)
    for deadline in deadlines:
        if _years_product(deadline, deadlines) and _OF_THE_YEAR.search(deadline["what"]):
            yield deadline["what"]
    for deadline in going_on:
        if deadline["what"]:
            yield deadline["raw"] + deadline["what"]
    yield YEARS_WORK


def _goal(target: Json) -> str:
    name, printed = target["name"], target["raw"]
    return printed if name in printed else f"{name}{printed}"
