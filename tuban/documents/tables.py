"""附表: tables with caption, unit, header and notes, and the captions whose table was lost."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tuban.documents.blocks import Line
from tuban.documents.layout import Layout
from tuban.documents.markers import ANNEX, DATE_LINE, IMPRINT, NOTE, UNIT_LINE
from tuban.documents.model import Span, Table
from tuban.documents.tabular import is_place

_CAPTION = re.compile(
    r"(?P<title>.{4,60}(?<!发)(?<!代)(?:表|台账|清单|计划))(?:（(?P<unit>单位：[^）]+)）)?"
)
_LOOK_BACK = 4
_NAME_COLUMNS = 2
_NUMERIC = re.compile(r"-?\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class LostTable:
    """A caption of an annex with no row beneath it."""

    caption: str
    annex: str | None
    span: Span


def read_tables(layout: Layout) -> tuple[tuple[Table, ...], tuple[LostTable, ...]]:
    """All tables in order, and what an annex announces without showing it."""
    tables: list[Table] = []
    at = 0
    lines = layout.lines
    while at < len(lines):
        if not lines[at].is_row:
            at += 1
            continue
        end = at
        while end < len(lines) and lines[end].is_row:
            end += 1
        tables.append(_table(layout, at, end))
        at = end
    return tuple(tables), tuple(_lost(layout))


def _table(layout: Layout, start: int, end: int) -> Table:
    lines = layout.lines
    header, body = _split_header(layout, lines[start:end])
    caption, unit = _above(lines, start)
    notes = _notes(layout, end)
    first = caption[1][0] if caption else lines[start].start
    last = notes[-1].end if notes else lines[end - 1].end
    return Table(
        caption=caption[0] if caption else None,
        annex=_annex_of(layout, start),
        unit=unit,
        columns=header,
        rows=tuple(_cells(layout, line) for line in body),
        row_spans=tuple(line.cells for line in body),
        notes=tuple(line.text for line in notes),
        note_spans=tuple((line.start, line.end) for line in notes),
        span=(first, last),
    )


def _cells(layout: Layout, line: Line) -> tuple[str | None, ...]:
    """Printed cells; a blank one is None."""
    return tuple(layout.text[start:end] or None for start, end in line.cells)


def _split_header(layout: Layout, rows: Sequence[Line]) -> tuple[tuple[str, ...], tuple[Line, ...]]:
    """Heading of each column and the rows under it.

    Headings over several rows (merged cells in docx) are put together from above to below.
    """
    count = 1
    for at, line in enumerate(rows):
        named = [cell for cell in _cells(layout, line)[:_NAME_COLUMNS] if cell]
        cells = [cell for cell in _cells(layout, line) if cell]
        numbers = sum(bool(_NUMERIC.match(cell)) and "年" not in cell for cell in cells)
        if any(map(is_place, named)) or numbers > len(cells) / 2:
            count = max(at, 1)
            break
    heads = [_cells(layout, line) for line in rows[:count]]
    columns = []
    for column in range(max(map(len, heads), default=0)):
        words = dict.fromkeys(head[column] for head in heads if column < len(head))
        columns.append("".join(cell for cell in words if cell))
    return tuple(columns), tuple(rows[count:])


def _above(lines: Sequence[Line], start: int) -> tuple[tuple[str, Span] | None, str | None]:
    """Caption and unit over a table, looking up a few lines within the annex."""
    unit: str | None = None
    for at in range(start - 1, max(start - 1 - _LOOK_BACK, -1), -1):
        line = lines[at]
        if line.is_row or ANNEX.fullmatch(line.text):
            break
        if match := UNIT_LINE.fullmatch(line.text):
            unit = unit or match["unit"]
            continue
        if match := _CAPTION.fullmatch(line.text):
            if match["unit"] and unit is None:
                unit = match["unit"].partition("：")[2]
            return (match["title"], (line.start, line.start + match.end("title"))), unit
    return None, unit


def _notes(layout: Layout, end: int) -> list[Line]:
    """Notes under a table: from 注： on, to the end of the annex; in the body only that line."""
    annex = next((zone for zone in layout.annexes if end - 1 in zone), None)
    notes: list[Line] = []
    stop = annex.stop if annex else min(end + 1, len(layout.lines))
    for line in layout.lines[end:stop]:
        if line.is_row or IMPRINT.match(line.text) or DATE_LINE.fullmatch(line.text):
            break
        if not notes and not NOTE.match(line.text):
            break
        notes.append(line)
    return notes


def _annex_of(layout: Layout, at: int) -> str | None:
    zone = next((zone for zone in layout.annexes if at in zone), None)
    return layout.lines[zone.start].text.rstrip("：:") if zone else None


def _lost(layout: Layout) -> list[LostTable]:
    """Annexes with a caption ending in 表 and no row at all."""
    lost = []
    for zone in layout.annexes:
        if any(layout.lines[at].is_row for at in zone):
            continue
        for at in zone:
            line = layout.lines[at]
            match = _CAPTION.fullmatch(line.text)
            if match and not ANNEX.fullmatch(line.text):
                span = (line.start, line.end)
                lost.append(LostTable(match["title"], _annex_of(layout, at), span))
                break
    return lost


def lost_as_table(layout: Layout, lost: LostTable) -> Table:
    """What survives of a lost table: caption, unit and notes, no row."""
    at = next(index for index, line in enumerate(layout.lines) if line.start == lost.span[0])
    zone = next(zone for zone in layout.annexes if at in zone)
    rest = [layout.lines[index] for index in zone if index > at]
    unit = next((m["unit"] for line in rest if (m := UNIT_LINE.fullmatch(line.text))), None)
    first = next((index for index, line in enumerate(rest) if NOTE.match(line.text)), len(rest))
    notes = [line for line in rest[first:] if not IMPRINT.match(line.text)]
    return Table(
        caption=lost.caption,
        annex=lost.annex,
        unit=unit,
        columns=(),
        rows=(),
        row_spans=(),
        notes=tuple(line.text for line in notes),
        note_spans=tuple((line.start, line.end) for line in notes),
        span=(lost.span[0], notes[-1].end if notes else lost.span[1]),
    )
