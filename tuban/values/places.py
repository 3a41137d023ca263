"""地名: the city of 鄂尔多斯 and its nine 旗区 by GB/T 2260 code (data-standards.md 4.1)."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from tuban.values.numbers import squeeze

CITY_CODE = "150600"
REGIONS = MappingProxyType(
    {
        CITY_CODE: "鄂尔多斯市",
        "150602": "东胜区",
        "150603": "康巴什区",
        "150621": "达拉特旗",
        "150622": "准格尔旗",
        "150623": "鄂托克前旗",
        "150624": "鄂托克旗",
        "150625": "杭锦旗",
        "150626": "乌审旗",
        "150627": "伊金霍洛旗",
    }
)
"""Code → name, the city first. `xx01 市辖区` and statistical zones `xx71–79` are not regions."""

COUNTY_CODES = tuple(code for code in REGIONS if code != CITY_CODE)

DIVISION_SINCE = MappingProxyType({"150603": 2016})
"""Year a 旗区 was set up, for those younger than the ledgers (data-standards.md 4.1)."""

_ALIASES = {
    "伊旗": "150627",
    "准旗": "150622",
    "达旗": "150621",
    "鄂前旗": "150623",
    "鄂旗": "150624",
    "康巴什新区": "150603",
}
_SHORT = {name[:-1]: code for code, name in REGIONS.items()}
_TOTALS = frozenset(
    {"全市", "市本级", "合计", "总计", "小计", "全市合计", "全市总计", "共计", "汇总"}
)
_PARK_ENDINGS = ("高新区", "经开区", "开发区", "园区", "产业园", "工业园", "示范区", "新技术区")
_PREFIXES = ("内蒙古自治区", "内蒙古", "鄂尔多斯市", "鄂尔多斯")
_NAMES_LONGEST_FIRST = sorted(
    ((REGIONS[code], code) for code in COUNTY_CODES), key=lambda pair: -len(pair[0])
)

PlaceKind = Literal["region", "total", "park", "unknown"]


@dataclass(frozen=True, slots=True)
class Place:
    """What a place name stands for. `code` only for a region; `name` canonical for a region."""

    kind: PlaceKind
    code: str | None
    name: str


def is_region_code(code: str) -> bool:
    """Whether the code is the city's or one of its nine 旗区."""
    return code in REGIONS


def resolve_place(text: str) -> Place:
    """The region a cell names; inner blanks, usual abbreviations and an office behind it allowed.

    全市, 市本级, 合计 are totals; 高新区, 经开区 and the like are parks: neither is ever a region.
    Full names match anywhere in the text, longest first (鄂托克前旗 before 鄂托克旗); abbreviations
    only at its beginning, bare stems only alone, so that 杭锦后旗 is not 杭锦旗. A text that names
    two regions is unknown.
    """
    plain = squeeze(text)
    if plain in _TOTALS:
        return Place("total", None, plain)
    if plain in REGIONS:
        return Place("region", plain, REGIONS[plain])
    if plain.endswith(_PARK_ENDINGS) and plain not in _ALIASES:
        return Place("park", None, plain)
    found: list[str] = []
    rest = plain
    for name, code in _NAMES_LONGEST_FIRST:
        if name in rest:
            found.append(code)
            rest = rest.replace(name, "")
    if len(found) == 1:
        return Place("region", found[0], REGIONS[found[0]])
    if not found:
        code_by_alias = _by_alias(plain)
        if code_by_alias is not None:
            return Place("region", code_by_alias, REGIONS[code_by_alias])
    return Place("unknown", None, plain)


def _by_alias(plain: str) -> str | None:
    """The code behind an abbreviation, with or without the names of city and province before it."""
    if plain in _SHORT:
        return _SHORT[plain]
    for prefix in _PREFIXES:
        if plain.startswith(prefix):
            inner = _by_alias(plain.removeprefix(prefix))
            return inner or (CITY_CODE if prefix == REGIONS[CITY_CODE] else None)
    for alias in sorted(_ALIASES, key=len, reverse=True):
        if plain.startswith(alias):
            return _ALIASES[alias]
    return None
