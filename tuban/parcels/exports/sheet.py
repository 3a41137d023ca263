"""The one writer of Excel tables: title lines, headings with units, rows, a sum.

The workbook around the rows (formats, widths, how it prints, who made it) is XlsxWriter's; the rows
are written by `cells` and set in its place, because 50,000 rows × 25 columns are to take seconds.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from tuban.parcels.exports.cells import DECIMALS, Cell, Kind, Style, rows_xml, total_xml
from tuban.values.area import Unit

HEAD_ROWS = 4
_AT_ONCE = 500
_SHEET = "xl/worksheets/sheet1.xml"
_COPIED = 1 << 20


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, what its cells are, its width in characters."""

    heading: str
    kind: Kind = "text"
    width: int = 14


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the sheet says besides its rows.

    Attributes:
        title: Also the sheet's name and the page footer.
        about: Second line, given the number of rows: as of when, which unit, which filters.
        by: 导出岗位.
        at: 导出时间, local.
        pinned: Columns that stay in view.
    """

    title: str
    about: Callable[[int], str]
    by: str
    at: datetime
    columns: Sequence[Column]
    unit: Unit
    pinned: int = 2

    @property
    def kinds(self) -> list[Kind]:
        """What the cells of each column are."""
        return [column.kind for column in self.columns]


def write(
    target: Path,
    sheet: Sheet,
    rows: Iterable[Sequence[Cell]],
    total: Callable[[], Sequence[Cell]] | None = None,
) -> int:
    """Writes the sheet as xlsx; memory stays flat in the number of rows.

    Args:
        target: File to write.
        sheet: Everything but the rows.
        rows: One cell a column, as its kind asks.
        total: Asked when the rows are done, for the cells of the last row.

    Returns:
        How many rows were written.
    """
    styles = _styles(sheet)
    count = 0
    with TemporaryFile() as body:
        draw = rows_xml(HEAD_ROWS + 1, sheet.kinds, styles, sheet.unit)
        for some in _bunches(draw(rows)):
            body.write("".join(some).encode())
            count += len(some)
        if total is not None:
            number = HEAD_ROWS + 1 + count
            last = total_xml(number, sheet.kinds, styles, sheet.unit, total())
            body.write(last.encode())
        body.seek(0)
        _join(_shell(sheet, count), body, target)
    return count


def _bunches(drawn: Iterable[str]) -> Iterable[list[str]]:
    bunch: list[str] = []
    for row in drawn:
        bunch.append(row)
        if len(bunch) == _AT_ONCE:
            yield bunch
            bunch = []
    if bunch:
        yield bunch


_FORMATS: dict[Style, dict[str, object]] = {
    "text": {},
    "guarded": {"num_format": 49, "quote_prefix": True},
    "day": {"num_format": "yyyy-mm-dd", "align": "left"},
    "area": {},
    "count": {"num_format": "0"},
    "share": {"num_format": "0.0"},
    "total": {"bold": True, "top": 1},
    "total_area": {"bold": True, "top": 1},
    "total_count": {"bold": True, "top": 1, "num_format": "0"},
}
"""In the order of the sample row; areas take their unit's decimals."""


def _shell(sheet: Sheet, count: int) -> BytesIO:
    """The workbook with its head and, where the rows belong, one sample of each format."""
    buffer = BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties(
            {
                "title": sheet.title,
                "author": sheet.by,
                "company": "图斑",
                "comments": sheet.about(count),
                "created": sheet.at.replace(tzinfo=None),
            }
        )
        page = book.add_worksheet(sheet.title[:31])
        _head(book, page, sheet, count)
        for at, made in enumerate(_made(book, sheet.unit).values()):
            page.write_string(HEAD_ROWS, at, "-", made)
    return buffer


def _made(book: Workbook, unit: Unit) -> dict[Style, Format]:
    decimals = {"num_format": "0." + "0" * DECIMALS[unit]}
    return {
        name: book.add_format({**look, **(decimals if name.endswith("area") else {})})
        for name, look in _FORMATS.items()
    }


def _head(book: Workbook, page: Worksheet, sheet: Sheet, count: int) -> None:
    """Title lines, headings, and how the sheet prints."""
    page.freeze_panes(HEAD_ROWS, sheet.pinned)
    page.repeat_rows(HEAD_ROWS - 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_footer(f"&L图斑 {sheet.title.replace('&', '&&')}&R第 &P 页，共 &N 页")
    head = book.add_format({"bold": True, "bg_color": "#F6F8FA", "bottom": 1})
    title = book.add_format({"bold": True, "font_size": 14})
    page.write_string(0, 0, sheet.title, title)
    page.write_string(1, 0, sheet.about(count))
    page.write_string(2, 0, f"导出岗位：{sheet.by}　导出时间：{sheet.at:%Y-%m-%d %H:%M}")
    for at, column in enumerate(sheet.columns):
        page.set_column(at, at, column.width)
        unit = f"（{sheet.unit.label}）" if column.kind == "area" else ""
        page.write_string(HEAD_ROWS - 1, at, column.heading + unit, head)


_SAMPLES = re.compile(rf'<row r="{HEAD_ROWS + 1}"[^>]*>.*?</row>'.encode(), re.DOTALL)


def _styles(sheet: Sheet) -> dict[Style, int]:
    """The number the workbook gives each format; 0, its plain one, goes unsaid."""
    with zipfile.ZipFile(_shell(sheet, 0)) as book:
        samples = _SAMPLES.search(book.read(_SHEET))
    assert samples is not None
    cells = re.findall(rb"<c ([^>]*)>", samples.group())
    numbers = [re.search(rb's="(\d+)"', cell) for cell in cells]
    found = [int(number.group(1)) if number else 0 for number in numbers]
    return dict(zip(_FORMATS, found, strict=True))


def _join(shell: BytesIO, body: IO[bytes], target: Path) -> None:
    """The workbook with the rows in the samples' place."""
    with (
        zipfile.ZipFile(shell) as book,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as made,
    ):
        for item in book.infolist():
            if item.filename != _SHEET:
                made.writestr(item.filename, book.read(item))
                continue
            around = re.sub(rb"<dimension [^>]*/>", b"", book.read(item))
            before, after = _SAMPLES.split(around)
            with made.open(_SHEET, "w") as page:
                page.write(before)
                while chunk := body.read(_COPIED):
                    page.write(chunk)
                page.write(after)
