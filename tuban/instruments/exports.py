"""方案清单、目标矩阵 and the lists of one plan as Excel: the rows their pages show, all pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from tuban.instruments import pages
from tuban.instruments.access import get_instrument
from tuban.instruments.matrix import Matrix, MatrixRow, matrix
from tuban.instruments.models import DraftState, Instrument, Target
from tuban.parcels.exports import sheet
from tuban.parcels.exports.cells import Cell
from tuban.parcels.exports.order import Kind, Made, Order, Progress, offer
from tuban.parcels.exports.sheet import Column, Sheet

_PLANS = (
    Column("状态", width=10),
    Column("发文字号", width=26),
    Column("标题或文件", width=60),
    Column("地区", width=12),
    Column("成文日期", "day", 12),
    Column("来源", width=12),
    Column("任务", "count", 8),
    Column("目标", "count", 8),
    Column("替代", width=26),
    Column("替代起始日", "day", 12),
)
_TARGETS = (
    Column("地区", width=14),
    Column("载明名称", width=30),
    Column("时期", width=14),
    Column("位置", width=8),
    Column("层级", width=8),
    Column("载明", width=14),
    Column("认定", width=14),
    Column("单位", width=10),
    Column("折算面积", "area", 16),
    Column("数据", width=14),
    Column("说明", width=30),
)
_TASKS = (
    Column("序号", width=12),
    Column("任务", width=50),
    Column("责任单位", width=40),
    Column("配合单位", width=40),
    Column("监督单位", width=30),
    Column("完成时限", width=50),
    Column("说明", width=14),
)
_FINDINGS = (
    Column("程度", width=10),
    Column("类别", width=8),
    Column("发现", width=90),
    Column("认定", width=40),
)
_LISTS = {"targets": "目标", "tasks": "任务", "findings": "核对发现"}


def _sheet(
    order: Order,
    title: str,
    columns: Sequence[Column],
    about: Callable[[int], str],
    pinned: int = 1,
) -> Sheet:
    return Sheet(
        title=title,
        about=about,
        by=order.by,
        at=order.at,
        columns=columns,
        unit=order.unit,
        pinned=pinned,
    )


# ---- 方案清单 ---------------------------------------------------------------------------------


def count_plans(order: Order) -> int:
    """Plans under review and in force that the post may see."""
    return pages.open_drafts(order.user).count() + pages.standing_plans(order.user).count()


def write_plans(order: Order, target: Path, progress: Progress) -> Made:
    """方案: those under review first, then those in force, as the page lists them."""
    del progress  # a few hundred at the most
    made = _sheet(order, "方案", _PLANS, lambda count: f"共 {count} 份　任务单位：项　目标单位：个")
    sheet.write(target, made, _plans(order))
    return Made("方案清单", ".xlsx")


def _plans(order: Order) -> Iterator[list[Cell]]:
    for draft in pages.open_drafts(order.user):
        word = DraftState(draft.state).label
        source = draft.get_origin_display()
        yield [word, None, draft.name, draft.region.name, None, source, None, None, None, None]
    for each in pages.standing_plans(order.user):
        yield [
            DraftState.IN_FORCE.label,
            each.doc_no or "（无文号）",
            each.title,
            each.region.name,
            each.issued_on,
            each.get_origin_display(),
            each.task_count,  # type: ignore[attr-defined]
            each.target_count,  # type: ignore[attr-defined]
            str(each.replaces) if each.replaces else None,
            each.in_force_from,
        ]


# ---- 一份方案的目标、任务、核对发现 ------------------------------------------------------------


def _listed(order: Order) -> tuple[Instrument, str, list[list[Cell]]]:
    """The plan an order names, the list, and its rows."""
    instrument = get_instrument(order.user, int(order.query.get("plan", "0")))
    tab = order.query.get("tab", "")
    tab = tab if tab in _LISTS else "targets"
    page = pages.instrument_page(order.user, instrument)
    rows = {"targets": _target_rows, "tasks": _task_rows, "findings": _finding_rows}[tab](page)
    return instrument, tab, list(rows)


def write_list(order: Order, target: Path, progress: Progress) -> Made:
    """One list of a plan in force, as its page shows it."""
    del progress  # of one document
    instrument, tab, rows = _listed(order)
    title, columns = _LISTS[tab], {"targets": _TARGETS, "tasks": _TASKS, "findings": _FINDINGS}[tab]
    issued = instrument.issued_on.isoformat() if instrument.issued_on else "—"
    unit = f"　折算面积单位：{order.unit.label}" if tab == "targets" else ""
    made = _sheet(
        order,
        title,
        columns,
        lambda count: f"{instrument.title}　{instrument}　成文 {issued}　共 {count} 条{unit}",
        pinned=2,
    )
    sheet.write(target, made, rows)
    return Made(f"{instrument.doc_no or '方案'} {title}", ".xlsx")


def _target_rows(page: pages.InstrumentPage) -> Iterator[list[Cell]]:
    for row in page.targets:
        item = row.target
        notes = (
            "暂行" if item.provisional else "",
            "经核对更正" if item.corrected else "",
            row.binding_words,
        )
        yield [
            item.region.name,
            item.metric,
            item.period or None,
            item.get_role_display(),
            item.get_layer_display(),
            item.printed or None,
            row.held or None,
            item.unit or None,
            item.area_m2,
            row.data_words,
            "；".join(filter(None, notes)),
        ]


def _task_rows(page: pages.InstrumentPage) -> Iterator[list[Cell]]:
    for task in page.tasks:
        yield [
            task.no,
            task.title,
            "、".join(task.lead) or "（没有写明）",
            "、".join(task.support) or None,
            "、".join(task.supervise) or None,
            "；".join(task.due) or "（没有写明）",
            "经核对更正" if task.corrected else None,
        ]


def _finding_rows(page: pages.InstrumentPage) -> Iterator[list[Cell]]:
    for each in page.findings:
        yield [each.word, each.kind, each.message, each.decided or None]


# ---- 目标矩阵 ---------------------------------------------------------------------------------


def _matrix(order: Order) -> Matrix:
    return matrix(order.user, order.query.get("subject", ""), order.on)


def write_matrix(order: Order, target: Path, progress: Progress) -> Made:
    """目标矩阵: decomposed figures by 旗区 and year, computed and printed sums, delegated below."""
    del progress  # nine places
    shown = _matrix(order)
    plans = "、".join(map(str, shown.instruments)) or "没有现行的目标"
    made = _sheet(
        order,
        "目标矩阵",
        (
            Column("层级", width=8),
            Column("地区", width=20),
            Column("载明名称", width=24),
            *(Column(f"{year}年", "area", 14) for year in shown.years),
            Column("全期间", "area", 14),
            Column("载明", width=14),
            Column("文件与说明", width=44),
        ),
        lambda count: (
            f"{shown.subject.title}　截至 {order.as_of} 现行　{plans}　共 {count} 行　"
            f"单位：{order.unit.label}"
            f"{'' if shown.has_measure else '　尚无数据来源：目标照登，完成数不作零计'}"
        ),
        pinned=2,
    )
    rows = [*_decomposed(shown), *(_delegated(shown, each) for each in shown.delegated)]
    sheet.write(target, made, rows)
    return Made(f"目标矩阵 {shown.subject.title}", ".xlsx")


def _decomposed(shown: Matrix) -> Iterator[list[Cell]]:
    if not shown.years:
        return
    tail: list[Cell] = [None, None]
    for row in shown.rows:
        yield ["分解", row.label, None, *_areas(row), *tail, _plans_of(row)]
    yield ["分解", "全市（计算数）", None, *shown.sums, *tail, "各旗区相加；有空缺的不作合计"]
    yield ["分解", shown.printed.label, None, *_areas(shown.printed), *tail, None]
    differences = [difference for _, _, difference in shown.compared]
    yield ["分解", "计算数减载明数", None, *differences, *tail, None]


def _areas(row: MatrixRow) -> list[Fraction | None]:
    return [cell.area_m2 for cell in row.cells]


def _plans_of(row: MatrixRow) -> str:
    """The plans a row's figures come from, each once."""
    named: Iterable[str] = (str(cell.target.instrument) for cell in row.cells if cell.target)
    return "、".join(dict.fromkeys(named))


def _delegated(shown: Matrix, item: Target) -> list[Cell]:
    notes = (
        str(item.instrument),
        {True: "", False: "并列，不为准", None: "待发文机关答复"}[item.binding],
        "经核对更正" if item.corrected else "",
    )
    years = [item.area_m2 if item.year == year else None for year in shown.years]
    return [
        "下达",
        item.region.name,
        item.metric,
        *years,
        item.area_m2 if item.year is None else None,
        item.printed or None,
        "；".join(filter(None, notes)),
    ]


PLANS = offer(Kind("instruments", "方案清单（Excel）", count_plans, write_plans))
LIST = offer(
    Kind("instrument-list", "方案的一张清单（Excel）", lambda o: len(_listed(o)[2]), write_list)
)
MATRIX = offer(
    Kind("target-matrix", "目标矩阵（Excel）", lambda o: len(_matrix(o).rows), write_matrix)
)
