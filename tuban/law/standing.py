"""处境: what a parcel's state amounts to on a day, and which days change it by passing.

Between two facts nothing but time moves. A `Standing` is made once per day with facts; it names
the days on which time alone brings something (the cuts) and says what holds on each.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tuban.law.approvals import approval_lapse_warning_on
from tuban.law.clock import ONE_DAY, Clock
from tuban.law.period import MISSING_LABELS, Stage
from tuban.law.state import State, Use, latest_new_start

_NO_START, _NO_DELIVERY, _NO_SUPPLY = MISSING_LABELS


@dataclass(frozen=True, slots=True)
class Standing:
    """State at the end of a day with facts.

    Attributes:
        base: The stage as far as facts decide it; SUPPLIED stands for a running clock.
        clock: Only where it matters: land held, not started, or idle without ever having been.
        lapse_from: First day of the two-year warning of the approval; None where nothing is left.
        late_completion_from: First day after the agreed completion of started land.
    """

    state: State
    base: Stage
    clock: Clock | None
    lapse_from: date | None
    late_completion_from: date | None

    def cuts(self, after: date, before: date | None) -> list[date]:
        """Days strictly between two facts on which time alone changes something."""
        days = {self.lapse_from, self.late_completion_from}
        if self.clock is not None:
            days.add(self.clock.recall_from)
            if self.base is Stage.SUPPLIED:
                days.add(self.clock.late_from)
                days.add(self.clock.idle_from)
        return sorted(
            day
            for day in days
            if day is not None and after < day and (before is None or day < before)
        )

    def stage_on(self, day: date) -> Stage:
        """The stage on a day."""
        if self.base is not Stage.SUPPLIED or self.clock is None:
            return self.base
        if self.clock.idle_from is not None and day >= self.clock.idle_from:
            return Stage.SUSPECTED_IDLE
        return Stage.OVERDUE_START if day >= self.clock.late_from else Stage.SUPPLIED

    def two_years_on(self, day: date) -> bool:
        """Whether two full years have run out without a start (IDL-30)."""
        return (
            self.clock is not None
            and self.clock.recall_from is not None
            and day >= self.clock.recall_from
        )

    def flags_on(self, day: date) -> tuple[str, ...]:
        """Flags of a day, sorted; imprecise dates are added from the grounds."""
        state, clock = self.state, self.clock
        flags = []
        if self.lapse_from is not None and day >= self.lapse_from:
            flags.append("approval_two_years")
        if state.over_consumed:
            flags.append("over_consumed")
        if state.partly_recovered:
            flags.append("partly_recovered")
        if not state.on_supply_side:
            return (*flags, "used_before_supply") if state.use else tuple(flags)
        if not state.has_supply:
            flags.append("supply_unrecorded")
        if self.base is Stage.STARTED and state.use is Use.REPORTED:
            flags.append("start_unproven")
        if self.late_completion_from is not None and day >= self.late_completion_from:
            flags.append("overdue_completion")
        if state.recognition is not None:
            if state.recognition.stopped:
                flags.append("stopped_after_start")
            elif clock and (clock.idle_from is None or state.recognition.on < clock.idle_from):
                flags.append("recognised_early")
        if clock is not None:
            flags.extend(self._clock_flags(clock))
            if self.two_years_on(day):
                flags.append("two_years")
        return tuple(sorted(flags))

    def _clock_flags(self, clock: Clock) -> list[str]:
        state = self.state
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

    def missing(self) -> tuple[str, ...]:
        """What the record lacks for the law to say more."""
        state = self.state
        if not state.on_supply_side or self.base is Stage.RECOVERED:
            return ()
        lacks = () if state.has_supply else (_NO_SUPPLY,)
        waits = self.base is Stage.UNDETERMINED or (
            state.recognition is not None and not state.recognition.stopped
        )
        return (*lacks, _NO_START, _NO_DELIVERY) if waits and self.clock is None else lacks

    def next_on(self, day: date) -> tuple[date | None, str | None]:
        """The next date that comes by time alone, and its kind; (None, None) if none does.

        Deadlines are the last day to act; thresholds the first day of what follows.
        """
        coming: list[tuple[date, str]] = []
        if self.base is Stage.SUPPLIED and self.clock is not None:
            coming.append((self.clock.start.on, "start_due"))
            if self.clock.idle_from is not None:
                coming.append((self.clock.idle_from, "suspected_idle"))
        if self.clock is not None and self.clock.recall_from is not None:
            coming.append((self.clock.recall_from, "two_years"))
        if self.late_completion_from is not None:
            coming.append((self.late_completion_from - ONE_DAY, "complete_due"))
        if self.lapse_from is not None:
            coming.append((self.lapse_from, "approval_two_years"))
        ahead = [
            item
            for item in coming
            if item[0] > day or (item[0] == day and item[1] in ("start_due", "complete_due"))
        ]
        return min(ahead) if ahead else (None, None)


def standing(state: State) -> Standing:
    """What the state amounts to."""
    base = _base(state)
    runs = base in (Stage.SUPPLIED, Stage.UNDETERMINED) or (
        state.recognition is not None and not state.recognition.stopped
    )
    clock = state.clock() if runs else None
    if base is Stage.SUPPLIED and clock is None:
        base = Stage.UNDETERMINED
    complete_on = state.complete_on() if base is Stage.STARTED else None
    return Standing(
        state=state,
        base=base,
        clock=clock,
        lapse_from=approval_lapse_warning_on(state.approved_on)
        if state.approved_on is not None and state.left
        else None,
        late_completion_from=None if complete_on is None else complete_on + ONE_DAY,
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
