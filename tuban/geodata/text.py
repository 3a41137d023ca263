"""文本: bytes → lines of one way of writing, whatever program and code page they came from.

BOM, else strict UTF-8, else GB18030 (data-standards.md 1.3). Structure is normalised (full-width
commas, brackets, digits), words are not: a name that holds a full-width comma keeps it as long as
the line has its slots without it.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from tuban.geodata.errors import GeodataError

MOST_BYTES = 256 * 1024 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BINARY = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"SQLite format 3\x00", b"\x00\x00\x27\x0a")
_ODD_SHARE = 0.02
_HALF: dict[int, int | str | None] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_HALF |= {ord("【"): "[", ord("】"): "]", ord("。"): ".", ord("、"): ",", 0x3000: " ", 0xA0: " "}
_HALF |= {0xFEFF: None, 0x200B: None}
_BREAKS = ("\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029")


@dataclass(frozen=True, slots=True)
class Text:
    """Lines without their ends, and how they were read.

    Args:
        encoding: `utf-8`, `utf-8-sig`, `utf-16` or `gb18030`.
        damaged: lines that hold bytes of no known character.
    """

    lines: list[str]
    encoding: str
    damaged: tuple[int, ...]


def decode(data: bytes, name: str) -> Text:
    """The lines of a text file.

    Raises:
        GeodataError: empty, too large, or not text.
    """
    if not data.strip():
        raise GeodataError(
            "文件里没有内容。",
            code="geodata.empty",
            place=name,
            remedy="请检查文件是否传完，重新选择原文件。",
        )
    if len(data) > MOST_BYTES:
        raise GeodataError(
            f"文件有 {len(data) // 1048576} MB，超过上限 {MOST_BYTES // 1048576} MB。",
            code="geodata.too_large",
            place=name,
            remedy="请分成几个文件。",
        )
    text, encoding = _text(data)
    if data.startswith(_BINARY) or text is None or _looks_binary(text):
        raise GeodataError(
            "文件不是文字。",
            code="geodata.not_text",
            place=name,
            remedy="请上传界址点坐标的 TXT 原文件，不要上传压缩包或表格。",
        )
    for sign in _BREAKS:  # looking for one sign is far quicker than a pattern of them all
        if sign in text:
            text = text.replace(sign, "\n")
    lines = text.split("\n")
    damaged = (
        tuple(number for number, line in enumerate(lines, 1) if "\ufffd" in line)
        if "\ufffd" in text
        else ()
    )
    return Text(lines, encoding, damaged)


def _text(data: bytes) -> tuple[str | None, str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            named = "utf-8-sig" if encoding == "utf-8" else "utf-16"
            return data[len(mark) :].decode(encoding, "replace"), named
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    text = data.decode("gb18030", "replace")
    return (None if text.count("\ufffd") > _ODD_SHARE * len(text) else text), "gb18030"


def _looks_binary(text: str) -> bool:
    """Control characters beyond what a stray page break explains, judged on the beginning."""
    start = text[:65536]
    odd = sum(char < " " and char not in "\t\n\r\f\v\x1a" for char in start)
    return odd > max(_ODD_SHARE * len(start), 4)


def half_width(text: str) -> str:
    """Full-width forms, Chinese brackets and odd blanks as their half-width selves; trimmed."""
    return text.translate(_HALF).strip() if not text.isascii() else text.strip()
