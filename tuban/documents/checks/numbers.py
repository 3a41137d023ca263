"""编号: automatic numbers that the file asks for and no longer defines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tuban.documents.model import Finding

_SHOWN = 5


def unnumbered(text: str, openings: Sequence[str]) -> Iterator[Finding]:
    """One finding for all such paragraphs, `openings` their first words."""
    if not openings:
        return
    named = "、".join(f"“{words}”" for words in openings[:_SHOWN])
    more = "等" if len(openings) > _SHOWN else ""
    found = ((text.find(words), words) for words in openings)
    yield Finding(
        "number-lost",
        "缺失",
        "error",
        f"{len(openings)} 段的自动编号丢失，文件里没有这些编号的定义：{named}{more}。"
        "条款层次和任务可能读得不全，请对照原件；把编号转为文字后重新上传更稳妥。",
        tuple((at, at + len(words)) for at, words in found if at >= 0),
    )
