"""界址点行 → loops: rows of points cut where a ring number changes or a loop closes.

Ring numbers alone do not say it: several closed loops may carry one number, closing rows may be
missing or wrong (data-standards.md 1.2, T21–T23). Columns are kept in the file's order here, X
(north) first; `placing` decides whether that is what they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import hypot
from sys import intern

import numpy as np

from tuban.geodata.codes import Level
from tuban.geodata.heads import MOST_REPEATED, section_of, short
from tuban.geodata.model import Coordinates, Finding
from tuban.geodata.text import half_width

SAME_M = 0.001
"""Two points nearer than this are one (topology tolerance, data-standards.md 6.1)."""

_SAME_DEGREES = SAME_M / 111_000
MOST_LOOPS = 2_000
LEAST = 3  # different points of a loop
USUAL_DECIMALS = 3
_NUMBER = re.compile(r"[+-]?(?:\d{1,12}(?:\.\d{0,12})?|\.\d{1,12})")
_EXPONENT = re.compile(r"[+-]?\d+(?:\.\d*)?[eE][+-]?\d+")
_FIELDS = re.compile(r"[,\s]+")


@dataclass(slots=True)
class Loop:
    """One closed loop; columns as in the file, with the least and greatest of each."""

    number: str
    labels: tuple[str, ...]
    columns: Coordinates
    line: int
    first: tuple[float, float]
    second: tuple[float, float]


@dataclass(slots=True)
class Drawn:
    """The loops of one parcel, and what its rows were like.

    Args:
        rows: rows of points, closing ones included.
        closing: rows that only close a loop.
        unclosed: loops without such a row.
        broken: some row or loop could not be used; the parcel has no boundary.
    """

    loops: list[Loop] = field(default_factory=list)
    rows: int = 0
    closing: int = 0
    unclosed: int = 0
    decimals: int = USUAL_DECIMALS
    broken: bool = False
    findings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class _Row:
    label: str
    ring: str
    x: float
    y: float
    line: int

    def near(self, other: _Row) -> bool:
        in_degrees = max(abs(self.x), abs(self.y)) <= 180
        return hypot(self.x - other.x, self.y - other.y) < (_SAME_DEGREES if in_degrees else SAME_M)


def draw(lines: Sequence[str], first: int, ordinal: int) -> Drawn:
    """The loops of one parcel, row by row.

    Args:
        lines: the rows between its line and the next parcel's.
        first: line of the file of the first of them.
        ordinal: the parcel, for findings.
    """
    made = Drawn()
    rows = _rows(lines, first, ordinal, made)
    if not made.broken:
        _split(rows, ordinal, made)
    if not made.broken and not made.loops:
        made.broken = True
        made.findings.append(Finding("T03", "地块没有界址点行。", max(first - 1, 1), ordinal))
    if len(made.loops) > MOST_LOOPS:
        message = f"地块有 {len(made.loops)} 圈，超过上限 {MOST_LOOPS} 圈。"
        made.findings.append(Finding("T03", message, first, ordinal))
        made.broken = True
    if made.broken:
        made.loops = []
    return made


def _rows(lines: Sequence[str], first: int, ordinal: int, made: Drawn) -> list[_Row]:
    """Each row of points; rows that are none are reported."""
    rows: list[_Row] = []
    bad = extra = 0
    for line, raw in enumerate(lines, first):
        plain = half_width(raw).strip("\x1a")
        if not plain:
            continue
        row, trouble = _row(plain, line, made)
        if row is not None:
            rows.append(row)
            if trouble and not extra:
                made.findings.append(Finding("T51", trouble, line, ordinal))
            extra += bool(trouble)
            continue
        opened = section_of(raw)
        made.broken = True
        bad += 1
        if opened is not None:
            message = f"地块中间又出现“[{opened}]”，像是几个文件接在一起；请分开上传。"
            made.findings.append(Finding("T52", message, line, ordinal, Level.ERROR))
            break
        if bad <= MOST_REPEATED:
            made.findings.append(Finding("T06", trouble, line, ordinal))
    if bad > MOST_REPEATED:
        message = f"本地块共有 {bad} 行读不了。"
        made.findings.append(Finding("T06", message, first, ordinal))
    made.rows = len(rows)
    return rows


def _row(plain: str, line: int, made: Drawn) -> tuple[_Row | None, str]:
    """One row; with a word about a fifth number, or about why it is no row."""
    fields = [part.strip() for part in plain.split(",")]
    if len(fields) < 4:
        fields = [part for part in _FIELDS.split(plain) if part]
    while len(fields) > 4 and not fields[-1]:
        fields.pop()
    if len(fields) < 4:
        return None, f"“{short(plain)}”只有 {len(fields)} 项，应为“点号,圈号,X,Y”。"
    for name, text in zip("XY", fields[2:4], strict=True):
        if not _NUMBER.fullmatch(text):
            if _EXPONENT.fullmatch(text):
                return None, f"{name} 写作“{short(text)}”（科学计数法），已丢失精度。"
            return None, f"{name} 写作“{short(text)}”，不是数字。"
        made.decimals = max(made.decimals, len(text.partition(".")[2]))
    x, y = float(fields[2]), float(fields[3])
    more = f"第 5 项“{short(fields[4])}”没有读取。" if len(fields) > 4 else ""
    return _Row(intern(fields[0]), intern(fields[1]), x, y, line), more


def _split(rows: Sequence[_Row], ordinal: int, made: Drawn) -> None:
    """Cuts rows into loops: on another ring number, and where a loop comes back to its start."""
    current: list[_Row] = []
    repeated: list[int] = []
    closed: _Row | None = None
    for place, row in enumerate(rows):
        if current and row.ring != current[0].ring:
            _finish(current, None, ordinal, made)
            current = []
        if current and row.near(current[-1]):
            repeated.append(row.line)
            continue
        if not current and closed is not None and closed.ring == row.ring and row.near(closed):
            repeated.append(row.line)
            continue
        verdict = _closes(current, row, rows[place + 1] if place + 1 < len(rows) else None)
        if verdict == "closes":
            closed = current[0]
            _finish(current, row, ordinal, made)
            current = []
            continue
        if verdict == "begins":
            _finish(current, None, ordinal, made)
            current = []
        current.append(row)
    if current:
        _finish(current, None, ordinal, made)
    if repeated:
        shown = "、".join(map(str, repeated[:MOST_REPEATED]))
        message = f"重复点 {len(repeated)} 个：第 {shown} 行。"
        made.findings.append(Finding("T23", message, repeated[0], ordinal))


def _closes(current: Sequence[_Row], row: _Row, following: _Row | None) -> str:
    """Whether a row closes the loop, begins another without the last one closed, or neither.

    A row with the first point's number but other coordinates is a wrong closing row when northing
    and easting are the same number (a known writer's fault) or when the ring ends with it; when the
    second point's number follows, it begins the next loop of the same ring number.
    """
    if len(current) >= 2 and row.near(current[0]):
        return "closes"
    if len(current) < LEAST or not row.label or row.label != current[0].label:
        return ""
    if row.x == row.y or following is None or following.ring != row.ring:
        return "closes" if not any(row.label == r.label for r in current[1:]) else ""
    return "begins" if following.label == current[1].label else ""


def _finish(current: Sequence[_Row], closing: _Row | None, ordinal: int, made: Drawn) -> None:
    """Puts a loop down, closed."""
    start = current[0]
    named = f"第 {start.ring} 圈" if start.ring else "这一圈"
    if closing is None:
        made.unclosed += 1
        made.findings.append(
            Finding("T21", f"{named}末尾没有重复首点 {start.label}。", current[-1].line, ordinal)
        )
    else:
        made.closing += 1
        if not closing.near(start):
            message = f"{named}闭合行写作 {closing.x}，{closing.y}，与首点不同。"
            made.findings.append(Finding("T22", message, closing.line, ordinal))
    different = len({(row.x, row.y) for row in current})
    if different < LEAST:
        message = f"{named}只有 {different} 个不同的界址点。"
        made.findings.append(Finding("T03", message, start.line, ordinal))
        made.broken = True
        return
    closed = [*current, start]
    x, y = [row.x for row in closed], [row.y for row in closed]
    made.loops.append(
        Loop(
            number=start.ring,
            labels=tuple(row.label for row in closed),
            columns=np.array((x, y)).T,
            line=start.line,
            first=(min(x), max(x)),
            second=(min(y), max(y)),
        )
    )


def bare_rows(lines: Sequence[str]) -> list[str] | None:
    """A file of numbers alone as rows of points: X Y, or 点号 X Y, or with 圈号; else None."""
    rows: list[str] = []
    for raw in lines:
        plain = half_width(raw)
        if not plain:
            rows.append("")
            continue
        fields = [part for part in _FIELDS.split(plain) if part]
        numbers = [bool(_NUMBER.fullmatch(part)) for part in fields]
        if len(fields) == 2 and all(numbers):
            fields = ["", "1", *fields]
        elif len(fields) == 3 and all(numbers[1:]):
            fields = [fields[0], "1", *fields[1:]]
        elif len(fields) not in {4, 5} or not all(numbers[2:4]):
            return None
        rows.append(",".join(fields))
    return rows if any(rows) else None
