"""变更记录 as Excel: the entries of the page's question, all pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.db.models import QuerySet
from django.utils.timezone import localtime

from tuban.accounts.models import ChangeRecord
from tuban.history.access import records_for
from tuban.history.filters import narrow, read
from tuban.history.pages import Line
from tuban.parcels.exports import sheet
from tuban.parcels.exports.cells import Cell
from tuban.parcels.exports.order import Kind, Made, Order, Progress, offer
from tuban.parcels.exports.sheet import Column, Sheet

CHUNK = 2_000
WRITING = "写出各条"
_COLUMNS = (
    Column("编号", "count", 10),
    Column("时间", width=20),
    Column("类别", width=12),
    Column("事项", width=16),
    Column("岗位", width=34),
    Column("账号", width=16),
    Column("旗区", width=12),
    Column("对象类别", width=10),
    Column("对象", width=30),
    Column("内容", width=60),
    Column("来源", width=22),
    Column("请求编号", width=14),
)


def _found(order: Order) -> QuerySet[ChangeRecord]:
    return narrow(records_for(order.user), read(order.query.dict()))


def write_history(order: Order, target: Path, progress: Progress) -> Made:
    """The entries, newest first."""
    told = Sheet(
        title="变更记录",
        about=lambda count: f"共 {count} 条　时间为北京时间",
        by=order.by,
        at=order.at,
        columns=_COLUMNS,
        unit=order.unit,
        pinned=2,
    )
    sheet.write(target, told, _rows(order, progress))
    return Made("变更记录", ".xlsx")


def _rows(order: Order, progress: Progress) -> Iterator[list[Cell]]:
    found = _found(order).select_related("region", "actor").order_by("-pk")
    for done, entry in enumerate(found.iterator(chunk_size=CHUNK)):
        if done % CHUNK == 0:
            progress(WRITING, done, 0)
        line = Line(entry)
        yield [
            entry.pk,
            f"{localtime(entry.at):%Y-%m-%d %H:%M:%S}",
            line.group.label,
            line.deed,
            entry.who,
            entry.actor.username if entry.actor else None,
            entry.region.name if entry.region else None,
            line.kind or None,
            entry.subject or None,
            line.told or None,
            line.place,
            entry.request_no or None,
        ]


HISTORY = offer(
    Kind("history", "变更记录（Excel）", lambda order: _found(order).count(), write_history)
)
