"""数量对照: a number of problems one plan names and the other only gives by class and region."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from tuban.documents.across.pair import Pair, agreement, finding
from tuban.documents.counts import counts_of
from tuban.documents.model import Finding, Reading, Span, Target
from tuban.documents.verdicts import Agreement

SUBJECTS = (re.compile("督察"), re.compile("违法"), re.compile("闲置"), re.compile("批而未供"))
"""What problems and parcels are counted of."""


def compare_counts(pair: Pair) -> tuple[list[Finding], list[Agreement]]:
    """The whole of the one against the sum of the other's classes, for one place and subject."""
    findings: list[Finding] = []
    agreements: list[Agreement] = []
    if not pair.same_place:
        return findings, agreements
    for at, (one, other) in enumerate((pair.readings, pair.readings[::-1])):
        for total, unit, spans, target in _matches(one, other):
            both = ([target.span], spans) if at == 0 else (spans, [target.span])
            names = pair.names[at], pair.names[1 - at]
            if Decimal(target.value) == total:
                agreements.append(
                    agreement(
                        "count-agrees",
                        f"{names[0]} 的“{target.raw}{target.name}”等于 {names[1]} 各类之和 {total}{unit}。",
                        both,
                    )
                )
            else:
                findings.append(
                    finding(
                        "count-differs",
                        ("冲突", "error"),
                        f"{names[0]} 的“{target.raw}{target.name}”与 {names[1]} 各类之和 "
                        f"{total}{unit} 不一致。",
                        both,
                    )
                )
    return findings, agreements


def _matches(one: Reading, other: Reading) -> Iterator[tuple[Decimal, str, list[Span], Target]]:
    """A count of `one` that speaks of the same as the title of `other`, which counts by class."""
    counts = counts_of(other.tasks)
    units = {count.whole.unit for count in counts}
    if len(units) != 1 or counts_of(one.tasks):
        return
    total = sum((count.total for count in counts), Decimal(0))
    title = f"{other.header.title or ''}{other.header.plan_title or ''}"
    spans = [count.whole.span for count in counts]
    for task in one.tasks:
        for target in task.targets:
            same = any(s.search(target.name) and s.search(title) for s in SUBJECTS)
            if target.unit in units and same and target.year is None:
                yield total, target.unit or "", spans, target
