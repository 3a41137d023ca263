"""任务清单 as Excel: exactly the filtered duties, in the list's order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tuban.parcels.exports import sheet
from tuban.parcels.exports.cells import Cell
from tuban.parcels.exports.order import Kind, Made, Order, Progress, offer
from tuban.parcels.exports.sheet import Column, Sheet
from tuban.supervision.pages import found
from tuban.supervision.standing import Standing

CHUNK = 500
_COLUMNS = (
    Column("方案", width=22),
    Column("序号", width=12),
    Column("任务", width=40),
    Column("节点", width=40),
    Column("载明时限", width=18),
    Column("期限", "day", 12),
    Column("承办单位", width=26),
    Column("旗区", width=12),
    Column("状态", width=10),
    Column("亮灯", width=16),
    Column("判定", width=44),
    Column("上报日", "day", 12),
    Column("办理日", "day", 12),
)


def write_tasks(order: Order, target: Path, progress: Progress) -> Made:
    """The duties the list shows, all pages."""
    rows = found(order.user, order.query, order.on)
    made = Sheet(
        title="任务清单",
        about=lambda count: f"截至 {order.as_of}　共 {count} 件承办事项　未办结的在前，按期限先后",
        by=order.by,
        at=order.at,
        columns=_COLUMNS,
        unit=order.unit,
        pinned=2,
    )
    sheet.write(target, made, _cells(rows, progress))
    return Made("任务清单", ".xlsx")


def _cells(rows: list[Standing], progress: Progress) -> Iterator[list[Cell]]:
    for done, row in enumerate(rows):
        if done % CHUNK == 0:
            progress("写出各行", done, len(rows))
        milestone, unit = row.duty.milestone, row.duty.unit
        yield [
            str(milestone.task.instrument),
            milestone.task.no,
            milestone.task.title,
            milestone.title,
            milestone.printed or None,
            row.due_on,
            unit.name,
            unit.region.name,
            row.state.label,
            row.light.label,
            row.judged.words,
            row.reported_on,
            row.decided_on,
        ]


TASKS = offer(
    Kind(
        "tasks",
        "任务清单（Excel）",
        lambda order: len(found(order.user, order.query, order.on)),
        write_tasks,
    )
)
