"""任务: owners and deadlines that are missing, and what dates and figures of a task leave open."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from tuban.documents.checks.timing import check_timing
from tuban.documents.model import Deadline, Finding, Task

_PRODUCT = re.compile(
    r"(?:完成|实现)(?:本年度|本年|当年|年度|全年)*(?P<product>[\u4e00-\u9fff]{2,6}?)(?:目标)?任务"
)


def check_tasks(tasks: Sequence[Task], issued: date | None) -> Iterator[Finding]:
    """Owners and deadlines a task must have, and what its dates and figures leave open."""
    yield from _lacking(tasks, "no-owner", "责任单位", [task for task in tasks if not task.owners])
    yield from _lacking(
        tasks, "no-deadline", "完成时限", [task for task in tasks if not task.deadlines], ref="X11"
    )
    for task in tasks:
        yield from _open_deadlines(task)
        yield from check_timing(task.no, task.deadlines, issued)
        yield from _ranges(task)
        yield from _rates(task)
    yield from _mixed(tasks)
    yield from _copied(tasks)
    inferred = [
        (f"{task.no}“{deadline.raw}”→{_shown(deadline)}", deadline.span)
        for task in tasks
        for deadline in task.deadlines
        if "inferred_year" in deadline.flags
    ]
    if inferred:
        yield Finding(
            "inferred-year",
            "时间",
            "note",
            "时限没有写年份，按前文或成文日期推定："
            + "；".join(words for words, _ in inferred)
            + "。",
            tuple(span for _, span in inferred),
        )


def _shown(deadline: Deadline) -> str:
    """A day, or the first and last of a range."""
    if isinstance(deadline.norm, tuple):
        return "至".join(filter(None, deadline.norm))
    return str(deadline.norm)


def _lacking(
    tasks: Sequence[Task], code: str, label: str, lacking: list[Task], ref: str | None = None
) -> Iterator[Finding]:
    if not lacking:
        return
    which = "、".join(task.no for task in lacking)
    all_of_them = len(lacking) == len(tasks) > 1
    count = f"全部 {len(lacking)} 项任务都" if all_of_them else f"{len(lacking)} 项任务"
    yield Finding(
        code,
        "缺失",
        "warning",
        f"{count}没有{label}：{which}。请在核对时明确。",
        tuple(task.span for task in lacking),
        ref=ref,
    )


def _open_deadlines(task: Task) -> Iterator[Finding]:
    for deadline in task.deadlines:
        if "unresolved" in deadline.flags or "no_year" in deadline.flags:
            yield Finding(
                "deadline-unresolved",
                "时间",
                "warning",
                f"{task.no} 的时限“{deadline.raw}”无法化为日期，请补录。",
                (deadline.span,),
            )
        elif "ambiguous" in deadline.flags:
            yield Finding(
                "deadline-ambiguous",
                "时间",
                "note",
                f"{task.no} 的“{deadline.raw}”是否含该月（年）不明，按不含读作 {deadline.norm}。",
                (deadline.span,),
            )


def _ranges(task: Task) -> Iterator[Finding]:
    """A minimum printed as a range (X17)."""
    for target in task.targets:
        if "range" in target.flags:
            yield Finding(
                "range-target",
                "口径",
                "note",
                f"{task.no} 的“{target.name}{target.raw}”是区间，"
                f"按下限 {target.value}{target.unit} 计。",
                (target.span,),
                ref="X17",
            )


def _rates(task: Task) -> Iterator[Finding]:
    """A share whose numerator and denominator the text does not say (X18)."""
    vague = [
        target
        for target in task.targets
        if target.unit == "%" and not re.search("率|占比|比例|比重|价", target.name)
    ]
    if vague:
        first = vague[0]
        yield Finding(
            "undefined-rate",
            "口径",
            "warning",
            f"{task.no} 的“{first.name}”{'、'.join(target.raw for target in vague)}"
            "没有写明分子、分母（按宗数还是面积）。",
            tuple(target.span for target in vague),
            ref="X18",
        )


def _mixed(tasks: Sequence[Task]) -> Iterator[Finding]:
    """长期坚持 and a day in one line: which of them closes the task (X11)."""
    mixed = []
    for task in tasks:
        kinds = {deadline.kind for deadline in task.deadlines if deadline.where == "label"}
        if kinds & {"continuous", "recurring"} and kinds & {"fixed", "range"}:
            mixed.append(task)
    if mixed:
        yield Finding(
            "mixed-deadlines",
            "时间",
            "note",
            f"{len(mixed)} 项任务的完成时限把长期要求和具体日期写在一起："
            f"{'、'.join(task.no for task in mixed)}。日期只管当年成果，长期要求须逐年另定。",
            tuple(
                deadline.span
                for task in mixed
                for deadline in task.deadlines
                if deadline.where == "label"
            ),
            ref="X11",
        )


def _copied(tasks: Sequence[Task]) -> Iterator[Finding]:
    """One and the same product due in two tasks, of which only one speaks of it (X12)."""
    due: dict[str, list[tuple[Task, Deadline]]] = {}
    for task in tasks:
        for deadline in task.deadlines:
            if deadline.where == "label" and _PRODUCT.search(deadline.what):
                due.setdefault(deadline.raw + deadline.what, []).append((task, deadline))
    for shared in due.values():
        product = _PRODUCT.search(shared[0][1].what)
        if product is None or len(shared) < 2:
            continue
        word = product["product"]
        speaking = [task.no for task, _ in shared if word in task.text]
        if not speaking:
            continue
        for task, deadline in shared:
            if word not in task.text:
                yield Finding(
                    "copied-deadline",
                    "笔误",
                    "warning",
                    f"{task.no} 的时限写“{deadline.what}”，而该任务并不涉及“{word}”；"
                    f"同样的话见 {'、'.join(speaking)}，疑为照抄。",
                    (deadline.span, task.span),
                    ref="X12",
                )
