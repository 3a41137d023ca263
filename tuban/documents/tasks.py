"""任务: the smallest numbered measures of the working part, with units, deadlines and targets."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tuban.documents.chapters import Part
from tuban.documents.clauses import is_label
from tuban.documents.deadlines import find_deadlines
from tuban.documents.markers import DEADLINE_LABELS, LABEL, NUMBERED, ROLE_LABELS
from tuban.documents.model import Clause, Deadline, Owner, Role, Span, Target, Task
from tuban.documents.targets import Context, find_targets
from tuban.documents.units import split_units

_BRACKETED = re.compile(r"（(?P<words>[^（）]{2,200}(?:牵头|负责|配合|落实)[^（）]{0,60})）")
_IN_BRACKETS = re.compile(r"（(?P<words>[^（）\n]{2,40})）")
_DOING = re.compile(
    r"(?P<names>.+?)(?P<verb>牵头(?:负责|落实)?|按照?职责(?:分工)?(?:负责|落实)|(?:分工|共同)负责"
    r"|负责(?:落实)?|配合|参与|协同|监督|督导|落实)$"
)
_VERB_ROLES: tuple[tuple[str, Role], ...] = (
    ("监督", "supervise"),
    ("督导", "supervise"),
    ("配合", "support"),
    ("参与", "support"),
    ("协同", "support"),
)
_TRAILING_NUMBER = re.compile(r"\n\s*\d{1,2}[.、]\s*$")


@dataclass(frozen=True, slots=True)
class _Label:
    """A label in the words of a task, and the span of what stands after it."""

    name: str
    start: int
    value: Span


def tasks_in(text: str, clauses: Sequence[Clause], parts: dict[str, Part]) -> list[Clause]:
    """The clauses that are tasks, of every working chapter, in order."""
    return _Tree(text, clauses).measures(lambda chapter: parts.get(chapter) == "work")


def read_safeguards(
    text: str, clauses: Sequence[Clause], parts: dict[str, Part], context: Context
) -> tuple[Task, ...]:
    """保障措施, in the shape of tasks."""
    measures = _Tree(text, clauses).measures(lambda chapter: parts.get(chapter) == "safeguard")
    return tuple(read_task(text, clause, context) for clause in measures if clause.parent)


class _Tree:
    """The clauses with their numbered children, and who names owners of its own."""

    def __init__(self, text: str, clauses: Sequence[Clause]) -> None:
        self._text = text
        self._by_id = {clause.id: clause for clause in clauses}
        self._inner: dict[str, list[Clause]] = defaultdict(list)
        for clause in clauses:
            if clause.parent and clause.kind in NUMBERED and not is_label(clause, text):
                self._inner[clause.parent].append(clause)

    def measures(self, chapters: Callable[[str], bool]) -> list[Clause]:
        """The smallest numbered measures of the chapters whose id passes."""
        return [
            clause
            for clause in self._by_id.values()
            if chapters(clause.id.split(".")[0]) and self._is_measure(clause)
        ]

    def _is_measure(self, clause: Clause) -> bool:
        """Numbered, no mere label, and without numbered measures inside."""
        if clause.kind not in NUMBERED or is_label(clause, self._text):
            return False
        parent = self._by_id.get(clause.parent or "")
        if parent and parent.kind in NUMBERED and self._owns_labels(parent):
            return False
        if self._inner[clause.id] and not self._owns_labels(clause):
            return False
        return clause.level > 1 or self._names_owners(clause)

    def _owns_labels(self, clause: Clause) -> bool:
        """Whether units that stand behind the last inner item belong to the whole clause.

        Then the clause is the measure and its items are not.
        """
        inner = self._inner[clause.id]
        if len(inner) < 2 or clause.level < 2:
            return False
        *first, last = inner
        return self._names_owners(last) and not any(map(self._names_owners, first))

    def _names_owners(self, clause: Clause) -> bool:
        start, end = clause.span
        return bool(
            LABEL.search(self._text, start, end) or _bracketed_owners(self._text, start, end)
        )


def heads_above(clause: Clause, clauses: Sequence[Clause]) -> list[Span]:
    """Headings over a clause, the nearest first."""
    by_id = {each.id: each for each in clauses}
    heads = []
    while clause.parent:
        clause = by_id[clause.parent]
        heads.append(clause.head)
    return heads


def read_task(text: str, clause: Clause, context: Context, above: Sequence[Span] = ()) -> Task:
    """One measure with everything that hangs on it.

    Args:
        text: the normalised text.
        clause: the measure.
        context: date and place of the document.
        above: headings over it; a day in brackets there holds for a measure that names none.
    """
    start, end = clause.span
    labels = _labels(text, start, end)
    words_end = labels[0].start if labels else end
    own_label = next((label for label in labels if label.name.endswith("措施")), None)
    owners = _owners(text, labels) or _bracketed_owners(text, start, end)
    deadlines = _deadlines(text, start, words_end, labels, context.issued) or _inherited(
        text, above, context.issued
    )
    spans = [(start, words_end)]
    spans += [
        label.value for label in labels if label.name in DEADLINE_LABELS or label is own_label
    ]
    targets: list[Target] = []
    for span in spans:
        targets.extend(find_targets(text, *span, context))
    body = text[start + len(clause.no) : words_end].strip()
    return Task(
        no=clause.cite,
        clause=clause.id,
        title=clause.title,
        text=_TRAILING_NUMBER.sub("", "\n" + body).strip().rstrip("（"),
        span=clause.span,
        owners=tuple(owners),
        deadlines=tuple(deadlines),
        targets=tuple(_unrepeated(targets)),
        confidence=_confidence(owners, deadlines, labels),
    )


def _unrepeated(targets: list[Target]) -> list[Target]:
    """A figure that the label repeats from the measure counts once."""
    kept: list[Target] = []
    for target in targets:
        same = [
            other
            for other in kept
            if (other.value, other.unit, other.year, other.region)
            == (target.value, target.unit, target.year, target.region)
            and (other.name in target.name or target.name in other.name)
        ]
        if not same:
            kept.append(target)
    return kept


def _labels(text: str, start: int, end: int) -> list[_Label]:
    """Labels in order. What stands after one ends at the next, at its bracket, or with the text."""
    matches = list(LABEL.finditer(text, start, end))
    labels = []
    for index, match in enumerate(matches):
        stop = matches[index + 1].start() if index + 1 < len(matches) else end
        if match["name"] in ROLE_LABELS and (line := text.find("\n", match.end(), stop)) >= 0:
            stop = line
        opened = text.rfind("（", start, match.start())
        if opened >= 0 and "）" not in text[opened : match.start()]:
            closed = text.find("）", match.end(), stop)
            stop = closed if closed >= 0 else stop
        numbered = _TRAILING_NUMBER.search(text, match.end(), stop)
        labels.append(
            _Label(
                match["name"], match.start(), (match.end(), numbered.start() if numbered else stop)
            )
        )
    return labels


def _owners(text: str, labels: list[_Label]) -> list[Owner]:
    owners: list[Owner] = []
    for label in labels:
        role = ROLE_LABELS.get(label.name)
        if role is None:
            continue
        start, stop = label.value
        owners.extend(
            Owner(role, unit.name, unit.printed, unit.span)
            for unit in split_units(text[start:stop], start)
        )
    return owners


def _bracketed_owners(text: str, start: int, end: int) -> list[Owner]:
    """（市自然资源局牵头，市财政局配合，2024年6月底前完成） at the end of a measure."""
    owners: list[Owner] = []
    for match in _BRACKETED.finditer(text, start, end):
        at = match.start("words")
        pending: list[tuple[str, int]] = []
        for piece in re.split("([，；])", match["words"]):
            doing = _DOING.fullmatch(piece)
            if doing:
                role = _role_of(doing["verb"])
                for words, offset in [*pending, (doing["names"], at)]:
                    owners.extend(
                        Owner(role, unit.name, unit.printed, unit.span)
                        for unit in split_units(words, offset)
                    )
                pending = []
            elif piece not in "，；" and not re.search(r"\d", piece):
                pending.append((piece, at))
            at += len(piece)
    return owners


def _role_of(verb: str) -> Role:
    return next((role for word, role in _VERB_ROLES if word in verb), "lead")


def _deadlines(
    text: str, start: int, words_end: int, labels: list[_Label], issued: date | None
) -> list[Deadline]:
    """Deadlines of the labels, then those in the words of the measure that no label repeats.

    Where there is no label, a bracket that names units stands for one.
    """
    labelled: list[Deadline] = []
    for label in labels:
        if label.name in DEADLINE_LABELS:
            found = find_deadlines(text, *label.value, issued, "label")
            labelled.extend(found or [_unresolved(text, label.value)])
    body: list[Deadline] = []
    at = start
    for match in _BRACKETED.finditer(text, start, words_end):
        if labels:
            break
        body.extend(find_deadlines(text, at, match.start(), issued, "body"))
        labelled.extend(find_deadlines(text, *match.span("words"), issued, "label"))
        at = match.end()
    body.extend(find_deadlines(text, at, words_end, issued, "body"))
    for label in labels:
        if label.name.endswith("措施"):
            body.extend(find_deadlines(text, *label.value, issued, "body"))
    return labelled + body


def _inherited(text: str, above: Sequence[Span], issued: date | None) -> list[Deadline]:
    """一、全面摸排（3月15日前完成）: what the nearest dated heading says in brackets."""
    for head in above:
        for match in _IN_BRACKETS.finditer(text, *head):
            found = find_deadlines(text, *match.span("words"), issued, "label")
            if found:
                return [replace(each, flags=(*each.flags, "inherited")) for each in found]
    return []


def _unresolved(text: str, span: Span) -> Deadline:
    """A printed deadline nobody can date stays visible with its words."""
    raw = text[span[0] : span[1]].strip()
    start = text.find(raw, span[0], span[1]) if raw else span[0]
    return Deadline(raw, "relative", None, (start, start + len(raw)), flags=("unresolved",))


def _confidence(owners: list[Owner], deadlines: list[Deadline], labels: list[_Label]) -> str:
    """How much a reviewer should look: 1.00 all labelled and dated, less for each gap."""
    points = 100
    points -= 30 if not owners else 0
    points -= 10 if owners and not labels else 0
    points -= 15 if not deadlines else 0
    flags = {flag for deadline in deadlines for flag in deadline.flags}
    points -= 20 if "unresolved" in flags else 0
    points -= 5 if "inferred_year" in flags else 0
    points -= 5 if "ambiguous" in flags else 0
    return f"{points / 100:.2f}"
