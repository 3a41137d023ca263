"""术语: terms of the trade from which a character was dropped (高标准田 for 高标准农田) (X23).

A term is looked for with one of its characters missing. Words that are right as they stand are
listed with the term they could be mistaken for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from tuban.documents.model import Finding

# Term → right words in which the term with a character dropped may stand.
TERMS: dict[str, tuple[str, ...]] = {
    "高标准农田": (),
    "建设用地规模": (),
    "建设用地指标": (),
    "建设用地布局": (),
    "新增建设用地": ("创新建设用地",),
    "国有建设用地": ("全国建设用地", "我国建设用地"),
    "永久基本农田": (),
    "耕地占补平衡": (),
    "城镇开发边界": (),
    "生态保护红线": (),
    "国土空间规划": ("全国空间规划",),
    "土地综合整治": ("国土综合整治", "土地综合治理"),
    "土地利用总体规划": (),
    "节约集约用地": (),
    "闲置土地处置": ("闲置地处置", "闲置土地置换"),
    "增减挂钩节余": (),
    "土地二级市场": (),
    "不动产登记": ("不动产记载",),
    "耕地后备资源": (),
    "工作领导小组": ("工作领导组",),
    "长效工作机制": (),
    "政策措施": (
        *("对策措施", "决策措施", "市政措施", "行政措施", "财政措施", "政策施行", "政策施策"),
    ),
    "考核制度": ("考核度量", "高考制度", "统考制度"),
}
"""Short terms are few: with a character dropped most of them are words of their own."""

_FIRST_TOO = frozenset({"政策措施"})
_LEAST = 3


@lru_cache(maxsize=1)
def _shortened() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    """(term, shortened form, pattern). The last character never counts, the first seldom."""
    forms = []
    for term in TERMS:
        for at in range(0 if term in _FIRST_TOO else 1, len(term) - 1):
            short = term[:at] + term[at + 1 :]
            if len(short) < _LEAST or any(short in other for other in TERMS if other != term):
                continue
            forms.append((term, short, re.compile(re.escape(short))))
    return tuple(forms)


def check_terms(text: str) -> Iterator[Finding]:
    """Places where a term has lost a character; each place once."""
    seen: set[int] = set()
    for term, short, pattern in _shortened():
        for match in pattern.finditer(text):
            if match.start() in seen or _is_right(text, match, term):
                continue
            seen.add(match.start())
            yield Finding(
                "dropped-character",
                "笔误",
                "note",
                f"“{_around(text, match)}”疑漏字，“{short}”应为“{term}”。",
                (match.span(),),
                ref="X23",
            )


def _is_right(text: str, match: re.Match[str], term: str) -> bool:
    """The whole term, or a right word, stands over the match."""
    start, end = match.span()
    for word in (term, *TERMS[term]):
        at = text.find(word, max(0, start - len(word)), end + len(word))
        while at >= 0:
            if at <= start and end <= at + len(word):
                return True
            at = text.find(word, at + 1, end + len(word))
    return False


def _around(text: str, match: re.Match[str]) -> str:
    line_start = text.rfind("\n", 0, match.start()) + 1
    return text[max(line_start, match.start() - 4) : match.end() + 2].split("\n", maxsplit=1)[0]
