"""动态口令: setting it up, signing in with it, losing it; and what a thief of the password meets."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axes.models import AccessAttempt
from django.db.models import F
from django.test import Client
from pytest_django import Settings

from tuban.accounts import secondfactor
from tuban.accounts.models import ChangeRecord, Role, User
from tuban.accounts.secondfactor import WrongCode
from tuban.parcels.tests.cast import make_user

pytestmark = pytest.mark.django_db
PASSWORD = "cast-2024-pass"
LOGIN, STEP = "/accounts/login/", "/accounts/login/code/"


def code_of(secret: str, steps: int = 0) -> str:
    """What the device shows now, or so many half minutes from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


@pytest.fixture
def clerk() -> User:
    return make_user(Role.BANNER_CLERK, name="clerk")


@pytest.fixture
def secret(clerk: User) -> str:
    made = secondfactor.new_secret()
    secondfactor.switch_on(clerk, made, code_of(made, -1))
    return made


def first_step(client: Client, **more: str) -> Any:
    return client.post(LOGIN, {"username": "clerk", "password": PASSWORD, **more})


def test_the_password_alone_opens_nothing(client: Client, secret: str) -> None:
    assert first_step(client)["Location"] == STEP
    assert client.get(STEP).status_code == 200
    assert client.get("/board/")["Location"].startswith(LOGIN)
    assert not ChangeRecord.objects.filter(deed="account.signed_in").exists()


def test_password_and_code_lead_where_one_wanted_to_go(client: Client, secret: str) -> None:
    first_step(client, next="/parcels/?q=1")
    before = client.cookies["sessionid"].value
    done = client.post(STEP, {"code": code_of(secret)})
    assert done["Location"] == "/parcels/?q=1"
    assert client.cookies["sessionid"].value != before
    assert client.get("/board/").status_code == 200


def test_a_code_lets_in_once(client: Client, secret: str) -> None:
    code = code_of(secret)
    first_step(client)
    assert client.post(STEP, {"code": code}).status_code == 302
    other = Client()
    first_step(other)
    assert other.post(STEP, {"code": code}).status_code == 422


@pytest.mark.parametrize("steps", [-3, 3])
def test_a_code_of_another_minute_does_not_fit(client: Client, secret: str, steps: int) -> None:
    first_step(client)
    answer = client.post(STEP, {"code": code_of(secret, steps)})
    assert answer.status_code == 422
    assert "动态口令不对。还可再试 4 次，之后锁定 15 分钟。" in answer.content.decode()


def test_wrong_codes_lock_like_wrong_passwords(client: Client, secret: str) -> None:
    first_step(client)
    answers = [client.post(STEP, {"code": "000000"}) for _ in range(5)]
    assert [a.status_code for a in answers] == [422] * 4 + [429]
    assert ">15</b> 分钟" in answers[-1].content.decode()
    # neither the right code nor the right password opens the lock
    assert client.post(STEP, {"code": code_of(secret)}).status_code == 429
    assert first_step(Client()).status_code == 429
    assert ChangeRecord.objects.filter(deed="account.locked").count() == 1


def test_a_right_password_does_not_wipe_out_wrong_codes(client: Client, secret: str) -> None:
    for _ in range(4):
        first_step(client)
        client.post(STEP, {"code": "000000"})
    first_step(client)
    assert client.post(STEP, {"code": "000000"}).status_code == 429


def test_after_the_lock_the_code_opens_again(client: Client, secret: str) -> None:
    first_step(client)
    for _ in range(5):
        client.post(STEP, {"code": "000000"})
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=16))
    assert client.post(STEP, {"code": code_of(secret)}).status_code == 302


def test_no_code_is_kept_with_a_failed_try(client: Client, secret: str) -> None:
    first_step(client)
    client.post(STEP, {"code": "135790"})
    assert "135790" not in str(AccessAttempt.objects.values())


def test_the_second_step_needs_the_first(client: Client, secret: str) -> None:
    assert client.get(STEP)["Location"] == LOGIN
    assert client.post(STEP, {"code": code_of(secret)})["Location"] == LOGIN


def test_the_second_step_waits_five_minutes(
    client: Client, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_step(client)
    later = time.time() + 301
    monkeypatch.setattr("tuban.accounts.secondstep.time.time", lambda: later)
    assert client.post(STEP, {"code": code_of(secret)})["Location"] == LOGIN


@pytest.mark.parametrize("meanwhile", ["stopped", "password"])
def test_an_account_changed_between_the_steps_begins_again(
    client: Client, clerk: User, secret: str, meanwhile: str
) -> None:
    first_step(client)
    if meanwhile == "stopped":
        User.objects.filter(pk=clerk.pk).update(is_active=False)
    else:
        clerk.set_password("another-2024-pass")
        clerk.save()
    assert client.post(STEP, {"code": code_of(secret)})["Location"] == LOGIN


def test_a_recovery_code_lets_in_once_and_goes_on_record(
    client: Client, clerk: User, secret: str
) -> None:
    codes = secondfactor.renew_codes(clerk)
    assert len(codes) == 10
    for expected in (302, 422):
        browser = Client()
        first_step(browser)
        assert browser.post(STEP, {"code": codes[0]}).status_code == expected
    assert secondfactor.codes_left(clerk) == 9
    assert ChangeRecord.objects.filter(deed="account.code_used").count() == 1


def test_setting_it_up_takes_the_devices_code_and_the_password(client: Client, clerk: User) -> None:
    client.force_login(clerk)
    page = client.get("/accounts/second-factor/")
    secret = page.context["secret"].replace(" ", "")
    assert "data:image/svg+xml;base64," in page.content.decode()
    for wrong in (
        {"code": "000000", "password": PASSWORD},
        {"code": code_of(secret), "password": "wrong"},
        {"code": "", "password": PASSWORD},
    ):
        assert client.post("/accounts/second-factor/", wrong).status_code == 422
    assert not secondfactor.is_on(clerk)

    done = client.post("/accounts/second-factor/", {"code": code_of(secret), "password": PASSWORD})
    codes = re.findall(r"<li><code>(\d{8})</code>", done.content.decode())
    assert len(codes) == 10
    assert done["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    again = client.get("/accounts/").content.decode()
    assert not any(code in again for code in codes)
    assert "还剩 10 个" in again
    assert client.get("/accounts/second-factor/")["Location"] == "/accounts/"


def test_secrets_do_not_lie_in_the_database_in_the_clear(clerk: User, secret: str) -> None:
    stored = str(list(Authenticator.objects.values()))
    assert secret not in stored
    assert Authenticator.objects.count() == 2


def test_switching_off_takes_the_password(client: Client, clerk: User, secret: str) -> None:
    client.force_login(clerk)
    assert client.post("/accounts/second-factor/off/", {"password": "x"}).status_code == 422
    assert secondfactor.is_on(clerk)
    assert client.post("/accounts/second-factor/off/", {"password": PASSWORD}).status_code == 302
    assert not secondfactor.is_on(clerk)
    assert not Authenticator.objects.exists()


def test_new_recovery_codes_take_the_place_of_the_old(
    client: Client, clerk: User, secret: str
) -> None:
    old = secondfactor.renew_codes(clerk)
    client.force_login(clerk)
    page = client.post("/accounts/second-factor/codes/", {"password": PASSWORD}).content.decode()
    assert not any(code in page for code in old)
    assert not secondfactor.accepts(clerk, old[0])


def test_a_role_that_must_use_it_gets_no_further_without(
    client: Client, settings: Settings
) -> None:
    settings.SECOND_FACTOR_ROLES = ["system_admin"]
    admin = make_user(Role.SYSTEM_ADMIN, name="admin")
    client.force_login(admin)
    for place in ("/board/", "/accounts/manage/", "/parcels/"):
        assert client.get(place)["Location"] == "/accounts/second-factor/"
    secret = client.get("/accounts/second-factor/").context["secret"].replace(" ", "")
    given = {"code": code_of(secret), "password": PASSWORD}
    assert client.post("/accounts/second-factor/", given).status_code == 200
    assert client.get("/accounts/manage/").status_code == 200
    refused = client.post("/accounts/second-factor/off/", {"password": PASSWORD})
    assert refused.status_code == 422
    assert "必须使用动态口令" in refused.content.decode()
    client.force_login(make_user(Role.BANNER_CLERK, name="other"))
    assert client.get("/board/").status_code == 200


def test_without_a_second_factor_there_are_no_codes(clerk: User) -> None:
    with pytest.raises(WrongCode):
        secondfactor.renew_codes(clerk)
    assert not secondfactor.accepts(clerk, "12345678")
