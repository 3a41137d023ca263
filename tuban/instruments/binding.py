"""Which measure a printed figure is a target of. Data, read top to bottom; first match wins."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tuban.instruments.models import TargetRole


@dataclass(frozen=True, slots=True)
class Bound:
    """A figure's measure and year; an empty code means 尚无数据来源."""

    measure_code: str
    year: int | None


# (words that must occur in the figure's name, measure of its stock, measure of its yearly flow)
_SUBJECTS = (
    (("批而未供",), "unsupplied_stock", "unsupplied_disposed"),
    (("闲置",), "idle_stock", "idle_disposed"),
)
_END_OF_TERM = re.compile("剩余|末期")
_UNTIL_REISSUED = re.compile("待.{0,20}下达.{0,10}更新")
_YEAR = re.compile(r"(20\d\d)\s*年?")
TERM_END_YEAR = 2025  # “十四五”末; the plans read so far all end there


def is_provisional(notes: Iterable[str]) -> bool:
    """Whether a table's notes say that its figures stand until re-issued (待…下达…后更新)."""
    return any(_UNTIL_REISSUED.search(note) for note in notes)


def bind(metric: str, period: str, role: str) -> Bound:
    """Binds a figure by its printed name, its period and its place in the table.

    Args:
        metric: Caption and column heading as printed, e.g. 批而未供土地消化目标.
        period: "2024" or "2024年" for a year's column, other words for base and term columns.
        role: cell, total or base.

    Returns:
        The flow measure with its year for yearly columns; the stock measure with year None for
        the base column; the stock measure with the last year for what is to remain; no code for
        figures without a measure.
    """
    subject = next((s for s in _SUBJECTS if all(word in metric for word in s[0])), None)
    year = _YEAR.fullmatch(period.strip())
    if subject is None:
        return Bound("", int(year[1]) if year else None)
    _, stock, flow = subject
    if role == TargetRole.BASE:
        return Bound(stock, None)
    if _END_OF_TERM.search(metric) or _END_OF_TERM.search(period):
        return Bound(stock, TERM_END_YEAR)
    if year:
        return Bound(flow, int(year[1]))
    return Bound("", None)
