"""通报: 清单、新建、正文、修改文字、送审、审核、签发、作废, 冻结数的护照, DOCX."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuban.accounts.access import require
from tuban.accounts.records import record
from tuban.accounts.requests import SignedInRequest
from tuban.bulletins import access, actions
from tuban.bulletins.deeds import DOCUMENT_TAKEN
from tuban.bulletins.desk import pages, passport
from tuban.bulletins.desk.forms import ComposeForm, ProseForm
from tuban.bulletins.exports import BULLETINS
from tuban.bulletins.letter import letter
from tuban.bulletins.models import Bulletin, BulletinState
from tuban.bulletins.periods import Kind
from tuban.bulletins.refusals import Changed, DraftRefused, NumberRefused, RemarkMissing
from tuban.bulletins.sheet import sheet_of
from tuban.parcels.exports import delivery
from tuban.values.area import Unit

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_safe
def bulletins(request: SignedInRequest) -> HttpResponse:
    """通报清单."""
    page = pages.list_page(request.user, request.GET)
    return render(request, "bulletins/list.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: SignedInRequest) -> HttpResponse:
    """通报清单 as Excel."""
    order = delivery.order_of(request)
    return delivery.serve(request, BULLETINS, order, back=reverse("bulletin-list"))


@require_http_methods(["GET", "HEAD", "POST"])
def compose(request: SignedInRequest) -> HttpResponse:
    """新建通报; POST takes the figures and writes the draft."""
    require(request.user, "draft_bulletin")
    form = ComposeForm(request.user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            draft = actions.draft(
                actor=request.user,
                kind=Kind(given["kind"]),
                on=given["on"],
                region_code=given["region_code"],
                subjects=given["subjects"],
                unit=Unit(given["unit"]),
            )
        except DraftRefused as refusal:
            form.add_error(refusal.field, f"{refusal.message}{refusal.remedy}")
        else:
            return redirect("bulletin-detail", draft.pk)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "bulletins/compose.html", {"form": form}, status=status)


@require_safe
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One bulletin as it will be, or was, printed."""
    return _page(request, access.get_bulletin(request.user, pk))


def _page(
    request: SignedInRequest, bulletin: Bulletin, refused: Any = None, status: int = HTTPStatus.OK
) -> HttpResponse:
    page = pages.bulletin_page(request.user, bulletin)
    context = {
        "page": page,
        "unit": page.unit,
        "refused": refused,
        "prefix": request.POST.get("prefix", page.prefix),
        "remark": request.POST.get("remark", ""),
        "max_remark": actions.MAX_REMARK,
    }
    return render(request, "bulletins/detail.html", context, status=status)


@require_safe
def document(request: SignedInRequest, pk: int) -> HttpResponse:
    """The bulletin as DOCX; a draft says on every page that it is one."""
    require(request.user, "export")
    bulletin = access.get_bulletin(request.user, pk)
    sheet = sheet_of(bulletin)
    name = f"{bulletin.doc_no}{bulletin.title}{f'（{sheet.stamp}）' if sheet.stamp else ''}.docx"
    response = HttpResponse(letter(sheet), content_type=DOCX)
    record(request.user, DOCUMENT_TAKEN, about=bulletin, subject=bulletin.title)
    response["Content-Disposition"] = (
        f"attachment; filename=bulletin-{pk}.docx; filename*=UTF-8''{quote(name)}"
    )
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def text(request: SignedInRequest, pk: int) -> HttpResponse:
    """修改文字: 主送, 开头, 工作要求 of a draft; typed text survives a refusal."""
    require(request.user, "draft_bulletin")
    bulletin = access.own_bulletin(request.user, pk)
    refused = None
    if request.method == "POST":
        form = ProseForm(request.POST)
        if form.is_valid():
            try:
                actions.edit(actor=request.user, bulletin_id=pk, **form.cleaned_data)
            except Changed as refusal:
                refused = refusal
            else:
                return redirect("bulletin-detail", pk)
    else:
        words = ("version", "addressee", "opening", "demands")
        form = ProseForm(initial={word: getattr(bulletin, word) for word in words})
    context = {
        "form": form,
        "bulletin": bulletin,
        "refused": refused,
        "is_draft": bulletin.state == BulletinState.DRAFT,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "bulletins/text.html", context, status=status)


@require_safe
def figure(request: SignedInRequest, pk: int, figure_pk: int) -> HttpResponse:
    """A frozen figure's passport: definition, fraction, rows as frozen, what changed since."""
    found = access.get_figure(request.user, pk, figure_pk)
    page = passport.figure_page(request.user, found, request.GET)
    return render(request, "bulletins/figure.html", {"page": page, "unit": page.unit})


@require_POST
def refresh(request: SignedInRequest, pk: int) -> HttpResponse:
    """重新取数."""
    actions.refresh(actor=request.user, bulletin_id=pk)
    messages.success(request, "已按现在的登记重新取数，文字没有改动。")
    return redirect("bulletin-detail", pk)


@require_POST
def submit(request: SignedInRequest, pk: int) -> HttpResponse:
    """送审."""
    actions.submit(actor=request.user, bulletin_id=pk)
    return redirect("bulletin-detail", pk)


@require_POST
def review(request: SignedInRequest, pk: int) -> HttpResponse:
    """审核通过."""
    actions.review(actor=request.user, bulletin_id=pk, remark=request.POST.get("remark", ""))
    return redirect("bulletin-detail", pk)


@require_POST
def hand_back(request: SignedInRequest, pk: int) -> HttpResponse:
    """退回."""
    try:
        actions.hand_back(actor=request.user, bulletin_id=pk, remark=request.POST.get("remark", ""))
    except RemarkMissing as refusal:
        return _refused(request, pk, refusal)
    return redirect("bulletin-detail", pk)


@require_POST
def issue(request: SignedInRequest, pk: int) -> HttpResponse:
    """签发."""
    try:
        actions.issue(actor=request.user, bulletin_id=pk, prefix=request.POST.get("prefix", ""))
    except NumberRefused as refusal:
        return _refused(request, pk, refusal)
    return redirect("bulletin-detail", pk)


@require_POST
def void(request: SignedInRequest, pk: int) -> HttpResponse:
    """作废."""
    try:
        actions.void(actor=request.user, bulletin_id=pk, remark=request.POST.get("remark", ""))
    except RemarkMissing as refusal:
        return _refused(request, pk, refusal)
    return redirect("bulletin-detail", pk)


def _refused(request: SignedInRequest, pk: int, refusal: Any) -> HttpResponse:
    """The page again with the refusal at its field, what was typed still there."""
    bulletin = access.get_bulletin(request.user, pk)
    return _page(request, bulletin, refusal, HTTPStatus.UNPROCESSABLE_ENTITY)


@require_POST
def discard(request: SignedInRequest, pk: int) -> HttpResponse:
    """删除草稿."""
    actions.discard(actor=request.user, bulletin_id=pk)
    messages.success(request, "草稿已删除。")
    return redirect("bulletin-list")
