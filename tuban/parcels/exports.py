"""导出 Excel: exactly the filtered rows, with title, unit, post and time on top.

Cells are written as text or number, never as formula, so that a ledger cell beginning with "="
stays what it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from tuban.law.timeline import Stage
from tuban.parcels.models import ParcelPhase
from tuban.parcels.queries import ParcelList
from tuban.values.area import MISSING, Unit, format_area

CHUNK = 2_000
HEAD_ROWS = 4
_AS_WRITTEN = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the export."""

    heading: str
    value: Callable[[ParcelPhase], Any]
    width: int = 14
    area: str = ""


def _text(value: object) -> object:
    return value if value not in ("", None) else MISSING


COLUMNS = (
    Column("旗区", lambda p: p.region.name, 12),
    Column("地块编号", lambda p: p.parcel.parcel_no, 20),
    Column("地块名称", lambda p: _text(p.parcel.name), 22),
    Column("坐落", lambda p: _text(p.parcel.location), 26),
    Column("规划用途", lambda p: _text(p.parcel.use), 14),
    Column("土地使用权人", lambda p: _text(p.parcel.holder), 22),
    Column("批准文号", lambda p: p.parcel.approval.doc_no if p.parcel.approval else MISSING, 26),
    Column("批准日期", lambda p: p.approved_on or MISSING, 12),
    Column("批准面积", lambda p: p.approved_m2, 14, "approved_m2"),
    Column("已供面积", lambda p: p.supplied_m2, 14, "supplied_m2"),
    Column("未供面积", lambda p: p.unsupplied_m2, 14, "unsupplied_m2"),
    Column("闲置面积", lambda p: p.idle_m2, 14, "idle_m2"),
    Column("阶段", lambda p: Stage(p.stage).label, 16),
    Column("阶段起", lambda p: p.starts_on, 12),
    Column("满二年", lambda p: "是" if "two_years" in p.flags else "否", 8),
    Column("下一时限", lambda p: p.next_on or MISSING, 12),
    Column("依据是否核实", lambda p: "已核实" if p.verified else "待核实", 12),
)


def parcels_workbook(
    listed: ParcelList, *, unit: Unit, on: date, by: str, at: datetime, filters: Iterable[str] = ()
) -> bytes:
    """The filtered list as xlsx.

    Args:
        listed: From `queries.parcel_list`.
        unit: Area unit of every area column; areas are shown with that unit's usual decimals.
        on: As-of day.
        by: 导出岗位.
        at: 导出时间, local.
        filters: Active filters in words.

    Returns:
        The file's bytes; memory stays flat in the number of rows.
    """
    target = BytesIO()
    with xlsxwriter.Workbook(target, _AS_WRITTEN) as book:
        sheet = book.add_worksheet("地块清单")
        formats = _formats(book, unit)
        _head(
            sheet,
            formats,
            unit,
            (
                "地块清单",
                f"截至 {on.isoformat()}　共 {listed.count} 宗　单位：{unit.label}　"
                f"筛选：{'；'.join(filters) or '无'}",
                f"导出岗位：{by}　导出时间：{at:%Y-%m-%d %H:%M}",
            ),
        )
        row_no = HEAD_ROWS
        for phase in listed.rows.iterator(chunk_size=CHUNK):
            _row(sheet, row_no, phase, formats, unit)
            row_no += 1
        _total(sheet, row_no, listed, formats, unit)
    return target.getvalue()


def _formats(book: Workbook, unit: Unit) -> dict[str, Format]:
    """Formats by name; areas with the unit's usual decimals."""
    decimals = "0." + "0" * unit.decimals
    return {
        "head": book.add_format({"bold": True, "bg_color": "#F6F8FA", "bottom": 1}),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "day": book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
        "area": book.add_format({"num_format": decimals}),
        "total": book.add_format({"bold": True, "top": 1, "num_format": decimals}),
    }


def _head(
    sheet: Worksheet, formats: dict[str, Format], unit: Unit, lines: tuple[str, str, str]
) -> None:
    """Title lines, headings, and how the sheet prints."""
    sheet.freeze_panes(HEAD_ROWS, 2)
    sheet.repeat_rows(HEAD_ROWS - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L图斑 地块清单&R第 &P 页，共 &N 页")
    for line_no, line in enumerate(lines):
        sheet.write_string(line_no, 0, line, formats["title"] if line_no == 0 else None)
    for position, column in enumerate(COLUMNS):
        sheet.set_column(position, position, column.width)
        name = f"{column.heading}（{unit.label}）" if column.area else column.heading
        sheet.write_string(HEAD_ROWS - 1, position, name, formats["head"])


def _row(
    sheet: Worksheet, row_no: int, phase: ParcelPhase, formats: dict[str, Format], unit: Unit
) -> None:
    for position, column in enumerate(COLUMNS):
        value = column.value(phase)
        if column.area and value is not None:
            sheet.write_number(row_no, position, _shown(value, unit), formats["area"])
        elif isinstance(value, date):
            sheet.write_datetime(row_no, position, value, formats["day"])
        else:
            sheet.write_string(row_no, position, MISSING if value is None else str(value))


def _total(
    sheet: Worksheet, row_no: int, listed: ParcelList, formats: dict[str, Format], unit: Unit
) -> None:
    """筛选合计; a sum nobody knows stays empty."""
    sheet.write_string(row_no, 0, "筛选合计", formats["total"])
    for position, column in enumerate(COLUMNS):
        summed = listed.total(column.area) if column.area else None
        if summed is not None:
            sheet.write_number(row_no, position, _shown(summed, unit), formats["total"])


def _shown(area_m2: Decimal | Fraction, unit: Unit) -> float:
    """The rounded figure as Excel holds numbers; rounding happens here, once."""
    return float(
        format_area(area_m2, unit, unit.decimals).replace(",", "").replace("\N{MINUS SIGN}", "-")
    )
