"""日期: legal dates, counted by calendar years and months (民法典 200–202, law.md 13)."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from tuban.values.numbers import BLANKS, squeeze

Precision = Literal["day", "month", "year"]
PRECISION_LABELS = {"day": "日", "month": "月", "year": "年"}

_SERIAL_ZERO = date(1899, 12, 30)
_SERIALS = range(20_000, 80_000)  # 1954 to 2119: below lie years and numbers, above typing errors
_YEARS = range(1949, 2151)
_SEPARATED = re.compile(
    r"(?P<y>\d{4})(?:年|[./-])(?P<m>\d{1,2})(?:(?:月|[./-])(?P<d>\d{1,2})[日号]?|月?[底末]?)"
)
_YEAR_ONLY = re.compile(r"(?P<y>\d{4})(?:年度?|年[底末])?")
_COMPACT = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})?")
_TIME_OF_DAY = re.compile(r"(?<=\d)[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")


@dataclass(frozen=True, slots=True)
class LegalDate:
    """A date as written: month and year stand for their last day and stay marked as such."""

    on: date
    precision: Precision
    raw: str

    @property
    def first(self) -> date:
        """First day it may have been: a month or a year is known by its last day."""
        return first_day(self.on, self.precision)


def first_day(on: date, precision: str) -> date:
    """First day of the day, month or year that `on` stands for."""
    if precision == "day":
        return on
    return on.replace(month=1, day=1) if precision == "year" else on.replace(day=1)


def add_months(day: date, months: int) -> date:
    """The same day `months` on, or the last day of that month if it has none (民法典 202)."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month0 + 1)[1]
    return date(year, month0 + 1, min(day.day, last))


def add_years(day: date, years: int) -> date:
    """The same day `years` on; 29 February ends on 28 where there is none (民法典 202)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return add_months(day, 12 * years)


def parse_date(value: str | int | float | date | None) -> LegalDate | None:
    """A date as ledgers write it.

    Reads 2022年8月23日, 2022.8.23, 2022/8/23, 2022-08-23 (a time of day after it is dropped),
    20220823, a spreadsheet's serial number, 2022年8月, 202208, 2022年 and 2022. Month and year
    count as their last day.

    Returns:
        None for an empty cell and for `/`, `—`, `无`.

    Raises:
        ValueError: Chinese message; not a date, no such day, or outside 1949–2150.
    """
    if value is None:
        return None
    if isinstance(value, datetime):
        return _checked(value.date(), "day", value.date().isoformat())
    if isinstance(value, date):
        return _checked(value, "day", value.isoformat())
    if isinstance(value, bool):
        raise ValueError("这里应为日期，不是是/否。")
    if isinstance(value, float):
        if not value.is_integer() and int(value) not in _SERIALS:
            raise _no_date(value)
        value = int(value)
    if isinstance(value, int):
        if value in _SERIALS:
            return _checked(_SERIAL_ZERO + timedelta(days=value), "day", str(value))
        return _from_text(str(value), value)
    without_time = _TIME_OF_DAY.sub("", value.strip())
    plain = squeeze(without_time)
    if plain in BLANKS:
        return None
    if plain.isdecimal() and len(plain) == 5 and int(plain) in _SERIALS:
        return _checked(_SERIAL_ZERO + timedelta(days=int(plain)), "day", value)
    return _from_text(plain, value)


def _from_text(plain: str, raw: str | int) -> LegalDate:
    for pattern in (_SEPARATED, _COMPACT, _YEAR_ONLY):
        match = pattern.fullmatch(plain)
        if match is None:
            continue
        parts = match.groupdict()
        year = int(parts["y"])
        if year not in _YEARS:
            raise _no_date(raw)
        month, day = parts.get("m"), parts.get("d")
        try:
            if month is None:
                return LegalDate(date(year, 12, 31), "year", str(raw))
            if day is None:
                last = monthrange(year, int(month))[1]
                return LegalDate(date(year, int(month), last), "month", str(raw))
            return LegalDate(date(year, int(month), int(day)), "day", str(raw))
        except ValueError:
            raise ValueError(f"日期“{raw}”不存在；请核对年、月、日。") from None
    raise _no_date(raw)


def _checked(on: date, precision: Precision, raw: str) -> LegalDate:
    if on.year not in _YEARS:
        raise _no_date(raw)
    return LegalDate(on, precision, raw)


def _no_date(raw: object) -> ValueError:
    return ValueError(f"“{raw}”不是可识别的日期；请写成 2022-08-23 或 2022年8月23日。")
