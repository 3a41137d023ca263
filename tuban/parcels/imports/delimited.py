"""A csv file → rows of text: its encoding and its separator are found out, and said.

Cells stay text: 0012 keeps its zeros, and a formula is never computed.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from tuban.parcels.imports.limits import MAX_CELL_CHARACTERS, MAX_COLUMNS, MAX_ROWS
from tuban.parcels.imports.problems import Unreadable
from tuban.parcels.imports.refusals import (
    calls_out,
    cell_too_long,
    too_many_columns,
    too_many_rows,
)

_SEPARATORS = {",": "逗号", "\t": "制表符", ";": "分号"}
_TRIED_LINES = 20
_MAX_LINE_CHARACTERS = 1_000_000
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_QUOTED_TEXT = re.compile(r'="([^"]*)"')
"""="0012": how programs keep leading zeros in a csv."""
_FORMULA = re.compile(r"=\S|[@+-][A-Za-z_.]+[(|]")
"""What a spreadsheet program would compute: =A1, +cmd|'/C calc'!A0, @SUM(1)."""


def read(content: bytes) -> tuple[list[list[str]], str]:
    """Rows of the file and a 核对说明 on how it was read; `rows[0]` is row 1.

    Excel's “Unicode 文本” is UTF-16 with tabs; it is read like any other.

    Raises:
        Unreadable: Not text in UTF-8, GB18030 or UTF-16, broken quotes, formulas, or too large.
    """
    text, encoding = _decoded(content)
    separator = _separator(text)
    rows = _rows(text, separator)
    return rows, f"csv 文件按 {encoding} 编码、{_SEPARATORS[separator]}分隔读取。"


def _decoded(content: bytes) -> tuple[str, str]:
    if content.startswith(_UTF16):
        return _utf16(content), "UTF-16"
    if b"\0" in content:
        raise Unreadable(
            "csv 文件里有空字符，不是普通文本。",
            code="not_text",
            cause="文件可能是没有标明字节序的 UTF-16 编码，或者不是文本文件。",
            remedy="请在 WPS 或 Excel 中另存为“CSV UTF-8”或 .xlsx 后再上传。",
        )
    try:
        return content.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("gb18030"), "GB18030"
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            "csv 文件的编码不认识。",
            code="encoding",
            place=f"第 {line} 行",
            cause="这一行既不是 UTF-8 也不是 GB18030（GBK、GB2312）编码。",
            remedy="请在 WPS 或 Excel 中另存为“CSV UTF-8”或 .xlsx 后再上传。",
        ) from error


def _utf16(content: bytes) -> str:
    """Text that begins with the mark of its byte order."""
    try:
        text = content.decode("utf-16")
    except UnicodeDecodeError as error:
        raise Unreadable(
            "csv 文件的编码不完整。",
            code="encoding",
            cause="文件标明是 UTF-16 编码，内容却不是，可能没有传完整。",
            remedy="请在 WPS 或 Excel 中另存为“CSV UTF-8”或 .xlsx 后再上传。",
        ) from error
    if "\0" in text:
        raise Unreadable(
            "csv 文件里有空字符，不是普通文本。",
            code="not_text",
            cause="文件里混有不是文字的内容。",
            remedy="请在 WPS 或 Excel 中另存为“CSV UTF-8”或 .xlsx 后再上传。",
        )
    return text


def _separator(text: str) -> str:
    """The separator that stands most often in the first lines; the comma when equal."""

    def found(separator: str) -> int:
        return sum(line.count(separator) for line in islice(_lines(text), _TRIED_LINES))

    return max(_SEPARATORS, key=found)


def _lines(text: str) -> Iterator[str]:
    """Lines with their ends; a line is measured before a parser takes it apart."""
    for line_no, line in enumerate(io.StringIO(text, newline=""), start=1):
        if len(line) > _MAX_LINE_CHARACTERS:
            raise Unreadable(
                "csv 文件里有一行过长。",
                code="line_too_long",
                place=f"第 {line_no} 行",
                cause=f"一行最多 {_MAX_LINE_CHARACTERS} 个字；换行符可能丢失了。",
                remedy="请在 WPS 或 Excel 中打开、另存为 .xlsx 后再上传。",
            )
        yield line


def _rows(text: str, separator: str) -> list[list[str]]:
    csv.field_size_limit(MAX_CELL_CHARACTERS)
    rows: list[list[str]] = []
    reader = csv.reader(_lines(text), delimiter=separator, strict=True)
    try:
        for row in reader:
            if len(rows) == MAX_ROWS:
                raise too_many_rows(f"文件超过 {MAX_ROWS} 行。")
            if len(row) > MAX_COLUMNS:
                raise too_many_columns(
                    f"第 {len(rows) + 1} 行有 {len(row)} 列，超过 {MAX_COLUMNS} 列。"
                )
            rows.append([_cell(cell, len(rows) + 1) for cell in row])
    except csv.Error as error:
        place = f"第 {len(rows) + 1} 行"
        if "field limit" in str(error):
            raise cell_too_long(place, MAX_CELL_CHARACTERS) from error
        raise Unreadable(
            "csv 文件的引号不成对。",
            code="quotes",
            place=place,
            cause="一个单元格的引号没有结束，或引号后面还有文字。",
            remedy="请核对这一行的引号，或另存为 .xlsx 后再上传。",
        ) from error
    return rows


def _cell(cell: str, row_no: int) -> str:
    text = cell.strip()
    if quoted := _QUOTED_TEXT.fullmatch(text):
        return quoted[1]
    if _FORMULA.match(text):
        raise calls_out(f"第 {row_no} 行的“{text[:20]}”是公式，不是数值。")
    return text
