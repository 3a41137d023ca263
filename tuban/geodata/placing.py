"""落位: which coordinate system the numbers are in; asked where it cannot be known.

Numbers win over the description where they are certain (a prefix), the description over the
district's habit; a datum is never guessed (data-standards.md 2.2–2.4, T10–T16).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from tuban.geodata.codes import Level
from tuban.geodata.crs import (
    CHINA,
    GEOGRAPHIC,
    Numbers,
    Zone,
    detect,
    from_dms,
    label_of,
    looks_like_dms,
    transform,
)
from tuban.geodata.errors import GeodataError
from tuban.geodata.heads import DATUM, WIDTH, ZONE, Description, short
from tuban.geodata.loops import Loop
from tuban.geodata.model import Choices, Datum, Finding, Head, Offer

_ZONES = (*range(25, 46), *range(13, 24))


@dataclass(slots=True)
class Draft:
    """A parcel on its way: drawn, not yet placed or measured."""

    ordinal: int
    head: Head
    loops: list[Loop]
    decimals: int
    epsg: int | None = None
    drop: bool = False


@dataclass(slots=True)
class Placing:
    """What is asked and found while parcels are placed; things alike are told once."""

    description: Description
    choices: Choices
    datum: Datum | None = None
    findings: list[Finding] = field(default_factory=list)
    offers: dict[str, Offer] = field(default_factory=dict)
    zones: dict[int, Zone] = field(default_factory=dict)
    alike: dict[tuple[str, str], list[Draft]] = field(default_factory=lambda: defaultdict(list))

    def once(self, code: str, message: str, draft: Draft) -> None:
        """Notes something that many parcels may share."""
        self.alike[code, message].append(draft)

    def offer(self, asked: Offer) -> None:
        """Asks a question once."""
        self.offers.setdefault(asked.asks, asked)


def place(drafts: list[Draft], description: Description, choices: Choices) -> Placing:
    """Gives every draft its CRS, or leaves it without one; columns become (E, N) or (lon, lat)."""
    placing = Placing(description, choices)
    _datum(placing)
    for draft in drafts:
        if draft.loops:
            _place(draft, placing)
    for (code, message), shared in placing.alike.items():
        count = f"共 {len(shared)} 宗。" if len(shared) > 1 else ""
        level = Level.ERROR if any(draft.epsg is None for draft in shared) else None
        head = shared[0].head
        placing.findings.append(
            Finding(code, f"{message}{count}", head.line, shared[0].ordinal, level)
        )
    return placing


def _datum(placing: Placing) -> None:
    """T10, T11: the datum, from the description or a person, never from the numbers."""
    description, choices = placing.description, placing.choices
    placing.datum = description.datum
    line = description.lines.get(DATUM)
    if choices.epsg is not None:
        placing.datum = Datum.CGCS2000
    elif placing.datum is None and choices.datum is not None:
        placing.datum = choices.datum
    elif placing.datum is None:
        stated = description.header.get(DATUM, "")
        said = f"坐标系写作“{short(stated)}”，不认识。" if stated else "没有写明坐标系。"
        placing.findings.append(Finding("T10", said, line))
        placing.offer(
            Offer("datum", "这份坐标是什么坐标系？", tuple((d.value, d.label) for d in Datum))
        )
    if placing.datum in {Datum.XIAN80, Datum.BEIJING54}:
        placing.findings.append(Finding("T11", f"坐标系是{placing.datum.label}。", line))


def _place(draft: Draft, placing: Placing) -> None:
    north, east = draft.loops[0].first, draft.loops[0].second
    for loop in draft.loops[1:]:
        north = min(north[0], loop.first[0]), max(north[1], loop.first[1])
        east = min(east[0], loop.second[0]), max(east[1], loop.second[1])
    numbers = detect(east, north)
    swapped = False
    if numbers.kind == "swapped":
        swapped = True
        if not placing.choices.swap_axes:
            placing.once("T15", "X、Y 写反了。", draft)
            answers = (("true", "交换 X、Y 后读取"),)
            placing.offer(Offer("swap_axes", "X、Y 写反了，是否交换？", answers))
            draft.drop = True
            return
        numbers = detect(north, east)
    if not swapped:  # X (north) is first in the file, E is first in memory
        for loop in draft.loops:
            loop.columns = loop.columns[:, ::-1]
    draft.epsg = _epsg(draft, numbers, placing)
    if swapped:
        placing.findings.append(
            Finding(
                "T15",
                "X、Y 写反，已按要求交换。",
                draft.head.line,
                draft.ordinal,
                Level.WARNING,
                remedy="请核对位置。",
            )
        )


def _epsg(draft: Draft, numbers: Numbers, placing: Placing) -> int | None:
    """The code of one parcel's numbers; None where something must be settled first."""
    if placing.choices.epsg is not None:
        return placing.choices.epsg
    if numbers.kind == "degrees":
        return _degrees(draft, placing)
    if numbers.kind in {"odd", "swapped"}:
        draft.drop = True
        message = "坐标数值不在平面坐标应有的范围（X 在 190 万至 600 万米之间，Y 为 8 位或 6 位）。"
        placing.once("T17", message, draft)
        return None
    zone = _prefixed(draft, numbers, placing) if numbers.kind == "prefixed" else None
    if numbers.kind == "plain":
        zone = _plain(draft, placing)
    if zone is None or placing.datum is not Datum.CGCS2000 or _undescribed(placing):
        return None
    return zone.epsg


def _undescribed(placing: Placing) -> bool:
    """Whether the description names a projection or a unit that is not ours (T10)."""
    return any(finding.code == "T10" for finding in placing.description.findings)


def _degrees(draft: Draft, placing: Placing) -> int | None:
    columns = np.concatenate([loop.columns for loop in draft.loops])
    if placing.choices.degrees is None:
        placing.once("T16", "坐标是度，不是米。", draft)
        answers = [("decimal", "十进制度"), ("dms", "度分秒（ddd.mmss）")]
        if looks_like_dms(columns):
            answers.reverse()
        placing.offer(Offer("degrees", "经纬度是怎样写的？", tuple(answers)))
        draft.drop = True
        return None
    for loop in draft.loops:
        degrees = loop.columns
        if placing.choices.degrees == "dms":
            degrees = np.vectorize(from_dms, otypes=[float])(degrees)
        # Either column may come first: every longitude of China is greater than any latitude.
        loop.columns = degrees if degrees[0, 0] > degrees[0, 1] else degrees[:, ::-1]
    message = "坐标是度，已按要求读作经纬度。"
    placing.findings.append(
        Finding("T16", message, draft.head.line, draft.ordinal, Level.WARNING, remedy="")
    )
    return GEOGRAPHIC if placing.datum is Datum.CGCS2000 else None


def _prefixed(draft: Draft, numbers: Numbers, placing: Placing) -> Zone | None:
    """T12, T14: the prefix in front of the eastings wins over the description."""
    if numbers.prefix in placing.zones:
        return placing.zones[numbers.prefix]
    if numbers.prefix is None:
        placing.once("T14", "同一宗地的 Y 坐标带号不一。", draft)
        return None
    try:
        zone = Zone(numbers.prefix, prefixed=True)
    except GeodataError:
        placing.once("T14", f"Y 坐标前两位 {numbers.prefix} 不是投影带号。", draft)
        return None
    stated, width = placing.description.number(ZONE), placing.description.number(WIDTH)
    if stated is None or stated == zone.number:
        if width not in {3, 6} or width == zone.width:
            placing.zones[zone.number] = zone  # nothing to tell about it, once and for all
    else:
        placing.once("T12", f"带号写作 {stated}，Y 坐标前两位是 {zone.number}。", draft)
    if width in {3, 6} and width != zone.width:
        message = f"几度分带写作 {width}，Y 坐标前两位 {zone.number} 是 {zone.width} 度带。"
        placing.once("T14", message, draft)
        return None
    return zone


def _plain(draft: Draft, placing: Placing) -> Zone | None:
    """T13, T14: without a prefix the zone is stated, chosen, or the district's; else asked."""
    stated, width = placing.description.number(ZONE), placing.description.number(WIDTH)
    for number, source in (
        (placing.choices.zone, "由人选定"),
        (stated, "按“带号”"),
        (placing.choices.district_zone, "按旗区常用的带，请核对"),
    ):
        if number is None:
            continue
        if number not in _ZONES or (width in {3, 6} and width != Zone(number, False).width):
            message = f"几度分带写作 {width or '空'}，而带号是 {number}。"
            placing.once("T14", message, draft)
            return None
        zone = Zone(number, prefixed=False)
        said = f"Y 坐标没有带号，{source}，读作{label_of(zone.epsg)}。"
        placing.once("T13", said, draft)
        return zone
    placing.once("T13", "Y 坐标没有带号，“带号”也没有写，位置定不下来。", draft)
    placing.offer(Offer("zone", "这份坐标在哪一带？", _candidates(draft, width, placing.choices)))
    return None


def _candidates(draft: Draft, width: int | None, choices: Choices) -> tuple[tuple[str, str], ...]:
    """Zones that would fit, each with the longitude it puts the parcel at."""
    point = draft.loops[0].columns[:1]
    west, south, east, north = (not choices.rough_box and choices.box) or CHINA
    answers = []
    for number in _ZONES:
        zone = Zone(number, prefixed=False)
        if width in {3, 6} and width != zone.width:
            continue
        longitude, latitude = transform(point, zone.epsg, GEOGRAPHIC)[0]
        if west <= longitude <= east and south <= latitude <= north:
            answers.append((str(number), f"{zone.label}：落在东经 {longitude:.2f}°"))
    return tuple(answers)
