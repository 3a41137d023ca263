"""How a book travels from the child that read it: one JSON value a line, nothing executable.

A cell that is no JSON value is a list of its kind and its text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from tuban.parcels.imports.problems import Unreadable
from tuban.parcels.imports.workbook import Book, Cell, Merge, Sheet

ROWS_A_LINE = 500

Message = dict[str, Any]
_encode = json.JSONEncoder(separators=(",", ":")).encode


def line(message: Message) -> bytes:
    """One message as it is sent."""
    return _encode(message).encode("ascii") + b"\n"


def messages(book: Book) -> Iterator[Message]:
    """The book in parts, ended by a message that names its remarks."""
    total = sum(len(sheet.rows) for sheet in book.sheets)
    done = 0
    for sheet in book.sheets:
        merges = [(m.top, m.left, m.bottom, m.right) for m in sheet.merges]
        yield {"sheet": sheet.name, "merges": merges}
        for start in range(0, len(sheet.rows), ROWS_A_LINE):
            rows = sheet.rows[start : start + ROWS_A_LINE]
            done += len(rows)
            yield {"rows": [_packed(row) for row in rows], "done": done, "total": total}
    yield {"end": book.remarks}


def refusal(error: Unreadable) -> Message:
    """A refusal as it is sent."""
    return {
        "refused": {
            "message": error.message,
            "code": error.code.removeprefix("import."),
            "cause": error.cause,
            "remedy": error.remedy,
            "place": error.place,
        }
    }


class Receiver:
    """Puts a book together from its messages."""

    def __init__(self) -> None:
        self.book: Book | None = None
        self.done = 0
        self.total = 0
        self._sheets: list[tuple[str, list[list[Cell]], tuple[Merge, ...]]] = []

    def take(self, received: bytes) -> None:
        """Takes one line.

        Raises:
            Unreadable: The child refused the file.
        """
        message = json.loads(received)
        if "rows" in message:
            rows = self._sheets[-1][1]
            rows.extend(_unpacked(row) for row in message["rows"])
            self.done, self.total = message["done"], message["total"]
        elif "sheet" in message:
            merges = tuple(Merge(*merge) for merge in message["merges"])
            self._sheets.append((message["sheet"], [], merges))
        elif "refused" in message:
            raise Unreadable(**message["refused"])
        else:
            sheets = tuple(Sheet(*parts) for parts in self._sheets)
            self.book = Book(sheets, tuple(message["end"]))


def _packed(row: Iterable[Cell]) -> list[Any]:
    return [cell if type(cell) in _PLAIN else _dated(cell) for cell in row]


_PLAIN = {str, int, float, bool}


def _dated(cell: Cell) -> list[Any]:
    if isinstance(cell, datetime):
        return ["datetime", cell.isoformat()]
    if isinstance(cell, date):
        return ["date", cell.isoformat()]
    if isinstance(cell, time):
        return ["time", cell.isoformat()]
    if isinstance(cell, timedelta):
        return ["span", cell / timedelta(microseconds=1)]
    raise TypeError(f"a cell of {type(cell).__name__}")


def _unpacked(row: list[Any]) -> list[Cell]:
    return [_READERS[cell[0]](cell[1]) if type(cell) is list else cell for cell in row]


_READERS: dict[str, Any] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
    "span": lambda microseconds: timedelta(microseconds=microseconds),
}
