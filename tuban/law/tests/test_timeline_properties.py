"""What holds of every timeline, whatever the facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tuban.law import model as m
from tuban.law.admission import objections
from tuban.law.facts import Fact, FactKind, Payload, payload_from_json, payload_to_json
from tuban.law.timeline import Period, Stage, Timeline, timeline
from tuban.values.area import Area, Unit

relaxed = settings(deadline=None)  # a busy machine is no finding

FIRST = date(2009, 1, 1)
TODAY = date(2030, 1, 1)
# A narrow calendar makes facts meet on one day, and spans from days to years between them.
DAYS = st.one_of(
    st.sampled_from([date(2012, 2, 29), date(2015, 6, 30), date(2018, 12, 31), date(2020, 2, 29)]),
    st.dates(min_value=FIRST, max_value=date(2026, 12, 31)),
)
AREAS = st.builds(
    Area,
    st.decimals(min_value="0.0001", max_value="20", places=4),
    st.sampled_from([Unit.HA, Unit.MU]),
)
CAUSES = st.sampled_from(list(m.IdleCause))


def some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), strategy)


PAYLOADS: dict[FactKind, st.SearchStrategy[Payload]] = {
    FactKind.APPROVED: st.builds(m.Approved, AREAS),
    FactKind.SUPPLIED: st.builds(m.Supplied, AREAS, some(st.sampled_from(list(m.SupplyMode)))),
    FactKind.DELIVERED: st.builds(m.Delivered),
    FactKind.START_AGREED: st.builds(m.StartAgreed, DAYS),
    FactKind.PERMIT: st.builds(m.Permit, st.just("建字第1号")),
    FactKind.START_REPORTED: st.builds(m.StartReported),
    FactKind.STARTED: st.builds(
        m.Started, st.just("建字第1号"), st.sampled_from(list(m.StartTest))
    ),
    FactKind.RECOGNISED_IDLE: st.builds(m.RecognisedIdle, some(CAUSES), st.none(), some(AREAS)),
    FactKind.START_REAGREED: st.builds(m.StartReagreed, DAYS),
    FactKind.RECOVERED: st.builds(m.Recovered, st.sampled_from(list(m.RecoveryRoute)), some(AREAS)),
    FactKind.WITHDRAWN: st.builds(m.Withdrawn, AREAS),
    FactKind.LAPSED: st.builds(m.Lapsed, some(AREAS)),
    FactKind.COMPLETED: st.builds(m.Completed),
    FactKind.EXCLUDED: st.builds(m.Excluded, some(DAYS), CAUSES, st.booleans()),
    FactKind.VOID: st.builds(m.Void),
}


@st.composite
def fact_sets(draw: st.DrawFn, *, corrections: bool = True) -> list[Fact]:
    """Facts of every kind on any days, likely or not; some correct or cancel earlier ones."""
    facts: list[Fact] = []
    for number in range(draw(st.integers(min_value=1, max_value=9))):
        kind: FactKind = draw(st.sampled_from([k for k in FactKind if k is not FactKind.VOID]))
        supersedes = None
        if corrections and facts and draw(st.integers(min_value=0, max_value=5)) == 0:
            taken = {f.supersedes for f in facts}
            open_ones = [f for f in facts if f.id not in taken and f.kind is not FactKind.VOID]
            if open_ones:
                supersedes = draw(st.sampled_from([f.id for f in open_ones]))
                if draw(st.booleans()):
                    kind = FactKind.VOID
        precision = draw(st.sampled_from(["day", "day", "day", "month", "year"]))
        payload = draw(PAYLOADS[kind])
        facts.append(Fact(number, kind, draw(DAYS), payload, precision, supersedes))
    return facts


@st.composite
def admissible_histories(draw: st.DrawFn) -> list[Fact]:
    """Facts as the desk lets them in, one after the other, in the order of recording.

    Most begin with an approval large enough for several supplies, half of them with a supply, or
    nothing else would be let in.
    """
    record: list[Fact] = []
    if draw(st.integers(min_value=0, max_value=3)):
        approved = m.Approved(Area.of(draw(st.sampled_from(["40", "100.5"])), Unit.HA))
        record.append(Fact(0, FactKind.APPROVED, draw(st.just(FIRST) | DAYS), approved))
    area = m.Supplied(Area.of("12.5", Unit.HA))
    supply = Fact(len(record), FactKind.SUPPLIED, date(2012, 2, 29), area)
    if draw(st.booleans()) and not objections(record, supply, today=TODAY):
        record.append(supply)
    for fact in draw(fact_sets()):
        number = len(record)
        kept = {f.id for f in record}
        new = replace(
            fact, id=number, supersedes=fact.supersedes if fact.supersedes in kept else None
        )
        if not objections(record, new, today=TODAY):
            record.append(new)
    return record


def without_ids(made: Timeline) -> list[Any]:
    """Periods without the numbers of facts, which only tell the order of recording."""
    return [
        p._replace(
            grounds=tuple(g._replace(fact_ids=(f"{len(g.fact_ids)} facts",)) for g in p.grounds)
        )
        for p in made.periods
    ]


@relaxed
@given(fact_sets())
def test_periods_follow_each_other_without_gap_or_overlap(facts: list[Fact]) -> None:
    periods = timeline(facts).periods
    counting = m.effective(facts)
    if not counting:
        assert periods == ()
        return
    assert periods[0].starts_on == min(f.on for f in counting)
    assert periods[-1].ends_on is None
    for earlier, later in pairwise(periods):
        assert earlier.ends_on == later.starts_on
        assert earlier.starts_on < later.starts_on


@relaxed
@given(fact_sets(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_is_irrelevant(facts: list[Fact], random: Any) -> None:
    shuffled = list(facts)
    random.shuffle(shuffled)
    assert timeline(shuffled).periods == timeline(facts).periods


@relaxed
@given(fact_sets(corrections=False), st.randoms(use_true_random=False))
def test_the_order_of_recording_is_irrelevant(facts: list[Fact], random: Any) -> None:
    numbers = list(range(len(facts)))
    random.shuffle(numbers)
    renumbered = [replace(f, id=n) for f, n in zip(facts, numbers, strict=True)]
    assert without_ids(timeline(renumbered)) == without_ids(timeline(facts))


@relaxed
@given(fact_sets())
def test_rebuilding_from_what_is_stored_gives_the_same(facts: list[Fact]) -> None:
    stored = [(f, payload_to_json(f.payload)) for f in facts]
    reread = [replace(f, payload=payload_from_json(f.kind, content)) for f, content in stored]
    assert timeline(reread) == timeline(facts)


@relaxed
@given(fact_sets())
def test_superseded_and_cancelled_facts_leave_no_trace(facts: list[Fact]) -> None:
    assert timeline(m.effective(facts)) == timeline(facts)


@relaxed
@given(fact_sets())
def test_next_dates_lie_ahead_and_projected_periods_begin_no_flow(facts: list[Fact]) -> None:
    days = {f.on for f in m.effective(facts)}
    for period in timeline(facts).periods:
        assert period.projected == (period.starts_on not in days)
        if period.projected:
            assert period.unsupplied_disposed_m2 == period.idle_disposed_m2 == 0
        if period.next_on is not None:
            assert period.next_on >= period.starts_on
            assert period.ends_on is not None, "an open period waits for nothing"
            # The list reads its index of next dates from the as-of day on.
            assert period.next_on >= period.ends_on - timedelta(days=1)
        assert (period.next_on is None) == (period.next_kind is None)


@relaxed
@given(fact_sets())
def test_every_period_is_grounded(facts: list[Fact]) -> None:
    counting = {f.id for f in m.effective(facts)}
    for period in timeline(facts).periods:
        assert period.grounds
        assert period.verified == all(g.verified for g in period.grounds)
        assert counting.issuperset(i for g in period.grounds for i in g.fact_ids)
        assert list(period.flags) == sorted(set(period.flags))


@relaxed
@given(fact_sets())
def test_only_idle_land_has_an_idle_area(facts: list[Fact]) -> None:
    for period in timeline(facts).periods:
        idle = period.stage in (Stage.IDLE, Stage.SUSPECTED_IDLE)
        assert idle or period.idle_m2 == 0


@relaxed
@given(fact_sets())
def test_areas_are_never_negative(facts: list[Fact]) -> None:
    for period in timeline(facts).periods:
        for value in (
            period.approved_m2,
            period.supplied_m2,
            period.withdrawn_m2,
            period.unsupplied_m2,
            period.idle_m2,
            period.unsupplied_disposed_m2,
            period.idle_disposed_m2,
        ):
            assert value is None or value >= 0


@relaxed
@given(admissible_histories())
def test_of_what_is_approved_every_piece_is_supplied_withdrawn_or_left(facts: list[Fact]) -> None:
    for period in timeline(facts).periods:
        if period.approved_m2 is None:
            assert period.unsupplied_m2 is None
            continue
        assert period.supplied_m2 is not None
        assert period.withdrawn_m2 is not None
        assert period.unsupplied_m2 is not None
        parts = period.supplied_m2 + period.withdrawn_m2 + period.unsupplied_m2
        assert parts == period.approved_m2


@relaxed
@given(admissible_histories())
def test_the_flows_add_up_to_what_left_the_stocks(facts: list[Fact]) -> None:
    """Between two days: stock then + what came in − what went out = stock now."""
    periods = timeline(facts).periods
    approved_known = next((p for p in periods if p.unsupplied_m2 is not None), None)
    if approved_known is not None and approved_known.approved_m2 is not None:
        last = periods[-1]
        assert last.unsupplied_m2 is not None
        since = periods[periods.index(approved_known) :]
        before = supplied_before_approval(periods, approved_known)
        entered = approved_known.approved_m2 - before
        assert entered - last.unsupplied_m2 == sum(p.unsupplied_disposed_m2 for p in since)
    recognised = recognised_m2(facts)
    if recognised is not None and periods:
        left = Fraction(0) if periods[-1].stage is not Stage.IDLE else periods[-1].idle_m2
        assert left is not None
        assert recognised - left == sum(p.idle_disposed_m2 for p in periods)


def supplied_before_approval(periods: tuple[Period, ...], first: Period) -> Fraction:
    """What was recorded as supplied before the approval's (imprecise) date."""
    place = periods.index(first)
    return (periods[place - 1].supplied_m2 or Fraction(0)) if place else Fraction(0)


def recognised_m2(facts: list[Fact]) -> Fraction | None:
    """All that was ever recognised as idle; None where a letter names no area."""
    total = Fraction(0)
    for fact in m.effective(facts):
        if isinstance(fact.payload, m.RecognisedIdle):
            if fact.payload.area is None:
                return None
            total += fact.payload.area.m2
    return total


@relaxed
@given(fact_sets(corrections=False), st.integers(min_value=0, max_value=8))
def test_a_prefix_agrees_with_the_whole_until_the_next_fact(facts: list[Fact], length: int) -> None:
    """What comes later changes nothing before it: the law looks back, never forward."""
    days = sorted({f.on for f in facts})
    cut = days[min(length, len(days) - 1)]
    known = [f for f in facts if f.on < cut]
    whole = timeline(facts)
    for day in probes(known, cut):
        assert as_of(timeline(known), day) == as_of(whole, day), day


def probes(known: list[Fact], before: date) -> list[date]:
    """Days worth asking about: every bound of the prefix's periods, and the days beside it."""
    bounds = {p.starts_on for p in timeline(known).periods}
    near = {b + timedelta(days=d) for b in bounds for d in (-1, 0, 1)}
    first = min((f.on for f in known), default=before)
    return sorted(d for d in near | {before - timedelta(days=1)} if first <= d < before)


def as_of(made: Timeline, day: date) -> Any:
    """What is said of a day, apart from how far it reaches and what time will bring."""
    period = made.on(day)
    if period is None:
        return None
    return (period.stage, period.flags, period.unsupplied_m2, period.idle_m2, period.grounds)


@relaxed
@given(admissible_histories())
def test_the_desk_never_lets_in_more_than_was_approved(facts: list[Fact]) -> None:
    assert "over_consumption" not in [w.code for w in timeline(facts).warnings]
