"""Signing in and out, and failing to, go on record. Connected when the app is ready."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from tuban.accounts import deeds
from tuban.accounts.models import User
from tuban.accounts.records import record


def connect() -> None:
    """Listens to Django's signals; django-axes, which counts failures, has listened before."""
    user_logged_in.connect(_signed_in, dispatch_uid="record signed in")
    user_logged_out.connect(_signed_out, dispatch_uid="record signed out")
    user_login_failed.connect(_failed, dispatch_uid="record failed")


def _signed_in(user: User, **_: Any) -> None:
    record(user, deeds.SIGNED_IN)


def _signed_out(user: User | None, **_: Any) -> None:
    if user is not None:
        record(user, deeds.SIGNED_OUT)


def _failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    """A wrong password or code. What was typed is not kept: it may be a password in the wrong box.

    A try during a lock is not written down, so that nobody fills the record by trying on.
    """
    failures = getattr(request, "axes_failures_since_start", None)
    if failures is None:
        return
    known = User.objects.filter(username=credentials.get("username") or "").first()
    subject = known.username if known else "没有的账号"
    region = known.region_code if known else None
    detail = {"第几次": failures, "环节": credentials.get("step")}
    record(None, deeds.SIGN_IN_FAILED, about=known, subject=subject, region=region, detail=detail)
    if failures >= settings.AXES_FAILURE_LIMIT:
        record(None, deeds.LOCKED, about=known, subject=subject, region=region)
