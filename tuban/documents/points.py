"""时点: one point in time as plans write it → its last day.

10月中旬 is the 20th of October, 2024年第三季度 the 30th of September, “十四五”末 the last day of 2025.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

PLAN_PERIODS = {"十三五": (2016, 2020), "十四五": (2021, 2025), "十五五": (2026, 2030)}

_YEAR = r"(?:(?P<year{0}>(?:19|20)\d{{2}})年|(?P<word{0}>今年|本年|当年|同年|明年))?"
_WITHIN = {
    "上旬": 10,
    "中旬": 20,
    "下旬": 31,
    "月初": 10,
    "底": 31,
    "末": 31,
}
_BEGINS = {"": 1, "上旬": 1, "中旬": 11, "下旬": 21}
_QUARTER_END = {"一": 3, "二": 6, "三": 9, "四": 12, "1": 3, "2": 6, "3": 9, "4": 12}
_BY = r"(?:之前|以前|前|之内|以内|内)?"


MONTHS = range(1, 13)


def _point(tag: str) -> str:
    """Regular expression of one point in time; group names end with the tag."""
    year = _YEAR.format(tag)
    return (
        rf"(?:{year}(?P<month{tag}>\d{{1,2}})月份?"
        rf"(?:(?P<day{tag}>\d{{1,2}})[日号]|(?P<part{tag}>上旬|中旬|下旬|底|末)|(?P<start{tag}>前|之前|以前))?"
        rf"|{year.replace(f'year{tag}', f'yeara{tag}').replace(f'word{tag}', f'worda{tag}')}"
        rf"(?P<end{tag}>年?[底末]|上半年|下半年|第?[一二三四1-4]季度)"
        rf"|“?(?P<plan{tag}>十[三四五]五)”?(?:规划)?(?P<planend{tag}>末期|期末|末|期间|时期))"
    )


RANGE = re.compile(
    rf"(?:自|从)?{_point('1')}(?:起)?[—–~～至到-]{{1,2}}{_point('2')}{_BY}"
    r"|(?P<from>(?:19|20)\d{2})年?[—–~～至到-]{1,2}(?P<to>(?:19|20)\d{2})年(?!以来)"
)
POINT = re.compile(_point("") + _BY)


@dataclass(frozen=True, slots=True)
class Known:
    """What a missing year is taken from: date of the document, last year printed in the words."""

    issued: date | None
    year: int | None

    def after(self, day: Day | None) -> Known:
        """The same, after a day was named."""
        return Known(self.issued, day.on.year) if day else self


@dataclass(frozen=True, slots=True)
class Day:
    """A resolved day and how sure it is."""

    on: date
    flags: tuple[str, ...]


def resolve(match: re.Match[str], tag: str, known: Known) -> Day | None:
    """The last day of the point that the groups with this tag describe; None if there is none."""
    parts = match.groupdict()
    if plan := parts[f"plan{tag}"]:
        last = PLAN_PERIODS.get(plan)
        return Day(date(last[1], 12, 31), ()) if last else None
    if parts[f"month{tag}"]:
        return _day_in_month(parts, tag, known)
    end = parts[f"end{tag}"]
    if end is None:
        return None
    month = {"上": 6, "下": 12}.get(end[0], 12)
    if end.endswith("季度"):
        month = _QUARTER_END[end[-3]]
    named = parts[f"yeara{tag}"]
    if named is None and end in ("底", "末"):
        return None
    chosen, flags = _year(named, parts[f"worda{tag}"], known, month)
    return Day(date(chosen, month, monthrange(chosen, month)[1]), flags) if chosen else None


def _day_in_month(parts: dict[str, str | None], tag: str, known: Known) -> Day | None:
    month = int(parts[f"month{tag}"] or 0)
    if month not in MONTHS:
        return None
    chosen, flags = _year(parts[f"year{tag}"], parts[f"word{tag}"], known, month)
    if not chosen:
        return None
    last = monthrange(chosen, month)[1]
    if day := parts[f"day{tag}"]:
        return Day(date(chosen, month, int(day)), flags) if 1 <= int(day) <= last else None
    if part := parts[f"part{tag}"]:
        return Day(date(chosen, month, min(_WITHIN[part], last)), flags)
    if parts[f"start{tag}"]:
        before = date(chosen, month, 1).toordinal() - 1
        return Day(date.fromordinal(before), (*flags, "ambiguous"))
    return Day(date(chosen, month, last), flags)


def _year(
    printed: str | None, word: str | None, known: Known, month: int
) -> tuple[int | None, tuple[str, ...]]:
    """The year meant and whether it was inferred.

    Printed: that one. Else the last one printed in the same words, else the document's own; a
    month long past on the day of issue then means the next year.
    """
    if printed:
        return int(printed), ()
    issued, year = known.issued, known.year
    if word == "明年" and issued:
        return issued.year + 1, ("inferred_year",)
    if year is not None:
        return year, ("inferred_year",)
    if issued is None:
        return None, ()
    if word or month >= issued.month:
        return issued.year, ("inferred_year",)
    return issued.year + 1, ("inferred_year",)


def first_of(match: re.Match[str], tag: str, last: date) -> date:
    """The first day of a point whose last day is known: 4月 begins on the 1st, 中旬 on the 11th."""
    parts = match.groupdict()
    if not parts[f"month{tag}"] or parts[f"day{tag}"] or parts[f"start{tag}"]:
        return last
    return last.replace(day=_BEGINS.get(parts[f"part{tag}"] or "", last.day))
