"""Sends one e-mail; what goes wrong with it concerns no other."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F

from tuban.core import clock
from tuban.inbox.digests import subject, text
from tuban.inbox.models import Digest, DigestState


def send_digest(digest_id: int) -> bool:
    """Sends the e-mail unless it is sent already or another worker is sending it.

    Its row is locked meanwhile. A worker killed between the server's yes and the commit sends it
    once more: rather twice than never.

    Returns:
        Whether it was sent now.

    Raises:
        OSError, SMTPException: The mail server did not take it.
    """
    with transaction.atomic():
        waiting = Digest.objects.exclude(state=DigestState.SENT).filter(pk=digest_id)
        digest = (
            waiting.select_for_update(of=("self",), skip_locked=True)
            .select_related("post__organisation")
            .first()
        )
        if digest is None:
            return False
        messages = list(digest.messages.order_by("pk"))
        EmailMessage(
            subject(digest, len(messages)),
            text(digest, messages),
            settings.DEFAULT_FROM_EMAIL,
            [digest.address],
            headers={"Auto-Submitted": "auto-generated"},
        ).send()
        Digest.objects.filter(pk=digest_id).update(
            state=DigestState.SENT,
            sent_at=clock.now(),
            error="",
            attempts=F("attempts") + 1,
        )
    return True
