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

from tuban.law.timeline import Stage
from tuban.parcels.models import ParcelPhase
from tuban.parcels.queries import ParcelList
from tuban.values.area import MISSING, Unit, format_area

CHUNK = 2_000


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
    book = xlsxwriter.Workbook(
        target,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    head = book.add_format({"bold": True, "bg_color": "#F6F8FA", "bottom": 1, "text_wrap": True})
    title = book.add_format({"bold": True, "font_size": 14})
    day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
    number = book.add_format({"num_format": "0." + "0" * unit.decimals})
    total = book.add_format({"bold": True, "top": 1, "num_format": "0." + "0" * unit.decimals})
    sheet = book.add_worksheet("地块清单")
    sheet.freeze_panes(4, 2)
    sheet.repeat_rows(3)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L图斑 地块清单&R第 &P 页，共 &N 页")
    sheet.write_string(0, 0, "地块清单", title)
    sheet.write_string(
        1,
        0,
        f"截至 {on.isoformat()}　共 {listed.count} 宗　单位：{unit.label}　"
        f"筛选：{'；'.join(filters) or '无'}",
    )
    sheet.write_string(2, 0, f"导出岗位：{by}　导出时间：{at:%Y-%m-%d %H:%M}")
    for position, column in enumerate(COLUMNS):
        sheet.set_column(position, position, column.width)
        name = f"{column.heading}（{unit.label}）" if column.area else column.heading
        sheet.write_string(3, position, name, head)
    row_no = 4
    for phase in listed.rows.iterator(chunk_size=CHUNK):
        for position, column in enumerate(COLUMNS):
            value = column.value(phase)
            if column.area:
                if value is None:
                    sheet.write_string(row_no, position, MISSING)
                else:
                    sheet.write_number(row_no, position, _shown(value, unit), number)
            elif isinstance(value, date):
                sheet.write_datetime(row_no, position, value, day)
            else:
                sheet.write_string(row_no, position, str(value))
        row_no += 1
    sheet.write_string(row_no, 0, "筛选合计", total)
    for position, column in enumerate(COLUMNS):
        if column.area:
            summed = listed.total(column.area)
            if summed is not None:
                sheet.write_number(row_no, position, _shown(summed, unit), total)
    book.close()
    return target.getvalue()


def _shown(area_m2: Decimal | Fraction, unit: Unit) -> float:
    """The rounded figure as Excel holds numbers; rounding happens here, once."""
    return float(
        format_area(area_m2, unit, unit.decimals).replace(",", "").replace("\N{MINUS SIGN}", "-")
    )
