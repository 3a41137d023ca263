"""文号: two numbers of one text that look alike and are not the same instrument (X24)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from tuban.documents.citations import look_alike
from tuban.documents.model import Citation, Finding, Header, Span


def check_numbers(header: Header, citations: Sequence[Citation]) -> Iterator[Finding]:
    """Each pair once, at the first place of either; the document's own number among them."""
    first: dict[str, Span] = {}
    own = header.spans.get("doc_no")
    if header.doc_no and own:
        first[header.doc_no] = own
    for citation in citations:
        first.setdefault(citation.doc_no, citation.span)
    for one, other in combinations(first, 2):
        if look_alike(one, other):
            yield Finding(
                "number-lookalike",
                "口径",
                "warning",
                f"{one} 与 {other} 年份、序号相同而发文字不同，是两件文件，不得混同；请核对是否写错。",
                (first[one], first[other]),
                ref="X24",
            )
