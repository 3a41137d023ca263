"""锁定: when an account may try again. django-axes counts the failures; here they are read."""

from __future__ import annotations

from datetime import datetime, timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.http import HttpRequest


def locked_until(request: HttpRequest, username: str) -> datetime:
    """When the lock on this account at this address opens: the cool-off after the last failure.

    Instants come from django-axes, which reads the real clock also in the demonstration.
    """
    cool_off: timedelta = settings.AXES_COOLOFF_TIME
    now: datetime = request.axes_attempt_time  # type: ignore[attr-defined]
    last = (
        AccessAttempt.objects.filter(
            username=username,
            ip_address=request.axes_ip_address,  # type: ignore[attr-defined]
        )
        .order_by("-attempt_time")
        .values_list("attempt_time", flat=True)
        .first()
    )
    return (last or now) + cool_off
