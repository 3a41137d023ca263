"""Background work on tasks: what is missing is made every night, posts are reminded by day."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tuban.core import clock
from tuban.inbox import digests
from tuban.inbox.jobs import enqueue
from tuban.supervision import (
    exports,  # noqa: F401  offers its kind to the worker
    reminders,
)
from tuban.supervision.forming import keep_up


@app.periodic(cron="10 0 * * *")
@app.task(queueing_lock="supervision.keep_up", pass_context=False)
def keep_up_nightly(timestamp: int) -> None:
    """Nightly: yearly products of a new year, milestones of plans that stood before there were any."""
    del timestamp
    keep_up()


@app.periodic(cron="30 23,0-9 * * *")
@app.task(name="supervision.remind", queueing_lock="supervision.remind", pass_context=False)
def remind_posts(timestamp: int) -> None:
    """On working days hourly from half past seven to half past five, Shanghai; cron is in UTC.

    The first run says all there is to say, and each post gets its e-mail. The later ones find
    nothing to do, unless the first did not take place or reports have come since.
    """
    del timestamp
    on = clock.today()
    if reminders.is_workday(on):
        reminders.remind(on)
        enqueue(digests.prepare(on))
