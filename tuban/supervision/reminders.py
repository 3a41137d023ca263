"""提醒: tells units what is due, late or handed back, and deciders which reports wait.

Run on a working day as often as one likes: a message stands once for each duty, due day and
reminder (`inbox.sending`).
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.urls import reverse

from tuban.accounts.access import PERMISSIONS, Act
from tuban.accounts.models import Post, Role, User
from tuban.inbox.rules import Rule, rules
from tuban.inbox.sending import Note, send
from tuban.supervision.reminding import Standing, of_due_day, of_report
from tuban.supervision.waiting import open_duties, spot, to_decide, with_last_step
from tuban.values.workdays import MissingYear, WorkCalendar
from tuban.workdays.calendar import work_calendar

_log = logging.getLogger("tuban.supervision")

DUE, DECIDE, CALENDAR = "期限提醒", "核验提醒", "系统提醒"


def is_workday(on: date) -> bool:
    """Whether posts are reminded on the day.

    In a year without its notice nobody is, for nothing can be counted; that alone is told, to those
    who can import it.
    """
    try:
        return work_calendar().is_workday(on)
    except MissingYear as missing:
        send(_missing(missing.year), on)
        return False


def remind(on: date) -> int:
    """Sends what stands on a working day.

    Returns:
        How many messages are new.
    """
    calendar, of_places = work_calendar(), rules()
    notes = [*_to_units(on, calendar, of_places), *_to_deciders(on, calendar, of_places)]
    return send(notes, on)


def _to_units(on: date, calendar: WorkCalendar, of_places: Mapping[str, Rule]) -> Iterator[Note]:
    """Messages to the posts of the units that owe something."""
    posts = _posts_that(Act.REPORT_TASK)
    duties = with_last_step(open_duties(on)).filter(
        milestone__due_on__isnull=False, unit__organisation__in=posts
    )
    lacking: set[int] = set()
    for duty in duties.select_related("unit", "milestone__task"):
        rule = of_places[duty.unit.region_id]
        try:
            standing = of_due_day(duty.due, on, rule.before, rule.again, calendar)
        except MissingYear as missing:
            lacking.add(missing.year)
            continue
        if standing:
            for post_id in posts[duty.unit.organisation_id]:
                yield _note(post_id, duty, standing)
    for year in lacking:
        yield from _missing(year)


def _note(post_id: int, duty: Any, standing: Standing) -> Note:
    handed_back = f"；已退回：{duty.step_words}" if duty.state == "returned" else ""
    return Note(
        post_id=post_id,
        key=f"duty-{duty.pk}:{duty.due}:{standing.step}",
        topic=DUE,
        light=standing.light,
        word=standing.word,
        title=_title(duty),
        text=f"{duty.unit.name}，期限 {duty.due}{handed_back}。",
        url=spot(duty),
    )


def _to_deciders(on: date, calendar: WorkCalendar, of_places: Mapping[str, Rule]) -> Iterator[Note]:
    """Messages to the posts on which a report waits; whose it is, `waiting.to_decide` says."""
    deciding = [role for role, acts in PERMISSIONS.items() if Act.ACCEPT_TASK in acts]
    users = User.objects.filter(is_active=True, post__role__in=deciding).order_by("post_id", "pk")
    for user in users.distinct("post_id"):
        for duty in with_last_step(to_decide(user)).select_related("unit", "milestone__task"):
            rule = of_places[duty.unit.region_id]
            try:
                standing = of_report(duty.step_on, on, rule.again, calendar)
            except MissingYear:
                continue  # a report of a year that is not known any more
            if standing and user.post_id:
                yield Note(
                    post_id=user.post_id,
                    key=f"decide-{duty.step_id}:{standing.step}",
                    topic=DECIDE,
                    light=standing.light,
                    word=standing.word,
                    title=_title(duty),
                    text=f"{duty.unit.name}于 {duty.step_on} 上报，等待本岗位核验。",
                    url=spot(duty),
                )


def _title(duty: Any) -> str:
    return f"{duty.milestone.task.title}：{duty.milestone.title}"


def _missing(year: int) -> list[Note]:
    """缺少节假日安排: told once to those who can import it."""
    posts = Post.objects.filter(role=Role.SYSTEM_ADMIN, users__is_active=True).distinct()
    _log.warning("no notice for %s: reminders that need it are not sent", year)
    return [
        Note(
            post_id=post.pk,
            key=f"calendar-{year}",
            topic=CALENDAR,
            light="red",
            word="缺少安排",
            title=f"缺少 {year} 年节假日安排，跨到该年的提醒不能推算",
            text="请在“节假日安排”页导入国务院办公厅的通知。",
            url=reverse("workdays-import"),
        )
        for post in posts
    ]


def _posts_that(act: Act) -> dict[int, list[int]]:
    """Active posts whose role includes the act, by organisation."""
    roles = [role for role, acts in PERMISSIONS.items() if act in acts]
    found: defaultdict[int, list[int]] = defaultdict(list)
    rows: Iterable[tuple[int, int]] = (
        Post.objects.filter(role__in=roles, users__is_active=True)
        .order_by("pk")
        .values_list("organisation_id", "pk")
        .distinct()
    )
    for organisation_id, post_id in rows:
        found[organisation_id].append(post_id)
    return dict(found)
