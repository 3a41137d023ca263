"""Bytes of a table (.xlsx, .xls, .ods, .csv) → sheets of plain cells.

Nothing here knows what a ledger is.

`read` takes bytes and returns plain values, so that a child process with limits on memory, time
and CPU can run it alone and send the result back.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from tuban.parcels.imports import delimited, gate, opendocument
from tuban.parcels.imports.gate import Kind
from tuban.parcels.imports.limits import MAX_CELL_CHARACTERS, MAX_MERGED_ROWS
from tuban.parcels.imports.problems import Unreadable
from tuban.parcels.imports.refusals import cell_too_long, encrypted

Cell = str | int | float | bool | date | datetime | time | timedelta
"""An empty cell is the empty string."""


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range, 0-based and inclusive; its value stands in the first cell only."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def name(self) -> str:
        """The range as a spreadsheet names it: A5:A9."""
        return f"{column_name(self.left)}{self.top + 1}:{column_name(self.right)}{self.bottom + 1}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One visible worksheet; `rows[0]` is row 1 of the file."""

    name: str
    rows: list[list[Cell]]
    merges: tuple[Merge, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """A file as read. `remarks`: 核对说明 the sender should read."""

    sheets: tuple[Sheet, ...]
    remarks: tuple[str, ...] = ()


def read(content: bytes, name: str = "") -> tuple[Sheet, ...]:
    """The sheets of `open_book`."""
    return open_book(content, name).sheets


def open_book(content: bytes, name: str = "") -> Book:
    """The visible worksheets that hold anything, in the file's order.

    Args:
        content: The file.
        name: Its name as delivered, as `gate.check` wants it.

    Raises:
        Unreadable: No table, encrypted, damaged, too large, or empty.
    """
    checked = gate.check(content, name)
    remarks = checked.remarks
    if checked.kind == ".csv":
        rows, remark = delimited.read(content)
        sheets: tuple[Sheet, ...] = (Sheet("csv", [[*row] for row in rows], ()),)
        remarks = (*remarks, remark)
    else:
        sheets = _calamine(content, checked.kind)
    filled = tuple(sheet for sheet in sheets if any(any(c != "" for c in r) for r in sheet.rows))
    if not filled:
        raise Unreadable(
            "工作簿是空的。",
            code="empty_workbook",
            cause="没有一张可见的工作表里有内容。",
            remedy="请核对是否传错了文件，或取消隐藏台账所在的工作表。",
        )
    for sheet in filled:
        _refuse_long_cells(sheet)
    return Book(filled, remarks)


def column_name(index: int) -> str:
    """The letters of a 0-based column: 0 → A, 26 → AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _calamine(content: bytes, kind: Kind) -> tuple[Sheet, ...]:
    """The visible worksheets of a spreadsheet program's file."""
    merges = _ods_merges(content) if kind == ".ods" else None
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            visible = [
                entry.name
                for entry in workbook.sheets_metadata
                if entry.visible == SheetVisibleEnum.Visible
                and entry.typ == SheetTypeEnum.WorkSheet
            ]
            return tuple(_sheet(workbook, name, merges) for name in visible)
    except PasswordError as error:
        raise encrypted() from error
    except CalamineError as error:
        raise Unreadable(
            "工作簿打不开。",
            code="damaged",
            cause="工作簿的内部结构不完整。",
            remedy="请在 WPS 或 Excel 中打开、另存一份，再重新上传。",
        ) from error


def _sheet(
    workbook: CalamineWorkbook, name: str, merges: dict[str, list[opendocument.Range]] | None
) -> Sheet:
    read_sheet = workbook.get_sheet_by_name(name)
    ranges = read_sheet.merged_cell_ranges if merges is None else merges.get(name)
    rows = read_sheet.to_python(skip_empty_area=False)
    return Sheet(
        name,
        rows,
        _merges(ranges or (), len(rows), len(rows[0]) if rows else 0),
    )


def _merges(ranges: Iterable[opendocument.Range], height: int, width: int) -> tuple[Merge, ...]:
    """The ranges inside the table, cut off at its end: a few bytes can merge a million rows."""
    merges = tuple(
        Merge(top, left, min(bottom, height - 1), min(right, width - 1))
        for (top, left), (bottom, right) in ranges
        if top < height and left < width
    )
    if sum(merge.bottom - merge.top + 1 for merge in merges) > MAX_MERGED_ROWS:
        raise Unreadable(
            "工作表的合并单元格过多。",
            code="too_many_merges",
            cause=f"合并单元格覆盖的行数合计超过 {MAX_MERGED_ROWS}。",
            remedy="请取消合并，逐行填写后再上传。",
        )
    return merges


def _ods_merges(content: bytes) -> dict[str, list[opendocument.Range]]:
    """The reader tells the merged cells of the other formats, but not of this one."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open("content.xml") as part:
        return opendocument.merges(part)


def _refuse_long_cells(sheet: Sheet) -> None:
    for row_no, row in enumerate(sheet.rows, start=1):
        for cell in row:
            if type(cell) is str and len(cell) > MAX_CELL_CHARACTERS:
                raise cell_too_long(f"工作表“{sheet.name}”第 {row_no} 行", MAX_CELL_CHARACTERS)
