"""The gate: is this a table, what kind, and is it safe to hand to a reader?

The content decides what a file is; its extension must say the same, because a file that calls
itself something else was either renamed by mistake or made to mislead.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from tuban.parcels.imports import archives, boundaries
from tuban.parcels.imports.limits import (
    MAX_BOUNDARY_BYTES,
    MAX_FILE_BYTES,
    MAX_ROWS,
    MAX_XLS_BYTES,
    MEGABYTE,
)
from tuban.parcels.imports.problems import Unreadable
from tuban.parcels.imports.refusals import FORMATS, encrypted, has_macros, not_a_ledger

__all__ = ["MAX_FILE_BYTES", "MAX_ROWS", "SUFFIXES", "Checked", "Kind", "check", "most_bytes"]

Kind = Literal[".xlsx", ".xls", ".ods", ".csv"]
LEDGER_SUFFIXES: tuple[Kind, ...] = (".xlsx", ".xls", ".ods", ".csv")
SUFFIXES: tuple[str, ...] = (*LEDGER_SUFFIXES, *boundaries.SUFFIXES)
"""All that the desk takes."""

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = (
    (b"MZ", "这是一个程序（.exe 等）。"),
    (b"\x7fELF", "这是一个程序。"),
    (b"\x89PNG", "这是一张图片（.png）。"),
    (b"\xff\xd8\xff", "这是一张图片（.jpg）。"),
    (b"%PDF", "这是一份 PDF。"),
    (b"Rar!", "这是一个压缩包（.rar）。"),
    (b"7z\xbc\xaf", "这是一个压缩包（.7z）。"),
    (b"PK", "这是一个残缺的或空的压缩包。"),
)
_CONTAINERS = (
    (_ZIP, "这是一个压缩包，或者 Excel、Word 文件。"),
    (_OLE, "这是 2007 年以前的 Excel、Word 文件。"),
)
_HTML = (b"<!doctype", b"<html", b"<table", b"<head", b"<script", b"<meta")


@dataclass(frozen=True, slots=True)
class Checked:
    """What passed the gate. `remarks`: 核对说明 the sender should read."""

    kind: Kind
    remarks: tuple[str, ...] = ()


def check(content: bytes, name: str = "") -> Checked:
    """Lets a table of bearable size through whose extension says what it is.

    Args:
        content: The file.
        name: Its name as delivered; without one only the formats that are known by their content
            pass, which csv is not.

    Raises:
        Unreadable: With the cause in Chinese.
    """
    if not content:
        raise Unreadable(
            "文件是空的。", code="empty", cause="文件长度为 0。", remedy="请核对后重新上传。"
        )
    _check_size(content, MAX_FILE_BYTES)
    suffix = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    if name and suffix not in LEDGER_SUFFIXES:
        raise not_a_ledger(f"扩展名是 {suffix or '空的'}，只接收 {FORMATS}。")
    checked = _checked(content, suffix)
    if suffix and suffix != checked.kind:
        raise Unreadable(
            "文件的扩展名与内容不一致，没有打开。",
            code="mismatch",
            cause=f"扩展名是 {suffix}，内容却是 {checked.kind}。",
            remedy=f"请在 WPS 或 Excel 中打开并另存为 {suffix}，不要直接改扩展名。",
        )
    return checked


def _checked(content: bytes, suffix: str) -> Checked:
    """What the content is, after the checks of its kind."""
    if content.startswith(_OLE):
        _check_ole(content)
        return Checked(".xls")
    if content.startswith(_ZIP):
        return Checked(*archives.check(content))
    _check_others(content)
    if suffix == ".csv":
        return Checked(".csv")
    raise not_a_ledger("文件内容不是电子表格，扩展名可能被改过。")


def _check_size(content: bytes, most: int) -> None:
    if len(content) > most:
        raise Unreadable(
            "文件过大。",
            code="too_large",
            cause=f"文件有 {len(content) // MEGABYTE} MB，超过 {most // MEGABYTE} MB。",
            remedy="请按旗区拆成几份，或删去图片后再上传。",
        )


def _check_ole(content: bytes) -> None:
    """An OLE container: a workbook of before 2007, an encrypted one, or another document."""
    if _has_stream(content, "EncryptedPackage"):
        raise encrypted()
    if _has_stream(content, "WordDocument"):
        raise not_a_ledger("这是 2007 年以前的 Word 文档（.doc）。")
    if not (_has_stream(content, "Workbook") or _has_stream(content, "Book")):
        raise not_a_ledger("这是 2007 年以前的文件，但不是 Excel 工作簿（.xls）。")
    if _has_stream(content, "_VBA_PROJECT"):
        raise has_macros("工作簿里有 VBA 工程。")
    _check_size(content, MAX_XLS_BYTES)


def _has_stream(content: bytes, name: str) -> bool:
    """Whether the container's directory names this stream; names are UTF-16 and end with 0."""
    return (name + "\0").encode("utf-16-le") in content


def _check_others(content: bytes) -> None:
    """Names the kinds of files that are most often renamed or handed in by mistake."""
    cause = _other_kind(content)
    if cause is not None:
        raise not_a_ledger(cause)


def kind_of(content: bytes) -> str | None:
    """What a file that should be plain text is instead, in a sentence; None for what may be text."""
    for magic, said in _CONTAINERS:
        if content.startswith(magic):
            return said
    return _other_kind(content)


def _other_kind(content: bytes) -> str | None:
    for magic, said in _OTHERS:
        if content.startswith(magic):
            return said
    head = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(_HTML):
        return "这是一个网页（HTML），有的系统把它当作 .xls 导出。"
    return "这是一个 XML 文件。" if head.startswith(b"<?xml") else None


def most_bytes(name: str) -> int:
    """The largest file of this name that is taken."""
    return MAX_BOUNDARY_BYTES if boundaries.is_boundary_name(name) else MAX_FILE_BYTES
