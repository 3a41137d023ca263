"""语境: as of which day, in which unit. Every page reads both here, and every link keeps them.

`?on=YYYY-MM-DD` is the as-of day; without it pages stand on today. A future day is a forecast
(预测): what the timelines say if nothing happens. `?unit=` is the area unit; the last choice is
remembered in the session.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils.timezone import localtime

from tuban.core import clock
from tuban.core.errors import DomainError
from tuban.values.area import Unit

WEEKDAYS = "一二三四五六日"
DENSITIES = {"compact": "紧凑", "comfortable": "舒适"}
_YEARS = range(1949, 2151)
_UNITS = frozenset(unit.value for unit in Unit)
_KEPT = "_tuban_context"


class BadDay(DomainError):
    """时点无法识别: `?on=` is not a day the ledger knows."""

    def __init__(self, written: str) -> None:
        super().__init__(
            f"时点“{written}”无法识别。",
            code="on",
            kind="invalid",
            place="地址中的 on",
            cause="它不是 1949 年至 2150 年间的一个日期。",
            remedy="请写成 2024-09-30 的样子，或去掉 on 查看今天。",
        )


class BadUnit(DomainError):
    """单位无法识别: `?unit=` is none of ours."""

    def __init__(self, written: str) -> None:
        super().__init__(
            f"面积单位“{written}”无法识别。",
            code="unit",
            kind="invalid",
            place="地址中的 unit",
            remedy=f"可用的单位：{'、'.join(f'{unit.value}（{unit.label}）' for unit in Unit)}。",
        )


@dataclass(frozen=True, eq=False)
class Context:
    """The day and unit of one page.

    Attributes:
        on: As-of day (截至).
        today: Today's legal date.
        known_at: 登记至: the instant up to which recorded facts are counted, Asia/Shanghai.
        unit: Area unit of every figure on the page; None where the page's own default applies.
    """

    on: date
    today: date
    known_at: datetime
    unit: Unit | None

    @property
    def state(self) -> str:
        """`is-past`, `is-future` or empty: how the as-of control looks."""
        if self.on == self.today:
            return ""
        return "is-past" if self.on < self.today else "is-future"

    @property
    def is_past(self) -> bool:
        """The page stands on an earlier day: editing is off."""
        return self.on < self.today

    @property
    def is_future(self) -> bool:
        """The page is a forecast (预测)."""
        return self.on > self.today

    @property
    def weekday(self) -> str:
        """周几 of the as-of day."""
        return f"周{WEEKDAYS[self.on.weekday()]}"

    @cached_property
    def month_end_before(self) -> date:
        """Last day of the month before the as-of day: where 前一个时点 leads."""
        return self.on.replace(day=1) - timedelta(days=1)

    @cached_property
    def month_end_after(self) -> date:
        """The next month's end after the as-of day: where 后一个时点 leads."""
        end = _month_end(self.on)
        return end if end > self.on else _month_end(end + timedelta(days=1))


def _month_end(day: date) -> date:
    """Last day of the day's month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def read(request: HttpRequest) -> Context:
    """The page's day and unit from its address; the chosen unit is remembered.

    Raises:
        BadDay: `?on=` is not a date.
        BadUnit: `?unit=` is not a unit.
    """
    kept: Context | None = getattr(request, _KEPT, None)
    if kept is None:
        kept = Context(
            on=_day(request.GET.get("on", "")),
            today=clock.today(),
            known_at=localtime(clock.now()),
            unit=_unit(request),
        )
        setattr(request, _KEPT, kept)
    return kept


def _day(written: str) -> date:
    if not written:
        return clock.today()
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise BadDay(written) from None
    # fromisoformat also reads 20240930 and 2024-W40-1, which no link of ours is written as.
    if day.isoformat() != written or day.year not in _YEARS:
        raise BadDay(written)
    return day


def _unit(request: HttpRequest) -> Unit | None:
    written = request.GET.get("unit", "")
    session = getattr(request, "session", {})
    if written:
        if written not in _UNITS:
            raise BadUnit(written)
        if session.get("unit") != written:
            session["unit"] = written
        return Unit(written)
    remembered = session.get("unit", "")
    return Unit(remembered) if remembered in _UNITS else None


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor: day, unit and density for the base page.

    An address with a bad day or unit still gets its error page, which stands on today.
    """
    try:
        known = read(request)
    except DomainError:
        known = Context(clock.today(), clock.today(), localtime(clock.now()), None)
    session = getattr(request, "session", {})
    density = session.get("density", "compact")
    return {
        "asof": known,
        "unit": known.unit or Unit.WAN_MU,
        "units": (Unit.WAN_MU, Unit.MU, Unit.HA, Unit.M2),
        "density": density if density in DENSITIES else "compact",
        "densities": DENSITIES,
    }
