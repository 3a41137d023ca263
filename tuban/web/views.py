"""The front door, the reader's display settings, the favicon."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from tuban.core.errors import DomainError
from tuban.web.context import DENSITIES


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """`/` leads to the board, which leads to the sign-in page when nobody is signed in."""
    return redirect("board")


@require_POST
def display(request: HttpRequest) -> HttpResponse:
    """Sets 紧凑 or 舒适 for this reader and returns to the page it was set on.

    Raises:
        DomainError: No such density.
    """
    density = request.POST.get("density", "")
    if density not in DENSITIES:
        raise DomainError(
            f"行距“{density}”无法识别。",
            code="density",
            kind="invalid",
            remedy=f"可选：{'、'.join(DENSITIES.values())}。",
        )
    request.session["density"] = density
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(back if safe else "home")


@login_not_required
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Old kernels ask for /favicon.ico whatever the page says."""
    return redirect(static("tuban/favicon.svg"), permanent=True)
