"""docx: paragraphs with their automatic numbers, and tables with merged cells, in order."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from itertools import pairwise
from typing import Any

import docx
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph as DocxParagraph

from tuban.documents.blocks import Block, Paragraph, Row
from tuban.documents.errors import DocumentError
from tuban.documents.markers import CHINESE, CIRCLED
from tuban.documents.normalise import clean
from tuban.documents.tabular import find_tables

_LEAST_COLUMNS = 2
_TENS = 10


def blocks_of_docx(data: bytes, damaged: DocumentError) -> list[Block]:
    """Blocks of a docx whose container was already judged.

    Raises:
        DocumentError: `damaged`, if Word's own parts cannot be read.
    """
    try:
        document = docx.Document(io.BytesIO(data))
        numbering = _Numbering(document)
        blocks: list[Block] = []
        texts: list[str] = []
        for item in document.iter_inner_content():
            if isinstance(item, Table):
                blocks.extend(find_tables(texts))
                texts = []
                blocks.extend(_rows(item))
            else:
                texts.extend(_lines(item, numbering))
        blocks.extend(find_tables(texts))
    except Exception as error:  # any broken part of a stranger's file ends here
        raise damaged from error
    return blocks


def _lines(paragraph: DocxParagraph, numbering: _Numbering) -> list[str]:
    """A paragraph is one line, or more where line breaks were set by hand."""
    text = numbering.prefix(paragraph) + paragraph.text
    return [line if "\t" in line.strip() else line.strip() for line in text.splitlines()]


def _rows(table: Table) -> list[Block]:
    """Rows as printed: a cell merged over columns fills them, one merged over rows repeats.

    A table of one column is layout, its cells are paragraphs.
    """
    grid = [_cells(row) for row in table._tbl.tr_lst]
    for above, row in pairwise(grid):
        for at, cell in enumerate(row):
            if cell is None:
                row[at] = above[at] if at < len(above) else ""
    if max((len(row) for row in grid), default=0) < _LEAST_COLUMNS:
        return [
            Paragraph(line) for row in grid for cell in row for line in (cell or "").split("\n")
        ]
    return [Row(tuple(clean((cell or "").replace("\n", "")) for cell in row)) for row in grid]


def _cells(row: Any) -> list[str | None]:
    """Texts of a row's cells, repeated over merged columns; None goes on the cell above."""
    cells: list[str | None] = []
    for cell in row.tc_lst:
        text: str | None = "\n".join(
            "".join(node.text or "" for node in paragraph.iter(qn("w:t")))
            for paragraph in cell.p_lst
        ).strip()
        if cell.vMerge == "continue":
            text = None
        cells.extend([text] * cell.grid_span)
    return cells


class _Numbering:
    """Word's automatic numbers (一、 （一） 1.), which are not part of a paragraph's text."""

    def __init__(self, document: Any) -> None:
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._abstract: dict[str, str] = {}
        self._styles = {
            style.get(qn("w:styleId")): number
            for style in document.styles.element.iter(qn("w:style"))
            if (number := _number_of(style.find(qn("w:pPr"))))
        }
        try:
            root = document.part.numbering_part.element
        except (NotImplementedError, KeyError):
            return
        for abstract in root.iter(qn("w:abstractNum")):
            self._levels[abstract.get(qn("w:abstractNumId"))] = {
                int(level.get(qn("w:ilvl"))): _level(level) for level in abstract.iter(qn("w:lvl"))
            }
        for number in root.iter(qn("w:num")):
            link = number.find(qn("w:abstractNumId"))
            if link is not None:
                self._abstract[number.get(qn("w:numId"))] = link.get(qn("w:val"))

    def prefix(self, paragraph: DocxParagraph) -> str:
        """The number Word would print before the paragraph, empty if none."""
        element: Any = paragraph._p
        style = element.style
        number = _number_of(element.pPr) or self._styles.get(style)
        if number is None:
            return ""
        list_id, level = number
        levels = self._levels.get(self._abstract.get(list_id, ""), {})
        if level not in levels:
            return ""
        counts = self._counts[list_id]
        for deeper in [key for key in counts if key > level]:
            del counts[deeper]
        counts[level] = counts.get(level, levels[level][2] - 1) + 1

        def printed(match: re.Match[str]) -> str:
            at = int(match.group(1)) - 1
            form, _, start = levels.get(at, ("decimal", "", 1))
            return _printed(counts.get(at, start), form)

        return re.sub(r"%(\d)", printed, levels[level][1])


def _number_of(properties: Any) -> tuple[str, int] | None:
    """(list id, level) of a paragraph's or style's numbering; list 0 means none."""
    numbering = properties.find(qn("w:numPr")) if properties is not None else None
    if numbering is None:
        return None
    list_id, level = numbering.find(qn("w:numId")), numbering.find(qn("w:ilvl"))
    if list_id is None or list_id.get(qn("w:val")) == "0":
        return None
    return list_id.get(qn("w:val")), int(level.get(qn("w:val"))) if level is not None else 0


def _level(level: Any) -> tuple[str, str, int]:
    """(number format, text pattern, first number) of one list level; bullets print nothing."""
    values = {}
    for name, default in (("numFmt", "decimal"), ("lvlText", ""), ("start", "1")):
        node = level.find(qn(f"w:{name}"))
        values[name] = node.get(qn("w:val"), default) if node is not None else default
    text = "" if values["numFmt"] in ("bullet", "none") else values["lvlText"]
    return values["numFmt"], text, int(values["start"])


def _printed(number: int, form: str) -> str:
    if form.startswith(("chinese", "japanese", "ideograph")) and 0 < number < _TENS * _TENS:
        tens, ones = divmod(number, _TENS)
        head = ("" if tens == 1 else CHINESE[tens - 1]) + "十" if tens else ""
        return head + (CHINESE[ones - 1] if ones else "")
    if form.startswith("decimalEnclosedCircle") and 0 < number <= len(CIRCLED):
        return CIRCLED[number - 1]
    return str(number)
