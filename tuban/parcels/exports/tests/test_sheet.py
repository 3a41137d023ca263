"""The one writer of Excel tables: what is in the file, what can never be a formula, how it looks."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tuban.parcels.exports import sheet
from tuban.parcels.exports.cells import DECIMALS, Cell, shown_area, text_xml
from tuban.parcels.exports.sheet import Column, Sheet
from tuban.values.area import MINUS, Unit, format_area

COLUMNS = (
    Column("地块编号"),
    Column("批准日期", "day"),
    Column("面积", "area"),
    Column("行", "count"),
)
NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def made(unit: Unit = Unit.MU) -> Sheet:
    return Sheet(
        title="地块清单",
        about=lambda count: f"共 {count} 宗　筛选：{{count}}",
        by="演示单位 经办岗",
        at=datetime(2024, 9, 30, 14, 30),
        columns=COLUMNS,
        unit=unit,
    )


def written(
    folder: Path, rows: Sequence[Sequence[Cell]], total: Sequence[Cell] | None = None
) -> list[list[Any]]:
    target = folder / "out.xlsx"
    sheet.write(target, made(), rows, (lambda: total) if total else None)
    book: CalamineWorkbook = CalamineWorkbook.from_path(target)
    return book.get_sheet_by_index(0).to_python()


def test_title_filters_post_time_headings_rows_and_sum(tmp_path: Path) -> None:
    rows = [("YS-1", date(2015, 6, 30), Decimal("30000"), 3), ("YS-2", None, None, None)]

    found = written(tmp_path, rows, ["筛选合计", None, Fraction(30_000), 3])

    assert [row[0] for row in found[:3]] == [
        "地块清单",
        "共 2 宗　筛选：{count}",
        "导出岗位：演示单位 经办岗　导出时间：2024-09-30 14:30",
    ]
    assert found[3] == ["地块编号", "批准日期", "面积（亩）", "行"]
    assert found[4] == ["YS-1", date(2015, 6, 30), 45.0, 3.0]
    assert found[5] == ["YS-2", "—", "—", "—"]
    assert found[6] == ["筛选合计", "", 45.0, 3.0]


def cells_of(target: Path) -> list[ET.Element]:
    with zipfile.ZipFile(target) as book:
        root = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))
    return root.findall(".//m:c", NS)


@pytest.mark.parametrize(
    "text", ["=1+1", '=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"]
)
def test_what_looks_like_a_formula_stays_a_text_even_when_edited(tmp_path: Path, text: str) -> None:
    target = tmp_path / "out.xlsx"
    sheet.write(target, made(), [(text, None, None, None)])

    with zipfile.ZipFile(target) as book:
        page = book.read("xl/worksheets/sheet1.xml")
        styles = ET.fromstring(book.read("xl/styles.xml"))
    formats = styles.findall("./m:cellXfs/m:xf", NS)
    cell = next(c for c in cells_of(target) if c.get("r") == "A5")
    own = formats[int(cell.get("s", "0"))]
    assert b"<f" not in page.replace(b"<footer", b"").replace(b"<formula", b"")
    assert cell.get("t") == "inlineStr"
    assert own.get("quotePrefix") == "1"
    assert own.get("numFmtId") == "49"  # @


@given(text=st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]), min_size=1, max_size=40))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    cell = ET.fromstring(f"<c{text_xml(text, {'text': 0, 'guarded': 1})}</c>")

    assert (cell.findtext("is/t") or "").replace("_x005F_", "_") == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [("a\x07b", "a_x0007_b"), ("_x0041_", "_x005F_x0041_"), ("a&b<c>", "a&b<c>"), ("", "—")],
)
def test_signs_xml_cannot_hold_are_written_as_excel_writes_them(
    tmp_path: Path, text: str, kept: str
) -> None:
    target = tmp_path / "out.xlsx"
    sheet.write(target, made(), [(text, None, None, None)])

    cell = next(c for c in cells_of(target) if c.get("r") == "A5")
    assert cell.findtext("m:is/m:t", namespaces=NS) == kept


def test_a_cell_is_cut_where_excel_would_refuse_the_file(tmp_path: Path) -> None:
    assert len(written(tmp_path, [("长" * 40_000, None, None, None)])[4][0]) == 32_767


def test_a_month_or_a_year_stays_as_exact_as_it_is(tmp_path: Path) -> None:
    assert written(tmp_path, [("YS-1", "2022年8月", None, None)])[4][1] == "2022年8月"


@given(
    m2=st.decimals(min_value=-(10**9), max_value=10**13, places=6, allow_nan=False),
    unit=st.sampled_from(list(Unit)),
)
def test_areas_are_rounded_once_and_half_up(m2: Decimal, unit: Unit) -> None:
    page = format_area(m2, unit, DECIMALS[unit]).replace(",", "").replace(MINUS, "-")

    assert shown_area(m2, unit) == Decimal(page)


def test_head_is_frozen_and_repeated_and_says_who_made_it(tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    sheet.write(target, made(), [("YS-1", None, None, None)] * 1_200)

    with zipfile.ZipFile(target) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
        core = book.read("docProps/core.xml").decode()
        names = book.read("xl/workbook.xml").decode()
    assert 'topLeftCell="C5"' in page
    assert "landscape" in page
    assert "_xlnm.Print_Titles" in names
    assert "演示单位 经办岗" in core
    assert "共 1200 宗" in core
    assert page.count("<row ") == 4 + 1_200
