"""处境: what a parcel's state amounts to on a day, and which days change it by passing.

Between two facts nothing but time moves. A `Standing` is made once per day with facts; it names
the days on which time alone brings something (the cuts) and says what holds on each.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from tuban.law.clock import ONE_DAY, Clock
from tuban.law.period import MISSING_LABELS, Stage
from tuban.law.state import State, Use, latest_new_start

_NO_START, _NO_DELIVERY, _NO_SUPPLY = MISSING_LABELS


class Standing(NamedTuple):
    """State at the end of a day with facts.

    Attributes:
        base: The stage as far as facts decide it; SUPPLIED stands for a running clock.
        clock: Only where it matters: land held, not started, or idle without ever having been.
        lapse_from: First day of the two-year warning of the approval; None where nothing is left.
        late_completion_from: First day after the agreed completion of started land.
        flags: Flags that hold on every day of the stretch.
        missing: What the record lacks for the law to say more.
        coming: (day, kind) of what time alone brings, in order; see `NEXT_LABELS`.
    """

    state: State
    base: Stage
    clock: Clock | None
    lapse_from: date | None
    late_completion_from: date | None
    flags: tuple[str, ...]
    missing: tuple[str, ...]
    coming: tuple[tuple[date, str], ...]

    def cuts(self, after: date, before: date | None) -> list[date]:
        """Days strictly between two facts on which time alone changes something."""
        days = {day + ONE_DAY if kind in _LAST_DAYS else day for day, kind in self.coming}
        return sorted(day for day in days if after < day and (before is None or day < before))

    def stage_on(self, day: date) -> Stage:
        """The stage on a day."""
        clock = self.clock
        if clock is None or self.base is not Stage.SUPPLIED:
            return self.base
        if clock.idle_from is not None and day >= clock.idle_from:
            return Stage.SUSPECTED_IDLE
        return Stage.OVERDUE_START if day >= clock.late_from else Stage.SUPPLIED

    def two_years_on(self, day: date) -> bool:
        """Whether two full years have run out without a start (IDL-30)."""
        clock = self.clock
        return clock is not None and clock.recall_from is not None and day >= clock.recall_from

    def flags_on(self, day: date) -> tuple[str, ...]:
        """Flags of a day, sorted; imprecise dates are added from the grounds."""
        reached = []
        if self.lapse_from is not None and day >= self.lapse_from:
            reached.append("approval_two_years")
        if self.late_completion_from is not None and day >= self.late_completion_from:
            reached.append("overdue_completion")
        if self.two_years_on(day):
            reached.append("two_years")
        return tuple(sorted((*self.flags, *reached))) if reached else self.flags

    def next_on(self, day: date) -> tuple[date | None, str | None]:
        """The next date that comes by time alone, and its kind; (None, None) if none does."""
        for when, kind in self.coming:
            if when > day or (when == day and kind in _LAST_DAYS):
                return when, kind
        return None, None


_LAST_DAYS = frozenset({"start_due", "complete_due"})
"""Kinds whose day is the last to act; what follows begins on the day after."""


def standing(state: State) -> Standing:
    """What the state amounts to."""
    base = _base(state)
    waits = state.recognition is not None and not state.recognition.stopped
    clock = state.clock() if base is Stage.SUPPLIED or (base is Stage.IDLE and waits) else None
    if base is Stage.SUPPLIED and clock is None:
        base = Stage.UNDETERMINED
    complete_on = state.complete_on() if base is Stage.STARTED else None
    lapse_from = state.lapse_from if state.left else None
    return Standing(
        state=state,
        base=base,
        clock=clock,
        lapse_from=lapse_from,
        late_completion_from=None if complete_on is None else complete_on + ONE_DAY,
        flags=_flags(state, base, clock),
        missing=_missing(state, base, clock),
        coming=_coming(base, clock, lapse_from, complete_on),
    )


def _base(state: State) -> Stage:
    if not state.on_supply_side:
        return Stage.WITHDRAWN if state.left == 0 else Stage.UNSUPPLIED
    if state.recovery is not None:
        return Stage.RECOVERED
    if state.recognition is not None:
        return Stage.IDLE
    if state.use is Use.COMPLETED:
        return Stage.COMPLETED
    return Stage.STARTED if state.use else Stage.SUPPLIED


def _coming(
    base: Stage, clock: Clock | None, lapse_from: date | None, complete_on: date | None
) -> tuple[tuple[date, str], ...]:
    coming: list[tuple[date | None, str]] = [
        (lapse_from, "approval_two_years"),
        (complete_on, "complete_due"),
    ]
    if clock is not None:
        coming.append((clock.recall_from, "two_years"))
        if base is Stage.SUPPLIED:
            coming.append((clock.start.on, "start_due"))
            coming.append((clock.idle_from, "suspected_idle"))
    return tuple(sorted((day, kind) for day, kind in coming if day is not None))


def _missing(state: State, base: Stage, clock: Clock | None) -> tuple[str, ...]:
    if not state.on_supply_side or base is Stage.RECOVERED:
        return ()
    lacks = () if state.has_supply else (_NO_SUPPLY,)
    waits = base is Stage.UNDETERMINED or (
        state.recognition is not None and not state.recognition.stopped
    )
    return (*lacks, _NO_START, _NO_DELIVERY) if waits and clock is None else lacks


def _flags(state: State, base: Stage, clock: Clock | None) -> tuple[str, ...]:
    """Flags that hold throughout the stretch, sorted."""
    flags = []
    if state.over_consumed:
        flags.append("over_consumed")
    if state.partly_recovered:
        flags.append("partly_recovered")
    if not state.on_supply_side:
        if state.use:
            flags.append("used_before_supply")
        return tuple(flags)
    if not state.has_supply:
        flags.append("supply_unrecorded")
    if base is Stage.STARTED and state.use is Use.REPORTED:
        flags.append("start_unproven")
    if base is Stage.IDLE and state.recognition is not None:
        if state.recognition.stopped:
            flags.append("stopped_after_start")
        elif clock and (clock.idle_from is None or state.recognition.on < clock.idle_from):
            flags.append("recognised_early")
    if clock is not None:
        flags.extend(_clock_flags(state, clock))
    return tuple(sorted(flags))


def _clock_flags(state: State, clock: Clock) -> list[str]:
    flags = []
    if clock.start.basis == "assumed":
        flags.append("assumed_start")
        if len(state.deliveries) > 1:
            flags.append("several_deliveries")
    if clock.start.basis == "agreed" and len({a.start_on for a in state.agreements}) > 1:
        flags.append("several_agreed_starts")
    if state.reagreed and state.reagreed.start_on > latest_new_start(state.reagreed.signed_on):
        flags.append("reagreed_beyond_one_year")
    if clock.one_year.on is None or clock.two_years.on is None:
        flags.append("clock_stopped")
    if state.unconfirmed:
        flags.append("unconfirmed_exclusion")
    return flags
