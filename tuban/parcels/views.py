"""地块清单、一宗地块、登记与更正."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuban.accounts.access import require
from tuban.accounts.requests import SignedInRequest
from tuban.core import clock
from tuban.parcels import access, actions, queries
from tuban.parcels.factforms import FactForm
from tuban.parcels.pages import list_page, parcel_page
from tuban.values.area import Unit
from tuban.web import context
from tuban.web.templatetags.tuban import kept_query


@require_safe
def parcel_list(request: SignedInRequest) -> HttpResponse:
    """地块清单 as of a day: filters in the URL, sums of the whole filtered set."""
    asof = context.read(request)
    unit = asof.unit or Unit.MU
    page = list_page(request.user, request.GET, unit=unit, on=asof.on)
    status = HTTPStatus.BAD_REQUEST if page.form.errors else HTTPStatus.OK
    return render(request, "parcels/list.html", {"page": page, "unit": unit}, status=status)


@require_safe
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """一宗地块: the timeline first, then what it rests on."""
    asof = context.read(request)
    record = queries.parcel_record(request.user, pk, asof.on)
    page = parcel_page(
        request.user,
        record,
        on=asof.on,
        today=asof.today,
        whole=request.GET.get("span") == "all",
        tab=request.GET.get("tab", ""),
    )
    return render(request, "parcels/detail.html", {"page": page, "unit": asof.unit or Unit.MU})


@require_http_methods(["GET", "HEAD", "POST"])
def add_fact(request: SignedInRequest, pk: int) -> HttpResponse:
    """登记事实. The kind is chosen first (`?kind=`), then its own fields are asked for."""
    parcel = access.get_parcel(request.user, pk)
    require(request.user, "record_fact")
    form = FactForm.for_new(request.POST if request.method == "POST" else request.GET)
    if request.method == "POST" and form.kind and form.is_valid():
        try:
            fact = actions.record_fact(
                actor=request.user,
                parcel_id=parcel.pk,
                kind=form.kind,
                on=form.on.on,
                precision=form.on.precision,
                payload=form.payload,
                paper=form.paper,
                evidence=form.cleaned_data["evidence"],
            )
        except actions.FactRefused as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"已登记“{fact.get_kind_display()}”，阶段已随之重算。")
            return _to_parcel(request, pk)
    context_ = {"form": form, "parcel": parcel, "today": clock.today()}
    return render(request, "parcels/fact_form.html", context_, status=_form_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def correct_fact(request: SignedInRequest, pk: int, fact_pk: int) -> HttpResponse:
    """更正或作废事实: a new fact that supersedes the old one."""
    fact = access.get_fact(request.user, fact_pk)
    if fact.parcel_id != pk:
        raise access.Absent("条事实")
    require(request.user, "record_fact")
    form = FactForm.for_correction(fact, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            if form.voids:
                actions.void_fact(
                    actor=request.user, fact_id=fact.pk, reason=form.cleaned_data["reason"]
                )
            else:
                actions.correct_fact(
                    actor=request.user,
                    fact_id=fact.pk,
                    on=form.on.on,
                    precision=form.on.precision,
                    payload=form.payload,
                    paper=form.paper,
                    evidence=form.cleaned_data["evidence"],
                    reason=form.cleaned_data["reason"],
                )
        except actions.FactRefused as refused:
            form.refuse(refused)
        except actions.AlreadyCorrected as refused:
            form.refuse_conflict(refused)
        else:
            done = "作废" if form.voids else "更正"
            messages.success(
                request,
                f"已{done}“{fact.get_kind_display()}”，原事实保留在记录中，阶段已随之重算。",
            )
            return _to_parcel(request, pk)
    context_ = {"form": form, "parcel": fact.parcel, "fact": fact, "today": clock.today()}
    return render(request, "parcels/fact_form.html", context_, status=_form_status(form))


@require_POST
def review_fact(request: SignedInRequest, pk: int, fact_pk: int) -> HttpResponse:
    """复核事实: compared with its paper by another post."""
    fact = access.get_fact(request.user, fact_pk)
    if fact.parcel_id != pk:
        raise access.Absent("条事实")
    actions.review_fact(actor=request.user, fact_id=fact.pk)
    messages.success(request, f"已复核“{fact.get_kind_display()}”。")
    return _to_parcel(request, pk)


def _form_status(form: FactForm) -> int:
    if form.conflict:
        return HTTPStatus.CONFLICT
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound and form.errors else HTTPStatus.OK


def _to_parcel(request: SignedInRequest, pk: int) -> HttpResponse:
    return redirect(reverse("parcel-detail", args=[pk]) + kept_query(request, {}))
