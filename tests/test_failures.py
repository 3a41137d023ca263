"""What people see when something goes wrong: Chinese, with cause, remedy and a number."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus
from io import StringIO
from typing import ClassVar

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
)
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from django.views.decorators.http import require_POST
from pytest_django import Settings

from tuban.config import urls as site_urls
from tuban.core.errors import DomainError, Kind


def _raises(error: Exception) -> Callable[[HttpRequest], HttpResponse]:
    @login_not_required
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    return view


def _refusal(kind: Kind) -> DomainError:
    return DomainError(
        "不能录入该事实。",
        code="fact.in_future",
        kind=kind,
        place="“动工日期”",
        cause="日期 2030-01-01 晚于今天。",
        remedy="请核对日期后重新提交。",
        article="《闲置土地处置办法》第二条",
    )


class Urls:
    """The site's addresses and one for each way of failing."""

    handler400 = site_urls.handler400
    handler403 = site_urls.handler403
    handler404 = site_urls.handler404
    handler500 = site_urls.handler500
    urlpatterns: ClassVar = [
        path("invalid", _raises(_refusal("invalid"))),
        path("conflict", _raises(_refusal("conflict"))),
        path("forbidden", _raises(_refusal("forbidden"))),
        path("absent", _raises(_refusal("absent"))),
        path("broken", _raises(ZeroDivisionError("secret detail"))),
        path("denied", _raises(PermissionDenied())),
        path("suspicious", _raises(SuspiciousOperation())),
        path("only-post", login_not_required(require_POST(_raises(Exception())))),
        path("away", _raises(OperationalError("server closed the connection"))),
        path("too-big", _raises(RequestDataTooBig())),
        path("too-many", _raises(TooManyFieldsSent())),
        path("", include(site_urls)),
    ]


@pytest.fixture
def visitor(settings: Settings) -> Client:
    settings.ROOT_URLCONF = Urls
    return Client(raise_request_exception=False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("where", "status"),
    [
        ("/invalid", HTTPStatus.BAD_REQUEST),
        ("/conflict", HTTPStatus.CONFLICT),
        ("/forbidden", HTTPStatus.FORBIDDEN),
        ("/absent", HTTPStatus.NOT_FOUND),
    ],
)
def test_a_refusal_says_what_where_why_and_what_to_do(
    visitor: Client, where: str, status: HTTPStatus
) -> None:
    answer = visitor.get(where)
    page = answer.content.decode()
    assert answer.status_code == status
    for words in ("不能录入该事实", "动工日期", "晚于今天", "请核对日期", "闲置土地处置办法"):
        assert words in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("where", "status", "words"),
    [
        ("/nowhere", HTTPStatus.NOT_FOUND, "没有找到"),
        ("/denied", HTTPStatus.FORBIDDEN, "您的岗位不能办理"),
        ("/suspicious", HTTPStatus.BAD_REQUEST, "无法理解"),
        ("/broken", HTTPStatus.INTERNAL_SERVER_ERROR, "系统处理这次请求时出错"),
        ("/away", HTTPStatus.SERVICE_UNAVAILABLE, "数据库没有应答"),
        ("/too-big", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "提交的内容过大"),
        ("/too-many", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "提交的内容过大"),
        ("/only-post", HTTPStatus.METHOD_NOT_ALLOWED, "这个地址不能这样打开"),
    ],
)
def test_every_failure_is_a_chinese_page_with_its_number(
    visitor: Client, where: str, status: HTTPStatus, words: str
) -> None:
    answer = visitor.get(where)
    page = answer.content.decode()
    assert answer.status_code == status
    assert words in page
    assert answer["X-Request-Id"] in page
    assert "secret detail" not in page
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
@pytest.mark.parametrize("where", ["/nowhere", "/denied", "/broken", "/away", "/forbidden"])
def test_the_number_on_the_page_finds_the_line_in_the_log(
    visitor: Client, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = StringIO()
    (console,) = (handler for handler in logging.getLogger("django").handlers if handler.filters)
    monkeypatch.setattr(console, "stream", written)
    answer = visitor.get(where)
    lines = [line for line in written.getvalue().splitlines() if where in line]
    assert lines
    assert all(f"[{answer['X-Request-Id']}]" in line for line in lines)


def test_without_a_database_the_page_still_comes(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", gone)
    client.raise_request_exception = False
    client.cookies["sessionid"] = "x" * 32
    answer = client.get("/board/")
    page = answer.content.decode()
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert answer["Retry-After"] == "30"
    assert "数据库没有应答" in page
    assert answer["X-Request-Id"] in page
    assert "unsafe" not in answer["Content-Security-Policy"]


@pytest.mark.django_db
def test_the_last_resort_needs_no_template(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_template(*_: object, **__: object) -> HttpResponse:
        raise RuntimeError("templates are broken too")

    monkeypatch.setattr("tuban.core.failures.render", no_template)
    answer = visitor.get("/broken")
    assert answer.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert answer["X-Request-Id"] in answer.content.decode()
    assert "系统出错" in answer.content.decode()


@pytest.mark.django_db
def test_a_form_from_an_outdated_page_is_refused_in_words(settings: Settings) -> None:
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"username": "someone"})
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "页面已过期" in answer.content.decode()


def test_a_refusal_reads_as_one_line_in_a_log() -> None:
    assert str(_refusal("invalid")) == (
        "“动工日期”：不能录入该事实。 原因：日期 2030-01-01 晚于今天。"
        " 依据：《闲置土地处置办法》第二条 处理：请核对日期后重新提交。"
    )
