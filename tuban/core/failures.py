"""Pages for what went wrong: one template, always with the request number.

Each page says what happened, why, and what to do; the number finds the log lines of the request.
"""

from __future__ import annotations

import logging
import sys
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html

from tuban.core.errors import DomainError, Kind

_log = logging.getLogger("tuban.failures")

_TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
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
    HTTPStatus.METHOD_NOT_ALLOWED: "不能这样访问",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "提交的内容过大",
    HTTPStatus.SERVICE_UNAVAILABLE: "系统暂时不可用",
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


def not_allowed(request: HttpRequest) -> HttpResponse:
    """405: an address that takes only a form, opened as a page, or the other way about."""
    return _page(
        request,
        HTTPStatus.METHOD_NOT_ALLOWED,
        "这个地址不能这样打开。",
        cause="它只接受页面上的按钮提交；可能是从收藏夹或浏览器历史中直接打开的。",
        remedy="请从看板或列表重新进入，在页面上办理。",
    )


def too_large(request: HttpRequest) -> HttpResponse:
    """413: more than a form or a file may hold."""
    return _page(
        request,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "提交的内容过大，没有接收。",
        cause="一次提交的文字或字段超过了系统的上限。",
        remedy="请分几次提交；文件请分开上传。",
    )


@login_not_required
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request cannot be understood; 413 when there was too much of it."""
    if isinstance(exception, _TOO_MUCH):
        return too_large(request)
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


# Written out here, not in a template: it must work when templates, static files or the database
# do not.
_LAST_RESORT = """<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><title>{}</title>
<h1>{}</h1>
<p>{}请稍后重试；仍有问题时，请将编号告知系统管理员。</p>
<p>编号：{}</p></html>"""


@login_not_required
def broken(request: HttpRequest) -> HttpResponse:
    """500: our fault. Falls back to a bare page when even the error page fails."""
    if isinstance(sys.exc_info()[1], OperationalError):
        return _away(request)
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
        return _bare(request, status, "系统处理这次请求时出错，数据没有改动。")


def _away(request: HttpRequest) -> HttpResponse:
    """503: the database does not answer. Every page of the house asks it something: a bare one."""
    response = _bare(
        request, HTTPStatus.SERVICE_UNAVAILABLE, "数据库没有应答，这次请求没有办理，数据没有改动。"
    )
    response["Retry-After"] = "30"
    return response


def _bare(request: HttpRequest, status: HTTPStatus, words: str) -> HttpResponse:
    page = format_html(_LAST_RESORT, TITLES[status], TITLES[status], words, number_of(request))
    return HttpResponse(page, status=status)
