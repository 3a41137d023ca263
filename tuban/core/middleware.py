"""What happens to every request: a number, the security policy, the idle clock, refusals."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed

from tuban.core import failures, problems, whence
from tuban.core.errors import DomainError

Handler = Callable[[HttpRequest], HttpResponseBase]

_request_no: ContextVar[str] = ContextVar("request_no", default="-")
# No 0/O, 1/I: the number is read out over the telephone.
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_TOUCH_EVERY_S = 60
_TOUCHED = "touched_at"
_BEGAN = "began_at"
_PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"


class RequestNumberFilter(logging.Filter):
    """Writes the request number into every log line, so that a number read out finds its lines."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Adds `request_no`; nothing is filtered out.

        Django writes of a refused request when its answer is ready and the request is no longer
        the one at work; it hands the request over with the line.
        """
        asked = getattr(record, "request", None)
        record.request_no = getattr(asked, "number", None) or _request_no.get()
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
        """Adds the policy, and keeps pages of signed-in people out of every cache.

        A page left open and a press on 后退 after signing out must not show it again: no-store. A
        view that says otherwise (tiles, with their ETag) has said it for a reason.
        """
        response = self.get_response(request)
        response["Content-Security-Policy"] = self.header
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response.setdefault("Permissions-Policy", _PERMISSIONS)
        if "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-store"
        return response


class IdleSession:
    """Ends a session 30 minutes after the last request, and 12 hours after signing in.

    At the price of one write a minute.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Prolongs the session of a signed-in person when that was last done over a minute ago."""
        session = request.session
        if settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in session:
            seconds = int(time.time())
            if seconds - session.get(_BEGAN, seconds) > settings.SESSION_ENDS_AFTER.total_seconds():
                session.flush()
            elif seconds - session.get(_TOUCHED, 0) > _TOUCH_EVERY_S:
                session[_TOUCHED] = seconds
                session.setdefault(_BEGAN, seconds)
        return self.get_response(request)


class DomainErrors:
    """Turns a refusal that no view caught into a page that says cause and remedy."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Passes the request on; refusals arrive through `process_exception`.

        Django answers a wrong method with an empty page, which tells nobody anything.
        """
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed):
            told: HttpResponse = (
                problems.not_allowed(request)
                if request.path.startswith(whence.API)
                else failures.not_allowed(request)
            )
            told["Allow"] = response["Allow"]
            return told
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page for a DomainError; None lets Django deal with any other exception."""
        return failures.refusal(request, error) if isinstance(error, DomainError) else None
