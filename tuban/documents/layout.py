"""版面: one text of one paragraph or row a line, and what each line belongs to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from tuban.documents.blocks import Block, Line, Paragraph, Row
from tuban.documents.markers import (
    ANNEX,
    ATTACHMENTS,
    CONTACT,
    DATE_LINE,
    DOC_NO,
    IMPRINT,
    NUMBERED,
    marker_of,
)
from tuban.documents.masking import mask
from tuban.documents.normalise import clean
from tuban.documents.removals import is_removed, removed_posts
from tuban.documents.wraps import mend, setting_of

_PAGE_NUMBER = re.compile(r"[-—–－] ?\d{1,4} ?[-—–－]|第 ?\d{1,4} ?页(?:[，,/ ]?共 ?\d{1,4} ?页)?")
_RUNNING_HEAD = re.compile(r"■.*■|.{2,20}公报 ?[·.] ?.{2,20}")
_ENDS = tuple("。；：！？")
_FOREIGN = re.compile(
    r"(?!.*[，。]).{0,24}任免.{0,16}(?:干部|人员|通知|名单)|(?:任命|提名|免去|任免)[：:]"
)


@dataclass(frozen=True, slots=True)
class Layout:
    """The normalised text and its zones, as ranges of line numbers.

    Attributes:
        body: from the first line of the plan's own structure to its end.
        annexes: one range for each 附件 behind the body.
        strays: words taken out of the flow: a number or running head of the gazette around it.
        cut: first words and length of what does not belong to the plan at all; None if nothing.
        stale: lines of a roster whose holder what was cut removes from that post.
    """

    text: str
    lines: tuple[Line, ...]
    body: range
    annexes: tuple[range, ...]
    strays: tuple[str, ...]
    cut: tuple[str, int] | None
    stale: tuple[int, ...] = ()

    def slice(self, lines: range) -> str:
        """The text of a range of lines."""
        if not lines:
            return ""
        return self.text[self.lines[lines[0]].start : self.lines[lines[-1]].end]


def lay_out(blocks: Sequence[Block]) -> Layout:
    """Blocks → layout. Hard wraps are mended and personal data masked here, once."""
    blocks, strays = _without_strays(blocks)
    blocks, cut, removed = _without_foreign_tail(blocks)
    setting = setting_of([block.text for block in blocks if isinstance(block, Paragraph)])
    texts: list[str | Row] = []
    for is_paragraph, run in groupby(blocks, key=lambda block: isinstance(block, Paragraph)):
        if is_paragraph:
            texts.extend(
                mend([block.text for block in run if isinstance(block, Paragraph)], setting)
            )
        else:
            texts.extend(block for block in run if isinstance(block, Row))
    stale = tuple(
        at for at, each in enumerate(texts) if isinstance(each, str) and is_removed(each, removed)
    )
    lines = _numbered(texts)
    text = "\n".join(line.text for line in lines)
    body, annexes = _zones(lines)
    return Layout(text, tuple(lines), body, annexes, strays, cut, stale)


def _numbered(texts: Sequence[str | Row]) -> list[Line]:
    masked = iter(mask([text for text in texts if isinstance(text, str)]))
    lines: list[Line] = []
    start = 0
    for item in texts:
        if isinstance(item, str):
            line = Line(start, next(masked))
        else:
            cells, at = [], start
            for cell in item.cells:
                cells.append((at, at + len(cell)))
                at += len(cell) + 1
            line = Line(start, "\t".join(item.cells), tuple(cells))
        lines.append(line)
        start = line.end + 1
    return lines


def _without_strays(blocks: Sequence[Block]) -> tuple[list[Block], tuple[str, ...]]:
    """Page numbers go silently; a gazette's running head and its number go and are reported."""
    kept: list[Block] = []
    strays: list[str] = []
    numbered = False
    before = ""
    for block in blocks:
        line = clean(block.text) if isinstance(block, Paragraph) else ""
        number = DOC_NO.fullmatch(line)
        if _PAGE_NUMBER.fullmatch(line):
            continue
        foreign = number and numbered and (number["date"] or before.endswith(_ENDS))
        if _RUNNING_HEAD.fullmatch(line) or foreign:
            strays.append(line)
            continue
        before = line or before
        numbered = numbered or number is not None
        kept.append(block)
    return kept, tuple(strays)


def _without_foreign_tail(
    blocks: list[Block],
) -> tuple[list[Block], tuple[str, int] | None, frozenset[tuple[str, str]]]:
    """What a gazette printed after the plan (任免) is cut off; only behind a plan's structure.

    Whom it removes from which post is kept as long as names are not yet masked.
    """
    structured = False
    for at, block in enumerate(blocks):
        if not isinstance(block, Paragraph):
            continue
        line = clean(block.text)
        marker = marker_of(line)
        structured = structured or bool(marker and marker.kind in ("section", "item"))
        if structured and _FOREIGN.fullmatch(line):
            tail = [
                each.text if isinstance(each, Paragraph) else "".join(each.cells)
                for each in blocks[at:]
            ]
            length = len("".join("".join(tail).split()))
            return blocks[:at], (line, length), removed_posts(tail)
    return blocks, None, frozenset()


def _zones(lines: Sequence[Line]) -> tuple[range, tuple[range, ...]]:
    """Body and annexes. An 附件 before any structure holds the plan itself and is body."""
    first = next((at for at, line in enumerate(lines) if _opens(line)), len(lines))
    end = next((at for at in range(first, len(lines)) if _closes(lines, at)), len(lines))
    starts = [
        at
        for at in range(end, len(lines))
        if not lines[at].is_row and ANNEX.fullmatch(lines[at].text)
    ]
    stops = [*starts[1:], len(lines)]
    annexes = tuple(range(start, stop) for start, stop in zip(starts, stops, strict=False))
    return range(first, end), annexes


def _opens(line: Line) -> bool:
    marker = None if line.is_row else marker_of(line.text)
    return bool(marker and marker.kind in {"part", *NUMBERED})


def _closes(lines: Sequence[Line], at: int) -> bool:
    """The list of attachments, contacts, imprint, 落款 or the first annex end the body."""
    line = lines[at]
    if line.is_row:
        return False
    signed = at + 1 < len(lines) and DATE_LINE.fullmatch(lines[at + 1].text) and len(line.text) < 30
    return bool(
        signed
        or ATTACHMENTS.match(line.text)
        or ANNEX.fullmatch(line.text)
        or CONTACT.match(line.text)
        or IMPRINT.match(line.text)
        or DOC_NO.fullmatch(line.text)
    )
