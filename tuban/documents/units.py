"""单位: lists of offices as plans print them → one full name each.

市工业和信息化局、农牧局，各旗区人民政府 → 市工业和信息化局 · 市农牧局 · 各旗区人民政府: an office
without level takes the one before it. 东胜区、达拉特旗人民政府 → 东胜区人民政府 · 达拉特旗人民政府.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tuban.documents.model import Span

_SEPARATORS = "、，；,;。\n/"
_OPENING, _CLOSING = "（《“‘〔", "）》”’〕"
_OFFICE = re.compile(r"(?:局|委|委员会|办|办公室|中心|厅|处|院|社|站|队|支队|部|署)$")
_LEVEL = re.compile(r"(?P<level>自治区|市|旗|区|县|省|盟|州)")
_NO_LEVEL = re.compile(r"市场|区域|县域|旗下|省际")
_ELSEWHERE = re.compile(
    r"(?<!城)[市旗区县镇乡盟省](?!场|域|容)|公司|集团|银行|大学|学院|国家|各|有关|相关"
)
_BARE_PLACE = re.compile(r"[\u4e00-\u9fff]{1,6}[区旗县市镇乡盟]")
_GOVERNMENT = re.compile(
    r"[\u4e00-\u9fff]{1,6}[区旗县市镇乡盟](?P<suffix>人民政府|政府|党委和政府)"
)
_AND = re.compile(r"(?<=[局委会府室心厅院])(?:和|及|以及|与)(?=[市旗区县省各有相国乌鄂])")
_TAIL = re.compile(r"(?:等|等有关(?:部门|单位)|等(?:部门|单位))$")
_LEADING = re.compile(r"^(?:由|及|和|以及)")


@dataclass(frozen=True, slots=True)
class UnitName:
    """One office: full name, printed words, their span."""

    name: str
    printed: str
    span: Span


def split_units(words: str, offset: int) -> list[UnitName]:
    """The offices in a list that begins at `offset` of the text; empty if it names none."""
    pieces = _pieces(words, offset)
    suffixes = _suffixes([printed for printed, _ in pieces])
    units: list[UnitName] = []
    level = ""
    for (printed, span), suffix in zip(pieces, suffixes, strict=True):
        name = "".join(printed.split())
        own = _LEVEL.match(name)
        if own and not _NO_LEVEL.match(name) and len(name) > len(own["level"]) + 1:
            level = own["level"]
        elif level and _OFFICE.search(name) and not _ELSEWHERE.search(name):
            name = level + name
        units.append(UnitName(name + suffix, printed, span))
    return units


def _pieces(words: str, offset: int) -> list[tuple[str, Span]]:
    """Printed names with spans, cut at separators outside brackets and quotes."""
    cuts: list[tuple[int, int]] = []
    depth = start = 0
    for at, char in enumerate(words):
        if char in _OPENING:
            depth += 1
        elif char in _CLOSING:
            depth = max(0, depth - 1)
        elif char in _SEPARATORS and not depth:
            cuts.append((start, at))
            start = at + 1
    cuts.append((start, len(words)))
    split: list[tuple[int, int]] = []
    for begin, end in cuts:
        for match in _AND.finditer(words, begin, end):
            split.append((begin, match.start()))
            begin = match.end()  # noqa: PLW2901  the rest after 和 is the next name
        split.append((begin, end))
    pieces = []
    for begin, end in split:
        piece = words[begin:end]
        lead = _LEADING.match(piece.strip())
        printed = _TAIL.sub("", _LEADING.sub("", piece.strip()))
        at = begin + len(piece) - len(piece.lstrip()) + (len(lead.group()) if lead else 0)
        if printed:
            pieces.append((printed, (offset + at, offset + at + len(printed))))
    return pieces


def _suffixes(names: list[str]) -> list[str]:
    """For bare places followed by 某旗人民政府, the suffix they share with it."""
    suffixes = [""] * len(names)
    shared = ""
    for at in range(len(names) - 1, -1, -1):
        government = _GOVERNMENT.fullmatch(names[at])
        if government:
            shared = government["suffix"]
        elif shared and _BARE_PLACE.fullmatch(names[at]):
            suffixes[at] = shared
        else:
            shared = ""
    return suffixes
