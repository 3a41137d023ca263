"""状态: the fold over a parcel's facts, day by day.

Areas are whole ticks of 1/3 µm² (`tuban.values.area`), so nothing is rounded here. What the record
contradicts is settled conservatively and kept as a warning: the timeline shows it, and admission
refuses a new fact that would bring one about.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import IntEnum

from tuban.law import model as m
from tuban.law.approvals import OverConsumption, consume
from tuban.law.clock import Clock, Interval, Start, assumed_start, make_clock
from tuban.law.model import Fact, FactId, FactKind, IdleCause
from tuban.law.parameters import parameter
from tuban.law.period import Warning_
from tuban.values.area import Unit, format_area, fraction_of
from tuban.values.dates import add_years


class Use(IntEnum):
    """How far building has come, by the best evidence so far."""

    NONE = 0
    REPORTED = 1
    STARTED = 2
    COMPLETED = 3


@dataclass(frozen=True, slots=True)
class Agreement:
    """A start agreed in contract, decision or supplementary agreement."""

    signed_on: date
    start_on: date
    complete_on: date | None
    fact_id: FactId


@dataclass(frozen=True, slots=True)
class Recognition:
    """闲置认定 in force. `ticks` None = area unknown; `stopped` = 动工后中止 (IDL-02)."""

    on: date
    cause: IdleCause | None
    ticks: int | None
    stopped: bool
    fact_id: FactId


@dataclass(slots=True)
class State:
    """What is known at the end of a day.

    Attributes:
        supplied: Ticks supplied so far, each piece of the approval once.
        held: Ticks supplied and not recovered.
        pool: Ticks recovered and not supplied again; a later supply takes these first.
        has_supply: Any supply is on record.
        presumes_supply: An act is on record that only supplied land allows (认定闲置, 收回).
        unsupplied_disposed: Ticks of 批而未供 that left the stock by facts of this day.
        idle_disposed: Ticks of recognised idle land that left the stock by facts of this day.
    """

    unit: Unit = Unit.M2
    approved: int | None = None
    approved_on: date | None = None
    approved_id: FactId | None = None
    supplied: int = 0
    supplied_ids: list[FactId] = field(default_factory=list)
    withdrawn: int = 0
    withdrawn_ids: list[FactId] = field(default_factory=list)
    lapsed_ids: list[FactId] = field(default_factory=list)
    held: int = 0
    pool: int = 0
    has_supply: bool = False
    presumes_supply: bool = False
    deliveries: list[tuple[date, FactId]] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)
    reagreed: Agreement | None = None
    use: Use = Use.NONE
    use_fact: Fact | None = None
    recognition: Recognition | None = None
    recovery: Fact | None = None
    exclusions: list[Interval] = field(default_factory=list)
    unconfirmed: list[FactId] = field(default_factory=list)
    imprecise: set[FactId] = field(default_factory=set)
    over_consumed: bool = False
    unsupplied_disposed: int = 0
    idle_disposed: int = 0
    warnings: list[Warning_] = field(default_factory=list)

    @property
    def left(self) -> int | None:
        """Unsupplied ticks of the approval, never below zero; None = unknown (APP-02)."""
        if self.approved is None or (self.presumes_supply and not self.has_supply):
            return None
        return max(0, self.approved - self.supplied - self.withdrawn)

    @property
    def idle(self) -> int | None:
        """Recognised idle ticks; None = unknown."""
        return 0 if self.recognition is None else self.recognition.ticks

    @property
    def partly_recovered(self) -> bool:
        """Whether some land was recovered and not supplied again while other land is held."""
        return self.pool > 0 and self.recovery is None

    @property
    def on_supply_side(self) -> bool:
        """Whether the supplied part's stage rules apply; without an approval they always do."""
        return self.has_supply or self.presumes_supply or self.approved is None

    def apply_day(self, facts: Iterable[Fact]) -> None:
        """Takes in the facts of one day, in their fixed order, and measures the day's flows."""
        self.unsupplied_disposed = 0
        self.idle_disposed = 0
        for fact in day_order(facts, supplied_before=self.has_supply):
            if fact.precision != "day":
                self.imprecise.add(fact.id)
            _APPLY[fact.kind](self, fact)

    def clock(self) -> Clock | None:
        """The clock of the land held; None where neither a start nor a delivery is on record."""
        start = self.start()
        return None if start is None else make_clock(start, self.exclusions)

    def start(self) -> Start | None:
        """The start date that counts.

        A re-agreed start sets the clock anew (IDL-25). Of several agreed starts the earliest
        counts, later ones do not reset it (IDL-01). Without any, the last delivery + 1 year
        (IDL-06): land delivered in parts is delivered when all of it is.
        """
        if self.reagreed is not None:
            return Start(self.reagreed.start_on, "reagreed", (self.reagreed.fact_id,))
        if self.agreements:
            first = self.first_agreement()
            return Start(first.start_on, "agreed", (first.fact_id,))
        if self.deliveries:
            on, fact_id = max(self.deliveries, key=lambda d: (d[0], str(d[1])))
            return Start(assumed_start(on), "assumed", (fact_id,), on)
        return None

    def first_agreement(self) -> Agreement:
        """Of the agreements on record, the one with the earliest start."""
        return min(self.agreements, key=lambda a: (a.start_on, a.complete_on or date.max))

    def complete_on(self) -> date | None:
        """Agreed completion date that goes with the start that counts."""
        if self.reagreed is not None:
            return self.reagreed.complete_on
        return self.first_agreement().complete_on if self.agreements else None

    def warn(self, code: str, message: str, rule: str, fact: Fact) -> None:
        """Keeps a warning about a fact."""
        self.warnings.append(Warning_(code, message, rule, fact.on, (fact.id,)))

    def words(self, ticks: int) -> str:
        """An area for people, in the unit the approval (or the supply) is printed in."""
        return f"{format_area(fraction_of(ticks), self.unit)} {self.unit.label}"


_ORDER = {
    kind: place
    for place, kind in enumerate(
        (
            FactKind.EXCLUDED,
            FactKind.APPROVED,
            FactKind.SUPPLIED,
            FactKind.DELIVERED,
            FactKind.START_AGREED,
            FactKind.PERMIT,
            FactKind.WITHDRAWN,
            FactKind.LAPSED,
            FactKind.RECOGNISED_IDLE,
            FactKind.START_REAGREED,
            FactKind.START_REPORTED,
            FactKind.STARTED,
            FactKind.COMPLETED,
            FactKind.RECOVERED,
        )
    )
}
"""Order of kinds within a day: what gives land before what happens on it, recovery last."""


def day_order(facts: Iterable[Fact], *, supplied_before: bool) -> list[Fact]:
    """Facts of one day in an order that does not depend on who was recorded first.

    Where land supplied earlier is recovered and supplied again on one day, recovery comes first.
    """
    listed = list(facts)
    if len(listed) == 1:
        return listed
    ranked = [(_ORDER[fact.kind], repr(fact.payload), str(fact.id), fact) for fact in listed]
    if supplied_before and {FactKind.RECOVERED, FactKind.SUPPLIED} <= {f.kind for f in listed}:
        ranked = [
            (-1 if fact.kind is FactKind.RECOVERED else rank, content, fact_id, fact)
            for rank, content, fact_id, fact in ranked
        ]
    return [fact for *_, fact in sorted(ranked, key=lambda item: item[:3])]


def _take(state: State, ticks: int, fact: Fact) -> None:
    """Notes what a supply, withdrawal or lapse takes from the approval, before it is added up."""
    left = state.left
    if left is None:
        return
    try:
        consume(left, ticks)
        state.unsupplied_disposed += ticks
    except OverConsumption:
        state.over_consumed = True
        state.unsupplied_disposed += left
        state.warn(
            "over_consumption",
            f"{fact.kind.label} {state.words(ticks)}，超过批准文件的剩余面积 {state.words(left)}。",
            "APP-02",
            fact,
        )


def _approved(state: State, fact: Fact) -> None:
    payload = fact.payload
    assert isinstance(payload, m.Approved)
    if state.approved is not None:
        state.warn(
            "second_approval", "一宗地块只对应一个批准文件，后一条批准不计。", "APP-02", fact
        )
        return
    state.unit = payload.area.unit
    state.approved = payload.area.ticks
    state.approved_on = fact.on
    state.approved_id = fact.id
    if state.supplied + state.withdrawn > state.approved:
        state.over_consumed = True
        state.warn(
            "over_consumption",
            f"批准 {state.words(state.approved)}，少于此前已供和撤回的"
            f" {state.words(state.supplied + state.withdrawn)}。",
            "APP-02",
            fact,
        )


def _supplied(state: State, fact: Fact) -> None:
    payload = fact.payload
    assert isinstance(payload, m.Supplied)
    if state.approved is None and not state.has_supply:
        state.unit = payload.area.unit
    ticks = payload.area.ticks
    again = min(state.pool, ticks)
    state.has_supply = True
    if ticks > again:
        _take(state, ticks - again, fact)
    state.pool -= again
    state.supplied += ticks - again
    state.held += ticks
    state.supplied_ids.append(fact.id)
    state.recovery = None


def _delivered(state: State, fact: Fact) -> None:
    state.deliveries.append((fact.on, fact.id))


def _start_agreed(state: State, fact: Fact) -> None:
    payload = fact.payload
    assert isinstance(payload, m.StartAgreed)
    state.agreements.append(Agreement(fact.on, payload.start_on, payload.complete_on, fact.id))


def _permit(state: State, fact: Fact) -> None:
    """A permit alone changes nothing (IDL-03)."""


def _withdrawn(state: State, fact: Fact) -> None:
    payload = fact.payload
    assert isinstance(payload, m.Withdrawn)
    if state.approved is None:
        state.warn("no_approval", "没有批准记录，无从撤回。", "APP-08", fact)
    _take(state, payload.area.ticks, fact)
    state.withdrawn += payload.area.ticks
    state.withdrawn_ids.append(fact.id)


def _lapsed(state: State, fact: Fact) -> None:
    payload = fact.payload
    assert isinstance(payload, m.Lapsed)
    if state.approved is None:
        state.warn("no_approval", "没有批准记录，无所谓失效。", "APP-07", fact)
    ticks = payload.area.ticks if payload.area is not None else state.left or 0
    if not ticks:
        state.warn("nothing_left", "批准已无未供面积，没有可以失效的部分。", "APP-07", fact)
    _take(state, ticks, fact)
    state.withdrawn += ticks
    state.lapsed_ids.append(fact.id)


def _recognised_idle(state: State, fact: Fact) -> None:
    payload = fact.payload
    assert isinstance(payload, m.RecognisedIdle)
    ticks = state.held if state.has_supply else None
    if payload.area is not None:
        ticks = payload.area.ticks
        if state.approved is None and not state.has_supply:
            state.unit = payload.area.unit
    if state.recognition is not None:
        state.warn(
            "already_idle", "该地块已认定闲置、尚未处置，再次认定替换前次认定。", "IDL-17", fact
        )
    if state.has_supply and ticks is not None and ticks > state.held:
        state.warn(
            "idle_exceeds_supplied",
            f"闲置面积 {state.words(ticks)} 大于在供面积 {state.words(state.held)}。",
            "IDL-17",
            fact,
        )
    if not state.has_supply:
        if state.approved is not None:
            state.warn("no_supply", "没有供应记录，闲置以已供应为前提。", "IDL-01", fact)
        elif ticks is None:
            state.warn("idle_area_missing", "没有供应记录，认定闲置须写明面积。", "IDL-17", fact)
        state.presumes_supply = True
    state.recognition = Recognition(
        fact.on, payload.cause, ticks, state.use is not Use.NONE, fact.id
    )


def _leave_idle(state: State) -> None:
    """Ends the recognised idleness: its area leaves the stock today."""
    state.idle_disposed += state.idle or 0
    state.recognition = None


def _start_reagreed(state: State, fact: Fact) -> None:
    payload = fact.payload
    assert isinstance(payload, m.StartReagreed)
    if state.recognition is not None:
        if state.recognition.stopped:
            state.use, state.use_fact = Use.NONE, None
        _leave_idle(state)
    state.reagreed = Agreement(fact.on, payload.start_on, payload.complete_on, fact.id)


def _use(state: State, fact: Fact) -> None:
    reached = _USES[fact.kind]
    if state.recognition is not None:
        _leave_idle(state)
    if reached > state.use:
        state.use, state.use_fact = reached, fact


def _recovered(state: State, fact: Fact) -> None:
    payload = fact.payload
    assert isinstance(payload, m.Recovered)
    whole = state.held if state.has_supply else state.idle if state.recognition else None
    ticks = payload.area.ticks if payload.area is not None else whole
    if not state.has_supply:
        if state.approved is not None:
            state.warn("no_supply", "没有供应记录，收回以已供应为前提。", "IDL-30", fact)
        state.presumes_supply = True
    elif not state.held:
        state.warn("nothing_held", "已供土地都已收回，没有可以收回的部分。", "IDL-30", fact)
    elif ticks is not None and ticks > state.held:
        state.warn(
            "recovered_exceeds_supplied",
            f"收回 {state.words(ticks)}，大于在供面积 {state.words(state.held)}。",
            "IDL-30",
            fact,
        )
    if ticks is not None and whole is not None and ticks < whole:
        _recover_part(state, ticks)
        return
    if state.recognition is not None:
        _leave_idle(state)
    state.pool += whole if whole is not None else ticks or 0
    state.held = 0
    state.recovery = fact
    state.agreements.clear()
    state.deliveries.clear()
    state.reagreed = None
    state.use, state.use_fact = Use.NONE, None


def _recover_part(state: State, ticks: int) -> None:
    """Part of the land goes back, the idle part of it first; the rest goes on as it was."""
    state.pool += ticks
    if state.recognition is not None:
        idle = state.idle or 0
        gone = min(ticks, idle)
        state.idle_disposed += gone
        state.recognition = replace(state.recognition, ticks=idle - gone) if gone < idle else None
    if state.has_supply:
        state.held -= ticks


def _excluded(state: State, fact: Fact) -> None:
    payload = fact.payload
    assert isinstance(payload, m.Excluded)
    if payload.to is not None and payload.to < fact.on:
        state.warn("excluded_reversed", "不计入期间的截止日期早于起始日期，不计。", "IDL-16", fact)
    elif payload.cause is IdleCause.ENTERPRISE:
        state.warn("excluded_enterprise", "企业自身原因不得从闲置期间扣除，不计。", "IDL-12", fact)
    elif not payload.confirmed:
        state.unconfirmed.append(fact.id)
        state.warn("unconfirmed_exclusion", "不计入期间尚未核实，暂不扣除。", "IDL-16", fact)
    else:
        state.exclusions.append(Interval(fact.on, payload.to, fact.id))


_USES = {
    FactKind.START_REPORTED: Use.REPORTED,
    FactKind.STARTED: Use.STARTED,
    FactKind.COMPLETED: Use.COMPLETED,
}
_APPLY = {
    FactKind.EXCLUDED: _excluded,
    FactKind.APPROVED: _approved,
    FactKind.SUPPLIED: _supplied,
    FactKind.DELIVERED: _delivered,
    FactKind.START_AGREED: _start_agreed,
    FactKind.PERMIT: _permit,
    FactKind.WITHDRAWN: _withdrawn,
    FactKind.LAPSED: _lapsed,
    FactKind.RECOGNISED_IDLE: _recognised_idle,
    FactKind.START_REAGREED: _start_reagreed,
    FactKind.START_REPORTED: _use,
    FactKind.STARTED: _use,
    FactKind.COMPLETED: _use,
    FactKind.RECOVERED: _recovered,
}


def latest_new_start(agreed_on: date) -> date:
    """Last start date a supplementary agreement of that day may fix (IDL-19)."""
    return add_years(agreed_on, parameter("extension_at_most_years", agreed_on).value)
