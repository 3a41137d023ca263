"""`tuban read FILE [--json]`: what a plan says, readable on a terminal or as contract JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from tuban.documents.errors import DocumentError
from tuban.documents.model import Deadline, Reading, Table, Target, Task
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
}
_DIRECTIONS = {"at_least": "≥", "at_most": "≤", "equal": "="}
_SEVERITIES = {"error": "须更正", "warning": "须核对", "note": "提示"}


def run_read(path: str, as_json: bool) -> int:
    """Print a reading. Returns 0 fine, 1 read with findings, 2 not read."""
    try:
        reading = read(path)
    except DocumentError as error:
        if as_json:
            print(json.dumps({"error": error.to_json()}, ensure_ascii=False, indent=2))
        print(f"读不了 {error}", file=sys.stderr)
        return NOT_READ
    if as_json:
        print(json.dumps(reading.to_json(), ensure_ascii=False, indent=2))
    else:
        print("\n".join(_report(reading)))
    return WITH_FINDINGS if reading.findings else FINE


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
    for finding in reading.findings:
        yield f"  [{finding.finding_class}·{_SEVERITIES[finding.severity]}] {finding.message}"


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
    value = f"{target.value}{target.unit or ''}（{target.raw}）"
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
