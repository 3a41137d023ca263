"""The one work calendar that pages and jobs count with."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Max

from tuban.values.workdays import Notice, WorkCalendar, published
from tuban.workdays.models import HolidayNotice


@dataclass(frozen=True, slots=True)
class _Kept:
    """A calendar and the state of the table it was made from."""

    stamp: tuple[int, int]
    calendar: WorkCalendar


_kept: _Kept | None = None


def work_calendar() -> WorkCalendar:
    """Built-in years and imported notices, in one calendar; the imported ones come first.

    Made once per process; one short query asks each time whether a notice has been added since,
    in whichever process. Counting and maximum together tell, for a number is taken before its row
    can be seen.
    """
    global _kept  # noqa: PLW0603 - the cache of this process
    found = HolidayNotice.objects.aggregate(rows=Count("pk"), newest=Max("pk"))
    stamp = (found["rows"], found["newest"] or 0)
    if _kept is None or _kept.stamp != stamp:
        _kept = _Kept(stamp, published().with_notices(_standing()))
    return _kept.calendar


def calendar_with(notice: Notice) -> WorkCalendar:
    """The calendar as it would be with one more notice, in place of the one of its year."""
    others = [known for known in _standing() if known.year != notice.year]
    return published().with_notices([*others, notice])


def _standing() -> list[Notice]:
    return [row.as_notice() for row in HolidayNotice.objects.filter(superseded_by=None)]
