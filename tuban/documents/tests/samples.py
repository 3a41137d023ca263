"""Where the tests find their plans, and a reading in a form in which two can be compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tuban.documents import read
from tuban.documents.model import Deadline, Reading, Target, Task

PLANS = Path(__file__).parent / "plans"
GOLDEN = Path(__file__).parent / "golden"
_SEEDS = Path(__file__).parents[3].parent / "shared" / "seeds"


def seed(name: str) -> Path:
    """A plan that is not ours to copy; the test is skipped where it is not at hand."""
    path = _SEEDS / name
    if not path.exists():
        pytest.skip(f"the plan {name} lies beside the project, not in it, and is absent here")
    return path


def in_short(reading: Reading) -> dict[str, Any]:
    """What a golden file holds of a reading: every unit, date, figure, cell and finding."""
    header = reading.header
    return {
        "header": {
            "title": header.title,
            "plan_title": header.plan_title,
            "doc_no": header.doc_no,
            "issuer": header.issuer,
            "date": header.date,
            "recipients": header.recipients,
            "attachments": list(header.attachments),
        },
        "clauses": [[clause.id, clause.no, clause.parent] for clause in reading.clauses],
        "tasks": [_task(task) for task in reading.tasks],
        "safeguards": [_task(task) for task in reading.safeguards],
        "document_deadlines": [_deadline(item) for item in reading.document_deadlines],
        "document_targets": [_target(item) for item in reading.document_targets],
        "tables": [
            {
                "caption": table.caption,
                "annex": table.annex,
                "unit": table.unit,
                "noted": bool(table.notes),
                "columns": list(table.columns),
                "rows": [list(row) for row in table.rows],
                "figures": [
                    [f.metric, f.region_code, f.period, f.value, f.unit, f.decimals, f.role]
                    for f in reading.figures
                    if f.table == at
                ],
            }
            for at, table in enumerate(reading.tables)
        ],
        "findings": [
            [f.code, f.finding_class, f.ref, f.computed, f.printed, f.diff]
            for f in reading.findings
        ],
    }


def _task(task: Task) -> dict[str, Any]:
    return {
        "no": task.no,
        "lead": task.units("lead"),
        "support": task.units("support"),
        "supervise": task.units("supervise"),
        "deadlines": [_deadline(deadline) for deadline in task.deadlines],
        "targets": [_target(target) for target in task.targets],
    }


def _deadline(deadline: Deadline) -> list[Any]:
    norm: Any = deadline.norm
    if isinstance(norm, tuple):
        norm = list(norm)
    return [deadline.raw, deadline.kind, norm, deadline.where, list(deadline.flags)]


def _target(target: Target) -> list[Any]:
    when = target.year or target.period
    return [
        target.name,
        target.value,
        target.unit,
        target.region,
        when,
        target.direction,
        target.raw,
    ]


def plan(name: str) -> Reading:
    """One of our own invented plans, read."""
    return read(PLANS / name)
