"""Is a list of days a year's 节假日安排? Pure: what is wrong keeps it out, what is odd is said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from tuban.values.dates import parse_date
from tuban.values.docnos import is_doc_no, normalise_doc_no
from tuban.values.workdays import Notice, WorkCalendar, published
from tuban.workdays.problems import Problem
from tuban.workdays.rows import OFF, WORDS, Row

NEIGHBOUR_DAYS = 7
"""A notice may arrange so many days of December before and of January after its year (系统默认)."""
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Checked:
    """A list of days, looked through.

    Attributes:
        notice: The days that could be read; to be trusted only without problems.
        problems: Errors: nothing is imported while there is one.
        remarks: 待留意: odd, but allowed.
    """

    notice: Notice
    problems: tuple[Problem, ...]
    remarks: tuple[str, ...]


def check(rows: Iterable[Row], year: int, doc_no: str) -> Checked:
    """Looks through the rows of one year's notice."""
    problems: list[Problem] = []
    days: dict[date, str] = {}
    seen: dict[date, str] = {}
    for row in rows:
        day, problem = _day(row, year)
        if day is not None and day in seen:
            problem = _problem(row, f"{day} 在{seen[day]}已经写过，请删去重复的一行。")
        if problem:
            problems.append(problem)
        elif day is not None:
            seen[day] = row.place
            days[day] = WORDS[row.word]
    notice = Notice(
        year,
        frozenset(day for day, word in days.items() if word == OFF),
        frozenset(day for day, word in days.items() if word != OFF),
        normalise_doc_no(doc_no),
    )
    return Checked(notice, tuple(problems), tuple(_remarks(notice)) if not problems else ())


def _day(row: Row, year: int) -> tuple[date | None, Problem | None]:
    """The day of a row, or what is wrong with the row."""
    if row.word not in WORDS:
        return None, _problem(row, f"第二列应写“放假”或“上班”，现为“{row.word or '空'}”。")
    try:
        found = parse_date(row.day)  # type: ignore[arg-type]
    except ValueError as error:
        return None, _problem(row, str(error))
    if found is None or found.precision != "day":
        return None, _problem(row, "第一列应是具体到日的日期，如 2027-01-01。")
    day = found.on
    if not _first(year) <= day <= _last(year):
        return None, _problem(
            row, f"{day} 不在 {year} 年内，也不是元旦前后 {NEIGHBOUR_DAYS} 天；请核对年份。"
        )
    if WORDS[row.word] != OFF and day.weekday() < _SATURDAY:
        return None, _problem(row, f"{day} 不是周六或周日，不能是调休上班日；请核对日期。")
    return day, None


def _first(year: int) -> date:
    return date(year, 1, 1) - timedelta(days=NEIGHBOUR_DAYS)


def _last(year: int) -> date:
    return date(year, 12, 31) + timedelta(days=NEIGHBOUR_DAYS)


def _problem(row: Row, message: str) -> Problem:
    return Problem(row.place, f"{row.day}，{row.word}", message)


def _remarks(notice: Notice) -> Iterable[str]:
    """What is odd about a list without errors."""
    count = workday_count(published().with_notices([notice]), notice.year)
    fewest, most = usual_workdays()
    if not fewest <= count <= most:
        yield (
            f"按此安排全年有 {count} 个工作日，2004—2026 年各年在 {fewest} 至 {most} 个之间；"
            "请核对是否有缺漏。"
        )
    if date(notice.year, 1, 1) not in notice.off:
        yield f"{notice.year} 年元旦没有列为放假；请核对是否有缺漏。"
    if notice.doc_no and not is_doc_no(notice.doc_no):
        yield f"发文字号“{notice.doc_no}”不是“代字〔年份〕序号号”的写法；请核对。"


def workday_count(calendar: WorkCalendar, year: int) -> int:
    """Working days of a year.

    Raises:
        MissingYear: The calendar does not cover it.
    """
    return calendar.workdays_between(date(year, 1, 1), date(year, 12, 31)) + calendar.is_workday(
        date(year, 1, 1)
    )


@lru_cache(maxsize=1)
def usual_workdays() -> tuple[int, int]:
    """Fewest and most working days of the years that come with the product."""
    calendar = published()
    counts = [workday_count(calendar, year) for year in calendar.years]
    return min(counts), max(counts)
