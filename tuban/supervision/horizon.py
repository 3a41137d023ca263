"""临期: from which day on a duty stands in the to-do list, by working days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from tuban.accounts.models import User
from tuban.core import clock
from tuban.supervision.lights import DEFAULT_WORKDAYS
from tuban.supervision.models import LightRule
from tuban.values.workdays import MissingYear, WorkCalendar
from tuban.workdays.calendar import stamped, work_calendar

_KEPT = "_duty_horizon"


@dataclass(frozen=True, slots=True)
class Horizon:
    """What a post's unit looks ahead to.

    Attributes:
        soon: Yellow from this many working days before a due day.
        last: The last due day that is so near.
    """

    on: date
    soon: int
    last: date
    calendar: WorkCalendar


def horizon(user: User) -> Horizon:
    """By the light rule of the post's place, else its city's; one query, once per user object."""
    kept: Horizon | None = user.__dict__.get(_KEPT)
    on = clock.today()
    if kept is None or kept.on != on:
        code = user.region_code
        of_place = LightRule.objects.filter(Q(region=code) | Q(region__children=code))
        found = list(stamped(of_place.distinct()))
        rule = next((row for row in found if row.region_id == code), next(iter(found), None))
        calendar = work_calendar((rule.notices, rule.newest_notice or 0) if rule else None)
        soon = rule.soon_workdays if rule else DEFAULT_WORKDAYS
        kept = user.__dict__[_KEPT] = Horizon(on, soon, last_day(on, soon, calendar), calendar)
    return kept


def last_day(on: date, soon: int, calendar: WorkCalendar) -> date:
    """The last due day with at most `soon` working days left.

    Where a year without its notice lies nearer, the last day that is known: fewer working days
    lie before it. Of what is due later nothing can be said.
    """
    try:
        after = calendar.add_workdays(on, soon + 1)
    except MissingYear as missing:
        return max(on, date(missing.year - 1, 12, 31))
    return date.fromordinal(after.toordinal() - 1)
