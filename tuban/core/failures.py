"""Pages for what went wrong: one template, always with the request number.

Each page says what happened, why, and what to do; the number finds the log lines of the request.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html

from tuban.core.errors import DomainError, Kind

_log = logging.getLogger("tuban.failures")

STATUS: dict[Kind, HTTPStatus] = {
    "invalid": HTTPStatus.BAD_REQUEST,
    "conflict": HTTPStatus.CONFLICT,
    "forbidden": HTTPStatus.FORBIDDEN,
    "absent": HTTPStatus.NOT_FOUND,
}
TITLES = {
    HTTPStatus.BAD_REQUEST: "请求有误",
    HTTPStatus.FORBIDDEN: "无权办理",
    HTTPStatus.NOT_FOUND: "没有找到",
    HTTPStatus.CONFLICT: "数据已有变动",
    HTTPStatus.TOO_MANY_REQUESTS: "登录已锁定",
    HTTPStatus.INTERNAL_SERVER_ERROR: "系统出错",
}


def number_of(request: HttpRequest) -> str:
    """The request's number; "-" when the request failed before it got one."""
    number: str = getattr(request, "number", "-")
    return number


def _page(
    request: HttpRequest,
    status: HTTPStatus,
    message: str,
    *,
    place: str | None = None,
    cause: str | None = None,
    remedy: str | None = None,
    article: str | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "status": int(status),
        "title": TITLES[status],
        "message": message,
        "place": place,
        "cause": cause,
        "remedy": remedy,
        "article": article,
        "request_no": number_of(request),
    }
    return render(request, "error.html", context, status=status)


def refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The page for a refusal of a domain action, with place, cause, remedy and article."""
    return _page(
        request,
        STATUS[error.kind],
        error.message,
        place=error.place,
        cause=error.cause,
        remedy=error.remedy,
        article=error.article,
    )


@login_not_required
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request cannot be understood."""
    return _page(
        request,
        HTTPStatus.BAD_REQUEST,
        "系统无法理解这次请求。",
        cause="地址或提交的内容不完整、格式不对或过大。",
        remedy="请返回上一页重新操作。",
    )


@login_not_required
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: known to the person, but not this person's act."""
    return _page(
        request,
        HTTPStatus.FORBIDDEN,
        "您的岗位不能办理此事项。",
        cause="该操作不在本岗位的职责范围内。",
        remedy="请由相应岗位办理，或联系系统管理员核对岗位设置。",
    )


@login_not_required
def absent(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: absent, or of another region; the page does not tell which."""
    return _page(
        request,
        HTTPStatus.NOT_FOUND,
        "没有找到您要的页面或记录。",
        cause="地址有误，记录不存在，或不在您的管辖范围内。",
        remedy="请从看板或列表重新进入。",
    )


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token does not fit: usually a page left open past the session."""
    return _page(
        request,
        HTTPStatus.FORBIDDEN,
        "页面已过期，提交未被接受，数据没有改动。",
        cause="登录已超时、在别处重新登录，或浏览器禁用了 Cookie。",
        remedy="请刷新页面后重新提交。",
    )


@login_not_required
def locked_out(
    request: HttpRequest,
    original_response: HttpResponse | None = None,
    credentials: dict[str, Any] | None = None,
) -> HttpResponse:
    """429 for a sign-in after too many wrong passwords (called by django-axes)."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return _page(
        request,
        HTTPStatus.TOO_MANY_REQUESTS,
        f"连续 {settings.AXES_FAILURE_LIMIT} 次登录失败，此账号在本机已被锁定。",
        cause="为防止猜测密码。",
        remedy=f"请 {minutes} 分钟后再试，或联系系统管理员。",
    )


# Written out here, not in a template: it must work when templates, static files or the database
# do not.
_LAST_RESORT = """<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><title>系统出错</title>
<h1>系统出错</h1>
<p>系统处理这次请求时出错，数据没有改动。请稍后重试；仍有问题时，请将编号告知系统管理员。</p>
<p>编号：{}</p></html>"""


@login_not_required
def broken(request: HttpRequest) -> HttpResponse:
    """500: our fault. Falls back to a bare page when even the error page fails."""
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    try:
        return _page(
            request,
            status,
            "系统处理这次请求时出错，数据没有改动。",
            remedy="请稍后重试；仍有问题时，请将下面的编号告知系统管理员。",
        )
    except Exception:
        _log.exception("error page failed")
        return HttpResponse(format_html(_LAST_RESORT, number_of(request)), status=status)
