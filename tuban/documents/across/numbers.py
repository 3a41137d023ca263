"""文号对照: numbers that look alike and are not (X24), and the basis both plans share."""

from __future__ import annotations

from collections.abc import Iterator

from tuban.documents.across.pair import Pair, agreement, finding
from tuban.documents.citations import look_alike
from tuban.documents.model import Finding, Reading, Span
from tuban.documents.verdicts import Agreement


def compare_numbers(pair: Pair) -> tuple[list[Finding], list[Agreement]]:
    """Look-alikes among all numbers, own and cited; shared upper instruments."""
    numbers = tuple(map(_numbers, pair.readings))
    agreements = [*_own_cited(pair), *_shared(pair)]
    return list(_lookalikes(numbers)), agreements


def _numbers(reading: Reading) -> dict[str, Span]:
    """Every number with the first place it stands at, the document's own first."""
    found: dict[str, Span] = {}
    span = reading.header.spans.get("doc_no")
    if reading.header.doc_no and span:
        found[reading.header.doc_no] = span
    for citation in reading.citations:
        found.setdefault(citation.doc_no, citation.span)
    return found


def _lookalikes(numbers: tuple[dict[str, Span], ...]) -> Iterator[Finding]:
    """鄂府发〔2022〕118号 and 鄂府办发〔2022〕118号: same year and serial, other instrument."""
    first, second = numbers
    told: set[frozenset[str]] = set()
    for one, span in first.items():
        for other, other_span in second.items():
            both = frozenset((one, other))
            if both in told or not look_alike(one, other):
                continue
            told.add(both)
            yield finding(
                "number-lookalike",
                ("口径", "warning"),
                f"{one} 与 {other} 年份、序号相同而发文字不同，是两件文件，不得混同。",
                ([span], [other_span]),
                ref="X24",
            )


def _own_cited(pair: Pair) -> Iterator[Agreement]:
    """One of the two rests on the other."""
    for at, (one, other) in enumerate((pair.readings, pair.readings[::-1])):
        own = one.header.spans.get("doc_no")
        for citation in other.citations:
            if own and citation.doc_no == one.header.doc_no:
                spans = ([own], [citation.span]) if at == 0 else ([citation.span], [own])
                yield agreement(
                    "cites", f"{pair.names[1 - at]} 以 {citation.doc_no} 为依据。", spans
                )
                break


def _shared(pair: Pair) -> Iterator[Agreement]:
    """Upper instruments both cite; titles that differ a little name one and the same."""
    second = {each.doc_no: each for each in reversed(pair.second.citations)}
    cited: set[str] = set()
    for ours in pair.first.citations:
        if ours.doc_no in cited:
            continue
        cited.add(ours.doc_no)
        theirs = second.get(ours.doc_no)
        if theirs is None:
            continue
        alike = not (ours.title and theirs.title) or ours.title == theirs.title
        note = "" if alike else "，所引标题文字略有出入，按文号视为同一件"
        yield agreement(
            "same-basis", f"两件同引 {ours.doc_no}{note}。", ([ours.span], [theirs.span])
        )
