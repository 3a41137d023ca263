"""从何处: through which door and from which address a request came, for the record of changes.

An address in X-Forwarded-For is believed only from proxies named in `TRUSTED_PROXIES`; anybody else
may write there what he likes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Literal

from django.conf import settings
from django.http import HttpRequest

Door = Literal["page", "api", "system"]
API = "/api/"
_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")


@dataclass(frozen=True, slots=True)
class Whence:
    """Where an act came from.

    Attributes:
        door: A page, the API, or neither: a background job or a command.
        ip: Address of the client; None for a job, a command, or a socket without one.
        request_no: Number of the request, as in the log; empty outside one.
    """

    door: Door = "system"
    ip: str | None = None
    request_no: str = ""


_NOWHERE = Whence()
_here: ContextVar[Whence] = ContextVar("whence", default=_NOWHERE)


def here() -> Whence:
    """Where the act now under way comes from."""
    return _here.get()


@contextmanager
def entering(request: HttpRequest, number: str) -> Iterator[None]:
    """Remembers where the request comes from while it is answered."""
    door: Door = "api" if request.path.startswith(API) else "page"
    token = _here.set(Whence(door, client_ip(request), number))
    try:
        yield
    finally:
        _here.reset(token)


def client_ip(request: HttpRequest) -> str | None:
    """The client's address: the last one before the trusted proxies.

    Read from the right, since every proxy appends whom it was called by; what stands further left
    was written by somebody unknown.
    """
    found = _address(request.META.get("REMOTE_ADDR", ""))
    if not _is_trusted(found):
        return found
    for written in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        address = _address(written)
        if address is None:
            break
        found = address
        if not _is_trusted(found):
            break
    return found


def forget_forged(request: HttpRequest) -> None:
    """Drops forwarding headers that did not come from a trusted proxy."""
    if not _is_trusted(_address(request.META.get("REMOTE_ADDR", ""))):
        for name in _FORWARDED:
            request.META.pop(name, None)


def _address(written: str) -> str | None:
    """The address in its one canonical form; None when it is none."""
    try:
        return str(ip_address(written.strip()))
    except ValueError:
        return None


def _is_trusted(address: str | None) -> bool:
    if address is None:
        return False
    read = ip_address(address)
    return any(read in ip_network(proxy) for proxy in settings.TRUSTED_PROXIES)
