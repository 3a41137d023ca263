"""What happens to every request: a number, the security policy, the idle clock, refusals."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from tuban.core import failures, whence
from tuban.core.errors import DomainError

Handler = Callable[[HttpRequest], HttpResponseBase]

_request_no: ContextVar[str] = ContextVar("request_no", default="-")
# No 0/O, 1/I: the number is read out over the telephone.
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_TOUCH_EVERY_S = 60
_TOUCHED = "touched_at"


class RequestNumberFilter(logging.Filter):
    """Writes the request number into every log line, so that a number read out finds its lines."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Adds `request_no`; nothing is filtered out."""
        record.request_no = _request_no.get()
        return True


class RequestNumber:
    """Gives each request a number: `request.number`, header X-Request-Id, log, error pages."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Numbers the request. A number sent by the client is not believed."""
        number = "".join(secrets.choice(_ALPHABET) for _ in range(10))
        request.number = number  # type: ignore[attr-defined]
        whence.forget_forged(request)
        token = _request_no.set(number)
        try:
            with whence.entering(request, number):
                response = self.get_response(request)
        finally:
            _request_no.reset(token)
        response["X-Request-Id"] = number
        return response


class ContentSecurity:
    """Sends the Content-Security-Policy of the settings: our own files only, nothing inline."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        policy: dict[str, str] = settings.CONTENT_SECURITY_POLICY
        self.header = "; ".join(f"{name} {value}" for name, value in policy.items())

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Adds the policy, and keeps pages of signed-in people out of shared caches."""
        response = self.get_response(request)
        response["Content-Security-Policy"] = self.header
        response.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-cache"
        return response


class IdleSession:
    """Ends a session 30 minutes after the last request, at the price of one write a minute."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Prolongs the session of a signed-in person when that was last done over a minute ago."""
        session = request.session
        if settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in session:
            seconds = int(time.time())
            if seconds - session.get(_TOUCHED, 0) > _TOUCH_EVERY_S:
                session[_TOUCHED] = seconds
        return self.get_response(request)


class DomainErrors:
    """Turns a refusal that no view caught into a page that says cause and remedy."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Passes the request on; refusals arrive through `process_exception`."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page for a DomainError; None lets Django deal with any other exception."""
        return failures.refusal(request, error) if isinstance(error, DomainError) else None
