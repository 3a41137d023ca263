"""Workbooks for the tests, made cell by cell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import xlsxwriter

HEADINGS = (
    "旗区", "地块编号", "批次名称", "批准文号", "批准日期", "批准面积（公顷）", "已供面积（公顷）",
    "供地方式", "合同编号", "合同签订日期", "约定动工日期", "实际动工日期",
)  # fmt: skip
KEYS = (
    "region", "parcel_no", "batch_name", "approval_no", "approved_on", "approved_area",
    "supplied_area", "supply_mode", "contract_no", "supplied_on", "start_due", "started_on",
)  # fmt: skip
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
PLAIN: dict[str, Any] = {
    "region": "东胜区",
    "parcel_no": "YS-1",
    "batch_name": "演示批次一",
    "approval_no": "内政土发〔2015〕1号",
    "approved_on": date(2015, 6, 30),
    "approved_area": 12.3456,
}
"""A dull, valid row: approved, nothing supplied."""


def row(**changes: Any) -> dict[str, Any]:
    """The plain row with some cells changed."""
    return {**PLAIN, **changes}


def ledger(
    rows: Iterable[Mapping[str, Any]],
    *,
    above: Sequence[Sequence[Any]] = (),
    headings: Sequence[str] = HEADINGS,
    below: Sequence[Sequence[Any]] = (),
    merges: Sequence[str] = (),
) -> bytes:
    """A workbook with title rows, headings, records and closing rows; `merges` like A3:A5."""
    lines = [*above, headings, *([record.get(key) for key in KEYS] for record in rows), *below]
    return book({"Sheet1": lines}, merges=merges)


def book(
    sheets: Mapping[str, Sequence[Sequence[Any]]],
    *,
    merges: Sequence[str] = (),
    hidden: Sequence[str] = (),
) -> bytes:
    """A workbook from rows of cells; None is an empty cell."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False}
    with xlsxwriter.Workbook(buffer, options) as made:
        day = made.add_format({"num_format": "yyyy-mm-dd"})
        for name, lines in sheets.items():
            sheet = made.add_worksheet(name)
            for merge in merges:
                sheet.merge_range(merge, "")
            for at, line in enumerate(lines):
                for index, cell in enumerate(line):
                    if isinstance(cell, date):
                        sheet.write_datetime(at, index, cell, day)
                    elif cell is not None:
                        sheet.write(at, index, cell)
            if name in hidden:
                sheet.hide()
    return buffer.getvalue()


def repacked(content: bytes, changes: Mapping[str, bytes | None]) -> bytes:
    """The workbook with parts replaced, added, or (None) taken out."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, part in changes.items():
            if part is not None:
                new.writestr(name, part)
    return buffer.getvalue()


def ods(
    cells: str, *, declarations: str = "", name: str = "台账", mimetype: str = ODS_TYPE
) -> bytes:
    """An OpenDocument spreadsheet around the XML of one table's rows."""
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{declarations}'
        f'<office:document-content {spaces} office:version="1.3"><office:body>'
        f'<office:spreadsheet><table:table table:name="{name}">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", mimetype, zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return buffer.getvalue()


def ods_row(*cells: Any, attributes: str = "") -> str:
    """One row of `ods`; a string that starts with < is taken as a cell's XML."""
    made = (cell if str(cell).startswith("<") else ods_cell(cell) for cell in cells)
    return f"<table:table-row {attributes}>{''.join(made)}</table:table-row>"


def ods_cell(value: Any, attributes: str = "") -> str:
    """One cell of `ods_row`; None is an empty one."""
    if value is None:
        return f"<table:table-cell {attributes}/>"
    kind = 'office:value-type="string"'
    if isinstance(value, date):
        kind = f'office:value-type="date" office:date-value="{value.isoformat()}"'
    elif isinstance(value, int | float):
        kind = f'office:value-type="float" office:value="{value}"'
    return f"<table:table-cell {kind} {attributes}><text:p>{value}</text:p></table:table-cell>"
