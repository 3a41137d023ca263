"""Which measure a printed figure is a target of. Data, read top to bottom; first match wins."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tuban.instruments.models import Layer, TargetRole


@dataclass(frozen=True, slots=True)
class Bound:
    """A figure's measure and year; an empty code means 尚无数据来源."""

    measure_code: str
    year: int | None


@dataclass(frozen=True, slots=True)
class Subject:
    """事项 that targets speak of.

    Attributes:
        words: Any of them in a figure's name makes it one of this subject.
        stock, flow: Measures of what is left and of what is done in a year; empty while the
            ledgers hold nothing to count (尚无数据来源).
    """

    key: str
    title: str
    words: tuple[str, ...]
    stock: str = ""
    flow: str = ""


SUBJECTS = (
    Subject("unsupplied", "批而未供", ("批而未供",), "unsupplied_stock", "unsupplied_disposed"),
    Subject("idle", "闲置土地", ("闲置",), "idle_stock", "idle_disposed"),
    Subject("farmland", "补充耕地", ("补充耕地", "占补平衡")),
    Subject("linkage", "增减挂钩", ("增减挂钩", "拆旧复垦")),
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
    subject = subject_of(metric)
    year = _YEAR.fullmatch(period.strip())
    if subject is None or not subject.flow:
        return Bound("", int(year[1]) if year else None)
    if role == TargetRole.BASE:
        return Bound(subject.stock, None)
    if _END_OF_TERM.search(metric) or _END_OF_TERM.search(period):
        return Bound(subject.stock, TERM_END_YEAR)
    if year:
        return Bound(subject.flow, int(year[1]))
    return Bound("", None)


def subject_of(metric: str) -> Subject | None:
    """事项 of a figure by its printed name; None for one that speaks of none, or of several."""
    found = [subject for subject in SUBJECTS if any(word in metric for word in subject.words)]
    return found[0] if len(found) == 1 else None


def layer_of(text: str, start: int) -> Layer:
    """下达 where the words before a figure say that it came from above, else 分解.

    The words are those of its sentence and, where that begins with 其中, of the sentence before.
    """
    begin = _sentence_start(text, start)
    if text[begin:start].lstrip().startswith("其中"):
        begin = _sentence_start(text, begin - 1)
    return Layer.DELEGATED if "下达" in text[begin:start] else Layer.DECOMPOSED


def _sentence_start(text: str, at: int) -> int:
    """Offset behind the last full stop or line end before `at`."""
    return max(text.rfind(stop, 0, max(at, 0)) for stop in "。；\n") + 1
