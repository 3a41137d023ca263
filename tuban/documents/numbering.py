"""自动编号: the numbers (一、 （一） 1.) that Word prints and does not keep in the text."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase
from typing import Any

from docx.oxml.ns import qn

from tuban.documents.markers import CHINESE, CIRCLED

NO_LIST = "0"
_TENS = 10
_STEMS = "甲乙丙丁戊己庚辛壬癸"


@dataclass(frozen=True, slots=True)
class _List:
    """A `w:num`: the definition it prints by, and where it starts anew.

    Lists of one definition go on counting where the last one stopped, save for levels that a list
    starts itself (`w:startOverride`), which it does once.
    """

    abstract: str
    starts: dict[int, int]


class Numbering:
    """Word's automatic numbers (一、 （一） 1.), which are not part of a paragraph's text.

    Attributes:
        lost: How many paragraphs ask for a number that the file does not define.
    """

    def __init__(self, document: Any) -> None:
        self.lost = 0
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._lists: dict[str, _List] = {}
        self._begun: set[str] = set()
        self._styles = _numbered_styles(document.styles.element)
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
                self._lists[number.get(qn("w:numId"))] = _List(
                    link.get(qn("w:val")), _starts(number)
                )

    def prefix(self, paragraph: Any) -> str:
        """The number Word would print before a `w:p` element, empty if none."""
        number = _number_of(paragraph.pPr)
        number = self._styles.get(paragraph.style) if number is None else number
        if number is None or number[0] == NO_LIST:
            return ""
        list_id, level = number
        used = self._lists.get(list_id)
        levels = self._levels.get(used.abstract, {}) if used else {}
        if used is None or level not in levels:
            self.lost += 1
            return ""
        counts = self._counts[used.abstract]
        if list_id not in self._begun:
            self._begun.add(list_id)
            counts.update({at: start - 1 for at, start in used.starts.items()})
        for deeper in [key for key in counts if key > level]:
            del counts[deeper]
        counts[level] = counts.get(level, levels[level][2] - 1) + 1

        def printed(match: re.Match[str]) -> str:
            at = int(match.group(1)) - 1
            form, _, start = levels.get(at, ("decimal", "", 1))
            return _printed(counts.get(at, start), form)

        return re.sub(r"%(\d)", printed, levels[level][1])


def _numbered_styles(root: Any) -> dict[str, tuple[str, int]]:
    """Style id → (list id, level), a style without one taking that of the style it is based on."""
    own: dict[str, tuple[str, int]] = {}
    based: dict[str, str] = {}
    for style in root.iter(qn("w:style")):
        name, base = style.get(qn("w:styleId")), style.find(qn("w:basedOn"))
        if number := _number_of(style.find(qn("w:pPr"))):
            own[name] = number
        elif base is not None:
            based[name] = base.get(qn("w:val"))
    found = dict(own)
    for name, parent in based.items():
        seen, at = {name}, parent
        while at in based and at not in seen:
            seen.add(at)
            at = based[at]
        if at in own:
            found[name] = own[at]
    return found


def _starts(number: Any) -> dict[int, int]:
    """Levels that a list starts anew, and with which number."""
    starts = {}
    for override in number.iter(qn("w:lvlOverride")):
        start = override.find(qn("w:startOverride"))
        if start is not None:
            starts[int(override.get(qn("w:ilvl")))] = int(start.get(qn("w:val")))
    return starts


def _number_of(properties: Any) -> tuple[str, int] | None:
    """(list id, level) of a paragraph's or style's numbering; None where it says nothing.

    A paragraph with list `NO_LIST` takes back the number of its style.
    """
    numbering = properties.find(qn("w:numPr")) if properties is not None else None
    if numbering is None:
        return None
    list_id, level = numbering.find(qn("w:numId")), numbering.find(qn("w:ilvl"))
    if list_id is None:
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
    if form == "ideographTraditional" and 0 < number <= len(_STEMS):
        return _STEMS[number - 1]
    if form.endswith("Letter") and 0 < number <= len(ascii_lowercase):
        letters = ascii_uppercase if form.startswith("upper") else ascii_lowercase
        return letters[number - 1]
    if (
        form.startswith(("chinese", "japanese", "taiwanese", "ideograph"))
        and 0 < number < _TENS * _TENS
    ):
        tens, ones = divmod(number, _TENS)
        head = ("" if tens == 1 else CHINESE[tens - 1]) + "十" if tens else ""
        return head + (CHINESE[ones - 1] if ones else "")
    if form.startswith("decimalEnclosedCircle") and 0 < number <= len(CIRCLED):
        return CIRCLED[number - 1]
    return str(number)
