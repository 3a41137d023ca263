"""Background work of the inbox: send an e-mail, try again when the mail server does not take it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import suppress
from smtplib import SMTPException

from django.db import transaction
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from tuban.inbox import digests, mailing

_log = logging.getLogger("tuban.inbox")

MOST_TRIES = 5
_AGAIN = RetryStrategy(max_attempts=MOST_TRIES - 1, wait=60, linear_wait=300)
"""After 1, 6, 11 and 16 minutes."""


@app.task(name="inbox.send_digest", retry=_AGAIN, pass_context=True)
def send_digest(context: JobContext, digest_id: int) -> None:
    """Sends one e-mail; each has a job of its own, so that none holds up another."""
    try:
        mailing.send_digest(digest_id)
    except (OSError, SMTPException) as error:
        last = context.job.attempts + 1 >= MOST_TRIES
        _log.warning("digest %s was not sent: %s", digest_id, type(error).__name__)
        digests.failed(digest_id, _words(error), last=last)
        raise


def enqueue(digest_ids: Iterable[int]) -> None:
    """Queues e-mails; one that is queued already is not queued again."""
    for digest_id in digest_ids:
        with suppress(AlreadyEnqueued), transaction.atomic():
            send_digest.configure(queueing_lock=f"digest-{digest_id}").defer(digest_id=digest_id)


def _words(error: Exception) -> str:
    """Why, in Chinese, with the server's own words where it gave any."""
    if isinstance(error, TimeoutError):
        return "邮件服务器没有应答"
    if isinstance(error, SMTPException):
        return f"邮件服务器拒收：{error}"
    return f"连不上邮件服务器：{error}"
