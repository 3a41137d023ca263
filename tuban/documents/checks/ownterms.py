"""漏字: a phrase that the document itself writes more fully elsewhere (X23).

What `terms` cannot list is told by the plan's own words: a phrase printed in full twice or more,
and once without one character in its middle, the same three characters before and behind. Short
words that are commonly left out (的, 副, 各 …) prove nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from tuban.documents.model import Finding, Span

_RUN = re.compile("[\u4e00-\u9fff]{6,}")
_SIDE = 3
_FULL = 2 * _SIDE + 1
_LEAST_FULL = 2
_OFTEN_LEFT_OUT = frozenset("的副各了和与及等所地市区县旗省正总再新更已将可要一")


def check_own_terms(text: str, known: Sequence[Span]) -> Iterator[Finding]:
    """Places where the document drops a character it writes elsewhere; `known` are told already."""
    full = Counter(text[at : at + _FULL] for at in _places(text, _FULL))
    short = Counter(text[at : at + _FULL - 1] for at in _places(text, _FULL - 1))
    whole: dict[str, list[str]] = {}
    for phrase, count in full.items():
        if count >= _LEAST_FULL and _may_be_missed(phrase):
            whole.setdefault(phrase[:_SIDE] + phrase[_SIDE + 1 :], []).append(phrase)
    for at in _places(text, _FULL - 1):
        words = text[at : at + _FULL - 1]
        found = whole.get(words, [])
        if len(found) != 1 or short[words] != 1 or _overlaps((at, at + len(words)), known):
            continue
        yield Finding(
            "dropped-character",
            "笔误",
            "note",
            f"“{words}”疑漏字，同一文件另有 {full[found[0]]} 处写作“{found[0]}”。",
            ((at, at + len(words)),),
            ref="X23",
        )


def _places(text: str, length: int) -> Iterator[int]:
    """Where a phrase of Chinese characters of that length begins."""
    for run in _RUN.finditer(text):
        yield from range(run.start(), run.end() - length + 1)


def _may_be_missed(phrase: str) -> bool:
    """A character is missed only where it is neither a small word nor one of a pair."""
    middle = phrase[_SIDE]
    return middle not in _OFTEN_LEFT_OUT and middle not in {phrase[_SIDE - 1], phrase[_SIDE + 1]}


def _overlaps(span: Span, others: Sequence[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)
