"""How many things wait for a post, of all sources in one query."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import CharField, Count, QuerySet, Value

from tuban.accounts.models import User
from tuban.todo.sources import SOURCES, Source

_KEPT = "_todo_counts"


def counts(user: User) -> Counter[str]:
    """Count by source's key; read once per user object, that is once per request."""
    kept: Counter[str] | None = user.__dict__.get(_KEPT)
    if kept is None:
        kept = user.__dict__[_KEPT] = _asked(user)
    return kept


def forget(user: User) -> None:
    """Counts again when next asked: something was done within the request."""
    user.__dict__.pop(_KEPT, None)


def total(user: User) -> int:
    """待办数: what stands on the page, each thing as one."""
    found = counts(user)
    return sum(found[s.key] for s in SOURCES.values() if s.listed and s.tallied)


def by_entry(user: User) -> Counter[str]:
    """Count by navigation entry."""
    found = counts(user)
    summed: Counter[str] = Counter()
    for source in SOURCES.values():
        if source.entry:
            summed[source.entry] += found[source.key]
    return summed


def _asked(user: User) -> Counter[str]:
    asked = [_one(source, user) for source in SOURCES.values() if source.tallied]
    if not asked:
        return Counter()
    first, *others = asked
    rows = first.union(*others, all=True) if others else first
    return Counter({key: count for key, count in rows if count})


def _one(source: Source, user: User) -> QuerySet[Any, Any]:
    """One row: the source's key and its count."""
    found = source.waiting(user).order_by()
    named = found.annotate(todo_source=Value(source.key, CharField())).values("todo_source")
    return named.annotate(todo_count=Count("pk")).values_list("todo_source", "todo_count")
