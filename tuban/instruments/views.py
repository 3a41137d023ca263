"""方案: the list with its upload, one plan, the matrix of targets, parent and child."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tuban.accounts.access import region_codes, require
from tuban.accounts.requests import SignedInRequest
from tuban.instruments import access, pages
from tuban.instruments import matrix as matrices
from tuban.instruments.binding import SUBJECTS
from tuban.instruments.desk import actions
from tuban.instruments.desk.upload import LIMITS, SUFFIXES, PlanForm
from tuban.instruments.exports import LIST, MATRIX, PLANS
from tuban.instruments.models import DraftState
from tuban.parcels.exports import delivery
from tuban.values.area import Unit
from tuban.web import context
from tuban.web.templatetags.tuban import kept_query


@require_http_methods(["GET", "HEAD", "POST"])
def plans(request: SignedInRequest) -> HttpResponse:
    """Drafts and plans in force; POST hands a plan in."""
    form = PlanForm()
    if request.method == "POST":
        require(request.user, "confirm_plan")
        form = PlanForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            draft = actions.deliver(actor=request.user, name=file.name or "", content=file.read())
            return redirect(reverse("draft-review", args=[draft.pk]) + kept_query(request, {}))
    context_ = {
        "page": pages.plans_page(request.user, request.GET),
        "form": form,
        "accept": ",".join(SUFFIXES),
        "limits": LIMITS,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "instruments/list.html", context_, status=status)


@require_safe
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One plan in force; a plan still under review has only its review."""
    if access.drafts_for(request.user).filter(pk=pk).exclude(state=DraftState.IN_FORCE).exists():
        return redirect(reverse("draft-review", args=[pk]) + kept_query(request, {}))
    instrument = access.get_instrument(request.user, pk)
    page = pages.instrument_page(request.user, instrument)
    tabs = ("targets", "tasks", "findings", "log", "text")
    tab = request.GET.get("tab", "")
    context_ = {"page": page, "tab": tab if tab in tabs else tabs[0]}
    return render(request, "instruments/detail.html", context_)


@require_safe
def matrix(request: SignedInRequest) -> HttpResponse:
    """目标矩阵 of one subject (`?subject=`) on the as-of day."""
    asof = context.read(request)
    context_ = {
        "matrix": matrices.matrix(request.user, request.GET.get("subject", ""), asof.on),
        "subjects": SUBJECTS,
        "unit": asof.unit or Unit.WAN_MU,
        "scope": region_codes(request.user),
    }
    return render(request, "instruments/matrix.html", context_)


@require_safe
def difference(request: SignedInRequest, pk: int) -> HttpResponse:
    """上下级差异."""
    instrument = access.get_instrument(request.user, pk)
    asof = context.read(request)
    context_ = {
        "page": pages.difference_page(request.user, instrument),
        "unit": asof.unit or Unit.WAN_MU,
    }
    return render(request, "instruments/difference.html", context_)


@require_http_methods(["GET", "HEAD", "POST"])
def plans_export(request: SignedInRequest) -> HttpResponse:
    """方案 under review and in force as Excel."""
    order = delivery.order_of(request)
    return delivery.serve(request, PLANS, order, back=reverse("instrument-list"))


@require_http_methods(["GET", "HEAD", "POST"])
def list_export(request: SignedInRequest, pk: int) -> HttpResponse:
    """The list of the tab in view (`?tab=`): targets, tasks or findings of a plan."""
    instrument = access.get_instrument(request.user, pk)
    order = delivery.order_of(request, plan=instrument.pk)
    return delivery.serve(request, LIST, order, back=reverse("instrument-detail", args=[pk]))


@require_http_methods(["GET", "HEAD", "POST"])
def matrix_export(request: SignedInRequest) -> HttpResponse:
    """目标矩阵 of the subject and day in view."""
    order = delivery.order_of(request, Unit.WAN_MU)
    return delivery.serve(request, MATRIX, order, back=reverse("target-matrix"))
