"""Background work on accounts: drop answers to calls that nobody repeats any more."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tuban.accounts.idempotency import forget_old


@app.periodic(cron="40 3 * * *")
@app.task(queueing_lock="accounts.forget_old_calls", pass_context=False)
def forget_old_calls(timestamp: int) -> None:
    """Nightly."""
    del timestamp
    forget_old()
