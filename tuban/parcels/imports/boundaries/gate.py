"""The gate for boundary files: a text of bearable length, whatever it calls itself."""

from __future__ import annotations

import codecs

from tuban.geodata.codes import READER_CODES
from tuban.parcels.imports.gate import kind_of
from tuban.parcels.imports.limits import (
    MAX_BOUNDARY_BYTES,
    MAX_BOUNDARY_LINE_BYTES,
    MAX_BOUNDARY_LINES,
    MEGABYTE,
)
from tuban.parcels.imports.problems import Unreadable

_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BREAKS = (b"\n", b"\r")
_SPLIT = "请按旗区或批次分成几个文件后再上传。"
_ORIGINAL = "请上传界址点坐标的 TXT 原文件，不要改扩展名。"


def check(content: bytes) -> None:
    """Lets a text of bearable size through.

    Raises:
        Unreadable: Another kind of file under a wrong name, zero characters, a line or a file
            longer than any survey's.
    """
    if not content.strip():
        raise Unreadable(
            "文件是空的。", code="empty", cause="文件里没有内容。", remedy="请核对后重新上传。"
        )
    if len(content) > MAX_BOUNDARY_BYTES:
        cause = f"文件有 {len(content) // MEGABYTE} MB，超过 {MAX_BOUNDARY_BYTES // MEGABYTE} MB。"
        raise Unreadable("文件过大。", code="too_large", cause=cause, remedy=_SPLIT)
    other = kind_of(content)
    if other is not None:
        raise Unreadable(
            "文件的扩展名与内容不一致，没有打开。", code="mismatch", cause=other, remedy=_ORIGINAL
        )
    if b"\0" in content and not content.startswith(_WIDE):
        raise Unreadable(
            "文件不是文字。",
            code="not_text",
            cause="文件里有空字符，不是文本文件，或者在传送中损坏。",
            remedy=_ORIGINAL,
        )
    if has_long_line(content):
        raise Unreadable(
            "文件里有一行过长。",
            code="line_too_long",
            cause=f"一行超过 {MAX_BOUNDARY_LINE_BYTES // 1024} KB，不是界址点坐标。",
            remedy="请核对文件是否完整，由制图软件重新导出后再上传。",
        )
    if max(content.count(sign) for sign in _BREAKS) > MAX_BOUNDARY_LINES:
        raise Unreadable(
            "文件行数过多。",
            code="too_many_lines",
            cause=f"超过 {MAX_BOUNDARY_LINES // 10_000} 万行。",
            remedy=_SPLIT,
        )


def no_parcels() -> Unreadable:
    """A text in which no parcel begins (T01)."""
    known = READER_CODES["T01"]
    return Unreadable(
        "T01 文件里没有地块。",
        code="no_parcels",
        cause=known.cause,
        remedy="请确认选对了文件；每宗地块以地块行开头，该行以 @ 结尾。"
        "台账表格（如 Excel 的“Unicode 文本”）请另存为 .xlsx 或 .csv 后再上传。",
    )


def only_coordinates() -> Unreadable:
    """Rows of coordinates without a parcel's own line: nothing says which parcel they bound."""
    return Unreadable(
        "T01 文件只有坐标，没有地块行。",
        code="only_coordinates",
        cause="坐标前没有写明地块编号的一行，不知道是哪一宗。",
        remedy="请在坐标前补一行“界址点数,地块面积,地块编号,地块名称,面,图幅号,地块用途,地类编码,@”，"
        "每行坐标写作“点号,圈号,X,Y”，再上传。",
    )


def has_long_line(content: bytes) -> bool:
    """Whether a line is longer than the most allowed; one of half that length never is.

    A long line covers a whole step without a break, wherever it begins.
    """
    step = MAX_BOUNDARY_LINE_BYTES // 2
    return any(
        all(content.find(sign, start, start + step) < 0 for sign in _BREAKS)
        for start in range(0, len(content) - step + 1, step)
    )
