"""阶段: what the deadlines of single classes imply for the rates that stages demand.

Asked only of plans that count by class and region (`counts`) and set rates by day (整改率 80 %).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil

from tuban.documents.counts import Count
from tuban.documents.model import Deadline, Finding, Span, Target, Task
from tuban.documents.verdicts import Agreement
from tuban.values.places import resolve_place

_SUBMITTED = re.compile(r"上报|报批|申报|报送")
_DONE = re.compile(r"完成|整改|验收|销号|到位")
_EVERYONE = re.compile(r"各.{0,2}[旗区县]")


@dataclass(frozen=True, slots=True)
class Stage:
    """率 to be reached by a day."""

    name: str
    rate: Fraction
    due: date
    span: Span

    @property
    def percent(self) -> str:
        """80 %, 97.5 % without needless zeros."""
        return f"{float(self.rate * 100):g}%"


def stages_of(
    text: str, deadlines: Sequence[Deadline], targets: Sequence[Target]
) -> tuple[Stage, ...]:
    """Rates with the day named before them in the same sentence, each once, by day."""
    found: dict[tuple[Fraction, date], Stage] = {}
    for target in targets:
        if target.unit != "%" or "率" not in target.name:
            continue
        before = [
            deadline
            for deadline in deadlines
            if deadline.due
            and deadline.span[1] <= target.span[0]
            and not re.search("[。\n]", text[deadline.span[1] : target.span[0]])
        ]
        if before and before[-1].due:
            rate, due = Fraction(target.value) / 100, date.fromisoformat(before[-1].due)
            found.setdefault((rate, due), Stage(target.name, rate, due, target.span))
    return tuple(sorted(found.values(), key=lambda stage: (stage.due, stage.rate)))


def check_counts(counts: Sequence[Count]) -> tuple[list[Finding], list[Agreement]]:
    """Parts against their whole, and the governments named against the regions counted."""
    findings: list[Finding] = []
    for count in counts:
        findings.extend(_sum(count))
        findings.extend(_owners(count))
    if not counts or any(finding.code == "count-sum" for finding in findings):
        return findings, []
    whole = sum((count.total for count in counts), Decimal(0))
    if len({count.whole.unit for count in counts}) > 1:
        return findings, []
    unit = counts[0].whole.unit or ""
    agreed = Agreement(
        "counts-hold",
        f"{len(counts)} 类数量均等于所列各地区之和，合计 {whole}{unit}。",
        tuple(count.whole.span for count in counts),
    )
    return findings, [agreed]


def _sum(count: Count) -> Iterator[Finding]:
    parts = sum((Decimal(part.value) for part in count.parts.values()), Decimal(0))
    whole = count.total
    if parts != whole:
        unit = count.whole.unit or ""
        short = parts < whole
        yield Finding(
            "count-sum",
            "缺失" if short else "笔误",
            "warning" if short else "error",
            f"{count.task.no} 所列各地区相加为 {parts}{unit}，载明 {whole}{unit}，"
            f"相差 {parts - whole:+}{unit}。"
            + ("若所列已是全部地区，则有误。" if short else "分项之和大于总数，必有一误。"),
            (count.whole.span, *(part.span for part in count.parts.values())),
            computed=str(parts),
            printed=str(whole),
            diff=f"{parts - whole:+}",
        )


def _owners(count: Count) -> Iterator[Finding]:
    """Who has problems must be responsible; who has none need not be."""
    leads = [owner for owner in count.task.owners if owner.role == "lead"]
    if not leads:
        return
    named = {
        place.code: owner.span
        for owner in leads
        if (place := resolve_place(owner.name)).kind == "region"
    }
    everyone = [owner for owner in leads if _EVERYONE.match(owner.name)]
    if everyone:
        yield Finding(
            "owners-beyond-count",
            "口径",
            "note",
            f"{count.task.no} 的责任单位是“{everyone[0].printed}”，而所列数量只涉及 {len(count.parts)} 个地区。",
            (*(owner.span for owner in everyone), count.whole.span),
        )
        return
    missing = [
        part for code, part in count.parts.items() if code not in named and Decimal(part.value)
    ]
    if missing:
        yield Finding(
            "count-without-owner",
            "冲突",
            "error",
            f"{count.task.no} 中{'、'.join(part.region or '' for part in missing)}有数量，"
            "却不在责任单位之列。",
            tuple(part.span for part in missing),
        )


def check_stages(counts: Sequence[Count], stages: Sequence[Stage]) -> Iterator[Finding]:
    """The path that class deadlines imply (X4), rates by region (X6), what counts as done (X5)."""
    whole_numbers = all(
        Decimal(each.value) % 1 == 0
        for count in counts
        for each in (count.whole, *count.parts.values())
    )
    if not counts or not stages or not whole_numbers:
        return
    yield from _path(counts, stages)
    yield from _by_region(counts, stages)
    yield from _done(counts, stages)


def _last_due(task: Task) -> date | None:
    days = [date.fromisoformat(d.due) for d in task.deadlines if d.due and d.where == "label"]
    return max(days, default=None)


def _path(counts: Sequence[Count], stages: Sequence[Stage]) -> Iterator[Finding]:
    """How many are due by each stage if every class keeps its own last deadline."""
    due = [(_last_due(count.task), int(count.total), count) for count in counts]
    if any(day is None for day, *_ in due):
        return
    whole = sum(number for _, number, _ in due)
    days = sorted({day for day, *_ in due if day})
    path = "、".join(
        f"{day} {done} 个（{_share(done, whole)}）"
        for day in days
        if (done := sum(number for own, number, _ in due if own and own <= day)) is not None
    )
    for stage in stages:
        done = sum(number for day, number, _ in due if day and day <= stage.due)
        needed = ceil(stage.rate * whole)
        spans = (
            stage.span,
            *(d.span for _, _, count in due for d in count.task.deadlines if d.where == "label"),
        )
        if done < needed:
            early = [
                count.task.title.removeprefix("关于")
                for day, _, count in due
                if day and day > stage.due and _has_milestone(count.task, stage.due)
            ]
            help_ = f"差额要靠{'、'.join(early)}提前完成。" if early else ""
            yield Finding(
                "stage-unreachable",
                "冲突",
                "warning",
                f"要求 {stage.due} {stage.name}达到{stage.percent}（{needed} 个，共 {whole} 个），"
                f"而按各类自己的时限届时只应完成 {done} 个（{_share(done, whole)}），"
                f"差 {needed - done} 个。各类时限推出的进度：{path}。{help_}",
                spans,
                ref="X4",
            )
        elif done == whole and stage.rate < 1:
            yield Finding(
                "stage-below-path",
                "口径",
                "note",
                f"按各类时限 {stage.due} 应全部完成，阶段目标只要求{stage.percent}，两者宽严不一。",
                spans,
                ref="X4",
            )


def _has_milestone(task: Task, by: date) -> bool:
    return any(
        d.due and date.fromisoformat(d.due) <= by for d in task.deadlines if d.where == "label"
    )


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "—"


def _by_region(counts: Sequence[Count], stages: Sequence[Stage]) -> Iterator[Finding]:
    """A rate for the city and the same rate for each county alone are different numbers."""
    by_region: dict[str, int] = {}
    for count in counts:
        for code, part in count.parts.items():
            by_region[code] = by_region.get(code, 0) + int(Decimal(part.value))
    whole = sum(by_region.values())
    differing = [
        (stage, ceil(stage.rate * whole), sum(ceil(stage.rate * n) for n in by_region.values()))
        for stage in stages
    ]
    differing = [each for each in differing if each[1] != each[2]]
    if differing:
        yield Finding(
            "rate-by-region",
            "口径",
            "note",
            "阶段比例未写明按合计还是逐个地区考核："
            + "；".join(
                f"{stage.percent}按合计是 {city} 个，逐个地区达标共 {alone} 个"
                for stage, city, alone in differing
            )
            + "。请明确口径。",
            tuple(stage.span for stage, *_ in differing),
            ref="X6",
        )


def _done(counts: Sequence[Count], stages: Sequence[Stage]) -> Iterator[Finding]:
    """上报 is the end of one class and 完成整改 that of another, under one rate."""
    submitted: list[tuple[Task, Deadline]] = []
    completed: list[tuple[Task, Deadline]] = []
    for count in counts:
        dated = [d for d in count.task.deadlines if d.due and d.where == "label"]
        if not dated:
            continue
        last = max(dated, key=lambda deadline: deadline.due or "")
        if _SUBMITTED.search(last.what):
            submitted.append((count.task, last))
        elif _DONE.search(last.what):
            completed.append((count.task, last))
    if submitted and completed:
        yield Finding(
            "done-defined-differently",
            "口径",
            "warning",
            f"同一个{stages[0].name}下“完成”的含义不同："
            f"{'、'.join(task.no for task, _ in submitted)}以“{submitted[0][1].what}”为止，"
            f"{'、'.join(task.no for task, _ in completed)}以“{completed[0][1].what}”为止。请明确口径。",
            tuple(deadline.span for _, deadline in (*submitted, *completed)),
            ref="X5",
        )
