"""Before a page: what the account has to do first. After a refusal: it goes on record."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from tuban.accounts import secondfactor
from tuban.accounts.access import Forbidden
from tuban.accounts.deeds import REFUSED
from tuban.accounts.models import User
from tuban.accounts.records import record

Handler = Callable[[HttpRequest], HttpResponseBase]


# What somebody may do before he has done what he must.
_ALWAYS = {"logout", "password", "favicon", "healthz"}
_FACTOR = {"second-factor", *_ALWAYS}
PROVEN = "second_factor"
"""In the session: the account was seen to have a second factor, so that it is not asked again."""


class Duties:
    """须先办的: a password set by somebody else is changed, a demanded second factor set up."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Passes the request on; duties are looked at once it is known where it goes."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        """Leads to the page where the duty is done."""
        user = request.user
        name = request.resolver_match.url_name if request.resolver_match else None
        if not isinstance(user, User):
            return None
        if user.must_change_password:
            return None if name in _ALWAYS else redirect("password")
        if name not in _FACTOR and _owes_factor(request, user):
            return redirect("second-factor")
        return None


def _owes_factor(request: HttpRequest, user: User) -> bool:
    """Whether the role demands a second factor and the account has none."""
    if not secondfactor.is_demanded(user) or request.session.get(PROVEN):
        return False
    if not secondfactor.is_on(user):
        return True
    request.session[PROVEN] = True
    return False


class Refusals:
    """越权操作被拒: an act the post's role does not include goes on record."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Passes the request on; refusals arrive through `process_exception`."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Writes the refusal down, after the transaction of the act is gone."""
        if isinstance(error, Forbidden):
            record_refusal(request, error)
        return None


def record_refusal(request: HttpRequest, error: Forbidden) -> None:
    """One refused act, with the address it was tried at."""
    user = request.user if isinstance(request.user, User) else None
    record(user, REFUSED, detail={"操作": error.act.label, "地址": request.path[:120]})
