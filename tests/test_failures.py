"""What people see when something goes wrong: Chinese, with cause, remedy and a number."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import ClassVar

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
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
