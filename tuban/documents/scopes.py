"""时间范围: of which years a plan speaks when it names a class of land or problems.

2009年以来批而未供 · 2009—2019年审批土地批而未供面积 · 近5年违法用地: the same class with another
span of years is another number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tuban.documents.model import Span, Table

SUBJECTS: dict[str, re.Pattern[str]] = {
    "批而未供": re.compile("批而未"),
    "闲置土地": re.compile("闲置"),
    "违法和督察问题": re.compile("违法|督察|反馈问题"),
}
_YEARS = re.compile(
    r"(?P<first>(?:19|20)\d{2})年?[—–~～至到-]{1,2}(?P<last>(?:19|20)\d{2})年(?:以来|期间)?"
    r"|(?P<since>(?:19|20)\d{2})年(?:以来|以后|起至今)"
    r"|近(?P<recent>[一二三四五六七八九十]|\d{1,2})年"
)
_REACH = 30
_RECENT = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Scope:
    """A class of land or problems with the years it is asked for.

    Attributes:
        years: (first, last) printed; last None where the span is open; (None, n) for 近n年.
    """

    subject: str
    years: tuple[int | None, int | None]
    words: str
    span: Span


def scopes_of(text: str, body: Span, tables: Sequence[Table]) -> list[Scope]:
    """Scopes in the words of the body and in the headings of tables, in order."""
    found = [
        scope
        for match in _YEARS.finditer(text, *body)
        for scope in _scopes(
            match, re.split("[，；。\n]", text[match.end() : match.end() + _REACH])[0]
        )
    ]
    for table in tables:
        for heading in table.columns:
            words = heading.replace(" ", "")
            if match := _YEARS.search(words):
                found.extend(
                    Scope(each.subject, each.years, each.words, table.span)
                    for each in _scopes(match, words[match.end() :])
                )
    return found


def _scopes(match: re.Match[str], after: str) -> Iterator[Scope]:
    for subject, named in SUBJECTS.items():
        if named.search(after):
            yield Scope(subject, _years(match), match.group(), match.span())


def _years(match: re.Match[str]) -> tuple[int | None, int | None]:
    if match["recent"]:
        printed = match["recent"]
        return None, int(printed) if printed.isdecimal() else _RECENT.index(printed) + 1
    if match["since"]:
        return int(match["since"]), None
    return int(match["first"]), int(match["last"])


def by_subject(scopes: Sequence[Scope]) -> dict[str, list[Scope]]:
    """One scope for each span of years, per subject."""
    grouped: dict[str, dict[tuple[int | None, int | None], Scope]] = {}
    for scope in scopes:
        grouped.setdefault(scope.subject, {}).setdefault(scope.years, scope)
    return {subject: list(kept.values()) for subject, kept in grouped.items()}
