"""读取的各部分: header, clauses, tasks and what hangs on them. Frozen values.

Spans are half-open and index the normalised text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Span = tuple[int, int]
Json = dict[str, Any]

Role = Literal["lead", "support", "supervise"]
DeadlineKind = Literal["fixed", "range", "recurring", "continuous", "relative"]
Direction = Literal["at_least", "at_most", "equal"]
Norm = str | tuple[str | None, str | None] | Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Header:
    """文件头. What is not printed is None; nothing is guessed."""

    title: str | None
    plan_title: str | None
    doc_no: str | None
    issuer: str | None
    date: str | None
    recipients: str | None
    attachments: tuple[str, ...]
    spans: Mapping[str, Any]

    def to_json(self) -> Json:
        """The contract's `header`; `plan_title` is the 方案's own title inside the 通知."""
        return {
            "title": self.title,
            "plan_title": self.plan_title,
            "doc_no": self.doc_no,
            "issuer": self.issuer,
            "date": self.date,
            "recipients": self.recipients,
            "attachments": list(self.attachments),
            "spans": {key: _listed(span) for key, span in self.spans.items()},
        }


@dataclass(frozen=True, slots=True)
class Clause:
    """条款: one node of the tree.

    Attributes:
        id: stable path of numbers, e.g. `3.4.2`; ——-items `2.p1`, 一是-points `3.4.2.s1`.
        no: the number as printed: 三、 （四） 2. —— 一是.
        kind: kind of numbering, see `markers`.
        cite: how people cite it: 三(四)2.
        span: the whole clause with its children.
        head: its own words before the first child.
    """

    id: str
    no: str
    level: int
    title: str
    span: Span
    parent: str | None
    kind: str
    number: int
    cite: str
    head: Span

    def to_json(self) -> Json:
        """The contract's clause."""
        return {
            "id": self.id,
            "no": self.no,
            "level": self.level,
            "title": self.title,
            "span": list(self.span),
            "parent": self.parent,
        }


@dataclass(frozen=True, slots=True)
class Owner:
    """责任、配合、监督单位: `name` is full (市农牧局), `printed` as it stands (农牧局)."""

    role: Role
    name: str
    printed: str
    span: Span

    def to_json(self) -> Json:
        """Role, full name, printed words and their place."""
        return {
            "role": self.role,
            "name": self.name,
            "printed": self.printed,
            "span": list(self.span),
        }


@dataclass(frozen=True, slots=True)
class Deadline:
    """时限.

    Attributes:
        norm: ISO day (fixed), two ISO days (range), RRULE (recurring), duration and event
            (relative), None (continuous, or not resolvable).
        what: the words that say what is due.
        where: `label` (完成时限：…) or `body` (in the words of the measure).
        flags: `inferred_year` the year is not printed; `ambiguous` X月前; `inherited` it stands
            in a heading above; `working_days`, `range`, `unresolved`, `no_year`.
    """

    raw: str
    kind: DeadlineKind
    norm: Norm
    span: Span
    what: str = ""
    where: Literal["label", "body"] = "label"
    flags: tuple[str, ...] = ()

    @property
    def due(self) -> str | None:
        """The last day, where there is one."""
        if isinstance(self.norm, tuple):
            return self.norm[1]
        return self.norm if self.kind == "fixed" and isinstance(self.norm, str) else None

    def to_json(self) -> Json:
        """The contract's deadline with what is due, where it stands, and its flags."""
        norm: object = self.norm
        if isinstance(norm, tuple):
            norm = list(norm)
        elif isinstance(norm, Mapping):
            norm = dict(norm)
        return {
            "raw": self.raw,
            "kind": self.kind,
            "norm": norm,
            "span": list(self.span),
            "what": self.what,
            "where": self.where,
            "flags": list(self.flags),
        }


@dataclass(frozen=True, slots=True)
class Target:
    """文中目标: a printed figure to be reached.

    Attributes:
        value: exact printed decimal; the lower bound where a range is printed (flag `range`).
        year: target year; None where a period is named, or nothing.
        period: `2021-2025`, or the words.
        flags: `range` the lower bound of one; `cumulative` reached by then; `in_words` printed
            without digits; `unknown_place` a place without a code; `note` in a note under a table.
    """

    name: str
    value: str
    unit: str | None
    region: str | None
    region_code: str | None
    year: str | None
    period: str | None
    direction: Direction
    raw: str
    span: Span
    flags: tuple[str, ...] = ()

    def to_json(self) -> Json:
        """The contract's target."""
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "region": self.region,
            "region_code": self.region_code,
            "year": self.year,
            "period": self.period,
            "direction": self.direction,
            "raw": self.raw,
            "span": list(self.span),
            "flags": list(self.flags),
        }


@dataclass(frozen=True, slots=True)
class Task:
    """任务: the smallest numbered measure; also used for 保障措施."""

    no: str
    clause: str
    title: str
    text: str
    span: Span
    owners: tuple[Owner, ...]
    deadlines: tuple[Deadline, ...]
    targets: tuple[Target, ...]
    confidence: str

    def units(self, role: Role) -> list[str]:
        """Full names in the order printed."""
        return [owner.name for owner in self.owners if owner.role == role]

    def to_json(self) -> Json:
        """The contract's task, with the printed words of each unit."""
        return {
            "no": self.no,
            "clause": self.clause,
            "title": self.title,
            "text": self.text,
            "span": list(self.span),
            "lead": self.units("lead"),
            "support": self.units("support"),
            "supervise": self.units("supervise"),
            "owners": [owner.to_json() for owner in self.owners],
            "deadlines": [deadline.to_json() for deadline in self.deadlines],
            "targets": [target.to_json() for target in self.targets],
            "confidence": self.confidence,
        }


def _listed(span: object) -> object:
    """Tuples as JSON lists, one level of nesting (attachments have one span each)."""
    if isinstance(span, tuple):
        return [_listed(part) for part in span]
    return span
