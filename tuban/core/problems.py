"""RFC 9457: refusals as `application/problem+json`, in Chinese, for programs that ask the API."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, JsonResponse

from tuban.core.errors import DomainError
from tuban.core.failures import STATUS, TITLES, number_of

CONTENT_TYPE = "application/problem+json"
TYPE = "urn:tuban:problem:"


def problem(
    request: HttpRequest,
    status: HTTPStatus,
    code: str,
    detail: str,
    *,
    title: str = "",
    more: Mapping[str, Any] | None = None,
) -> JsonResponse:
    """One problem: `type` names the kind, `instance` the request whose number the log holds.

    Args:
        more: Further members (place, cause, remedy, article, errors); empty ones are left out.
    """
    body = {
        "type": f"{TYPE}{code}",
        "title": title or TITLES.get(status, "请求有误"),
        "status": int(status),
        "detail": detail,
        "instance": f"urn:tuban:request:{number_of(request)}",
        **{name: value for name, value in (more or {}).items() if value},
    }
    response = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    response["Content-Type"] = CONTENT_TYPE
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    return response


def refusal(request: HttpRequest, error: DomainError) -> JsonResponse:
    """A refusal of a domain action."""
    return problem(
        request,
        STATUS[error.kind],
        error.code,
        error.message,
        more={
            "place": error.place,
            "cause": error.cause,
            "remedy": error.remedy,
            "article": error.article,
        },
    )


def not_allowed(request: HttpRequest) -> JsonResponse:
    """405: an address asked with a method it does not have."""
    return problem(
        request,
        HTTPStatus.METHOD_NOT_ALLOWED,
        "method",
        f"这个地址不接受 {request.method} 请求。",
        more={"remedy": "请改用答复头 Allow 列出的方法。"},
    )
