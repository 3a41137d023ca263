"""What the map's page and its panels show."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from tuban.accounts.access import region_codes
from tuban.accounts.models import User
from tuban.atlas.asking import window
from tuban.law.period import Stage
from tuban.parcels.models import Parcel
from tuban.parcels.pages import Due, due
from tuban.parcels.queries import ParcelFilter, ParcelList, StageSum
from tuban.regions.models import Region
from tuban.web.templatetags.tuban import stage_look

ZONES = (35, 36, 37, 38)
"""三度带 of the city and its neighbours, offered by the status line."""
SIGNS = {
    "approved": "批", "supplied": "供", "late": "逾", "suspect": "疑", "idle": "闲", "idle2": "满",
    "started": "工", "done": "竣", "back": "回",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LegendLine:
    """图例: one stage, its look, and how many parcels of the window are in it."""

    stage: Stage
    look: str
    sign: str
    count: int


@dataclass(frozen=True, slots=True)
class WindowPanel:
    """当前视窗: counts and sums of what is to be seen, and the address of the same list."""

    listed: ParcelList
    legend: tuple[LegendLine, ...]
    query: str

    @property
    def idle(self) -> tuple[StageSum, ...]:
        """Sums of idle and suspected idle."""
        return tuple(
            item
            for item in self.listed.by_stage
            if item.stage in {Stage.IDLE, Stage.SUSPECTED_IDLE}
        )


@dataclass(frozen=True, slots=True)
class HitLine:
    """One parcel at the place clicked."""

    phase: Any
    due: Due | None


def legend(listed: ParcelList) -> tuple[LegendLine, ...]:
    """Every stage in the law's order, also those with no parcel here."""
    counts = {item.stage: item.count for item in listed.by_stage}
    return tuple(
        LegendLine(one, look := stage_look(one), SIGNS.get(look, ""), counts.get(one, 0))
        for one in Stage
    )


def window_panel(
    user: User, wanted: ParcelFilter, on: date, box: tuple[float, float, float, float], query: str
) -> WindowPanel:
    """The panel of one window; `query` leads to its list."""
    listed = window(user, wanted, on, box)
    return WindowPanel(listed, legend(listed), query)


def hit_line(phase: Any, on: date) -> HitLine:
    """A hit with its next deadline."""
    return HitLine(phase, due(on, phase.next_on, phase.next_kind))


def frame(user: User, parcel: Parcel | None = None) -> tuple[float, float, float, float]:
    """Where the map opens: around a parcel, the parcels in scope, else the post's regions.

    West, south, east, north in degrees.
    """
    if parcel is not None and parcel.geometry is not None:
        west, south, east, north = parcel.geometry.extent
        return west, south, east, north
    codes = sorted(region_codes(user))
    with connection.cursor() as cursor:
        for sql in (
            "SELECT ST_Extent(geometry) FROM parcels_parcel WHERE region_id = ANY(%s)",
            "SELECT ST_Extent(boundary) FROM regions_region WHERE code = ANY(%s)",
        ):
            cursor.execute(
                "SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e)"
                f" FROM ({sql}) AS x (e) WHERE e IS NOT NULL",
                [codes],
            )
            found = cursor.fetchone()
            if found:
                return (found[0], found[1], found[2], found[3])
    return (106.5, 37.5, 111.6, 41.0)


def region_features() -> dict[str, Any]:
    """界线 of the city's 旗区 as GeoJSON in longitude and latitude; they are no secret."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code, name, schematic, ST_AsGeoJSON(ST_SimplifyPreserveTopology(boundary, 0.001), 5)"
            " FROM regions_region WHERE boundary IS NOT NULL AND level = 'county' ORDER BY sort"
        )
        rows = cursor.fetchall()
    features = [
        {
            "type": "Feature",
            "id": code,
            "properties": {"name": name, "schematic": schematic},
            "geometry": json.loads(geometry),
        }
        for code, name, schematic, geometry in rows
    ]
    return {"type": "FeatureCollection", "features": features}


def any_schematic() -> bool:
    """Whether a 旗区 still has its schematic boundary."""
    return Region.objects.filter(schematic=True, level="county").exists()
