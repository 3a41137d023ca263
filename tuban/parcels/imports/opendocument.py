"""How far the tables of an .ods file reach, and which of its cells are merged.

OpenDocument writes a run of equal cells or rows once, with a count: thirty bytes can ask for
17 thousand million cells. The counts are added up before a reader unfolds them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import IO, NoReturn
from xml.parsers import expat

from tuban.parcels.imports.limits import MAX_COLUMNS, MAX_ROWS, MEGABYTE
from tuban.parcels.imports.problems import Unreadable
from tuban.parcels.imports.refusals import too_many_columns, too_many_rows

_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "

Range = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell as (row, column), 0-based and inclusive."""


@dataclass(slots=True)
class _Reach:
    """Counts rows and columns of what is read; cells without content stretch nothing."""

    merges: dict[str, list[Range]] = field(default_factory=dict)
    _table: str = ""
    _row: int = 0
    _repeats: int = 1
    _column: int = 0
    _filled: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in {_TABLE + "table-cell", _TABLE + "covered-table-cell"}:
            self._cell(attributes)
        elif name == _TABLE + "table-row":
            self._repeats = _count(attributes, "number-rows-repeated")
            self._column, self._filled = 0, False
        elif name == _TABLE + "table":
            self._table, self._row = attributes.get(_TABLE + "name", ""), 0

    def end(self, name: str) -> None:
        if name == _TABLE + "table-row":
            self._row += self._repeats
            if self._filled and self._row > MAX_ROWS:
                raise too_many_rows(f"工作表“{self._table}”的数据超过 {MAX_ROWS} 行。")

    def _cell(self, attributes: dict[str, str]) -> None:
        down = _count(attributes, "number-rows-spanned")
        right = _count(attributes, "number-columns-spanned")
        if down > 1 or right > 1:
            first = (self._row, self._column)
            last = (self._row + down - 1, self._column + right - 1)
            self.merges.setdefault(self._table, []).append((first, last))
        self._column += _count(attributes, "number-columns-repeated")
        if _OFFICE + "value-type" in attributes:
            self._filled = True
            if self._column > MAX_COLUMNS:
                raise too_many_columns(f"工作表“{self._table}”的数据超过 {MAX_COLUMNS} 列。")


def check_reach(part: IO[bytes]) -> None:
    """Refuses tables that reach too far; `part` is content.xml.

    Raises:
        Unreadable: Too many rows or columns, an entity, or XML that is not well formed.
    """
    _read(part)


def merges(part: IO[bytes]) -> dict[str, list[Range]]:
    """Merged ranges by the table's name; `part` is content.xml that has been checked."""
    return _read(part).merges


def _read(part: IO[bytes]) -> _Reach:
    reach = _Reach()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = reach.start
    parser.EndElementHandler = reach.end
    parser.EntityDeclHandler = _refuse_entity
    try:
        while piece := part.read(MEGABYTE):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise _damaged() from error
    return reach


def _count(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(_TABLE + name, "1")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise _damaged()
    return int(text)


def _refuse_entity(*_: object) -> NoReturn:
    raise _damaged()


def _damaged() -> Unreadable:
    return Unreadable(
        "工作簿打不开。",
        code="damaged",
        cause="工作簿的内部结构不完整。",
        remedy="请在 WPS 或 Excel 中打开、另存一份，再重新上传。",
    )
