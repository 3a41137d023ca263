"""方案核对台: 进度、核对、更正、认定、生效, 手工录入."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuban.accounts.access import may, require
from tuban.accounts.requests import SignedInRequest
from tuban.core.errors import DomainError
from tuban.instruments import access, jobs
from tuban.instruments.corrected import NoSuchPlace
from tuban.instruments.desk import actions, confirming
from tuban.instruments.desk import typed as tables
from tuban.instruments.desk.edit import Edit
from tuban.instruments.desk.forms import form_for
from tuban.instruments.desk.original import original_of
from tuban.instruments.desk.remembered import memory_of
from tuban.instruments.desk.review import log_items, review_page
from tuban.instruments.models import Draft, DraftState
from tuban.web.templatetags.tuban import kept_query


class NothingThere(DomainError):
    """没有这一处: a forged or outdated address."""

    def __init__(self) -> None:
        super().__init__(
            "方案里没有这一处。",
            code="draft.no_such_place",
            kind="absent",
            cause="地址有误，或核对发现在更正后已经变化。",
            remedy="请回到核对页重新选择。",
        )


@require_safe
def review(request: SignedInRequest, pk: int) -> HttpResponse:
    """The review page, or how far the reading has come."""
    draft = access.get_draft(request.user, pk)
    if draft.reading is None:
        return render(request, "instruments/reading.html", _progress(request, draft))
    page = review_page(request.user, draft)
    tab = request.GET.get("tab", "")
    known = {each.key for each in page.tabs}
    context = {
        "page": page,
        "tab": tab if tab in known else "findings" if page.waiting else "tasks",
        "confirming": confirming.form(request.user, draft) if page.may_act else None,
    }
    return render(request, "instruments/review.html", context)


@require_safe
def original(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """原件: the file as it was handed in, names and numbers unmasked; for those who review."""
    require(request.user, "confirm_plan")
    return original_of(access.get_draft(request.user, pk))


@require_safe
def progress(request: SignedInRequest, pk: int) -> HttpResponse:
    """The progress panel alone; asks for the whole page when the reading has ended."""
    draft = access.get_draft(request.user, pk)
    seen = _progress(request, draft)
    if draft.state != DraftState.READING or not seen["under_way"]:
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Refresh": "true"})
    return render(request, "instruments/_progress.html", seen)


@require_POST
def read_again(request: SignedInRequest, pk: int) -> HttpResponse:
    """重新读取."""
    actions.read_again(actor=request.user, draft_id=pk)
    return _to_review(request, pk)


@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: SignedInRequest, pk: int) -> HttpResponse:
    """One correction: its form, alone or within the page; POST saves it."""
    draft = access.get_draft(request.user, pk)
    require(request.user, "confirm_plan")
    if draft.state != DraftState.PENDING:
        raise actions.NotUnderReview(draft)
    path = request.GET.get("path", "")
    refused = None
    form = _form(request, draft, path)
    version = draft.version
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct(
                actor=request.user,
                draft_id=pk,
                version=_number(request.POST.get("version", "")),
                changes=form.changes(),
                reason=form.cleaned_data.get("reason", ""),
            )
        except actions.ChangedMeanwhile as refusal:
            refused = refusal
            version = refusal.draft.version
        else:
            return _to_review(request, pk, _tab(path), path)
    elif request.method == "POST":
        version = _number(request.POST.get("version", ""))
    context = {
        "draft": draft,
        "form": form,
        "path": path,
        "version": version,
        "refused": refused,
        "since": log_items(refused.draft, refused.since) if refused else (),
        "tab": _tab(path),
        "item": path.replace("/", "-"),
    }
    part = request.headers.get("HX-Request") == "true"
    response = render(
        request,
        "instruments/_correction.html" if part else "instruments/correction.html",
        context,
        status=_status(form, refused),
    )
    response["Vary"] = "HX-Request"
    return response


@require_POST
def confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """确认生效; refusals come back on the review page."""
    draft = access.get_draft(request.user, pk)
    require(request.user, "confirm_plan")
    form = confirming.form(request.user, draft, request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(map(str, errors)))
        return _to_review(request, pk)
    try:
        instrument = actions.confirm_draft(
            actor=request.user,
            draft_id=pk,
            version=_number(request.POST.get("version", "")),
            replacement=form.replacement(),
        )
    except DomainError as refused:
        if refused.kind == "forbidden":
            raise
        messages.error(request, str(refused))
        return _to_review(request, pk)
    tasks, targets = instrument.tasks.count(), instrument.targets.count()
    said = f"方案已生效：{tasks} 项任务、{targets} 个目标成立。"
    if not targets:
        said += "没有指定地区的目标不登记。"
    messages.success(request, said)
    return redirect(reverse("instrument-detail", args=[instrument.pk]) + kept_query(request, {}))


@require_POST
def drop(request: SignedInRequest, pk: int) -> HttpResponse:
    """放弃."""
    version = _number(request.POST.get("version", ""))
    draft = actions.drop(actor=request.user, draft_id=pk, version=version)
    messages.success(request, f"“{draft.name}”已放弃，没有登记任何目标。")
    return redirect(reverse("instrument-list") + kept_query(request, {}))


@require_http_methods(["GET", "HEAD", "POST"])
def typed(request: SignedInRequest) -> HttpResponse:
    """手工录入目标表: paste or type; POST makes a draft of it, to be checked like any other."""
    require(request.user, "confirm_plan")
    years = tables.years_of(request.GET)
    form = tables.TypedForm(request.user, years, request.POST or None)
    if request.method == "POST" and form.is_valid():
        draft = actions.type_in(actor=request.user, reading=form.reading())
        return _to_review(request, draft.pk, "tables")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = {"form": form, "grid": form.grid(), "years": years}
    return render(request, "instruments/typed.html", context, status=status)


def _form(request: SignedInRequest, draft: Draft, path: str) -> Edit:
    data = request.POST if request.method == "POST" else None
    start, end = _number(request.GET.get("start", "")), _number(request.GET.get("end", ""))
    try:
        reading = actions.corrected_reading(draft)
        span = (start, end) if start < end else None
        memory = memory_of(request.user, reading["header"]["issuer"])
        return form_for(reading, draft.findings, path, data, span, memory)
    except NoSuchPlace:
        raise NothingThere from None


def _status(form: Edit, refused: DomainError | None) -> HTTPStatus:
    if refused is not None:
        return HTTPStatus.CONFLICT
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK


def _tab(path: str) -> str:
    """The part of the panel where a path is shown."""
    return {"figures": "tables", "document_targets": "targets"}.get(
        path.split("/", maxsplit=1)[0], path.split("/", maxsplit=1)[0]
    )


def _progress(request: SignedInRequest, draft: Draft) -> dict[str, Any]:
    return {
        "draft": draft,
        "under_way": draft.state == DraftState.READING and jobs.is_under_way(draft),
        "may_act": may(request.user, "confirm_plan"),
    }


def _to_review(request: HttpRequest, pk: int, tab: str = "", path: str = "") -> HttpResponse:
    query = kept_query(request, {"tab": tab})
    anchor = f"#i-{path.replace('/', '-')}" if path else ""
    return redirect(reverse("draft-review", args=[pk]) + query + anchor)


def _number(written: str) -> int:
    """The number written; 0 for anything else. Long numbers are cut, not read."""
    return int(written[:9]) if written.isascii() and written.isdigit() else 0
