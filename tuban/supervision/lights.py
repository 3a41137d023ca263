"""灯: how a duty stands on a day, judged by working days. Pure.

What was reported is judged by the day of the report, not by that of the acceptance: the reporting
unit does not answer for the time the other one takes. A printed day is taken as printed: it does
not roll over a rest day, for it is no term (民法典 203 speaks of the last day of a term).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tuban.values.workdays import MissingYear, WorkCalendar

DEFAULT_WORKDAYS = 10
"""黄灯 from this many working days before the due day; 系统默认."""


class DutyState(StrEnum):
    """承办状态."""

    OPEN = "open"
    REPORTED = "reported"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    RELEASED = "released"

    @property
    def label(self) -> str:
        """Chinese name."""
        return {
            "open": "待上报",
            "reported": "待核验",
            "returned": "已退回",
            "accepted": "已核验",
            "released": "已免除",
        }[self.value]


class Light(StrEnum):
    """灯, worst first."""

    OVERDUE = "overdue"
    REPORTED_LATE = "reported_late"
    SOON = "soon"
    REPORTED = "reported"
    ON_TIME = "on_time"
    NO_CALENDAR = "no_calendar"
    UNDATED = "undated"
    DONE_LATE = "done_late"
    DONE = "done"
    RELEASED = "released"

    @property
    def label(self) -> str:
        """Chinese name."""
        return _LOOKS[self][1]

    @property
    def colour(self) -> str:
        """Of the product's lights: green, yellow, red, grey, blue."""
        return _LOOKS[self][0]


_LOOKS = {
    Light.OVERDUE: ("red", "逾期"),
    Light.REPORTED_LATE: ("blue", "逾期上报待核验"),
    Light.SOON: ("yellow", "临期"),
    Light.REPORTED: ("blue", "待核验"),
    Light.ON_TIME: ("green", "正常"),
    Light.NO_CALENDAR: ("grey", "缺少节假日安排"),
    Light.UNDATED: ("grey", "时限待定"),
    Light.DONE_LATE: ("green", "逾期完成"),
    Light.DONE: ("green", "按期完成"),
    Light.RELEASED: ("grey", "已免除"),
}
WORST_FIRST = tuple(Light)


@dataclass(frozen=True, slots=True)
class Judged:
    """灯 with why.

    Attributes:
        words: The rule as applied, for a reader's hover.
        days: Working days left, where few enough to matter.
    """

    light: Light
    words: str
    days: int | None = None


def judge(
    state: DutyState,
    due_on: date | None,
    reported_on: date | None,
    on: date,
    soon: int,
    calendar: WorkCalendar,
) -> Judged:
    """The light of a duty.

    Args:
        state: As of `on`.
        due_on: None while 时限待定.
        reported_on: Day of the report that waits or was accepted.
        on: 截至.
        soon: Yellow from this many working days before the due day on.
        calendar: 工作日历.
    """
    if state is DutyState.RELEASED:
        return Judged(Light.RELEASED, "本单位已免除承办这个节点")
    if state in {DutyState.REPORTED, DutyState.ACCEPTED} and reported_on:
        return _reported(state, due_on, reported_on)
    if due_on is None:
        return Judged(Light.UNDATED, "文件没有写明可以推算的日期，市局审核定期限后亮灯")
    if on > due_on:
        lacking = "退回后没有再上报" if state is DutyState.RETURNED else "没有上报"
        late = lateness(due_on, on, calendar)
        return Judged(Light.OVERDUE, f"期限 {due_on}，截至 {on} {lacking}，{late}")
    return _ahead(due_on, on, soon, calendar)


def lateness(due_on: date, on: date, calendar: WorkCalendar) -> str:
    """逾期 by how many working days; in calendar days where a year's notice is not loaded."""
    days = (on - due_on).days
    try:
        passed = calendar.workdays_between(due_on, on)
    except MissingYear as missing:
        return f"逾期 {days} 天（缺少 {missing.year} 年节假日安排）"
    return f"逾期 {passed} 个工作日" if passed else f"逾期 {days} 天，其间没有工作日"


def _reported(state: DutyState, due_on: date | None, reported_on: date) -> Judged:
    late = due_on is not None and reported_on > due_on
    against = f"期限 {due_on}" if due_on else "没有期限"
    words = f"{reported_on} 上报，{against}，按上报日判定"
    if state is DutyState.ACCEPTED:
        return Judged(Light.DONE_LATE if late else Light.DONE, words)
    return Judged(Light.REPORTED_LATE if late else Light.REPORTED, words)


def _ahead(due_on: date, on: date, soon: int, calendar: WorkCalendar) -> Judged:
    try:
        left = workdays_left(due_on, on, soon, calendar)
    except MissingYear as missing:
        return Judged(
            Light.NO_CALENDAR,
            f"期限 {due_on}，缺少 {missing.year} 年节假日安排，不能推算工作日；"
            "由系统管理员在“节假日安排”页导入",
        )
    rule = f"期限 {due_on}，剩余不超过 {soon} 个工作日亮黄灯"
    if left is None:
        return Judged(Light.ON_TIME, f"{rule}；剩余超过 {soon} 个工作日")
    return Judged(Light.SOON, f"{rule}；剩余 {left} 个工作日", left)


def workdays_left(due_on: date, on: date, most: int, calendar: WorkCalendar) -> int | None:
    """Working days after `on` up to and including the due day; None when there are more than `most`.

    Raises:
        MissingYear: The notice of a year is needed and not loaded.
    """
    left, day = 0, on
    while day < due_on:
        day += timedelta(days=1)
        left += calendar.is_workday(day)
        if left > most:
            return None
    return left
