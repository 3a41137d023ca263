"""来源: what may wait for a post.

Each app names its own in its `todo.py`:

    register(Source(key="drafts", label="方案待核对", waiting=waiting_drafts, items=..., ...))

Who sees what is the app's own `access`: `waiting` gives only what this post may and should act on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet

from tuban.accounts.models import User


class Urgency(StrEnum):
    """紧急程度, most urgent first."""

    OVERDUE = "overdue"
    SOON = "soon"
    WAITING = "waiting"

    @property
    def label(self) -> str:
        """Chinese name."""
        return {"overdue": "已逾期", "soon": "临近期限", "waiting": "等待办理"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that waits.

    Attributes:
        title: What is to be done, as a link says it.
        kind: 类别, where a source holds several; else the source's label.
        place: 旗区 or unit it is about.
        url: The very spot where it is done.
        light: green, yellow, red, grey or blue.
        word: The light in a word.
        rule: Why the light is as it is, for hover.
        due_on: None where no day is set.
        note: What else is to be known, e.g. 剩余 3 个工作日.
    """

    title: str
    place: str
    url: str
    kind: str = ""
    urgency: Urgency = Urgency.WAITING
    light: str = "blue"
    word: str = "待办"
    rule: str = ""
    due_on: date | None = None
    note: str = ""


Waiting = Callable[[User], "QuerySet[Any]"]
Items = Callable[[User, "QuerySet[Any]"], Iterable[Item]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A kind of thing that may wait.

    Attributes:
        key: Our own name, once for the whole product.
        label: The kind in Chinese.
        waiting: What waits for a post; nothing for a post that may not act.
        items: The things, made of what `waiting` gave, cut off after the first hundred.
        entry: URL name of the navigation entry that shows their count too.
        listed: Whether it stands on the page; else only its count is asked for.
        tallied: Whether each counts as one thing to do. What piles up by the thousand does not: it
            stands on the page as one line, and is asked for there alone.
        whole: URL of the list of all of them, with what a filter needs.
    """

    key: str
    label: str
    waiting: Waiting
    items: Items
    entry: str = ""
    listed: bool = True
    tallied: bool = True
    whole: str = ""


SOURCES: dict[str, Source] = {}


def register(source: Source) -> Source:
    """Names a source.

    Raises:
        ValueError: Another one has its key.
    """
    if source.key in SOURCES and SOURCES[source.key] != source:
        raise ValueError(f"two sources are called {source.key}")
    SOURCES[source.key] = source
    return source


def nothing(_user: User, _found: QuerySet[Any]) -> Iterable[Item]:
    """No lines on the page: for a source that is only counted."""
    return ()
