"""上下级差异: a banner's own plan held against the city's row for it. Pure.

The city's figures bind; a banner's plan that says something else is shown, never adopted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

Key = tuple[str, int | None]
"""事项 and year; None for the whole term."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A target of either plan: exact m² and the printed words."""

    subject: str
    year: int | None
    area_m2: Fraction
    printed: str
    target_id: int


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of the child beside the parent's.

    Attributes:
        parent: None where the parent states none.
        summed: The parent's figure is the sum of its years.
    """

    subject: str
    year: int | None
    child: Figure | None
    parent: Figure | None
    summed: bool = False

    @property
    def by_m2(self) -> Fraction | None:
        """下级 − 上级; None where one of them is silent."""
        if self.child is None or self.parent is None:
            return None
        return self.child.area_m2 - self.parent.area_m2

    @property
    def verdict(self) -> str:
        """一致, 不一致, 上级未列, 下级未列."""
        if self.parent is None:
            return "上级未列"
        if self.child is None:
            return "下级未列"
        return "不一致" if self.by_m2 else "一致"


def differences(child: Iterable[Figure], parent: Iterable[Figure]) -> list[Difference]:
    """Every figure of either plan, subject by subject, years in order, the term last.

    A term's figure of the child is held against the sum of the parent's years.
    """
    own, above = _by_key(child), _by_key(parent)
    subjects = {subject for subject, _ in own}
    found = []
    for subject in sorted(subjects):
        years = {y for s, y in (*own, *above) if s == subject and y is not None}
        for year in sorted(years):
            key = (subject, year)
            found.append(Difference(subject, year, own.get(key), above.get(key)))
        if (subject, None) in own:
            total = _sum_of_years(subject, above)
            found.append(Difference(subject, None, own[subject, None], total, summed=True))
    return found


def _by_key(figures: Iterable[Figure]) -> Mapping[Key, Figure]:
    """The first figure of each key: a plan prints it once, or repeats it."""
    kept: dict[Key, Figure] = {}
    for figure in figures:
        kept.setdefault((figure.subject, figure.year), figure)
    return kept


def _sum_of_years(subject: str, figures: Mapping[Key, Figure]) -> Figure | None:
    """Of the parent; None without a single year."""
    years = [f for (s, year), f in figures.items() if s == subject and year is not None]
    if not years:
        return None
    words = "＋".join(figure.printed for figure in sorted(years, key=lambda f: f.year or 0))
    total = sum((figure.area_m2 for figure in years), Fraction(0))
    return Figure(subject, None, total, words, 0)
