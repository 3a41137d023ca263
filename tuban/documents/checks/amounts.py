"""文中分解: targets in running words that must add up – by subject, and by year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tuban.documents.arithmetic.rounding import decimal_text, signed_text
from tuban.documents.checks.conflicts import is_single_subject, subject_of, subjects_in
from tuban.documents.model import Finding, Target
from tuban.documents.verdicts import Agreement

_LEAST_YEARS = 3


@dataclass(frozen=True, slots=True)
class _Sum:
    """A whole, its parts, and what people call the sum."""

    words: str
    whole: Target
    parts: tuple[Target, ...]


def check_amounts(targets: Sequence[Target]) -> tuple[list[Finding], list[Agreement]]:
    """批而未供和闲置土地 0.42 = 0.24 + 0.18; a term against its years if none is left out."""
    findings: list[Finding] = []
    agreements: list[Agreement] = []
    for each in (*_by_subject(targets), *_by_year(targets)):
        parts = sum((Fraction(part.value) for part in each.parts), Fraction(0))
        diff = parts - Fraction(each.whole.value)
        unit = each.whole.unit or ""
        spans = (each.whole.span, *(part.span for part in each.parts))
        listed = "＋".join(part.value for part in each.parts)
        if not diff:
            agreements.append(
                Agreement("amounts-hold", f"{each.words}：{listed}＝{each.whole.raw}。", spans)
            )
            continue
        rounded = abs(diff) <= sum(map(_half, (each.whole, *each.parts)), Fraction(0))
        findings.append(
            Finding(
                "amounts-sum",
                "取整" if rounded else "笔误",
                "note" if rounded else "error",
                f"{each.words}：{listed}＝{decimal_text(parts)}{unit}，载明 {each.whole.raw}，"
                f"相差 {signed_text(diff)}{unit}。"
                + ("四舍五入可以解释。" if rounded else "四舍五入不能解释，疑为笔误。"),
                spans,
                computed=decimal_text(parts),
                printed=each.whole.value,
                diff=signed_text(diff),
            )
        )
    return findings, agreements


def _by_subject(targets: Sequence[Target]) -> Iterator[_Sum]:
    """One figure for two subjects, and one for each of them, for the same time and place."""
    for whole in targets:
        named = subjects_in(whole.name)
        if len(named) < 2:
            continue
        parts = [
            next(
                (
                    t
                    for t in _alike(targets, whole)
                    if is_single_subject(t.name) and subject_of(t.name) == subject
                ),
                None,
            )
            for subject in named
        ]
        found = tuple(part for part in parts if part is not None)
        if len(found) == len(named):
            yield _Sum(f"{whole.name}分项", whole, found)


def _alike(targets: Iterable[Target], whole: Target) -> Iterator[Target]:
    for target in targets:
        if (target.year, target.period, target.region, target.unit) == (
            whole.year,
            whole.period,
            whole.region,
            whole.unit,
        ):
            yield target


def _by_year(targets: Sequence[Target]) -> Iterator[_Sum]:
    """A term and its years, told one after another up to the end of the term."""
    for whole in targets:
        first, _, last = (whole.period or "").partition("-")
        subject = subject_of(whole.name)
        if not (last.isdecimal() and subject and is_single_subject(whole.name)):
            continue
        years: dict[str, Target] = {}
        for target in targets:
            same = (target.region, target.unit) == (whole.region, whole.unit)
            if (
                target.year
                and same
                and is_single_subject(target.name)
                and subject_of(target.name) == subject
                and "cumulative" not in target.flags
                and first <= target.year <= last
            ):
                years.setdefault(target.year, target)
        told = sorted(map(int, years))
        complete = told and told == list(range(told[0], int(last) + 1))
        if complete and len(told) >= _LEAST_YEARS:
            yield _Sum(f"{subject}分年任务", whole, tuple(years[str(year)] for year in told))


def _half(target: Target) -> Fraction:
    exponent = Decimal(target.value).as_tuple().exponent
    return Fraction(1, 2) / 10 ** max(0, -exponent) if isinstance(exponent, int) else Fraction(0)
