"""通报的 DOCX: GB/T 9704 measures, the page's own figures, and what LibreOffice makes of it."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import date
from html import unescape
from io import BytesIO
from pathlib import Path

import docx
import numpy as np
import pytest
from django.test import Client
from docx.document import Document
from docx.oxml.ns import qn
from pytest_django import Settings

from tuban.accounts.models import Role
from tuban.bulletins import actions
from tuban.bulletins.blocks import Shape, head_lines
from tuban.bulletins.letter import letter
from tuban.bulletins.models import Bulletin
from tuban.bulletins.sheet import Sheet, sheet_of
from tuban.bulletins.tests.cast import (
    Posts,
    make_draft,
    make_issued,
    make_ledger,
    make_plan,
    make_posts,
)
from tuban.parcels.tests.cast import DONGSHENG, EJIN_HORO, TODAY, make_user

pytestmark = pytest.mark.django_db
MM_PER_INCH = 25.4


@pytest.fixture(autouse=True)
def today(settings: Settings) -> None:
    settings.TUBAN_TODAY = TODAY


@pytest.fixture
def posts() -> Posts:
    posts = make_posts()
    make_plan(posts.reviewer, {DONGSHENG: "30", EJIN_HORO: "10"}, printed_total="41")
    make_ledger(make_user(Role.BANNER_CLERK))
    return posts


@pytest.fixture
def issued(posts: Posts) -> Bulletin:
    make_issued(posts, on=date(2024, 8, 31))
    return make_issued(posts)


def read(bulletin: Bulletin) -> Document:
    return docx.Document(BytesIO(letter(sheet_of(bulletin))))


def words(document: Document) -> list[str]:
    """Everything printed between head and foot: paragraphs, and tables where they stand."""
    found = []
    for part in document.iter_inner_content():
        if hasattr(part, "rows"):
            found += [cell.text for row in part.rows for cell in row.cells]
        elif part.text:
            found.append(part.text)
    return found


def test_page_and_lines_have_the_official_measures(issued: Bulletin) -> None:
    """G8-02: twips of data-standards 8.1; dates without leading zeros."""
    document = read(issued)
    section = document.sections[0]
    measures = (
        section.page_width,
        section.page_height,
        section.top_margin,
        section.bottom_margin,
        section.left_margin,
        section.right_margin,
    )

    assert [length.twips for length in measures] == [11906, 16838, 2098, 1984, 1587, 1474]
    grid = section._sectPr.find(qn("w:docGrid"))
    assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("lines", "579")
    body = next(p for p in document.paragraphs if p.text.startswith("现将"))
    assert body.paragraph_format.line_spacing.pt == 28.95
    assert body._p.pPr.ind.get(qn("w:firstLineChars")) == "200"
    assert document.paragraphs[-1].text == "2024年9月30日"


@pytest.mark.parametrize(
    ("starts", "font", "size"),
    [
        ("演示单位150600文件", "方正小标宋_GBK", None),
        ("关于2024年9月", "方正小标宋_GBK", 22),
        ("各旗区人民政府：", "仿宋_GB2312", 16),
        ("一、总体情况", "黑体", 16),
        ("（一）批而未供土地消化。", "楷体_GB2312", 16),
        ("演自然资通〔2024〕2号", "仿宋_GB2312", 16),
        ("说明：", "楷体_GB2312", 12),
    ],
)
def test_each_element_names_its_font(
    issued: Bulletin, starts: str, font: str, size: float | None
) -> None:
    paragraph = next(p for p in read(issued).paragraphs if p.text.startswith(starts))
    run = paragraph.runs[0]

    assert run._r.rPr.rFonts.get(qn("w:eastAsia")) == font
    assert size is None or run.font.size.pt == size


def test_the_letter_says_what_the_page_says(issued: Bulletin, posts: Posts, client: Client) -> None:
    sheet = sheet_of(issued)
    client.force_login(posts.leader)
    page = client.get(f"/bulletins/{issued.pk}/").content.decode()
    article = page[page.index("<article") : page.index("</article>")]
    shown = [unescape(text) for text in re.findall(r'<a class="tb-fig"[^>]*>([^<]+)</a>', article)]

    assert words(read(issued)) == expected(sheet)
    assert shown == figures_of(sheet)
    answer = client.get(f"/bulletins/{issued.pk}.docx")
    assert words(docx.Document(BytesIO(answer.content))) == expected(sheet)


def expected(sheet: Sheet) -> list[str]:
    """The whole paper as a list of paragraphs and cells."""
    found = [sheet.mark, sheet.doc_no, *sheet.title_lines, sheet.addressee, sheet.opening]
    for block in sheet.blocks:
        if block.table:
            found += [block.table.caption, block.table.unit]
            found += ["\n".join(head_lines(head)) for head in block.table.heads]
            found += [cell.text for row in block.table.rows for cell in row]
        else:
            found.append(block.text)
    return [*found, sheet.demands_heading.text, *sheet.demands, sheet.signer, sheet.dated]


def figures_of(sheet: Sheet) -> list[str]:
    """The texts of all figures in the order they are read."""
    return [
        run.text
        for block in sheet.blocks
        for run in (
            *block.runs,
            *(cell for row in (block.table.rows if block.table else ()) for cell in row),
        )
        if run.figure
    ]


def heads(document: Document) -> list[str]:
    section = document.sections[0]
    return [header.paragraphs[0].text for header in (section.header, section.even_page_header)]


def test_a_draft_and_a_void_one_say_so_on_every_page(issued: Bulletin, posts: Posts) -> None:
    draft = make_draft(posts.drafter)

    assert heads(read(draft)) == ["草稿　未经签发，不得作为依据"] * 2
    assert "（草稿，未编号）" in words(read(draft))
    assert heads(read(issued)) == ["", ""]
    actions.void(actor=posts.leader, bulletin_id=issued.pk, remark="目标有误")
    assert heads(read(issued)) == ["已作废"] * 2


def test_without_demands_there_is_no_such_section(posts: Posts) -> None:
    draft = make_draft(posts.drafter)
    draft.demands = " \n"

    assert "四、下一步工作要求" not in words(read(draft))


@pytest.mark.slow
def test_libreoffice_prints_it_within_the_type_area(issued: Bulletin, tmp_path: Path) -> None:
    tools = ("soffice", "pdftotext", "pdftoppm")
    if missing := [tool for tool in tools if shutil.which(tool) is None]:
        pytest.skip(f"没有 {'、'.join(missing)}：只有管理员运行 dev/setup.sh test 时才安装")
    (tmp_path / "b.docx").write_bytes(letter(sheet_of(issued)))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    run("soffice", profile, "--headless", "--convert-to", "pdf", "b.docx", cwd=tmp_path)
    pages = run("pdftotext", "-layout", "b.pdf", "-", cwd=tmp_path).split("\f")[:-1]
    plain = [re.sub(r"\s", "", page) for page in pages]

    assert [page[-3:] for page in plain] == [f"—{n}—" for n in range(1, len(pages) + 1)]
    text = "".join(page[:-3] for page in plain)
    for figure in figures_of(sheet_of(issued)):
        assert figure in text
    for block in sheet_of(issued).blocks:
        if block.shape is Shape.TABLE and block.table:
            for row in block.table.rows:
                assert "".join(cell.text for cell in row) in text  # no row is torn apart
    run("pdftoppm", "-gray", "-r", "72", "b.pdf", "page", cwd=tmp_path)
    for file in sorted(tmp_path.glob("page-*.pgm")):
        left, right, top = ink_mm(file)
        assert left >= 28 - 1
        assert right <= 210 - 26 + 3  # LibreOffice lets a comma hang out by half its width
        assert top >= 37 - 1


def run(*command: str, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=90, check=True)
    return done.stdout


def ink_mm(file: Path) -> tuple[float, float, float]:
    """Where the first and last dark columns and the first dark row of a page lie, in mm."""
    _, size, _, pixels = file.read_bytes().split(b"\n", 3)
    width, height = map(int, size.split())
    dark = np.frombuffer(pixels, np.uint8).reshape(height, width) < 160
    columns, rows = np.flatnonzero(dark.any(axis=0)), np.flatnonzero(dark.any(axis=1))
    scale = MM_PER_INCH / 72
    return columns[0] * scale, (columns[-1] + 1) * scale, rows[0] * scale


def test_the_signature_takes_the_end_of_the_text_with_it(issued: Bulletin) -> None:
    *_, last, signer, dated = read(issued).paragraphs

    assert signer.text == issued.signer
    assert last.text == issued.demands.splitlines()[-1]
    assert last.paragraph_format.keep_with_next
    assert signer.paragraph_format.keep_with_next
    assert not dated.paragraph_format.keep_with_next
