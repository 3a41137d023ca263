"""通报的 DOCX: the same content as the page, in the official form."""

from __future__ import annotations

from io import BytesIO

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from tuban.bulletins.blocks import Block, Shape
from tuban.bulletins.lettertables import add_table
from tuban.bulletins.official import (
    FANG_SONG,
    HEI,
    KAI,
    LINE,
    RED,
    SIZE_2,
    SIZE_3,
    SONG_TITLE,
    number_pages,
    off_grid,
    rule_below,
    set_page,
    shape,
    stamp_pages,
    write,
)
from tuban.bulletins.sheet import Sheet

CENTRE, LEFT, RIGHT = (
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.RIGHT,
)
_TYPE_WIDTH_PT = 442
_MARK_SIZE_PT = 48
_NOTE_SIZE, _NOTE_LINE = Pt(12), Pt(19)
STAMP_WORDS = {"草稿": "草稿　未经签发，不得作为依据", "已作废": "已作废"}


def letter(sheet: Sheet) -> bytes:
    """The bulletin as a DOCX."""
    document = docx.Document()
    document.core_properties.title = "".join(sheet.title_lines)
    document.core_properties.author = sheet.signer
    set_page(document)
    number_pages(document)
    if sheet.stamp:
        stamp_pages(document, STAMP_WORDS[sheet.stamp])
    _head(document, sheet)
    _paragraph(document, sheet.opening)
    for block in sheet.blocks:
        _block(document, block)
    if sheet.demands:
        _block(document, sheet.demands_heading)
        for text in sheet.demands:
            _paragraph(document, text)
    _signature(document, sheet)
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def _head(document: Document, sheet: Sheet) -> None:
    """发文机关标志, 发文字号, red rule, title, 主送机关."""
    size = Pt(min(_MARK_SIZE_PT, _TYPE_WIDTH_PT // len(sheet.mark)))
    mark = shape(document.add_paragraph(), align=CENTRE, line=Pt(size.pt * 1.3), before=Mm(20))
    off_grid(mark)
    write(mark, sheet.mark, font=SONG_TITLE, size=size, colour=RED)
    number = shape(document.add_paragraph(), align=CENTRE, before=LINE * 2)
    write(number, sheet.doc_no)
    rule_below(number)
    for position, line in enumerate(sheet.title_lines):
        title = shape(
            document.add_paragraph(), align=CENTRE, line=Pt(34), before=0 if position else LINE * 2
        )
        off_grid(title)
        write(title, line, font=SONG_TITLE, size=SIZE_2)
    write(shape(document.add_paragraph(), align=LEFT, before=LINE), sheet.addressee)


def _paragraph(document: Document, text: str) -> Paragraph:
    paragraph = shape(document.add_paragraph(), indent_characters=2)
    write(paragraph, text)
    return paragraph


def _block(document: Document, block: Block) -> None:
    if block.table is not None:
        add_table(document, block.table)
        return
    if block.shape is Shape.NOTE:
        _note(document, block)
        return
    paragraph = shape(document.add_paragraph(), indent_characters=2)
    is_heading = block.shape is Shape.HEADING
    paragraph.paragraph_format.keep_with_next = is_heading
    for run in block.runs:
        font = HEI if is_heading else KAI if run.look == "lead" else FANG_SONG
        write(paragraph, run.text, font=font)


def _signature(document: Document, sheet: Sheet) -> None:
    """落款 for a sealed paper: the date four characters from the right, the name centred over it.

    It never stands on a page by itself: the end of the text goes with it.
    """
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    off_right = 4 + (_characters(sheet.dated) - _characters(sheet.signer)) / 2
    for position, (text, indent) in enumerate(
        ((sheet.signer, max(off_right, 0)), (sheet.dated, max(4, 4 + max(-off_right, 0))))
    ):
        line = shape(document.add_paragraph(), align=RIGHT, before=0 if position else LINE * 2)
        line.paragraph_format.right_indent = int(SIZE_3 * indent)
        line.paragraph_format.keep_with_next = not position
        write(line, text)


def _characters(text: str) -> float:
    """Width in characters of 3号; digits take half of one."""
    return sum(0.5 if char.isascii() else 1.0 for char in text)


def _note(document: Document, block: Block) -> None:
    is_head = any(run.look == "lead" for run in block.runs)
    paragraph = shape(
        document.add_paragraph(),
        line=_NOTE_LINE,
        indent_characters=0 if is_head else 2,
        before=Pt(4) if is_head else 0,
    )
    off_grid(paragraph)
    paragraph.paragraph_format.keep_with_next = is_head
    for run in block.runs:
        write(paragraph, run.text, font=KAI if run.look == "lead" else FANG_SONG, size=_NOTE_SIZE)
