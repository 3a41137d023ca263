"""导出: the formats of a filtered list, the files, and those made in the background."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tuban.accounts.access import require
from tuban.accounts.requests import SignedInRequest
from tuban.core import clock
from tuban.core.errors import DomainError
from tuban.parcels import access
from tuban.parcels.exports import delivery, kept, pages
from tuban.parcels.exports.catalogue import OF_PARCELS, OF_UPLOADS
from tuban.parcels.models import ExportState


class NotFinished(DomainError):
    """尚未生成: the file is not there yet, or never will be."""

    def __init__(self) -> None:
        super().__init__(
            "文件还没有生成。",
            code="export.not_finished",
            kind="conflict",
            cause="正在后台生成，或生成没有成功。",
            remedy="请回到导出件的页面查看进度。",
        )


@require_safe
def formats(request: SignedInRequest) -> HttpResponse:
    """What the filtered list can be exported as, and this post's files of the last day."""
    require(request.user, "export")
    page = pages.formats_page(delivery.order_of(request))
    return render(request, "exports/formats.html", {"page": page, "unit": page.order.unit})


@require_http_methods(["GET", "HEAD", "POST"])
def parcels(request: SignedInRequest, form: str) -> HttpResponse:
    """The filtered list in one format: the rows, unit and day of the page it was called from."""
    order = delivery.order_of(request)
    return delivery.serve(request, OF_PARCELS[form], order, back=reverse("parcel-list"))


@require_http_methods(["GET", "HEAD", "POST"])
def uploads(request: SignedInRequest) -> HttpResponse:
    """上传件 in scope as Excel."""
    order = delivery.order_of(request)
    return delivery.serve(request, OF_UPLOADS["list"], order, back=reverse("import-list"))


@require_http_methods(["GET", "HEAD", "POST"])
def upload_rows(request: SignedInRequest, pk: int) -> HttpResponse:
    """The rows of an upload, those of the tab in view, as Excel."""
    upload = access.get_upload(request.user, pk)
    order = delivery.order_of(request, upload=upload.pk)
    back = reverse("import-detail", args=[upload.pk])
    return delivery.serve(request, OF_UPLOADS["rows"], order, back=back)


@require_safe
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One file made in the background: how far it is, or the file to fetch."""
    export = access.get_export(request.user, pk)
    return render(request, "exports/detail.html", {"page": pages.export_page(export, clock.now())})


@require_safe
def progress(request: SignedInRequest, pk: int) -> HttpResponse:
    """The progress panel alone; asks the browser for the whole page when the work has ended."""
    export = access.get_export(request.user, pk)
    page = pages.export_page(export, clock.now())
    if not page.goes_on:
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Refresh": "true"})
    return render(request, "exports/_progress.html", {"page": page})


@require_safe
def file(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """The finished file, for the post that asked for it."""
    require(request.user, "export")
    export = access.get_export(request.user, pk)
    if export.state != ExportState.READY:
        raise NotFinished
    kept.note_fetched(export)
    return delivery.fetch(request.user, export)
