"""Sign-in, sign-out and the page of a locked account."""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tuban.accounts.access import require
from tuban.accounts.forms import SignInForm
from tuban.accounts.lockout import locked_until
from tuban.accounts.requests import SignedInRequest
from tuban.accounts.tokens import MOST_DAYS, TokenRefused, make_token, revoke_token, standing


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """登录. Afterwards the reader is where he wanted to go, if that is on this site."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if request.user.is_authenticated:
        return redirect(_inside(request, wanted))
    form = SignInForm(request, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        login(request, form.get_user())
        return redirect(_inside(request, wanted))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"form": form, "next": wanted}
    return render(request, "accounts/sign_in.html", context, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """退出登录."""
    logout(request)
    return redirect("login")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: SignedInRequest) -> HttpResponse:
    """访问令牌 of one's own account; POST makes one and shows it this once."""
    require(request.user, "read")
    secret, refused, status = "", None, HTTPStatus.OK
    if request.method == "POST":
        days = request.POST.get("days", "")
        try:
            _, secret = make_token(
                actor=request.user,
                name=request.POST.get("name", ""),
                days=int(days) if days.isascii() and days.isdigit() and len(days) < 6 else 0,
            )
        except TokenRefused as error:
            refused, status = error, HTTPStatus.UNPROCESSABLE_ENTITY
    context = {
        "tokens": standing(request.user),
        "secret": secret,
        "refused": refused,
        "name": request.POST.get("name", "") if refused else "",
        "days": request.POST.get("days", "") if refused else "90",
        "most_days": MOST_DAYS,
    }
    return render(request, "accounts/tokens.html", context, status=status)


@require_POST
def revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    """收回 one of one's own tokens."""
    require(request.user, "read")
    revoke_token(actor=request.user, token_id=pk)
    messages.success(request, "已收回，立即失效。")
    return redirect("tokens")


@login_not_required
def locked_out(
    request: HttpRequest,
    original_response: HttpResponse | None = None,
    credentials: dict[str, Any] | None = None,
) -> HttpResponse:
    """429: too many wrong passwords (called by django-axes), with the time that is left."""
    until = locked_until(request)
    context = {
        "limit": settings.AXES_FAILURE_LIMIT,
        "until": until,
        "minutes_left": math.ceil((until - request.axes_attempt_time).total_seconds() / 60),  # type: ignore[attr-defined]
    }
    return render(request, "accounts/locked.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)


def _inside(request: HttpRequest, wanted: str) -> str:
    """The wanted address if it is on this site, else the front page."""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else settings.LOGIN_REDIRECT_URL
