"""上传件 in scope, and the rows of one upload, as Excel."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from django.db.models import QuerySet
from django.utils.timezone import localtime

from tuban.parcels import access
from tuban.parcels.desk import pages, rows
from tuban.parcels.desk.errorbook import columns_of
from tuban.parcels.exports import sheet
from tuban.parcels.exports.cells import Cell
from tuban.parcels.exports.order import Kind, Made, Order, Progress, offer
from tuban.parcels.exports.sheet import Column, Sheet
from tuban.parcels.imports.boundaries import BOUNDARY
from tuban.parcels.imports.boundaries.model import COLUMNS
from tuban.parcels.models import Outcome, StagedRow, Upload, UploadState

CHUNK = 1_000
WRITING = "写出各行"
_TABS = {**{outcome.value: outcome.label for outcome in Outcome}, rows.REMARKS: rows.REMARKS_LABEL}

_BOUNDARY = {
    **{key: heading for key, heading in COLUMNS.items() if key not in {"line", "parcel_no"}},
    "ellipsoidal": "椭球面积（平方米）",
}
"""Columns of a boundary file; its line and number stand in front already."""

_LIST = (
    Column("文件", width=34),
    Column("范围", width=12),
    Column("上传岗位", width=26),
    Column("上传时间", width=17),
    Column("状态", width=10),
    *(Column(outcome.label, "count", 8) for outcome in Outcome),
    Column("已登记", "count", 8),
    Column("批次号", width=22),
)


def _uploads(order: Order) -> QuerySet[Upload]:
    return access.uploads_for(order.user).order_by("-uploaded_at", "-pk")


def write_list(order: Order, target: Path, progress: Progress) -> Made:
    """上传件 as the desk lists them, all pages."""
    made = Sheet(
        title="上传件",
        about=lambda count: f"共 {count} 份　已登记、新增等单位：行",
        by=order.by,
        at=order.at,
        columns=_LIST,
        unit=order.unit,
        pinned=1,
    )
    sheet.write(target, made, _listed(order, progress))
    return Made("上传件", ".xlsx")


def _listed(order: Order, progress: Progress) -> Iterator[list[Cell]]:
    found = _uploads(order).select_related("region", "uploaded_by__post__organisation").iterator()
    done = 0
    while chunk := list(islice(found, CHUNK)):
        progress(WRITING, done, 0)
        for item in pages.listed(chunk):
            upload, counts = item.upload, item.counts
            yield [
                upload.name,
                upload.region.name,
                str(upload.uploaded_by),
                f"{localtime(upload.uploaded_at):%Y-%m-%d %H:%M}",
                item.word,
                *((counts.get(outcome, 0) if counts else None) for outcome in Outcome),
                item.batch.rows if item.batch else None,
                item.batch.no if item.batch else None,
            ]
        done += len(chunk)


def _staged(order: Order) -> tuple[Upload, str, QuerySet[StagedRow]]:
    """The upload an order names, the tab in words, and its rows; all of them without a tab."""
    upload = access.get_upload(order.user, int(order.query.get("upload", "0")))
    tab = order.query.get("rows", "")
    if tab in _TABS:
        return upload, _TABS[tab], rows.rows_of(upload, tab)
    found = StagedRow.objects.filter(upload=upload).order_by("row_no").select_related("region")
    return upload, "全部", found


def count_rows(order: Order) -> int:
    """Rows of the tab."""
    return _staged(order)[2].count()


def write_rows(order: Order, target: Path, progress: Progress) -> Made:
    """Rows as they came, what became of each, and what it changes or what is wrong with it."""
    upload, tab, found = _staged(order)
    is_boundary = upload.ledger == BOUNDARY
    delivered = list(_BOUNDARY.items()) if is_boundary else columns_of(upload)
    made = Sheet(
        title="上传件逐行",
        about=lambda count: (
            f"{upload.name}　{upload.region.name}　{UploadState(upload.state).label}　"
            f"{tab} {count} 行　单位：见各列表头，与来件相同"
        ),
        by=order.by,
        at=order.at,
        columns=[
            Column("行", "count", 7),
            Column("旗区", width=12),
            Column("地块编号", width=20),
            Column("结果", width=8),
            Column("已登记", width=8),
            *(Column(heading, width=16) for _, heading in delivered),
            Column("变化、问题与处理", width=70),
        ],
        unit=order.unit,
        pinned=3,
    )
    keys = [key for key, _ in delivered]
    cells = _row_cells(found.defer("parsed") if is_boundary else found, keys, is_boundary, progress)
    sheet.write(target, made, cells)
    return Made(f"{upload.name.rsplit('.', 1)[0]} 逐行", ".xlsx")


def _row_cells(
    found: QuerySet[StagedRow], keys: list[str], is_boundary: bool, progress: Progress
) -> Iterator[list[Cell]]:
    stream = found.iterator(chunk_size=CHUNK)
    done = 0
    while chunk := list(islice(stream, CHUNK)):
        progress(WRITING, done, 0)
        told = [_problems(row) for row in chunk] if is_boundary else _changes(chunk)
        for row, words in zip(chunk, told, strict=True):
            yield [
                row.row_no,
                row.region.name if row.region else row.raw.get("region", ""),
                row.parcel_no,
                Outcome(row.outcome).label,
                "是" if row.taken else "否",
                *(str(row.raw.get(key, "")) for key in keys),
                words,
            ]
        done += len(chunk)


def _changes(chunk: list[StagedRow]) -> list[str]:
    """What rows of a ledger change, and what is wrong with them."""
    return ["；".join(_told(line) for line in view.lines) for view in rows.views(chunk)]


def _problems(row: StagedRow) -> str:
    """What is to be said about a parcel of a boundary file."""
    return "；".join(
        f"{problem['column']}：{problem['message']}{problem['remedy']}" for problem in row.errors
    )


def _told(line: rows.Line) -> str:
    """A change or a problem in one sentence."""
    if line.text:
        return f"{line.column}：{line.text}{line.remedy}"
    if line.old:
        return f"{line.column}：{line.old} → {line.new}"
    return f"{line.column}：{line.new}"


LIST = offer(Kind("uploads", "上传件（Excel）", lambda order: _uploads(order).count(), write_list))
ROWS = offer(Kind("upload-rows", "上传件逐行（Excel）", count_rows, write_rows))
