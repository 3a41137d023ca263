"""单位: the words a plan names units with → units, each with the place it belongs to. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_EACH = re.compile(r"各(?:旗县区|旗区|旗县|县区|区县)(?P<office>.*)")
_GOVERNMENT = "人民政府"
_BUREAU = "自然资源局"
_SUFFIX = "（演示）"


@dataclass(frozen=True, slots=True)
class Place:
    """The place a plan is of, and those below it."""

    code: str
    name: str
    below: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit.

    Attributes:
        name: As printed, or one of those that 各旗区 stands for.
        printed: The words it was taken from.
    """

    name: str
    region_code: str
    printed: str


def units(words: Sequence[str], place: Place) -> list[Unit]:
    """The units, each once, in the order they are named; 各旗区… is one for each place below."""
    found = {unit.name: unit for each in words for unit in _read(each, place)}
    return list(found.values())


def _read(words: str, place: Place) -> Iterator[Unit]:
    match = _EACH.fullmatch(words)
    if match and place.below:
        office = match["office"] or _GOVERNMENT
        for code, name in place.below.items():
            yield Unit(f"{name}{office}", code, words)
        return
    longest_first = sorted(place.below.items(), key=lambda pair: -len(pair[1]))
    within = next((code for code, name in longest_first if words.startswith(name)), place.code)
    yield Unit(words, within, words)


def owing(words: str, leads: Sequence[Unit], place: Place) -> list[Unit]:
    """Which of the responsible units owe a milestone.

    Words that name the 旗区 alone, or the city's own level alone, limit it to those units; where
    none of them would be left, all of them owe it.
    """
    names_below = bool(re.search(r"旗区|旗县|县区", words))
    names_own = bool(re.search(r"市本级|市级", words))
    if names_below == names_own:
        return list(leads)
    limited = [unit for unit in leads if (unit.region_code != place.code) == names_below]
    return limited or list(leads)


def possible_names(name: str, place: str) -> tuple[str, ...]:
    """Full names of the organisation that may act for a unit, best first.

    市自然资源局 in a plan of 鄂尔多斯市 is 鄂尔多斯市自然资源局; for a government that has no account
    of its own its land bureau acts.

    Args:
        name: The unit.
        place: Name of the place it belongs to.
    """
    full = [name]
    if name.startswith(place[-1]) and not name.startswith(place):
        full.append(place[:-1] + name)
    if name == f"{place}{_GOVERNMENT}":
        full.append(f"{place}{_BUREAU}")
    return tuple(full)


def plain(name: str) -> str:
    """An organisation's name without the mark of the demonstration."""
    return name.removesuffix(_SUFFIX)
