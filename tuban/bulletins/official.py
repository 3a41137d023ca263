"""公文格式 in DOCX: page, fonts, lines and page numbers of GB/T 9704-2012 (data-standards 8.1).

Fonts are named, never shipped: a machine without them shows its own substitutes.
"""

from __future__ import annotations

from typing import Any, Final

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, RGBColor, Twips
from docx.text.paragraph import Paragraph
from docx.text.run import Run

SONG_TITLE: Final = "方正小标宋_GBK"
FANG_SONG: Final = "仿宋_GB2312"
HEI: Final = "黑体"
KAI: Final = "楷体_GB2312"
SONG: Final = "宋体"
LATIN: Final = "Times New Roman"

SIZE_2, SIZE_3, SIZE_4 = Pt(22), Pt(16), Pt(14)
"""2号, 3号, 4号."""
RED: Final = RGBColor(0xE6, 0x00, 0x12)

PAGE_WIDTH, PAGE_HEIGHT = Twips(11906), Twips(16838)
TOP, BOTTOM, LEFT, RIGHT = Twips(2098), Twips(1984), Twips(1587), Twips(1474)
LINE: Final = Pt(28.95)
"""22 lines in the 225 mm of the type area."""
FOOTER_TO_EDGE: Final = Mm(35 - 7 - 5)
"""A page number of 5 mm whose upper edge is 7 mm below the type area."""
_LINE_TWIPS = "579"
_TIGHTER_TWIPS = str(round((15.79 - 16) * 20))
"""28 characters in 156 mm are set 15.79 pt apart, a little less than their own 16 pt."""


def set_page(document: Document) -> None:
    """A4, margins, 22 lines a page, 28 characters a line, 3号 仿宋 as the body.

    The lines stand on a grid; the characters are set closer instead, because LibreOffice gives a
    character wider than its cell two cells.
    """
    section = document.sections[0]
    section.page_width, section.page_height = PAGE_WIDTH, PAGE_HEIGHT
    section.top_margin, section.bottom_margin = TOP, BOTTOM
    section.left_margin, section.right_margin = LEFT, RIGHT
    section.header_distance, section.footer_distance = Mm(20), FOOTER_TO_EDGE
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), _LINE_TWIPS)
    normal = document.styles["Normal"]
    normal.font.size = SIZE_3
    _name_fonts(normal.element.get_or_add_rPr(), FANG_SONG)
    _set_language(normal.element.get_or_add_rPr())


def _name_fonts(properties: Any, chinese: str, latin: str = LATIN) -> None:
    """Sets the font of Chinese text, and the one for letters and digits beside it."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for slot, font in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", chinese)):
        fonts.set(qn(f"w:{slot}"), font)


def _set_language(properties: Any) -> None:
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-US")  # in Chinese, LibreOffice would break numbers in two
    language.set(qn("w:eastAsia"), "zh-CN")
    properties.append(language)


def write(
    paragraph: Paragraph,
    text: str,
    *,
    font: str = FANG_SONG,
    size: Pt = SIZE_3,
    colour: RGBColor | None = None,
) -> Run:
    """Adds text in a font and size."""
    run = paragraph.add_run(text)
    run.font.size = size
    if colour is not None:
        run.font.color.rgb = colour
    properties = run._r.get_or_add_rPr()
    _name_fonts(properties, font)
    if size == SIZE_3:
        closer = OxmlElement("w:spacing")
        closer.set(qn("w:val"), _TIGHTER_TWIPS)
        properties.insert_element_before(closer, "w:w", "w:kern", "w:position", "w:sz", "w:szCs")
    return run


def shape(
    paragraph: Paragraph,
    *,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY,
    line: Pt = LINE,
    indent_characters: int = 0,
    before: Emu | Pt | int = 0,
    after: Emu | Pt | int = 0,
) -> Paragraph:
    """Alignment, exact line pitch, first-line indent in characters, space around."""
    form = paragraph.paragraph_format
    form.alignment = align
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, line
    form.space_before, form.space_after = before, after
    form.widow_control = True
    overflow = OxmlElement("w:overflowPunct")  # a comma at the end of a line stays inside
    overflow.set(qn("w:val"), "0")
    paragraph._p.get_or_add_pPr().insert_element_before(
        overflow, "w:topLinePunct", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )
    if indent_characters:
        indent = paragraph._p.get_or_add_pPr().get_or_add_ind()
        indent.set(qn("w:firstLineChars"), str(indent_characters * 100))
        indent.set(qn("w:firstLine"), str(indent_characters * 320))
    return paragraph


def off_grid(paragraph: Paragraph) -> None:
    """Takes a paragraph off the grid of lines and characters: tables keep their own pitch."""
    snap = OxmlElement("w:snapToGrid")
    snap.set(qn("w:val"), "0")
    paragraph._p.get_or_add_pPr().insert_element_before(
        snap, "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:rPr"
    )


def rule_below(paragraph: Paragraph, colour: str = "E60012") -> None:
    """The separator under the 发文字号, 4 mm below it, as wide as the type area."""
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "12"), ("space", "11"), ("color", colour)):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def number_pages(document: Document) -> None:
    """页码 — 1 —: 4号 宋体, one character in from the right on odd pages, the left on even."""
    section = document.sections[0]
    document.settings.odd_and_even_pages_header_footer = True
    for footer, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        footer.is_linked_to_previous = False
        paragraph = shape(footer.paragraphs[0], align=side, line=SIZE_4)
        off_grid(paragraph)
        form = paragraph.paragraph_format
        form.left_indent = form.right_indent = SIZE_4
        _page_number(paragraph)


def _page_number(paragraph: Paragraph) -> None:
    """— 1 —, the number being a field that each page fills in."""
    for kind, text in (
        ("t", "— "),
        ("fldChar", "begin"),
        ("instrText", "PAGE"),
        ("fldChar", "separate"),
        ("t", "1"),
        ("fldChar", "end"),
        ("t", " —"),
    ):
        run = write(paragraph, text if kind == "t" else "", font=SONG, size=SIZE_4)
        _name_fonts(run._r.get_or_add_rPr(), SONG, SONG)
        if kind != "t":
            part = OxmlElement(f"w:{kind}")
            if kind == "fldChar":
                part.set(qn("w:fldCharType"), text)
            else:
                part.text = text
            run._r.append(part)


def stamp_pages(document: Document, words: str) -> None:
    """Puts words like 草稿 at the head of every page."""
    section = document.sections[0]
    for header in (section.header, section.even_page_header):
        header.is_linked_to_previous = False
        paragraph = shape(header.paragraphs[0], align=WD_ALIGN_PARAGRAPH.RIGHT, line=Pt(24))
        off_grid(paragraph)
        write(paragraph, words, font=HEI, size=SIZE_3, colour=RED)
