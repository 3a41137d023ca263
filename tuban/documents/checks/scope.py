"""口径: years that differ for one class (X13), and classes surveyed without any target (X14)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tuban.documents.model import Finding, Span, Table, Target, Task
from tuban.documents.scopes import Scope, by_subject

CLASSES: dict[str, re.Pattern[str]] = {
    "批而未供": re.compile("批而未供|批而未"),
    "未供即用": re.compile("未供即用|未供先用"),
    "供而未用": re.compile("供而未用"),
    "用而未尽": re.compile("用而未尽"),
    "闲置土地": re.compile("闲置土地|土地闲置"),
    "空闲土地": re.compile("空闲土地"),
    "低效用地": re.compile("低效(?:建设)?用地|低效土地|用地低效"),
}
"""Classes of stock land that plans survey and set targets for, with the ways to write them."""

_SURVEY = re.compile(r"摸清|摸底|大起底|清查|普查|梳理")
_STOPS = re.compile(r"[^；。\n]+")


def check_scopes(scopes: Sequence[Scope]) -> Iterator[Finding]:
    """One class asked for over different years within one plan (X13)."""
    for subject, kept in by_subject(scopes).items():
        if len(kept) > 1:
            yield Finding(
                "scope-differs",
                "口径",
                "note",
                f"{subject}的年份范围前后不同：{'、'.join(scope.words for scope in kept)}。"
                "摸底与目标的基数可能不是同一批，请明确口径。",
                tuple(dict.fromkeys(scope.span for scope in kept)),
                ref="X13",
            )


def check_surveyed(
    text: str,
    tasks: Sequence[Task],
    targets: Sequence[Target],
    tables: Sequence[Table],
) -> Iterator[Finding]:
    """Classes that are surveyed and have no target, in a plan that sets targets for others (X14)."""
    surveyed = _surveyed(text, tasks)
    named = [
        *(target.name for target in targets),
        *(table.caption or "" for table in tables),
        *(heading for table in tables for heading in table.columns),
    ]
    aimed = {name for name, words in CLASSES.items() if any(map(words.search, named))}
    without = {name: spans for name, spans in surveyed.items() if name not in aimed}
    if without and aimed & surveyed.keys():
        yield Finding(
            "surveyed-without-target",
            "缺失",
            "note",
            f"要求摸清的{'、'.join(without)}没有目标任务，完成情况无从考核；"
            f"同一方案对{'、'.join(sorted(aimed & surveyed.keys()))}定有目标。",
            tuple(span for spans in without.values() for span in spans[:1]),
            ref="X14",
        )


def _surveyed(text: str, tasks: Sequence[Task]) -> dict[str, list[Span]]:
    """Classes named in a sentence of a task that orders a survey."""
    found: dict[str, list[Span]] = {}
    for task in tasks:
        for sentence in _STOPS.finditer(text, *task.span):
            if not _SURVEY.search(sentence.group()):
                continue
            for name, words in CLASSES.items():
                if match := words.search(text, *sentence.span()):
                    found.setdefault(name, []).append(match.span())
    return found
