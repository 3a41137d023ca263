"""节假日安排: the covered years, one year as a calendar, the import with its preview."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuban.accounts.access import require
from tuban.accounts.requests import SignedInRequest
from tuban.core.errors import DomainError
from tuban.values.workdays import MissingYear
from tuban.workdays import pages
from tuban.workdays.actions import import_notice
from tuban.workdays.calendar import work_calendar
from tuban.workdays.checks import check
from tuban.workdays.forms import NoticeForm
from tuban.workdays.problems import BadYear
from tuban.workdays.rows import as_text, rows_of_text

REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY


class YearMissing(DomainError):
    """缺少节假日安排 of a year somebody asked for."""

    def __init__(self, year: int) -> None:
        super().__init__(
            f"缺少 {year} 年节假日安排。",
            code="workdays.missing",
            kind="absent",
            cause="当年的放假通知还没有导入。",
            remedy="请系统管理员在“节假日安排”页导入。",
        )


@require_safe
def years(request: SignedInRequest) -> HttpResponse:
    """The covered years and every import."""
    require(request.user, "read")
    return render(request, "workdays/list.html", {"page": pages.list_page()})


@require_safe
def year(request: SignedInRequest, year: int) -> HttpResponse:
    """One year as a calendar."""
    require(request.user, "read")
    try:
        page = pages.year_page(work_calendar(), year)
    except MissingYear as error:
        raise YearMissing(year) from error
    return render(request, "workdays/year.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: SignedInRequest) -> HttpResponse:
    """导入: the form; POST answers with the preview, or with what is wrong."""
    require(request.user, "import_workdays")
    if request.method != "POST":
        coming = pages.list_page().missing
        form = NoticeForm(initial={"year": coming})
        return render(request, "workdays/import.html", {"form": form})
    form = NoticeForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "workdays/import.html", {"form": form}, status=REFUSED)
    given = form.cleaned_data
    checked = check(form.rows, given["year"], given["doc_no"])
    if checked.problems:
        context = {"form": form, "problems": checked.problems, "read": as_text(form.rows)}
        return render(request, "workdays/import.html", context, status=REFUSED)
    context = {"page": pages.preview(checked, form.rows), "read": as_text(form.rows)}
    return render(request, "workdays/preview.html", context)


@require_POST
def confirm(request: SignedInRequest) -> HttpResponse:
    """Takes what the preview showed into the calendar."""
    require(request.user, "import_workdays")
    given = request.POST
    written = given.get("year", "")
    if not (written.isascii() and written.isdigit() and len(written) == 4):
        raise BadYear(written)
    standing = given.get("supersedes", "")
    notice = import_notice(
        actor=request.user,
        year=int(written),
        doc_no=given.get("doc_no", ""),
        rows=rows_of_text(given.get("days", "")),
        reason=given.get("reason", ""),
        supersedes=int(standing) if standing.isascii() and standing.isdigit() else None,
    )
    messages.success(request, f"已导入 {notice.year} 年节假日安排（{notice.doc_no}），即时生效。")
    return redirect("workdays-year", notice.year)
