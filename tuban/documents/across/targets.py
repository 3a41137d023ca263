"""目标对照: one place, one subject, one year – one area. A child plan repeats its parent's row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tuban.documents.across.pair import Pair, agreement, finding
from tuban.documents.checks.conflicts import is_single_subject, subject_of
from tuban.documents.model import Figure, Finding, Reading, Span, Target
from tuban.documents.verdicts import Agreement
from tuban.values.area import Area, parse_unit

_Key = tuple[str, str, str]
TERM = "“十四五”"
"""The period of a target for the whole plan period."""


@dataclass(frozen=True, slots=True)
class Statement:
    """An area a document states; `key` is its subject, place and period."""

    key: _Key
    words: str
    m2: Fraction
    span: Span


def compare_targets(pair: Pair) -> tuple[list[Finding], list[Agreement]]:
    """For each place, subject and period that both name: equal, or a conflict."""
    first, second = map(statements_of, pair.readings)
    findings: list[Finding] = []
    agreements: list[Agreement] = []
    for key in first.keys() & second.keys():
        ours, theirs = first[key], second[key]
        shared = {each.m2 for each in ours} & {each.m2 for each in theirs}
        where = f"{key[1]}{key[0]}{key[2] if key[2] == TERM else key[2] + '年'}任务"
        spans = [each.span for each in ours], [each.span for each in theirs]
        names = pair.names
        if shared:
            words = next(each.words for each in ours if each.m2 in shared)
            agreements.append(agreement("target-agrees", f"{where}两件一致，均为 {words}。", spans))
        else:
            findings.append(
                finding(
                    "target-differs",
                    ("冲突", "error"),
                    f"{where}两件不一致：{names[0]} 为 {_listed(ours)}，"
                    f"{names[1]} 为 {_listed(theirs)}。请确认以哪个为准。",
                    spans,
                )
            )
    return (
        sorted(findings, key=lambda each: each.spans),
        sorted(agreements, key=lambda each: each.spans),
    )


def _listed(statements: list[Statement]) -> str:
    return "、".join(dict.fromkeys(each.words for each in statements))


def statements_of(reading: Reading) -> dict[_Key, list[Statement]]:
    """What a document states, by subject, place and period; sums of two subjects left out."""
    found: dict[_Key, list[Statement]] = {}
    for statement in (*_of_words(reading), *_of_tables(reading)):
        found.setdefault(statement.key, []).append(statement)
    return found


def _of_words(reading: Reading) -> Iterator[Statement]:
    targets = [
        *(target for task in reading.tasks for target in task.targets),
        *reading.document_targets,
    ]
    for target in targets:
        subject = subject_of(target.name)
        if subject is None or not is_single_subject(target.name) or "cumulative" in target.flags:
            continue
        period = target.year or (TERM if target.period else None)
        place = _place(target)
        area = _m2(target.value, target.unit)
        if period and place and area is not None:
            key = (subject, place, period)
            yield Statement(key, f"{target.value}{target.unit}", area, target.span)


def _of_tables(reading: Reading) -> Iterator[Statement]:
    for figure in reading.figures:
        table = reading.tables[figure.table]
        subject = subject_of(table.caption or "")
        period = _period(figure)
        area = _m2(figure.value, figure.unit)
        if subject and figure.region and period and area is not None:
            key = (subject, figure.region, period)
            yield Statement(key, f"{figure.value}{figure.unit}", area, figure.span)


def _place(target: Target) -> str | None:
    return target.region if target.region and not target.region.startswith("各") else None


def _period(figure: Figure) -> str | None:
    """A year; the term for the column of the stock or of the total; None for what is to remain."""
    if figure.period and len(figure.period) == 4:
        return figure.period
    if figure.role == "base" or (figure.role == "total" and not _is_rest(figure)):
        return TERM
    return TERM if figure.role == "cell" and not figure.period else None


def _is_rest(figure: Figure) -> bool:
    return figure.period is not None and len(figure.period) == len("2025-12-31")


def _m2(value: str | None, unit: str | None) -> Fraction | None:
    if value is None or unit is None:
        return None
    try:
        return Area(Decimal(value), parse_unit(unit)).m2
    except ValueError:
        return None
