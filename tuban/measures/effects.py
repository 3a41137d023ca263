"""对指标的影响: how each figure of today would change if an upload were confirmed now."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tuban.law.timeline import Period
from tuban.measures.changes import Changes, changes
from tuban.measures.definitions import MEASURES, NOTHING, Basis, Measure
from tuban.parcels.imports import preview
from tuban.parcels.imports.changes import Change, on_day
from tuban.parcels.imports.preview import Preview
from tuban.parcels.models import Upload
from tuban.regions.models import Region

LENS = "effects"


@dataclass(frozen=True, slots=True)
class Effect:
    """One figure of one 旗区, today; a flow is that of the year up to today.

    Attributes:
        name: The measure's name; a flow's with its year.
        period: Four-digit year of a flow; empty for a stock.
    """

    measure_code: str
    name: str
    region_code: str
    before_m2: Fraction
    after_m2: Fraction
    delta_m2: Fraction
    region_name: str = ""
    period: str = ""


def effects(upload: Upload) -> tuple[Effect, ...]:
    """Figures that confirming the upload would change, by measure, then by 旗区; exact.

    As its preview keeps them; nothing while there is none.
    """
    return tuple(_effect(kept) for kept in preview.told(upload, LENS))


class MeasureEffects:
    """The lens of the measures.

    Their own definitions count the parcels' periods before and after, so the difference is what
    the figures will show once the upload is confirmed.
    """

    def __init__(self, on: date) -> None:
        self._on = on
        self._moved: dict[tuple[str, str], Fraction] = defaultdict(Fraction)

    def look(self, change: Change) -> None:
        """Adds what each measure counts more, or less, of the parcel."""
        for periods, sign in ((change.before, -1), (change.after, 1)):
            now = on_day(periods, self._on)
            for code, item in MEASURES.items():
                counting = periods if item.basis is Basis.FLOW else (now,)
                for period in filter(None, counting):
                    m2 = self._counted(item, period)
                    if m2:
                        self._moved[code, change.region_code] += sign * m2

    def _counted(self, item: Measure, period: Period) -> Fraction:
        """What one period contributes to the figure; to a flow only if it began this year."""
        began = period.starts_on
        if item.basis is Basis.FLOW and not (began.year == self._on.year and began <= self._on):
            return NOTHING
        return item.counted(period)

    def tell(self) -> list[dict[str, Any]]:
        """A line for each figure that changes, as `Effect`."""
        logged = changes(MEASURES, self._on)
        regions = Region.objects.defer("boundary").order_by("sort", "code")
        return [
            self._line(item, region, logged)
            for item in MEASURES.values()
            for region in regions
            if self._moved.get((item.code, region.code))
        ]

    def _line(self, item: Measure, region: Region, logged: Changes) -> dict[str, Any]:
        by = self._moved[item.code, region.code]
        year = self._on.year
        if item.basis is Basis.FLOW:
            before = logged.flow(item.code).get((region.code, year), Fraction(0))
        else:
            before = logged.stock(item.code).get(region.code, Fraction(0))
        is_flow = item.basis is Basis.FLOW
        return {
            "measure_code": item.code,
            "name": f"{year} 年{item.name}" if is_flow else item.name,
            "region_code": region.code,
            "region_name": region.name,
            "period": str(year) if is_flow else "",
            "before_m2": str(before),
            "after_m2": str(before + by),
            "delta_m2": str(by),
        }


def _effect(kept: dict[str, Any]) -> Effect:
    numbers = {name: Fraction(kept[name]) for name in ("before_m2", "after_m2", "delta_m2")}
    return Effect(**{**kept, **numbers})


@dataclass(frozen=True, slots=True)
class EffectsPage:
    """The effects of one upload, as the page lists them. `preview` is None while there is none."""

    upload: Upload
    preview: Preview | None
    effects: tuple[Effect, ...]


def effects_page(upload: Upload) -> EffectsPage:
    """The page of one upload."""
    return EffectsPage(upload, preview.preview_of(upload), effects(upload))
