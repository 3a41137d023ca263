"""变更记录: the page and its Excel file."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tuban.accounts.requests import SignedInRequest
from tuban.history.export import HISTORY
from tuban.history.pages import history_page
from tuban.parcels.exports import delivery


@never_cache
@require_safe
def history(request: SignedInRequest) -> HttpResponse:
    """Who did what, when, from where; newest first."""
    page = history_page(request.user, request.GET.dict())
    return render(request, "history/list.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: SignedInRequest) -> HttpResponse:
    """The entries of the page's question as Excel."""
    order = delivery.order_of(request)
    return delivery.serve(request, HISTORY, order, back=reverse("history"))
