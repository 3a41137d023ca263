"""附件: the gate for files that come with a report.

The content decides what a file is and its extension must say the same. What acts (macros, programs,
pages) is refused; the file is kept under its hash outside the web root and only ever handed out as
a download.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from tuban.parcels.desk.actions import NotKept, clean_name
from tuban.parcels.imports import files
from tuban.parcels.imports.limits import MAX_DECLARED_BYTES, MAX_ENTRIES, MEGABYTE
from tuban.supervision.refusals import EvidenceRefused

MAX_BYTES = 20 * MEGABYTE
MAX_FILES = 5
SUFFIXES = (".pdf", ".ofd", ".jpg", ".jpeg", ".png", ".docx", ".xlsx")
LIMITS = (
    f"{'、'.join(SUFFIXES)}，每份不超过 {MAX_BYTES // MEGABYTE} MB，最多 {MAX_FILES} 份；"
    "扫描件请存成 .pdf"
)
CONTENT_TYPES = {
    ".pdf": "application/pdf",
    ".ofd": "application/ofd",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_MAGIC = (
    (b"%PDF-", ".pdf"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"\x89PNG\r\n\x1a\n", ".png"),
)
_PARTS = {"word/document.xml": ".docx", "xl/workbook.xml": ".xlsx", "OFD.xml": ".ofd"}


@dataclass(frozen=True, slots=True)
class Delivered:
    """A file as it came."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that passed the gate and is kept."""

    name: str
    suffix: str
    sha256: str
    size: int


def take(delivered: Iterable[Delivered]) -> list[Kept]:
    """Keeps the files; all pass the gate or none is kept.

    Raises:
        EvidenceRefused: One of them does not pass, or there are too many.
        NotKept: The disk did not take one.
    """
    wanted = list(delivered)
    if len(wanted) > MAX_FILES:
        raise EvidenceRefused(
            f"附件有 {len(wanted)} 份，一次最多 {MAX_FILES} 份。",
            code="files",
            remedy="请合并成一份 PDF，或分几次上报。",
        )
    checked = [(file, check(file)) for file in wanted]
    return [_keep(file, suffix) for file, suffix in checked]


def check(file: Delivered) -> str:
    """What the file is, as its content says.

    Raises:
        EvidenceRefused: Empty, too large, of no kind that is taken, or named otherwise.
    """
    name = clean_name(file.name)
    if not file.content:
        raise EvidenceRefused(
            f"附件“{name}”是空的。", code="empty", remedy="请核对后重新选择文件。"
        )
    if len(file.content) > MAX_BYTES:
        raise EvidenceRefused(
            f"附件“{name}”有 {len(file.content) // MEGABYTE} MB，超过 {MAX_BYTES // MEGABYTE} MB。",
            code="too_large",
            remedy="请降低扫描精度，或分成几份。",
        )
    said = PurePosixPath(name).suffix.lower().replace(".jpeg", ".jpg")
    found = _kind_of(file.content, name)
    if said != found:
        raise EvidenceRefused(
            f"附件“{name}”的扩展名与内容不一致。",
            code="mismatch",
            cause=f"扩展名是 {said or '空的'}，内容却是 {found}。",
            remedy="请用原来的程序打开后另存，不要直接改扩展名。",
        )
    return found


def _kind_of(content: bytes, name: str) -> str:
    for magic, suffix in _MAGIC:
        if content.startswith(magic):
            return suffix
    package = _package(content, name) if content.startswith(b"PK\x03\x04") else None
    if package is None:
        raise EvidenceRefused(
            f"附件“{name}”不是可以接收的文件。",
            code="kind",
            cause="按文件内容判断，不看扩展名。",
            remedy=f"可接收：{LIMITS}。",
        )
    return package


def _package(content: bytes, name: str) -> str | None:
    """The kind of a package; None when it is none of ours.

    Raises:
        EvidenceRefused: Damaged, unfolds without measure, or holds macros.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            items = package.infolist()
    except (zipfile.BadZipFile, ValueError, EOFError) as error:
        raise EvidenceRefused(
            f"附件“{name}”已损坏，打不开。", code="damaged", remedy="请重新导出后再上传。"
        ) from error
    if len(items) > MAX_ENTRIES or sum(item.file_size for item in items) > MAX_DECLARED_BYTES:
        raise EvidenceRefused(
            f"附件“{name}”解开后过大。", code="unfolds", remedy="请减少图片后另存，或转成 PDF。"
        )
    names = {item.filename for item in items}
    if any(PurePosixPath(each).name.lower() == "vbaproject.bin" for each in names):
        raise EvidenceRefused(
            f"附件“{name}”带有宏，没有接收。",
            code="macros",
            remedy="请另存为不带宏的文件，或转成 PDF。",
        )
    return next((suffix for part, suffix in _PARTS.items() if part in names), None)


def _keep(file: Delivered, suffix: str) -> Kept:
    name = clean_name(file.name)
    try:
        digest = files.keep(file.content)
    except OSError as error:
        raise NotKept(name) from error
    return Kept(name, suffix, digest, len(file.content))
