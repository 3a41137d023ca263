"""What the map's page and its panels show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.http import QueryDict

from tuban.accounts.access import region_codes
from tuban.accounts.models import User
from tuban.atlas.asking import window
from tuban.law.period import Stage
from tuban.parcels.models import Parcel
from tuban.parcels.pages import Due, due
from tuban.parcels.queries import ParcelFilter, ParcelList, StageSum
from tuban.regions.models import Region
from tuban.web.templatetags.tuban import TWO_YEARS, stage_look

ZONES = range(25, 46)
"""三度带 of China, offered by the status line."""
SIGNS = {
    Stage.UNSUPPLIED: "批", Stage.SUPPLIED: "供", Stage.OVERDUE_START: "逾",
    Stage.SUSPECTED_IDLE: "疑", Stage.IDLE: "闲", Stage.STARTED: "工", Stage.COMPLETED: "竣",
    Stage.RECOVERED: "回", Stage.WITHDRAWN: "撤", Stage.UNDETERMINED: "？",
}  # fmt: skip
_TWO_YEARS_SIGN = "满"
Extent = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


def sign_of(stage: Stage | str, flags: Any = ()) -> str:
    """The character a parcel carries on map and sheet, so that it is told without colour."""
    known = Stage(stage)
    return _TWO_YEARS_SIGN if stage_look(known, flags) == "idle2" else SIGNS[known]


_SURROUNDINGS: Extent = (106.5, 37.5, 111.6, 41.0)


@dataclass(frozen=True, slots=True)
class LegendLine:
    """图例: one stage, its look, and how many parcels of the window are in it.

    Attributes:
        count: None where it is not counted of its own (满二年 is a flag of two stages).
        query: Of the same map with the line's condition put on, or taken off where it stands.
        chosen: The condition stands.
    """

    words: str
    look: str
    sign: str
    count: int | None
    query: str
    chosen: bool


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


def legend(listed: ParcelList, query: QueryDict) -> tuple[LegendLine, ...]:
    """Every stage in the law's order, also those with no parcel here; 满二年 after 闲置."""
    counts = {item.stage: item.count for item in listed.by_stage}
    lines = []
    for stage in Stage:
        chosen = stage.value in query.getlist("stage")
        without = [value for value in query.getlist("stage") if value != stage.value]
        turned = without if chosen else [*without, stage.value]
        lines.append(
            LegendLine(
                stage.label,
                stage_look(stage),
                SIGNS[stage],
                counts.get(stage, 0),
                _with(query, "stage", turned),
                chosen,
            )
        )
        if stage is Stage.IDLE:
            lines.append(_two_years_line(query))
    return tuple(lines)


def _two_years_line(query: QueryDict) -> LegendLine:
    chosen = query.get("flag") == TWO_YEARS
    turned = [] if chosen else [TWO_YEARS]
    look = stage_look(Stage.IDLE, (TWO_YEARS,))
    return LegendLine(
        "闲置满二年", look, _TWO_YEARS_SIGN, None, _with(query, "flag", turned), chosen
    )


def _with(query: QueryDict, name: str, values: list[str]) -> str:
    """The query of the whole map, not of one window, with one condition set anew."""
    changed = query.copy()
    changed.pop("box", None)
    changed.setlist(name, values)
    return changed.urlencode()


def window_panel(
    user: User, wanted: ParcelFilter, on: date, box: Extent, query: QueryDict
) -> WindowPanel:
    """The panel of one window; `query` is that of its list."""
    listed = window(user, wanted, on, box)
    return WindowPanel(listed, legend(listed, query), query.urlencode(safe=","))


def hit_line(phase: Any, on: date) -> HitLine:
    """A hit with its next deadline."""
    return HitLine(phase, due(on, phase.next_on, phase.next_kind))


def frame(user: User, wanted: ParcelFilter, parcel: Parcel | None = None) -> Extent:
    """Where the map opens: around a parcel, a box, the parcels of one 旗区, or several 旗区 whole.

    A 旗区 without parcels opens whole as well; without boundaries at all, the city's surroundings.
    """
    if parcel is not None and parcel.geometry is not None:
        west, south, east, north = parcel.geometry.extent
        return west, south, east, north
    if wanted.box is not None:
        return wanted.box
    codes = sorted(region_codes(user) & set(wanted.regions or region_codes(user)))
    parcels = None
    if len(codes) == 1:
        parcels = _extent("parcels_parcel", "geometry", "region_id", codes)
    return parcels or _extent("regions_region", "boundary", "code", codes) or _SURROUNDINGS


def _extent(table: str, shape: str, key: str, codes: list[str]) -> Extent | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e)"
            f" FROM (SELECT ST_Extent({shape}) FROM {table} WHERE {key} = ANY(%s)) AS x (e)"
            " WHERE e IS NOT NULL",
            [codes],
        )
        found = cursor.fetchone()
    return (found[0], found[1], found[2], found[3]) if found else None


def any_schematic() -> bool:
    """Whether a 旗区 still has its schematic boundary."""
    return Region.objects.filter(schematic=True, level="county").exists()
