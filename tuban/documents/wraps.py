"""断行: paragraphs out of lines that a typesetter broke, also inside words and numbers.

A line is joined to the one before it unless something shows that a new paragraph begins: a marker
in sequence, a label, a date, a note; or the line before is complete in itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tuban.documents.markers import (
    ANNEX,
    ARTICLE,
    ATTACHMENTS,
    CONTACT,
    DATE_LINE,
    DOC_NO,
    IMPRINT,
    LABEL_LINE,
    NOTE,
    RANKS,
    SENTENCE,
    TITLE_END,
    UNIT_LINE,
    Marker,
    marker_of,
)
from tuban.documents.masking import is_roster_entry
from tuban.documents.normalise import clean, tidy

_TERMINAL = re.compile(r"[。！？；：][”’）]?$")
_OPEN_END = re.compile(r"[，、（《〔“—–]$")
_CLOSING = tuple("，。；：、）》〉〕”’！？")
_OFFICE = re.compile(r"[^，。：；]{2,30}(?:政府|办公室|办公厅|委员会|局|厅|部)")
_DATE_BEGUN = re.compile(r"(?:19|20)\d{2}年.{0,6}")
_TITLE_ENDS = re.compile(f"{TITLE_END.pattern}$")
_PAIRS = (("〔", "〕"), ("《", "》"), ("（", "）"))
_ROSTER_LABEL = re.compile(r"(?:副 ?)?组 ?长：|成 ?员：|职 ?责：|主 ?任：")
_RECIPIENT_MOST = 80
_HEADING_MOST = 40
_PARAGRAPH_MOST = 20_000
_SLACK = 9
_LEAST_LINE = 15
_LEAST_LINES = 8
_OPEN_SHARE = 0.4
_NEAR_SHARE = 0.5
_TAIL_MOST = 15
_BRACKET_REACH = 160
_SPLIT_LABEL = re.compile(r"(?<=[^\n（。；，\d.、])(?=" + LABEL_LINE.pattern + ")")


def width(text: str) -> int:
    """Columns the text takes when set: 2 for a Chinese character, 1 for a Latin one."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


@dataclass(frozen=True, slots=True)
class Setting:
    """How the lines of a document were set.

    Attributes:
        broken: most lines end in the middle of a sentence.
        columns: the width at which they were broken, None where they were broken anywhere.
    """

    broken: bool
    columns: int | None


def setting_of(raw_lines: Sequence[str]) -> Setting:
    """Whether and where a typesetter broke the lines, judged from all lines of the document."""
    lines = [line for line in map(clean, raw_lines) if len(line) > _LEAST_LINE]
    open_ended = sum(not _TERMINAL.search(line) for line in lines)
    if len(lines) < _LEAST_LINES or open_ended < _OPEN_SHARE * len(lines):
        return Setting(broken=False, columns=None)
    widths = [width(line) for line in lines]
    common = max(Counter(value // 4 for value in widths).items(), key=lambda pair: pair[1])[0]
    near = [value for value in widths if abs(value // 4 - common) <= 1]
    columns = max(near) if len(near) >= _NEAR_SHARE * len(widths) else None
    return Setting(broken=True, columns=columns)


class _Sequence:
    """Which number of each kind of marker came last, to tell 1. from the 1 of 1.5万亩.

    Numbers begin anew under each heading, or go on through all of them.
    """

    def __init__(self) -> None:
        self._last: dict[str, int] = {}
        self._ever: dict[str, int] = {}

    def follows(self, marker: Marker) -> bool:
        here, through = (last.get(marker.kind, 0) + 1 for last in (self._last, self._ever))
        return marker.number in (0, 1, here, through)

    def take(self, marker: Marker) -> None:
        rank = RANKS[marker.kind]
        self._last = {kind: n for kind, n in self._last.items() if RANKS[kind] <= rank}
        self._last[marker.kind] = self._ever[marker.kind] = marker.number


def mend(raw_lines: Sequence[str], setting: Setting) -> list[str]:
    """Cleaned paragraphs out of lines; blank lines carry no meaning."""
    lines = [line for line in map(clean, raw_lines) if line]
    sequence = _Sequence()
    out: list[str] = []
    for index, line in enumerate(lines):
        if out:
            around = _Around(out[-1], lines[index - 1], line, "".join(lines[index + 1 : index + 2]))
            if _joins(around, setting, sequence):
                out[-1] = _glued(out[-1], line)
                continue
        _note_marker(line, sequence)
        out.append(line)
    return [tidy(part) for line in out for part in _SPLIT_LABEL.split(clean(line))]


@dataclass(frozen=True, slots=True)
class _Around:
    """A line in its surroundings: the paragraph so far and its last printed line; the next line."""

    before: str
    last: str
    line: str
    following: str


def _note_marker(line: str, sequence: _Sequence) -> None:
    listed = ATTACHMENTS.match(line)
    marker = marker_of(line[listed.end() :] if listed else line)
    if marker and sequence.follows(marker):
        sequence.take(marker)


def _glued(before: str, after: str) -> str:
    latin = before[-1].isascii() and before[-1].isalpha() and after[0].isascii()
    return before + (" " if latin and after[0].isalpha() else "") + after


def _joins(around: _Around, setting: Setting, sequence: _Sequence) -> bool:
    """Whether the line goes on the paragraph before it."""
    before, line = around.before, around.line
    if len(before) > _PARAGRAPH_MOST:
        return False
    ended = bool(_TERMINAL.search(before[-2:]))
    if _begins_anew(line, sequence, after_end=ended) or _is_complete(before, line):
        return False
    if _stands_alone(line, before) or (ended and _signs(line, around.following)):
        return False
    if line.startswith(_CLOSING) or _OPEN_END.search(before[-1:]) or _has_open_bracket(before):
        return True
    if setting.columns is not None and width(around.last) >= setting.columns - _SLACK:
        return not (before.endswith("：") and len(before) < _RECIPIENT_MOST)
    if ended:
        return setting.broken and before.endswith("；")
    marker = marker_of(before)
    heading = marker and marker.kind in ("part", "chapter", "section") and "。" not in before
    if marker and heading and len(before) <= _HEADING_MOST:
        return _is_rest_of_heading(marker.kind, around, setting)
    return True


def _begins_anew(line: str, sequence: _Sequence, *, after_end: bool) -> bool:
    """Whether something at the beginning of the line shows that a paragraph begins."""
    marker = marker_of(line)
    if marker and (after_end or sequence.follows(marker)):
        return True
    return bool(
        LABEL_LINE.match(line)
        or NOTE.match(line)
        or ANNEX.fullmatch(line)
        or ATTACHMENTS.match(line)
        or UNIT_LINE.fullmatch(line)
        or CONTACT.match(line)
        or IMPRINT.match(line)
        or (after_end and ARTICLE.match(line))
        or _ROSTER_LABEL.match(line)
        or is_roster_entry(line)
    )


def _stands_alone(line: str, before: str) -> bool:
    """A date or a document number on its own line, not one cited inside brackets."""
    if _has_open_bracket(before):
        return False
    if DATE_LINE.fullmatch(line) or DOC_NO.fullmatch(line):
        return True
    return bool(_OFFICE.fullmatch(before) and _DATE_BEGUN.fullmatch(line))


def _signs(line: str, following: str) -> bool:
    """落款: the office alone, its date on the next line."""
    return bool(_OFFICE.fullmatch(line) and DATE_LINE.fullmatch(following))


def _is_complete(before: str, line: str) -> bool:
    """A paragraph that never goes on: a date, a number, 附件2, a whole title, a roster line."""
    if (
        ANNEX.fullmatch(before)
        or DATE_LINE.fullmatch(before)
        or DOC_NO.fullmatch(before)
        or UNIT_LINE.fullmatch(before)
        or IMPRINT.match(before)
        or is_roster_entry(before)
    ):
        return True
    if len(before) > 2 * _HEADING_MOST or marker_of(before) or SENTENCE.match(before):
        return False
    return bool(
        _TITLE_ENDS.search(before)
        and not _has_open_bracket(before)
        and not line.startswith("的")
        and not LABEL_LINE.match(before)
        and "，" not in before
    )


def _has_open_bracket(text: str) -> bool:
    """A bracket opened near the end and not yet closed."""
    tail = text[-_BRACKET_REACH:]
    return any(tail.rfind(opening) > tail.rfind(closing) for opening, closing in _PAIRS)


def _is_rest_of_heading(kind: str, around: _Around, setting: Setting) -> bool:
    """三、工作 | 任务、措施及完成时限 — short, and a marker follows; else the text begins."""
    if kind == "section" and (
        (setting.broken and setting.columns is None)
        or (len(around.line) <= _TAIL_MOST and _TERMINAL.search(around.line))
    ):
        return True
    return len(around.line) <= _TAIL_MOST and marker_of(around.following) is not None
