"""What the page of 待办 shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tuban.accounts.models import User
from tuban.todo.counts import counts
from tuban.todo.sources import SOURCES, Item, Source, Urgency

MOST = 100
"""Lines of one source; the rest is on the list the line below leads to."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that waits, with its kind."""

    kind: str
    item: Item


@dataclass(frozen=True, slots=True)
class Group:
    """The things of one urgency, earliest due first."""

    urgency: Urgency
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class CutOff:
    """A source of which only the first lines are shown."""

    label: str
    count: int
    shown: int
    url: str


@dataclass(frozen=True, slots=True)
class TodoPage:
    """待办 of one post.

    Attributes:
        total: Things to do, each counted once, also those cut off.
        heaps: Lines that each stand for what piles up by the thousand; not in `total`.
    """

    groups: tuple[Group, ...]
    total: int
    heaps: int
    cut_off: tuple[CutOff, ...]


def todo_page(user: User) -> TodoPage:
    """The page; a source that has nothing costs no query."""
    found = counts(user)
    lines: list[Line] = []
    heaps = 0
    cut_off: list[CutOff] = []
    listed = [source for source in SOURCES.values() if source.listed]
    for source in listed:
        if source.tallied and not found[source.key]:
            continue
        new = [Line(item.kind or source.label, item) for item in _first(source, user)]
        lines += new
        heaps += 0 if source.tallied else len(new)
        if source.tallied and found[source.key] > MOST:
            cut_off.append(CutOff(source.label, found[source.key], MOST, source.whole))
    return TodoPage(
        groups=tuple(_grouped(lines)),
        total=sum(found[source.key] for source in listed if source.tallied),
        heaps=heaps,
        cut_off=tuple(cut_off),
    )


def _first(source: Source, user: User) -> list[Item]:
    waiting = source.waiting(user)
    return list(source.items(user, waiting[:MOST] if source.tallied else waiting))


def _grouped(lines: list[Line]) -> list[Group]:
    """Groups that hold anything; within one the earliest day first, then in order of the sources."""
    groups = []
    for urgency in Urgency:
        of_it = [line for line in lines if line.item.urgency is urgency]
        of_it.sort(key=lambda line: line.item.due_on or date.max)
        if of_it:
            groups.append(Group(urgency, tuple(of_it)))
    return groups
