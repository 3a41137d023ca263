"""账号管理: what a system administrator does, to whom, and what stays on record."""

from __future__ import annotations

import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from tuban.accounts import secondfactor
from tuban.accounts.administration import actions
from tuban.accounts.administration.actions import AccountRefused, NoSuchAccount
from tuban.accounts.models import ChangeRecord, Organisation, Role, User
from tuban.accounts.secondfactor import Authenticator
from tuban.accounts.tokens import holder, make_token
from tuban.parcels.tests.cast import CITY, DONGSHENG, EJIN_HORO, make_user

pytestmark = pytest.mark.django_db
PASSWORD = "cast-2024-pass"


@pytest.fixture
def admin() -> User:
    return make_user(Role.SYSTEM_ADMIN, name="admin")


@pytest.fixture
def clerk(admin: User) -> User:
    return make_user(Role.BANNER_CLERK, name="clerk")


@pytest.fixture
def signed_in(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def asked(**changes: Any) -> dict[str, Any]:
    organisation = Organisation.objects.get(region=DONGSHENG)
    return {
        "username": "new-clerk",
        "organisation": organisation.pk,
        "title": "利用股二岗",
        "role": "banner_clerk",
        **changes,
    }


def test_nobody_gets_an_office_or_a_role_by_leaving_the_choice_alone(signed_in: Client) -> None:
    page = signed_in.get("/accounts/manage/add/").content.decode()
    assert page.count('<option value="">请选择</option>') == 2

    response = signed_in.post("/accounts/manage/add/", asked(organisation="", role=""))

    assert response.status_code == 422
    assert {"请填写单位", "请填写角色"} <= set(re.findall(r"请填写..", response.content.decode()))
    assert not User.objects.filter(username="new-clerk").exists()


def test_a_new_account_signs_in_once_with_its_password_and_changes_it(signed_in: Client) -> None:
    page = signed_in.post("/accounts/manage/add/", asked()).content.decode()
    password = re.search(r'class="p-key">([^<]+)<', page)[1]  # type: ignore[index]
    browser = Client()
    browser.post("/accounts/login/", {"username": "new-clerk", "password": password})
    assert browser.get("/board/")["Location"] == "/accounts/password/"
    user = User.objects.get(username="new-clerk")
    assert (user.role, user.post_title, user.region_code) == (
        Role.BANNER_CLERK, "利用股二岗", DONGSHENG,
    )  # fmt: skip
    entry = ChangeRecord.objects.get(deed="account.made")
    assert entry.detail["岗位"] == "利用股二岗"
    assert password not in str(list(ChangeRecord.objects.values()))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"username": "clerk"}, "已有人使用"),
        ({"username": "张三"}, "小写字母开头"),
        ({"username": ""}, "请填写账号"),
        ({"title": ""}, "请填写岗位名称"),
        ({"organisation": 999999}, "请选择单位"),
        ({"role": "emperor"}, "请选择角色"),
        ({"title": "clerk", "role": "auditor"}, "还有其他账号在用"),
    ],
)
def test_an_account_that_cannot_be_made_says_why(
    signed_in: Client, clerk: User, changes: dict[str, Any], words: str
) -> None:
    response = signed_in.post("/accounts/manage/add/", asked(**changes))
    assert response.status_code == 422
    assert words in response.content.decode()
    assert User.objects.count() == 2


def test_a_reset_ends_sessions_tokens_and_the_lock(signed_in: Client, clerk: User) -> None:
    browser = Client()
    browser.force_login(clerk)
    _, secret = make_token(actor=clerk, name="程序", days=9)
    for _ in range(5):
        Client().post("/accounts/login/", {"username": "clerk", "password": "wrong"})
    page = signed_in.post(f"/accounts/manage/{clerk.pk}/reset/").content.decode()
    password = re.search(r'class="p-key">([^<]+)<', page)[1]  # type: ignore[index]
    assert browser.get("/board/").status_code == 302
    assert holder(secret) is None
    again = Client()
    again.post("/accounts/login/", {"username": "clerk", "password": password})
    assert again.get("/board/")["Location"] == "/accounts/password/"


def test_a_lock_is_seen_and_opened(signed_in: Client, clerk: User) -> None:
    for _ in range(5):
        Client().post("/accounts/login/", {"username": "clerk", "password": "wrong"})
    assert "已锁定" in signed_in.get(f"/accounts/manage/{clerk.pk}/").content.decode()
    signed_in.post(f"/accounts/manage/{clerk.pk}/unlock/")
    assert "未锁定" in signed_in.get(f"/accounts/manage/{clerk.pk}/").content.decode()
    done = Client().post("/accounts/login/", {"username": "clerk", "password": PASSWORD})
    assert done.status_code == 302
    assert ChangeRecord.objects.filter(deed="account.unlocked").count() == 1


def test_a_lost_device_is_switched_off(signed_in: Client, clerk: User) -> None:
    Authenticator.objects.create(user=clerk, type="totp", data={"secret": "x"})
    assert "停用动态口令" in signed_in.get(f"/accounts/manage/{clerk.pk}/").content.decode()
    signed_in.post(f"/accounts/manage/{clerk.pk}/factor-off/")
    assert not secondfactor.is_on(clerk)


def test_a_stopped_account_is_out_at_once_and_comes_back(signed_in: Client, clerk: User) -> None:
    browser = Client()
    browser.force_login(clerk)
    _, secret = make_token(actor=clerk, name="程序", days=9)
    signed_in.post(f"/accounts/manage/{clerk.pk}/stop/")
    assert browser.get("/board/").status_code == 302
    assert holder(secret) is None
    signed_in.post(f"/accounts/manage/{clerk.pk}/resume/")
    assert holder(secret) == clerk


def test_moving_to_another_post_tells_old_and_new(signed_in: Client, clerk: User) -> None:
    given = asked(title="耕保股经办岗", role="department")
    assert signed_in.post(f"/accounts/manage/{clerk.pk}/", given).status_code == 302
    moved = User.objects.get(pk=clerk.pk)
    assert (moved.post_title, moved.role) == ("耕保股经办岗", Role.DEPARTMENT)
    detail = ChangeRecord.objects.get(deed="account.changed").detail
    assert detail["角色"] == "旗区经办 → 责任/配合单位"
    assert "单位" not in detail


def test_nobody_administers_himself(admin: User) -> None:
    for act in (actions.reset_password, actions.factor_off):
        with pytest.raises(AccountRefused):
            act(actor=admin, account_id=admin.pk)
    with pytest.raises(AccountRefused):
        actions.set_active(actor=admin, account_id=admin.pk, active=False)
    with pytest.raises(AccountRefused):
        actions.move_account(
            actor=admin, account_id=admin.pk, organisation_id=1, title="x", role="city_leader"
        )


def test_an_administrator_of_a_banner_reaches_no_other_banner(signed_in: Client) -> None:
    far = make_user(Role.BANNER_CLERK, EJIN_HORO, name="far-clerk")
    elsewhere = Organisation.objects.get(region=EJIN_HORO)
    assert "far-clerk" not in signed_in.get("/accounts/manage/").content.decode()
    assert elsewhere.name not in signed_in.get("/accounts/organisations/").content.decode()
    for act in ("", "reset/", "unlock/", "factor-off/", "stop/", "resume/"):
        assert signed_in.post(f"/accounts/manage/{far.pk}/{act}", asked()).status_code == 404
    response = signed_in.post("/accounts/manage/add/", asked(organisation=elsewhere.pk))
    assert response.status_code == 422
    assert User.objects.get(pk=far.pk).is_active


def test_an_organisation_is_added_within_the_scope(signed_in: Client, admin: User) -> None:
    given = {
        "code": "ds-nm",
        "name": "东胜区农牧局（演示）",
        "kind": "department",
        "region_code": DONGSHENG,
    }
    assert signed_in.post("/accounts/organisations/", given).status_code == 302
    again = signed_in.post("/accounts/organisations/", given)
    assert again.status_code == 422
    assert "已有" in again.content.decode()
    for changes in ({"region_code": CITY, "code": "x"}, {"code": "大写"}):
        assert signed_in.post("/accounts/organisations/", given | changes).status_code == 422
    with pytest.raises(AccountRefused):
        actions.make_organisation(
            actor=admin, code="y", name="y", kind="department", region_code=EJIN_HORO
        )
    with pytest.raises(NoSuchAccount):
        actions.make_account(
            actor=admin, username="abc", organisation_id=0, title="x", role="auditor"
        )


def test_the_list_is_searched(signed_in: Client, clerk: User) -> None:
    assert "clerk" in signed_in.get("/accounts/manage/?q=cler").content.decode()
    assert "没有找到" in signed_in.get("/accounts/manage/?q=nobody").content.decode()


def test_the_first_administrator_comes_from_the_servers_terminal() -> None:
    said = StringIO()
    call_command("create_administrator", "chief", org="鄂尔多斯市自然资源信息中心", stdout=said)
    password = re.search(r"一次性口令 (\S+)", said.getvalue())[1]  # type: ignore[index]
    browser = Client()
    browser.post("/accounts/login/", {"username": "chief", "password": password})
    assert browser.get("/board/")["Location"] == "/accounts/password/"
    assert User.objects.get(username="chief").role == Role.SYSTEM_ADMIN
    with pytest.raises(CommandError, match="已有人使用"):
        call_command("create_administrator", "chief", org="鄂尔多斯市自然资源信息中心")
