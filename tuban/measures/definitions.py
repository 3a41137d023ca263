"""指标定义: each measure once, with its 口径, and the rows it is made of.

A stock (存量) sums areas of the phases that hold on a day; a flow (当期完成) sums the areas that
left the stock within a period, each on the day of the fact that caused it. Nothing here counts
stages or rounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

from django.db.models import F, Q, QuerySet

from tuban.core.errors import DomainError
from tuban.law.timeline import Period, Stage
from tuban.parcels.models import ParcelPhase
from tuban.values.area import m2_decimal

NOTHING: Final = Fraction(0)


class Basis(StrEnum):
    """存量 at a date, or 流量 over a period."""

    STOCK = "stock"
    FLOW = "flow"


@dataclass(frozen=True, slots=True)
class Measure:
    """指标.

    Attributes:
        numerator: What is added up, in words.
        denominator: What a rate of it is divided by, in words.
        approved_years: First and last approval year in scope, None when every parcel counts.
        column: Column of `ParcelPhase` that holds the area in m².
        verified: False where the counting rule rests on practice rather than on a text seen.
    """

    code: str
    name: str
    basis: Basis
    numerator: str
    denominator: str
    source: str
    column: str
    approved_years: tuple[int, int] | None = None
    stages: tuple[Stage, ...] = ()
    verified: bool = True

    @property
    def scope(self) -> Q:
        """Rows the measure may count at all, whatever the date."""
        scope = Q(**{f"{self.column}__gt": 0})
        if self.approved_years:
            first, last = self.approved_years
            scope &= Q(approved_on__gte=date(first, 1, 1), approved_on__lte=date(last, 12, 31))
        if self.stages:
            scope &= Q(stage__in=[stage.value for stage in self.stages])
        return scope

    def counted(self, period: Period) -> Fraction:
        """What a period would count for as a stored phase: the scope above, without a database."""
        m2 = m2_decimal(getattr(period, self.column))
        if m2 is None or m2 <= 0:
            return NOTHING
        if self.approved_years:
            first, last = self.approved_years
            if period.approved_on is None or not first <= period.approved_on.year <= last:
                return NOTHING
        if self.stages and period.stage not in self.stages:
            return NOTHING
        return Fraction(m2)

    @property
    def scope_words(self) -> str:
        """口径 in words."""
        if self.approved_years:
            return f"{self.approved_years[0]}—{self.approved_years[1]} 年审批的土地"
        return "全部地块"

    def rows_on(self, phases: QuerySet[ParcelPhase], on: date) -> QuerySet[ParcelPhase]:
        """Phases that make the stock on the day."""
        return phases.filter(self.scope, holds_on(on))

    def rows_during(
        self, phases: QuerySet[ParcelPhase], first: date, last: date
    ) -> QuerySet[ParcelPhase]:
        """Phases whose beginning made the flow between two days, both included."""
        return phases.filter(self.scope, starts_on__gte=first, starts_on__lte=last)


def holds_on(on: date) -> Q:
    """Phases that hold on the day: [starts_on, ends_on)."""
    return Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gt=on))


_ALL: Final = (
    Measure(
        code="unsupplied_stock",
        name="批而未供存量",
        basis=Basis.STOCK,
        numerator="批准面积－已供面积－撤回及失效面积，逐地块相加",
        denominator="不适用（存量）",
        source="规则 APP-02；鄂府发〔2022〕118号 附件4",
        column="unsupplied_m2",
        approved_years=(2009, 2019),
    ),
    Measure(
        code="unsupplied_disposed",
        name="批而未供消化",
        basis=Basis.FLOW,
        numerator="当期供应、撤回批准、批准失效减少的未供面积",
        denominator="当年消化目标",
        source="规则 APP-15；鄂府发〔2022〕118号 附件4",
        column="unsupplied_disposed_m2",
        approved_years=(2009, 2019),
    ),
    Measure(
        code="idle_stock",
        name="闲置土地存量",
        basis=Basis.STOCK,
        numerator="已认定闲置、尚未处置完毕的面积，逐地块相加",
        denominator="不适用（存量）",
        source="规则 IDL-17；鄂府发〔2022〕118号 附件5",
        column="idle_m2",
        stages=(Stage.IDLE,),
    ),
    Measure(
        code="idle_disposed",
        name="闲置土地处置",
        basis=Basis.FLOW,
        numerator="已认定闲置期间动工、重新约定动工或收回的面积",
        denominator="当年处置目标",
        source="规则 IDL-19、IDL-22、IDL-30；鄂府发〔2022〕118号 附件5",
        column="idle_disposed_m2",
        verified=False,
    ),
    Measure(
        code="suspected_idle_stock",
        name="疑似闲置面积",
        basis=Basis.STOCK,
        numerator="约定动工日起满一年未动工、尚未认定的面积，逐地块相加",
        denominator="不适用（存量）",
        source="规则 IDL-01",
        column="idle_m2",
        stages=(Stage.SUSPECTED_IDLE,),
    ),
)

MEASURES: Final[Mapping[str, Measure]] = MappingProxyType({m.code: m for m in _ALL})


class UnknownMeasure(DomainError):
    """没有这个指标."""

    def __init__(self, code: str) -> None:
        super().__init__(f"没有代码为“{code}”的指标。", code="unknown_measure", kind="absent")


def measure(code: str) -> Measure:
    """The measure of that code.

    Raises:
        UnknownMeasure: There is none.
    """
    try:
        return MEASURES[code]
    except KeyError:
        raise UnknownMeasure(code) from None


AREA_M2 = "area_m2"


def with_area(measured: Measure, rows: QuerySet[ParcelPhase]) -> QuerySet[Any]:
    """The rows with the counted area as `area_m2`, whatever column it comes from."""
    return rows.annotate(**{AREA_M2: F(measured.column)})
