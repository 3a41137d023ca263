"""What every answer carries, whoever asks."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tuban.core.middleware import RequestNumberFilter
from tuban.core.whence import client_ip, forget_forged


@pytest.mark.django_db
def test_nothing_inline_and_nobody_else_is_allowed_by_the_policy(client: Client) -> None:
    policy = client.get(reverse("login"))["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    ],
)
def test_the_other_security_headers_are_sent(client: Client, header: str, value: str) -> None:
    assert client.get(reverse("login"))[header] == value


@pytest.mark.django_db
def test_each_request_has_its_own_number_and_does_not_believe_the_clients(client: Client) -> None:
    numbers = {
        client.get(reverse("login"), headers={"X-Request-Id": "MINE"})["X-Request-Id"]
        for _ in range(5)
    }
    assert len(numbers) == 5
    assert "MINE" not in numbers


def test_a_line_logged_outside_a_request_has_a_dash_for_its_number() -> None:
    record = logging.LogRecord("tuban", logging.INFO, __file__, 1, "word", None, None)
    assert RequestNumberFilter().filter(record)
    assert record.__dict__["request_no"] == "-"


@pytest.fixture
def somebody(django_user_model: Any) -> Any:
    return django_user_model.objects.create(username="somebody")


@pytest.mark.django_db
def test_a_session_lives_on_while_somebody_works(client: Client, somebody: Any) -> None:
    client.force_login(somebody)
    session = Session.objects.get()
    data = session.get_decoded() | {"touched_at": 0}
    session.session_data = Session.objects.encode(data)
    session.expire_date = timezone.now() + timedelta(minutes=1)
    session.save()

    client.get("/nowhere")

    left = Session.objects.get().expire_date - timezone.now()
    assert timedelta(minutes=29) < left <= timedelta(minutes=30)


@pytest.mark.django_db
def test_a_session_is_not_written_again_within_a_minute(client: Client, somebody: Any) -> None:
    client.force_login(somebody)
    client.get("/nowhere")
    with CaptureQueriesContext(connection) as queries:
        client.get("/nowhere")
    assert queries.captured_queries
    assert not [q for q in queries.captured_queries if q["sql"].startswith("UPDATE")]


@pytest.mark.django_db
def test_a_session_ends_thirty_minutes_after_the_last_request(
    client: Client, somebody: Any
) -> None:
    client.force_login(somebody)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/").status_code == 302
    assert not Session.objects.filter(expire_date__gt=timezone.now()).exists()


@pytest.mark.django_db
def test_a_session_ends_twelve_hours_after_signing_in_however_busy(
    client: Client, somebody: Any
) -> None:
    client.force_login(somebody)
    client.get("/nowhere")
    session = client.session
    session["began_at"] -= 12 * 3600 - 60
    session.save()
    assert "/accounts/login/" not in client.get("/accounts/").headers.get("Location", "")
    session["began_at"] -= 61
    session.save()
    assert client.get("/accounts/")["Location"].startswith("/accounts/login/")
    assert not Session.objects.exists()


@pytest.mark.django_db
def test_pages_of_people_are_kept_in_no_cache(client: Client, somebody: Any) -> None:
    client.force_login(somebody)
    for place in ("/parcels/", "/history/", "/nowhere"):
        assert {"private", "no-store"} <= set(client.get(place)["Cache-Control"].split(", "))


@pytest.mark.parametrize(
    ("remote", "forwarded", "trusted", "expected"),
    [
        ("10.0.0.5", "1.2.3.4", [], "10.0.0.5"),
        ("10.0.0.5", "1.2.3.4", ["10.0.0.5"], "1.2.3.4"),
        ("10.0.0.5", "9.9.9.9, 1.2.3.4", ["10.0.0.5"], "1.2.3.4"),
        ("10.0.0.5", "9.9.9.9, 1.2.3.4, 10.0.0.7", ["10.0.0.0/24"], "1.2.3.4"),
        ("10.0.0.5", "forged, 10.0.0.7", ["10.0.0.0/24"], "10.0.0.7"),
        ("10.0.0.5", "", ["10.0.0.5"], "10.0.0.5"),
        ("", "1.2.3.4", ["10.0.0.5"], None),
        ("::1", "2001:DB8::1", ["::1"], "2001:db8::1"),
    ],
)
def test_only_a_trusted_proxy_says_where_a_request_comes_from(
    settings: Any, remote: str, forwarded: str, trusted: list[str], expected: str | None
) -> None:
    settings.TRUSTED_PROXIES = trusted
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    assert client_ip(request) == expected


def test_a_forged_https_is_not_believed(settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    for trusted, expected in (([], False), (["127.0.0.1"], True)):
        settings.TRUSTED_PROXIES = trusted
        request = RequestFactory().get("/", HTTP_X_FORWARDED_PROTO="https")
        forget_forged(request)
        assert request.is_secure() is expected
