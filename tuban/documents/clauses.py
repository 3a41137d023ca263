"""条款: the tree of clauses of the body, with spans, stable ids and parents."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tuban.documents.layout import Layout
from tuban.documents.markers import LABEL_LINE, POINT, RANKS, Marker, marker_of
from tuban.documents.model import Clause, Span

_TITLE_MOST = 60
_LETTERS = {"principle": "p", "point": "s", "part": "v"}


@dataclass(slots=True)
class _Node:
    """A clause while the tree is built; `end` is set when the next clause closes it."""

    marker: Marker
    start: int
    parent: _Node | None
    end: int = 0
    children: list[_Node] = field(default_factory=list)
    id: str = ""


def read_clauses(layout: Layout) -> tuple[Clause, ...]:
    """All clauses in the order of the text."""
    if not layout.body:
        return ()
    text = layout.text
    roots: list[_Node] = []
    open_nodes: list[_Node] = []
    for at in layout.body:
        line = layout.lines[at]
        marker = None if line.is_row else marker_of(line.text)
        if marker is None:
            continue
        while open_nodes and RANKS[open_nodes[-1].marker.kind] >= RANKS[marker.kind]:
            open_nodes.pop().end = line.start - 1
        parent = open_nodes[-1] if open_nodes else None
        node = _Node(marker, line.start, parent)
        (parent.children if parent else roots).append(node)
        open_nodes.append(node)
    for node in open_nodes:
        node.end = layout.lines[layout.body[-1]].end
    for node in list(_walk(roots)):
        _add_points(node, text)
    _number(roots, "")
    return tuple(_clause(node, text) for node in _walk(roots))


def _walk(nodes: list[_Node]) -> list[_Node]:
    """Nodes in the order of the text."""
    return [found for node in nodes for found in (node, *_walk(node.children))]


def _add_points(node: _Node, text: str) -> None:
    """一是… 二是… inside the words of a clause, if they count on from one."""
    end = node.children[0].start if node.children else node.end
    matches: list[re.Match[str]] = []
    for match in POINT.finditer(text, node.start, end):
        before = text[match.start() - 1]
        marker = Marker("point", len(matches) + 1, match.group())
        if before in "。；：，\n" and _point_number(match) == marker.number:
            matches.append(match)
    if len(matches) < 2:
        return
    stops = [match.start() for match in matches[1:]] + [_points_end(text, matches[-1].start(), end)]
    points = [
        _Node(Marker("point", number, match.group()), match.start(), node, stop)
        for number, (match, stop) in enumerate(zip(matches, stops, strict=True), 1)
    ]
    node.children = points + node.children


def _point_number(match: re.Match[str]) -> int:
    return "一二三四五六七八九十".find(match.group(1)) + 1


def _points_end(text: str, start: int, end: int) -> int:
    """The last point ends with its line, before any label."""
    stop = text.find("\n", start, end)
    return end if stop < 0 else stop


def _number(nodes: list[_Node], prefix: str) -> None:
    """Ids by path; a number printed twice under one parent gets ~2."""
    taken: dict[str, int] = {}
    principles = 0
    for node in nodes:
        kind, number = node.marker.kind, node.marker.number
        if kind == "principle":
            principles += 1
            number = principles
        part = f"{_LETTERS.get(kind, '')}{number}"
        taken[part] = taken.get(part, 0) + 1
        suffix = f"~{taken[part]}" if taken[part] > 1 else ""
        node.id = f"{prefix}{part}{suffix}"
        _number(node.children, f"{node.id}.")


def _clause(node: _Node, text: str) -> Clause:
    head_end = node.children[0].start if node.children else node.end
    return Clause(
        id=node.id,
        no=node.marker.printed,
        level=node.id.count(".") + 1,
        title=title_of(text[node.start + len(node.marker.printed) : head_end]),
        span=(node.start, node.end),
        parent=node.parent.id if node.parent else None,
        kind=node.marker.kind,
        number=node.marker.number,
        cite=_cite(node),
        head=_stripped(text, node.start, head_end),
    )


def _cite(node: _Node) -> str:
    """三(四)2 as people write it."""
    own = node.marker.printed.rstrip("、.是要 ")
    own = own.replace("（", "(").replace("）", ")")
    return (_cite(node.parent) if node.parent else "") + own


def _stripped(text: str, start: int, end: int) -> Span:
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def title_of(words: str) -> str:
    """The first sentence; if it is long, its first clause; else its first sixty characters."""
    line = words.strip().split("\n", 1)[0]
    for stop in ("。", "：", "；", "，"):
        title = line.split(stop, 1)[0].strip()
        if title and len(title) <= _TITLE_MOST:
            return title
    return line[:_TITLE_MOST]


def is_label(clause: Clause, text: str) -> bool:
    """Whether a numbered line only carries a label, as 2.责任单位 does."""
    return LABEL_LINE.match(text[clause.head[0] : clause.head[1]]) is not None
