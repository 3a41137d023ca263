"""依据: other instruments a text names by their number, each place once."""

from __future__ import annotations

import re

from tuban.documents.markers import CJK
from tuban.documents.model import Citation

_CITED = re.compile(
    rf"(?:《(?P<title>[^《》]{{2,120}}(?:[〈<《][^《》〈〉<>]{{2,80}}[〉>》][^《》]{{0,20}})?)》)?"
    rf"[（(]?(?P<no>[{CJK}]{{2,14}}〔(?:19|20)\d{{2}}〕\d{{1,5}}号)[）)]?"
)


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
