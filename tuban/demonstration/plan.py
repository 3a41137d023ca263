"""演示方案 as a file: docx as an office sets it (GB/T 9704), or txt as a web page leaves it."""

from __future__ import annotations

import io
from datetime import datetime

from docx import Document
from docx.document import Document as Docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as DocxParagraph

from tuban.demonstration.plan_text import BANNER, NOTICE_TITLE, Kind, Paragraph, Table, blocks

FILE_NAME = "演示方案.docx"
_BODY_FONT, _TITLE_FONT = "仿宋_GB2312", "方正小标宋简体"
_MADE_ON = datetime(2022, 3, 18)
_INDENT = Pt(32)  # two characters of 三号

# Kind → font, size in points, alignment, first-line indent.
_STYLES = {
    Kind.DOC_NO: (_BODY_FONT, 16, WD_ALIGN_PARAGRAPH.CENTER, None),
    Kind.TITLE: (_TITLE_FONT, 22, WD_ALIGN_PARAGRAPH.CENTER, None),
    Kind.RECIPIENTS: (_BODY_FONT, 16, WD_ALIGN_PARAGRAPH.LEFT, None),
    Kind.BODY: (_BODY_FONT, 16, WD_ALIGN_PARAGRAPH.JUSTIFY, _INDENT),
    Kind.CHAPTER: ("黑体", 16, WD_ALIGN_PARAGRAPH.LEFT, _INDENT),
    Kind.SECTION: ("楷体_GB2312", 16, WD_ALIGN_PARAGRAPH.LEFT, _INDENT),
    Kind.SIGNED: (_BODY_FONT, 16, WD_ALIGN_PARAGRAPH.RIGHT, None),
    Kind.ANNEX: ("黑体", 16, WD_ALIGN_PARAGRAPH.LEFT, None),
    Kind.CAPTION: (_TITLE_FONT, 18, WD_ALIGN_PARAGRAPH.CENTER, None),
    Kind.UNIT: (_BODY_FONT, 12, WD_ALIGN_PARAGRAPH.RIGHT, None),
}


def docx_bytes() -> bytes:
    """The plan as .docx; the content is the same every time, the zip's own times are not."""
    document = Document()
    _set_up(document)
    for block in blocks():
        if isinstance(block, Table):
            _write_table(document, block)
        else:
            _write_paragraph(document, block)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def txt() -> str:
    """The plan as plain text, tables flattened to a cell a line, as portals publish them."""
    lines: list[str] = []
    for block in blocks():
        if isinstance(block, Paragraph):
            lines += [block.text, ""]
            continue
        for row in (block.columns, *block.rows):
            lines += [f"\t{cell}" for cell in row]
            lines.append("")
    return "\n".join(lines)


def _set_up(document: Docx) -> None:
    """A4 with the margins of the standard, the mark 演示 in every page's header."""
    properties = document.core_properties
    properties.title = NOTICE_TITLE
    properties.author = "演示"
    properties.created = properties.modified = _MADE_ON
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    _set_text(section.header.paragraphs[0], BANNER, _BODY_FONT, 9)
    section.header.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER


def _write_paragraph(document: Docx, block: Paragraph) -> None:
    font, size, alignment, indent = _STYLES[block.kind]
    paragraph = document.add_paragraph()
    paragraph.alignment = alignment
    layout = paragraph.paragraph_format
    layout.first_line_indent = indent
    layout.line_spacing = Pt(28 if size < 20 else 34)
    layout.space_after = Pt(0)
    layout.page_break_before = block.kind is Kind.ANNEX
    _set_text(paragraph, block.text, font, size)


def _write_table(document: Docx, block: Table) -> None:
    table = document.add_table(rows=0, cols=len(block.columns), style="Table Grid")
    for row in (block.columns, *block.rows):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            _set_text(paragraph, text, _BODY_FONT, 11)


def _set_text(paragraph: DocxParagraph, text: str, font: str, size: int) -> None:
    """One run; the East Asian font must be named apart from the Latin one."""
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.font.name = font
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
