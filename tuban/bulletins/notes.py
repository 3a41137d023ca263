"""说明: what a reader must know to use the figures rightly. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from tuban.bulletins.blocks import Block, Run, Shape
from tuban.bulletins.paper import Paper, percent
from tuban.bulletins.periods import day_words


@dataclass(frozen=True, slots=True)
class Basis:
    """What the figures rest on.

    Attributes:
        known_at: Facts recorded by then are counted, Asia/Shanghai.
        yellow_points: 黄灯幅度 of the bulletin's region; `yellow_is_default` where nobody set it.
        instruments: Where the targets stand; a provisional one says so.
        unverified: Name and counting rule of measures whose definition was not read in a text.
    """

    known_at: datetime
    yellow_points: Fraction
    yellow_is_default: bool
    instruments: tuple[str, ...]
    unverified: tuple[tuple[str, str], ...]


def notes(paper: Paper, basis: Basis) -> tuple[Block, ...]:
    """The numbered notes under the text."""
    return (
        Block(Shape.NOTE, (Run("说明：", look="lead"),)),
        *(
            Block(Shape.NOTE, (Run(f"{number}.{words}"),))
            for number, words in enumerate(_notes(paper, basis), 1)
        ),
    )


def _notes(paper: Paper, basis: Basis) -> Iterator[str]:
    yield (
        f"数据以事实发生日计，截至{day_words(paper.on)}；按"
        f"{_instant_words(basis.known_at)}以前已登记的事实计算。面积未知的地块不计入，"
        "“—”表示没有数据。"
    )
    yield _rates(paper)
    yield "各数由未取整的面积计算，显示时四舍五入一次；因四舍五入，分项之和与合计可能略有差异。"
    yield _lights(basis)
    yield from _unreviewed(paper)
    for name, rule in basis.unverified:
        yield f"“{name}”的口径（{rule}）待核实：依惯例计数，尚未见到官方原文。"
    if basis.instruments:
        yield f"年度目标依据：{'；'.join(basis.instruments)}。"


def _rates(paper: Paper) -> str:
    year = date(paper.on.year, 1, 1)
    days, all_days = (paper.on - year).days + 1, (date(paper.on.year, 12, 31) - year).days + 1
    return (
        f"完成率＝本年完成÷年度目标；序时进度＝{days}天÷{all_days}天＝"
        f"{percent(Fraction(days, all_days))}%。名次按完成率由高到低，以未取整的数比较，相同的并列；"
        "年度目标为零或没有目标的不计算完成率、不参加排名。"
    )


def _lights(basis: Basis) -> str:
    width = f"{float(basis.yellow_points):g}个百分点"
    words = f"亮灯：完成率不低于序时进度为正常，低于序时进度在{width}以内为偏慢，再低为滞后"
    return (
        f"{words}；{width}的幅度为系统默认，未见规定。" if basis.yellow_is_default else f"{words}。"
    )


def _unreviewed(paper: Paper) -> Iterator[str]:
    shares = []
    for report in paper.reports:
        year = report.own.year
        if year.m2:
            share = percent(year.unreviewed_m2 / year.m2)
            shares.append(f"本年{report.topic.noun}{report.topic.verb}数的{share}%")
    if shares:
        yield f"{'、'.join(shares)}所依据的事实尚未由另一岗位复核。"


def _instant_words(at: datetime) -> str:
    return f"{day_words(at.date())}{at:%H:%M}"
