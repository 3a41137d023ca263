"""Automatic numbers as Word, WPS and LibreOffice define them; those that a file has lost."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tuban.documents import DocumentError, read
from tuban.documents.docx import blocks_of_docx

BROKEN = DocumentError("", code="", place="", remedy="")
Item = tuple[int | None, int, str]
"""List (None: no number), level, words."""


def document(
    items: list[Item],
    forms: list[tuple[str, str]],
    lists: dict[int, str] | None = None,
    styles: str = "",
) -> bytes:
    """A docx whose lists are all of one definition; `lists` adds overrides to some of them."""
    made = docx.Document()
    root = made.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{pattern}"/></w:lvl>'
        for at, (form, pattern) in enumerate(forms)
    )
    root.insert(
        0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="70">{levels}</w:abstractNum>')
    )
    for number, more in (lists or {71: ""}).items():
        root.append(
            parse_xml(
                f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="70"/>{more}</w:num>'
            )
        )
    if styles:
        for style in parse_xml(f"<w:styles {nsdecls('w')}>{styles}</w:styles>"):
            made.styles.element.append(style)
    for number, level, words in items:
        paragraph = made.add_paragraph(words)
        if number is not None:
            paragraph._p.get_or_add_pPr().append(
                parse_xml(
                    f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
                )
            )
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def printed(data: bytes) -> list[str]:
    return [block.text for block in blocks_of_docx(data, BROKEN).blocks]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("chineseCountingThousand", ["一、甲", "二、乙"]),
        ("taiwaneseCountingThousand", ["一、甲", "二、乙"]),  # what LibreOffice writes
        ("japaneseCounting", ["一、甲", "二、乙"]),
        ("ideographTraditional", ["甲、甲", "乙、乙"]),
        ("decimal", ["1、甲", "2、乙"]),
        ("upperLetter", ["A、甲", "B、乙"]),
        ("bullet", ["甲", "乙"]),
    ],
)
def test_numbers_look_as_they_are_printed(form: str, said: list[str]) -> None:
    assert printed(document([(71, 0, "甲"), (71, 0, "乙")], [(form, "%1、")])) == said


def test_lists_of_one_definition_count_on_unless_one_starts_anew() -> None:
    anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    items: list[Item] = [(71, 0, "a"), (72, 0, "b"), (73, 0, "c"), (73, 0, "d"), (71, 0, "e")]

    found = printed(document(items, [("decimal", "%1.")], {71: "", 72: "", 73: anew}))

    assert found == ["1.a", "2.b", "1.c", "2.d", "3.e"]


def test_a_style_passes_its_number_on_and_a_paragraph_may_take_it_back() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="Ours"><w:name w:val="Ours"/><w:pPr><w:numPr>'
        '<w:ilvl w:val="0"/><w:numId w:val="71"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Child"><w:name w:val="Child"/>'
        '<w:basedOn w:val="Ours"/></w:style>'
    )
    data = document(
        [(None, 0, "a"), (0, 0, "b"), (None, 0, "c")], [("decimal", "%1.")], styles=styles
    )
    made = docx.Document(io.BytesIO(data))
    for paragraph in made.paragraphs:
        paragraph.style = made.styles["Child"]
    out = io.BytesIO()
    made.save(out)

    assert printed(out.getvalue()) == ["1.a", "b", "2.c"]


def without_numbering(data: bytes) -> bytes:
    """The docx with its definitions of lists gone, as some converters leave it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as whole, zipfile.ZipFile(out, "w") as left:
        for item in whole.infolist():
            content = whole.read(item)
            if item.filename == "word/numbering.xml":
                content = f"<w:numbering {nsdecls('w')}/>".encode()
            left.writestr(item, content)
    return out.getvalue()


def test_lost_numbers_are_named_where_the_plan_can_still_be_read() -> None:
    items: list[Item] = [
        (None, 0, "示例市土地清理方案"),
        (None, 0, "一、工作任务"),
        (71, 0, "摸清底数。"),
        (None, 0, "1.逐宗核对。各地逐宗核对。"),
        (None, 0, "责任单位：市自然资源局"),
    ]

    reading = read(without_numbering(document(items, [("decimal", "%1.")])), "方案.docx")

    (finding,) = [each for each in reading.findings if each.code == "number-lost"]
    assert "1 段的自动编号丢失" in finding.message
    assert "摸清底数" in finding.message
    start, end = finding.spans[0]
    assert reading.text[start:end] == "摸清底数。"


def test_a_plan_that_lost_all_its_numbers_is_told_so() -> None:
    items: list[Item] = [(71, 0, "工作任务"), (71, 1, "逐宗核对。")]

    with pytest.raises(DocumentError, match="2 段的自动编号丢失") as refused:
        read(without_numbering(document(items, [("decimal", "%1."), ("decimal", "%2.")])), "a.docx")
    assert "转为文字" in refused.value.remedy
