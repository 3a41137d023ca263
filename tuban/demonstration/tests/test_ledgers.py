"""演示台账: the same every time, clean, exact on the opening day, and rich on the day shown."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction

import pytest

from tuban.demonstration import plan
from tuban.demonstration.files import make
from tuban.demonstration.lives import OPENING
from tuban.demonstration.regions import PARCELS, PROFILES, Profile
from tuban.demonstration.stories import TARGET_YEARS, stories
from tuban.demonstration.tests.drawn import demonstration, facts, stated, timelines
from tuban.law.period import NEXT_LABELS, Period
from tuban.law.timeline import Stage
from tuban.values.area import Unit

ON = date(2024, 9, 30)
REGIONS = pytest.mark.parametrize("profile", list(PROFILES.values()), ids=lambda p: p.code)


def now() -> list[Period]:
    """The period of each parcel on the day shown."""
    return [period for line in timelines().values() if (period := line.on(ON)) is not None]


def in_target_years(period: Period) -> bool:
    return period.approved_on is not None and period.approved_on.year in TARGET_YEARS


@pytest.mark.slow
def test_it_is_drawn_the_same_every_time() -> None:
    again = make()
    assert [(x.name, x.content) for x in again.ledgers] == [
        (x.name, x.content) for x in demonstration().ledgers
    ]
    assert again.later == demonstration().later
    assert plan.txt() == plan.txt()


def test_there_are_five_thousand_parcels_with_numbers_of_their_own() -> None:
    assert PARCELS == 5_000
    assert len(facts()) == PARCELS


def test_the_import_finds_nothing_wrong() -> None:
    problems = [problem for _, row in stated() for problem in row.problems]
    assert {problem.code for problem in problems} == {"imprecise_date"}


def test_the_law_finds_no_contradiction_but_the_late_excuses() -> None:
    codes = Counter(w.code for line in timelines().values() for w in line.warnings)
    assert codes.keys() == {"excluded_too_late", "unconfirmed_exclusion"}


@REGIONS
def test_the_unsupplied_stock_of_the_opening_day_is_that_of_annex_4(profile: Profile) -> None:
    stock = Fraction(0)
    for (region, _), line in timelines().items():
        period = line.on(OPENING)
        if region == profile.code and period is not None and in_target_years(period):
            stock += period.unsupplied_m2 or 0
    assert stock == Fraction(profile.unsupplied_row.base) * Unit.WAN_MU.m2


@REGIONS
def test_the_idle_stock_of_the_opening_day_is_that_of_annex_5(profile: Profile) -> None:
    stock = Fraction(0)
    for (region, _), line in timelines().items():
        period = line.on(OPENING)
        if region == profile.code and period is not None and period.stage is Stage.IDLE:
            stock += period.idle_m2 or 0
    assert stock == Fraction(profile.idle_row.base) * Unit.WAN_MU.m2


def test_dongsheng_reaches_its_stock_with_areas_as_printed() -> None:
    profile = PROFILES["150602"]
    areas = [s.scale.area(s.approved) for s in stories(profile) if s.approval]
    assert {area.unit for area in areas} == {Unit.MU}
    assert all(area.decimals == 2 for area in areas)


def test_every_stage_occurs_on_the_day_shown() -> None:
    assert {period.stage for period in now()} == set(Stage)


@pytest.mark.parametrize(
    "flag",
    [
        "two_years",
        "approval_two_years",
        "start_unproven",
        "used_before_supply",
        "assumed_start",
        "several_agreed_starts",
        "reagreed_beyond_one_year",
        "recognised_early",
        "clock_stopped",
        "unconfirmed_exclusion",
        "overdue_completion",
        "imprecise_date",
    ],
)
def test_what_a_clerk_meets_occurs_on_the_day_shown(flag: str) -> None:
    flags = {f for line in timelines().values() for p in line.periods for f in p.flags}
    assert flag in (flags if flag == "imprecise_date" else {f for p in now() for f in p.flags})


def test_land_supplied_in_part_and_land_supplied_again_occur() -> None:
    periods = now()
    assert any(p.supplied_m2 and p.unsupplied_m2 for p in periods)
    again = [
        line
        for line in timelines().values()
        if Stage.RECOVERED in {p.stage for p in line.periods}
        and (period := line.on(ON)) is not None
        and period.stage is not Stage.RECOVERED
    ]
    assert again


def test_every_kind_of_deadline_falls_due_within_ninety_days() -> None:
    horizon = ON + timedelta(days=90)
    kinds = {p.next_kind for p in now() if p.next_on and ON < p.next_on <= horizon}
    assert kinds == NEXT_LABELS.keys()


def test_some_facts_became_known_at_once_and_others_late() -> None:
    lags = [
        (date.fromisoformat(e.recorded_on) - date.fromisoformat(e.on)).days
        for e in demonstration().later
        if e.act == "record"
    ]
    assert min(lags) >= 0
    assert sum(lag <= 7 for lag in lags) > 50
    assert sum(lag > 90 for lag in lags) > 50


def test_corrections_and_cancellations_occur() -> None:
    acts = Counter(entry.act for entry in demonstration().later)
    assert acts["correct"] >= 9
    assert acts["void"] >= 5


def test_names_are_invented() -> None:
    rows = [row for _, row in stated()]
    assert all("演示" in row.parcel["location"] for row in rows)
    assert all(row.parcel.get("holder", "演示").startswith("演示") for row in rows)
