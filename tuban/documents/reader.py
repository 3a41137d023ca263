"""读取: bytes or a path → `Reading`. The one door of this package."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from tuban.documents.chapters import Part, parts_of
from tuban.documents.checks.numbers import unnumbered
from tuban.documents.checks.whole import Evidence, check_document
from tuban.documents.citations import read_citations
from tuban.documents.clauses import read_clauses
from tuban.documents.counts import count_table
from tuban.documents.deadlines import find_deadlines
from tuban.documents.errors import DocumentError
from tuban.documents.figures import read_figures
from tuban.documents.header import read_header
from tuban.documents.layout import Layout, lay_out
from tuban.documents.markers import ARTICLE, DOC_NO, LABEL
from tuban.documents.model import Clause, Deadline, Header, Reading, Target
from tuban.documents.notes import note_targets
from tuban.documents.places import issuing_place
from tuban.documents.progress import Progress, silent, walked
from tuban.documents.sources import MOST_BYTES, source_of, too_large
from tuban.documents.tables import lost_as_table, read_tables
from tuban.documents.targets import Context, find_targets
from tuban.documents.tasks import heads_above, read_safeguards, read_task, tasks_in

_LAW_ARTICLES = 5


def read(
    source: str | Path | bytes, name: str | None = None, progress: Progress = silent
) -> Reading:
    """Read an official plan.

    Args:
        source: path of a txt or docx file, or its bytes.
        name: name shown to people; by default the file's own.
        progress: told what is being done and the share done, from 0 to 1; what it raises ends
            the reading.

    Returns:
        A proposal for a person to confirm. Spans index `Reading.text`.

    Raises:
        DocumentError: the file cannot be read, or is no plan; the message is Chinese.
    """
    progress("打开文件", 0.0)
    data, shown = _bytes_of(source, name)
    progress("整理版面", 0.05)
    taken = source_of(data, shown)
    layout = lay_out(taken.blocks)
    progress("读条款", 0.2)
    header = read_header(layout)
    clauses = read_clauses(layout)
    parts = parts_of(clauses, layout.text)
    context = _context(header)
    measures = tasks_in(layout.text, clauses, parts)
    tasks = tuple(
        read_task(layout.text, clause, context, heads_above(clause, clauses))
        for clause in walked(measures, progress, "读任务", (0.25, 0.75))
    )
    progress("读附表", 0.75)
    printed_tables, lost = read_tables(layout)
    tables = [*printed_tables, *(lost_as_table(layout, each) for each in lost)]
    figures = [
        figure for at, table in enumerate(tables) for figure in read_figures(table, at, context)
    ]
    if not figures and (not tasks or _is_law(layout)):
        raise _not_a_plan(shown, taken.unnumbered)
    counted, counts = count_table(tasks, len(tables))
    if counted is not None:
        tables.append(counted)
        figures.extend(counts)
    deadlines, targets = _document_level(layout.text, clauses, parts, context)
    safeguards = read_safeguards(layout.text, clauses, parts, context)
    citations = read_citations(layout.text, _after_head(layout), header.doc_no)
    evidence = Evidence(
        layout=layout,
        header=header,
        context=context,
        tasks=tasks,
        tables=printed_tables,
        lost=lost,
        figures=[figure for figure in figures if figure.table < len(printed_tables)],
        deadlines=deadlines,
        targets=targets,
        citations=citations,
    )
    findings, agreements, table_checks = check_document(
        evidence, lambda step, share: progress(step, 0.8 + 0.2 * share)
    )
    progress("读完", 1.0)
    return Reading(
        source_name=shown,
        source_sha256=hashlib.sha256(data).hexdigest(),
        source_chars=len(layout.text) + (layout.cut[1] if layout.cut else 0),
        text=layout.text,
        text_sha256=hashlib.sha256(layout.text.encode()).hexdigest(),
        header=header,
        clauses=clauses,
        tasks=tasks,
        safeguards=safeguards,
        document_deadlines=tuple(deadlines),
        document_targets=(*targets, *note_targets(tables, figures, context)),
        tables=tuple(tables),
        figures=tuple(figures),
        findings=(*unnumbered(layout.text, taken.unnumbered), *findings),
        table_checks=table_checks,
        agreements=agreements,
        citations=citations,
    )


def _bytes_of(source: str | Path | bytes, name: str | None) -> tuple[bytes, str]:
    """The bytes and the name to show; sizes are asked before anything is read into memory."""
    if isinstance(source, bytes):
        return source, name or "上传的文件"
    path = Path(source)
    shown = name or path.name
    try:
        if path.stat().st_size > MOST_BYTES:
            raise too_large(path.stat().st_size, shown)
        return path.read_bytes(), shown
    except OSError as error:
        raise DocumentError(
            "文件打不开。",
            code="document.unreadable",
            place=shown,
            remedy="请检查路径是否写对、文件是否存在、是否有读取权限。",
        ) from error


def _after_head(layout: Layout) -> int:
    """Offset behind the document's own number and titles: from the recipients or preamble on."""
    head = [line for line in layout.lines[: layout.body.start] if not line.is_row]
    numbered = [line.end for line in head if DOC_NO.fullmatch(line.text)]
    return max(numbered, default=0)


def _context(header: Header) -> Context:
    name, code = issuing_place(header.issuer)
    issued = date.fromisoformat(header.date) if header.date else None
    return Context(issued, name, code)


def _is_law(layout: Layout) -> bool:
    """Articles (第一条 …) and nobody named: a statute, not a plan."""
    articles = sum(bool(ARTICLE.match(line.text)) for line in layout.lines)
    return articles >= _LAW_ARTICLES and not LABEL.search(layout.text)


def _not_a_plan(name: str, without_number: Sequence[str]) -> DocumentError:
    if without_number:
        return DocumentError(
            f"没有找到任务措施：{len(without_number)} 段的自动编号丢失，文件里没有这些编号的定义。",
            code="document.numbers_lost",
            place=name,
            remedy="请用 Word 或 WPS 打开原件，把自动编号转为文字（复制后只粘贴文本也可），另存后再上传。",
        )
    return DocumentError(
        "没有找到任务措施，也没有找到目标任务表，不像工作方案（法规、任免、通知等不在此列）。",
        code="document.not_a_plan",
        place=name,
        remedy="请确认选对了文件；若确是方案，请检查正文“一、”“（一）”“1.”等序号是否齐全。",
    )


def _document_level(
    text: str, clauses: Sequence[Clause], parts: dict[str, Part], context: Context
) -> tuple[list[Deadline], list[Target]]:
    """What goals and timetables say for the plan as a whole."""
    deadlines: list[Deadline] = []
    targets: list[Target] = []
    for clause in clauses:
        if clause.parent is None and parts[clause.id] in ("goal", "principle", "arrangement"):
            deadlines.extend(find_deadlines(text, *clause.span, context.issued, "body"))
            targets.extend(find_targets(text, *clause.span, context))
    return deadlines, targets
