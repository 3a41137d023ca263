"""核对发现: what a reviewer must look at in one document. Each rule is one function."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from tuban.documents.layout import Layout
from tuban.documents.model import Deadline, Figure, Finding, Header, Span, Table, Target, Task
from tuban.documents.tables import LostTable
from tuban.documents.tabular import is_place
from tuban.documents.targets import unmeasured_figures
from tuban.values.places import resolve_place

_SHORT_NOTICE = timedelta(days=10)
_BRACKETS = (("（", "）"), ("《", "》"), ("〔", "〕"))
_TITLE_MARK = re.compile(r"《[^《》]{4,80}方案的通知》(?=印发)")
_OWN_NAME = re.compile(r"本(?P<kind>办法|方案|意见|规定|细则|计划)")
_BEFORE_YEAR = re.compile(r"(?P<year>(?:19|20)\d{2})年前")


def check_header(header: Header) -> Iterator[Finding]:
    """Number, date and issuer must be printed; nothing is invented for them."""
    named = (
        ("doc_no", header.doc_no, "发文字号", "请在核对时补录，或注明“无文号”。"),
        ("date", header.date, "成文日期", "没有日期，时限中缺的年份不作推定，请补录。"),
        ("issuer", header.issuer, "发文机关", "请在核对时补录。"),
        ("title", header.title, "标题", "请在核对时补录。"),
    )
    for key, value, label, remedy in named:
        if value is None:
            yield Finding(
                f"no-{key.replace('_', '-')}", "缺失", "warning", f"文中没有{label}。{remedy}"
            )


def check_layout(layout: Layout) -> Iterator[Finding]:
    """Foreign matter of a gazette (X21)."""
    for stray in layout.strays:
        yield Finding(
            "stray-line",
            "冲突",
            "warning",
            f"“{stray}”是刊载时的页眉或另一文件的文号，已剔除，不作为本文件的文号。",
            ref="X21",
        )
    if layout.cut:
        words, length = layout.cut
        yield Finding(
            "foreign-tail",
            "冲突",
            "warning",
            f"附件之后从“{words}”起约 {length} 字与本方案无关，已截去，不进入条款。",
            ref="X21",
        )


def check_tasks(tasks: Sequence[Task], issued: date | None) -> Iterator[Finding]:
    """Owners and deadlines a task must have, and what its dates and figures leave open."""
    yield from _lacking(tasks, "no-owner", "责任单位", [task for task in tasks if not task.owners])
    yield from _lacking(
        tasks, "no-deadline", "完成时限", [task for task in tasks if not task.deadlines], ref="X11"
    )
    for task in tasks:
        yield from _open_deadlines(task)
        yield from _timing(task.no, task.deadlines, issued)
        yield from _ranges(task)
        yield from _rates(task)
    inferred = [
        (f"{task.no}“{deadline.raw}”→{deadline.norm}", deadline.span)
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


def _timing(where: str, deadlines: Iterable[Deadline], issued: date | None) -> Iterator[Finding]:
    """Due before the document was issued, or within days of it (X8, X10)."""
    for deadline in deadlines:
        if issued is None or deadline.due is None:
            continue
        left = date.fromisoformat(deadline.due) - issued
        if left < timedelta(0):
            yield Finding(
                "due-before-issue",
                "时间",
                "warning",
                f"{where}的时限“{deadline.raw}”（{deadline.due}）早于成文日期 {issued}。",
                (deadline.span,),
                ref="X8",
            )
        elif left <= _SHORT_NOTICE:
            yield Finding(
                "short-notice",
                "时间",
                "note",
                f"{where}的时限“{deadline.raw}”距成文日期 {issued} 只有 {left.days} 天。",
                (deadline.span,),
                ref="X10",
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


def check_tables(
    tables: Sequence[Table], lost: Sequence[LostTable], figures: Sequence[Figure]
) -> Iterator[Finding]:
    """Lost tables (X20), rows that do not fit, places and units nobody knows."""
    for each in lost:
        yield Finding(
            "table-lost",
            "缺失",
            "error",
            f"{each.annex or '附件'}“{each.caption}”只有标题没有表格，疑为提取时丢失，请补原表。",
            (each.span,),
            ref="X20",
        )
    for at, table in enumerate(tables):
        name = table.annex or table.caption or f"第 {at + 1} 个表"
        yield from _misfits(name, table)
        own = [figure for figure in figures if figure.table == at]
        yield from _unmeasured(name, own)
        yield from _unknown_places(name, own)


def _misfits(name: str, table: Table) -> Iterator[Finding]:
    for row, cells in zip(table.rows, table.row_spans, strict=True):
        if len(row) != len(table.columns):
            yield Finding(
                "table-row-misfit",
                "缺失",
                "error",
                f"{name}中“{row[0] or ''}”一行有 {len(row)} 格，表头有 {len(table.columns)} 格，"
                "对不齐，未取数，请核对原表。",
                cells,
            )


def _unmeasured(name: str, figures: Sequence[Figure]) -> Iterator[Finding]:
    bare = [figure for figure in figures if figure.value is not None and figure.unit is None]
    if bare:
        yield Finding(
            "unit-missing",
            "缺失",
            "error",
            f"{name}有 {len(bare)} 个数没有单位，请补录，不作推定。",
            tuple(figure.span for figure in bare),
        )


def _unknown_places(name: str, figures: Sequence[Figure]) -> Iterator[Finding]:
    seen: dict[str, Span] = {}
    for figure in figures:
        if figure.region_code is None and resolve_place(figure.region).kind == "unknown":
            seen.setdefault(figure.region, figure.span)
    if seen:
        kind = "没有区划代码" if all(map(is_place, seen)) else "不认识"
        yield Finding(
            "unknown-place",
            "缺失",
            "warning",
            f"{name}中的地名{kind}：{'、'.join(seen)}。请在核对时指定。",
            tuple(seen.values()),
        )


def check_text(
    layout: Layout, header: Header, deadlines: Sequence[Deadline], targets: Sequence[Target]
) -> Iterator[Finding]:
    """Slips of the text itself (X22, X9, X19), figures without unit, the plan's own timetable."""
    yield from _timing("全文", deadlines, _issued(header))
    yield from _brackets(layout)
    for match in _TITLE_MARK.finditer(layout.text):
        yield Finding(
            "title-mark",
            "笔误",
            "note",
            "书名号把“的通知”括在方案名称之内，应在“方案”之后收尾。",
            (match.span(),),
            ref="X22",
        )
    yield from _own_name(layout, header)
    yield from _past_years(targets, _issued(header))
    yield from _roster(layout)
    if layout.body:
        start, end = layout.lines[layout.body[0]].start, layout.lines[layout.body[-1]].end
        for span in unmeasured_figures(layout.text, start, end):
            number = layout.text[span[0] : span[1]]
            yield Finding(
                "unit-missing",
                "缺失",
                "error",
                f"正文中的数“{number}”没有单位，不作推定。",
                (span,),
            )


def _issued(header: Header) -> date | None:
    return date.fromisoformat(header.date) if header.date else None


def _brackets(layout: Layout) -> Iterator[Finding]:
    for line in layout.lines:
        for opening, closing in _BRACKETS:
            count = line.text.count(opening) - line.text.count(closing)
            if count and not re.match(r"\d{1,2}）", line.text):
                missing = closing if count > 0 else opening
                yield Finding(
                    "bracket",
                    "笔误",
                    "note",
                    f"括号不成对，少 {abs(count)} 个“{missing}”：{line.text[:20]}……",
                    ((line.start, line.end),),
                    ref="X22",
                )


def _own_name(layout: Layout, header: Header) -> Iterator[Finding]:
    """A 方案 that calls itself 本办法."""
    title = header.plan_title or header.title or ""
    if not title.removesuffix("的通知").endswith("方案"):
        return
    for match in _OWN_NAME.finditer(layout.text):
        if match["kind"] != "方案":
            yield Finding(
                "own-name",
                "笔误",
                "note",
                f"文件是方案，文中却自称“{match.group()}”。",
                (match.span(),),
                ref="X22",
            )


def _past_years(targets: Sequence[Target], issued: date | None) -> Iterator[Finding]:
    """A target for the time before a year that had all but begun when the plan was issued (X9)."""
    for target in targets:
        match = _BEFORE_YEAR.match(target.period or "")
        if match and issued and date(int(match["year"]) - 1, 12, 31) <= issued:
            yield Finding(
                "target-past",
                "时间",
                "warning",
                f"“{target.name}”的期限“{match.group()}”在成文日期 {issued.isoformat()} 时已届满。",
                (target.span,),
                ref="X9",
            )


def _roster(layout: Layout) -> Iterator[Finding]:
    """A roster with two 副组长 labels and no 成员 (X19)."""
    for zone in layout.annexes:
        labels = [
            "".join(match.group().split())
            for at in zone
            if (match := re.match(r"(?:副 ?)?组 ?长：|成 ?员：", layout.lines[at].text))
        ]
        if labels.count("副组长：") > 1 and "成员：" not in labels:
            line = layout.lines[zone.start]
            yield Finding(
                "roster-labels",
                "笔误",
                "note",
                f"{line.text}名单两次出现“副组长”而没有“成员”，后一处疑应为“成员”。",
                ((line.start, line.end),),
                ref="X19",
            )
