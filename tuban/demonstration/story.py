"""一宗地的经过: what happens to an invented parcel, as dated events.

A ledger row tells the story as it stood on a day; what happens after the last ledger is recorded
fact by fact, as a clerk would.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tuban.demonstration.areas import Scale
from tuban.demonstration.names import Use
from tuban.law.facts import FactKind, payload_to_json
from tuban.law.model import (
    Completed,
    Delivered,
    IdleCause,
    Lapsed,
    Payload,
    RecognisedIdle,
    Recovered,
    RecoveryRoute,
    StartAgreed,
    Started,
    StartReagreed,
    StartReported,
    StartTest,
    Supplied,
    SupplyMode,
    Withdrawn,
    choice_label,
)

Value = str | Decimal | date | None
Event = tuple[date, FactKind, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Approval:
    """批次."""

    year: int
    place: int
    name: str
    doc_no: str
    on: date


@dataclass(slots=True)
class Supply:
    """供应 and what the contract fixes; a date is None where the record lacks it."""

    on: date
    area: int
    mode: SupplyMode
    contract_no: str
    price_wan: Decimal | None
    delivered_on: date | None
    start_due: date | None
    complete_due: date | None


@dataclass(frozen=True, slots=True)
class Start:
    """动工: proven where both permit and test are there."""

    on: date
    permit_no: str = ""
    test: StartTest | None = None


@dataclass(frozen=True, slots=True)
class Disposal:
    """处置: the way as a ledger writes it; `area` None = all of it."""

    way: str
    on: date
    area: int | None = None
    new_start: date | None = None


REAGREED, PAID, FREE = "重新约定动工", "有偿收回", "无偿收回"
WITHDRAWN, LAPSED = "撤回批准", "批准失效"


@dataclass(slots=True)
class Story:
    """One parcel.

    Attributes:
        approved: Approved area in last digits of the scale; 0 without an approval.
        excluded: First and last day that do not count; last None = still running.
        later: Supplies a ledger row has no room for: the second part, or again after recovery.
        rough: Columns whose date is only known to the month.
    """

    region: str
    scale: Scale
    use: Use
    location: str
    approval: Approval | None = None
    approved: int = 0
    parcel_no: str = ""
    name: str = ""
    holder: str = ""
    supply: Supply | None = None
    start: Start | None = None
    completed_on: date | None = None
    recognised_on: date | None = None
    cause: IdleCause | None = None
    excluded: tuple[date, date | None] | None = None
    disposal: Disposal | None = None
    later: list[Supply] = field(default_factory=list)
    rough: frozenset[str] = frozenset()

    @property
    def unsupplied(self) -> int:
        """Approved and in no way disposed of, at the end of the story."""
        gone = self.supply.area if self.supply else 0
        gone += sum(s.area for s in self.later) if not self.recovered else 0
        if self.disposal and self.disposal.way in {WITHDRAWN, LAPSED}:
            gone += self.disposal.area or self.approved - gone
        return self.approved - gone

    @property
    def recovered(self) -> bool:
        """Whether the land was taken back."""
        return self.disposal is not None and self.disposal.way in {PAID, FREE}

    def begins_on(self) -> date:
        """First day on which a ledger would list it."""
        if self.approval is not None:
            return self.approval.on
        assert self.supply is not None
        return self.supply.on

    def lasts_until(self) -> date:
        """Day of the last event; exclusions apart."""
        days = [self.begins_on(), self.completed_on, self.recognised_on]
        days += [happened.on for happened in (self.start, self.disposal) if happened]
        for supply in [*([self.supply] if self.supply else []), *self.later]:
            days += [supply.on, supply.delivered_on]
        return max(day for day in days if day is not None)

    def row_at(self, day: date) -> dict[str, Value]:
        """The ledger row as of the day, keyed by column; what lies after it is blank."""
        row: dict[str, Value] = {
            "parcel_no": self.parcel_no,
            "name": self.name,
            "location": self.location,
            "use": self.use.name,
        }
        if self.approval is not None:
            row["batch_name"] = self.approval.name
            row["approval_no"] = self.approval.doc_no
            row["approved_on"] = self.approval.on
            row["approved_area"] = self.scale.area(self.approved).value
        self._supply_cells(row, day)
        self._building_cells(row, day)
        self._idle_cells(row, day)
        self._disposal_cells(row, day)
        for key in self.rough & row.keys():
            rough = row[key]
            if isinstance(rough, date):
                row[key] = f"{rough.year}年{rough.month}月"
        return {key: value for key, value in row.items() if value not in (None, "")}

    def _supply_cells(self, row: dict[str, Value], day: date) -> None:
        supply = self.supply
        if supply is None or supply.on > day:
            return
        row["supplied_area"] = self.scale.area(supply.area).value
        row["supply_mode"] = choice_label(supply.mode)
        row["contract_no"] = supply.contract_no
        row["supplied_on"] = supply.on
        row["price"] = supply.price_wan
        row["holder"] = self.holder
        row["start_due"], row["complete_due"] = supply.start_due, supply.complete_due
        if supply.delivered_on and supply.delivered_on <= day:
            row["delivered_on"] = supply.delivered_on

    def _building_cells(self, row: dict[str, Value], day: date) -> None:
        if self.start and self.start.on <= day:
            row["started_on"] = self.start.on
            row["permit_no"] = self.start.permit_no
            row["start_test"] = choice_label(self.start.test) if self.start.test else None
        if self.completed_on and self.completed_on <= day:
            row["completed_on"] = self.completed_on

    def _idle_cells(self, row: dict[str, Value], day: date) -> None:
        """An exclusion is stated once it has ended, or while it is known to run on."""
        if self.recognised_on and self.recognised_on <= day:
            row["recognised_on"] = self.recognised_on
            row["idle_cause"] = choice_label(self.cause) if self.cause else None
        if self.excluded and (self.excluded[1] or self.excluded[0]) <= day:
            row["excluded_from"], row["excluded_to"] = self.excluded
            row["idle_cause"] = choice_label(self.cause) if self.cause else None

    def _disposal_cells(self, row: dict[str, Value], day: date) -> None:
        done = self.disposal
        if done is None or done.on > day:
            return
        row["disposal"], row["disposed_on"] = done.way, done.on
        row["new_start_due"] = done.new_start
        if done.area is not None:
            row["disposed_area"] = self.scale.area(done.area).value

    def events(self) -> Iterator[Event]:
        """Everything that happens, as facts: date, kind, payload. Approval and exclusion apart."""
        for supply in [*([self.supply] if self.supply else []), *self.later]:
            yield from self.supply_events(supply)
        if self.start:
            permit, test = self.start.permit_no, self.start.test
            proven = Started(permit, test) if permit and test else StartReported()
            kind = FactKind.STARTED if permit and test else FactKind.START_REPORTED
            yield self.start.on, kind, payload_to_json(proven)
        if self.completed_on:
            yield self.completed_on, FactKind.COMPLETED, payload_to_json(Completed())
        if self.recognised_on:
            found = RecognisedIdle(self.cause)
            yield self.recognised_on, FactKind.RECOGNISED_IDLE, payload_to_json(found)
        if self.disposal:
            kind, payload = self._disposal_fact(self.disposal)
            yield self.disposal.on, kind, payload_to_json(payload)

    def supply_events(self, supply: Supply) -> Iterator[Event]:
        """One supply: the contract, its agreed start, the delivery."""
        price = supply.price_wan * 10_000 if supply.price_wan is not None else None
        contract = Supplied(self.scale.area(supply.area), supply.mode, supply.contract_no, price)
        yield supply.on, FactKind.SUPPLIED, payload_to_json(contract)
        if supply.start_due:
            agreed = StartAgreed(supply.start_due, supply.complete_due)
            yield supply.on, FactKind.START_AGREED, payload_to_json(agreed)
        if supply.delivered_on:
            yield supply.delivered_on, FactKind.DELIVERED, payload_to_json(Delivered())

    def _disposal_fact(self, done: Disposal) -> tuple[FactKind, Payload]:
        area = self.scale.area(done.area) if done.area is not None else None
        if done.way == REAGREED:
            assert done.new_start is not None
            return FactKind.START_REAGREED, StartReagreed(done.new_start)
        if done.way == WITHDRAWN:
            assert area is not None
            return FactKind.WITHDRAWN, Withdrawn(area)
        if done.way == LAPSED:
            return FactKind.LAPSED, Lapsed(area)
        route = RecoveryRoute.PAID if done.way == PAID else RecoveryRoute.FREE
        return FactKind.RECOVERED, Recovered(route, area)
