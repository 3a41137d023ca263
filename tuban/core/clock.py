"""The only place that asks what time it is.

Legal dates are dates in Asia/Shanghai; instants are UTC. The demonstration and the tests may stand
on a fixed date (`TUBAN_TODAY`); a real installation never does, whatever its environment says.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

SHANGHAI = ZoneInfo("Asia/Shanghai")
_standing_on: ContextVar[date | None] = ContextVar("standing_on", default=None)


def _fixed() -> date | None:
    """The fixed date, honoured only in the demonstration and in tests."""
    if settings.DEMO or settings.TESTING:
        fixed: date | None = settings.TUBAN_TODAY
        return _standing_on.get() or fixed
    return None


@contextmanager
def standing_on(day: date) -> Iterator[None]:
    """Stands on another date for a while: the demonstration hands in its ledgers one after another.

    Honoured, like `TUBAN_TODAY`, only in the demonstration and in tests.
    """
    token = _standing_on.set(day)
    try:
        yield
    finally:
        _standing_on.reset(token)


def today() -> date:
    """Today's legal date in Asia/Shanghai."""
    return _fixed() or datetime.now(SHANGHAI).date()


def machine_now() -> datetime:
    """This instant as the machine tells it, in UTC, whatever day the demonstration stands on.

    For what happens to the installation itself: a backup is made today, not on the day it shows.
    """
    return datetime.now(UTC)


def now() -> datetime:
    """This instant in UTC; on a fixed date, that date with the real time of day in Shanghai."""
    real = datetime.now(SHANGHAI)
    fixed = _fixed()
    local = datetime.combine(fixed, real.timetz()) if fixed else real
    return local.astimezone(UTC)
