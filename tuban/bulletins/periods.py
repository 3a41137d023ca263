"""通报类别与本期: which days a 周、旬、月 bulletin reports on, and how they are written."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """通报类别: the rhythm a bulletin belongs to."""

    WEEK = "week"
    TEN_DAYS = "ten_days"
    MONTH = "month"

    @property
    def label(self) -> str:
        """Chinese name."""
        return {"week": "周通报", "ten_days": "旬通报", "month": "月通报"}[self.value]

    @property
    def this(self) -> str:
        """本周, 本旬, 本月."""
        return {"week": "本周", "ten_days": "本旬", "month": "本月"}[self.value]


def period_first(kind: Kind, on: date) -> date:
    """First day of the week (Monday), 旬 (1st, 11th, 21st) or month that the day lies in.

    >>> period_first(Kind.TEN_DAYS, date(2024, 9, 30))
    datetime.date(2024, 9, 21)
    """
    if kind is Kind.WEEK:
        return on - timedelta(days=on.weekday())
    if kind is Kind.MONTH:
        return on.replace(day=1)
    return on.replace(day=min((on.day - 1) // 10, 2) * 10 + 1)


def day_words(day: date) -> str:
    """2024年9月3日: no leading zeros (GB/T 9704)."""
    return f"{day.year}年{day.month}月{day.day}日"


def span_words(kind: Kind, first: date, last: date) -> str:
    """The days reported on, in words; a whole month or 旬 by its name.

    >>> span_words(Kind.MONTH, date(2024, 9, 1), date(2024, 9, 30))
    '2024年9月'
    >>> span_words(Kind.WEEK, date(2024, 9, 30), date(2024, 10, 6))
    '2024年9月30日至10月6日'
    """
    month = f"{first.year}年{first.month}月"
    is_month_end = (last + timedelta(days=1)).day == 1
    if kind is Kind.MONTH and is_month_end:
        return month
    if kind is Kind.TEN_DAYS and (last.day in {10, 20} or is_month_end):
        return month + {1: "上旬", 11: "中旬", 21: "下旬"}[first.day]
    if first == last:
        return day_words(first)
    if first.year != last.year:
        return f"{day_words(first)}至{day_words(last)}"
    if first.month != last.month:
        return f"{day_words(first)}至{last.month}月{last.day}日"
    return f"{day_words(first)}至{last.day}日"
