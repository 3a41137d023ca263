"""Background work on measures: fold the log of changes, and prove it nightly."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

from tuban.core import clock
from tuban.measures import exports  # noqa: F401  offers its kind to the worker
from tuban.measures.changes import fold, wrong_codes

logger = logging.getLogger(__name__)


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="measures.fold_changes", pass_context=False)
def fold_changes(timestamp: int) -> None:
    """Every five minutes: one row a measure, region and day."""
    del timestamp
    fold()


@app.periodic(cron="15 3 * * *")
@app.task(queueing_lock="measures.prove_changes", pass_context=False)
def prove_changes(timestamp: int) -> None:
    """Nightly: the log adds up to the phases; a difference is an error in the log of the site."""
    del timestamp
    if wrong := wrong_codes(clock.today()):
        logger.error("Measure changes differ from phases: %s", ", ".join(wrong))
