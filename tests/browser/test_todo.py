"""From signing in to an empty to-do list, a message to the spot it is about, a year imported."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tuban.accounts.models import User
from tuban.supervision import actions, reminders
from tuban.supervision.tests.cast import PAPER, Posts, due, make_posts, make_task, only_duty
from tuban.workdays.tests.sample import CSV, DOC_NO

pytestmark = pytest.mark.browser
SignIn = Callable[[User], None]
TODAY = date(2024, 9, 30)


@pytest.fixture
def posts(server: Any, page: Page, settings: Settings) -> Posts:
    settings.TUBAN_TODAY = TODAY
    page.set_viewport_size({"width": 1366, "height": 768})
    return make_posts()


@pytest.fixture
def sound(
    page: Page, console_errors: list[str], axe: Callable[[], list[str]]
) -> Callable[[str], None]:
    """`sound(name)` fails when the page in view has anything wrong with it; keeps a picture."""

    def check(name: str) -> None:
        # A form that is refused comes back as 422, which the console mentions.
        assert [line for line in console_errors if "422" not in line] == []
        assert axe() == []
        console_errors.clear()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        if folder := os.environ.get("TUBAN_SHOTS"):
            page.screenshot(path=f"{folder}/{name}.png")

    return check


def test_what_waits_is_done_and_gone(
    page: Page, server: Any, posts: Posts, sign_in: SignIn, sound: Callable[[str], None]
) -> None:
    late = make_task(posts.reviewer, [due("2024-09-20", "建立低效用地台账")])
    make_task(posts.reviewer, [due("2024-10-08", "报送处置方案")])
    actions.report(
        actor=posts.department, duty_id=only_duty(late).pk, words="已建立", offered=PAPER
    )
    sign_in(posts.reviewer)
    page.goto(f"{server.url}/board/")
    sound("todo-board")
    page.get_by_text("我的待办").get_by_role("link", name="1").click()

    expect(page.get_by_role("heading", name="等待办理")).to_be_visible()
    sound("todo-waiting")
    page.get_by_role("link", name="演示任务：建立低效用地台账").click()
    page.get_by_role("button", name="核验通过").click()
    expect(page.get_by_text("核验通过。")).to_be_visible()

    page.get_by_role("link", name="待办", exact=True).click()
    expect(page.get_by_text("没有待办事项")).to_be_visible()
    sound("todo-empty")


def test_a_message_leads_to_the_spot_and_is_read(
    page: Page, server: Any, posts: Posts, sign_in: SignIn, sound: Callable[[str], None]
) -> None:
    make_task(posts.reviewer, [due("2024-09-20", "建立台账"), due("2024-10-08", "报送", start=40)])
    reminders.remind(TODAY)
    sign_in(posts.department)
    page.goto(f"{server.url}/todo/")
    expect(page.get_by_role("heading", name="已逾期")).to_be_visible()
    expect(page.get_by_role("heading", name="临近期限")).to_be_visible()
    sound("todo-department")

    page.get_by_role("link", name="消息").click()
    sound("messages")
    expect(page.locator(".tb-bell")).to_contain_text("2")
    page.get_by_role("link", name="演示任务：建立台账").click()
    expect(page.get_by_role("heading", name="上报")).to_be_visible()
    page.get_by_role("link", name="消息").click()
    expect(page.locator(".tb-bell")).to_contain_text("1")
    page.get_by_role("button", name="全部标为已读").click()
    expect(page.locator(".tb-bell")).to_have_count(0)


def test_a_year_is_imported_and_a_mailbox_set(
    page: Page, server: Any, posts: Posts, sign_in: SignIn, sound: Callable[[str], None]
) -> None:
    sign_in(posts.system)
    page.goto(f"{server.url}/workdays/import/")
    page.get_by_label("年份").fill("2027")
    page.get_by_label("发文字号").fill(DOC_NO)
    page.get_by_label("粘贴两列").fill("2027-01-01,放假\n2027-01-04,上班")
    page.get_by_role("button", name="核对").click()
    expect(page.get_by_role("alert")).to_contain_text("不是周六或周日")
    sound("workdays-refused")

    page.get_by_label("粘贴两列").fill(CSV.read_text("utf-8"))
    page.get_by_role("button", name="核对").click()
    expect(page.get_by_role("heading", name="核对 2027 年")).to_be_visible()
    sound("workdays-preview")
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_text("即时生效")).to_be_visible()
    sound("workdays-year")
    page.get_by_role("link", name="节假日安排").first.click()
    sound("workdays-list")

    page.goto(f"{server.url}/mailboxes/")
    box = page.get_by_label(f"{posts.department}的邮箱")
    box.fill("bangong@yanshi.example")
    box.press("Enter")
    expect(page.get_by_text("已保存。")).to_be_visible()
    sound("mailboxes")

    sign_in(posts.reviewer)
    page.goto(f"{server.url}/reminders/")
    sound("reminder-rules")
