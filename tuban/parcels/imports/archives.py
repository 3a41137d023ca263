"""The gate for archives: .xlsx and .ods are ZIP files, and a ZIP file may lie about its size.

A 289 KB workbook that declares 300 MB costs a reader 600 MB of memory, and a cell at XFD1048576
asks it for a table of 17 thousand million cells. So sizes are checked on the archive's directory
before anything is unpacked, then the parts are unpacked once, piece by piece, to see that the
directory spoke the truth, how far the sheets reach, and that nothing in them calls out.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable
from typing import Literal

from tuban.parcels.imports import opendocument
from tuban.parcels.imports.limits import (
    MAX_COLUMNS,
    MAX_DECLARED_BYTES,
    MAX_ENTRIES,
    MAX_RATIO,
    MAX_ROWS,
    MEGABYTE,
    SMALL_ENTRY_BYTES,
)
from tuban.parcels.imports.problems import Unreadable
from tuban.parcels.imports.refusals import (
    calls_out,
    encrypted,
    has_macros,
    not_a_ledger,
    too_many_columns,
    too_many_rows,
)

Kind = Literal[".xlsx", ".ods"]

_PIECE = MEGABYTE
_OVERLAP = 512
_ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_ENCRYPTION = b"encryption-data"
# A reference beyond column IV (256), and one beyond row 100,000.
_TOO_WIDE = re.compile(rb"""\br\s*=\s*["'](?:[A-Z]{3,}|[J-Z][A-Z]|I[W-Z])\d+["']""")
_TOO_DEEP = re.compile(rb"""\br\s*=\s*["'][A-Z]+(?:[1-9]\d{6,}|[1-9]\d{5}(?<!100000))["']""")
# The rest of a cell's tag and what follows: a cell without content stretches no table, and
# programs write such cells to keep the format of whole columns.
_EMPTY_CELL = re.compile(rb"[^<>]*(?:/>|>\s*</)")
# Neither format has a document type; entities declared in one can unfold without end.
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# DDE in a formula, =cmd|'/C calc'!A0, as a link of its own, or a formula that fetches an address.
_DDE_LINK = re.compile(rb"<(?:\w+:)?ddeLink\b")
_CALLING_FORMULA = re.compile(
    rb"""<f\b[^<>]*>[^<]{0,400}?(?:\|\s*(?:'|&apos;)[^<]{0,200}?(?:'|&apos;)!|\bWEBSERVICE\()"""
)


def check(content: bytes) -> tuple[Kind, tuple[str, ...]]:
    """Lets a workbook of bearable size through.

    Returns:
        What it is, and 核对说明 the sender should read.

    Raises:
        Unreadable: No workbook, damaged, too large when unpacked, or with parts that act.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_declared(archive, len(content))
            kind = _kind(archive)
            _check_real(archive)
            if kind == ".ods":
                with archive.open("content.xml") as part:
                    opendocument.check_reach(part)
            return kind, _remarks(archive)
    except (
        zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError,
        UnicodeDecodeError, ValueError,
    ) as error:  # fmt: skip
        raise Unreadable(
            "文件已损坏，打不开。",
            code="damaged",
            cause="压缩包的目录或内容与登记的大小、校验值不符，可能没有传完。",
            remedy="请在 WPS 或 Excel 中打开、另存一份，再重新上传。",
        ) from error


def _check_declared(archive: zipfile.ZipFile, size: int) -> None:
    """Entries, total and ratio as declared: nothing has been unpacked yet."""
    entries = archive.infolist()
    declared = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES:
        raise _bomb(f"其中有 {len(entries)} 个部件，超过 {MAX_ENTRIES} 个。")
    if declared > MAX_DECLARED_BYTES:
        raise _bomb(
            f"文件只有 {max(1, size // 1024)} KB，展开后却有 {declared // MEGABYTE} MB，"
            f"超过 {MAX_DECLARED_BYTES // MEGABYTE} MB。"
        )
    for entry in entries:
        if entry.file_size > SMALL_ENTRY_BYTES and entry.file_size > MAX_RATIO * max(
            1, entry.compress_size
        ):
            raise _bomb(
                f"部件 {entry.filename} 展开后是压缩时的"
                f" {entry.file_size // max(1, entry.compress_size)} 倍，超过 {MAX_RATIO} 倍。"
            )


def _kind(archive: zipfile.ZipFile) -> Kind:
    """What the archive is; a text or a binary workbook is told apart by its parts."""
    names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise has_macros("工作簿里有 VBA 工程（.xlsm 或改过扩展名的 .xlsm）。")
        return ".xlsx"
    if "word/document.xml" in names:
        raise not_a_ledger("这是一份 Word 文档。")
    if "xl/workbook.bin" in names:
        raise not_a_ledger("这是二进制工作簿（.xlsb）。")
    if "content.xml" in names:
        if _says_ods(archive):
            if _ENCRYPTION in archive.read("META-INF/manifest.xml"):
                raise encrypted()
            return ".ods"
        raise not_a_ledger("这是 OpenDocument 文件，但不是电子表格。")
    raise not_a_ledger("这是一个压缩包，里面没有工作簿。")


def _says_ods(archive: zipfile.ZipFile) -> bool:
    """Whether the part that names an OpenDocument file's type says: a spreadsheet."""
    try:
        stated = archive.getinfo("mimetype")
    except KeyError:
        return False
    return stated.file_size == len(_ODS_TYPE) and archive.read(stated) == _ODS_TYPE


def _check_real(archive: zipfile.ZipFile) -> None:
    """Unpacks every part once, piece by piece: size and checksum are verified on the way."""
    for entry in archive.infolist():
        look: Callable[[str, bytes], None] | None = None
        if entry.filename.startswith("xl/worksheets/"):
            look = _check_sheet
        elif entry.filename.lower().endswith((".xml", ".rels")):
            look = _check_xml
        tail = b""
        with archive.open(entry) as part:
            while piece := part.read(_PIECE):
                if look is not None:
                    window = tail + piece
                    look(entry.filename, window)
                    tail = window[-_OVERLAP:]


def _check_xml(name: str, xml: bytes) -> None:
    """Refuses entities and links that start other programs."""
    if _DOCTYPE.search(xml):
        raise Unreadable(
            "文件内部有实体声明，没有打开。",
            code="entities",
            cause=f"部件 {name} 带有文档类型声明，正常的工作簿没有它，它可以无限展开。",
            remedy="请把台账数据复制到空白模板中再上传。",
        )
    if _DDE_LINK.search(xml):
        raise calls_out(f"部件 {name} 中有动态数据交换（DDE）链接。")


def _check_sheet(name: str, xml: bytes) -> None:
    """Refuses a sheet that calls out or whose cells reach too far: a reader lays out it all."""
    _check_xml(name, xml)
    if _CALLING_FORMULA.search(xml):
        raise calls_out(f"{name} 中有启动其他程序或访问网址的公式。")
    if _reaches(_TOO_DEEP, xml):
        raise too_many_rows(f"{name} 中有 {MAX_ROWS} 行以外的单元格（可能是误填的空格）。")
    if _reaches(_TOO_WIDE, xml):
        raise too_many_columns(f"{name} 中有 {MAX_COLUMNS} 列以外的单元格（可能是误填的空格）。")


def _reaches(far: re.Pattern[bytes], xml: bytes) -> bool:
    """Whether a cell that holds something stands so far out."""
    return any(not _EMPTY_CELL.match(xml, found.end()) for found in far.finditer(xml))


def _remarks(archive: zipfile.ZipFile) -> tuple[str, ...]:
    if any(name.startswith("xl/externalLinks/") for name in archive.namelist()):
        return ("工作簿引用了其他文件：只读取其中保存的数值，没有打开被引用的文件。",)
    return ()


def _bomb(cause: str) -> Unreadable:
    return Unreadable(
        "文件展开后过大，没有打开。",
        code="zip_budget",
        cause=cause,
        remedy="请把台账数据复制到空白模板中再上传。",
    )
