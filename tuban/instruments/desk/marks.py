"""原文与标记: the text of a plan cut into blocks and pieces, each piece with the mark it carries.

Marks overlap: a figure lies in a task, a finding on a figure. The text is cut wherever a mark begins
or ends, and each piece shows the weightiest of its marks.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from tuban.instruments.corrected import STRUCK, standing
from tuban.instruments.findings import key_of

_LOOKS = ("find", "target", "due", "task", "note")
"""Of two marks on one piece the earlier is shown."""
_Said = tuple[Any, str, str, str]
_HEADINGS = 2  # levels whose first line is a heading: 一、 and （一）
_LONGEST = 80
_SHORT = 30


@dataclass(frozen=True, slots=True)
class Mark:
    """标记: a stretch of text and the item of the panel it belongs to."""

    start: int
    end: int
    look: str
    item: str
    words: str

    @property
    def tab(self) -> str:
        """The part of the panel that holds the item."""
        part = self.item.partition("-")[0]
        return {"figures": "tables", "document_targets": "targets"}.get(part, part)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch without a border in it. `anchor`: some mark begins here."""

    start: int
    text: str
    mark: Mark | None
    anchor: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or rows of a table: `rows` of cells of pieces.

    Attributes:
        clauses: Identifiers of the clauses that begin here.
        level: Of the heading; 0 for plain text.
    """

    rows: tuple[tuple[tuple[Piece, ...], ...], ...]
    is_table: bool
    clauses: tuple[str, ...] = ()
    level: int = 0

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Of a paragraph."""
        return self.rows[0][0]


def marks_of(reading: Mapping[str, Any], findings: Iterable[Mapping[str, Any]]) -> list[Mark]:
    """Every mark of a corrected reading; a long span is marked by its first words."""
    marks = []
    for span, look, item, words in _spans(reading, findings):
        start, end = _shown(reading["text"], span[0], span[1])
        if start < end:
            marks.append(Mark(start, end, look, item, words))
    return marks


def _spans(reading: Mapping[str, Any], findings: Iterable[Mapping[str, Any]]) -> Iterator[_Said]:
    """(span, look, item, words) of everything that was read and not struck out."""
    for span in reading["header"]["spans"].values():
        if span and isinstance(span[0], int):
            yield span, "task", "header", "表头"
    for at, task in enumerate(reading["tasks"]):
        if not task.get(STRUCK):
            yield _title_span(reading["text"], task["span"]), "task", f"tasks-{at}", "任务"
            yield from _listed(task["deadlines"], "due", f"tasks-{at}-deadlines", "时限")
            yield from _listed(task["targets"], "target", f"tasks-{at}-targets", "目标")
    yield from _listed(reading["document_targets"], "target", "document_targets", "目标")
    yield from _listed(reading["figures"], "target", "figures", "附表数字")
    for finding in findings:
        look = "note" if finding["severity"] == "note" else "find"
        for span in finding["spans"]:
            yield span, look, f"findings-{key_of(finding)}", f"核对发现：{finding['class']}"


def _listed(
    items: Iterable[Mapping[str, Any]], look: str, item: str, words: str
) -> Iterator[_Said]:
    for at, each in enumerate(items):
        if not each.get(STRUCK):
            yield each["span"], look, f"{item}-{at}", words


def blocks_of(reading: Mapping[str, Any], marks: list[Mark]) -> list[Block]:
    """The text as blocks; neighbouring rows of tables are one block."""
    text = reading["text"]
    begins: dict[int, list[Mapping[str, Any]]] = {}
    for clause in standing(reading["clauses"]):
        begins.setdefault(clause["span"][0], []).append(clause)
    pieces = _pieces(text, marks)
    blocks: list[Block] = []
    for start, end in _lines(text):
        line = text[start:end]
        if not line.strip():
            continue
        cells = tuple(tuple(_between(pieces, at, stop)) for at, stop in _cells(text, start, end))
        if "\t" in line:
            if blocks and blocks[-1].is_table:
                blocks[-1] = Block((*blocks[-1].rows, cells), is_table=True)
            else:
                blocks.append(Block((cells,), is_table=True))
            continue
        clauses = [c for at, found in begins.items() if start <= at < end for c in found]
        is_heading = any(c["span"][1] > end and c["level"] <= _HEADINGS for c in clauses)
        blocks.append(
            Block(
                ((cells[0],),),
                is_table=False,
                clauses=tuple(c["id"] for c in clauses),
                level=min((c["level"] for c in clauses), default=0) if is_heading else 0,
            )
        )
    return blocks


def _shown(text: str, start: int, end: int) -> tuple[int, int]:
    """What of a span is marked: all of it, or the first words of its first line."""
    line = text.find("\n", start, end)
    stop = end if line < 0 else line
    if stop == start and line >= 0:
        return _shown(text, start + 1, end)
    return (start, stop if stop - start <= _LONGEST else start + _SHORT)


def _title_span(text: str, span: Any) -> tuple[int, int]:
    """A task's title: its words up to the first full stop."""
    stop = re.compile(r"[。；：\n]").search(text, span[0], span[1])
    return (span[0], stop.start() if stop else span[1])


def _pieces(text: str, marks: list[Mark]) -> list[Piece]:
    """The whole text, cut at every mark, line end and tab; the weightiest mark on each piece."""
    cuts = {0, len(text)}
    cuts.update(border for mark in marks for border in (mark.start, mark.end))
    for match in re.finditer(r"[\n\t]", text):
        cuts.update((match.start(), match.end()))
    anchors = {mark.start for mark in marks}
    weights = {look: weight for weight, look in enumerate(_LOOKS)}
    waiting = sorted(marks, key=lambda mark: mark.start)
    live: list[Mark] = []
    borders = sorted(cut for cut in cuts if cut <= len(text))
    pieces = []
    taken = 0
    for start, end in pairwise(borders):
        while taken < len(waiting) and waiting[taken].start <= start:
            live.append(waiting[taken])
            taken += 1
        live = [mark for mark in live if mark.end > start]
        best = min(live, key=lambda m: (weights[m.look], m.end - m.start), default=None)
        pieces.append(Piece(start, text[start:end], best, start in anchors))
    return pieces


def _between(pieces: list[Piece], start: int, end: int) -> Iterator[Piece]:
    at = bisect_left(pieces, start, key=lambda piece: piece.start)
    while at < len(pieces) and pieces[at].start < end:
        yield pieces[at]
        at += 1


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield start, end
        start = end + 1


def _cells(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    while True:
        stop = text.find("\t", at, end)
        if stop < 0:
            yield at, end
            return
        yield at, stop
        at = stop + 1
