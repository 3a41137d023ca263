"""The same plan as a typesetter, a keyboard, a code page or a word processor delivers it."""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from tuban.documents import read
from tuban.documents.tests import mutations
from tuban.documents.tests.samples import PLANS, in_short, seed
from tuban.documents.tests.test_golden import assert_spans_hold

S0 = "000_e85961bb3b067422.txt"
MUTATIONS: dict[str, Callable[[str], str]] = {
    "lines of 28 characters, blank lines between": mutations.wrapped_at(28, blank_lines=True),
    "lines of 35 characters": mutations.wrapped_at(35, blank_lines=False),
    "lines of 40 characters, blank lines between": mutations.wrapped_at(40, blank_lines=True),
    "lines broken anywhere": mutations.wrapped_anywhere(1),
    "lines broken anywhere, otherwise": mutations.wrapped_anywhere(7),
    "other brackets in document numbers": mutations.other_brackets,
    "half-width punctuation": mutations.half_width,
    "full-width digits": mutations.full_width_digits,
    "blanks inside numbers": mutations.spaced_numbers,
    "carriage returns": mutations.with_carriage_returns,
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_s0_reads_the_same_however_it_was_typeset(name: str) -> None:
    text = seed(S0).read_text(encoding="utf-8")
    plain = read(text.encode(), "s0.txt")

    mutated = read(MUTATIONS[name](text).encode(), "s0.txt")

    assert in_short(mutated) == in_short(plain)
    assert_spans_hold(mutated)


@pytest.mark.parametrize("name", [name for name in MUTATIONS if "anywhere" not in name])
@pytest.mark.parametrize(
    "file", ["invented.txt", "foreign.txt", "inline.txt", "continuous.txt", "chapters.txt"]
)
def test_our_own_plans_read_the_same_however_they_were_typeset(name: str, file: str) -> None:
    text = (PLANS / file).read_text(encoding="utf-8")

    mutated = read(MUTATIONS[name](text).encode(), file)

    assert in_short(mutated) == in_short(read(text.encode(), file))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_do_not_matter(encoding: str) -> None:
    text = (PLANS / "invented.txt").read_text(encoding="utf-8")

    reading = read(text.encode(encoding), "invented.txt")

    assert reading.text == read(PLANS / "invented.txt").text


def as_docx(text: str) -> bytes:
    """The text with its flattened tables as real ones, caption and notes as paragraphs."""
    document = docx.Document()
    rows: list[list[str]] = []
    blank = True

    def flush() -> None:
        if rows:
            table = document.add_table(len(rows), max(map(len, rows)))
            for row, cells in zip(table.rows, rows, strict=True):
                for cell, words in zip(row.cells, cells, strict=False):
                    cell.text = words
            rows.clear()

    in_table = False
    for line in text.splitlines():
        if line.startswith("\t"):
            if blank or not rows:
                rows.append([])
            rows[-1].append(line.strip())
            blank, in_table = False, True
        elif not line.strip():
            blank = True
        elif in_table and not line.startswith(("注", "备注")):
            rows[-1][-1] += "\n" + line.strip()
            blank = False
        else:
            flush()
            in_table = False
            document.add_paragraph(line.strip())
    flush()
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_s0_as_docx_with_real_tables_reads_the_same() -> None:
    text = seed(S0).read_text(encoding="utf-8")

    reading = read(as_docx(text), "s0.docx")

    assert reading.text == read(text.encode(), "s0.txt").text
    assert in_short(reading) == in_short(read(text.encode(), "s0.txt"))


def test_our_own_plan_as_docx_reads_the_same() -> None:
    text = (PLANS / "invented.txt").read_text(encoding="utf-8")

    reading = read(as_docx(text), "invented.docx")

    assert in_short(reading) == in_short(read(text.encode(), "invented.txt"))


def _numbered(document: docx.document.Document, level: int, words: str) -> None:
    """A paragraph whose 一、 or （一） Word prints by itself."""
    paragraph = document.add_paragraph(words)
    numbering = OxmlElement("w:numPr")
    for name, value in (("ilvl", level), ("numId", 77)):
        node = OxmlElement(f"w:{name}")
        node.set(qn("w:val"), str(value))
        numbering.append(node)
    paragraph._p.get_or_add_pPr().append(numbering)


def _with_chinese_list(document: docx.document.Document) -> None:
    root = document.part.numbering_part.element
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), "77")
    forms = (("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."))
    for at, (form, pattern) in enumerate(forms):
        level = OxmlElement("w:lvl")
        level.set(qn("w:ilvl"), str(at))
        for name, value in (("start", "1"), ("numFmt", form), ("lvlText", pattern)):
            node = OxmlElement(f"w:{name}")
            node.set(qn("w:val"), value)
            level.append(node)
        abstract.append(level)
    root.insert(0, abstract)
    number = OxmlElement("w:num")
    number.set(qn("w:numId"), "77")
    link = OxmlElement("w:abstractNumId")
    link.set(qn("w:val"), "77")
    number.append(link)
    root.append(number)


def test_numbers_that_word_prints_by_itself_make_the_clause_tree() -> None:
    document = docx.Document()
    _with_chinese_list(document)
    document.add_paragraph("示例市土地清理方案")
    _numbered(document, 0, "工作任务")
    _numbered(document, 1, "摸清底数。")
    _numbered(document, 2, "逐宗核对。各地逐宗核对。")
    document.add_paragraph("责任单位：市自然资源局、财政局")
    _numbered(document, 2, "建立台账。按月更新。")
    document.add_paragraph("完成时限：2024年6月底前")
    _numbered(document, 1, "促进处置。")
    _numbered(document, 2, "分类处置。一地一策。")
    _numbered(document, 0, "保障措施")
    _numbered(document, 1, "加强领导。")
    out = io.BytesIO()
    document.save(out)

    reading = read(out.getvalue(), "numbered.docx")

    assert [task.no for task in reading.tasks] == ["一(一)1", "一(一)2", "一(二)1"]
    assert reading.tasks[0].units("lead") == ["市自然资源局", "市财政局"]
    assert reading.tasks[1].deadlines[0].norm == "2024-06-30"


def test_merged_heading_cells_of_a_docx_are_put_together() -> None:
    document = docx.Document()
    document.add_paragraph("示例市闲置土地处置任务分解表")
    document.add_paragraph("单位：亩")
    table = document.add_table(4, 4)
    for row, cells in zip(
        table.rows,
        [
            ["旗区", "处置任务", "", "合计"],
            ["", "2023年", "2024年", ""],
            ["东胜区", "10", "20", "30"],
            ["合计", "10", "20", "30"],
        ],
        strict=True,
    ):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(0, 3).merge(table.cell(1, 3))
    out = io.BytesIO()
    document.save(out)

    reading = read(out.getvalue(), "merged.docx")

    assert reading.tables[0].columns == ("旗区", "处置任务2023年", "处置任务2024年", "合计")
    assert [f.period for f in reading.figures[:3]] == ["2023", "2024", None]
    assert [f.value for f in reading.figures[:3]] == ["10", "20", "30"]


def test_tables_written_a_row_a_line_are_read() -> None:
    text = (
        "一、工作任务\n（一）处置闲置土地。\n责任单位：市自然资源局\n\n附件1\n\n闲置土地处置任务分解表\n"
        "单位：亩\n旗区\t2023年处置任务\t2024年处置任务\t合计\n"
        "东胜区\t10\t20\t30\n鄂托克前旗\t5\t—\t5\n合计\t15\t20\t35\n"
    )

    reading = read(text.encode(), "rows.txt")

    assert [f.value for f in reading.figures] == [
        "10",
        "20",
        "30",
        "5",
        None,
        "5",
        "15",
        "20",
        "35",
    ]
    assert [f.region_code for f in reading.figures[3:6]] == ["150623"] * 3
    assert not [f for f in reading.findings if "sum" in f.code]


def test_a_plan_that_is_itself_the_annex_of_its_notice_is_read() -> None:
    text = (
        "示例市人民政府关于印发土地清理方案的通知\n各县区人民政府：\n现予印发。\n附件：示例市土地清理方案\n"
        "示例市人民政府\n2024年3月5日\n附件\n示例市土地清理方案\n一、总体要求\n依法推进。\n二、工作任务\n"
        "（一）摸清底数。逐宗核对。\n责任单位：市自然资源局\n完成时限：2024年6月底前\n附件\n闲置土地处置任务表\n"
        "单位：亩\n旗区\t2024年处置任务\t合计\n东胜区\t10\t10\n合计\t10\t10\n"
    )

    reading = read(text.encode(), "notice.txt")

    assert [task.no for task in reading.tasks] == ["二(一)"]
    assert reading.header.plan_title == "示例市土地清理方案"
    assert reading.header.issuer == "示例市人民政府"
    assert [figure.value for figure in reading.figures] == ["10"] * 4


def test_a_docx_of_a_hundred_pages_is_read_within_twenty_seconds() -> None:
    measure = (
        "{}.逐宗核对台账。2024年底前，完成5万亩，其中东胜区35个、达拉特旗12个，处置率达到60%以上；"
        + "积极推进土地节约集约利用，" * 20
        + "。\n责任单位：市自然资源局，各旗区人民政府\n完成时限：2024年4月中旬完成核对；5月31日前汇总。\n"
    )
    text = "示例市清理方案\n示例市人民政府\n2024年3月5日\n一、工作任务\n（一）促处置。\n"
    text += "".join(measure.format(number) for number in range(1, 100)) * 2
    data = as_docx(text)

    began = time.process_time()
    reading = read(data, "long.docx")

    assert time.process_time() - began < 20
    assert len(reading.tasks) == 198


def test_a_docx_is_read_as_it_is_seen() -> None:
    """Insertions and content controls count, deletions do not; a unit inside the table too."""
    document = docx.Document()
    for words in ("一、工作任务", "（一）摸清底数。", "责任单位：市自然资源局、财政局、审计局"):
        document.add_paragraph(words)
    offices = document.paragraphs[-1]
    inserted, deleted = OxmlElement("w:ins"), OxmlElement("w:del")
    for change, words, tag in ((inserted, "、能源局", "w:t"), (deleted, "、水利局", "w:delText")):
        run, text = OxmlElement("w:r"), OxmlElement(tag)
        text.text = words
        run.append(text)
        change.append(run)
        offices._p.append(change)
    control, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
    control.append(content)
    dated = document.add_paragraph("完成时限：2024年6月底前")
    dated._p.addprevious(control)
    content.append(dated._p)
    table = document.add_table(4, 3)
    rows = [["单位：亩", "", ""], ["旗区", "2024年任务", "合计"], ["东胜区", "10", "10"]]
    for row, cells in zip(table.rows, [*rows, ["合计", "10", "10"]], strict=True):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    table.cell(0, 0).merge(table.cell(0, 2))
    out = io.BytesIO()
    document.save(out)

    reading = read(out.getvalue(), "seen.docx")

    assert reading.tasks[0].units("lead") == [
        "市自然资源局",
        "市财政局",
        "市审计局",
        "市能源局",
    ]
    assert reading.tasks[0].deadlines[0].norm == "2024-06-30"
    assert {(figure.value, figure.unit) for figure in reading.figures} == {("10", "亩")}


def test_the_signature_is_a_line_of_its_own_also_where_lines_are_broken() -> None:
    body = "认真清理存量土地并逐宗核对，分类施策推进处置工作，确保按期完" * 6
    lines = [body[at : at + 28] for at in range(0, len(body), 28)]
    text = "\n\n".join(
        [
            *("鄂示发〔2024〕1号", "鄂尔多斯市人民政府关于印发示例方案的通知", "各旗区人民政府："),
            *lines,
            "现将示例方案印发给你们，请认真贯彻执行并及时上报情况。",
            *("鄂尔多斯市人民政府办公室", "2024年3月5日", "示例方案", "一、工作任务"),
            *("（一）处置土地。", "责任单位：市自然资源局"),
        ]
    )

    reading = read(text.encode(), "wrapped.txt")

    assert "\n鄂尔多斯市人民政府办公室\n2024年3月5日\n" in reading.text
    assert reading.header.date == "2024-03-05"
