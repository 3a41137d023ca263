"""任务: 清单、挂图作战、一项任务、上报、核验、调整、亮灯规则、附件."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import quote

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuban.accounts.access import require
from tuban.accounts.records import record
from tuban.accounts.requests import SignedInRequest
from tuban.core.errors import DomainError
from tuban.parcels.exports.delivery import order_of, serve
from tuban.parcels.imports import files
from tuban.supervision import access, actions, arranging, attachments, deeds, pages, parting
from tuban.supervision.exports import TASKS
from tuban.supervision.forms import ReportForm, day_of, whole_number
from tuban.supervision.refusals import ArrangementRefused, EvidenceRefused, WordsMissing
from tuban.supervision.rulepage import rule_page
from tuban.supervision.wall import wall as make_wall
from tuban.web import context
from tuban.web.templatetags.tuban import kept_query

_REFUSED = (ArrangementRefused, EvidenceRefused, WordsMissing)


@require_safe
def tasks(request: SignedInRequest) -> HttpResponse:
    """任务清单: one line a duty."""
    page = pages.list_page(request.user, request.GET, context.read(request).on)
    return render(request, "supervision/list.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: SignedInRequest) -> HttpResponse:
    """The filtered duties as Excel."""
    return serve(request, TASKS, order_of(request), back=reverse("task-list"))


@require_safe
def wall(request: SignedInRequest) -> HttpResponse:
    """挂图作战."""
    page = make_wall(request.user, request.GET, context.read(request).on)
    return render(request, "supervision/wall.html", {"page": page})


@require_safe
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One task."""
    return _task(request, pk)


def _task(
    request: SignedInRequest, pk: int, refused: DomainError | None = None, at: str = ""
) -> HttpResponse:
    """The task's page; after a refusal with what was typed, at the form it was typed into."""
    task = access.get_task(request.user, pk)
    page = pages.task_page(request.user, task, context.read(request).on)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    told = {
        "page": page,
        "refused": refused,
        "at": at,
        "typed": request.POST if refused else {},
        "max_remark": actions.MAX_REMARK,
        "max_report": actions.MAX_REPORT,
    }
    return render(request, "supervision/detail.html", told, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: SignedInRequest, pk: int) -> HttpResponse:
    """上报: words and evidence; typed text survives a refusal."""
    require(request.user, "report_task")
    duty = access.get_duty(request.user, pk)
    form = ReportForm(request.POST if request.method == "POST" else None)
    refused: DomainError | None = None
    if request.method != "POST":
        parting.require_owner(request.user, duty.unit, "上报")
    elif form.is_valid():
        try:
            offered = form.offered(request.FILES.getlist("files"))
            given = form.cleaned_data["words"]
            actions.report(actor=request.user, duty_id=pk, words=given, offered=offered)
        except (EvidenceRefused, WordsMissing) as refusal:
            refused = refusal
        else:
            messages.success(request, "已上报，等待核验。")
            return _back(request, duty.milestone.task_id)
    page = {
        "duty": duty,
        "form": form,
        "limits": attachments.LIMITS,
        "refused": refused,
        "deciders": parting.deciders(duty).words,
        "is_open": duty.state in parting.REPORTABLE,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "supervision/report.html", page, status=status)


def _back(request: SignedInRequest, task_id: int) -> HttpResponse:
    return redirect(reverse("task-detail", args=[task_id]) + kept_query(request, {}))


def _do(
    request: SignedInRequest, task_id: int, at: str, done: str, act: Callable[[], object]
) -> HttpResponse:
    """Does it and leads back to the task; a refusal that can be mended stands on its page."""
    try:
        act()
    except _REFUSED as refusal:
        return _task(request, task_id, refusal, at)
    messages.success(request, done)
    return _back(request, task_id)


def _decide(
    request: SignedInRequest, pk: int, at: str, done: str, act: Callable[..., object]
) -> HttpResponse:
    duty = access.get_duty(request.user, pk)
    words = request.POST.get("words", "")
    return _do(
        request,
        duty.milestone.task_id,
        f"{at}-{pk}",
        done,
        lambda: act(actor=request.user, duty_id=pk, words=words),
    )


@require_POST
def accept(request: SignedInRequest, pk: int) -> HttpResponse:
    """核验通过."""
    return _decide(request, pk, "accept", "核验通过。", actions.accept)


@require_POST
def hand_back(request: SignedInRequest, pk: int) -> HttpResponse:
    """退回."""
    return _decide(request, pk, "return", "已退回承办单位。", actions.hand_back)


@require_POST
def reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    """重新打开."""
    return _decide(request, pk, "reopen", "已重新打开，等待承办单位再次上报。", actions.reopen)


@require_POST
def release(request: SignedInRequest, pk: int) -> HttpResponse:
    """免除承办."""
    require(request.user, "assign_task")
    duty = access.get_duty(request.user, pk)
    reason = request.POST.get("words", "")
    return _do(
        request,
        duty.milestone.task_id,
        f"release-{pk}",
        f"“{duty.unit.name}”不再承办这个节点。",
        lambda: arranging.release(actor=request.user, duty_id=pk, reason=reason),
    )


@require_POST
def respond(request: SignedInRequest, pk: int) -> HttpResponse:
    """配合回应."""
    require(request.user, "report_task")
    unit = access.get_unit(request.user, pk, "support")
    words = request.POST.get("words", "")
    return _do(
        request,
        unit.task_id,
        f"respond-{pk}",
        "回应已记入办理记录。",
        lambda: actions.respond(actor=request.user, unit_id=pk, words=words),
    )


@require_POST
def set_day(request: SignedInRequest, pk: int) -> HttpResponse:
    """定期限."""
    require(request.user, "assign_task")
    milestone = access.get_milestone(request.user, pk)
    given = request.POST
    return _do(
        request,
        milestone.task_id,
        f"day-{pk}",
        "期限已定，从今天起按它亮灯。",
        lambda: arranging.set_day(
            actor=request.user,
            milestone_id=pk,
            due_on=day_of(given),
            reason=given.get("words", ""),
        ),
    )


@require_POST
def add_unit(request: SignedInRequest, pk: int) -> HttpResponse:
    """增加承办单位."""
    require(request.user, "assign_task")
    milestone = access.get_milestone(request.user, pk)
    given = request.POST
    return _do(
        request,
        milestone.task_id,
        f"unit-{pk}",
        "已增加承办单位。",
        lambda: arranging.add_unit(
            actor=request.user,
            milestone_id=pk,
            organisation=given.get("organisation", ""),
            reason=given.get("words", ""),
        ),
    )


@require_POST
def add_milestone(request: SignedInRequest, pk: int) -> HttpResponse:
    """增设节点."""
    require(request.user, "assign_task")
    task = access.get_task(request.user, pk)
    given = request.POST
    return _do(
        request,
        task.pk,
        "milestone",
        "节点已增设，由各责任单位承办。",
        lambda: arranging.add_milestone(
            actor=request.user,
            task_id=pk,
            words=given.get("title", ""),
            due_on=day_of(given),
            reason=given.get("words", ""),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: SignedInRequest) -> HttpResponse:
    """亮灯规则 by place; a city reviewer sets them, everybody may read them."""
    refused: DomainError | None = None
    given = request.POST
    if request.method == "POST":
        try:
            arranging.set_rule(
                actor=request.user,
                region_code=given.get("region", ""),
                soon_workdays=whole_number(given, "soon_workdays"),
                source=given.get("source", ""),
            )
        except _REFUSED as refusal:
            refused = refusal
        else:
            messages.success(request, "亮灯规则已修改，清单和挂图随即按新规则亮灯。")
            return redirect(reverse("task-rule"))
    page = {
        "rule": rule_page(request.user),
        "refused": refused,
        "typed": given if refused else {},
        "most": arranging.MAX_SOON,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return render(request, "supervision/rule.html", page, status=status)


@require_safe
def attachment(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """An attached file as a download, never shown in the browser."""
    require(request.user, "read")
    found = access.get_attachment(request.user, pk)
    record(
        request.user,
        deeds.ATTACHMENT_TAKEN,
        about=found.step.task,
        subject=found.name,
        region=found.step.unit.region_id if found.step.unit else None,
    )
    response = FileResponse(
        files.path_of(found.sha256).open("rb"), content_type=attachments.CONTENT_TYPES[found.suffix]
    )
    response["Content-Disposition"] = (
        f"attachment; filename=evidence-{pk}{found.suffix}; filename*=UTF-8''{quote(found.name)}"
    )
    response["Cache-Control"] = "private, no-store"
    return response
