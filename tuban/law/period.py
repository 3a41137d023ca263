"""阶段: what the law makes of a parcel's facts, period by period.

Periods and grounds are named tuples: as immutable as frozen dataclasses and several times cheaper
to make, which a ledger of 50,000 parcels rebuilt in one transaction needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

from tuban.law.model import FactId
from tuban.law.rules import RULES
from tuban.values.area import Unit, format_area, fraction_of


class Stage(StrEnum):
    """阶段."""

    UNSUPPLIED = "unsupplied"
    SUPPLIED = "supplied"
    OVERDUE_START = "overdue_start"
    SUSPECTED_IDLE = "suspected_idle"
    IDLE = "idle"
    STARTED = "started"
    COMPLETED = "completed"
    RECOVERED = "recovered"
    WITHDRAWN = "withdrawn"
    UNDETERMINED = "undetermined"

    @property
    def label(self) -> str:
        """Chinese name."""
        return _STAGE_LABELS[self]


_STAGE_LABELS = {
    Stage.UNSUPPLIED: "批而未供",
    Stage.SUPPLIED: "供而未用",
    Stage.OVERDUE_START: "逾期未动工",
    Stage.SUSPECTED_IDLE: "疑似闲置",
    Stage.IDLE: "闲置（已认定）",
    Stage.STARTED: "已动工",
    Stage.COMPLETED: "已竣工",
    Stage.RECOVERED: "已收回",
    Stage.WITHDRAWN: "已撤回",
    Stage.UNDETERMINED: "无法计算",
}

FLAG_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "two_years": "满二年",
        "approval_two_years": "批准满二年未供",
        "start_unproven": "动工证据不足",
        "used_before_supply": "未供即用",
        "assumed_start": "动工日期系推定",
        "several_agreed_starts": "约定动工日期不一",
        "several_deliveries": "多次交地",
        "reagreed_beyond_one_year": "重新约定超过一年",
        "recognised_early": "认定早于满一年",
        "stopped_after_start": "动工后中止",
        "clock_stopped": "不计入期间未结束",
        "unconfirmed_exclusion": "不计入期间未核实",
        "overdue_completion": "逾期未竣工",
        "partly_recovered": "部分收回",
        "supply_unrecorded": "缺供应记录",
        "over_consumed": "处置超过批准",
        "imprecise_date": "日期不到日",
    }
)
"""Flag → Chinese name."""

NEXT_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "start_due": "约定动工",
        "suspected_idle": "转疑似闲置",
        "two_years": "满二年",
        "approval_two_years": "批准满二年",
        "complete_due": "约定竣工",
    }
)
"""Kind of next date → Chinese name.

`start_due` and `complete_due` are the last day to act; the others the first day of what follows.
"""

MISSING_LABELS = ("约定动工日期", "交地确认书", "供应合同或划拨决定书")
"""What a record may lack; `Period.missing` holds these words."""


class Quantity(NamedTuple):
    """An area in a sentence: exact ticks, and the unit people read it in."""

    ticks: int
    unit: Unit

    def __str__(self) -> str:
        """12.3456 公顷."""
        return f"{format_area(fraction_of(self.ticks), self.unit)} {self.unit.label}"


class Ground(NamedTuple):
    """依据: why a period is what it is.

    The sentence is put together only when somebody reads it: a ledger of 50,000 parcels has half a
    million grounds, and storing them needs none of the words.

    Attributes:
        rule: Id in `tuban.law.rules`.
        verified: False shows as 待核实.
        form: Chinese sentence with {} for each of the values.
        values: Dates, areas, counts and words of the sentence.
    """

    rule: str
    fact_ids: tuple[FactId, ...]
    verified: bool
    form: str
    values: tuple[object, ...] = ()

    @property
    def instrument(self) -> str:
        """Instrument the rule stands in."""
        return RULES[self.rule].instrument

    @property
    def article(self) -> str:
        """Article of the instrument; empty where it has none or none was seen."""
        return RULES[self.rule].article

    @property
    def text(self) -> str:
        """Chinese sentence with the arithmetic."""
        return self.form.format(*self.values)


class Warning_(NamedTuple):
    """提示: something in the record that the timeline had to settle, and how it did.

    Attributes:
        on: Day of the fact that gave rise to it.
    """

    code: str
    message: str
    rule: str
    on: date
    fact_ids: tuple[FactId, ...]


class Period(NamedTuple):
    """A stretch of a parcel's life, half-open [starts_on, ends_on); None = open.

    Areas in m², exact; None = unknown, never zero.

    Attributes:
        projected: It begins because time passed, by no fact: "if nothing happens".
        verified: Every ground is verified.
        flags: Keys of FLAG_LABELS, sorted.
        missing: What the record lacks, in Chinese.
        supplied_m2: Area supplied so far, each piece of the approval once: land recovered and
            supplied again is not counted twice, so approved = supplied + withdrawn + unsupplied.
        withdrawn_m2: 撤回 and 失效 together.
        idle_m2: Recognised area in stage idle, suspected area in stage suspected_idle, else 0.
        unsupplied_disposed_m2: 批而未供 that left the stock on `starts_on` by facts of that day.
        idle_disposed_m2: Recognised idle area that left the stock on `starts_on`, likewise.
        cause: Recorded cause of the recognised idleness, value of IdleCause.
        next_on: Next date that comes by time alone; None if none does.
        next_kind: Key of NEXT_LABELS.
    """

    starts_on: date
    ends_on: date | None
    stage: Stage
    projected: bool
    verified: bool
    flags: tuple[str, ...]
    missing: tuple[str, ...]
    approved_m2: Fraction | None
    supplied_m2: Fraction | None
    withdrawn_m2: Fraction | None
    unsupplied_m2: Fraction | None
    idle_m2: Fraction | None
    unsupplied_disposed_m2: Fraction
    idle_disposed_m2: Fraction
    approved_on: date | None
    cause: str | None
    grounds: tuple[Ground, ...]
    next_on: date | None
    next_kind: str | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """时间线: consecutive periods without gap or overlap, the last one open, and warnings."""

    periods: tuple[Period, ...]
    warnings: tuple[Warning_, ...]

    def on(self, day: date) -> Period | None:
        """The period that holds on the day; None before the first fact."""
        for period in reversed(self.periods):
            if period.starts_on <= day:
                return period
        return None
