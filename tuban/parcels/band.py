"""时间线 as a drawing: where each period, deadline and fact lies. Geometry only, no law.

Coordinates are units of an SVG of WIDTH by HEIGHT. From top to bottom: the overview with the
detail window framed, deadlines as a descending staircase, the stage band, one dot per fact on its
发生日 joined to its 登记时间. What follows the as-of day is dashed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.timezone import localtime

from tuban.law.facts import FactKind
from tuban.law.period import NEXT_LABELS, Period
from tuban.parcels.queries import FactLine, ParcelRecord
from tuban.values.dates import add_months
from tuban.web.templatetags.tuban import stage_look, stage_words

WIDTH = 1136
LEFT = 64.0
RIGHT = 1124.0
LATE_DAYS = 7
MONTHS_BEFORE = 15
MONTHS_AFTER = 9
LEVELS = (74, 90, 106)
_PADDING = 6.0
_STRONG = 14 / 12  # the stage's words are set in 14 px, everything else in 12
_GAP = 10.0


@dataclass(frozen=True, slots=True)
class Segment:
    """A period, or the part of one on one side of the as-of day.

    Attributes:
        look: Stage look, see tuban.web.
        ahead: Dashed: it follows if nothing happens.
        words: Label, empty where there is no room for one character.
    """

    x: float
    width: float
    look: str
    ahead: bool
    words: str
    note: str
    tip: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A date on an axis."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """A date that comes by time alone: `look` ok (past), warn (within 14 days), info (later)."""

    x: float
    y: int
    look: str
    text: str
    tip: str
    text_x: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A fact on both clocks; either end is None where it lies outside the window."""

    on_x: float | None
    known_x: float | None
    late: bool
    label: str
    label_x: float
    tip: str


@dataclass(frozen=True, slots=True)
class Hatch:
    """An interval that does not count (不计入期间)."""

    x: float
    width: float
    tip: str


@dataclass(frozen=True, slots=True)
class Strip:
    """Periods on one scale."""

    segments: tuple[Segment, ...]
    hatches: tuple[Hatch, ...]
    ticks: tuple[Tick, ...]
    today_x: float | None


@dataclass(frozen=True, slots=True)
class Band:
    """The whole drawing. `overview` is None when the detail shows everything."""

    overview: Strip | None
    frame: tuple[float, float] | None
    detail: Strip
    deadlines: tuple[Deadline, ...]
    dots: tuple[Dot, ...]
    asof_label: str
    first: date
    last: date

    @property
    def frame_width(self) -> float:
        """Width of the frame in the overview."""
        return self.frame[1] - self.frame[0] if self.frame else 0.0


@dataclass(frozen=True, slots=True)
class Scale:
    """Days onto x."""

    first: date
    last: date

    def x(self, day: date) -> float:
        """Where the day begins; clipped to the drawing."""
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return round(LEFT + min(max(share, 0.0), 1.0) * (RIGHT - LEFT), 1)

    def shows(self, day: date) -> bool:
        """Whether the day lies inside."""
        return self.first <= day <= self.last


def draw(record: ParcelRecord, *, on: date, today: date, whole: bool) -> Band | None:
    """The drawing as of a day; None when no fact was recorded yet.

    Args:
        today: What lies after it is never known, whatever the as-of day.
        whole: The whole life in the detail instead of the two years around the as-of day.
    """
    periods = record.timeline.periods
    if not periods:
        return None
    known_until = min(on, today)
    life = Scale(*_life(periods, on))
    near = Scale(add_months(on, -MONTHS_BEFORE), add_months(on, MONTHS_AFTER))
    quiet = not any(near.shows(day) for day in _days_of_interest(record))
    if whole or quiet or (life.last - life.first).days <= (near.last - near.first).days:
        scale, overview = life, None
    else:
        scale = near
        overview = _strip(periods, record.facts, life, known_until, on, labels=False)
    return Band(
        overview=overview,
        frame=(life.x(scale.first), life.x(scale.last)) if overview else None,
        detail=_strip(periods, record.facts, scale, known_until, on, labels=True),
        deadlines=_staircase(_deadlines(periods, scale), scale, known_until),
        dots=_dots(record.facts, scale),
        asof_label=f"{'今天' if on == today else '截至'} {on:%m-%d}",
        first=scale.first,
        last=scale.last,
    )


def _life(periods: Sequence[Period], on: date) -> tuple[date, date]:
    """From the first fact to half a year past the last change, and past the as-of day."""
    last_change = max([period.starts_on for period in periods] + [on])
    return min(periods[0].starts_on, on), add_months(last_change, 6)


def _days_of_interest(record: ParcelRecord) -> Iterable[date]:
    yield from (period.starts_on for period in record.timeline.periods)
    yield from (line.fact.on for line in record.facts if line.counts)


# ---- Periods ----------------------------------------------------------------------------------


def _strip(
    periods: Sequence[Period],
    facts: Sequence[FactLine],
    scale: Scale,
    known_until: date,
    on: date,
    *,
    labels: bool,
) -> Strip:
    segments = [
        _segment(span, start, end, scale, ahead=ahead, labels=labels)
        for span in _spans(periods)
        for start, end, ahead in _parts(span, scale, known_until)
    ]
    return Strip(
        segments=tuple(segments),
        hatches=tuple(_hatches(facts, scale)),
        ticks=_ticks(scale),
        today_x=scale.x(on) if scale.shows(on) else None,
    )


@dataclass(frozen=True, slots=True)
class _Span:
    """Periods that follow each other and look alike, drawn as one; `first` speaks for them."""

    first: Period
    ends_on: date | None

    @property
    def starts_on(self) -> date:
        return self.first.starts_on


def _spans(periods: Sequence[Period]) -> list[_Span]:
    """The law also cuts where only an area or a ground changes; a drawing does not show that."""
    spans: list[_Span] = []
    for period in periods:
        last = spans[-1] if spans else None
        if last and _looks(last.first) == _looks(period):
            spans[-1] = _Span(last.first, period.ends_on)
        else:
            spans.append(_Span(period, period.ends_on))
    return spans


def _looks(period: Period) -> tuple[str, str]:
    return stage_look(period.stage, period.flags), stage_words(period.stage, period.flags)


def _parts(span: _Span, scale: Scale, known_until: date) -> Iterable[tuple[date, date, bool]]:
    """The span inside the scale, cut on the day after which nothing is known."""
    start = max(span.starts_on, scale.first)
    end = min(span.ends_on or scale.last, scale.last)
    cut = known_until + timedelta(days=1)
    if start >= end:
        return
    if end <= cut:
        yield start, end, False
    elif start >= cut:
        yield start, end, True
    else:
        yield start, cut, False
        yield cut, end, True


def _segment(
    span: _Span, start: date, end: date, scale: Scale, *, ahead: bool, labels: bool
) -> Segment:
    x = scale.x(start)
    width = round(max(scale.x(end) - x, 0.0), 1)
    period = span.first
    stage = stage_words(period.stage, period.flags)
    carried_on = ahead and span.starts_on < start
    words = (
        "延续" if carried_on else f"若无新事实：{stage}" if ahead and period.projected else stage
    )
    article = next((ground.article for ground in period.grounds if ground.article), "")
    since = f"{span.starts_on.isoformat()} 起"
    note = "" if carried_on else f"{since} · {article}" if article else since
    until = f"至 {span.ends_on.isoformat()} 止（不含）" if span.ends_on else "以后"
    return Segment(
        x=x,
        width=width,
        look=stage_look(period.stage, period.flags),
        ahead=ahead,
        words=_fitting((words, stage, stage[0]), width, _STRONG) if labels else "",
        note=_fitting((note, since), width, 1.0) if labels else "",
        tip=f"{stage if carried_on else words}：{since}，{until}",
    )


def _fitting(choices: Sequence[str], width: float, size: float) -> str:
    """The first of the wordings that the segment holds whole; nothing is cut in mid-character."""
    room = width - 2 * _PADDING
    return next((text for text in choices if text and _text_width(text) * size <= room), "")


def _hatches(facts: Sequence[FactLine], scale: Scale) -> Iterable[Hatch]:
    for line in facts:
        fact = line.fact
        if not line.counts or fact.kind != FactKind.EXCLUDED:
            continue
        to = fact.payload.get("to")
        end = date.fromisoformat(to) + timedelta(days=1) if to else scale.last
        if end <= scale.first or fact.on >= scale.last:
            continue
        x = scale.x(fact.on)
        days = f"{(end - fact.on).days} 日" if to else "尚未结束"
        counted = "不计入" if fact.payload.get("confirmed") else "未经核实，照常计入"
        yield Hatch(x, round(scale.x(end) - x, 1), f"不计入期间 {days}，{counted}")


def _ticks(scale: Scale) -> tuple[Tick, ...]:
    """Years on a long scale, quarters on a short one; none so close to the end that it is cut."""
    days = (scale.last - scale.first).days
    if days > 5 * 366:
        step = 1 if days <= 16 * 366 else 2
        years = range(scale.first.year + 1, scale.last.year + 1, step)
        marks = [(date(year, 1, 1), str(year)) for year in years]
    else:
        months = 3 if days <= 3 * 366 else 6
        day = date(scale.first.year, 1, 1)
        marks = []
        while day <= scale.last:
            if day >= scale.first:
                marks.append((day, f"{day:%Y-%m}"))
            day = add_months(day, months)
    ticks = tuple(Tick(scale.x(day), label) for day, label in marks)
    return tuple(tick for tick in ticks if tick.x + 4 + _text_width(tick.label) <= WIDTH)


# ---- Deadlines --------------------------------------------------------------------------------


def _deadlines(periods: Sequence[Period], scale: Scale) -> list[tuple[date, str]]:
    """Dates that came, or will come if nothing happens; one a fact forestalled is left out."""
    found = {
        (period.next_on, period.next_kind)
        for period in periods
        if period.next_on
        and period.next_kind
        and scale.shows(period.next_on)
        and (period.ends_on is None or period.next_on <= period.ends_on)
    }
    return sorted(found)


def _staircase(
    deadlines: Sequence[tuple[date, str]], scale: Scale, known_until: date
) -> tuple[Deadline, ...]:
    """Places labels so that no stem crosses a word: of close neighbours, the later stands lower."""
    placed: list[Deadline] = []
    level, edge = 0, LEFT
    for day, kind in deadlines:
        x = scale.x(day)
        words = NEXT_LABELS.get(kind, kind)
        text = f"{day:%m-%d} {words}"
        width = _text_width(text) + _GAP
        level = 0 if x > edge + _GAP else level + 1
        tip = f"{day.isoformat()} {words}"
        passed = day <= known_until
        look = "ok" if passed else "warn" if (day - known_until).days <= 14 else "info"
        fits = x + width <= WIDTH
        if level >= len(LEVELS):
            level, text = len(LEVELS) - 1, ""
        anchor = "start" if fits else "end"
        if not fits and x - width < edge:
            text = ""
        text_x = x + _GAP - 1 if fits else x - _GAP + 1
        placed.append(Deadline(x, LEVELS[level], look, text, tip, round(text_x, 1), anchor))
        edge = max(edge, x + width if fits and text else x)
    return tuple(placed)


# ---- Facts ------------------------------------------------------------------------------------


def _dots(facts: Sequence[FactLine], scale: Scale) -> tuple[Dot, ...]:
    """One dot per fact that counts, joined to the time it became known."""
    shown: list[Dot] = []
    edge = 0.0
    for line in sorted(facts, key=lambda line: (line.fact.recorded_at, line.fact.pk)):
        fact = line.fact
        known = localtime(fact.recorded_at)
        inside_on, inside_known = scale.shows(fact.on), scale.shows(known.date())
        if not line.counts or not (inside_on or inside_known):
            continue
        late = line.late_days > LATE_DAYS
        known_x = scale.x(known.date()) if inside_known else None
        label, label_x = "", known_x or 0.0
        # A ledger's rows are late by nature: the page says 导入 beside them, not how many days.
        if late and known_x is not None and fact.batch_id is None:
            width = _text_width(f"迟 {line.late_days} 天")
            label_x = min(max(known_x, LEFT + width / 2), RIGHT - width / 2)
            if label_x - width / 2 > edge:
                label, edge = f"迟 {line.late_days} 天", label_x + width / 2 + 4
        shown.append(
            Dot(
                on_x=scale.x(fact.on) if inside_on else None,
                known_x=known_x,
                late=late and fact.batch_id is None,
                label=label,
                label_x=round(label_x, 1),
                tip=f"{fact.get_kind_display()}：{fact.on.isoformat()} 发生，{known:%Y-%m-%d} 登记",
            )
        )
    return tuple(shown)


def _text_width(text: str) -> float:
    """Rough width of 12 px text: full-width characters 12, others 6.8."""
    return sum(12.0 if unicodedata.east_asian_width(c) in "WF" else 6.8 for c in text)
