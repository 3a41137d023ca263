"""Background work on tasks: what is missing is made every night."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tuban.supervision import exports  # noqa: F401  offers its kind to the worker
from tuban.supervision.forming import keep_up


@app.periodic(cron="10 0 * * *")
@app.task(queueing_lock="supervision.keep_up", pass_context=False)
def keep_up_nightly(timestamp: int) -> None:
    """Nightly: yearly products of a new year, milestones of plans that stood before there were any."""
    del timestamp
    keep_up()
