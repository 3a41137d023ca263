"""规定对照: years of a class (X13), conditions (X15) and cycles (X16) that one plan words otherwise.

Between different places these are variants of jurisdiction, no errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from tuban.documents.across.pair import Pair, finding
from tuban.documents.model import Deadline, Finding, Reading, Span
from tuban.documents.scopes import by_subject, scopes_of

_CONDITION = re.compile(
    r"（(?P<words>[^（）]{0,30}(?:不低于|不高于|不超过|不少于|不得|除外)[^（）]{0,30})）"
)
_SENTENCE = re.compile(r"[^。；\n]+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?%?")
_ALIKE = 0.6
_COMMON = 4


def compare_variants(pair: Pair) -> list[Finding]:
    """Scopes, conditions and cycles that differ."""
    return [*_scopes(pair), *_conditions(pair), *_cycles(pair)]


def _nature(pair: Pair) -> str:
    return "请明确口径。" if pair.related else "两地规定不同，不作差错。"


def _scopes(pair: Pair) -> Iterator[Finding]:
    first, second = (
        by_subject(scopes_of(reading.text, _body(reading), reading.tables))
        for reading in pair.readings
    )
    names = pair.names
    for subject in first.keys() & second.keys():
        ours, theirs = first[subject], second[subject]
        if {each.years for each in ours} & {each.years for each in theirs}:
            continue  # at least once both mean the same years
        yield finding(
            "scope-differs",
            ("口径", "note"),
            f"{subject}的年份范围两件不同：{names[0]} 为 {'、'.join(s.words for s in ours)}，"
            f"{names[1]} 为 {'、'.join(s.words for s in theirs)}，数量不能直接相比。",
            ([scope.span for scope in ours], [scope.span for scope in theirs]),
            ref="X13",
        )


def _body(reading: Reading) -> Span:
    clauses = reading.clauses
    return (clauses[0].span[0], max(clause.span[1] for clause in clauses)) if clauses else (0, 0)


def _conditions(pair: Pair) -> Iterator[Finding]:
    """A sentence both plans have, to which one adds a condition in brackets."""
    for at, (one, other) in enumerate((pair.readings, pair.readings[::-1])):
        sentences = list(_SENTENCE.finditer(other.text))
        for match in _CONDITION.finditer(one.text):
            own = _around(one.text, match)
            bare = own.replace(match.group(), "")
            alike = _most_alike(
                bare, [each for each in sentences if _share_number(bare, each.group())]
            )
            if alike is None or match["words"] in other.text:
                continue
            spans = ([match.span()], [alike])
            yield finding(
                "variant-condition",
                ("口径", "note"),
                f"同一规定，{pair.names[at]} 另附条件“{match['words']}”，{pair.names[1 - at]} 没有。"
                f"{_nature(pair)}",
                spans if at == 0 else (spans[1], spans[0]),
                ref="X15",
            )


def _around(text: str, match: re.Match[str]) -> str:
    start = max(text.rfind(char, 0, match.start()) for char in "。；\n") + 1
    ends = [at for char in "。；\n" if (at := text.find(char, match.end())) >= 0]
    return text[start : min(ends, default=len(text))]


def _share_number(one: str, other: str) -> bool:
    return bool(set(_NUMBER.findall(one)) & set(_NUMBER.findall(other)))


def _most_alike(words: str, sentences: list[re.Match[str]]) -> Span | None:
    best: tuple[float, Span] | None = None
    for each in sentences:
        matcher = SequenceMatcher(None, words, each.group(), autojunk=False)
        ratio = matcher.ratio() if matcher.quick_ratio() >= _ALIKE else 0.0
        if ratio >= _ALIKE and (best is None or ratio > best[0]):
            best = ratio, each.span()
    return best[1] if best else None


def _cycles(pair: Pair) -> Iterator[Finding]:
    """The same thing to be renewed every n years, with another n."""
    first, second = map(_recurring, pair.readings)
    for ours in first:
        for theirs in second:
            thing = _common(ours.what, theirs.what)
            if thing is None or (ours.norm == theirs.norm and ours.flags == theirs.flags):
                continue
            yield finding(
                "variant-cycle",
                ("口径", "note"),
                f"{thing}的周期两件不同：{pair.names[0]} 为“{ours.raw}”，"
                f"{pair.names[1]} 为“{theirs.raw}”。{_nature(pair)}",
                ([ours.span], [theirs.span]),
                ref="X16",
            )


def _recurring(reading: Reading) -> list[Deadline]:
    return [
        deadline
        for task in reading.tasks
        for deadline in task.deadlines
        if deadline.kind == "recurring" and deadline.what
    ]


def _common(one: str, other: str) -> str | None:
    """The words both begin with, if long enough to name a thing."""
    length = 0
    while length < min(len(one), len(other)) and one[length] == other[length]:
        length += 1
    return one[:length] if length >= _COMMON else None
