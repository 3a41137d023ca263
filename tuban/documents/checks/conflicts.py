"""目标口径: one target printed in several places of one plan must be one figure, or be asked about.

The words of the measures, the notes under an annex and the annex's own total are compared in exact
areas. A small difference looks like a slip; a large one like two layers (下达, 分解).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tuban.documents.model import Figure, Finding, Span, Table, Target
from tuban.documents.notes import targets_in_notes
from tuban.documents.targets import Context
from tuban.documents.verdicts import Agreement
from tuban.values.area import Area, parse_unit

# What people call the same thing.
SUBJECTS: dict[str, tuple[str, ...]] = {
    "增减挂钩": ("增减挂钩", "拆旧复垦"),
    "占补平衡": ("占补平衡", "补充耕地"),
    "批而未供": ("批而未供",),
    "闲置土地": ("闲置土地", "闲置"),
}
_SLIP = Fraction(5, 100)
_NOBODY = Context(None, None, None)


@dataclass(frozen=True, slots=True)
class _Printed:
    """One figure where it is printed."""

    where: str
    words: str
    m2: Fraction
    span: Span


def check_targets(
    tables: Sequence[Table], figures: Sequence[Figure], targets: Sequence[Target]
) -> tuple[list[Finding], list[Agreement]]:
    """Conflicts and agreements between words, notes and totals, per subject and period."""
    findings: list[Finding] = []
    agreements: list[Agreement] = []
    for at, table in enumerate(tables):
        subject = subject_of(table.caption or "")
        if subject is None:
            continue
        totals = _totals(table, [figure for figure in figures if figure.table == at])
        notes = _notes(table)
        for period, total in totals.items():
            body = _body(subject, period, targets)
            printed = [*body, *notes.get(period, []), total]
            if len({each.m2 for each in printed}) > 1:
                findings.append(_finding(subject, period, printed))
            elif len(printed) > 1:
                agreements.append(_agreement(subject, period, printed))
    return findings, agreements


def subject_of(words: str) -> str | None:
    """The subject a caption or a target's name speaks of; None if it is none we know."""
    return next(iter(subjects_in(words)), None)


def subjects_in(words: str) -> list[str]:
    """Every subject a name speaks of; the figure of 批而未供和闲置土地 is the sum of two."""
    return [subject for subject, names in SUBJECTS.items() if any(name in words for name in names)]


def is_single_subject(words: str) -> bool:
    """Whether a name speaks of one subject only."""
    return len(subjects_in(words)) == 1


def _totals(table: Table, figures: Sequence[Figure]) -> dict[str, _Printed]:
    """The annex's totals by year, and under `term` the one for the whole period."""
    rows = {figure.row for figure in figures if figure.role == "total" and _is_year(figure.period)}
    if len(rows) != 1:
        return {}
    totals: dict[str, _Printed] = {}
    name = table.annex or "附表"
    for figure in figures:
        if figure.row not in rows:
            continue
        period = figure.period if _is_year(figure.period) else "term"
        if figure.role == "cell" or period is None:
            continue
        printed = _printed(f"{name}合计", figure.value, figure.unit, figure.span)
        if printed:
            totals.setdefault(period, printed)
    return totals


def _is_year(period: str | None) -> bool:
    return period is not None and len(period) == 4


def _notes(table: Table) -> dict[str, list[_Printed]]:
    """Areas that a note names, by year or `term`."""
    found: dict[str, list[_Printed]] = {}
    where = f"{table.annex or '附表'}备注"
    for target in targets_in_notes(table, _NOBODY):
        printed = _printed(where, target.value, target.unit, target.span)
        if printed:
            found.setdefault(target.year or "term", []).append(printed)
    return found


def _body(subject: str, period: str, targets: Sequence[Target]) -> list[_Printed]:
    """What the measures say of the subject; sums like 批而未供和闲置 name two and are left out."""
    found = []
    for target in targets:
        if subject_of(target.name) != subject or not is_single_subject(target.name):
            continue
        if "cumulative" in target.flags and period != "term":
            continue
        if (target.year or ("term" if target.period else None)) != period:
            continue
        printed = _printed("正文", target.value, target.unit, target.span)
        if printed:
            found.append(printed)
    return found


def _printed(where: str, value: str | None, unit: str | None, span: Span) -> _Printed | None:
    """None for what is no area."""
    if value is None or unit is None:
        return None
    try:
        area = Area(Decimal(value), parse_unit(unit))
    except ValueError:
        return None
    return _Printed(where, f"{value}{unit}", area.m2, span)


def _agreement(subject: str, period: str, printed: list[_Printed]) -> Agreement:
    when = "“十四五”任务" if period == "term" else f"{period}年任务"
    listed = "、".join(f"{each.where}{each.words}" for each in printed)
    return Agreement(
        "target-agrees",
        f"{subject}{when}各处一致：{listed}。",
        tuple(dict.fromkeys(each.span for each in printed)),
    )


def _finding(subject: str, period: str, printed: list[_Printed]) -> Finding:
    first = printed[0]
    slips = [
        each for each in printed[1:] if each.m2 != first.m2 and _apart(each.m2, first.m2) <= _SLIP
    ]
    layers = [each for each in printed[1:] if _apart(each.m2, first.m2) > _SLIP]
    listed = "、".join(f"{each.where}{each.words}" for each in printed)
    when = "“十四五”任务" if period == "term" else f"{period}年任务"
    parts = [f"{subject}{when}各处不一致：{listed}。"]
    parts += [f"{first.where}与{each.where}相差不大，疑为笔误。" for each in slips[:1]]
    if layers and first.m2:
        ratio = max(layers[0].m2, first.m2) / min(layers[0].m2, first.m2)
        parts.append(
            f"{layers[0].where}与{first.where}相差 {float(ratio):.2f} 倍，应是下达与分解两层目标，"
            "完成率因分母而异。"
        )
    parts.append("请发文机关明确以哪个为准，答复前各值并存。")
    return Finding(
        code="target-conflict",
        finding_class="冲突" if slips else "口径",
        severity="error" if slips else "warning",
        message="".join(parts),
        spans=tuple(dict.fromkeys(each.span for each in printed)),
        ref="X1" if period == "term" else "X2",
    )


def _apart(one: Fraction, other: Fraction) -> Fraction:
    """How far apart, as a share of the larger."""
    larger = max(one, other)
    return abs(one - other) / larger if larger else Fraction(0)
