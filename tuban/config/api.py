"""The API's root: `/api/v1/…`, a token for every call, problems in Chinese (RFC 9457).

The description of it is frozen in docs/reference/openapi.json; `python -m dev.openapi` writes it
anew, and a test tells when the two differ.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from tuban.accounts.access import Forbidden
from tuban.accounts.middleware import record_refusal
from tuban.accounts.models import User
from tuban.accounts.tokens import holder
from tuban.bulletins.api import router as bulletins
from tuban.config.problems import DescribedApi, misfit
from tuban.core.errors import DomainError
from tuban.core.problems import problem, refusal
from tuban.instruments.api import router as instruments
from tuban.measures.api import router as measures
from tuban.parcels.api import router as parcels
from tuban.supervision.api import router as supervision

_log = logging.getLogger("tuban.api")


class Token(HttpBearer):
    """访问令牌 in the header Authorization; a browser's session is not looked at."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """The account whose token it is; it becomes the request's."""
        user = holder(token)
        if user is not None:
            request.user = user
        return user


api = DescribedApi(
    title="图斑",
    version="1",
    description=(
        "地块、事实、指标及其构成、目标、任务、通报。每次调用须带访问令牌；"
        "面积为平方米的十进制文本；时刻为 UTC，日期为北京时间的法定日期；"
        "翻页把答复中的 next 原样放入 after；写入须带 Idempotency-Key；"
        "出错时答复 application/problem+json（RFC 9457）。"
    ),
    docs_url=None,
    openapi_url="/openapi.json",
    auth=Token(),
    urls_namespace="api",
)
for router in (parcels, measures, instruments, supervision, bulletins):
    api.add_router("", router)


@api.exception_handler(DomainError)
def _refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    if isinstance(error, Forbidden):
        record_refusal(request, error)
    return refusal(request, error)


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem(
        request,
        HTTPStatus.UNAUTHORIZED,
        "unauthenticated",
        "没有有效的访问令牌。",
        title="未通过身份验证",
        more={"remedy": "请在请求头 Authorization 写 Bearer 加访问令牌；令牌在“访问令牌”页生成。"},
    )


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [misfit(item) for item in error.errors]
    return problem(
        request,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "validation",
        "；".join(f"{item['place']} {item['message']}" for item in errors[:10]) + "。",
        title="参数有误",
        more={"errors": errors, "remedy": "请对照接口说明核对这些位置的类型和范围。"},
    )


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    status = HTTPStatus(error.status_code)
    return problem(request, status, "http", "请求无法理解，没有改动任何数据。")


@api.exception_handler(Http404)
def _absent(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(request, HTTPStatus.NOT_FOUND, "absent", "没有找到您要的记录。")


@api.exception_handler(Exception)
def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    _log.exception("API call failed")
    return problem(
        request,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "broken",
        "系统处理这次请求时出错，数据没有改动。",
        more={"remedy": "请稍后重试；仍有问题时，请将 instance 中的编号告知系统管理员。"},
    )


@csrf_exempt
def _nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    """An address the API does not have."""
    return problem(
        request,
        HTTPStatus.NOT_FOUND,
        "absent",
        "接口没有这个地址。",
        more={"remedy": "请对照接口说明核对地址。"},
    )


def urls() -> Any:
    """The API's addresses; it asks for a token itself, so the sign-in page is not put before it."""
    patterns, app, namespace = api.urls
    patterns = [*patterns, path("<path:rest>", _nowhere, name="nowhere")]
    for pattern in patterns:
        pattern.callback.__dict__["login_required"] = False  # as login_not_required does
    return patterns, app, namespace
