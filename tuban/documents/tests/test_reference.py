"""docs/reference/findings.md names every finding there is, and no finding there is not."""

from __future__ import annotations

import re
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
PAGE = PACKAGE.parents[1] / "docs" / "reference" / "findings.md"
_MADE = re.compile(
    r'(?:Finding|finding|Agreement|agreement|_lacking)\(\s*(?:tasks, )?(?:code=)?"([a-z-]+)"'
)
_BY_PATTERN = {
    *("row-sum", "column-sum"),
    *("no-doc-no", "no-date", "no-issuer", "no-title"),
}


def _codes() -> set[str]:
    sources = [path for path in PACKAGE.rglob("*.py") if "tests" not in path.parts]
    return _BY_PATTERN | {
        code for path in sources for code in _MADE.findall(path.read_text("utf-8"))
    }


def test_every_code_is_on_the_page_and_every_code_of_the_page_exists() -> None:
    page = PAGE.read_text(encoding="utf-8")
    tables = "".join(line for line in page.splitlines() if line.startswith(("|", "一致的记录")))

    named = set(re.findall(r"\b[a-z]+(?:-[a-z]+)+\b|\b(?:cites|bracket)\b", tables))

    assert len(_codes()) > 50
    assert named == _codes()


def test_all_twenty_five_are_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert re.findall(r"^\| (X\d+) \|", page, re.MULTILINE) == [f"X{n}" for n in range(1, 26)]
