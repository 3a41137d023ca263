"""Units of a ledger's columns: read from the heading, from the note 单位：, or the default, marked.

A unit is never guessed: a word that means a unit and is not known is handed back as it stands, to
be asked about.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from tuban.parcels.imports.ledger import COLUMNS, Column, Type
from tuban.parcels.imports.workbook import Cell, Sheet
from tuban.values.area import Unit, parse_unit

MONEY_UNITS = {"元": 1, "万元": 10_000, "亿元": 100_000_000}
MEASURED = frozenset({Type.AREA, Type.MONEY})
"""Types of column that have a unit."""

HEADING, NOTE, DEFAULT, UNKNOWN = "heading", "note", "default", "unknown"
ANSWER, REMEMBERED = "answer", "remembered"
"""Where a unit comes from; the last two are set where the sender is known."""

_ENDINGS = {
    Type.AREA: ("亩", "公顷", "米", "公里", "m2", "ha"),
    Type.MONEY: ("元",),
}
_UNIT_ENDINGS = tuple(ending for endings in _ENDINGS.values() for ending in endings)
"""Words that mean a unit, known or not; other words in brackets are remarks such as 含代征."""
_ONE_OF_EACH = tuple(
    next(column for column in COLUMNS if column.type is kind) for kind in (Type.AREA, Type.MONEY)
)
_BRACKETS = str.maketrans("[]【】〔〕{}", "()()()()")
_BRACKETED = re.compile(r"\(([^()]*)\)")
_AFTER_WORD = re.compile(r"单位:?(\S+)")
_AT_END = re.compile(r"[/_,，、\s-]*(平方米|万亩|亩|公顷|hm2|km2|m2|ha|亿元|万元)$")
_NOTE = re.compile(r"单位:?\s*([^()]*)")
_SPLIT = re.compile(r"[、,，;；/:\s]+")


@dataclass(frozen=True, slots=True)
class FoundUnit:
    """A column's unit and where it was read.

    Attributes:
        unit: For areas a `values.area.Unit` value, for money 元, 万元 or 亿元; empty when unknown.
        source: HEADING, NOTE, DEFAULT or UNKNOWN.
        words: For UNKNOWN, what the file says.
    """

    unit: str
    source: str
    words: str = ""


def plain(text: Cell) -> str:
    """NFKC with every kind of bracket made round: 【亩】 and （亩） → (亩), ㎡ → m2."""
    return unicodedata.normalize("NFKC", str(text)).translate(_BRACKETS)


def without_unit(heading: str) -> str:
    """The heading without a unit written bare at its end: 批准面积㎡ → 批准面积."""
    return _AT_END.sub("", plain(heading).lower().strip())


def has_bracket(heading: str) -> bool:
    """Whether something stands in brackets, a unit perhaps."""
    return _BRACKETED.search(plain(heading)) is not None


def note(sheet: Sheet, heading_row: int) -> str:
    """Text after 单位： in the rows above the headings; empty when there is none."""
    for row in sheet.rows[:heading_row]:
        for cell in row:
            match = _NOTE.search(plain(cell))
            if match and any(word.endswith(_UNIT_ENDINGS) for word in _SPLIT.split(match[1])):
                return match[1].strip()
    return ""


def find(column: Column, heading: str, note: str) -> FoundUnit:
    """The unit of an area or of money: from the heading, else the note, else the default."""
    read_one = _area_unit if column.type is Type.AREA else _money_unit
    for source, texts in ((HEADING, _in_heading(heading)), (NOTE, [note])):
        named = [word for text in texts for word in _SPLIT.split(text) if word]
        for word in named:
            if unit := read_one(word):
                return FoundUnit(unit, source)
        strange = [word for word in named if word.endswith(_ENDINGS[column.type])]
        if strange:
            return FoundUnit("", UNKNOWN, "、".join(strange))
    return FoundUnit(default(column), DEFAULT)


def said(heading: str, note: str) -> FoundUnit:
    """The unit a file names for a column, whatever the column is: of area before money.

    DEFAULT with an empty unit where it names none.
    """
    found = [find(column, heading, note) for column in _ONE_OF_EACH]
    for source in (HEADING, NOTE, UNKNOWN):
        for one in found:
            if one.source == source:
                return one
    return FoundUnit("", DEFAULT)


def default(column: Column) -> str:
    """The unit of a file that names none: 公顷, 万元."""
    return Unit.HA.value if column.type is Type.AREA else column.unit


def label(unit: str) -> str:
    """The unit in Chinese; empty for none."""
    return Unit(unit).label if unit in set(Unit) else unit


def choices(column: Column) -> tuple[tuple[str, str], ...]:
    """Units the column may have: value and Chinese name."""
    if column.type is Type.AREA:
        return tuple((unit.value, unit.label) for unit in Unit)
    return tuple((unit, unit) for unit in MONEY_UNITS) if column.type is Type.MONEY else ()


def _in_heading(heading: str) -> list[str]:
    text = plain(heading)
    bare = _AT_END.search(text.lower().strip())
    return [*_BRACKETED.findall(text), *_AFTER_WORD.findall(text), *([bare[1]] if bare else [])]


def _area_unit(word: str) -> str:
    try:
        return parse_unit(word).value
    except ValueError:
        return ""


def _money_unit(word: str) -> str:
    return word if word in MONEY_UNITS else ""
