"""`tuban read FILE [OTHER] [--json]`: what a plan says, and how it stands to another one."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from tuban.documents.compare import agree, compare
from tuban.documents.errors import DocumentError
from tuban.documents.model import Deadline, Finding, Json, Reading, Table, Target, Task
from tuban.documents.notes import IN_NOTE
from tuban.documents.reader import read

FINE, WITH_FINDINGS, NOT_READ = 0, 1, 2
_KINDS = {
    "fixed": "",
    "range": "",
    "recurring": "周期",
    "continuous": "长期",
    "relative": "相对",
}
_FLAGS = {
    "inferred_year": "年份推定",
    "ambiguous": "含义不明",
    "range": "区间",
    "working_days": "工作日",
    "unresolved": "无法化为日期",
    "no_year": "缺年份",
    "inherited": "见上级标题",
}
_DIRECTIONS = {"at_least": "≥", "at_most": "≤", "equal": "="}
_SEVERITIES = {"error": "须更正", "warning": "须核对", "note": "提示"}


def run_read(path: str, as_json: bool, against: str | None = None) -> int:
    """Print a reading, and what `against` contradicts in it.

    Returns:
        0 fine, 1 read with findings, 2 not read.
    """
    try:
        reading = read(path)
        other = read(against) if against else None
    except DocumentError as error:
        if as_json:
            print(json.dumps({"error": error.to_json()}, ensure_ascii=False, indent=2))
        print(f"读不了 {error}", file=sys.stderr)
        return NOT_READ
    contradictions = compare(reading, other) if other else []
    if as_json:
        data = reading.to_json()
        if other:
            data["comparison"] = _comparison_json(reading, other, contradictions)
        print(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        print("\n".join(_report(reading)))
        if other:
            print("\n".join(_comparison(reading, other, contradictions)))
    return WITH_FINDINGS if reading.findings or contradictions else FINE


def _comparison_json(reading: Reading, other: Reading, found: list[Finding]) -> Json:
    """The other document's head, findings with `documents` beside their spans, agreements."""
    data = other.to_json()
    return {
        "against": {key: data[key] for key in ("source", "text_sha256", "header")},
        "findings": [finding.to_json() for finding in found],
        "agreements": [each.to_json() for each in agree(reading, other)],
    }


def _comparison(reading: Reading, other: Reading, found: list[Finding]) -> Iterator[str]:
    yield ""
    yield f"与“{other.header.title or other.source_name}”对照"
    yield f"不一致或不同 {len(found)} 条" if found else "没有不一致"
    yield from map(_finding, found)
    same = agree(reading, other)
    if same:
        yield f"一致 {len(same)} 条"
        yield from (f"  {each.message}" for each in same)


def _report(reading: Reading) -> Iterator[str]:
    header = reading.header
    yield header.title or "（没有标题）"
    yield (
        f"{header.doc_no or '（无文号）'}  {header.issuer or '（无发文机关）'}  "
        f"{header.date or '（无日期）'}"
    )
    yield f"主送：{header.recipients or '—'}"
    for number, title in enumerate(header.attachments, 1):
        yield f"附件{number}：{title}"
    yield ""
    yield f"任务 {len(reading.tasks)} 项"
    for task in reading.tasks:
        yield from _task(task)
    if reading.document_deadlines or reading.document_targets:
        yield ""
        yield "全文目标与时间安排"
        yield from (f"  时限  {_deadline(item)}" for item in reading.document_deadlines)
        yield from (f"  目标  {_target(item)}" for item in reading.document_targets)
    for table in reading.tables:
        yield ""
        yield from _table(table)
    yield ""
    yield f"核对发现 {len(reading.findings)} 条" if reading.findings else "没有核对发现"
    yield from map(_finding, reading.findings)
    if reading.agreements:
        yield f"核对一致 {len(reading.agreements)} 条"
        yield from (f"  {each.message}" for each in reading.agreements)


def _finding(finding: Finding) -> str:
    return f"  [{finding.finding_class}·{_SEVERITIES[finding.severity]}] {finding.message}"


def _task(task: Task) -> Iterator[str]:
    yield ""
    yield f"{task.no}  {task.title}"
    for label, role in (("责任", "lead"), ("配合", "support"), ("监督", "supervise")):
        names = [owner.name for owner in task.owners if owner.role == role]
        if names or role == "lead":
            yield f"  {label}  {'、'.join(names) or '（没有写明）'}"
    for deadline in task.deadlines:
        yield f"  时限  {_deadline(deadline)}"
    if not task.deadlines:
        yield "  时限  （没有写明）"
    for target in task.targets:
        yield f"  目标  {_target(target)}"


def _deadline(deadline: Deadline) -> str:
    norm = deadline.norm
    if isinstance(norm, tuple):
        shown = f"{norm[0]} 至 {norm[1]}"
    elif isinstance(norm, str):
        shown = norm
    elif norm:
        shown = f"{norm['event']}起 {norm['duration']}"
    else:
        shown = _KINDS[deadline.kind]
    flags = [_FLAGS[flag] for flag in deadline.flags if flag in _FLAGS]
    note = f"（{'，'.join(flags)}）" if flags else ""
    return f"{deadline.raw} → {shown}{note}  {deadline.what}".rstrip()


def _target(target: Target) -> str:
    when = target.year or target.period or ""
    sign = _DIRECTIONS[target.direction]
    where = target.region or ""
    unknown = "（地名没有区划代码）" if "unknown_place" in target.flags else ""
    note = "（附表备注）" if IN_NOTE in target.flags else ""
    value = f"{target.value}{target.unit or ''}（{target.raw}）{unknown}{note}"
    return f"{where} {when} {target.name} {sign} {value}".strip()


def _table(table: Table) -> Iterator[str]:
    title = table.caption or "（无标题的表）"
    unit = f"（{table.unit}）" if table.unit else ""
    yield f"{table.annex + ' ' if table.annex else ''}{title}{unit}"
    if not table.rows:
        yield "  （没有表格内容）"
        return
    yield "  " + " | ".join(table.columns)
    for row in table.rows:
        yield "  " + " | ".join(cell or "" for cell in row)
    yield from (f"  {note}" for note in table.notes)
