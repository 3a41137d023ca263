"""供后: contracts, building and idleness of one invented parcel, drawn by lot but legally sound."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from tuban.demonstration.areas import Scale
from tuban.demonstration.names import Use
from tuban.demonstration.story import (
    FREE,
    LAPSED,
    PAID,
    REAGREED,
    WITHDRAWN,
    Disposal,
    Start,
    Story,
    Supply,
)
from tuban.law.model import IdleCause, StartTest, SupplyMode
from tuban.values.dates import add_months, add_years

OPENING = date(2022, 1, 1)
"""The day on which the stocks are those of the plan's annexes."""
LAST_LEDGER = date(2024, 8, 31)
"""What happens after this day is recorded fact by fact."""
LAST_DAY = date(2024, 9, 27)
"""Nothing happens after this day."""

DAY = timedelta(days=1)
_SATURDAY = 5
_CAUSES = (
    IdleCause.ENTERPRISE,
    IdleCause.GOVERNMENT,
    IdleCause.SEIZURE,
    IdleCause.PREPARATORY,
    IdleCause.FORCE_MAJEURE,
)
_CAUSE_WEIGHTS = (42, 32, 14, 8, 4)
_WAYS: dict[IdleCause, tuple[tuple[str, int], ...]] = {
    IdleCause.ENTERPRISE: (("start", 55), (FREE, 33), (PAID, 12)),
    IdleCause.GOVERNMENT: (("start", 22), (REAGREED, 48), (PAID, 30)),
    IdleCause.SEIZURE: (("start", 30), (REAGREED, 40), (PAID, 30)),
    IdleCause.PREPARATORY: (("start", 50), (REAGREED, 40), (PAID, 10)),
    IdleCause.FORCE_MAJEURE: (("start", 40), (REAGREED, 50), (PAID, 10)),
}


def workday(rng: Random, first: date, last: date) -> date:
    """A day from Monday to Friday within the two, both included; `last` if there is none."""
    span = (last - first).days
    for _ in range(8):
        day = first + timedelta(days=rng.randint(0, max(0, span)))
        if day.weekday() < _SATURDAY:
            return day
    return last


def supply(rng: Random, scale: Scale, use: Use, *, on: date, area: int, serial: int) -> Supply:
    """A supply of the kind the use calls for."""
    mode = SupplyMode.ALLOCATION if use.public else SupplyMode.GRANT
    if not use.public and rng.random() < 0.06:
        mode = SupplyMode.LEASE
    elif use.public and rng.random() < 0.05:
        mode = SupplyMode.CONTRIBUTION
    price = None
    if mode is SupplyMode.GRANT and use.price:
        wan = Decimal(str(round(scale.mu(area) * rng.uniform(*use.price), 2)))
        price = max(Decimal("0.01"), wan)
    word = "划" if mode is SupplyMode.ALLOCATION else "合"
    start_due = add_months(on, rng.choice((6, 6, 9, 12, 12)))
    return Supply(
        on=on,
        area=area,
        mode=mode,
        contract_no=f"演{word}〔{on.year}〕{serial:04d}",
        price_wan=price,
        delivered_on=on + timedelta(days=rng.randint(12, 60)),
        start_due=start_due,
        complete_due=add_months(start_due, rng.choice((18, 24, 24, 30, 36))),
    )


def _permit(rng: Random, on: date) -> Start:
    """A start: mostly proven, sometimes only reported (证据不足)."""
    number = f"演施许{on.year}-{rng.randint(1, 999):03d}"
    luck = rng.random()
    if luck < 0.8:
        return Start(on, number, rng.choice(tuple(StartTest)))
    return Start(on, number if luck < 0.9 else "")


def build(rng: Random, story: Story, *, idle_share: float = 0.0) -> None:
    """动工 around the agreed date and 竣工 after it, as far as the story goes.

    Args:
        idle_share: Chance that nothing is ever built.
    """
    given = story.supply
    assert given is not None
    if rng.random() < idle_share:
        return
    due = given.start_due or add_years(given.delivered_on or given.on, 1)
    wanted = due + timedelta(days=round(rng.gauss(-20, 55)))
    on = workday(rng, max(given.on + 20 * DAY, wanted), max(given.on + 25 * DAY, wanted + 4 * DAY))
    build_from(rng, story, on, given.complete_due or add_months(due, 24))


def build_from(rng: Random, story: Story, on: date, complete_due: date) -> None:
    """动工 on the day, and completion some time around its due day; what lies ahead is left out."""
    if on > LAST_DAY:
        return
    story.start = _permit(rng, on)
    wanted = complete_due + timedelta(days=round(rng.gauss(20, 110)))
    done = max(on + 200 * DAY, wanted)
    if done <= LAST_DAY and rng.random() < 0.94:
        story.completed_on = done
        if done.year < 2018 and rng.random() < 0.05:
            story.rough = frozenset({"completed_on"})


def recognise(rng: Random, story: Story, on: date) -> None:
    """认定闲置 on the day, for land whose full year had run out by then, exclusions included."""
    given = story.supply
    assert given is not None
    assert given.start_due is not None
    story.recognised_on = on
    weights = (0, *_CAUSE_WEIGHTS[1:]) if story.use.public else _CAUSE_WEIGHTS
    story.cause = rng.choices(_CAUSES, weights)[0]
    year_ends = add_years(given.start_due, 1)
    room = (on - year_ends).days - 5
    may_exclude = story.cause in {IdleCause.GOVERNMENT, IdleCause.FORCE_MAJEURE}
    if may_exclude and room > 60 and rng.random() < 0.5:
        first = workday(rng, given.start_due + DAY, year_ends)
        last = first + timedelta(days=rng.randint(20, min(room, 320)))
        if last < on:
            story.excluded = (first, last)


def idle_supply(
    rng: Random, scale: Scale, use: Use, *, area: int, recognised_on: date, serial: int
) -> Supply:
    """A supply so long ago that the parcel could be recognised idle on the day."""
    year_ends = recognised_on - timedelta(days=rng.randint(45, 900))
    start_due = add_years(year_ends, -1)
    on = start_due - timedelta(days=rng.randint(180, 380))
    made = supply(rng, scale, use, on=on, area=area, serial=serial)
    made.start_due = start_due
    made.complete_due = add_months(start_due, 24)
    return made


def dispose_idle(rng: Random, story: Story, on: date) -> None:
    """处置 of recognised idle land on the day, in one of the ways its cause allows."""
    assert story.cause is not None
    ways = _WAYS[story.cause]
    way = rng.choices([w for w, _ in ways], [weight for _, weight in ways])[0]
    if way == "start":
        build_from(rng, story, on, add_months(on, rng.choice((18, 24, 30))))
        return
    if way != REAGREED:
        story.disposal = Disposal(way, on)
        again = on + timedelta(days=rng.randint(80, 420))
        if on > OPENING and again <= LAST_DAY and rng.random() < 0.25:
            given = story.supply
            assert given is not None
            story.later.append(_given(rng, story, again, given.area, 8_000 + rng.randint(1, 999)))
        return
    late = rng.random() < 0.08
    new_start = on + timedelta(days=rng.randint(380, 460) if late else rng.randint(120, 360))
    story.disposal = Disposal(REAGREED, on, new_start=new_start)
    if rng.random() < 0.62:
        started = workday(rng, new_start - 60 * DAY, new_start + 30 * DAY)
        build_from(rng, story, max(started, on + 20 * DAY), add_months(new_start, 24))


def _given(rng: Random, story: Story, on: date, area: int, serial: int) -> Supply:
    return supply(rng, story.scale, story.use, on=on, area=area, serial=serial)


def dispose_unsupplied(rng: Random, story: Story, on: date, area: int, serial: int) -> None:
    """消化 of unsupplied land on the day: supply, withdrawal or lapse of the area."""
    left = story.unsupplied
    whole = area == left
    luck = rng.random()
    if story.supply is not None and on.year == LAST_DAY.year and luck < 0.5:
        story.later.append(_given(rng, story, on, area, serial))
    elif story.supply is None and luck < 0.8:
        story.supply = _given(rng, story, on, area, serial)
        build(rng, story, idle_share=0.16)
    elif luck < 0.93 or not whole:
        story.disposal = Disposal(WITHDRAWN, on, area)
    else:
        story.disposal = Disposal(LAPSED, on)


def months(rng: Random, year: int, choices: Sequence[tuple[int, int]]) -> date:
    """A working day of the year, months weighted as offices close their books."""
    last_month = LAST_DAY.month if year == LAST_DAY.year else 12
    usable = [(month, weight) for month, weight in choices if month <= last_month]
    month = rng.choices([m for m, _ in usable], [w for _, w in usable])[0]
    first = date(year, month, 4 if month == 1 else 1)
    last = min(add_months(date(year, month, 1), 1) - DAY, LAST_DAY)
    return workday(rng, first, last)


BUSY_MONTHS = ((1, 2), (2, 3), (3, 7), (4, 8), (5, 8), (6, 12), (7, 8), (8, 9), (9, 9),
               (10, 9), (11, 11), (12, 16))  # fmt: skip
