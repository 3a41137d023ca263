"""Sign-in in one step or two, sign-out and the page of a locked account."""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tuban.accounts import secondfactor, secondstep
from tuban.accounts.forms import CodeForm, SignInForm
from tuban.accounts.lockout import locked_until


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
        user = form.get_user()
        if secondfactor.is_on(user):
            secondstep.begin(request, user, wanted)
            return redirect("second-step")
        login(request, user)
        return redirect(_inside(request, wanted))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"form": form, "next": wanted}
    return render(request, "accounts/sign_in.html", context, status=status)


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """登录第二步: the code of the device, or a recovery code. Wrong ones lock like passwords."""
    somebody = secondstep.waiting(request)
    if somebody is None:
        return redirect("login")
    if secondstep.is_locked(request, somebody):
        return locked_out(request, None, somebody.credentials)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if secondstep.passes(request, somebody, form.cleaned_data["code"]):
            login(request, somebody.user, somebody.backend)
            return redirect(_inside(request, somebody.wanted))
        form.refuse(request)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "accounts/second_step.html", {"form": form}, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """退出登录."""
    logout(request)
    return redirect("login")


@login_not_required
def locked_out(
    request: HttpRequest,
    original_response: HttpResponse | None = None,
    credentials: dict[str, Any] | None = None,
) -> HttpResponse:
    """429: too many wrong passwords (called by django-axes), with the time that is left."""
    username = (credentials or {}).get("username") or request.POST.get("username", "")
    until = locked_until(request, username)
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
