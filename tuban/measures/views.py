"""数字护照 of one figure and its rows as a file; what an upload would change of the figures."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tuban.accounts.access import region_codes
from tuban.accounts.requests import SignedInRequest
from tuban.measures.effects import effects_page
from tuban.measures.exports import CONTRIBUTIONS
from tuban.measures.pages import passport
from tuban.parcels.access import get_upload
from tuban.parcels.exports import delivery
from tuban.values.area import Unit
from tuban.web import context


@require_safe
def detail(request: SignedInRequest, code: str) -> HttpResponse:
    """One figure, `?region=&period=&on=`: its passport, then its parcels, largest first."""
    asof = context.read(request)
    page = passport(request.user, code, request.GET, on=asof.on)
    return render(request, "measures/detail.html", {"page": page, "unit": asof.unit or Unit.WAN_MU})


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: SignedInRequest, code: str) -> HttpResponse:
    """The contributions of the figure the address names, as Excel."""
    order = delivery.order_of(request, Unit.WAN_MU, code=code)
    return delivery.serve(
        request, CONTRIBUTIONS, order, back=reverse("measure-detail", args=[code])
    )


@require_safe
def effects(request: SignedInRequest, upload_pk: int) -> HttpResponse:
    """对指标的影响 of an upload; only the panel where another page asks for it (htmx)."""
    upload = get_upload(request.user, upload_pk)
    is_part = request.headers.get("HX-Request") == "true"
    response = render(
        request,
        "measures/_effects.html" if is_part else "measures/effects.html",
        {
            "page": effects_page(upload),
            "unit": context.read(request).unit or Unit.MU,
            "scope": region_codes(request.user),
        },
    )
    response["Vary"] = "HX-Request"
    return response
