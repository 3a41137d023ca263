"""Doors from a post's own screen: a second factor, a lock, an account made, the record read."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from tuban.accounts.models import Role, User
from tuban.parcels.tests.cast import CITY, DONGSHENG, make_parcel, make_user, mu

pytestmark = pytest.mark.browser
SignIn = Callable[[User], None]
PASSWORD = "cast-2024-pass"


def code_of(secret: str, steps: int = 0) -> str:
    """What the telephone shows, or showed so many half minutes ago."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def photograph(page: Page, name: str) -> None:
    if folder := os.environ.get("TUBAN_SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png")


@pytest.fixture
def sound(
    page: Page, console_errors: list[str], axe: Callable[[], list[str]]
) -> Callable[[str], None]:
    """`sound(name)` looks at the page in view: nothing refused, accessible, not too wide."""
    page.set_viewport_size({"width": 1366, "height": 768})

    def look(name: str) -> None:
        photograph(page, name)
        # A page that says 422 or 429 is meant to; the browser writes that down as an error.
        assert [e for e in console_errors if "status of 4" not in e] == []
        assert axe() == []
        console_errors.clear()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    return look


def sign_in_with(page: Page, url: str, username: str, password: str) -> None:
    page.goto(f"{url}/accounts/login/")
    page.get_by_label("账号").fill(username)
    page.get_by_label("口令").fill(password)
    page.get_by_role("button", name="登录").click()


def test_a_second_factor_is_set_up_and_signed_in_with(
    server: Any, page: Page, sound: Callable[[str], None]
) -> None:
    make_user(Role.CITY_REVIEWER, CITY, "reviewer")
    sign_in_with(page, server.url, "reviewer", PASSWORD)
    page.wait_for_url("**/board/**")
    page.goto(f"{server.url}/accounts/")
    sound("account")
    page.get_by_role("link", name="启用动态口令").click()
    sound("second-factor")
    secret = page.locator(".p-key").inner_text().replace(" ", "")
    page.get_by_label("动态口令").fill(code_of(secret, -1))
    page.get_by_label("登录口令").fill(PASSWORD)
    page.get_by_role("button", name="启用").click()
    expect(page.get_by_role("heading", name="动态口令已启用")).to_be_visible()
    sound("recovery-codes")
    spare = page.locator(".p-codes code").first.inner_text()
    page.get_by_role("link", name="已保存").click()
    expect(page.get_by_text("备用码还剩 10 个")).to_be_visible()
    sound("account-with-factor")

    page.locator("summary.tb-top-item").click()
    page.get_by_role("button", name="退出登录").click()
    sign_in_with(page, server.url, "reviewer", PASSWORD)
    expect(page.get_by_role("heading", name="动态口令")).to_be_visible()
    sound("second-step")
    page.get_by_label("动态口令").fill("000000")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_text("还可再试 4 次")).to_be_visible()
    page.get_by_label("动态口令").fill(code_of(secret))
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/board/**")

    page.context.clear_cookies()
    sign_in_with(page, server.url, "reviewer", PASSWORD)
    page.get_by_label("动态口令").fill(spare)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/board/**")


def test_a_locked_account_sees_how_long(
    server: Any, page: Page, sound: Callable[[str], None]
) -> None:
    make_user(Role.CITY_REVIEWER, CITY, "reviewer")
    for _ in range(5):
        sign_in_with(page, server.url, "reviewer", "wrong-password")
        page.wait_for_load_state()
    expect(page.get_by_role("heading", name="登录已锁定")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text(re.compile(r"还要等 1[45] 分钟"))
    sound("locked")


def test_an_account_is_made_and_its_holder_changes_the_password(
    server: Any, page: Page, sign_in: SignIn, sound: Callable[[str], None]
) -> None:
    sign_in(make_user(Role.SYSTEM_ADMIN, CITY, "sysadmin"))
    page.goto(f"{server.url}/accounts/manage/")
    sound("account-list")
    page.get_by_role("link", name="开通账号").click()
    page.get_by_label("账号必填").fill("gengbao")
    page.locator("[name=organisation]").select_option(index=1)
    page.get_by_label("岗位名称").fill("耕保科经办岗")
    page.get_by_label("角色").select_option(label="市局审核")
    sound("account-add")
    page.get_by_role("button", name="开通").click()
    password = page.locator(".p-key").inner_text()
    sound("one-time")
    page.get_by_role("link", name="已告知").click()
    sound("account-detail")
    page.goto(f"{server.url}/accounts/organisations/")
    sound("organisations")

    page.context.clear_cookies()
    sign_in_with(page, server.url, "gengbao", password)
    page.wait_for_url("**/accounts/password/")
    sound("password")
    page.get_by_label("现用口令").fill(password)
    page.get_by_label("新口令").fill("short")
    page.get_by_label("再输一遍").fill("short")
    page.get_by_role("button", name="修改口令").click()
    expect(page.get_by_text("口令太短")).to_be_visible()
    page.get_by_label("现用口令").fill(password)
    page.get_by_label("新口令").fill("grassland-2025-road")
    page.get_by_label("再输一遍").fill("grassland-2025-road")
    page.get_by_role("button", name="修改口令").click()
    expect(page.get_by_text("口令已修改")).to_be_visible()


def test_the_record_is_read_and_asked(
    server: Any, page: Page, sign_in: SignIn, sound: Callable[[str], None]
) -> None:
    from tuban.law.facts import FactKind
    from tuban.parcels.actions import record_fact
    from tuban.parcels.tests.cast import TODAY

    clerk = make_user(Role.BANNER_CLERK, DONGSHENG, "dongsheng")
    parcel = make_parcel(clerk, no="DS-2024-017", approved=("2015-06-30", mu("45")))
    record_fact(
        actor=clerk,
        parcel_id=parcel.pk,
        kind=FactKind.SUPPLIED,
        on=TODAY.replace(day=1),
        payload={**mu("30"), "mode": "grant"},
    )
    sign_in(make_user(Role.AUDITOR, CITY, "auditor"))
    page.goto(f"{server.url}/parcels/{parcel.pk}/facts/")  # not an auditor's
    page.goto(f"{server.url}/history/")
    expect(page.get_by_role("rowheader", name="越权操作被拒").first).to_be_visible()
    sound("history")
    page.get_by_label("事项").select_option(label="登记事实")
    page.get_by_role("button", name="筛选").click()
    expect(page).to_have_url(re.compile(r"deed=fact\.recorded"))
    expect(page.get_by_role("link", name="DS-2024-017")).to_be_visible()
    assert page.locator(".p-history tbody tr").count() == 1
    page.get_by_label("对象").fill("没有这样的对象")
    page.get_by_role("button", name="筛选").click()
    expect(page.get_by_text("没有符合这些条件的记录")).to_be_visible()
    sound("history-empty")
    page.goto(f"{server.url}/nowhere/")
    sound("absent")
