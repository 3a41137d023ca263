"""Two columns, 日期 and 放假|上班, from pasted text or a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tuban.core.errors import DomainError
from tuban.parcels.imports import reading
from tuban.parcels.imports.workbook import Cell
from tuban.values.dates import parse_date
from tuban.workdays.problems import NothingRead

MAX_BYTES = 256 * 1024
MAX_LINES = 400
OFF, WORKED = "放假", "上班"
WORDS = {"放假": OFF, "休": OFF, "休息": OFF, "上班": WORKED, "班": WORKED, "调休上班": WORKED}
_BETWEEN = re.compile(r"[,，\t;；]|\s+")
_LIMITS = reading.Limits(cpu_seconds=10, wall_seconds=30.0)


@dataclass(frozen=True, slots=True)
class Row:
    """One line as it was given: its place and its first two cells."""

    place: str
    day: Cell
    word: str


class FileTooLarge(DomainError):
    """文件过大: a year's days fill a few kilobytes."""

    def __init__(self, size: int) -> None:
        super().__init__(
            f"文件过大：{size // 1024} KB，至多 {MAX_BYTES // 1024} KB。",
            code="workdays.too_large",
            kind="invalid",
            cause="一年的节假日安排只有几十行。",
            remedy="请核对是否选错了文件。",
        )


def rows_of_text(text: str) -> tuple[Row, ...]:
    """Lines of pasted text; cells are parted by a comma, tab, semicolon or blanks.

    Raises:
        NothingRead: No line holds anything, or there are too many.
    """
    lines = enumerate(text.splitlines(), start=1)
    cells = [(at, _BETWEEN.split(line.strip())) for at, line in lines if line.strip()]
    return _rows(cells)


def rows_of_file(content: bytes, name: str) -> tuple[Row, ...]:
    """The first sheet of an Excel, WPS or csv file, read in the limited child process.

    Raises:
        FileTooLarge: More than a year's days can fill.
        Unreadable: The file is refused.
        NothingRead: No row holds anything, or there are too many.
    """
    if len(content) > MAX_BYTES:
        raise FileTooLarge(len(content))
    sheet = reading.read(content, name, limits=_LIMITS).sheets[0]
    filled = [(at, row) for at, row in enumerate(sheet.rows, start=1) if any(c != "" for c in row)]
    return _rows(filled)


def as_text(rows: Iterable[Row]) -> str:
    """The rows as text that `rows_of_text` reads again: what a preview carries on."""
    return "\n".join(f"{_written(row.day)},{row.word}" for row in rows)


def _written(cell: Cell) -> str:
    """A date cell as people write it; what is no date stays as it is."""
    try:
        found = parse_date(cell) if not isinstance(cell, str) else None  # type: ignore[arg-type]
    except ValueError:
        found = None
    return found.on.isoformat() if found else _BETWEEN.sub(" ", str(cell).strip())


def _rows(lines: Sequence[tuple[int, Sequence[Cell]]]) -> tuple[Row, ...]:
    """Rows with their numbers; a first line that is neither day nor word is the heading."""
    found = [
        Row(f"第 {at} 行", _first(cells, 0), str(_first(cells, 1)).strip()) for at, cells in lines
    ]
    if found and _is_heading(found[0]):
        found = found[1:]
    if not found:
        raise NothingRead("内容是空的，或只有表头。")
    if len(found) > MAX_LINES:
        raise NothingRead(f"共有 {len(found)} 行，一年的安排不会超过 {MAX_LINES} 行。")
    return tuple(found)


def _first(cells: Sequence[Cell], at: int) -> Cell:
    return cells[at] if at < len(cells) else ""


def _is_heading(row: Row) -> bool:
    text = str(row.day)
    return row.word not in WORDS and not any(sign.isdigit() for sign in text)
