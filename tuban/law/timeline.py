"""时间线: facts in, consecutive periods out, past and future by the same rules.

The sweep sorts the facts that count by day, takes them in day by day (`fold`, `state`), asks what
each state amounts to (`standing`) and cuts the stretch up to the next fact where time alone
changes something. It runs on past the last fact, so early warning, forecast and audit are one
query.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from itertools import groupby, pairwise
from operator import attrgetter

from tuban.law.fold import apply_day
from tuban.law.grounds import grounds_on, lasting_grounds
from tuban.law.model import Fact, effective
from tuban.law.period import (
    FLAG_LABELS,
    NEXT_LABELS,
    Ground,
    Period,
    Stage,
    Timeline,
    Warning_,
)
from tuban.law.standing import Standing, standing
from tuban.law.state import State
from tuban.values.area import fraction_of

__all__ = [
    "FLAG_LABELS",
    "NEXT_LABELS",
    "Ground",
    "Period",
    "Stage",
    "Timeline",
    "Warning_",
    "periods_between",
    "timeline",
]

_NOTHING = Fraction(0)
_M2 = Fraction | None
_by_day = attrgetter("on")


def timeline(facts: Iterable[Fact]) -> Timeline:
    """The parcel's timeline.

    Superseded and cancelled facts are dropped first; the order of the input does not matter.

    Returns:
        Periods without gap or overlap from the earliest fact that counts, the last one open; none
        where no fact counts. Warnings tell what in the record had to be settled.
    """
    counting = sorted(effective(list(facts)), key=_by_day)
    days = [(on, list(group)) for on, group in groupby(counting, key=_by_day)]
    state = State()
    periods: list[Period] = []
    for place, (on, group) in enumerate(days):
        until = days[place + 1][0] if place + 1 < len(days) else None
        apply_day(state, group)
        now = standing(state)
        _warn_of_late_exclusions(now, group[0])
        for new in _stretch(now, on, until):
            _append(periods, new)
    return Timeline(tuple(periods), tuple(state.warnings))


def periods_between(facts: Iterable[Fact], first: date, last: date) -> tuple[Period, ...]:
    """The periods that hold on some day from `first` to `last`, both included.

    For counting many parcels: what lies outside is not derived. Days of flow are the timeline's
    own; a period without one may begin later here, where what precedes it was left out.
    """
    counting = sorted(effective(list(facts)), key=_by_day)
    days = [(on, list(group)) for on, group in groupby(counting, key=_by_day) if on <= last]
    state = State()
    periods: list[Period] = []
    for place, (on, group) in enumerate(days):
        until = days[place + 1][0] if place + 1 < len(days) else None
        apply_day(state, group)
        if until is not None and until <= first:
            continue
        for new in _stretch(standing(state), on, until):
            if new.starts_on > last:
                break
            if new.ends_on is None or new.ends_on > first:
                _append(periods, new)
    return tuple(periods)


def _stretch(now: Standing, on: date, until: date | None) -> Iterator[Period]:
    """The periods between a day with facts and the next; the day's flows belong to the first."""
    state = now.state
    lasting = lasting_grounds(now)
    approved, supplied, withdrawn, unsupplied, idle = _areas(state)
    flows = (fraction_of(state.unsupplied_disposed), fraction_of(state.idle_disposed))
    verified = all(item.verified for item in lasting)
    cause = state.recognition.cause if state.recognition is not None else None
    bounds = [on, *now.cuts(on, until), until]
    for start, end in pairwise(bounds):
        assert start is not None
        stage = now.stage_on(start)
        grounds = grounds_on(now, lasting, stage, start)
        flags = now.flags_on(start)
        if state.imprecise and any(i in state.imprecise for g in grounds for i in g.fact_ids):
            flags = tuple(sorted((*flags, "imprecise_date")))
        next_on, next_kind = now.next_on(start)
        suspected = stage is Stage.SUSPECTED_IDLE
        yield Period(
            start,
            end,
            stage,
            start != on,
            verified and all(item.verified for item in grounds[len(lasting) :]),
            flags,
            now.missing,
            approved,
            supplied,
            withdrawn,
            unsupplied,
            _m2(state.held if state.has_supply else None) if suspected else idle,
            flows[0] if start == on else _NOTHING,
            flows[1] if start == on else _NOTHING,
            state.approved_on,
            None if cause is None else cause.value,
            grounds,
            next_on,
            next_kind,
        )


def _areas(state: State) -> tuple[_M2, _M2, _M2, _M2, _M2]:
    """Approved, supplied, withdrawn, unsupplied and recognised idle area in m²."""
    knows_supply = state.has_supply or (state.approved is not None and not state.presumes_supply)
    knows_withdrawn = state.approved is not None or state.withdrawn > 0
    return (
        _m2(state.approved),
        _m2(state.supplied if knows_supply else None),
        _m2(state.withdrawn if knows_withdrawn else None),
        _m2(state.left),
        _m2(state.idle),
    )


def _m2(ticks: int | None) -> Fraction | None:
    return None if ticks is None else fraction_of(ticks)


def _append(periods: list[Period], new: Period) -> None:
    """Adds a period, or lengthens the last one where a fact changed nothing that is shown."""
    if periods and not new.projected:
        last = periods[-1]
        if (
            new.stage is last.stage
            and not new.unsupplied_disposed_m2
            and not new.idle_disposed_m2
            and _content(new) == _content(last)
        ):
            periods[-1] = last._replace(ends_on=new.ends_on)
            return
    periods.append(new)


def _content(period: Period) -> tuple[object, ...]:
    """Everything of a period but its dates, its flows and how it began."""
    return (
        period.flags,
        period.missing,
        period.approved_m2,
        period.supplied_m2,
        period.withdrawn_m2,
        period.unsupplied_m2,
        period.idle_m2,
        period.approved_on,
        period.cause,
        period.grounds,
        period.next_on,
    )


def _warn_of_late_exclusions(now: Standing, fact: Fact) -> None:
    """Exclusions that began after two full years had run out change nothing (IDL-15)."""
    if now.clock is None or not now.clock.two_years.too_late:
        return
    warned = {i for w in now.state.warnings if w.code == "excluded_too_late" for i in w.fact_ids}
    new = tuple(i for i in now.clock.two_years.too_late if i not in warned)
    if new:
        now.state.warnings.append(
            Warning_(
                "excluded_too_late",
                f"不计入期间始于满二年（{now.clock.two_years.on}）之后，不予扣除，"
                "不妨碍无偿收回（最高人民法院（2017）最高法行申5480号）。",
                "IDL-15",
                fact.on,
                new,
            )
        )
