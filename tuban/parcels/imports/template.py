"""The blank template (空白模板) of the ledger, and the same sheet filled with rows.

Sheets: 填报 with a hidden row of field keys over locked headings (a column moved or renamed still
maps), 说明 with the template's version and what each column takes, 代码 hidden, feeding the lists.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from tuban.parcels.imports.gate import MAX_ROWS
from tuban.parcels.imports.ledger import (
    LEDGER_LABEL,
    TEMPLATE_COLUMNS,
    TEMPLATE_VERSION,
    Column,
    Type,
)
from tuban.parcels.imports.sheets import TEMPLATE_SHEET, VERSION_LABEL
from tuban.parcels.imports.workbook import column_name
from tuban.values.area import Unit
from tuban.values.places import COUNTY_CODES, REGIONS

CODES_SHEET = "代码"
NOTES_SHEET = "说明"
FIRST_ROW = 2
"""0-based first row to fill in: keys (hidden) and headings stand above it."""

Value = str | int | float | Decimal | date | None
_LAST_COLUMN = 16_383
_MADE_ON = datetime(2024, 1, 1)
_WIDTHS = {Type.TEXT: 18, Type.DOC_NO: 24, Type.REGION: 12, Type.CHOICE: 16, Type.USCC: 22}
_NUMBER_FORMATS = {
    Type.AREA: "0.0000##",
    Type.MONEY: "0.00####",
    Type.DATE: "yyyy-mm-dd",
}


def write(rows: Iterable[Mapping[str, Value]] = (), *, area_unit: Unit = Unit.HA) -> bytes:
    """The template as .xlsx bytes, with `rows` (key → value) filled in.

    Areas of the rows are in `area_unit`, which the headings then name.

    Text is written as text: nothing that begins with = + - @ becomes a formula.
    """
    buffer = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": LEDGER_LABEL, "created": _MADE_ON})
        book.set_custom_property("template_version", TEMPLATE_VERSION)
        sheet = book.add_worksheet(TEMPLATE_SHEET)
        notes = book.add_worksheet(NOTES_SHEET)
        codes = book.add_worksheet(CODES_SHEET)
        columns = tuple(_in_unit(column, area_unit) for column in TEMPLATE_COLUMNS)
        ranges = _write_codes(codes)
        formats = _formats(book)
        _write_head(sheet, formats, columns)
        for at, row in enumerate(rows, start=FIRST_ROW):
            _write_row(sheet, at, row, formats)
        _unlock_the_rest(sheet, len(columns), formats)
        _validate(sheet, ranges, columns)
        _write_notes(notes, book, columns)
    return buffer.getvalue()


def _in_unit(column: Column, area_unit: Unit) -> Column:
    """The column with its area in the unit of the rows."""
    return replace(column, unit=area_unit.label) if column.type is Type.AREA else column


def _formats(book: Workbook) -> dict[Any, Format]:
    """Formats by type of column, and `head` for the headings."""
    found: dict[Any, Format] = {
        kind: book.add_format(
            {"num_format": _NUMBER_FORMATS.get(kind, "@"), "locked": False, "font_size": 10}
        )
        for kind in Type
    }
    found["head"] = book.add_format(
        {
            "bold": True,
            "text_wrap": True,
            "align": "center",
            "valign": "vcenter",
            "border": 1,
            "bg_color": "#E3EDF8",
            "locked": True,
        }
    )
    return found


def _write_head(sheet: Worksheet, formats: dict[Any, Format], columns: tuple[Column, ...]) -> None:
    """The hidden key row, the headings, widths, protection and print set-up."""
    for index, column in enumerate(columns):
        sheet.set_column(index, index, _WIDTHS.get(column.type, 13), formats[column.type])
    sheet.set_row(0, None, None, {"hidden": True})
    for index, column in enumerate(columns):
        sheet.write_string(0, index, column.key, formats["head"])
    sheet.set_row(1, 36)
    for index, column in enumerate(columns):
        sheet.write_string(1, index, column.printed, formats["head"])
    sheet.freeze_panes(FIRST_ROW, 2)
    sheet.repeat_rows(1)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.protect("", {"format_columns": True, "insert_rows": True, "delete_rows": True,
                       "sort": True, "autofilter": True})  # fmt: skip


def _unlock_the_rest(sheet: Worksheet, first: int, formats: dict[Any, Format]) -> None:
    """A row can only be deleted from a protected sheet when no cell of it is locked.

    To be called after the rows: the writer looks at every formatted column of a row it writes.
    """
    sheet.set_column(first, _LAST_COLUMN, None, formats[Type.TEXT])


def _write_row(
    sheet: Worksheet, at: int, row: Mapping[str, Value], formats: dict[Any, Format]
) -> None:
    for index, column in enumerate(TEMPLATE_COLUMNS):
        value = row.get(column.key)
        if value is None or value == "":
            continue
        cell_format = formats[column.type]
        if isinstance(value, date):
            sheet.write_datetime(
                at, index, datetime(value.year, value.month, value.day), cell_format
            )
        elif isinstance(value, str):
            sheet.write_string(at, index, value, cell_format)
        else:
            sheet.write_number(at, index, float(value), cell_format)


def _lists() -> dict[str, tuple[str, ...]]:
    """Column key → the values its list offers."""
    lists = {"region": tuple(REGIONS[code] for code in COUNTY_CODES)}
    for column in TEMPLATE_COLUMNS:
        if column.choices:
            lists[column.key] = tuple(choice.label for choice in column.choices)
    return lists


def _write_codes(sheet: Worksheet) -> dict[str, str]:
    """Writes the lists and hides the sheet; returns the range of each list as a formula.

    A list typed into the rule itself may not exceed 255 characters; a range has no such limit.
    """
    lists = _lists()
    headings = {column.key: column.heading for column in TEMPLATE_COLUMNS}
    for row in range(max(len(values) for values in lists.values()) + 1):
        for index, (key, values) in enumerate(lists.items()):
            if row == 0:
                sheet.write_string(row, index, headings[key])
            elif row <= len(values):
                sheet.write_string(row, index, values[row - 1])
    sheet.hide()
    return {
        key: f"={CODES_SHEET}!${column_name(index)}$2:${column_name(index)}${len(values) + 1}"
        for index, (key, values) in enumerate(lists.items())
    }


def _validate(sheet: Worksheet, ranges: Mapping[str, str], columns: tuple[Column, ...]) -> None:
    """Rules of each column. They warn; the importer decides (a year alone is a date to it)."""
    for index, column in enumerate(columns):
        rule = _rule(column, ranges)
        if rule:
            sheet.data_validation(
                FIRST_ROW,
                index,
                MAX_ROWS - 1,
                index,
                {**rule, "error_type": "warning", "error_title": column.heading},
            )


def _rule(column: Column, ranges: Mapping[str, str]) -> dict[str, Any]:
    if column.key in ranges:
        return {
            "validate": "list",
            "source": ranges[column.key],
            "error_message": "请从列表中选择。",
        }
    if column.type is Type.DATE:
        return {
            "validate": "date",
            "criteria": "between",
            "minimum": date(1949, 10, 1),
            "maximum": date(2150, 12, 31),
            "error_message": "请填写日期，形如 2022-08-23。",
        }
    if column.type in {Type.AREA, Type.MONEY}:
        return {
            "validate": "decimal",
            "criteria": ">=",
            "value": 0,
            "error_message": f"请只填数字，单位{column.unit}。",
        }
    return {}


def _write_notes(sheet: Worksheet, book: Workbook, columns: tuple[Column, ...]) -> None:
    """说明: version, how the file is read, and each column's meaning."""
    bold = book.add_format({"bold": True})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 14)
    sheet.set_column(2, 2, 90)
    lines = (
        (f"{LEDGER_LABEL}模板", ""),
        (VERSION_LABEL, TEMPLATE_VERSION),
        ("填写", "每宗地块一行，填在“填报”工作表。带 * 的列必填，其余有则填、无则留空。"),
        ("留空", "留空表示没有载明：既不登记，也不删除库内已有的事实。"),
        ("再次导入", "同一旗区、同一地块编号对应库内同一地块；内容相同的不重复登记。"),
        ("单位", "以表头括号内的单位为准；改动单位时请一并改动表头括号里的字。"),
        ("表头", "表头已锁定，没有密码；撤销工作表保护后列可以移动、改名，隐藏的第一行请保留。"),
        ("合计", "合计、小计行只作核对，不入库。"),
        ("合并单元格", "旗区、批次列可以纵向合并；其他列请不要合并。"),
    )
    for at, (name, text) in enumerate(lines):
        sheet.write_string(at, 0, name, bold)
        sheet.write_string(at, 1, text)
    start = len(lines) + 1
    for index, heading in enumerate(("列", "填法", "说明")):
        sheet.write_string(start, index, heading, bold)
    for at, column in enumerate(columns, start=start + 1):
        sheet.write_string(at, 0, column.printed)
        sheet.write_string(at, 1, _KINDS[column.type])
        sheet.write_string(at, 2, _explained(column), wrap)


_KINDS = {
    Type.TEXT: "文字",
    Type.REGION: "选列表",
    Type.DOC_NO: "文号",
    Type.AREA: "数字",
    Type.MONEY: "数字",
    Type.DATE: "日期",
    Type.CHOICE: "选列表",
    Type.USCC: "18 位代码",
}


def _explained(column: Column) -> str:
    accepted = "、".join(choice.label for choice in column.choices)
    return " ".join(
        part for part in (column.note, f"可选：{accepted}。" if accepted else "") if part
    )
