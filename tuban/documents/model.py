"""What a reading consists of. Frozen values; spans are half-open and index the normalised text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tuban.documents.parts import (
    Clause,
    Deadline,
    DeadlineKind,
    Direction,
    Header,
    Json,
    Norm,
    Owner,
    Role,
    Span,
    Target,
    Task,
)
from tuban.documents.verdicts import Agreement, TableCheck

__all__ = [
    "Agreement",
    "Citation",
    "Clause",
    "Deadline",
    "DeadlineKind",
    "Direction",
    "Figure",
    "FigureRole",
    "Finding",
    "FindingClass",
    "Header",
    "Json",
    "Norm",
    "Owner",
    "Reading",
    "Role",
    "Severity",
    "Span",
    "Table",
    "TableCheck",
    "Target",
    "Task",
]

FigureRole = Literal["cell", "total", "base"]
FindingClass = Literal["笔误", "取整", "口径", "冲突", "时间", "缺失"]
Severity = Literal["error", "warning", "note"]


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
