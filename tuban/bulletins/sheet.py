"""版面内容: everything that stands on the paper, in order; the page and the DOCX print the same."""

from __future__ import annotations

from dataclasses import dataclass

from tuban.bulletins.blocks import Block, from_json
from tuban.bulletins.models import Bulletin, BulletinState, StepKind
from tuban.bulletins.periods import day_words
from tuban.bulletins.wording import demands_heading

TITLE_WIDTH = 20
"""Characters of 2号 that fit into the 156 mm of the type area."""
_BREAKS = (("月", "日", "旬", "旗", "区"), ("土地", "处置", "消化"))
"""Ends of words after which a title may be broken, the better ones first."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One bulletin as printed.

    Attributes:
        mark: 发文机关标志.
        doc_no: 发文字号; what stands in its place on a draft.
        title_lines: The title, broken by meaning.
        blocks: The computed text with its tables and notes.
        demands: Paragraphs of 工作要求 under their heading; none when the drafter left them out.
        dated: 成文日期 in words; what stands in its place on a draft.
        stamp: 草稿 or 已作废, on every page; empty for an issued bulletin that stands.
    """

    mark: str
    doc_no: str
    title_lines: tuple[str, ...]
    addressee: str
    opening: str
    blocks: tuple[Block, ...]
    demands_heading: Block
    demands: tuple[str, ...]
    signer: str
    dated: str
    stamp: str


def sheet_of(bulletin: Bulletin) -> Sheet:
    """The paper of a bulletin as it stands."""
    is_issued = bulletin.state == BulletinState.ISSUED
    return Sheet(
        mark=f"{bulletin.signer}文件",
        doc_no=bulletin.doc_no or "（草稿，未编号）",
        title_lines=title_lines(bulletin.title),
        addressee=f"{bulletin.addressee}：",
        opening=bulletin.opening,
        blocks=from_json(bulletin.body),
        demands_heading=demands_heading(),
        demands=paragraphs(bulletin.demands),
        signer=bulletin.signer,
        dated=day_words(bulletin.issued_on) if bulletin.issued_on else "（签发日期）",
        stamp=_stamp(bulletin) if is_issued else "草稿",
    )


def _stamp(bulletin: Bulletin) -> str:
    return "已作废" if bulletin.steps.filter(kind=StepKind.VOIDED).exists() else ""


def paragraphs(text: str) -> tuple[str, ...]:
    """A drafter's text by paragraphs; empty lines left out."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def title_lines(title: str) -> tuple[str, ...]:
    """The title in one line or two, broken after the time or the place if it can be.

    >>> title_lines("关于2024年9月批而未供和闲置土地处置进展情况的通报")
    ('关于2024年9月', '批而未供和闲置土地处置进展情况的通报')
    """
    if _width(title) <= TITLE_WIDTH:
        return (title,)
    for endings in _BREAKS:
        fitting = [
            position
            for ending in endings
            for position in _ends(title, ending)
            if max(_width(title[:position]), _width(title[position:])) <= TITLE_WIDTH
        ]
        if fitting:
            best = min(fitting, key=lambda p: abs(_width(title[:p]) - _width(title[p:])))
            return (title[:best], title[best:])
    return (title,)


def _ends(text: str, word: str) -> list[int]:
    """Where the word ends, each time it occurs."""
    return [i + len(word) for i in range(len(text)) if text.startswith(word, i)]


def _width(text: str) -> float:
    """Width in Chinese characters; letters and digits take half of one."""
    return sum(0.5 if char.isascii() else 1.0 for char in text)
