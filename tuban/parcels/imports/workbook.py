"""Workbook bytes → sheets of plain cells. Nothing here knows what a ledger is.

`read` takes bytes and returns plain values, so that a child process with limits on memory, time
and CPU can run it alone and send the result back.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from tuban.parcels.imports import gate
from tuban.parcels.imports.problems import Unreadable

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


def read(content: bytes) -> tuple[Sheet, ...]:
    """The visible worksheets that hold anything, in the file's order.

    Raises:
        Unreadable: Not an .xlsx workbook, encrypted, damaged, too large, or empty.
    """
    gate.check(content)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            visible = [
                entry.name
                for entry in workbook.sheets_metadata
                if entry.visible == SheetVisibleEnum.Visible
                and entry.typ == SheetTypeEnum.WorkSheet
            ]
            sheets = tuple(_sheet(workbook, name) for name in visible)
    except PasswordError as error:
        raise Unreadable(
            "工作簿已加密，打不开。",
            code="encrypted",
            cause="文件设有打开密码。",
            remedy="请取消打开密码，另存后再上传。",
        ) from error
    except CalamineError as error:
        raise Unreadable(
            "工作簿打不开。",
            code="damaged",
            cause="工作簿的内部结构不完整。",
            remedy="请在 WPS 或 Excel 中打开、另存一份，再重新上传。",
        ) from error
    filled = tuple(sheet for sheet in sheets if any(any(c != "" for c in r) for r in sheet.rows))
    if not filled:
        raise Unreadable(
            "工作簿是空的。",
            code="empty_workbook",
            cause="没有一张可见的工作表里有内容。",
            remedy="请核对是否传错了文件，或取消隐藏台账所在的工作表。",
        )
    return filled


def column_name(index: int) -> str:
    """The letters of a 0-based column: 0 → A, 26 → AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _sheet(workbook: CalamineWorkbook, name: str) -> Sheet:
    read_sheet = workbook.get_sheet_by_name(name)
    merges = tuple(
        Merge(top, left, bottom, right)
        for (top, left), (bottom, right) in read_sheet.merged_cell_ranges or ()
    )
    return Sheet(name, read_sheet.to_python(skip_empty_area=False), merges)
