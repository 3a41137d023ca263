"""docx: paragraphs with their automatic numbers, and tables with merged cells, in order.

Read as a reader sees the page: content controls, insertions and text boxes count, deletions do
not.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import docx
from docx.oxml.ns import qn

from tuban.documents.blocks import Block, Paragraph, Row, Source
from tuban.documents.errors import DocumentError
from tuban.documents.normalise import clean
from tuban.documents.numbering import Numbering
from tuban.documents.tabular import find_tables

_LEAST_COLUMNS = 2
_MOST_SPAN = 100
_FIRST_WORDS = 16
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_UNSEEN = frozenset({qn("w:del"), qn("w:moveFrom"), qn("w:pPr"), qn("w:rPr"), _FALLBACK})
_BOX = qn("w:txbxContent")
_WRITTEN = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}


def blocks_of_docx(data: bytes, damaged: DocumentError) -> Source:
    """What is in a docx whose container was already judged.

    Raises:
        DocumentError: `damaged`, if Word's own parts cannot be read.
    """
    try:
        document = docx.Document(io.BytesIO(data))
        numbering = Numbering(document)
        blocks: list[Block] = []
        texts: list[str] = []
        unnumbered: list[str] = []
        for item in _items(document.element.body):
            if item.tag == qn("w:tbl"):
                blocks.extend(find_tables(texts))
                texts = []
                blocks.extend(_rows(item))
            else:
                lost = numbering.lost
                texts.extend(_lines(numbering.prefix(item) + _text(item)))
                if numbering.lost > lost and (words := clean(_text(item))):
                    unnumbered.append(words[:_FIRST_WORDS])
        blocks.extend(find_tables(texts))
    except Exception as error:  # any broken part of a stranger's file ends here
        raise damaged from error
    return Source(blocks, tuple(unnumbered))


def _items(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables in order; those of a text box follow the paragraph that holds it."""
    for child in parent:
        if child.tag == qn("w:tbl"):
            yield child
        elif child.tag == qn("w:p"):
            yield child
            for box in _boxes(child):
                yield from _items(box)
        elif child.tag not in _UNSEEN:
            yield from _items(child)


def _boxes(element: Any) -> Iterator[Any]:
    for child in element:
        if child.tag == _BOX:
            yield child
        elif child.tag not in _UNSEEN:
            yield from _boxes(child)


def _text(element: Any) -> str:
    """The words of a paragraph, without those deleted and those in text boxes."""
    parts = []
    for child in element:
        if child.tag == qn("w:t"):
            parts.append(child.text or "")
        elif child.tag in _WRITTEN:
            parts.append(_WRITTEN[child.tag])
        elif child.tag not in _UNSEEN and child.tag != _BOX:
            parts.append(_text(child))
    return "".join(parts)


def _lines(text: str) -> list[str]:
    """One line, or more where line breaks were set by hand; an indenting tab goes."""
    return [line if "\t" in line.strip() else line.strip() for line in text.splitlines()]


def _rows(table: Any) -> list[Block]:
    """Rows as printed: a cell merged over columns fills them, one merged over rows repeats.

    Cells over the whole width above and below the table proper (标题, 单位：亩, 注) are
    paragraphs; so is everything in a table of one column, which is layout.
    """
    rows = [_cells(row) for row in table.iterchildren(qn("w:tr"))]
    widest = max((len(cells) for cells, _ in rows), default=0)
    for (above, _), (cells, _) in pairwise(rows):
        for at, cell in enumerate(cells):
            if cell is None:
                cells[at] = above[at] if at < len(above) else ""
    proper = [at for at, (_, count) in enumerate(rows) if count >= _LEAST_COLUMNS]
    if widest < _LEAST_COLUMNS or not proper:
        return [block for cells, _ in rows for block in _paragraphs(cells[:1])]
    return [
        *(block for cells, _ in rows[: proper[0]] for block in _paragraphs(cells[:1])),
        *(
            Row(tuple(clean((cell or "").replace("\n", "")) for cell in cells))
            for cells, _ in rows[proper[0] : proper[-1] + 1]
        ),
        *(block for cells, _ in rows[proper[-1] + 1 :] for block in _paragraphs(cells[:1])),
    ]


def _paragraphs(cells: list[str | None]) -> list[Block]:
    return [Paragraph(line) for cell in cells for line in (cell or "").split("\n") if line.strip()]


def _cells(row: Any) -> tuple[list[str | None], int]:
    """Texts of a row, repeated over merged columns, None where merged with above; cell count."""
    cells: list[str | None] = []
    count = 0
    for cell in row.iterchildren(qn("w:tc")):
        count += 1
        text: str | None = "\n".join(_text(item) for item in cell.iter(qn("w:p"))).strip()
        if cell.vMerge == "continue":
            text = None
        cells.extend([text] * min(cell.grid_span, _MOST_SPAN))
    return cells, count
