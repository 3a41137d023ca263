"""表格 of the DOCX: caption, unit line, heads repeated on every page, no row torn apart."""

from __future__ import annotations

from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table as DocxTable
from docx.table import _Cell, _Row

from tuban.bulletins.blocks import Table, head_lines
from tuban.bulletins.official import FANG_SONG, HEI, SIZE_4, off_grid, shape, write

_WIDTH_MM = 156.0
_FIXED_MM = {
    "名次": 10.0,
    "旗区": 21.0,
    "完成率（%）": 13.0,
    "与序时差（百分点）": 20.0,
    "亮灯": 13.5,
    "上期名次": 10.0,
    "名次变化": 10.0,
}
"""What words and long heads need; the areas share the rest."""
_CELL, _CELL_LINE = Pt(10.5), Pt(14)
_TOGETHER = 3
"""Rows that stay with the head, so that no head stands alone at the foot of a page."""
_LEFT, _CENTRE, _RIGHT = (
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.RIGHT,
)
_WORDS = frozenset({"旗区", "亮灯", "名次", "上期名次", "名次变化"})


def add_table(document: Document, table: Table) -> None:
    """The table with its caption above and its unit on the right."""
    caption = shape(document.add_paragraph(), align=_CENTRE, before=Pt(6))
    caption.paragraph_format.keep_with_next = True
    write(caption, table.caption, font=HEI, size=SIZE_4)
    unit = shape(document.add_paragraph(), align=_RIGHT, line=Pt(16))
    off_grid(unit)
    unit.paragraph_format.keep_with_next = True
    write(unit, table.unit, size=_CELL)
    made = document.add_table(rows=0, cols=len(table.heads), style="Table Grid")
    made.alignment, made.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _set_columns(made, table.heads)
    head = made.add_row()
    _repeat(head)
    for cell, words in zip(head.cells, table.heads, strict=True):
        _fill(cell, "\n".join(head_lines(words)), font=HEI, align=_CENTRE)
    last = len(table.rows)
    for position, row in enumerate(table.rows, 1):
        line = made.add_row()
        _keep_whole(line)
        for cell, run, words in zip(line.cells, row, table.heads, strict=True):
            align = _CENTRE if words in _WORDS else _RIGHT
            _fill(cell, run.text, align=align, keep=position < _TOGETHER or position == last - 1)
    after = shape(document.add_paragraph(), line=Pt(8))
    off_grid(after)


def _set_columns(made: DocxTable, heads: tuple[str, ...]) -> None:
    """Words and long heads take what they need, the areas share the rest."""
    areas = [words for words in heads if words not in _FIXED_MM]
    taken = sum(_FIXED_MM[words] for words in heads if words in _FIXED_MM)
    for column, words in zip(made.columns, heads, strict=True):
        column.width = Mm(_FIXED_MM.get(words, (_WIDTH_MM - taken) / len(areas)))
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), "40")
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    made._tbl.tblPr.append(margins)


def _fill(
    cell: _Cell, text: str, *, align: WD_ALIGN_PARAGRAPH, font: str = FANG_SONG, keep: bool = True
) -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = shape(cell.paragraphs[0], align=align, line=_CELL_LINE, before=Pt(2), after=Pt(2))
    off_grid(paragraph)
    paragraph.paragraph_format.keep_with_next = keep
    write(paragraph, text, font=font, size=_CELL)


def _repeat(row: _Row) -> None:
    """Marks the row to head the table on every page."""
    _keep_whole(row)
    _mark(row, "w:tblHeader")


def _keep_whole(row: _Row) -> None:
    """Forbids a page to break inside the row."""
    _mark(row, "w:cantSplit")


def _mark(row: _Row, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))
