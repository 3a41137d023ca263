"""Headings: which rows hold them, which column is what, and in which unit.

Understands the template's hidden key row, headings over one or two rows (merged parents), units
in headings （亩） and in notes 单位：公顷, other bureaus' words and pinyin codes, and the words an
organisation has taught it. What it cannot place is a question to the sender, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field, replace
from datetime import date

from tuban.parcels.imports import units, words
from tuban.parcels.imports.ledger import BY_KEY, Type
from tuban.parcels.imports.mapping import (
    ANSWER,
    ENOUGH,
    KEY_ROW,
    REMEMBERED,
    Mapping,
    Memory,
    Placed,
    Seen,
)
from tuban.parcels.imports.workbook import Cell, Sheet

SEARCHED_ROWS = 15
PLAUSIBLE = 4
"""Texts side by side that may be headings, although not one of them is known."""
_LONGEST_HEADING = 40
_KEY = re.compile(r"[a-z][a-z_]*")
_FIRST = -1
"""Rank of what the sender's office has chosen: before every word of ours."""


def find(sheet: Sheet, memory: Memory | None = None) -> Mapping | None:
    """The sheet's mapping, or None when no row of the first fifteen looks like headings."""
    known = memory or {}
    for at in range(_depth(sheet)):
        keyed = _key_row(sheet, at)
        if keyed is not None:
            return keyed
    best = _Candidate(0, 1)
    for at in range(_depth(sheet)):
        for height in (1, 2):
            found = _candidate(sheet, at, height, known)
            if found.beats(best):
                best = found
    return _settled(sheet, best) if best.known >= ENOUGH else None


def suppose(sheet: Sheet, memory: Memory | None = None) -> Mapping | None:
    """A mapping to ask about, of a sheet in which `find` finds nothing certain.

    The row with the most known headings, else the first row of texts side by side; None when no
    row looks like headings at all.
    """
    best: _Candidate | None = None
    for at in range(_depth(sheet)):
        found = _candidate(sheet, at, 1, memory or {})
        if sheet.merges:
            two = _candidate(sheet, at, 2, memory or {})
            found = two if two.seen else found
        if (best is None or found.known > best.known) and _like_headings(sheet, found):
            best = found
    return _settled(sheet, best) if best is not None else None


def at_rows(sheet: Sheet, top: int, height: int, memory: Memory | None = None) -> Mapping:
    """The mapping when the sender has named the heading rows: `height` rows from `top`."""
    return _settled(sheet, _candidate(sheet, top, height, memory or {}, named=True))


def answered(sheet: Sheet, base: Mapping, columns: Dictionary[int, tuple[str, str]]) -> Mapping:
    """`base` with every column as the sender says: index → (key or empty, unit or empty).

    A unit that the sender leaves open is the one the file names, else the default.
    """
    note = units.note(sheet, base.first_row - base.height)
    before = {column.index: column for column in base.placed.values()}
    found = _Candidate(base.first_row - base.height, base.height)
    for seen in base.seen:
        key, unit = columns.get(seen.index, ("", ""))
        if key not in BY_KEY:
            found.rejected.append(seen)
            continue
        held = before.get(seen.index)
        if held is not None and held.key == key and unit == _offered(held):
            placed = held
        else:
            placed = _with_unit(Placed(key, seen.index, seen.heading, by=ANSWER), note)
            if unit and unit != placed.unit:
                placed = replace(placed, unit=unit, unit_from=units.ANSWER)
        found.add(key, _FIRST, placed)
    settled = _settled(sheet, found, note=note)
    return replace(settled, answered=True, by_key_row=base.by_key_row, seen=base.seen, vague=())


def _offered(held: Placed) -> str:
    """The unit of an answer that leaves the column as it is: empty for what the file itself says."""
    return held.unit if held.unit_from in {units.ANSWER, units.REMEMBERED} else ""


def _depth(sheet: Sheet) -> int:
    return min(SEARCHED_ROWS, len(sheet.rows))


def _key_row(sheet: Sheet, at: int) -> Mapping | None:
    """The template's hidden row of field keys: a moved or renamed column still maps."""
    cells = [str(cell).strip() for cell in sheet.rows[at]]
    written = [cell for cell in cells if cell]
    keys = [cell for cell in written if cell in BY_KEY]
    # An older template may have a field that is no more.
    if len(set(keys)) < ENOUGH or 2 * len(keys) < len(written):
        return None
    if not all(_KEY.fullmatch(cell) for cell in written):
        return None
    below = sheet.rows[at + 1] if at + 1 < len(sheet.rows) else []
    found = _Candidate(at, 2)
    for index in range(max(len(cells), len(below))):
        key = cells[index] if index < len(cells) else ""
        heading = _text(below[index]) if index < len(below) else ""
        seen = Seen(index, heading, words.normalise(heading))
        if key or heading:
            found.seen.append(seen)
        if key in BY_KEY:
            found.add(key, 0, Placed(key, index, heading, by=KEY_ROW))
        elif heading:
            found.rejected.append(seen)
    return replace(_settled(sheet, found, note=""), by_key_row=True, vague=())


@dataclass(slots=True)
class _Candidate:
    """One or two rows read as headings. `ranked`: key → (rank of the word, column)."""

    at: int
    height: int
    joined: bool = True
    ranked: dict[str, tuple[int, Placed]] = field(default_factory=dict)
    rejected: list[Seen] = field(default_factory=list)
    twice: list[tuple[Placed, Placed]] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    left_out: list[tuple[str, date]] = field(default_factory=list)

    @property
    def known(self) -> int:
        """Columns whose meaning is known, those left out by choice among them."""
        return len(self.ranked) + len(self.left_out)

    def beats(self, other: _Candidate) -> bool:
        """More known headings; of equally many, two merged rows, which may hold the unit."""
        if self.known != other.known:
            return self.known > other.known
        return self.height > other.height and self.joined

    def add(self, key: str, rank: int, column: Placed) -> None:
        """Keeps the better word for a field; equally good ones are a question for the sender."""
        held = self.ranked.get(key)
        if held is None:
            self.ranked[key] = (rank, column)
        elif rank < held[0]:
            self.rejected.append(_seen(held[1]))
            self.ranked[key] = (rank, column)
        else:
            self.rejected.append(_seen(column))
            if rank == held[0]:
                self.twice.append((held[1], column))


def _seen(column: Placed) -> Seen:
    return Seen(column.index, column.heading, words.normalise(column.heading))


def _candidate(
    sheet: Sheet, at: int, height: int, memory: Memory, *, named: bool = False
) -> _Candidate:
    """Reads `height` rows from `at` as headings; finds little where they are none.

    Args:
        sheet: The sheet.
        at: 0-based first row.
        height: 1 or 2.
        memory: What the sender's office has chosen before.
        named: The sender says that these are the headings.
    """
    found = _Candidate(at, height, joined=bool(sheet.merges))
    if at + height > len(sheet.rows):
        return found
    if height == 2 and not named and not _is_parent_row(sheet, at):
        return found
    parents = _filled_right(sheet, at) if height == 2 else []
    for index, cell in enumerate(sheet.rows[at + height - 1]):
        parent = _text(parents[index]) if index < len(parents) else ""
        child = _text(cell)
        name = words.normalise("_".join(part for part in (parent, child) if part))
        if not name:
            continue
        known, heading = words.lookup(parent, child)
        found.seen.append(Seen(index, heading, name))
        chosen = memory.get(name)
        if chosen is not None and chosen.key in BY_KEY:
            by = Placed(chosen.key, index, heading, by=REMEMBERED, on=chosen.on)
            found.add(chosen.key, _FIRST, _in_remembered_unit(by, chosen.unit))
        elif chosen is not None:
            found.left_out.append((heading, chosen.on))
        elif known is not None:
            found.add(known[0], known[1], Placed(known[0], index, heading))
        else:
            found.rejected.append(found.seen[-1])
    return found


def _in_remembered_unit(placed: Placed, unit: str) -> Placed:
    """The unit holds only where the file names none, see `_with_unit`."""
    return replace(placed, unit=unit, unit_from=units.REMEMBERED) if unit else placed


def _settled(sheet: Sheet, best: _Candidate, note: str | None = None) -> Mapping:
    """The chosen candidate with its units and the questions it leaves open."""
    said = units.note(sheet, best.at) if note is None else note
    placed = {key: _with_unit(column, said) for key, (_, column) in best.ranked.items()}
    headings = [seen.heading for seen in best.rejected]
    areas = any(BY_KEY[key].type is Type.AREA for key in placed)
    return Mapping(
        sheet.name,
        placed,
        best.at + best.height,
        ignored=tuple(words.untold(headings)),
        derived=tuple(h for h in headings if words.is_derived(h)),
        height=best.height,
        seen=tuple(best.seen),
        twice=tuple(pair for pair in best.twice if best.ranked[pair[0].key][1] is pair[0]),
        strange=tuple(
            (column, units.find(BY_KEY[key], column.heading, said).words)
            for key, column in placed.items()
            if column.unit_from == units.UNKNOWN
        ),
        vague=() if areas else tuple(s for s in best.rejected if words.is_vague(s.heading)),
        left_out=tuple(best.left_out),
    )


def _is_parent_row(sheet: Sheet, at: int) -> bool:
    """Whether row `at` can stand over a second heading row: it has merged cells, and not only one.

    A title merged over the whole width has a single cell and stands over nothing. A csv file knows
    no merged cells: there a blank may continue the cell to its left.
    """
    texts = [_text(cell) for cell in sheet.rows[at]]
    several = len(set(texts) - {""}) > 1
    if not sheet.merges:
        return several and "" in texts
    return several and any(
        merge.top == at and (merge.bottom == at + 1 or merge.right > merge.left)
        for merge in sheet.merges
    )


def _filled_right(sheet: Sheet, at: int) -> list[Cell]:
    """The row with each horizontally merged cell repeated over its columns.

    In a csv file a blank repeats the cell to its left where a second heading stands below it.
    """
    row = list(sheet.rows[at])
    if not sheet.merges:
        below = sheet.rows[at + 1] if at + 1 < len(sheet.rows) else []
        for index in range(1, len(row)):
            if row[index] == "" and index < len(below) and below[index] != "":
                row[index] = row[index - 1]
    for merge in sheet.merges:
        if merge.top <= at <= merge.bottom:
            value = sheet.rows[merge.top][merge.left] if merge.left < len(row) else ""
            for index in range(merge.left, min(merge.right + 1, len(row))):
                row[index] = value
    return row


def _like_headings(sheet: Sheet, found: _Candidate) -> bool:
    """Whether rows of texts may be headings: short, side by side, with rows below them."""
    top = [cell for cell in sheet.rows[found.at] if cell != ""]
    texts = all(isinstance(cell, str) and len(cell) <= _LONGEST_HEADING for cell in top)
    start = found.at + found.height
    below = sheet.rows[start : start + SEARCHED_ROWS]
    filled = any(2 * sum(cell != "" for cell in row) >= len(found.seen) for row in below)
    several = len({seen.name for seen in found.seen}) >= (ENOUGH if found.known else PLAUSIBLE)
    return texts and filled and several


def _with_unit(placed: Placed, note: str) -> Placed:
    """The column with its unit; one remembered or answered holds only where the file names none."""
    column = BY_KEY[placed.key]
    if column.type not in units.MEASURED:
        return replace(placed, unit="", unit_from="") if placed.unit else placed
    if placed.unit and placed.unit_from != units.REMEMBERED:
        return placed
    found = units.find(column, placed.heading, note)
    if found.source == units.DEFAULT and placed.unit:
        return placed
    return replace(placed, unit=found.unit, unit_from=found.source)


def _text(cell: Cell) -> str:
    """The cell on one line."""
    return " ".join(str(cell).split())
