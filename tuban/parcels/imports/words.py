"""Words: what a heading means, in Chinese or in pinyin initials (data-standards.md 5.6)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tuban.parcels.imports import units
from tuban.parcels.imports.ledger import (
    BY_KEY,
    COLUMNS,
    DERIVED_HEADINGS,
    NOT_RECORDED,
    UNRECORDED,
    VAGUE_AREAS,
)
from tuban.parcels.imports.workbook import Cell


def normalise(heading: Cell) -> str:
    """NFKC, lower case, without blanks, `*`, colons and anything in brackets."""
    text = units.plain(heading).lower()
    bare = _BRACKETED.sub("", text)
    return re.sub(r"[\s*:_]", "", bare) or re.sub(r"[\s*:_()]", "", text)


_BRACKETED = re.compile(r"\([^()]*\)")


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
_VAGUE = {normalise(word) for word in VAGUE_AREAS}
_UNRECORDED = {
    normalise(spelling): label
    for label, others in UNRECORDED.items()
    for spelling in (label, *others)
}


def lookup(parent: str, child: str) -> tuple[tuple[str, int] | None, str]:
    """What a heading means, and how to print it.

    Tried in turn: parent with child, child with parent, child alone; the parent alone where it
    covers both rows. The parent is printed where it says something: half the name, or the unit.
    """
    both = "_".join(part for part in (parent, child) if part)
    if not parent or not child:
        only = parent or child
        return _meaning(only) if only else None, both
    above, below = normalise(parent), normalise(child)
    for name in (above + below, below + above):
        if name in NAMES:
            return NAMES[name], both
    meant = _meaning(child)
    return meant, both if meant is None or units.has_bracket(parent) else child


def _meaning(heading: str) -> tuple[str, int] | None:
    """Key and rank of a heading, also with its unit written bare at the end: 批准面积㎡."""
    found = NAMES.get(normalise(heading))
    if found is not None:
        return found
    bare = NAMES.get(normalise(units.without_unit(heading)))
    return bare if bare is not None and BY_KEY[bare[0]].type in units.MEASURED else None


def is_vague(heading: str) -> bool:
    """Whether the heading is an area that does not say whose."""
    return normalise(units.without_unit(heading)) in _VAGUE


def is_derived(heading: str) -> bool:
    """Whether the heading is of a figure that follows from facts."""
    return normalise(heading) in _DERIVED


def unrecorded(heading: str) -> str:
    """What a heading means that this ledger does not record; empty when that is not known."""
    return _UNRECORDED.get(normalise(heading), "")


def untold(headings: Sequence[str]) -> list[str]:
    """Headings worth telling the sender about: those left out that are no 序号 and no 备注."""
    return [h for h in headings if normalise(h) not in _IGNORED | _DERIVED]
