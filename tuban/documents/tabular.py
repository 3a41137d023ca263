"""表格还原: rows out of plain text in which a table was flattened, usually one cell a line.

Three writings are read: a cell a line with a tab before it and a blank line between rows (header
cells may run over lines); a row a line with tabs between the cells; a row a line with wide gaps.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tuban.documents.blocks import Block, Paragraph, Row
from tuban.documents.markers import ANNEX, NOTE, UNIT_LINE, marker_of
from tuban.documents.normalise import clean
from tuban.values.places import resolve_place

_MOST_CELL = 60
_LEAST_CELLS = 4
_CONTINUATION = 24
_NUMBER = re.compile(r"-?[\d,，]+(?:\.\d+)?\D{0,4}")
_PLACE_FORM = re.compile(
    r"(?!旗区|地区|各|行政|县区|辖区|市区|区县|园区|所在|全)[\u4e00-\u9fff]{1,7}(?:区|县|市|盟|镇|乡|苏木|街道)|[\u4e00-\u9fff]{2,6}旗"
)
_GAPS = re.compile(r"[ \u3000]{2,}|\t+")


def find_tables(lines: Sequence[str]) -> list[Block]:
    """Lines as paragraphs and rows, in order. Blank lines outside tables are dropped."""
    blocks: list[Block] = []
    at = 0
    while at < len(lines):
        end = _flattened_end(lines, at) if lines[at].startswith("\t") else at
        if end > at:
            blocks.extend(_flattened_rows(lines[at:end]))
            at = end
            continue
        gapped = _gapped_rows(lines, at)
        if gapped:
            blocks.extend(gapped)
            at += len(gapped)
            continue
        if clean(lines[at]):
            blocks.append(Paragraph(lines[at]))
        at += 1
    return blocks


def _flattened_end(lines: Sequence[str], start: int) -> int:
    """Index behind the last cell of a table that may start here; `start` itself if none does."""
    end, cells, numbers = start, 0, 0
    for at in range(start, len(lines)):
        line = lines[at]
        if line.startswith("\t"):
            if len(line.strip()) > _MOST_CELL or "\t" in line.strip():
                break
            cells += 1
            numbers += bool(_NUMBER.fullmatch(line.strip()))
            end = at + 1
        elif line.strip() and not _continues_cell(line):
            break
    return end if cells >= _LEAST_CELLS and numbers else start


def _continues_cell(line: str) -> bool:
    """Whether a line without tab may be the rest of a cell above it."""
    text = clean(line)
    return len(text) <= _CONTINUATION and not (
        NOTE.match(text) or ANNEX.match(text) or UNIT_LINE.fullmatch(text) or marker_of(text)
    )


def _flattened_rows(lines: Sequence[str]) -> list[Row]:
    rows: list[list[str]] = []
    blank = True
    for line in lines:
        if line.startswith("\t"):
            if blank:
                rows.append([])
            rows[-1].append(clean(line))
            blank = False
        elif line.strip():
            rows[-1][-1] += clean(line)
            blank = False
        else:
            blank = True
    if len({len(row) for row in rows}) > 1:
        rows = _by_places([cell for row in rows for cell in row]) or rows
    return [Row(tuple(row)) for row in rows]


def _by_places(cells: list[str]) -> list[list[str]] | None:
    """Rows cut where a place name stands, if that fits every row; None otherwise."""
    named = [index for index, cell in enumerate(cells) if is_place(cell)]
    if not named or not named[0] or len(cells) % named[0]:
        return None
    width = named[0]
    if any(not is_place(cells[at]) for at in range(width, len(cells), width)):
        return None
    return [cells[at : at + width] for at in range(0, len(cells), width)]


def is_place(cell: str) -> bool:
    """Whether a cell names a place or a total; places we have no code for count by their form."""
    plain = "".join(cell.split())
    return bool(plain) and (
        resolve_place(plain).kind != "unknown" or _PLACE_FORM.fullmatch(plain) is not None
    )


def _gapped_rows(lines: Sequence[str], start: int) -> list[Row]:
    """A header and rows with one number of cells, a row a line; empty if none starts here."""
    rows: list[tuple[str, ...]] = []
    for at in range(start, len(lines)):
        line = lines[at]
        cells = line.split("\t") if "\t" in line.strip() else _GAPS.split(line.strip())
        if len(cells) < _LEAST_CELLS - 1 or (rows and len(cells) != len(rows[0])):
            break
        rows.append(tuple(clean(cell) for cell in cells))
    numeric = sum(bool(_NUMBER.fullmatch(cell)) for row in rows[1:] for cell in row)
    return [Row(row) for row in rows] if numeric >= len(rows) - 1 > 0 else []
