"""依据: other instruments a text names by their number, each place once."""

from __future__ import annotations

import re

from tuban.documents.markers import CJK
from tuban.documents.model import Citation

_CITED = re.compile(
    rf"(?:《(?P<title>[^《》]{{2,120}}(?:[〈<《][^《》〈〉<>]{{2,80}}[〉>》][^《》]{{0,20}})?)》)?"
    rf"[（(]?(?P<no>[{CJK}]{{2,14}}〔(?:19|20)\d{{2}}〕\d{{1,5}}号)[）)]?"
)


_PARTS = re.compile(r"(?P<sign>.+?)〔(?P<year>\d{4})〕(?P<serial>\d+)号")


def look_alike(one: str, other: str) -> bool:
    """鄂府发〔2022〕118号 and 鄂府办发〔2022〕118号: same year and serial, two instruments."""
    parts, others = _PARTS.fullmatch(one), _PARTS.fullmatch(other)
    if parts is None or others is None or parts["sign"] == others["sign"]:
        return False
    same = (parts["year"], parts["serial"]) == (others["year"], others["serial"])
    return same and parts["sign"].replace("办", "") == others["sign"].replace("办", "")


def read_citations(text: str, start: int, own: str | None) -> tuple[Citation, ...]:
    """Numbers of other instruments from `start` on; the document's own is none of them.

    Args:
        text: the normalised text.
        start: behind the head of the document.
        own: number of the document itself.
    """
    return tuple(
        Citation(match["no"], match["title"], match.span("no"))
        for match in _CITED.finditer(text, start)
        if match["no"] != own
    )
