"""Ledgers as .xls, .ods and .csv are read as the .xlsx ones are; the extension must be true."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tuban.parcels.imports import limits, questions, workbook
from tuban.parcels.imports.problems import Unreadable
from tuban.parcels.imports.tests.books import (
    HEADINGS,
    KEYS,
    ODS_TYPE,
    book,
    ledger,
    ods,
    ods_cell,
    ods_row,
    repacked,
    row,
)

XLS = Path(__file__).parent / "data" / "ledger.xls"
"""Made with xlwt: a merged title, 批次 merged over both records, one hidden sheet."""
RECORD = row(parcel_no="0012", supplied_area=2.5, supplied_on=date(2016, 5, 1))
LINES = [HEADINGS, [RECORD.get(key, "") for key in KEYS]]


def csv(separator: str = ",", end: str = "\r\n") -> str:
    return end.join(separator.join(str(cell) for cell in line) for line in LINES) + end


def refused(content: bytes, name: str) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        workbook.open_book(content, name)
    return caught.value


def test_an_xls_ledger_is_read_with_its_merged_cells() -> None:
    book = workbook.open_book(XLS.read_bytes(), "台账.XLS")
    found = questions.read_or_ask(book.sheets)

    assert [sheet.name for sheet in book.sheets] == ["台账"]
    assert [record.cells["parcel_no"] for record in found.records] == ["YS-1", "0012"]
    assert [record.cells["batch_name"] for record in found.records] == ["演示批次一"] * 2
    assert found.records[1].cells["supplied_on"] == date(2016, 5, 1)
    assert found.records[0].cells["approved_area"] == 12.3456


def test_an_ods_ledger_is_read_with_its_merged_cells_and_repeats() -> None:
    first, second = (dict(row(parcel_no=number)) for number in ("YS-1", "0012"))
    merged = ods_cell("演示批次一", 'table:number-rows-spanned="2"')
    lines = [
        [merged if key == "batch_name" else first.get(key) for key in KEYS],
        ["<table:covered-table-cell/>" if key == "batch_name" else second.get(key) for key in KEYS],
    ]
    blank = ods_row(
        ods_cell(None, 'table:number-columns-repeated="16384"'),
        attributes='table:number-rows-repeated="1048570"',
    )
    content = ods(ods_row(*HEADINGS) + "".join(ods_row(*line) for line in lines) + blank)

    found = questions.read_or_ask(workbook.open_book(content, "台账.ods").sheets)

    assert [record.cells["parcel_no"] for record in found.records] == ["YS-1", "0012"]
    assert [record.cells["batch_name"] for record in found.records] == ["演示批次一"] * 2
    assert found.records[0].cells["approved_on"] == date(2015, 6, 30)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_a_csv_ledger_is_read_in_either_encoding(encoding: str, separator: str, end: str) -> None:
    book = workbook.open_book(csv(separator, end).encode(encoding), "台账.csv")
    (record,) = questions.read_or_ask(book.sheets).records

    assert (record.row_no, record.cells["region"]) == (2, "东胜区")
    assert record.cells["parcel_no"] == "0012"
    (remark,) = book.remarks
    assert ("GB18030" if encoding == "gb18030" else "UTF-8") in remark


def test_a_csv_keeps_leading_zeros_blank_lines_and_line_breaks_inside_quotes() -> None:
    text = '旗区,地块编号\n\n"东胜\n区",="0012"\n'

    (sheet,) = workbook.read(text.encode(), "a.csv")

    assert sheet.rows == [["旗区", "地块编号"], [], ["东胜\n区", "0012"]]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfea\0,\0x", "encoding"),
        (b"\xff\xfea\0\0\0", "not_text"),
        (b"a\0,\0", "not_text"),
        (b"a,b\n1,\x00\n", "not_text"),
        (b"a,b\n\xff\xff,\x81\n", "encoding"),
        (b'a,b\n"1,2\n', "quotes"),
        (b'a,b\n"1"2,3\n', "quotes"),
        (b"a,b\n=cmd|'/C calc'!A0,1\n", "calls_out"),
        (b"a,b\n@SUM(1),1\n", "calls_out"),
        (b"a,b\n+cmd|' /C calc'!A0,1\n", "calls_out"),
        (b"a" * (limits.MAX_CELL_CHARACTERS + 1), "cell_too_long"),
        (b"a" * 10_000_000, "line_too_long"),
        (b"," * 300, "too_many_columns"),
        (b"a\n" * (limits.MAX_ROWS + 1), "too_many_rows"),
        (b"\n\n", "empty_workbook"),
    ],
)
def test_a_csv_that_cannot_be_trusted_is_refused(content: bytes, code: str) -> None:
    error = refused(content, "台账.csv")

    assert error.code == f"import.{code}"
    assert error.cause
    assert error.remedy


def test_figures_that_look_like_formulas_are_kept() -> None:
    (sheet,) = workbook.read("a,b\n-12.5,+3\n—,-\n".encode(), "a.csv")

    assert sheet.rows[1:] == [["-12.5", "+3"], ["—", "-"]]


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (ledger([row()]), "台账.xls", "mismatch"),
        (ledger([row()]), "台账.csv", "mismatch"),
        (XLS.read_bytes(), "台账.xlsx", "mismatch"),
        (ods(ods_row("旗区")), "台账.xlsx", "mismatch"),
        (csv().encode(), "台账.xlsx", "not_a_ledger"),
        (csv().encode(), "台账.xls", "not_a_ledger"),
        (csv().encode(), "台账.txt", "not_a_ledger"),
        (ledger([row()]), "台账", "not_a_ledger"),
        (ledger([row()]), "台账.xlsm", "not_a_ledger"),
        (b"<html><table>", "台账.xls", "not_a_ledger"),
        (b"\xef\xbb\xbf<!DOCTYPE html>", "台账.csv", "not_a_ledger"),
        (b"\x89PNG\r\n", "台账.csv", "not_a_ledger"),
    ],
)
def test_content_and_extension_must_agree(content: bytes, name: str, code: str) -> None:
    error = refused(content, name)

    assert error.code == f"import.{code}"
    assert error.remedy


def test_an_xls_may_be_thirty_megabytes() -> None:
    content = XLS.read_bytes() + bytes(limits.MAX_XLS_BYTES)

    assert refused(content, "台账.xls").code == "import.too_large"


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (ods_row("1", attributes='table:number-rows-repeated="100001"'), "too_many_rows"),
        (ods_row(ods_cell("1", 'table:number-columns-repeated="257"')), "too_many_columns"),
        (ods_row("1", attributes='table:number-rows-repeated="-1"'), "damaged"),
        ("<table:table-row>", "damaged"),
    ],
)
def test_an_ods_that_repeats_too_often_is_refused(rows: str, code: str) -> None:
    assert refused(ods(rows), "台账.ods").code == f"import.{code}"


def test_the_budget_on_declared_sizes_holds_for_ods() -> None:
    blank = ods(" " * (50 * 1024 * 1024))

    assert refused(blank, "台账.ods").code == "import.zip_budget"


def test_a_text_of_the_same_family_is_no_spreadsheet() -> None:
    text = ods(ods_row("旗区"), mimetype=ODS_TYPE.replace("spreadsheet", "text"))

    assert "不是电子表格" in (refused(text, "台账.ods").cause or "")


def test_a_workbook_with_macros_is_refused_whatever_its_extension() -> None:
    content = repacked(book({"台账": [["旗区"]]}), {"xl/vbaProject.bin": b"\xd0\xcf"})

    assert refused(content, "台账.xlsx").code == "import.macros"


def test_an_encrypted_ods_is_named_as_such() -> None:
    manifest = b"<manifest><encryption-data/></manifest>"
    content = repacked(ods(ods_row("1")), {"META-INF/manifest.xml": manifest})

    assert refused(content, "台账.ods").code == "import.encrypted"
