"""What a reading consists of. Frozen values; spans are half-open and index the normalised text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tuban.documents.verdicts import Agreement, TableCheck

Span = tuple[int, int]
Json = dict[str, Any]

Role = Literal["lead", "support", "supervise"]
DeadlineKind = Literal["fixed", "range", "recurring", "continuous", "relative"]
Direction = Literal["at_least", "at_most", "equal"]
FigureRole = Literal["cell", "total", "base"]
FindingClass = Literal["笔误", "取整", "口径", "冲突", "时间", "缺失"]
Severity = Literal["error", "warning", "note"]
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
        flags: `inferred_year` the year is not printed; `ambiguous` X月前; `attribute` …
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


@dataclass(frozen=True, slots=True)
class Table:
    """附表 as printed. A blank cell is None."""

    caption: str | None
    annex: str | None
    unit: str | None
    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    row_spans: tuple[tuple[Span, ...], ...]
    notes: tuple[str, ...]
    note_spans: tuple[Span, ...]
    span: Span

    def to_json(self) -> Json:
        """The contract's table, with the annex it belongs to."""
        return {
            "caption": self.caption,
            "annex": self.annex,
            "unit": self.unit,
            "columns": list(self.columns),
            "rows": [list(row) for row in self.rows],
            "notes": list(self.notes),
            "span": list(self.span),
        }


@dataclass(frozen=True, slots=True)
class Figure:
    """表中数字: one cell.

    Attributes:
        table: index in `Reading.tables`.
        row: index of the row in the table; `column`: index of the column.
        value: exact printed decimal, None where blank (missing is not zero).
        period: `2022`, `2021-2025`, `2009-2019`, `2025-12-31`; None where the heading names none.
    """

    table: int
    row: int
    column: int
    metric: str
    region: str
    region_code: str | None
    period: str | None
    value: str | None
    unit: str | None
    printed: str
    decimals: int
    role: FigureRole
    span: Span

    def to_json(self) -> Json:
        """The contract's figure, with its place in `tables`."""
        return {
            "metric": self.metric,
            "region": self.region,
            "region_code": self.region_code,
            "period": self.period,
            "value": self.value,
            "unit": self.unit,
            "printed": self.printed,
            "decimals": self.decimals,
            "role": self.role,
            "span": list(self.span),
            "table": self.table,
            "row": self.row,
            "column": self.column,
        }


@dataclass(frozen=True, slots=True)
class Finding:
    """核对发现.

    Attributes:
        code: kebab-case rule.
        ref: the number of the finding in the requirements (X1 …), where it has one.
        computed: what the parts give; `printed` what is printed; `diff` computed − printed.
        documents: of two documents, which one each span lies in: 0 the first, 1 the second; empty
            for a finding within one.
    """

    code: str
    finding_class: FindingClass
    severity: Severity
    message: str
    spans: tuple[Span, ...] = ()
    ref: str | None = None
    computed: str | None = None
    printed: str | None = None
    diff: str | None = None
    documents: tuple[int, ...] = ()

    def to_json(self) -> Json:
        """The contract's finding; arithmetic only where there is some."""
        data: Json = {
            "code": self.code,
            "class": self.finding_class,
            "severity": self.severity,
            "message": self.message,
            "spans": [list(span) for span in self.spans],
        }
        for key in ("ref", "computed", "printed", "diff"):
            if (value := getattr(self, key)) is not None:
                data[key] = value
        if self.documents:
            data["documents"] = list(self.documents)
        return data


@dataclass(frozen=True, slots=True)
class Citation:
    """依据: another instrument named by its number, with the title printed before it if any."""

    doc_no: str
    title: str | None
    span: Span

    def to_json(self) -> Json:
        """Number, title and place."""
        return {"doc_no": self.doc_no, "title": self.title, "span": list(self.span)}


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything read from one document.

    Attributes:
        table_checks: verdict and formulas of each table that adds up.
        agreements: what was checked within the document and found to be the same.
        citations: other instruments that the text names by number, in order.
    """

    source_name: str
    source_sha256: str
    source_chars: int
    text: str
    text_sha256: str
    header: Header
    clauses: tuple[Clause, ...]
    tasks: tuple[Task, ...]
    safeguards: tuple[Task, ...]
    document_deadlines: tuple[Deadline, ...]
    document_targets: tuple[Target, ...]
    tables: tuple[Table, ...]
    figures: tuple[Figure, ...]
    findings: tuple[Finding, ...]
    table_checks: tuple[TableCheck, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    citations: tuple[Citation, ...] = ()

    def to_json(self) -> Json:
        """Exactly the shape of contracts.md, `tuban read FILE --json`, and the text itself."""
        return {
            "source": {
                "name": self.source_name,
                "sha256": self.source_sha256,
                "chars": self.source_chars,
            },
            "text_sha256": self.text_sha256,
            "text": self.text,
            "header": self.header.to_json(),
            "clauses": [clause.to_json() for clause in self.clauses],
            "tasks": [task.to_json() for task in self.tasks],
            "safeguards": [task.to_json() for task in self.safeguards],
            "document_deadlines": [item.to_json() for item in self.document_deadlines],
            "document_targets": [item.to_json() for item in self.document_targets],
            "tables": [table.to_json() for table in self.tables],
            "figures": [figure.to_json() for figure in self.figures],
            "findings": [finding.to_json() for finding in self.findings],
            "table_checks": [check.to_json() for check in self.table_checks],
            "agreements": [each.to_json() for each in self.agreements],
            "citations": [citation.to_json() for citation in self.citations],
        }


def _listed(span: object) -> object:
    """Tuples as JSON lists, one level of nesting (attachments have one span each)."""
    if isinstance(span, tuple):
        return [_listed(part) for part in span]
    return span
