"""累计: taking a parcel's facts in, day by day.

What the record contradicts is settled conservatively and kept as a warning: the timeline shows it,
and admission refuses a new fact that would bring one about.
"""

from __future__ import annotations

from collections.abc import Iterable

from tuban.law import model as m
from tuban.law.approvals import OverConsumption, approval_lapse_warning_on, consume
from tuban.law.clock import Interval
from tuban.law.model import Fact, FactKind, IdleCause
from tuban.law.state import Agreement, Recognition, State, Use

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


def apply_day(state: State, facts: Iterable[Fact]) -> None:
    """Takes in the facts of one day, in their fixed order, and measures the day's flows."""
    state.unsupplied_disposed = 0
    state.idle_disposed = 0
    for fact in day_order(facts, supplied_before=state.has_supply):
        if fact.precision != "day":
            state.imprecise.add(fact.id)
        if fact.kind in _MOVES_CLOCK:
            state.clock_stale = True
        _APPLY[fact.kind](state, fact)


def day_order(facts: Iterable[Fact], *, supplied_before: bool) -> list[Fact]:
    """Facts of one day in an order that does not depend on which was recorded first.

    Within a kind the more precisely dated comes first. Where land supplied earlier is recovered
    and supplied again on one day, recovery comes first.
    """
    listed = list(facts)
    if len(listed) == 1:
        return listed
    kinds = {fact.kind for fact in listed}
    order = _ORDER
    if supplied_before and FactKind.RECOVERED in kinds and FactKind.SUPPLIED in kinds:
        order = {**_ORDER, FactKind.RECOVERED: -1}
    if len(kinds) == len(listed):
        return sorted(listed, key=lambda f: order[f.kind])
    return sorted(listed, key=lambda f: (order[f.kind], f.precision, repr(f.payload), str(f.id)))


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
            f"{fact.kind.label} {state.quantity(ticks)}，"
            f"超过批准文件的剩余面积 {state.quantity(left)}。",
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
    state.lapse_from = approval_lapse_warning_on(fact.on)
    state.approved_id = fact.id
    if state.supplied + state.withdrawn > state.approved:
        state.over_consumed = True
        state.warn(
            "over_consumption",
            f"批准 {state.quantity(state.approved)}，少于此前已供和撤回的"
            f" {state.quantity(state.supplied + state.withdrawn)}。",
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
    if state.recovery is not None:
        text = "该地块已收回、未再供应，不能认定闲置，此次认定不计。"
        state.warn("nothing_held", text, "IDL-17", fact)
        return
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
            f"闲置面积 {state.quantity(ticks)} 大于在供面积 {state.quantity(state.held)}。",
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
    if state.recovery is not None:
        state.warn("nothing_held", "该地块已收回、未再供应，此次收回不计。", "IDL-30", fact)
        return
    whole = state.held if state.has_supply else state.idle if state.recognition else None
    ticks = payload.area.ticks if payload.area is not None else whole
    if not state.has_supply:
        if state.approved is not None:
            state.warn("no_supply", "没有供应记录，收回以已供应为前提。", "IDL-30", fact)
        state.presumes_supply = True
    elif ticks is not None and ticks > state.held:
        state.warn(
            "recovered_exceeds_supplied",
            f"收回 {state.quantity(ticks)}，大于在供面积 {state.quantity(state.held)}。",
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
        state.recognition = state.recognition._replace(ticks=idle - gone) if gone < idle else None
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


_MOVES_CLOCK = frozenset(
    {
        FactKind.DELIVERED,
        FactKind.START_AGREED,
        FactKind.START_REAGREED,
        FactKind.EXCLUDED,
        FactKind.RECOVERED,
    }
)
