"""排名表: nine 旗区 in order of their rates, the city beneath. Pure functions."""

from __future__ import annotations

from fractions import Fraction

from tuban.bulletins.blocks import Run, Table, figure_key
from tuban.bulletins.paper import Paper, Report, percent, points
from tuban.bulletins.reckoning import Standing, in_order
from tuban.values.area import MISSING, format_area


def ranking_table(paper: Paper, report: Report, number: int) -> Table:
    """The table of one subject, `number` counting from 1."""
    topic, this = report.topic, paper.kind.this
    return Table(
        caption=f"表{number}　{topic.noun}{topic.verb}目标完成情况",
        unit=f"单位：{paper.unit.label}",
        heads=(
            "名次",
            "旗区",
            "存量",
            *([topic.beside_words] if topic.beside else []),
            "年度目标",
            f"本年{topic.verb}",
            f"其中{this}",
            "完成率（%）",
            "与序时差（百分点）",
            "亮灯",
            "上期名次",
            "名次变化",
        ),
        rows=(
            *(_row(paper, report, row) for row in in_order(report.counties)),
            _row(paper, report, report.city, label="全市"),
        ),
    )


def _row(paper: Paper, report: Report, row: Standing, *, label: str = "") -> tuple[Run, ...]:
    topic, done = report.topic, row.progress
    year = figure_key(topic.flow, row.place.code, paper.year_period)

    def area(m2: Fraction | None, key: str, show: str = "m2") -> Run:
        shown = format_area(m2, paper.unit)
        return Run(shown) if m2 is None else Run(shown, key, show)

    beside = []
    if row.beside is not None:
        beside.append(area(row.beside.m2, figure_key(topic.beside, row.place.code)))
    rate = Run(MISSING) if done.rate is None else Run(percent(done.rate), year, "rate")
    gap = Run(MISSING) if done.gap is None else Run(points(done.gap), year, "gap")
    before = row.before.rank if row.before else None
    return (
        Run(MISSING) if row.rank is None else Run(str(row.rank), year, "rank"),
        Run(label or row.place.name),
        area(row.stock.m2, figure_key(topic.stock, row.place.code)),
        *beside,
        area(done.target_m2, year, "target"),
        area(row.year.m2, year),
        area(row.period.m2, figure_key(topic.flow, row.place.code, paper.this_period)),
        rate,
        gap,
        Run(done.light.label, look=done.light.value),
        Run(MISSING if before is None else str(before)),
        Run(climbed_words(row.climbed)),
    )


def climbed_words(climbed: int | None) -> str:
    """↑1, ↓2, 持平; — where there is nothing to compare."""
    if climbed is None:
        return MISSING
    if not climbed:
        return "持平"
    return f"{'↑' if climbed > 0 else '↓'}{abs(climbed)}"
