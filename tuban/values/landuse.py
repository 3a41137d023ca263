"""土地用途代码: land-use classes by edition, and whether a stated use is a class on a given date.

The same digits mean different things in different editions (data-standards.md 4.2, 4.3), so a bare
code is only clear together with the year of the paper it stands on. Names are taken as they are:
bureaus write them in many ways, and none of them changes a figure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal

import yaml

from tuban.values.numbers import squeeze

_FILE = "landuse.yaml"
_ENTRY = re.compile(r"([0-9]{2}[0-9A-Z]*)(\D\S*)")
_STATED = re.compile(r"(?P<code>\d{2}[0-9A-Z]*)[-—_.、]?(?P<name>.*)")
_STATED_BEHIND = re.compile(r"(?P<name>\D+)[(（](?P<code>\d{2}[0-9A-Z]*)[)）]")

Grade = Literal["unknown", "mismatch", "not_in_use", "ambiguous"]


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a classification.

    Attributes:
        since: First year it is used in; None where that is not established.
        until: Last year, likewise; None also means that it is still used.
        verified: Whether the list was found in two independent places.
    """

    name: str
    since: int | None
    until: int | None
    verified: bool
    codes: MappingProxyType[str, str]

    def used_in(self, year: int) -> bool:
        """Whether papers of the year are written in it."""
        return (self.since or 0) <= year <= (self.until or 9999)


@dataclass(frozen=True, slots=True)
class Doubt:
    """疑问: what does not fit about a stated use.

    Attributes:
        grade: `unknown` and `mismatch` cannot be right; the others may be.
        text: Chinese sentence.
    """

    grade: Grade
    text: str


@lru_cache(maxsize=1)
def editions() -> tuple[Edition, ...]:
    """Every edition, the one in use first."""
    text = resources.files(__package__).joinpath(_FILE).read_text(encoding="utf-8")
    made: dict[str, Edition] = {}
    for record in yaml.safe_load(text):
        made[record["name"]] = _edition(record, made)
    return tuple(made.values())


def _edition(record: dict[str, Any], made: dict[str, Edition]) -> Edition:
    codes = dict(made[record["like"]].codes) if "like" in record else {}
    for code in record.get("without", "").split():
        del codes[code]
    for entry in record["codes"].split():
        match = _ENTRY.fullmatch(entry)
        assert match is not None, entry
        codes[match[1]] = match[2]
    return Edition(
        record["name"], record["from"], record["to"], record["verified"], MappingProxyType(codes)
    )


def unpad(code: str) -> str:
    """070100 → 0701, 100000 → 10: pairs of zeros that only fill up go, two digits stay (4.2)."""
    while len(code) > 2 and len(code) % 2 == 0 and code.endswith("00"):
        code = code[:-2]
    return code


@lru_cache(maxsize=4096)
def use_doubt(text: str, year: int) -> Doubt | None:
    """What does not fit about a stated use; None for names, and for codes that are clear.

    Args:
        text: As stated: 工业用地, 1001, 100100, 1001 工业用地 or 工业用地（1001）.
        year: Of the paper it stands on.
    """
    plain = squeeze(text).upper()
    match = _STATED.fullmatch(plain) or _STATED_BEHIND.fullmatch(plain)
    if match is None:
        return None
    code, name = unpad(match["code"]), match["name"].strip("()（）")
    meant = [(edition, edition.codes[code]) for edition in editions() if code in edition.codes]
    if not meant:
        listed = "、".join(edition.name for edition in editions())
        return Doubt("unknown", f"{match['code']} 不是土地用途代码（{listed}都没有）。")
    if name:
        if any(_same(name, known) for _, known in meant):
            return None
        return Doubt("mismatch", f"代码 {code} 是{_meanings(meant)}，与“{name}”不符。")
    in_use = [pair for pair in meant if pair[0].used_in(year)]
    if not in_use:
        if year < _first_year():
            return None
        return Doubt("not_in_use", f"代码 {code} 是{_meanings(meant)}，{year} 年不适用该分类。")
    if len({known for _, known in in_use}) > 1:
        return Doubt("ambiguous", f"只写代码 {code} 分不清：{_meanings(in_use)}。")
    return None


def _first_year() -> int:
    """Year from which editions are kept here; earlier codes are not judged."""
    return min(edition.since for edition in editions() if edition.since is not None)


def _same(name: str, known: str) -> bool:
    """工业, 工业用地 and 工业用地-标准厂房 name one class."""
    short = known.removesuffix("用地")
    return short in name or name.removesuffix("用地") in known


def _meanings(meant: list[tuple[Edition, str]]) -> str:
    by_name: dict[str, list[str]] = {}
    for edition, name in meant:
        by_name.setdefault(name, []).append(edition.name)
    return "；".join(f"{name}（{'、'.join(sources)}）" for name, sources in by_name.items())
