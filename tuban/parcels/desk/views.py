"""导入台: 上传、进度、核对、确认."""

from __future__ import annotations

from http import HTTPStatus
from secrets import token_hex
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuban.accounts.access import may, require
from tuban.accounts.records import record
from tuban.accounts.requests import SignedInRequest
from tuban.core import clock
from tuban.core.errors import DomainError
from tuban.parcels import access
from tuban.parcels.deeds import ERRORS_TAKEN
from tuban.parcels.desk import actions, answers, headings, notices, pages, setaside
from tuban.parcels.desk.errorbook import errors_workbook
from tuban.parcels.desk.forms import LIMITS, Handed, UploadForm
from tuban.parcels.desk.standing import standing
from tuban.parcels.imports import template
from tuban.parcels.imports.gate import SUFFIXES
from tuban.parcels.imports.ledger import LEDGER_LABEL
from tuban.parcels.imports.withdraw import ReasonMissing, WithdrawalBlocked
from tuban.parcels.models import Upload
from tuban.values.area import Unit
from tuban.web import context
from tuban.web.templatetags.tuban import kept_query

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: SignedInRequest) -> HttpResponse:
    """The list of uploads; POST hands one in."""
    form = UploadForm()
    if request.method == "POST":
        require(request.user, "import_ledger")
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            return _take_in(request, form.cleaned_data["file"])
    context_ = {
        "page": pages.desk_page(request.user, request.GET),
        "form": form,
        "accept": ",".join(SUFFIXES),
        "limits": LIMITS,
        "ledger": LEDGER_LABEL,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "imports/list.html", context_, status=status)


def _take_in(request: SignedInRequest, handed: Handed) -> HttpResponse:
    """Keeps the files; to the page of the only one, or to the list that shows them together."""
    refused = [f"没有接收{reason}" for reason in handed.refused]
    alone = len(handed.taken) + len(refused) == 1
    delivery = "" if alone else token_hex(8)
    uploads = []
    for file in handed.taken:
        try:
            content = file.read()
            uploads.append(
                actions.deliver(
                    actor=request.user, name=file.name or "", content=content, delivery=delivery
                )
            )
        except DomainError as error:
            if alone:
                raise
            refused.append(str(error))
    for upload in uploads:
        notices.watch(request, upload)
    for sentence in refused:
        messages.error(request, sentence)
    if len(uploads) == 1:
        return _to_upload(request, uploads[0].pk)
    return redirect(reverse("import-list") + kept_query(request, {}))


@require_safe
def blank_template(request: SignedInRequest) -> HttpResponse:
    """The ledger's blank template."""
    require(request.user, "export")
    return _workbook(template.write(), f"{LEDGER_LABEL}模板.xlsx", "template.xlsx")


@require_safe
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One upload: its progress, or its rows and what confirming them does."""
    upload = access.get_upload(request.user, pk)
    page = pages.upload_page(request.user, upload, request.GET)
    asof = context.read(request)
    context_ = {
        "page": page,
        "unit": asof.unit or Unit.MU,
        "progress": pages.progress(page.standing, request.GET, clock.now()),
        "questions": answers.questions(upload) if page.asks else (),
    }
    return render(request, "imports/detail.html", context_)


@require_safe
def progress(request: SignedInRequest, pk: int) -> HttpResponse:
    """The progress panel alone; asks the browser for the whole page when the work has ended."""
    upload = access.get_upload(request.user, pk)
    stands = standing(upload)
    if not stands.goes_on:
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Refresh": "true"})
    seen = pages.progress(stands, request.GET, clock.now())
    return render(request, "imports/_progress.html", {"progress": seen, "upload": upload})


@require_safe
def sums(request: SignedInRequest, pk: int) -> HttpResponse:
    """Stages before and after confirming; a fragment of the upload's page, or a page of its own."""
    upload = access.get_upload(request.user, pk)
    asof = context.read(request)
    is_part = request.headers.get("HX-Request") == "true"
    response = render(
        request,
        "imports/_sums.html" if is_part else "imports/sums.html",
        {"page": pages.sums_page(upload), "unit": asof.unit or Unit.MU},
    )
    response["Vary"] = "HX-Request"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def foresight(request: SignedInRequest, pk: int) -> HttpResponse:
    """How the preview stands; POST has it made anew. Asks for the whole page when that is done."""
    if request.method == "POST":
        actions.ask_foresight(actor=request.user, upload_id=pk)
        return _to_upload(request, pk)
    upload = access.get_upload(request.user, pk)
    seen = pages.foresight(upload)
    if request.headers.get("HX-Request") == "true" and not seen.under_way:
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Refresh": "true"})
    may_act = may(request.user, "import_ledger")
    return render(request, "imports/_foresight.html", {"foresight": seen, "may_act": may_act})


@require_safe
def errors(request: SignedInRequest, pk: int) -> HttpResponse:
    """The rows that were not taken, as Excel with comments."""
    require(request.user, "export")
    upload = access.get_upload(request.user, pk)
    name = f"{upload.name.rsplit('.', 1)[0]} 需改正.xlsx"
    body = errors_workbook(upload)
    record(request.user, ERRORS_TAKEN, about=upload, subject=upload.name)
    return _workbook(body, name, "errors.xlsx")


@require_POST
def read_again(request: SignedInRequest, pk: int) -> HttpResponse:
    """重新读取."""
    return _set_going(request, actions.read_again(actor=request.user, upload_id=pk))


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the file is to be read as: the questions it asks, or how it was read, to be corrected."""
    upload = access.get_upload(request.user, pk)
    require(request.user, "import_ledger")
    refused = None
    if request.method == "POST":
        try:
            asks, given = answers.read(upload, request.POST)
        except answers.AnswerRefused as refusal:
            refused = refusal
        else:
            upload = actions.answer(actor=request.user, upload_id=pk, asks=asks, given=given)
            return _set_going(request, upload)
    posted = request.POST if refused else None
    context_ = {
        "page": pages.answers_page(upload),
        "questions": answers.questions(upload, posted, refused),
        "refused": refused,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return render(request, "imports/answers.html", context_, status=status)


@require_safe
def heading_memory(request: SignedInRequest) -> HttpResponse:
    """表头记忆: what the post's office has chosen for its headings."""
    require(request.user, "import_ledger")
    context_ = {"page": headings.headings_page(request.user)}
    return render(request, "imports/headings.html", context_)


@require_POST
def forget_heading(request: SignedInRequest, pk: int) -> HttpResponse:
    """忘记 one of them."""
    actions.forget_heading(actor=request.user, pk=pk)
    return redirect(reverse("import-headings") + kept_query(request, {}))


@require_POST
def confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """确认登记: goes on in the background."""
    return _set_going(request, actions.ask_confirmation(actor=request.user, upload_id=pk))


@require_POST
def stop(request: SignedInRequest, pk: int) -> HttpResponse:
    """取消."""
    actions.stop(actor=request.user, upload_id=pk)
    return _to_upload(request, pk)


@require_POST
def set_aside(request: SignedInRequest, pk: int) -> HttpResponse:
    """放弃."""
    setaside.set_aside(actor=request.user, upload_id=pk)
    return _to_upload(request, pk)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """撤销批次: what is in the way, the reason, and the button."""
    batch = pages.batch_of(request.user, pk)
    require(request.user, "import_ledger")
    reason = request.POST.get("reason", "")
    refused = None
    if request.method == "POST":
        try:
            actions.ask_withdrawal(actor=request.user, batch=batch, reason=reason)
        except (ReasonMissing, WithdrawalBlocked) as refusal:
            refused = refusal
        else:
            return _set_going(request, batch.upload)
    context_ = {
        "page": pages.withdrawal_page(batch),
        "refused": refused,
        "reason": reason,
        "max_reason": actions.MAX_REASON,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return render(request, "imports/withdrawal.html", context_, status=status)


def _set_going(request: SignedInRequest, upload: Upload) -> HttpResponse:
    """To the upload's page; a message will come when the work has ended."""
    notices.watch(request, upload)
    return _to_upload(request, upload.pk)


def _to_upload(request: SignedInRequest, pk: int) -> HttpResponse:
    return redirect(reverse("import-detail", args=[pk]) + kept_query(request, {}))


def _workbook(body: bytes, name: str, plain_name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=XLSX)
    response["Content-Disposition"] = (
        f"attachment; filename={plain_name}; filename*=UTF-8''{quote(name)}"
    )
    return response
