"""Signing in, being locked out, signing out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.db.models import F
from django.test import Client
from django.urls import reverse

from tuban.accounts.models import Role, User
from tuban.parcels.tests.cast import make_user

LOGIN = "/accounts/login/"
PASSWORD = "cast-2024-pass"


@pytest.fixture
def clerk(db: None) -> User:
    return make_user(Role.BANNER_CLERK, name="clerk")


def attempt(client: Client, password: str, **more: str) -> object:
    return client.post(LOGIN, {"username": "clerk", "password": password, **more})


@pytest.mark.django_db
def test_the_front_door_ends_at_the_sign_in_page_with_200(client: Client) -> None:
    response = client.get("/", follow=True)

    assert response.status_code == 200
    assert response.redirect_chain[-1][0] == f"{LOGIN}?next=/board/"


def test_the_right_password_leads_where_one_wanted_to_go(client: Client, clerk: User) -> None:
    response = attempt(client, PASSWORD, next="/parcels/?q=1")

    assert response.status_code == 302  # type: ignore[attr-defined]
    assert response["Location"] == "/parcels/?q=1"  # type: ignore[index]


@pytest.mark.parametrize(
    "outside", ["https://example.com/", "//example.com", "javascript:alert(1)"]
)
def test_nobody_is_led_off_the_site(client: Client, clerk: User, outside: str) -> None:
    assert attempt(client, PASSWORD, next=outside)["Location"] == "/"  # type: ignore[index]


def test_a_wrong_password_says_how_many_tries_are_left(client: Client, clerk: User) -> None:
    attempt(client, "wrong")
    response = attempt(client, "wrong")

    page = response.content.decode()  # type: ignore[attr-defined]
    assert response.status_code == 422  # type: ignore[attr-defined]
    assert "账号或口令不对。还可再试 3 次，之后锁定 15 分钟。" in page
    assert 'value="clerk"' in page


def test_an_unknown_account_gets_the_same_answer(client: Client, clerk: User) -> None:
    known = attempt(client, "wrong").content.decode()  # type: ignore[attr-defined]
    unknown = client.post(LOGIN, {"username": "nobody", "password": "wrong"}).content.decode()

    sentence = "账号或口令不对。还可再试 4 次"
    assert sentence in known
    assert sentence in unknown


def test_a_deactivated_account_gets_the_same_answer(client: Client, clerk: User) -> None:
    User.objects.filter(pk=clerk.pk).update(is_active=False)

    response = attempt(client, PASSWORD)

    assert "账号或口令不对。" in response.content.decode()  # type: ignore[attr-defined]


def test_empty_fields_are_named_and_cost_no_try(client: Client, clerk: User) -> None:
    page = client.post(LOGIN, {"username": "", "password": ""}).content.decode()

    assert "请填写账号" in page
    assert "请填写口令" in page
    assert not AccessAttempt.objects.exists()


def test_the_fifth_wrong_password_locks_for_fifteen_minutes(client: Client, clerk: User) -> None:
    responses = [attempt(client, "wrong") for _ in range(5)]

    assert [r.status_code for r in responses] == [422] * 4 + [429]  # type: ignore[attr-defined]
    page = responses[-1].content.decode()  # type: ignore[attr-defined]
    assert "登录已锁定" in page
    assert ">15</b> 分钟" in page


def test_the_right_password_does_not_open_a_lock(client: Client, clerk: User) -> None:
    for _ in range(5):
        attempt(client, "wrong")

    assert attempt(client, PASSWORD).status_code == 429  # type: ignore[attr-defined]


def test_the_time_left_counts_down_and_trying_does_not_prolong_it(
    client: Client, clerk: User
) -> None:
    for _ in range(5):
        attempt(client, "wrong")
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=9, seconds=30))

    first = attempt(client, "wrong").content.decode()  # type: ignore[attr-defined]
    again = attempt(client, "wrong").content.decode()  # type: ignore[attr-defined]

    assert ">6</b> 分钟" in first
    assert ">6</b> 分钟" in again


def test_after_fifteen_minutes_the_lock_is_open(client: Client, clerk: User) -> None:
    for _ in range(5):
        attempt(client, "wrong")
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=15, seconds=1))

    assert attempt(client, PASSWORD).status_code == 302  # type: ignore[attr-defined]


def test_a_lock_does_not_shut_out_a_colleague(client: Client, clerk: User) -> None:
    make_user(Role.AUDITOR, name="auditor")
    for _ in range(5):
        attempt(client, "wrong")

    other = client.post(LOGIN, {"username": "auditor", "password": PASSWORD})

    assert other.status_code == 302


def test_a_lock_at_one_desk_does_not_hold_at_another(client: Client, clerk: User) -> None:
    for _ in range(5):
        attempt(client, "wrong")

    elsewhere = Client(REMOTE_ADDR="10.0.0.9")

    assert attempt(elsewhere, PASSWORD).status_code == 302  # type: ignore[attr-defined]


def test_signing_out_takes_a_deliberate_press(client: Client, clerk: User) -> None:
    client.force_login(clerk)

    assert client.get(reverse("logout")).status_code == 405
    assert client.get("/board/").status_code == 200
    assert client.post(reverse("logout"))["Location"] == LOGIN
    assert client.get("/board/")["Location"] == f"{LOGIN}?next=/board/"


def test_whoever_is_signed_in_needs_no_sign_in_page(client: Client, clerk: User) -> None:
    client.force_login(clerk)

    assert client.get(f"{LOGIN}?next=/parcels/")["Location"] == "/parcels/"


def test_the_session_is_new_after_signing_in(client: Client, clerk: User) -> None:
    client.get(f"{LOGIN}?unit=mu")
    before = client.cookies["sessionid"].value if "sessionid" in client.cookies else None

    attempt(client, PASSWORD)

    assert client.cookies["sessionid"].value != before


def test_no_password_is_kept_with_a_failed_try(client: Client, clerk: User) -> None:
    attempt(client, "my-secret-word")

    assert "my-secret-word" not in AccessAttempt.objects.get().post_data
