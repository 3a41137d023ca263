"""时限对照: by when everything must be done, and the same product due on different days (X3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from tuban.documents.across.pair import Pair, finding
from tuban.documents.checks.conflicts import subject_of
from tuban.documents.model import Deadline, Finding, Reading, Span, Target

_RECTIFIED = re.compile("违法|整改|督察|反馈问题")
_NEW = re.compile("新增")
_ALIKE = 0.75
_LEAST_WORDS = 6
_MOST_PRODUCTS = 400


@dataclass(frozen=True, slots=True)
class Clearing:
    """全部清零 of a subject by a day."""

    subject: str
    words: str
    due: str
    span: Span


def compare_deadlines(pair: Pair) -> list[Finding]:
    """Only between documents of one place, or of a place and the city above it."""
    if not pair.related:
        return []
    return [*_clearings(pair), *_products(pair)]


def _clearings(pair: Pair) -> Iterator[Finding]:
    first, second = map(clearings_of, pair.readings)
    for subject in first.keys() & second.keys():
        ours, theirs = first[subject], second[subject]
        if {each.due for each in ours} & {each.due for each in theirs}:
            continue
        names = pair.names
        yield finding(
            "clearing-differs",
            ("冲突", "error"),
            f"{subject}全部清零的期限两件不一：{names[0]} 为 {_days(ours)}（{ours[0].words}），"
            f"{names[1]} 为 {_days(theirs)}（{theirs[0].words}）。请发文机关明确以哪件为准。",
            ([each.span for each in ours], [each.span for each in theirs]),
            ref="X3",
        )


def _days(clearings: list[Clearing]) -> str:
    return "、".join(dict.fromkeys(each.due for each in clearings))


def clearings_of(reading: Reading) -> dict[str, list[Clearing]]:
    """Targets of zero with the day named before them in their sentence, by subject."""
    deadlines = [
        *(deadline for task in reading.tasks for deadline in task.deadlines),
        *reading.document_deadlines,
    ]
    found: dict[str, list[Clearing]] = {}
    targets = [
        *(target for task in reading.tasks for target in task.targets),
        *reading.document_targets,
    ]
    for target in targets:
        subject = _subject(target)
        due = _due(reading.text, target, deadlines)
        if subject and due and "in_words" in target.flags and target.value == "0":
            words = f"{target.name}{target.raw}"
            found.setdefault(subject, []).append(Clearing(subject, words, due, target.span))
    return found


def _subject(target: Target) -> str | None:
    if _NEW.search(target.name):
        return None
    if _RECTIFIED.search(target.name):
        return "违法和督察问题"
    return subject_of(target.name)


def _due(text: str, target: Target, deadlines: list[Deadline]) -> str | None:
    """The last day named before a target within its sentence."""
    before = [
        deadline
        for deadline in deadlines
        if deadline.due
        and deadline.span[1] <= target.span[0]
        and not re.search("[。；\n]", text[deadline.span[1] : target.span[0]])
    ]
    return max(before, key=lambda each: each.span).due if before else None


def _products(pair: Pair) -> Iterator[Finding]:
    """One product, told in nearly the same words, due on different days."""
    first, second = (_dated(reading) for reading in pair.readings)
    if len(first) * len(second) > _MOST_PRODUCTS**2:
        return
    names = pair.names
    for ours in first:
        best = max(second, key=lambda each: _ratio(ours, each), default=None)
        if best is None or _ratio(ours, best) < _ALIKE or ours.due == best.due:
            continue
        if any(_ratio(ours, each) >= _ALIKE and each.due == ours.due for each in second):
            continue
        yield finding(
            "deadline-differs",
            ("冲突", "warning"),
            f"“{ours.what}”的时限两件不一：{names[0]} 为 {ours.due}，{names[1]} 为 {best.due}"
            f"（“{best.what}”）。",
            ([ours.span], [best.span]),
        )


def _dated(reading: Reading) -> list[Deadline]:
    return [
        deadline
        for task in reading.tasks
        for deadline in task.deadlines
        if deadline.due and len(deadline.what) >= _LEAST_WORDS
    ]


def _ratio(one: Deadline, other: Deadline) -> float:
    matcher = SequenceMatcher(None, one.what, other.what, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= _ALIKE else 0.0
