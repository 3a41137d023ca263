"""Files made to mislead, to exhaust, or to call out; each with what must become of it.

`REFUSED` files name the code of their refusal. `BORNE` files are read, because what is strange in
them is never acted upon; what must come of them is asked by `test_hostile`.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tuban.parcels.imports import limits
from tuban.parcels.imports.tests.books import (
    HEADINGS,
    book,
    ledger,
    ods,
    ods_cell,
    ods_row,
    repacked,
    row,
)

MB = limits.MEGABYTE
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
CLIMBED = Path(tempfile.gettempdir()) / "tuban-climbed"
"""Where a part whose name climbs out of the folder would land."""
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
BOMB = (
    '<!DOCTYPE b [<!ENTITY a "东胜区东胜区">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 or str()};" * 10}">' for n in range(1, 10))
    + "]>"
)


@dataclass(frozen=True, slots=True)
class Hostile:
    """One file. `codes`: any of these refusals will do; each is safe."""

    what: str
    make: Callable[[], bytes]
    codes: tuple[str, ...]
    name: str = "台账.xlsx"


def _plain() -> bytes:
    return ledger([row()])


def _with(changes: dict[str, bytes | None]) -> bytes:
    return repacked(_plain(), changes)


def _sheet(cells: str, *, before: str = "", after: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<worksheet xmlns="{MAIN}">'
        f"<sheetData>{cells}</sheetData>{after}</worksheet>"
    ).encode()


def _formula(text: str) -> bytes:
    return _with({SHEET: _sheet(f'<row r="1"><c r="A1"><f>{text}</f><v>1</v></c></row>')})


def _strings(body: str, *, before: str = "") -> bytes:
    return f'<?xml version="1.0"?>{before}<sst xmlns="{MAIN}">{body}</sst>'.encode()


def archive(parts: dict[str, bytes]) -> bytes:
    """A ZIP file of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, part in parts.items():
            made.writestr(name, part)
    return buffer.getvalue()


def _lying() -> bytes:
    """A directory that declares 100 bytes for a sheet of 40 MB."""
    content = bytearray(_with({SHEET: _sheet(" " * (40 * MB))}))
    at = content.index(b"PK\x01\x02")
    while content[at + 46 : at + 46 + len(SHEET)] != SHEET.encode():
        at = content.index(b"PK\x01\x02", at + 4)
    content[at + 24 : at + 28] = (100).to_bytes(4, "little")
    return bytes(content)


def _one_byte_changed() -> bytes:
    """Inside the packed sheet."""
    content = bytearray(_plain())
    with zipfile.ZipFile(io.BytesIO(content)) as made:
        at = made.getinfo(SHEET).header_offset + 30 + len(SHEET) + 200
    content[at] ^= 255
    return bytes(content)


def _nested() -> bytes:
    """An archive in an archive in an archive; only the outermost is ever opened."""
    inner = archive({"a": bytes(10 * MB)})
    for _ in range(3):
        inner = archive({f"{number}.zip": inner for number in range(16)})
    return inner


def _ole(*streams: str, size: int = 4096) -> bytes:
    names = b"".join((name + "\0").encode("utf-16-le").ljust(128, b"\0") for name in streams)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + names.ljust(size, b"\0")


def _xls() -> bytes:
    return (Path(__file__).parent / "data" / "ledger.xls").read_bytes()


def _spoiled_xls() -> bytes:
    """An .xls whose sector chain points anywhere."""
    content = bytearray(_xls())
    content[512:1024] = b"\x05\x00\x00\x00" * 128
    return bytes(content)


def _dense() -> bytes:
    """A cell in each of two far corners: 25,600,000 cells to lay out, all within the bounds."""
    return _with(
        {SHEET: _sheet('<row r="1"><c r="A1"><v>1</v></c></row>'
                       '<row r="100000"><c r="IV100000"><v>1</v></c></row>')}
    )  # fmt: skip


def _long_text_everywhere() -> bytes:
    """One text of 30,000 characters, shown in 50,000 cells: 1.5 GB from 300 KB."""
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 50_001))
    return _with({SHEET: _sheet(rows), STRINGS: _strings(f"<si><t>{'东' * 30_000}</t></si>")})


def _merged_everywhere() -> bytes:
    """Three merges down a whole column each: a million rows by thirty bytes."""
    merges = "".join(f'<mergeCell ref="A2:A{1_048_576 - n}"/>' for n in range(3))
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="90000"><c r="A90000"><v>1</v></c></row>'
    return _with({SHEET: _sheet(cells, after=f"<mergeCells>{merges}</mergeCells>")})


def _csv(*lines: str) -> bytes:
    return "\r\n".join([",".join(HEADINGS), *lines]).encode()


DDE = f'<externalLink xmlns="{MAIN}"><ddeLink ddeService="cmd" ddeTopic="/C calc"/></externalLink>'
FAR_ODS = ods_row(
    ods_cell("1", 'table:number-columns-repeated="16384"'),
    attributes='table:number-rows-repeated="1048576"',
)


def _renamed_sheet(name: str) -> bytes:
    content = book({"台账": [["旗区"]]})
    with zipfile.ZipFile(io.BytesIO(content)) as made:
        listed = made.read("xl/workbook.xml")
    return repacked(content, {"xl/workbook.xml": listed.replace("台账".encode(), name.encode())})


def _all_hidden() -> bytes:
    """A workbook whose every sheet is hidden, as no program would save it."""
    content = book({"台账": [["旗区"]]})
    with zipfile.ZipFile(io.BytesIO(content)) as made:
        listed = made.read("xl/workbook.xml")
    return repacked(
        content, {"xl/workbook.xml": listed.replace(b"<sheet ", b'<sheet state="veryHidden" ')}
    )


REFUSED = (
    Hostile("an empty file", lambda: b"", ("empty",)),
    Hostile("a file of one byte", lambda: b"P", ("not_a_ledger",)),
    Hostile("a ZIP bomb that declares its size",
            lambda: _with({SHEET: _sheet(" " * (260 * MB))}), ("zip_budget",)),
    Hostile("a ZIP bomb that lies about its size", _lying, ("damaged",)),
    Hostile("archives in archives", _nested, ("not_a_ledger", "zip_budget")),
    Hostile("archives in archives inside a workbook",
            lambda: _with({"xl/embeddings/a.zip": _nested(), SHEET: b"<"}), ("damaged",)),
    Hostile("twelve thousand parts",
            lambda: _with({f"xl/media/{n}": b"" for n in range(12_000)}), ("zip_budget",)),
    Hostile("shared strings that unfold three hundredfold",
            lambda: _with({STRINGS: _strings(f"<si><t>{'a' * 90 * MB}</t></si>")}),
            ("zip_budget",)),
    Hostile("one long text in fifty thousand cells", _long_text_everywhere,
            ("reading_memory",)),
    Hostile("a table of 25,600,000 cells", _dense, ("reading_memory", "reading_time")),
    Hostile("16,384 columns",
            lambda: _with({SHEET: _sheet('<row r="1"><c r="XFD1"><v>1</v></c></row>')}),
            ("too_many_columns",)),
    Hostile("a cell in row 1,048,576",
            lambda: _with({SHEET: _sheet('<row r="1048576"><c r="A1048576"><v>1</v></c></row>')}),
            ("too_many_rows",)),
    Hostile("merges over millions of rows", _merged_everywhere, ("too_many_merges",)),
    Hostile("an entity bomb in a sheet",
            lambda: _with({SHEET: _sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>&a9;</t></is>'
                                         "</c></row>", before=BOMB)}), ("entities",)),
    Hostile("an entity bomb in the shared strings",
            lambda: _with({STRINGS: _strings("<si><t>&a9;</t></si>", before=BOMB)}),
            ("entities",)),
    Hostile("an entity that fetches a file",
            lambda: _with({"xl/workbook.xml": b'<!DOCTYPE w [<!ENTITY f SYSTEM "file:///etc/passwd">]'
                                              b"><workbook>&f;</workbook>"}), ("entities",)),
    Hostile("an entity bomb in an ods", lambda: ods(ods_row("&a9;"), declarations=BOMB),
            ("entities",), "台账.ods"),
    Hostile("17 thousand million cells in an ods", lambda: ods(FAR_ODS),
            ("too_many_rows", "too_many_columns"), "台账.ods"),
    Hostile("an ods nested a hundred thousand deep",
            lambda: ods("<a>" * 100_000 + "</a>" * 100_000),
            ("empty_workbook", "damaged", "reading_failed", "reading_memory"), "台账.ods"),
    Hostile("an encrypted workbook", lambda: _ole("EncryptionInfo", "EncryptedPackage"),
            ("encrypted",)),
    Hostile("a truncated workbook", lambda: _plain()[:-700], ("damaged",)),
    Hostile("a workbook with one byte changed",
            _one_byte_changed, ("damaged",)),
    Hostile("a letter renamed", lambda: archive({"word/document.xml": b"<w/>"}),
            ("not_a_ledger",)),
    Hostile("an old letter renamed", lambda: _ole("WordDocument"), ("not_a_ledger",), "台账.xls"),
    Hostile("a picture renamed", lambda: b"\x89PNG\r\n\x1a\n" + bytes(99), ("not_a_ledger",)),
    Hostile("a program renamed", lambda: b"MZ\x90\0" + bytes(99), ("not_a_ledger",), "台账.xls"),
    Hostile("a program renamed to csv", lambda: b"MZ,\n1,2", ("not_a_ledger",), "台账.csv"),
    Hostile("a page renamed", lambda: b"<html><script>alert(1)</script>", ("not_a_ledger",),
            "台账.xls"),
    Hostile("a second extension", _plain, ("not_a_ledger",), "台账.xlsx.exe"),
    Hostile("an xls renamed to xlsx", _xls, ("mismatch",)),
    Hostile("an xls with a broken sector chain", _spoiled_xls,
            ("damaged", "reading_failed", "reading_memory", "reading_time"), "台账.xls"),
    Hostile("a workbook with macros", lambda: _with({"xl/vbaProject.bin": _ole()}), ("macros",)),
    Hostile("an old workbook with macros", lambda: _ole("Workbook", "_VBA_PROJECT"), ("macros",),
            "台账.xls"),
    Hostile("a formula that starts a program",
            lambda: _formula("cmd|&apos;/C calc&apos;!A0"), ("calls_out",)),
    Hostile("a formula that fetches an address",
            lambda: _formula("WEBSERVICE(&quot;http://192.0.2.1/&quot;)"), ("calls_out",)),
    Hostile("a DDE link", lambda: _with({"xl/externalLinks/externalLink1.xml": DDE.encode()}),
            ("calls_out",)),
    Hostile("a csv formula that starts a program",
            lambda: _csv("=cmd|'/C calc'!A0,YS-1"), ("calls_out",), "台账.csv"),
    Hostile("a csv formula that leads away",
            lambda: _csv('"=HYPERLINK(""http://192.0.2.1"")",YS-1'), ("calls_out",), "台账.csv"),
    Hostile("zero characters in a csv", lambda: _csv("东胜区\0,YS-1"), ("not_text",), "台账.csv"),
    Hostile("a csv line of ten megabytes", lambda: b"a," * (5 * MB), ("line_too_long",),
            "台账.csv"),
    Hostile("a csv with a quote left open",
            lambda: b'"' + b"a\n" * (5 * MB), ("cell_too_long",), "台账.csv"),
    Hostile("a csv of neither encoding", lambda: _csv("x").replace(b"x", b"\xff\xff\xfe"),
            ("encoding",), "台账.csv"),
    Hostile("a csv of six million lines", lambda: b"\n" * (6 * MB), ("too_many_rows",),
            "台账.csv"),
    Hostile("hidden sheets only", _all_hidden, ("empty_workbook",)),
)  # fmt: skip

BORNE = (
    Hostile("a link to another workbook",
            lambda: _with({"xl/externalLinks/externalLink1.xml":
                           f'<externalLink xmlns="{MAIN}"/>'.encode()}), ()),
    Hostile("a formula that leads away when clicked",
            lambda: _formula("HYPERLINK(&quot;http://192.0.2.1/&quot;)"), ()),
    Hostile("a huge dimension that is not true",
            lambda: _with({SHEET: _sheet('<row r="1"><c r="A1"><v>1</v></c></row>').replace(
                b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>')}), ()),
    Hostile("parts whose names climb out of the folder",
            lambda: _with({f"../../../..{CLIMBED}": b"x"}), ()),
    Hostile("a sheet's name with a path in it",
            lambda: _renamed_sheet("../../etc/passwd"), ()),
    Hostile("a file's name with a path in it", _plain, (), "../../etc/台账.xlsx"),
    Hostile("a file's name with control characters", _plain, (), "台\0\r\n\x1b[31m账\u202e.xlsx"),
    Hostile("a file's name that looks like an option", _plain, (), "-c import os.xlsx"),
)  # fmt: skip
