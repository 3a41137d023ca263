"""自动编号: the numbers (一、 （一） 1.) that Word prints and does not keep in the text."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from docx.oxml.ns import qn

from tuban.documents.markers import CHINESE, CIRCLED

_TENS = 10


class Numbering:
    """Word's automatic numbers (一、 （一） 1.), which are not part of a paragraph's text."""

    def __init__(self, document: Any) -> None:
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._abstract: dict[str, str] = {}
        self._styles = {
            style.get(qn("w:styleId")): number
            for style in document.styles.element.iter(qn("w:style"))
            if (number := _number_of(style.find(qn("w:pPr"))))
        }
        try:
            root = document.part.numbering_part.element
        except (NotImplementedError, KeyError):
            return
        for abstract in root.iter(qn("w:abstractNum")):
            self._levels[abstract.get(qn("w:abstractNumId"))] = {
                int(level.get(qn("w:ilvl"))): _level(level) for level in abstract.iter(qn("w:lvl"))
            }
        for number in root.iter(qn("w:num")):
            link = number.find(qn("w:abstractNumId"))
            if link is not None:
                self._abstract[number.get(qn("w:numId"))] = link.get(qn("w:val"))

    def prefix(self, paragraph: Any) -> str:
        """The number Word would print before a `w:p` element, empty if none."""
        number = _number_of(paragraph.pPr) or self._styles.get(paragraph.style)
        if number is None:
            return ""
        list_id, level = number
        levels = self._levels.get(self._abstract.get(list_id, ""), {})
        if level not in levels:
            return ""
        counts = self._counts[list_id]
        for deeper in [key for key in counts if key > level]:
            del counts[deeper]
        counts[level] = counts.get(level, levels[level][2] - 1) + 1

        def printed(match: re.Match[str]) -> str:
            at = int(match.group(1)) - 1
            form, _, start = levels.get(at, ("decimal", "", 1))
            return _printed(counts.get(at, start), form)

        return re.sub(r"%(\d)", printed, levels[level][1])


def _number_of(properties: Any) -> tuple[str, int] | None:
    """(list id, level) of a paragraph's or style's numbering; list 0 means none."""
    numbering = properties.find(qn("w:numPr")) if properties is not None else None
    if numbering is None:
        return None
    list_id, level = numbering.find(qn("w:numId")), numbering.find(qn("w:ilvl"))
    if list_id is None or list_id.get(qn("w:val")) == "0":
        return None
    return list_id.get(qn("w:val")), int(level.get(qn("w:val"))) if level is not None else 0


def _level(level: Any) -> tuple[str, str, int]:
    """(number format, text pattern, first number) of one list level; bullets print nothing."""
    values = {}
    for name, default in (("numFmt", "decimal"), ("lvlText", ""), ("start", "1")):
        node = level.find(qn(f"w:{name}"))
        values[name] = node.get(qn("w:val"), default) if node is not None else default
    text = "" if values["numFmt"] in ("bullet", "none") else values["lvlText"]
    return values["numFmt"], text, int(values["start"])


def _printed(number: int, form: str) -> str:
    if form.startswith(("chinese", "japanese", "ideograph")) and 0 < number < _TENS * _TENS:
        tens, ones = divmod(number, _TENS)
        head = ("" if tens == 1 else CHINESE[tens - 1]) + "十" if tens else ""
        return head + (CHINESE[ones - 1] if ones else "")
    if form.startswith("decimalEnclosedCircle") and 0 < number <= len(CIRCLED):
        return CIRCLED[number - 1]
    return str(number)
