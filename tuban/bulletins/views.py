"""看板: the page of where we stand."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tuban.accounts.access import region_codes
from tuban.accounts.requests import SignedInRequest
from tuban.bulletins import queries
from tuban.bulletins.board import SUBJECTS
from tuban.bulletins.exports import BOARD
from tuban.bulletins.outlook import outlook
from tuban.bulletins.pages import light_rule, real_difference, year_columns
from tuban.instruments.queries import unmeasured
from tuban.parcels.exports import delivery
from tuban.values.area import Unit
from tuban.web import context


@require_safe
def board(request: SignedInRequest) -> HttpResponse:
    """看板 of one 事项 (`?subject=unsupplied|idle`) as of a day."""
    asof = context.read(request)
    shown = queries.board(request.user, request.GET.get("subject", ""), asof.on)
    page = {
        "board": shown,
        "subject": shown.subject,
        "subjects": SUBJECTS,
        "columns": year_columns(shown.subject),
        "base_difference_m2": real_difference(shown.subject.printed_base),
        "light_rule": light_rule(shown.subject.yellow_points),
        "scope": region_codes(request.user),
        "unmeasured": unmeasured(asof.on),
        "outlook": outlook(shown.subject.curve, shown.subject.plan),
        "warning_days": queries.WARNING_DAYS,
        "unit": asof.unit or Unit.WAN_MU,
    }
    return render(request, "bulletins/board.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: SignedInRequest) -> HttpResponse:
    """目标与完成 of the 事项 and day in view as Excel."""
    order = delivery.order_of(request, Unit.WAN_MU)
    return delivery.serve(request, BOARD, order, back=reverse("board"))
