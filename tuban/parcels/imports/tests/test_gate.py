"""What is no bearable workbook is refused before a reader touches it, with a way out."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile

import pytest

from tuban.parcels.imports import limits, workbook
from tuban.parcels.imports.problems import Unreadable
from tuban.parcels.imports.tests.books import book, ledger, repacked, row

PLAIN = book({"Sheet1": [["旗区"]]})
SHEET = "xl/worksheets/sheet1.xml"


def refused(content: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        workbook.read(content)
    error = caught.value
    assert error.message
    assert error.cause
    assert error.remedy
    return error


def sheet_xml(cells: bytes) -> bytes:
    return (
        b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/'
        b'spreadsheetml/2006/main"><sheetData>' + cells + b"</sheetData></worksheet>"
    )


def test_a_plain_workbook_passes() -> None:
    sheets = workbook.read(ledger([row()]))

    assert [sheet.name for sheet in sheets] == ["Sheet1"]
    assert sheets[0].rows[1][:2] == ["东胜区", "YS-1"]


def test_an_empty_file_is_refused() -> None:
    assert refused(b"").code == "import.empty"


def test_a_file_that_is_no_archive_is_refused() -> None:
    assert refused("旗区,地块编号\n东胜区,YS-1\n".encode("gb18030")).code == "import.not_a_ledger"


def test_three_hundred_megabytes_in_three_hundred_kilobytes_are_refused_unopened() -> None:
    blank = sheet_xml(b"<row r='1'>" + b" " * (300 * 1024 * 1024) + b"</row>")
    content = repacked(PLAIN, {SHEET: blank})
    del blank
    assert 200_000 < len(content) < 400_000
    tracemalloc.start()

    error = refused(content)

    assert error.code == "import.zip_budget"
    assert "300 MB" in (error.cause or "")
    assert tracemalloc.get_traced_memory()[1] < 20 * 1024 * 1024
    tracemalloc.stop()


def test_one_part_that_unpacks_two_hundredfold_is_refused() -> None:
    blank = sheet_xml(b" " * (50 * 1024 * 1024))
    error = refused(repacked(PLAIN, {SHEET: blank}))

    assert error.code == "import.zip_budget"
    assert "倍" in (error.cause or "")


def test_ten_thousand_parts_are_refused() -> None:
    many = {f"xl/media/{number}.txt": b"x" for number in range(limits.MAX_ENTRIES)}

    assert refused(repacked(PLAIN, many)).code == "import.zip_budget"


def test_a_directory_that_lies_about_a_size_is_refused() -> None:
    honest = book({"Sheet1": [["旗区"] * 50] * 50})
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        entry = archive.getinfo(SHEET)
    true_size, lie = struct.pack("<L", entry.file_size), struct.pack("<L", 100)
    at = honest.index(b"PK\x01\x02")
    while honest[at + 46 : at + 46 + len(SHEET)] != SHEET.encode():
        at = honest.index(b"PK\x01\x02", at + 4)
    assert honest[at + 24 : at + 28] == true_size

    assert refused(honest[: at + 24] + lie + honest[at + 28 :]).code == "import.damaged"


def test_a_truncated_file_is_refused() -> None:
    content = ledger([row()])

    assert refused(content[: len(content) // 2]).code == "import.damaged"


def test_an_encrypted_workbook_is_named_as_such() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    directory = "EncryptedPackage".encode("utf-16-le").ljust(128, b"\0")

    error = refused(ole + directory)

    assert error.code == "import.encrypted"
    assert "密码" in (error.remedy or "")


def test_another_document_of_before_2007_is_asked_to_be_saved_anew() -> None:
    error = refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1024))

    assert error.code == "import.not_a_ledger"
    assert ".xlsx" in (error.remedy or "")


@pytest.mark.parametrize(
    ("part", "named"),
    [("word/document.xml", "Word"), ("content.xml", "OpenDocument"), ("a.txt", "压缩包")],
)
def test_other_archives_are_told_apart(part: str, named: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(part, "x")

    assert named in (refused(buffer.getvalue()).cause or "")


@pytest.mark.parametrize(
    "cell", [b'<c r="A100001">', b"<c r='A1048576' s='1'>", b'<c  r = "C250000" t="n">']
)
def test_a_cell_far_down_is_refused_before_the_reader_lays_out_the_table(cell: bytes) -> None:
    xml = sheet_xml(b"<row>" + cell + b"<v>1</v></c></row>")

    assert refused(repacked(PLAIN, {SHEET: xml})).code == "import.too_many_rows"


@pytest.mark.parametrize("name", [b"IW1", b"XFD1", b"ZZ9"])
def test_a_cell_far_right_is_refused(name: bytes) -> None:
    xml = sheet_xml(b'<row r="1"><c r="' + name + b'"><v>1</v></c></row>')

    assert refused(repacked(PLAIN, {SHEET: xml})).code == "import.too_many_columns"


@pytest.mark.parametrize(
    "blank",
    [b'<row r="1048576"/>', b'<row r="9"><c r="XFD1048576" s="3"/></row>',
     b'<row r="9"><c r="XFD1048576" s="3"></c></row>'],
)  # fmt: skip
def test_formats_without_content_stretch_nothing(blank: bytes) -> None:
    """As programs leave them that keep the format of whole columns."""
    xml = sheet_xml(b'<row r="1"><c r="A1"><v>7</v></c></row>' + blank)

    (sheet,) = workbook.read(repacked(PLAIN, {SHEET: xml}))

    assert sheet.rows == [[7]]


@pytest.mark.parametrize("name", [b"A100000", b"IV1"])
def test_the_last_cell_allowed_is_read(name: bytes) -> None:
    number = name.lstrip(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    cell = b'<row r="' + number + b'"><c r="' + name + b'"><v>7</v></c></row>'

    sheets = workbook.read(repacked(PLAIN, {SHEET: sheet_xml(cell)}))

    assert sheets[0].rows[-1][-1] == 7


def test_a_workbook_without_content_is_refused() -> None:
    assert refused(book({"Sheet1": []})).code == "import.empty_workbook"


def test_hidden_sheets_are_not_read() -> None:
    sheets = workbook.read(book({"台账": [["旗区"]], "底稿": [["旗区"]]}, hidden=["底稿"]))

    assert [sheet.name for sheet in sheets] == ["台账"]


def test_a_workbook_with_broken_innards_is_refused() -> None:
    content = repacked(PLAIN, {"xl/workbook.xml": b"<workbook"})

    assert refused(content).code in {"import.damaged", "import.empty_workbook"}


@pytest.mark.parametrize(("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (255, "IV")])
def test_columns_are_named_as_a_spreadsheet_names_them(index: int, letters: str) -> None:
    assert workbook.column_name(index) == letters
