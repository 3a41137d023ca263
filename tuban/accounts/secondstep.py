"""登录第二步: between the right password and the right code nobody is signed in yet.

What is remembered meanwhile lies in the session, under a new session number, for five minutes.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest

from tuban.accounts.models import User
from tuban.accounts.secondfactor import accepts

_KEY = "second_step"
PATIENCE_S = 5 * 60


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who knew the password.

    Attributes:
        backend: The authentication backend that let him this far.
        wanted: Where he wanted to go.
    """

    user: User
    backend: str
    wanted: str

    @property
    def credentials(self) -> dict[str, str]:
        """What django-axes counts failures by."""
        return {"username": self.user.username, "step": "动态口令"}


def begin(request: HttpRequest, user: User, wanted: str) -> None:
    """Remembers that the password was right."""
    request.session.flush()
    request.session[_KEY] = {
        "user": user.pk,
        "password": user.get_session_auth_hash(),
        "backend": user.backend,  # type: ignore[attr-defined]  # set by authenticate()
        "wanted": wanted,
        "until": time.time() + PATIENCE_S,
    }


def waiting(request: HttpRequest) -> Waiting | None:
    """Who is between the steps; None when nobody is, or it took too long."""
    kept = request.session.get(_KEY)
    if kept is None or kept["until"] < time.time():
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    if user is None or user.get_session_auth_hash() != kept["password"]:
        return None  # stopped, or given another password, meanwhile
    return Waiting(user, kept["backend"], kept["wanted"])


def is_locked(request: HttpRequest, somebody: Waiting) -> bool:
    """Whether too many passwords or codes were wrong."""
    return not AxesProxyHandler.is_allowed(request, somebody.credentials)


def passes(request: HttpRequest, somebody: Waiting, code: str) -> bool:
    """Whether the code is right; a wrong one counts like a wrong password."""
    if accepts(somebody.user, code):
        return True
    user_login_failed.send(sender=__name__, credentials=somebody.credentials, request=request)
    return False
