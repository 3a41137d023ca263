"""事实: what can be recorded about a parcel, each kind with its own typed content.

A fact says what was true *on* a day. Areas keep their printed value and unit; money is yuan.
`tuban.law.facts` gives these names to the rest of the house and turns contents into JSON and back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tuban.values.area import Area


class FactKind(StrEnum):
    """事实种类, in the order in which a parcel usually meets them."""

    APPROVED = "approved"
    SUPPLIED = "supplied"
    DELIVERED = "delivered"
    START_AGREED = "start_agreed"
    PERMIT = "permit"
    START_REPORTED = "start_reported"
    STARTED = "started"
    RECOGNISED_IDLE = "recognised_idle"
    START_REAGREED = "start_reagreed"
    RECOVERED = "recovered"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    COMPLETED = "completed"
    EXCLUDED = "excluded"
    VOID = "void"

    @property
    def label(self) -> str:
        """Chinese name."""
        return _KIND_LABELS[self]


_KIND_LABELS = {
    FactKind.APPROVED: "批准",
    FactKind.SUPPLIED: "供应",
    FactKind.DELIVERED: "交地",
    FactKind.START_AGREED: "约定动工",
    FactKind.PERMIT: "施工许可",
    FactKind.START_REPORTED: "申报动工",
    FactKind.STARTED: "动工核实",
    FactKind.RECOGNISED_IDLE: "认定闲置",
    FactKind.START_REAGREED: "重新约定动工",
    FactKind.RECOVERED: "收回",
    FactKind.WITHDRAWN: "撤回批准",
    FactKind.LAPSED: "批准失效",
    FactKind.COMPLETED: "竣工",
    FactKind.EXCLUDED: "不计入期间",
    FactKind.VOID: "作废",
}


class SupplyMode(StrEnum):
    """供地方式 (law.md 3.2)."""

    GRANT = "grant"
    ALLOCATION = "allocation"
    LEASE = "lease"
    CONTRIBUTION = "contribution"


class StartTest(StrEnum):
    """动工认定情形: the physical test passed (IDL-03, 《办法》第三十条)."""

    PIT = "pit"
    PILES = "piles"
    FOUNDATION_THIRD = "foundation_third"


class IdleCause(StrEnum):
    """闲置原因 (IDL-12, IDL-13, IDL-14, IDL-47)."""

    GOVERNMENT = "government"
    FORCE_MAJEURE = "force_majeure"
    PREPARATORY = "preparatory"
    ENTERPRISE = "enterprise"
    SEIZURE = "seizure"


class RecoveryRoute(StrEnum):
    """收回方式 (IDL-22 有偿, IDL-30 无偿)."""

    PAID = "paid"
    FREE = "free"


CHOICE_LABELS: Mapping[type[StrEnum], Mapping[str, str]] = {
    SupplyMode: {
        "grant": "出让",
        "allocation": "划拨",
        "lease": "租赁",
        "contribution": "作价出资（入股）",
    },
    StartTest: {
        "pit": "基坑开挖完毕",
        "piles": "桩基完成",
        "foundation_third": "基础完成三分之一",
    },
    IdleCause: {
        "government": "政府原因",
        "force_majeure": "不可抗力",
        "preparatory": "必需前期工作",
        "enterprise": "企业原因",
        "seizure": "司法查封",
    },
    RecoveryRoute: {"paid": "有偿收回", "free": "无偿收回"},
}


def choice_label(choice: StrEnum) -> str:
    """Chinese name of a choice in a payload."""
    return CHOICE_LABELS[type(choice)][choice.value]


@dataclass(frozen=True, slots=True)
class Approved:
    """批准: the State Council or the province approved the area (APP-01)."""

    area: Area


@dataclass(frozen=True, slots=True)
class Supplied:
    """供应: supply formalities complete for the area (APP-15). In parts: several facts."""

    area: Area
    mode: SupplyMode | None = None
    contract_no: str | None = None
    price_yuan: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Delivered:
    """交地: the date of the 交地确认书 (IDL-06)."""


@dataclass(frozen=True, slots=True)
class StartAgreed:
    """约定动工: start and completion agreed in contract or fixed in 划拨决定书 (IDL-01)."""

    start_on: date
    complete_on: date | None = None


@dataclass(frozen=True, slots=True)
class Permit:
    """施工许可: permit issued; alone it is no start (IDL-03)."""

    permit_no: str


@dataclass(frozen=True, slots=True)
class StartReported:
    """申报动工: the holder or a ledger says so; counts as started, 证据不足 (IDL-03)."""


@dataclass(frozen=True, slots=True)
class Started:
    """动工核实: permit and one of the physical tests (IDL-03)."""

    permit_no: str
    test: StartTest


@dataclass(frozen=True, slots=True)
class RecognisedIdle:
    """认定闲置: 《闲置土地认定书》 issued (IDL-17). `area` None = all the land held."""

    cause: IdleCause | None = None
    letter_no: str | None = None
    area: Area | None = None


@dataclass(frozen=True, slots=True)
class StartReagreed:
    """重新约定动工: supplementary agreement with a new start (IDL-19, IDL-25)."""

    start_on: date
    complete_on: date | None = None


@dataclass(frozen=True, slots=True)
class Recovered:
    """收回: the use right taken back (IDL-22, IDL-30). `area` None = all the land held."""

    route: RecoveryRoute
    area: Area | None = None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """撤回批准: part or all of the approval withdrawn (APP-08)."""

    area: Area


@dataclass(frozen=True, slots=True)
class Lapsed:
    """批准失效: recorded lapse of an approval (APP-07). `area` None = all that is unsupplied."""

    area: Area | None = None


@dataclass(frozen=True, slots=True)
class Completed:
    """竣工."""


@dataclass(frozen=True, slots=True)
class Excluded:
    """不计入期间: days that do not count towards idleness (IDL-12 to IDL-16).

    The fact's `on` is the first day, `to` the last, both counted; `to` None = still running.
    """

    to: date | None
    cause: IdleCause
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Void:
    """作废: cancels the fact it supersedes and puts nothing in its place."""


Payload = (
    Approved
    | Supplied
    | Delivered
    | StartAgreed
    | Permit
    | StartReported
    | Started
    | RecognisedIdle
    | StartReagreed
    | Recovered
    | Withdrawn
    | Lapsed
    | Completed
    | Excluded
    | Void
)

FactId = int | str


@dataclass(frozen=True, slots=True)
class Fact:
    """事实.

    Attributes:
        id: Unique among the parcel's facts.
        on: 发生日; month and year precision hold the last day of the month or year.
        precision: day, month or year.
        supersedes: Id of the fact this one corrects (or cancels, for 作废); None for a new fact.
    """

    id: FactId
    kind: FactKind
    on: date
    payload: Payload
    precision: str = "day"
    supersedes: FactId | None = None


def effective(facts: list[Fact]) -> list[Fact]:
    """The facts that count: not superseded, not 作废. A fact once cancelled stays cancelled."""
    replaced = {fact.supersedes for fact in facts if fact.supersedes is not None}
    return [f for f in facts if f.id not in replaced and f.kind is not FactKind.VOID]
