"""工作日历: which days are working days, as the State Council's yearly notices (节假日安排) say.

A year without its notice is not known: asking about it raises instead of assuming that Monday to
Friday are worked (TIM-12).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import yaml

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)
_FILE = "workdays.yaml"


class MissingYear(LookupError):
    """缺少节假日安排: the notice of a year is not loaded."""

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(f"缺少 {year} 年节假日安排，不能推算工作日；请先导入当年的放假通知。")


@dataclass(frozen=True, slots=True)
class HolidayYear:
    """一年的节假日安排.

    Attributes:
        off: 放假的日子, festivals and days given for them; weekends may be among them.
        worked: 调休上班: Saturdays and Sundays that are worked.
        notice: 发文字号 of the notice, empty where it was not read.
        verified: Whether the days were compared with the text of the notice.
    """

    year: int
    off: frozenset[date]
    worked: frozenset[date]
    notice: str = ""
    verified: bool = False

    def __post_init__(self) -> None:
        for day in self.off | self.worked:
            if day.year != self.year:
                raise ValueError(f"{day} 不在 {self.year} 年内。")
        for day in self.worked:
            if day.weekday() < _SATURDAY:
                raise ValueError(f"{day} 不是周六或周日，不能作为调休上班日。")
            if day in self.off:
                raise ValueError(f"{day} 既放假又上班。")

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> HolidayYear:
        """From `{year, rest: ["01-28/02-04", …], work: ["01-26", …], notice, verified}`.

        Raises:
            ValueError: A day that is none, or lies in another year.
        """
        year = int(record["year"])
        return cls(
            year,
            frozenset(_days(year, record.get("rest", ()))),
            frozenset(_days(year, record.get("work", ()))),
            str(record.get("notice", "")),
            bool(record.get("verified", False)),
        )


@dataclass(frozen=True, slots=True)
class Notice:
    """放假通知 of one year as it was imported.

    A notice also arranges the days around New Year that lie in a neighbouring year, as that of
    2008 did with 29 to 31 December 2007.

    Attributes:
        off: 放假的日子.
        worked: 调休上班的日子.
    """

    year: int
    off: frozenset[date]
    worked: frozenset[date]
    doc_no: str = ""

    @property
    def own_year(self) -> HolidayYear:
        """What it says of its own year.

        Raises:
            ValueError: A make-up day is no weekend, or a day is both off and worked.
        """
        return HolidayYear(
            self.year,
            frozenset(day for day in self.off if day.year == self.year),
            frozenset(day for day in self.worked if day.year == self.year),
            self.doc_no,
        )

    def beside(self, known: HolidayYear) -> HolidayYear:
        """A neighbouring year with the days of it that this notice arranges."""
        off = frozenset(day for day in self.off if day.year == known.year)
        worked = frozenset(day for day in self.worked if day.year == known.year)
        if not off | worked:
            return known
        return replace(known, off=(known.off - worked) | off, worked=(known.worked - off) | worked)


def _weekdays(first: date, last: date) -> int:
    """Mondays to Fridays from one day to another, both counted; zero where the last is earlier."""
    weeks, left = divmod((last - first).days + 1, 7)
    return 5 * weeks + sum((first.weekday() + n) % 7 < _SATURDAY for n in range(left))


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """工作日历: the years it covers, one notice each."""

    years: Mapping[int, HolidayYear]

    def is_workday(self, day: date) -> bool:
        """Whether the day is worked.

        Raises:
            MissingYear: The notice of its year is not loaded.
        """
        year = self.years.get(day.year)
        if year is None:
            raise MissingYear(day.year)
        if day.weekday() >= _SATURDAY:
            return day in year.worked
        return day not in year.off

    def rolled(self, day: date) -> date:
        """The day itself when it is worked, else the first worked day after it (民法典 203).

        Raises:
            MissingYear: As `is_workday`.
        """
        while not self.is_workday(day):
            day += _ONE_DAY
        return day

    def add_workdays(self, start: date, count: int) -> date:
        """The `count`-th working day after `start`, which is not counted itself (民法典 201).

        Raises:
            ValueError: A negative count.
            MissingYear: As `is_workday`.
        """
        if count < 0:
            raise ValueError("工作日数不能为负。")
        day = start
        while count:
            day += _ONE_DAY
            count -= self.is_workday(day)
        return day

    def workdays_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` is earlier.

        Raises:
            MissingYear: As `is_workday`.
        """
        if end < start:
            return -self.workdays_between(end, start)
        first = start + _ONE_DAY
        counted = _weekdays(first, end)
        for number in range(first.year, end.year + 1) if first <= end else ():
            year = self.years.get(number)
            if year is None:
                raise MissingYear(number)
            counted -= sum(first <= day <= end and day.weekday() < _SATURDAY for day in year.off)
            counted += sum(
                first <= day <= end and day.weekday() >= _SATURDAY for day in year.worked
            )
        return counted

    def with_notices(self, notices: Iterable[Notice]) -> WorkCalendar:
        """The calendar with imported notices, one for a year at most.

        The own year of each replaces the former; days around New Year are put into the
        neighbouring year where that is covered.
        """
        given = sorted(notices, key=lambda notice: notice.year)
        years = dict(self.with_years(notice.own_year for notice in given).years)
        for notice in given:
            for year in (notice.year - 1, notice.year + 1):
                if year in years:
                    years[year] = notice.beside(years[year])
        return WorkCalendar(MappingProxyType(years))

    def with_years(self, more: Iterable[HolidayYear]) -> WorkCalendar:
        """The calendar with further years; a year given again replaces the former."""
        added = {year.year: year for year in more}
        return WorkCalendar(MappingProxyType({**self.years, **added}))


@lru_cache(maxsize=1)
def published() -> WorkCalendar:
    """The calendar of 2004 to 2026 that comes with the product (`workdays.yaml`)."""
    text = resources.files(__package__).joinpath(_FILE).read_text("utf-8")
    return WorkCalendar(MappingProxyType({})).with_years(
        HolidayYear.of(record) for record in yaml.safe_load(text)
    )


def _days(year: int, written: Iterable[str]) -> Iterator[date]:
    """`01-26` is a day, `01-28/02-04` all days from one to the other."""
    for words in written:
        first, _, last = words.partition("/")
        day, end = (date.fromisoformat(f"{year}-{word}") for word in (first, last or first))
        if end < day:
            raise ValueError(f"{words} 的起止颠倒。")
        while day <= end:
            yield day
            day += _ONE_DAY
