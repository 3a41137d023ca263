"""状态: what is known about a parcel at the end of a day with facts.

Areas are whole ticks of 1/3 µm² (`tuban.values.area`), so nothing is rounded here. Facts are taken
in by `tuban.law.fold`; what they amount to on a day is said by `tuban.law.standing`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from operator import itemgetter
from typing import NamedTuple

from tuban.law.clock import Clock, Interval, Start, assumed_start, make_clock
from tuban.law.model import Fact, FactId, IdleCause
from tuban.law.parameters import parameter
from tuban.law.period import Quantity, Warning_
from tuban.values.area import Unit
from tuban.values.dates import add_years


class Use(IntEnum):
    """How far building has come, by the best evidence so far."""

    NONE = 0
    REPORTED = 1
    STARTED = 2
    COMPLETED = 3


class Agreement(NamedTuple):
    """A start agreed in contract, decision or supplementary agreement."""

    signed_on: date
    start_on: date
    complete_on: date | None
    fact_id: FactId


class Recognition(NamedTuple):
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
        lapse_from: First day of the two-year warning of the approval (APP-07).
        presumes_supply: An act is on record that only supplied land allows (认定闲置, 收回).
        unsupplied_disposed: Ticks of 批而未供 that left the stock by facts of this day.
        idle_disposed: Ticks of recognised idle land that left the stock by facts of this day.
    """

    unit: Unit = Unit.M2
    approved: int | None = None
    approved_on: date | None = None
    approved_id: FactId | None = None
    lapse_from: date | None = None
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
    _clock: Clock | None = None
    clock_stale: bool = True

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

    def clock(self) -> Clock | None:
        """The clock of the land held; None where neither a start nor a delivery is on record."""
        if self.clock_stale:
            start = self.start()
            self._clock = None if start is None else make_clock(start, self.exclusions)
            self.clock_stale = False
        return self._clock

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
            on, fact_id = max(self.deliveries, key=itemgetter(0))
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

    def quantity(self, ticks: int) -> Quantity:
        """An area for people, in the unit the approval (or the supply) is printed in."""
        return Quantity(ticks, self.unit)

    def balance(self) -> tuple[str, tuple[Quantity, ...]]:
        """批准－已供－撤回及失效＝未供, the sum that gives the unsupplied area (APP-02)."""
        if self.approved is None or (left := self.left) is None:
            return "已供 {}", (self.quantity(self.supplied),)
        return "批准 {}－已供 {}－撤回及失效 {}＝未供 {}", (
            self.quantity(self.approved),
            self.quantity(self.supplied),
            self.quantity(self.withdrawn),
            self.quantity(left),
        )


def latest_new_start(agreed_on: date) -> date:
    """Last start date a supplementary agreement of that day may fix (IDL-19)."""
    return add_years(agreed_on, parameter("extension_at_most_years", agreed_on).value)
