"""界址点坐标 TXT: a boundary file of any dialect as parcels, with every deviation reported.

`read(data, name, choices)` never guesses in silence: what the file does not say becomes an offer,
and a person's answer comes back as `Choices`. One broken parcel does not stop the others.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

from tuban.geodata.heads import describe, is_head, read_head, section_of
from tuban.geodata.loops import Drawn, bare_rows, draw
from tuban.geodata.measuring import measured
from tuban.geodata.model import BoundaryFile, Choices, Finding, Head, Offer, Parcel, Ring
from tuban.geodata.nesting import nest
from tuban.geodata.placing import Draft, place
from tuban.geodata.regular import draw_usual
from tuban.geodata.text import Text, decode

_AREA_TYPE = "面"


def read(data: bytes, name: str, choices: Choices | None = None) -> BoundaryFile:
    """Reads a boundary TXT.

    Args:
        data: the file.
        name: what it is called, for messages.
        choices: answers to earlier offers, and the district's settings.

    Raises:
        GeodataError: empty, too large, or not text.
    """
    with _without_collecting():
        return _read(decode(data, name), name, choices or Choices())


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Keeps the collector from walking over a growing heap of live parcels again and again."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _read(text: Text, name: str, choices: Choices) -> BoundaryFile:
    lines = text.lines
    heads = [
        index
        for index, line in enumerate(lines)
        if (not line.isascii() or "@" in line) and is_head(line)
    ]
    description = describe(lines, heads[0] if heads else _section(lines))
    findings = [Finding("T53", "这一行有乱码。", number) for number in text.damaged[:20]]
    offers: list[Offer] = []
    if heads:
        drafts, found = _drafts(lines, heads)
    else:
        drafts, found, offers = _without_heads(text, choices)
    placing = place(drafts, description, choices)
    parcels, more = measured(_parcels(drafts, found), choices)
    findings += [*description.findings, *found, *placing.findings, *more]
    findings.sort(key=lambda finding: (finding.line or 0, finding.code))
    return BoundaryFile(
        name=name,
        encoding=text.encoding,
        header=description.header,
        project=description.project,
        datum=placing.datum,
        parcels=tuple(parcels),
        findings=tuple(findings),
        offers=(*offers, *placing.offers.values()),
    )


def _section(lines: Sequence[str]) -> int:
    """Index after the line that opens the points; 0 when nothing describes the file."""
    for index, line in enumerate(lines):
        if section_of(line) == "地块坐标":
            return index + 1
    return next((i + 1 for i in reversed(range(len(lines))) if "=" in lines[i]), 0)


def _drafts(lines: Sequence[str], heads: Sequence[int]) -> tuple[list[Draft], list[Finding]]:
    """Every parcel drawn, and what is odd about its own lines."""
    drafts: list[Draft] = []
    findings: list[Finding] = []
    usual = draw_usual(lines, [(at + 1, end) for at, end in pairwise((*heads, len(lines)))])
    for ordinal, (at, end) in enumerate(pairwise((*heads, len(lines))), 1):
        head, odd = read_head(lines[at], at + 1, ordinal)
        findings += odd
        drawn = usual[ordinal - 1] or draw(lines[at + 1 : end], at + 2, ordinal)
        findings += drawn.findings
        if head.geometry_type not in {"", _AREA_TYPE}:
            message = f"记录图形属性是“{head.geometry_type[:10]}”，不是面。"
            findings.append(Finding("T03", message, head.line, ordinal))
            drawn.loops = []
        _count(head, drawn, ordinal, findings)
        drafts.append(Draft(ordinal, head, drawn.loops, drawn.decimals))
    return drafts, findings


def _count(head: Head, drawn: Drawn, ordinal: int, findings: list[Finding]) -> None:
    """T04: the printed number of points may or may not count closing rows, present or missing."""
    fitting = {drawn.rows, drawn.rows - drawn.closing, drawn.rows + drawn.unclosed}
    if drawn.rows and head.count not in fitting:
        said = "不是数字" if head.count is None else f"是 {head.count}"
        message = (
            f"界址点数{said}，实有 {drawn.rows} 行，不计闭合行 {drawn.rows - drawn.closing} 行。"
        )
        findings.append(Finding("T04", message, head.line, ordinal))


def _without_heads(text: Text, choices: Choices) -> tuple[list[Draft], list[Finding], list[Offer]]:
    """T01: nothing that opens a parcel; a file of numbers alone may be read as one if asked."""
    start = _section(text.lines)
    rows = bare_rows(text.lines[start:])
    if rows is None or not choices.coordinates_only:
        found = Finding("T01", "没有找到地块。")
        answers = (("true", "把全部坐标作为一宗地读取"),)
        asked = [Offer("coordinates_only", "文件只有坐标，是否作为一宗地读取？", answers)]
        return [], [found], asked if rows is not None else []
    drawn = draw(rows, start + 1, 1)
    head = Head(line=start + 1)
    return [Draft(1, head, drawn.loops, drawn.decimals)], drawn.findings, []


def _parcels(drafts: Sequence[Draft], findings: list[Finding]) -> list[Parcel]:
    """Drafts as parcels, loops nested; T24 for later rings that turn out to be parts."""
    made = []
    for draft in drafts:
        loops = [] if draft.drop else draft.loops
        parts = nest([loop.columns for loop in loops]) if loops else ()
        for part in parts[1:]:
            loop = loops[part[0]]
            if loop.number != loops[0].number:
                message = f"第 {loop.number} 圈不在第 {loops[0].number} 圈之内。"
                findings.append(Finding("T24", message, loop.line, draft.ordinal))
        made.append(
            Parcel(
                ordinal=draft.ordinal,
                head=draft.head,
                rings=tuple(Ring(loop.number, loop.labels, loop.columns) for loop in loops),
                parts=parts,
                epsg=draft.epsg,
                decimals=draft.decimals,
            )
        )
    return made
