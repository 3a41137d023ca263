"""对指标的影响: how each figure of today would change if an upload were confirmed now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tuban.core import clock
from tuban.measures.changes import changes
from tuban.measures.definitions import MEASURES, Basis, Measure
from tuban.parcels.imports import preview
from tuban.parcels.models import Upload
from tuban.regions.models import Region


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

    The measures' own definitions count the parcels' periods before and after, so the difference is
    what the figures will show once the upload is confirmed.
    """
    return preview.remembered("upload-effects", upload, lambda: tuple(_effects(upload)))


def _effects(upload: Upload) -> Iterator[Effect]:
    today = clock.today()
    moved: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for change in preview.changes(upload):
        for code, item in MEASURES.items():
            by = _counted(item, change.after, today) - _counted(item, change.before, today)
            if by:
                moved[code, change.region_code] += by
    logged = changes(MEASURES, today)
    regions = list(Region.objects.defer("boundary").order_by("sort", "code"))
    for code, item in MEASURES.items():
        is_flow = item.basis is Basis.FLOW
        flow, stock = logged.flow(code), logged.stock(code)
        for region in regions:
            by = moved.get((code, region.code), Fraction(0))
            if not by:
                continue
            before = (
                flow.get((region.code, today.year), Fraction(0))
                if is_flow
                else stock.get(region.code, Fraction(0))
            )
            yield Effect(
                measure_code=code,
                name=f"{today.year} 年{item.name}" if is_flow else item.name,
                region_code=region.code,
                before_m2=before,
                after_m2=before + by,
                delta_m2=by,
                region_name=region.name,
                period=str(today.year) if is_flow else "",
            )


def _counted(item: Measure, periods: preview.Periods, today: date) -> Fraction:
    """What one parcel contributes to the figure."""
    if item.basis is Basis.STOCK:
        now = preview.on_day(periods, today)
        return item.counted(now) if now is not None else Fraction(0)
    first = date(today.year, 1, 1)
    return sum((item.counted(p) for p in periods if first <= p.starts_on <= today), Fraction(0))


@dataclass(frozen=True, slots=True)
class EffectsPage:
    """The effects of one upload, as the page lists them."""

    upload: Upload
    on: date
    effects: tuple[Effect, ...]


def effects_page(upload: Upload) -> EffectsPage:
    """The page of one upload."""
    return EffectsPage(upload, clock.today(), effects(upload))
