"""Background work of the map: renew the day sums that the record has overtaken."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tuban.atlas.pictures import renew


@app.periodic(cron="*/2 * * * *")
@app.task(queueing_lock="atlas.renew_pictures", pass_context=False)
def renew_pictures(timestamp: int) -> None:
    """Every two minutes; nothing to do while the record stands still."""
    del timestamp
    renew()
