"""Jobs that keep the job queue itself healthy."""

from __future__ import annotations

import logging

from django.core.management import call_command
from procrastinate import JobContext
from procrastinate.contrib.django import app

_log = logging.getLogger("tuban.jobs")


@app.periodic(cron="* * * * *")
@app.task(pass_context=True, queueing_lock="retry_stalled_jobs")
async def retry_stalled_jobs(context: JobContext, timestamp: int) -> int:
    """Puts jobs back into the queue whose worker died while doing them.

    Confirming an import is one transaction, so a job that never finished left nothing behind.

    Returns:
        How many jobs were put back.
    """
    stalled = list(await context.app.job_manager.get_stalled_jobs(seconds_since_heartbeat=30))
    for job in stalled:
        _log.warning("job %s (%s) lost its worker; queued again", job.id, job.task_name)
        await context.app.job_manager.retry_job(job)
    return len(stalled)


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="forget_ended_sessions")
def forget_ended_sessions(timestamp: int) -> None:
    """Deletes sessions that have ended, once a night."""
    call_command("clearsessions")
