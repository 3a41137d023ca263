"""Headings: which rows hold them, which column is what, and in which unit.

Understands the template's hidden key row, headings over one or two rows (merged parents), units
in headings （亩） and in notes 单位：公顷, other bureaus' words and pinyin codes. What it cannot
place it names; it never guesses between two columns.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from tuban.parcels.imports.ledger import (
    BY_KEY,
    COLUMNS,
    DERIVED_HEADINGS,
    NOT_RECORDED,
    REQUIRED_KEYS,
    Type,
)
from tuban.parcels.imports.problems import Unreadable
from tuban.parcels.imports.workbook import Cell, Sheet, column_name
from tuban.values.area import Unit, parse_unit

SEARCHED_ROWS = 15
ENOUGH = 3
"""A row with fewer known headings is not a heading row."""

MONEY_UNITS = {"元": 1, "万元": 10_000, "亿元": 100_000_000}
_ENDINGS = {
    Type.AREA: ("亩", "公顷", "米", "公里", "m2", "ha"),
    Type.MONEY: ("元",),
}
UNIT_ENDINGS = tuple(ending for endings in _ENDINGS.values() for ending in endings)
"""Words that mean a unit, known or not; other words in brackets are remarks such as 含代征."""
_BRACKETED = re.compile(r"\(([^()]*)\)")
_NOTE = re.compile(r"单位:?\s*([^()]*)")
_SPLIT = re.compile(r"[、,，;；/:\s]+")


@dataclass(frozen=True, slots=True)
class Placed:
    """One column of the file and what it is.

    Attributes:
        index: 0-based column of the sheet.
        heading: As printed in the file, both rows joined.
        unit: For areas a `values.area.Unit` value, for money 元, 万元 or 亿元; empty otherwise.
        unit_from: heading, note or default: where the unit was read.
    """

    key: str
    index: int
    heading: str
    unit: str = ""
    unit_from: str = ""


@dataclass(frozen=True, slots=True)
class Mapping:
    """表头对照 of one sheet.

    Attributes:
        first_row: 0-based row after the headings.
        ignored: Headings of the file that are not recorded.
        derived: Headings of figures that follow from facts and are not read.
    """

    sheet: str
    placed: dict[str, Placed]
    first_row: int
    ignored: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()
    by_key_row: bool = False

    def column_name(self, key: str) -> str:
        """Letters of the column in the file."""
        return column_name(self.placed[key].index)


def normalise(heading: Cell) -> str:
    """NFKC, lower case, without blanks, `*`, colons and anything in brackets."""
    text = unicodedata.normalize("NFKC", str(heading)).lower()
    bare = _BRACKETED.sub("", text)
    return re.sub(r"[\s*:_]", "", bare) or re.sub(r"[\s*:_()]", "", text)


def _names() -> dict[str, tuple[str, int]]:
    """Normalised heading → (key, rank): the column's own heading first, then its aliases."""
    names: dict[str, tuple[str, int]] = {}
    for column in COLUMNS:
        spellings = (column.heading, column.key, *column.codes, *column.aliases)
        for rank, spelling in enumerate(spellings):
            # With brackets kept, too: 县(市、区) would else shrink to 县.
            for name in {normalise(spelling), re.sub(r"[\s*:_()]", "", spelling.lower())}:
                names.setdefault(name, (column.key, rank))
    return names


NAMES = _names()
_IGNORED = {normalise(word) for word in NOT_RECORDED}
_DERIVED = {normalise(word) for word in DERIVED_HEADINGS}


def find(sheet: Sheet) -> Mapping | None:
    """The sheet's mapping, or None when no row of the first fifteen looks like headings.

    Raises:
        Unreadable: Two columns claim the same field, or a unit is not known.
    """
    depth = min(SEARCHED_ROWS, len(sheet.rows))
    for at in range(depth):
        keyed = _key_row(sheet, at)
        if keyed is not None:
            return keyed
    best = _Candidate(0, 1)
    for at in range(depth):
        for height in (1, 2):
            if at + height <= len(sheet.rows):
                found = _candidate(sheet, at, height)
                if (len(found.ranked), found.height) > (len(best.ranked), best.height):
                    best = found
    return _settled(sheet, best) if len(best.ranked) >= ENOUGH else None


def refuse_incomplete(mapping: Mapping) -> None:
    """Refuses a file in which a required column cannot be found.

    Raises:
        Unreadable: Names the missing columns and the headings that were not understood.
    """
    missing = [BY_KEY[key].heading for key in sorted(REQUIRED_KEYS - mapping.placed.keys())]
    if not missing:
        return
    unknown = f"未能识别的表头：{'、'.join(mapping.ignored)}。" if mapping.ignored else ""
    raise Unreadable(
        f"台账缺少必需的列：{'、'.join(missing)}。",
        code="columns_missing",
        place=f"工作表“{mapping.sheet}”表头",
        cause=f"表头里没有找到这些列。{unknown}",
        remedy="请补上这些列，或把数据复制到空白模板中再上传。",
    )


def _key_row(sheet: Sheet, at: int) -> Mapping | None:
    """The template's hidden row of field keys: a moved or renamed column still maps."""
    cells = [str(cell).strip() for cell in sheet.rows[at]]
    keys = [cell for cell in cells if cell in BY_KEY]
    if len(keys) < ENOUGH or len(set(keys)) < len(keys) or len(keys) < len([c for c in cells if c]):
        return None
    below = sheet.rows[at + 1] if at + 1 < len(sheet.rows) else []
    placed = {}
    for index, key in enumerate(cells):
        if key:
            heading = _text(below[index]) if index < len(below) else ""
            placed[key] = _with_unit(sheet, Placed(key, index, heading), "")
    unkeyed = [
        _text(cell)
        for index, cell in enumerate(below)
        if _text(cell) and not (index < len(cells) and cells[index])
    ]
    return Mapping(sheet.name, placed, at + 2, ignored=tuple(_unknown(unkeyed)), by_key_row=True)


@dataclass(slots=True)
class _Candidate:
    """One or two rows read as headings. `ranked`: key → (rank of the word, column)."""

    at: int
    height: int
    ranked: dict[str, tuple[int, Placed]] = field(default_factory=dict)
    rejected: list[str] = field(default_factory=list)
    twice: list[tuple[Placed, Placed]] = field(default_factory=list)

    def add(self, key: str, rank: int, column: Placed) -> None:
        """Keeps the better word for a field; equally good ones are a question for the sender."""
        held = self.ranked.get(key)
        if held is None:
            self.ranked[key] = (rank, column)
        elif rank < held[0]:
            self.rejected.append(held[1].heading)
            self.ranked[key] = (rank, column)
        else:
            self.rejected.append(column.heading)
            if rank == held[0]:
                self.twice.append((held[1], column))


def _candidate(sheet: Sheet, at: int, height: int) -> _Candidate:
    """Reads `height` rows from `at` as headings; finds little where they are none."""
    found = _Candidate(at, height)
    if height == 2 and not _is_parent_row(sheet, at):
        return found
    parents = _filled_right(sheet, at) if height == 2 else []
    for index, child in enumerate(sheet.rows[at + height - 1]):
        parent = parents[index] if index < len(parents) else ""
        known, heading = _lookup(_text(parent), _text(child))
        if known is not None:
            found.add(known[0], known[1], Placed(known[0], index, heading))
        elif heading:
            found.rejected.append(heading)
    return found


def _settled(sheet: Sheet, best: _Candidate) -> Mapping:
    """The chosen candidate with its units, or the question it leaves open."""
    for held, other in best.twice:
        if best.ranked[held.key][1] is held:
            raise _twice(sheet, held, other)
    note = _unit_note(sheet, best.at)
    return Mapping(
        sheet.name,
        {key: _with_unit(sheet, column, note) for key, (_, column) in best.ranked.items()},
        best.at + best.height,
        ignored=tuple(_unknown(best.rejected)),
        derived=tuple(h for h in best.rejected if normalise(h) in _DERIVED),
    )


def _is_parent_row(sheet: Sheet, at: int) -> bool:
    """Whether row `at` can stand over a second heading row: it has merged cells, and not only one.

    A title merged over the whole width has a single cell and stands over nothing.
    """
    merged = any(
        merge.top == at and (merge.bottom == at + 1 or merge.right > merge.left)
        for merge in sheet.merges
    )
    return merged and len({_text(cell) for cell in sheet.rows[at]} - {""}) > 1


def _lookup(parent: str, child: str) -> tuple[tuple[str, int] | None, str]:
    """What a heading means, and how to print it.

    Tried in turn: parent with child, child with parent, child alone; the parent alone where it
    covers both rows. The parent is printed where it says something: half the name, or the unit.
    """
    both = "_".join(part for part in (parent, child) if part)
    if not parent or not child:
        only = parent or child
        return NAMES.get(normalise(only)) if only else None, both
    above, below = normalise(parent), normalise(child)
    for name in (above + below, below + above):
        if name in NAMES:
            return NAMES[name], both
    return NAMES.get(below), both if _BRACKETED.search(_nfkc(parent)) else child


def _filled_right(sheet: Sheet, at: int) -> list[Cell]:
    """The row with each horizontally merged cell repeated over its columns."""
    row = list(sheet.rows[at])
    for merge in sheet.merges:
        if merge.top <= at <= merge.bottom:
            value = sheet.rows[merge.top][merge.left] if merge.left < len(row) else ""
            for index in range(merge.left, min(merge.right + 1, len(row))):
                row[index] = value
    return row


def _unit_note(sheet: Sheet, heading_row: int) -> str:
    """Text after 单位： in the rows above the headings; empty when there is none."""
    for row in sheet.rows[:heading_row]:
        for cell in row:
            match = _NOTE.search(_nfkc(_text(cell)))
            if match and any(word.endswith(UNIT_ENDINGS) for word in _SPLIT.split(match[1])):
                return match[1].strip()
    return ""


def _with_unit(sheet: Sheet, placed: Placed, note: str) -> Placed:
    """The column with its unit: from its heading, else the sheet's note, else the default."""
    column = BY_KEY[placed.key]
    if column.type not in {Type.AREA, Type.MONEY}:
        return placed
    read_one = _area_unit if column.type is Type.AREA else _money_unit
    heading = _nfkc(placed.heading)
    for source, words in (
        ("heading", _BRACKETED.findall(heading) + re.findall(r"单位:?(\S+)", heading)),
        ("note", [note]),
    ):
        named = [word for text in words for word in _SPLIT.split(text) if word]
        for word in named:
            unit = read_one(word)
            if unit:
                return Placed(placed.key, placed.index, placed.heading, unit, source)
        strange = [word for word in named if word.endswith(_ENDINGS[column.type])]
        if strange:
            raise _unknown_unit(sheet, placed, strange)
    default = Unit.HA.value if column.type is Type.AREA else column.unit
    return Placed(placed.key, placed.index, placed.heading, default, "default")


def _area_unit(word: str) -> str:
    try:
        return parse_unit(word).value
    except ValueError:
        return ""


def _money_unit(word: str) -> str:
    return word if word in MONEY_UNITS else ""


def _unknown(headings: Sequence[str]) -> list[str]:
    """Headings worth telling the sender about."""
    return [h for h in headings if normalise(h) not in _IGNORED | _DERIVED]


def _text(cell: Cell) -> str:
    """The cell on one line."""
    return " ".join(str(cell).split())


def _nfkc(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _twice(sheet: Sheet, held: Placed, other: Placed) -> Unreadable:
    return Unreadable(
        f"有两列都像是“{BY_KEY[held.key].heading}”，无法判断用哪一列。",
        code="column_twice",
        place=f"工作表“{sheet.name}”{column_name(held.index)} 列、{column_name(other.index)} 列",
        cause=f"表头“{held.heading}”与“{other.heading}”对应同一个字段。",
        remedy="请删去或改名其中一列后再上传。",
    )


def _unknown_unit(sheet: Sheet, placed: Placed, words: Sequence[str]) -> Unreadable:
    return Unreadable(
        f"“{placed.heading}”的单位不认识。",
        code="unit_unknown",
        place=f"工作表“{sheet.name}”{column_name(placed.index)} 列表头",
        cause=f"表头写的是“{'、'.join(words)}”。",
        remedy="面积请用平方米、亩、万亩或公顷；金额请用元、万元或亿元。",
    )
