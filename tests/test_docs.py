"""What the documentation tells people to type exists."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import get_args
from unittest import mock

import pytest

from tuban.cli import main
from tuban.values.landuse import Grade

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
# Code spans and indented or fenced code, line by line.
_CODE = re.compile(r"`([^`\n]+)`|^(?: {4}|\t)?((?:\.venv/bin/)?(?:make|tuban) .*)$", re.MULTILINE)


def _typed(program: str) -> dict[str, str]:
    """The first words after a program's name in the pages' code, each with a page that has it."""
    found = {}
    for page in PAGES:
        for match in _CODE.finditer(page.read_text("utf-8")):
            code = (match[1] or match[2]).strip().removeprefix(".venv/bin/")
            code = re.sub(r"^([A-Z_]+=\S+ )+", "", code)
            words = code.split()
            if len(words) > 1 and words[0] == program:
                for word in words[1].split("|"):
                    found[word] = str(page.relative_to(ROOT))
    return found


def test_every_make_command_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    typed = _typed("make")
    assert {"demo", "test"} <= typed.keys()
    assert {word: page for word, page in typed.items() if word not in targets} == {}


@pytest.mark.parametrize("word", sorted(w for w in _typed("tuban") if w[0].isalpha()))
def test_every_command_of_tuban_exists(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    # With a database named, no command starts the demonstration's.
    with (
        mock.patch.dict(os.environ, {"TUBAN_DATABASE_URL": "unused"}),
        pytest.raises(SystemExit) as ended,
    ):
        sys.exit(main([word, "--help"]))
    assert not ended.value.code, capsys.readouterr().err
    assert word in capsys.readouterr().out


@pytest.mark.parametrize("document", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", document.read_text("utf-8"))
    files = [t for t in targets if not t.startswith(("http:", "https:", "mailto:"))]
    assert [t for t in files if not (document.parent / t).exists()] == []


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize(
    "page", sorted((ROOT / "docs" / "handbook").glob("*.md")), ids=lambda path: path.stem
)
def test_words_in_quotation_marks_are_words_of_the_product(page: Path) -> None:
    """What the handbook says stands on a button or in a message does, somewhere."""
    kinds = {".py", ".html", ".js"}
    sources = (
        p for p in (ROOT / "tuban").rglob("*") if p.suffix in kinds and "tests" not in p.parts
    )
    product = _squeezed("".join(path.read_text("utf-8") for path in sources))
    quoted = re.findall(r"“([^”]+)”", page.read_text("utf-8"))
    words = {part for words in quoted for part in re.split(r"—|→|…|\d+", _squeezed(words)) if part}
    assert sorted(word for word in words if word not in product) == []


CHECKED_BY = (
    "cells", "rows", "rowchecks", "crosschecks", "recordchecks", "exhaustion", "oddchanges", "plans", "staging",
    "sheets",
)  # fmt: skip
"""Modules that find something wrong with a ledger's rows."""


def test_the_page_of_checks_names_every_problem_a_row_can_have() -> None:
    folder = ROOT / "tuban" / "parcels" / "imports"
    source = "\n".join((folder / f"{name}.py").read_text("utf-8") for name in CHECKED_BY)
    codes = set(re.findall(r'(?:Problem|CellError|\.problem)\(\s*"([a-z_]+)"', source))
    codes |= {f"use_{grade}" for grade in get_args(Grade)}

    page = (ROOT / "docs" / "handbook" / "checks.md").read_text("utf-8")

    assert set(re.findall(r"`([a-z_]+)`", page)) == codes
