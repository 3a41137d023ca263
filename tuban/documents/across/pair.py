"""两件: the two readings, what place each speaks for, and findings with spans in both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tuban.documents.model import Finding, FindingClass, Reading, Severity, Span
from tuban.documents.places import issuing_place
from tuban.documents.verdicts import Agreement
from tuban.values.places import CITY_CODE


@dataclass(frozen=True, slots=True)
class Pair:
    """The first and the second reading."""

    first: Reading
    second: Reading

    @property
    def readings(self) -> tuple[Reading, Reading]:
        """Both, in order."""
        return self.first, self.second

    @property
    def names(self) -> tuple[str, str]:
        """How people tell them apart: by number, else by the plan's title."""
        return name_of(self.first), name_of(self.second)

    @property
    def same_place(self) -> bool:
        """Whether both speak for one place."""
        one, other = map(place_of, self.readings)
        return one == other and one != (None, None)

    @property
    def related(self) -> bool:
        """Whether both speak for one place, or one of them for the city the other lies in."""
        codes = {code for _, code in map(place_of, self.readings)}
        return self.same_place or (None not in codes and CITY_CODE in codes)


def place_of(reading: Reading) -> tuple[str | None, str | None]:
    """Name and code of the place a document is issued for."""
    return issuing_place(reading.header.issuer)


def name_of(reading: Reading) -> str:
    """Number of a document; its title, or the name of its file, where it has none."""
    header = reading.header
    title = header.plan_title or header.title
    return header.doc_no or (f"《{title}》" if title else reading.source_name)


def finding(
    code: str,
    kind: tuple[FindingClass, Severity],
    message: str,
    spans: tuple[Sequence[Span], Sequence[Span]],
    ref: str | None = None,
) -> Finding:
    """A finding with spans in both documents."""
    first, second = spans
    return Finding(
        code,
        kind[0],
        kind[1],
        message,
        (*first, *second),
        ref=ref,
        documents=(0,) * len(first) + (1,) * len(second),
    )


def agreement(code: str, message: str, spans: tuple[Sequence[Span], Sequence[Span]]) -> Agreement:
    """An agreement with spans in both documents."""
    first, second = spans
    return Agreement(code, message, (*first, *second), (0,) * len(first) + (1,) * len(second))
