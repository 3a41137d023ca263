"""行文: a bulletin's sentences written from its figures. Pure functions.

Nothing is computed here but differences of two figures; every number is rounded once, when it is
written. What a drafter may change (开头, 工作要求) is not written here.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from tuban.bulletins.blocks import Block, Run, Shape, figure_key
from tuban.bulletins.paper import Paper, Report, percent
from tuban.bulletins.periods import day_words
from tuban.bulletins.reckoning import Place, Standing
from tuban.bulletins.tables import ranking_table
from tuban.measures.progress import Light
from tuban.values.area import format_area

# A difference smaller than this is only the stored decimals' own rounding.
_STORED_ROUNDING_M2 = Fraction(1, 100)
_NUMERALS = "一二三四五六七八九"


def compose(paper: Paper, notes: tuple[Block, ...]) -> tuple[Block, ...]:
    """The computed part of the text: 总体情况, 分旗区进度 with tables and notes, 存在问题.

    The drafter's 工作要求 follows as the last section; see `demands_heading`.
    """
    blocks = [_heading(0, "总体情况")]
    for number, report in enumerate(paper.reports):
        blocks.append(Block(Shape.TEXT, (_lead(number, report), *_overall(paper, report))))
    if paper.earlier is None:
        blocks.append(_text(Run(f"没有同一范围、同一类别的上期{paper.kind.label}可比。")))
    blocks.append(_heading(1, "分旗区进度" if paper.is_city else "在全市的位次"))
    for number, report in enumerate(paper.reports):
        blocks.append(Block(Shape.TEXT, (_lead(number, report), *_positions(paper, report))))
    for number, report in enumerate(paper.reports, 1):
        blocks.append(Block(Shape.TABLE, table=ranking_table(paper, report, number)))
    blocks.extend(notes)
    blocks.append(_heading(2, "存在问题"))
    blocks.extend(_problems(paper))
    return tuple(blocks)


def demands_heading() -> Block:
    """The heading above the drafter's 工作要求."""
    return _heading(3, "下一步工作要求")


def _heading(number: int, words: str) -> Block:
    return Block(Shape.HEADING, (Run(f"{_NUMERALS[number]}、{words}"),))


def _text(*runs: Run) -> Block:
    return Block(Shape.TEXT, runs)


def _lead(number: int, report: Report) -> Run:
    return Run(f"（{_NUMERALS[number]}）{report.topic.noun}{report.topic.verb}。", look="lead")


def _sum(paper: Paper, m2: Fraction, code: str, place: Place, period: str, show: str) -> Run:
    """An area with its unit behind it left out: the sentence gives it."""
    return Run(format_area(m2, paper.unit), figure_key(code, place.code, period), show)


def _overall(paper: Paper, report: Report) -> list[Run]:
    """One subject of the bulletin's own region, in full sentences."""
    own, topic, unit = report.own, report.topic, paper.unit.label
    runs = [
        Run(f"截至{day_words(paper.on)}，{paper.who}{topic.stock_words}存量"),
        _sum(paper, own.stock.m2, topic.stock, own.place, "", "m2"),
        Run(unit),
    ]
    if own.beside is not None:
        runs += [
            Run(f"；另有{topic.beside_words}（尚未认定，不计入存量）"),
            _sum(paper, own.beside.m2, topic.beside, own.place, "", "m2"),
            Run(unit),
        ]
    runs += [
        Run(f"。{paper.on.year}年已{topic.verb}"),
        _sum(paper, own.year.m2, topic.flow, own.place, paper.year_period, "m2"),
        Run(f"{unit}，其中{paper.kind.this}{topic.verb}"),
        _sum(paper, own.period.m2, topic.flow, own.place, paper.this_period, "m2"),
        Run(unit),
        *_against_target(paper, report),
        *_against_printed(paper, report),
        *_against_before(paper, report),
    ]
    return runs


def _against_target(paper: Paper, report: Report) -> list[Run]:
    own, topic, unit = report.own, report.topic, paper.unit.label
    done = own.progress
    if done.rate is None or done.target_m2 is None or done.gap is None or own.rest_m2 is None:
        target = f"{paper.on.year}年{topic.verb}目标"
        words = f"没有{target}" if own.year.target_m2 is None else f"{target}为零"
        return [Run(f"；{words}，不计算完成率。")]
    key = figure_key(topic.flow, own.place.code, paper.year_period)
    runs = [
        Run("；年度目标"),
        Run(format_area(done.target_m2, paper.unit), key, "target"),
        Run(f"{unit}，完成率"),
        Run(f"{percent(done.rate)}%", key, "rate"),
        Run("，"),
        *_pace(done.gap, done.elapsed, key),
    ]
    if abs(own.rest_m2) < _STORED_ROUNDING_M2:
        return [*runs, Run("，年度目标恰好完成。")]
    words = "距年度目标还差" if own.rest_m2 > 0 else "超出年度目标"
    rest = format_area(abs(own.rest_m2), paper.unit)
    return [*runs, Run(f"，{words}"), Run(rest, key, "rest"), Run(f"{unit}。")]


def _pace(gap: Fraction, elapsed: Fraction, key: str) -> list[Run]:
    """快于序时进度（74.9%）9.3个百分点."""
    shown = percent(abs(gap))
    if not shown.strip("0."):
        return [Run(f"与序时进度（{percent(elapsed)}%）持平", key, "gap")]
    word = "快于" if gap > 0 else "慢于"
    return [
        Run(f"{word}序时进度（{percent(elapsed)}%）"),
        Run(shown, key, "gap"),
        Run("个百分点"),
    ]


def _against_printed(paper: Paper, report: Report) -> list[Run]:
    """The plan's own total, where it is not the sum of its parts."""
    year, target = report.own.year, report.own.progress.target_m2
    if not year.printed_m2 or target is None:
        return []
    if abs(year.printed_m2 - target) < _STORED_ROUNDING_M2:
        return []
    key = figure_key(report.topic.flow, report.own.place.code, paper.year_period)
    return [
        Run("年度目标按各旗区分项相加；方案载明的合计为"),
        Run(format_area(year.printed_m2, paper.unit), key, "printed"),
        Run(f"{paper.unit.label}，按载明合计计算完成率"),
        Run(f"{percent(year.m2 / year.printed_m2)}%", key, "rate_by_printed"),
        Run("。"),
    ]


def _against_before(paper: Paper, report: Report) -> list[Run]:
    own, topic, earlier = report.own, report.topic, paper.earlier
    if own.before is None or earlier is None:
        return []
    stock_key = figure_key(topic.stock, own.place.code)
    fallen = own.before.stock_m2 - own.stock.m2
    runs = [
        Run(f"与上期（{earlier.doc_no}，截至{day_words(earlier.on)}）相比，存量"),
        *_moved(paper, -fallen, stock_key),
    ]
    if earlier.on.year == paper.on.year:
        year_key = figure_key(topic.flow, own.place.code, paper.year_period)
        added = own.year.m2 - own.before.year_m2
        runs += [Run(f"，本年{topic.verb}"), *_moved(paper, added, year_key)]
    return [*runs, Run("。")]


def _moved(paper: Paper, by_m2: Fraction, key: str) -> list[Run]:
    """增加0.12万亩, 减少0.12万亩, 没有变化."""
    if not by_m2:
        return [Run("没有变化", key, "change")]
    word = "增加" if by_m2 > 0 else "减少"
    shown = format_area(abs(by_m2), paper.unit)
    return [Run(word), Run(shown, key, "change"), Run(paper.unit.label)]


def _positions(paper: Paper, report: Report) -> list[Run]:
    """Who goes well and who lags; or the one 旗区's own rank."""
    if not paper.is_city:
        return _own_position(paper, report)
    if all(row.rank is None for row in report.counties):
        return [Run("各旗区年度目标为零或没有目标，不参加排名。")]
    parts = []
    for light in (Light.GREEN, Light.YELLOW, Light.RED):
        names = [r.place.name for r in in_light(report.counties, light)]
        if names:
            parts.append(f"{light.label}{len(names)}个（{'、'.join(names)}）")
    untold = [r.place.name for r in in_light(report.counties, Light.GREY)]
    if untold:
        parts.append(f"年度目标为零或没有目标、不参加排名{len(untold)}个（{'、'.join(untold)}）")
    return [Run(f"{len(report.counties)}个旗区中，{'；'.join(parts)}。")]


def _own_position(paper: Paper, report: Report) -> list[Run]:
    own = report.own
    if own.rank is None:
        return [Run("年度目标为零或没有目标，不参加排名。")]
    rivals = [row for row in report.counties if row.rank is not None]
    tie = "（并列）" if sum(row.rank == own.rank for row in rivals) > 1 else ""
    key = figure_key(report.topic.flow, own.place.code, paper.year_period)
    return [
        Run(f"{paper.who}完成率在有年度目标的{len(rivals)}个旗区中列第"),
        Run(str(own.rank), key, "rank"),
        Run(f"位{tie}，亮灯为{own.progress.light.label}。"),
    ]


def in_light(rows: Sequence[Standing], light: Light) -> list[Standing]:
    """Those of one light, in their order."""
    return [row for row in rows if row.progress.light is light]


def _problems(paper: Paper) -> list[Block]:
    """Who lags, by how much; one paragraph a subject."""
    blocks = []
    for report in paper.reports:
        rows = report.counties if paper.is_city else (report.own,)
        red = in_light(rows, Light.RED)
        if not red:
            continue
        runs = [Run(f"{report.topic.noun}{report.topic.verb}滞后的有：")]
        for position, row in enumerate(red):
            assert row.progress.rate is not None  # a red light has a rate
            assert row.progress.gap is not None
            key = figure_key(report.topic.flow, row.place.code, paper.year_period)
            runs += [
                Run(f"{'；' if position else ''}{row.place.name}完成率"),
                Run(f"{percent(row.progress.rate)}%", key, "rate"),
                Run("，慢于序时进度"),
                Run(percent(-row.progress.gap), key, "gap"),
                Run("个百分点"),
            ]
        blocks.append(_text(*runs, Run("。")))
    return blocks or [
        _text(Run(f"{paper.who}没有进度滞后的{'旗区' if paper.is_city else '事项'}。"))
    ]
