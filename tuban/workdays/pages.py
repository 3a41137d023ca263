"""What the calendar's pages show."""

from __future__ import annotations

import calendar as months
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tuban.core import clock
from tuban.values.workdays import HolidayYear, MissingYear, WorkCalendar
from tuban.workdays.actions import standing_notice
from tuban.workdays.calendar import calendar_with, work_calendar
from tuban.workdays.checks import Checked, workday_count
from tuban.workdays.models import HolidayNotice
from tuban.workdays.rows import Row

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Day:
    """One cell of a month. `look` is off, worked, weekend or empty."""

    on: date
    look: str

    @property
    def mark(self) -> str:
        """休 or 班, as the official calendars write it."""
        return {"off": "休", "worked": "班"}.get(self.look, "")


@dataclass(frozen=True, slots=True)
class Month:
    """A month in weeks from Monday; None pads the first and the last."""

    number: int
    weeks: tuple[tuple[Day | None, ...], ...]


@dataclass(frozen=True, slots=True)
class YearPage:
    """One year as a calendar. `workdays` is None where the year is not covered."""

    year: int
    months: tuple[Month, ...]
    workdays: int | None
    off: int
    worked: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One day that an import would change."""

    on: date
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Preview:
    """预览 of an import.

    Attributes:
        beside: Days of the neighbouring years that the notice arranges.
        known: The year is covered already; then `differences` tells what would change.
        standing: The imported notice it would supersede.
    """

    checked: Checked
    rows: Sequence[Row]
    year: YearPage
    beside: tuple[tuple[date, str], ...]
    known: bool
    differences: tuple[Difference, ...]
    standing: HolidayNotice | None


@dataclass(frozen=True, slots=True)
class Covered:
    """One year of the list. `notice` is None for a year that comes with the product."""

    year: int
    holiday: HolidayYear
    notice: HolidayNotice | None
    workdays: int

    @property
    def doc_no(self) -> str:
        """发文字号, empty where it was not read."""
        return self.notice.doc_no if self.notice else self.holiday.notice


@dataclass(frozen=True, slots=True)
class ListPage:
    """节假日安排: the covered years, newest first, and every import.

    Attributes:
        missing: The next year, when it is not covered yet; else None.
    """

    years: tuple[Covered, ...]
    notices: tuple[HolidayNotice, ...]
    missing: int | None


def list_page() -> ListPage:
    """The list of years."""
    calendar = work_calendar()
    notices = tuple(
        HolidayNotice.objects.select_related("imported_by__post__organisation", "superseded_by")
    )
    standing = {n.year: n for n in notices if not hasattr(n, "superseded_by")}
    years = [
        Covered(year, holiday, standing.get(year), workday_count(calendar, year))
        for year, holiday in sorted(calendar.years.items(), reverse=True)
    ]
    coming = clock.today().year + 1
    return ListPage(tuple(years), notices, None if coming in calendar.years else coming)


def year_page(calendar: WorkCalendar, year: int) -> YearPage:
    """The year in months.

    Raises:
        MissingYear: The calendar does not cover it.
    """
    holiday = calendar.years.get(year)
    if holiday is None:
        raise MissingYear(year)
    return YearPage(
        year,
        tuple(_month(holiday, number) for number in range(1, 13)),
        workday_count(calendar, year),
        len(holiday.off),
        tuple(sorted(holiday.worked)),
    )


def _month(holiday: HolidayYear, number: int) -> Month:
    weeks = months.Calendar().monthdatescalendar(holiday.year, number)
    return Month(
        number,
        tuple(
            tuple(Day(on, _look(holiday, on)) if on.month == number else None for on in week)
            for week in weeks
        ),
    )


def _look(holiday: HolidayYear, on: date) -> str:
    if on in holiday.off:
        return "off"
    if on in holiday.worked:
        return "worked"
    return "weekend" if on.weekday() >= _SATURDAY else ""


def preview(checked: Checked, rows: Sequence[Row]) -> Preview:
    """What an import without errors would make of the calendar."""
    notice = checked.notice
    now = work_calendar()
    then = calendar_with(notice)
    known = now.years.get(notice.year)
    differences = _differences(known, then.years[notice.year]) if known else ()
    beside = [(on, "放假") for on in notice.off if on.year != notice.year]
    beside += [(on, "上班") for on in notice.worked if on.year != notice.year]
    return Preview(
        checked,
        rows,
        year_page(then, notice.year),
        tuple(sorted(beside)),
        known is not None,
        differences,
        standing_notice(notice.year),
    )


def _differences(before: HolidayYear, after: HolidayYear) -> tuple[Difference, ...]:
    touched = before.off | before.worked | after.off | after.worked
    told = ((on, _told(before, on), _told(after, on)) for on in sorted(touched))
    return tuple(Difference(on, old, new) for on, old, new in told if old != new)


def _told(holiday: HolidayYear, on: date) -> str:
    """放假, 上班, or what the weekday says by itself."""
    words = {"off": "放假", "worked": "调休上班", "weekend": "周末", "": "工作日"}
    return words[_look(holiday, on)]
