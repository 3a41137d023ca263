"""消化与处置: which invented parcels are disposed of in which year, so that the pace is met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from tuban.demonstration.areas import Scale, nearest_subset
from tuban.demonstration.lives import (
    BUSY_MONTHS,
    LAST_DAY,
    dispose_idle,
    dispose_unsupplied,
    months,
)
from tuban.demonstration.story import Story

_FEW = 13
"""So few parcels are tried in every combination."""
_NEAR_PERCENT = 1


def dispose_of_unsupplied(
    rng: Random, pool: Sequence[Story], wanted_mu: Mapping[int, Decimal], scale: Scale, serial: int
) -> None:
    """消化 year by year: whole parcels until the year's wish is met, the last one in part."""
    waiting = list(pool)
    rng.shuffle(waiting)
    least = scale.near_mu(3)
    for year, mu in wanted_mu.items():
        gap = scale.near_mu(float(mu))
        while gap >= least and waiting:
            story = waiting.pop()
            area = min(story.unsupplied, gap)
            on = months(rng, year, BUSY_MONTHS)
            dispose_unsupplied(rng, story, on, area, serial)
            serial += 1
            gap -= area


def dispose_of_idle(
    rng: Random, pool: Sequence[Story], wanted_mu: Mapping[int, Decimal], scale: Scale
) -> None:
    """处置 year by year: whole parcels, as near to the year's wish as their areas allow."""
    waiting = list(pool)
    for year, mu in wanted_mu.items():
        rng.shuffle(waiting)
        ready = [s for s in waiting if s.recognised_on and s.recognised_on < date(year, 3, 1)]
        for story in _chosen(ready, scale.near_mu(float(mu))):
            waiting.remove(story)
            on = months(rng, year, BUSY_MONTHS)
            assert story.recognised_on is not None
            dispose_idle(rng, story, max(on, story.recognised_on + timedelta(days=40)))


def _chosen(ready: Sequence[Story], wanted: int) -> list[Story]:
    """Parcels whose idle areas add up to nearly what is wanted."""
    if len(ready) <= _FEW:
        return [ready[place] for place in nearest_subset([_area(s) for s in ready], wanted)]
    chosen: list[Story] = []
    gap = wanted
    for story in ready:
        if _area(story) <= gap:
            chosen.append(story)
            gap -= _area(story)
        if gap * 100 < wanted * _NEAR_PERCENT:
            break
    return chosen


def _area(story: Story) -> int:
    assert story.supply is not None
    return story.supply.area


LATEST_RECOGNITION = LAST_DAY - timedelta(days=60)
