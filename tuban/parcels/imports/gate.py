"""The gate: is this a workbook, and is it safe to hand to a reader?

A reader believes what a file declares. A 289 KB workbook that declares 300 MB costs 600 MB of
memory, and a cell at XFD1048576 asks for a table of 17 thousand million cells. So sizes are
checked on the archive's directory before anything is unpacked, then the parts are unpacked once,
piece by piece, to see that the directory spoke the truth and how far the sheets reach.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from tuban.parcels.imports.problems import Unreadable

MAX_FILE_BYTES = 50 * 1024 * 1024
MAX_ENTRIES = 10_000
MAX_DECLARED_BYTES = 200 * 1024 * 1024
MAX_RATIO = 200
SMALL_ENTRY_BYTES = 1024 * 1024
"""Below this a part's own ratio is of no interest: it is small, however well it packs."""
MAX_ROWS = 100_000
MAX_COLUMNS = 256

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PIECE = 1024 * 1024
_OVERLAP = 512
# A reference beyond column IV (256), and one beyond row 100,000.
_TOO_WIDE = re.compile(rb"""\br\s*=\s*["'](?:[A-Z]{3,}|[J-Z][A-Z]|I[W-Z])\d+["']""")
_TOO_DEEP = re.compile(rb"""\br\s*=\s*["'][A-Z]+(?:[1-9]\d{6,}|[1-9]\d{5}(?<!100000))["']""")
# The rest of a cell's tag and what follows: a cell without content stretches no table, and
# programs write such cells to keep the format of whole columns.
_EMPTY_CELL = re.compile(rb"[^<>]*(?:/>|>\s*</)")
_SAVE_AS = "请在 WPS 或 Excel 中“另存为”Excel 工作簿（.xlsx）后再上传。"


def check(content: bytes) -> None:
    """Lets an .xlsx workbook of bearable size through, and nothing else.

    Raises:
        Unreadable: With the cause in Chinese.
    """
    if not content:
        raise Unreadable(
            "文件是空的。", code="empty", cause="文件长度为 0。", remedy="请核对后重新上传。"
        )
    if len(content) > MAX_FILE_BYTES:
        raise Unreadable(
            "文件过大。",
            code="too_large",
            cause=f"文件有 {_mb(len(content))} MB，超过 {_mb(MAX_FILE_BYTES)} MB。",
            remedy="请按旗区拆成几份，或删去图片后再上传。",
        )
    if content.startswith(_OLE):
        raise _ole(content)
    if not content.startswith(_ZIP):
        raise _not_a_workbook("文件内容不是 Excel 工作簿，扩展名可能被改过。")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_declared(archive, len(content))
            _check_kind(archive)
            _check_real(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
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
            f"文件只有 {max(1, size // 1024)} KB，展开后却有 {_mb(declared)} MB，"
            f"超过 {_mb(MAX_DECLARED_BYTES)} MB。"
        )
    for entry in entries:
        if entry.file_size > SMALL_ENTRY_BYTES and entry.file_size > MAX_RATIO * max(
            1, entry.compress_size
        ):
            raise _bomb(
                f"部件 {entry.filename} 展开后是压缩时的"
                f" {entry.file_size // max(1, entry.compress_size)} 倍，超过 {MAX_RATIO} 倍。"
            )


def _check_kind(archive: zipfile.ZipFile) -> None:
    """Only a workbook has xl/workbook.xml; a text or an OpenDocument sheet is told apart."""
    names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        return
    if "word/document.xml" in names:
        raise _not_a_workbook("这是一份 Word 文档。")
    if "xl/workbook.bin" in names:
        raise _not_a_workbook("这是二进制工作簿（.xlsb）。")
    if "content.xml" in names:
        raise _not_a_workbook("这是 OpenDocument 文件（.ods 等）。")
    raise _not_a_workbook("这是一个压缩包，里面没有工作簿。")


def _check_real(archive: zipfile.ZipFile) -> None:
    """Unpacks every part once, piece by piece: size and checksum are verified on the way."""
    for entry in archive.infolist():
        is_sheet = entry.filename.startswith("xl/worksheets/")
        tail = b""
        with archive.open(entry) as part:
            while piece := part.read(_PIECE):
                if is_sheet:
                    window = tail + piece
                    _check_reach(entry.filename, window)
                    tail = window[-_OVERLAP:]


def _check_reach(name: str, xml: bytes) -> None:
    """Refuses a sheet whose cells reach too far: a reader lays out the whole rectangle."""
    if _reaches(_TOO_DEEP, xml):
        raise Unreadable(
            "工作表行数过多。",
            code="too_many_rows",
            cause=f"{name} 中有 {MAX_ROWS} 行以外的单元格（可能是误填的空格）。",
            remedy="请删去数据区以下的行，或按旗区拆成几份后再上传。",
        )
    if _reaches(_TOO_WIDE, xml):
        raise Unreadable(
            "工作表列数过多。",
            code="too_many_columns",
            cause=f"{name} 中有 {MAX_COLUMNS} 列以外的单元格（可能是误填的空格）。",
            remedy="请删去数据区以右的列后再上传。",
        )


def _reaches(far: re.Pattern[bytes], xml: bytes) -> bool:
    """Whether a cell that holds something stands so far out."""
    return any(not _EMPTY_CELL.match(xml, found.end()) for found in far.finditer(xml))


def _ole(content: bytes) -> Unreadable:
    """What an OLE container is: an encrypted workbook, or a format of before 2007."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return Unreadable(
            "工作簿已加密，打不开。",
            code="encrypted",
            cause="文件设有打开密码。",
            remedy="请在 WPS 或 Excel 中取消打开密码，另存后再上传；不要把密码写在文件名里。",
        )
    return _not_a_workbook("这是 2007 年以前的格式（.xls、.doc、.et 等）。")


def _not_a_workbook(cause: str) -> Unreadable:
    return Unreadable("文件不是 .xlsx 工作簿。", code="not_xlsx", cause=cause, remedy=_SAVE_AS)


def _bomb(cause: str) -> Unreadable:
    return Unreadable(
        "文件展开后过大，没有打开。",
        code="zip_budget",
        cause=cause,
        remedy="请把台账数据复制到空白模板中再上传。",
    )


def _mb(size: int) -> int:
    return size // (1024 * 1024)
