"""The one work calendar that pages and jobs count with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Count, F, Func, Max, QuerySet, Subquery

from tuban.values.workdays import Notice, WorkCalendar, published
from tuban.workdays.models import HolidayNotice

Stamp = tuple[int, int]
"""How many notices there are, and the number of the newest; 0 without any."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A calendar and the state of the table it was made from."""

    stamp: Stamp
    calendar: WorkCalendar


_kept: _Kept | None = None


def work_calendar(stamp: Stamp | None = None) -> WorkCalendar:
    """Built-in years and imported notices, in one calendar; the imported ones come first.

    Made once per process; one short query asks each time whether a notice has been added since,
    in whichever process. Counting and maximum together tell, for a number is taken before its row
    can be seen.

    Args:
        stamp: The answer to that question, where another query brought it (`stamped`).
    """
    global _kept  # noqa: PLW0603 - the cache of this process
    stamp = stamp or _stamp()
    if _kept is None or _kept.stamp != stamp:
        _kept = _Kept(stamp, published().with_notices(_standing()))
    return _kept.calendar


def stamped(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows with `notices` and `newest_notice`, to be given to `work_calendar`."""
    return rows.annotate(
        notices=_whole("COUNT"),
        newest_notice=_whole("MAX"),
    )


def _whole(function: str) -> Subquery:
    """A number of the whole table beside each row of another one."""
    value = Func(F("pk"), function=function, output_field=BigIntegerField())
    asked = HolidayNotice.objects.order_by().annotate(value=value).values("value")
    return Subquery(asked)


def _stamp() -> Stamp:
    found = HolidayNotice.objects.aggregate(rows=Count("pk"), newest=Max("pk"))
    return found["rows"], found["newest"] or 0


def calendar_with(notice: Notice) -> WorkCalendar:
    """The calendar as it would be with one more notice, in place of the one of its year."""
    others = [known for known in _standing() if known.year != notice.year]
    return published().with_notices([*others, notice])


def _standing() -> list[Notice]:
    return [row.as_notice() for row in HolidayNotice.objects.filter(superseded_by=None)]
