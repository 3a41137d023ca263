"""Files that are no plan: a clear Chinese word instead of a guess or a traceback."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import docx
import pytest
import xlsxwriter

from tuban.documents import DocumentError, read
from tuban.documents.sources import MOST_BYTES, MOST_CHARACTERS, MOST_UNPACKED_BYTES
from tuban.documents.tests.samples import PLANS

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512


def _docx(*paragraphs: str) -> bytes:
    document = docx.Document()
    for words in paragraphs:
        document.add_paragraph(words)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _xlsx() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_worksheet().write(0, 0, "旗区")
    book.close()
    return out.getvalue()


def _zip(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def _declaring(size: int) -> bytes:
    """A small archive whose directory says that its document is `size` bytes long."""
    data = bytearray(_zip(**{"word/document.xml": b"<x/>"}))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = size.to_bytes(4, "little")
    return bytes(data)


def _png() -> bytes:
    """A white page of one pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        whole = kind + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = chunk(b"IHDR", struct.pack(">2I5B", 1, 1, 8, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0\xff")) + chunk(b"IEND", b"")
    )


def _scanned() -> bytes:
    """Pictures of pages in a docx, and not a word of text."""
    document = docx.Document()
    for _ in range(3):
        document.add_picture(io.BytesIO(_png()))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


LAW = "\n".join(
    ["中华人民共和国示例土地条例", "第一章 总则"]
    + [
        f"第{number}条 为了加强土地管理，制定本条例。\n（一）依法；\n（二）节约。"
        for number in "一二三四五六"
    ]
)
APPOINTMENTS = "示例市人民政府近期任免一批领导干部\n任命：\n甲乙丙  为市政府副秘书长；\n丁戊己  为市能源局局长。\n"
CASES = {
    "empty file": (b"", "document.empty"),
    "only blanks": (b" \n\t\n  ", "document.no_text"),
    "scanned docx": (_scanned(), "document.no_text"),
    "empty docx": (_docx(), "document.no_text"),
    "encrypted docx": (OLE + "EncryptedPackage".encode("utf-16-le"), "document.encrypted"),
    "old doc": (OLE + "WordDocument".encode("utf-16-le"), "document.unsupported"),
    "old xls": (OLE + "Workbook".encode("utf-16-le"), "document.unsupported"),
    "xlsx renamed docx": (_xlsx(), "document.unsupported"),
    "some archive": (_zip(**{"a.txt": b"x"}), "document.unsupported"),
    "scanned pdf": (
        b"%PDF-1.4\n1 0 obj<</Type/XObject/Subtype/Image/Filter/DCTDecode>>stream\n\xff\xd8\xff",
        "document.unsupported",
    ),
    "pdf": (b"%PDF-1.7\n\x00\x01", "document.unsupported"),
    "rtf": (b"{\\rtf1 text}", "document.unsupported"),
    "binary": (bytes(range(256)) * 40, "document.not_text"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "document.unsupported"),
    "photograph": (b"\xff\xd8\xff\xe0" + bytes(range(256)) * 9, "document.unsupported"),
    "odt": (
        _zip(**{"META-INF/manifest.xml": b"<x/>", "content.xml": b"<x/>"}),
        "document.unsupported",
    ),
    "half a docx": (_docx("一、工作任务")[:900], "document.damaged"),
    "docx with broken xml": (
        _zip(**{"word/document.xml": b"<w:document", "[Content_Types].xml": b"<x"}),
        "document.damaged",
    ),
    "declares more than the budget": (
        _declaring(MOST_UNPACKED_BYTES + 1),
        "document.unpacked_too_large",
    ),
    "too large": (b"a" * (MOST_BYTES + 1), "document.too_large"),
    "too long": (("字" * (MOST_CHARACTERS + 1)).encode(), "document.too_large"),
    "a law": (LAW.encode(), "document.not_a_plan"),
    "appointments": (APPOINTMENTS.encode(), "document.not_a_plan"),
    "a letter": ("各旗区：\n请于月底前报送材料。\n".encode(), "document.not_a_plan"),
    "a docx without a plan": (_docx("会议纪要", "会议强调安全。"), "document.not_a_plan"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_file_that_is_no_plan_is_refused_in_words(name: str) -> None:
    data, code = CASES[name]

    with pytest.raises(DocumentError) as refusal:
        read(data, "方案.docx")

    error = refusal.value
    assert error.code == code
    assert error.place == "方案.docx"
    assert "。" in error.message
    assert error.remedy.startswith("请")
    assert error.to_json()["code"] == code


def test_a_zip_bomb_that_lies_about_its_size_is_refused() -> None:
    bomb = _zip(**{"word/document.xml": b" " * (MOST_UNPACKED_BYTES + 1)})
    assert len(bomb) < 1024 * 1024

    with pytest.raises(DocumentError) as refusal:
        read(bomb, "方案.docx")

    assert refusal.value.code == "document.unpacked_too_large"


def test_a_file_of_a_hundred_megabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "方案.docx"
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024)  # sparse: nothing is written
    tracemalloc.start()

    with pytest.raises(DocumentError) as refusal:
        read(path)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refusal.value.code == "document.too_large"
    assert "100 MB" in refusal.value.message
    assert peak < 1024 * 1024


def test_a_path_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as refusal:
        read(tmp_path / "没有.txt")

    assert refusal.value.code == "document.unreadable"


def test_a_table_without_unit_is_a_finding_and_keeps_its_figures() -> None:
    text = (PLANS / "invented.txt").read_text(encoding="utf-8").replace("单位：亩\n", "")

    reading = read(text.encode(), "plan.txt")

    assert {figure.unit for figure in reading.figures} == {None}
    assert "unit-missing" in {finding.code for finding in reading.findings}


def test_a_decimal_without_unit_in_the_words_is_a_finding() -> None:
    text = (PLANS / "invented.txt").read_text(encoding="utf-8").replace("0.45万亩", "0.45")

    reading = read(text.encode(), "plan.txt")

    finding = next(f for f in reading.findings if f.code == "unit-missing")
    assert "0.45" in finding.message
    assert not [t for task in reading.tasks for t in task.targets if t.value == "0.45"]


def test_an_unknown_place_is_named_and_not_guessed() -> None:
    text = (
        (PLANS / "invented.txt")
        .read_text(encoding="utf-8")
        .replace("达拉特旗\n\t4000", "无名旗\n\t4000")
    )

    reading = read(text.encode(), "plan.txt")

    unknown = [figure for figure in reading.figures if figure.region == "无名旗"]
    assert {figure.region_code for figure in unknown} == {None}
    assert "无名旗" in next(f for f in reading.findings if f.code == "unknown-place").message


def test_a_row_that_lost_a_cell_gives_no_figures_and_is_named() -> None:
    text = (PLANS / "invented.txt").read_text(encoding="utf-8")
    text = text.replace("\t准格尔旗\n\t500\n\t200\n", "\t准格尔旗\n\t500\n")

    reading = read(text.encode(), "plan.txt")

    assert not [figure for figure in reading.figures if figure.region_code == "150622"]
    assert "准格尔旗" in next(f for f in reading.findings if f.code == "table-row-misfit").message


def test_a_table_whose_rows_were_lost_is_named_and_gives_no_figure() -> None:
    text = (PLANS / "invented.txt").read_text(encoding="utf-8")
    head, _, rest = text.partition("\t旗区\n")
    _, _, tail = rest.partition("注：")

    reading = read((head + "注：" + tail).encode(), "plan.txt")

    lost = next(f for f in reading.findings if f.code == "table-lost")
    assert "“全市闲置土地处置任务分解表”只有标题没有表格" in lost.message
    assert reading.text[slice(*lost.spans[0])] == "全市闲置土地处置任务分解表"
    assert reading.figures == ()
    assert (reading.tables[0].rows, reading.tables[0].unit) == ((), "亩")


def test_a_table_that_lost_its_unit_and_a_note_with_it_is_not_given_one_by_the_body() -> None:
    text = (PLANS / "invented.txt").read_text(encoding="utf-8").replace("单位：亩\n", "")

    reading = read(text.encode(), "plan.txt")

    assert not [f for f in reading.findings if f.code == "target-conflict"]
    assert {figure.unit for figure in reading.figures} == {None}


@pytest.mark.parametrize("issuer", ["无名市人民政府", "定陶区人民政府", "乌海市自然资源局"])
def test_an_issuer_of_elsewhere_is_named(issuer: str) -> None:
    text = (PLANS / "foreign.txt").read_text(encoding="utf-8")

    reading = read(text.replace("示例市人民政府办公室", issuer).encode(), "plan.txt")

    finding = next(f for f in reading.findings if f.code == "issuer-elsewhere")
    assert issuer[:3] in finding.message
    assert reading.text[slice(*finding.spans[0])] == issuer
    assert {t.region_code for task in reading.tasks for t in task.targets} <= {None}
