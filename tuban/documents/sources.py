"""来源: bytes of a file → blocks, or a clear word why not.

Sizes are judged before anything is opened; kinds are judged by content, never by the name.
"""

from __future__ import annotations

import io
import zipfile

from tuban.documents.blocks import Source
from tuban.documents.docx import blocks_of_docx
from tuban.documents.errors import DocumentError
from tuban.documents.tabular import find_tables

MOST_BYTES = 50 * 1024 * 1024
MOST_UNPACKED_BYTES = 200 * 1024 * 1024
MOST_CHARACTERS = 2_000_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"GIF8")
_RECOGNISE = "扫描件先做文字识别，核对后存为 docx 或 txt"
_ODD_SHARE = 0.02
_ODF = "META-INF/manifest.xml"


def source_of(data: bytes, name: str) -> Source:
    """The paragraphs and table rows of a txt or docx file, in their order.

    Raises:
        DocumentError: empty, too large, encrypted, of another kind, or without any text.
    """
    if not data:
        raise DocumentError(
            "文件是空的（0 字节）。",
            code="document.empty",
            place=name,
            remedy="请检查文件是否传完，重新选择原文件。",
        )
    if len(data) > MOST_BYTES:
        raise too_large(len(data), name)
    if data.startswith(_OLE):
        raise _ole_error(data, name)
    if data.startswith(b"PK\x03\x04"):
        return _from_zip(data, name)
    if data.startswith(b"%PDF"):
        raise _other_kind(
            name, "PDF", f"请用原来的 Word 文件，或转成有文字的 docx 再上传；{_RECOGNISE}。"
        )
    if data.startswith(_PICTURES):
        raise _other_kind(name, "图片", f"请上传有文字的原件；{_RECOGNISE}。")
    if data.startswith(b"{\\rtf"):
        raise _other_kind(name, "RTF", "请用 Word 或 WPS 打开，另存为 docx 再上传。")
    return Source(find_tables(_decode(data, name).splitlines()))


def too_large(size: int, name: str) -> DocumentError:
    """A file beyond `MOST_BYTES`."""
    return DocumentError(
        f"文件有 {size // 1048576} MB，超过上限 {MOST_BYTES // 1048576} MB。",
        code="document.too_large",
        place=name,
        remedy="请只上传方案正文与附表；图片、扫描件不要放在里面。",
    )


def _other_kind(name: str, kind: str, remedy: str) -> DocumentError:
    return DocumentError(
        f"文件的内容是 {kind}，目前只读 txt 和 docx。",
        code="document.unsupported",
        place=name,
        remedy=remedy,
    )


def _ole_error(data: bytes, name: str) -> DocumentError:
    """Old Office container: an encrypted docx, a .doc or an .xls."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return DocumentError(
            "文档设有打开密码，无法读取。",
            code="document.encrypted",
            place=name,
            remedy="请在 Word 或 WPS 中取消密码，另存后再上传。",
        )
    if "Workbook".encode("utf-16-le") in data:
        return _other_kind(
            name, "Excel 工作簿（xls）", "请上传方案的 docx 或 txt；台账请走“导入”。"
        )
    return _other_kind(name, "旧版 Word（doc）", "请用 Word 或 WPS 打开，另存为 docx 再上传。")


def _from_zip(data: bytes, name: str) -> Source:
    damaged = DocumentError(
        "文件已损坏，不是完整的 docx。",
        code="document.damaged",
        place=name,
        remedy="请用 Word 或 WPS 打开原文件，另存为 docx 再上传。",
    )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {info.filename: info for info in archive.infolist()}
            if any(info.flag_bits & 1 for info in members.values()):
                raise DocumentError(
                    "压缩包加了密码，无法读取。",
                    code="document.encrypted",
                    place=name,
                    remedy="请解开密码后上传 docx 文件本身。",
                )
            _check_unpacked(sum(info.file_size for info in members.values()), name)
            if "word/document.xml" not in members:
                raise _not_docx(members, name)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError) as error:
        raise damaged from error
    source = blocks_of_docx(data, damaged)
    if not source.blocks:
        raise DocumentError(
            "文档里没有文字，可能是空白文档或扫描图片。",
            code="document.no_text",
            place=name,
            remedy=f"请上传有文字的原件；{_RECOGNISE}。",
        )
    return source


def _check_unpacked(unpacked: int, name: str) -> None:
    if unpacked > MOST_UNPACKED_BYTES:
        raise DocumentError(
            f"文档解开后有 {unpacked // 1048576} MB，超过上限"
            f" {MOST_UNPACKED_BYTES // 1048576} MB，不予打开。",
            code="document.unpacked_too_large",
            place=name,
            remedy="请删去嵌入的图片和附件，另存后再上传。",
        )


def _not_docx(members: dict[str, zipfile.ZipInfo], name: str) -> DocumentError:
    if "xl/workbook.xml" in members or "xl/workbook.bin" in members:
        return _other_kind(
            name, "Excel 工作簿（xlsx）", "请上传方案的 docx 或 txt；台账请走“导入”。"
        )
    if _ODF in members and "content.xml" in members:
        return _other_kind(
            name, "ODF（odt、ods）", "请用 WPS 或 LibreOffice 打开，另存为 docx 再上传。"
        )
    if "ppt/presentation.xml" in members:
        return _other_kind(name, "演示文稿（pptx）", "请上传方案的 docx 或 txt。")
    return _other_kind(name, "压缩包", "请解压后上传其中的 docx 或 txt。")


def _decode(data: bytes, name: str) -> str:
    """UTF-8 (with or without mark), UTF-16 with mark, else GB18030; binary is refused."""
    text: str | None = None
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    if text is None or _looks_binary(text):
        raise DocumentError(
            "文件不是文字（UTF-8、GB18030 都读不通）。",
            code="document.not_text",
            place=name,
            remedy="请确认选对了文件；用记事本打开能看到汉字后，另存为 UTF-8 的 txt 再上传。",
        )
    if not text.strip():
        raise DocumentError(
            "文件里没有文字。",
            code="document.no_text",
            place=name,
            remedy="请检查文件内容；扫描件先做文字识别，核对后再上传。",
        )
    if len(text) > MOST_CHARACTERS:
        raise DocumentError(
            f"文字有 {len(text)} 字，超过上限 {MOST_CHARACTERS} 字。",
            code="document.too_large",
            place=name,
            remedy="请只上传方案正文与附表。",
        )
    return text


def _looks_binary(text: str) -> bool:
    """Control and private-use characters beyond what a stray page break explains."""
    odd = sum(
        (char < " " and char not in "\t\n\r\f\v") or "\ue000" <= char <= "\uf8ff" for char in text
    )
    return odd > max(_ODD_SHARE * len(text), 4)
