"""数字护照: what one figure counts and the rows it is the sum of."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tuban.accounts.requests import SignedInRequest
from tuban.measures.pages import passport
from tuban.values.area import Unit
from tuban.web import context


@require_safe
def detail(request: SignedInRequest, code: str) -> HttpResponse:
    """One figure, `?region=&period=&on=`: its passport, then its parcels, largest first."""
    asof = context.read(request)
    page = passport(request.user, code, request.GET, on=asof.on)
    return render(request, "measures/detail.html", {"page": page, "unit": asof.unit or Unit.WAN_MU})
