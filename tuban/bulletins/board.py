"""看板 as it is shown: one subject's table, its rows, its curve, and what falls due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tuban.law.timeline import Stage
from tuban.measures import queries as measures
from tuban.measures.definitions import NOTHING, Measure
from tuban.measures.progress import Light, Progress
from tuban.regions.models import Region


@dataclass(frozen=True, slots=True)
class Subject:
    """事项 of the board: a stock and the flow that brings it down."""

    key: str
    title: str
    stock: str
    flow: str
    beside: str | None = None


SUBJECTS = (
    Subject("unsupplied", "批而未供", "unsupplied_stock", "unsupplied_disposed"),
    Subject("idle", "闲置土地", "idle_stock", "idle_disposed", beside="suspected_idle_stock"),
)


@dataclass(frozen=True, slots=True)
class Unreviewed:
    """未复核 m² of one row's figures; `done_m2` by target year."""

    stock_m2: Fraction
    beside_m2: Fraction
    done_m2: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One 旗区, or the city's 计算数.

    Attributes:
        base: Stock the plan printed, None where it printed none.
        years: Progress of each target year, in order.
        stock_m2: 现存量 on the as-of day.
        beside_m2: 疑似闲置 for the idle subject, else None.
        unreviewed: What of the figures rests on facts nobody has reviewed.
        opens: Whether this post may open the rows behind the figures.
    """

    region: Region
    base: measures.TargetFigure | None
    years: tuple[Progress, ...]
    printed: tuple[measures.TargetFigure | None, ...]
    stock_m2: Fraction
    beside_m2: Fraction | None
    unreviewed: Unreviewed
    opens: bool

    @property
    def stock_share(self) -> Fraction | None:
        """未复核 share of 现存量; None where it is zero."""
        return _share(self.unreviewed.stock_m2, self.stock_m2)

    @property
    def beside_share(self) -> Fraction | None:
        """未复核 share of 疑似闲置."""
        return _share(self.unreviewed.beside_m2, self.beside_m2 or NOTHING)

    @property
    def shared_years(self) -> tuple[tuple[Progress, Fraction | None], ...]:
        """Progress of each target year with the 未复核 share of what was done."""
        done = zip(self.years, self.unreviewed.done_m2, strict=True)
        return tuple((item, _share(m2, item.done_m2)) for item, m2 in done)


def _share(part: Fraction, whole: Fraction) -> Fraction | None:
    return part / whole if whole else None


@dataclass(frozen=True, slots=True)
class Difference:
    """载明数 of the city row beside the computed sum of its parts."""

    printed: measures.TargetFigure | None
    computed_m2: Fraction | None

    @property
    def difference_m2(self) -> Fraction | None:
        """计算数 − 载明数."""
        if self.printed is None or self.printed.area_m2 is None or self.computed_m2 is None:
            return None
        return self.computed_m2 - self.printed.area_m2


@dataclass(frozen=True, slots=True)
class SubjectBoard:
    """One table of the board.

    Attributes:
        rows: Nine 旗区 in the order of their codes.
        city: Computed sums; its targets are the sums of the parts.
        printed_base: 载明数 of the base column beside its 计算数.
        printed_years: 载明数 of each year's total beside its 计算数.
        by_printed: City progress of the current year against the printed total.
        lights: Count of 旗区 by light in the current year.
        curve: Stock at month ends up to the as-of day.
        plan: Planned stock at year ends: the base less the yearly targets.
        instrument: Where the targets come from, "" without any.
        yellow_points: 黄灯幅度 of the city's rule, percentage points.
    """

    subject: Subject
    stock: Measure
    flow: Measure
    years: tuple[int, ...]
    current: int
    rows: tuple[BoardRow, ...]
    city: BoardRow
    printed_base: Difference
    printed_years: tuple[Difference, ...]
    by_printed: Progress | None
    lights: Mapping[Light, int]
    curve: tuple[tuple[date, Fraction], ...]
    plan: tuple[tuple[date, Fraction], ...]
    instrument: str
    instrument_id: int | None
    provisional: bool
    yellow_points: Fraction

    @property
    def now(self) -> Progress | None:
        """City progress of the current year, None outside the target years."""
        return next((p for p in self.city.years if p.year == self.current), None)

    @property
    def unreviewed_share(self) -> Fraction | None:
        """未复核 share of what the city did this year; None where it did nothing."""
        return next((s for p, s in self.city.shared_years if p.year == self.current), None)


@dataclass(frozen=True, slots=True)
class Warning_:
    """临近时限 of one parcel in the post's scope."""

    on: date
    days_left: int
    kind: str
    parcel_id: int
    parcel_no: str
    stage: Stage


@dataclass(frozen=True, slots=True)
class Board:
    """The whole page."""

    on: date
    subject: SubjectBoard
    warnings: tuple[Warning_, ...]
    warning_count: int
