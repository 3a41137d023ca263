"""A plan from the reviewer's own screen: upload, look, correct, be in somebody's way, confirm."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tuban.accounts.models import Role, User
from tuban.instruments.desk import actions
from tuban.instruments.desk.tests.cast import conflicting_text, make_draft
from tuban.instruments.models import Draft
from tuban.parcels.desk.tests.worker import work
from tuban.parcels.tests.cast import CITY, make_user

pytestmark = pytest.mark.browser
SignIn = Callable[[User], None]


@pytest.fixture
def reviewer(server: Any, sign_in: SignIn, page: Page) -> User:
    page.set_viewport_size({"width": 1366, "height": 768})
    user = make_user(Role.CITY_REVIEWER, CITY, name="shenhe")
    sign_in(user)
    return user


@pytest.fixture
def sound(
    page: Page, console_errors: list[str], axe: Callable[[], list[str]]
) -> Callable[[], None]:
    """`sound()` fails when the page in view has anything wrong with it."""

    def check() -> None:
        assert console_errors == []
        assert axe() == []
        # axe itself meets the strict policy when it looks; what it provokes is not the page's.
        console_errors.clear()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate("document.querySelector('.tb-app').scrollTop") == 0

    return check


def photograph(page: Page, name: str) -> None:
    if folder := os.environ.get("TUBAN_SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png")


def hand_in(page: Page, url: str, folder: Path, text: str) -> None:
    file = folder / "演示方案.txt"
    file.write_text(text, "utf-8")
    page.goto(f"{url}/instruments/")
    page.get_by_label("方案文件").set_input_files(file)
    page.get_by_role("button", name="上传并读取").click()


def test_a_plan_is_read_reviewed_and_its_targets_stand_on_the_board(
    page: Page,
    server: Any,
    reviewer: User,
    tmp_path: Path,
    sound: Callable[[], None],
    console_errors: list[str],
) -> None:
    hand_in(page, server.url, tmp_path, conflicting_text())
    expect(page.get_by_role("heading", name="正在读取")).to_be_visible()
    sound()
    work()

    # The conflict stands first; its figure leads to the text, the mark in the text leads back.
    expect(page.get_by_role("button", name="生效（余 1 条待认定）")).to_be_disabled()
    finding = page.locator("li.p-item", has_text="待认定")
    finding.get_by_role("link", name="36亩").click()
    mark = page.locator(".p-sheet .m-find.is-on")
    expect(mark).to_have_text("36亩")
    sound()
    photograph(page, "finding")
    page.get_by_role("link", name="条款").first.click()
    mark.click()
    expect(page.locator("li.p-item.is-on")).to_contain_text("待认定")
    page.get_by_role("link", name="认定", exact=True).click()
    page.get_by_label("处理").select_option("binds")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("请选择以哪个数为准")).to_be_visible()
    console_errors.clear()  # the browser's own word on 422
    page.get_by_label("以哪个数为准").select_option(label="30")
    page.get_by_label("备注").fill("以附件为准")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("以其中一个数为准，30", exact=True)).to_be_visible()

    # A correction in place; while the form is open, somebody else saves first.
    page.get_by_role("navigation", name="读取结果的各部分").get_by_role("link", name="任务").click()
    task = page.locator("#i-tasks-1")
    task.get_by_role("link", name="更正任务").click()
    page.get_by_label("责任单位").fill("各旗区人民政府、市自然资源局")
    sound()
    draft = Draft.objects.get()
    other = make_user(Role.CITY_REVIEWER, CITY, name="tongshi")
    actions.correct(
        actor=other,
        draft_id=draft.pk,
        version=draft.version,
        changes=[("tasks/0/support", ["市财政局", "市司法局"])],
    )
    page.get_by_role("button", name="保存").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("已由别人改过")
    console_errors.clear()  # and on 409
    expect(alert).to_contain_text("市财政局、市司法局")
    expect(page.get_by_label("责任单位")).to_have_value("各旗区人民政府、市自然资源局")
    photograph(page, "conflict")
    page.get_by_role("button", name="仍要保存").click()
    expect(task).to_contain_text("各旗区人民政府、市自然资源局")
    page.get_by_role("navigation", name="读取结果的各部分").get_by_role(
        "link", name="纠正记录"
    ).click()
    expect(page.get_by_role("table", name="纠正记录")).to_contain_text("tongshi")
    sound()

    photograph(page, "log")
    page.get_by_role("button", name="确认生效").click()
    expect(page.get_by_text("方案已生效")).to_be_visible()
    expect(page.get_by_role("row", name="正文").first).to_contain_text("并列，不为准")
    sound()
    photograph(page, "detail")
    page.goto(f"{server.url}/instruments/targets/?unit=mu")
    sound()
    photograph(page, "matrix")
    page.goto(f"{server.url}/instruments/")
    sound()
    page.goto(f"{server.url}/board/?unit=mu")
    expect(page.locator("main")).to_contain_text("演府发〔2022〕1号")


def test_the_desk_works_by_keyboard(
    page: Page, server: Any, reviewer: User, tmp_path: Path
) -> None:
    hand_in(page, server.url, tmp_path, conflicting_text())
    work()
    tabs = page.get_by_role("navigation", name="读取结果的各部分")
    tabs.get_by_role("link", name="任务").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("j")
    expect(page.locator("li.p-item.is-on")).to_contain_text("消化批而未供土地")
    page.keyboard.press("j")
    expect(page.locator("li.p-item.is-on")).to_contain_text("处置闲置土地")
    page.keyboard.press("Enter")
    expect(page.locator(".p-sheet .is-on").first).to_be_visible()


SELECT = """
const line = [...document.querySelectorAll(".p-sheet p")].find((p) => p.textContent.includes("加强协作"));
const range = document.createRange();
range.setStart(line.firstElementChild.nextElementSibling.firstChild, 0);
range.setEnd(line.lastElementChild.firstChild, line.lastElementChild.textContent.length);
getSelection().removeAllRanges();
getSelection().addRange(range);
"""


def test_selected_text_is_carried_into_a_task_that_was_missed(
    page: Page, server: Any, reviewer: User
) -> None:
    draft = make_draft(reviewer)
    page.goto(f"{server.url}/instruments/{draft.pk}/review/?tab=tasks")
    page.evaluate(SELECT)
    page.get_by_role("link", name="补录任务").click()
    expect(page.get_by_label("标题")).to_have_value("（一）加强协作")
    page.get_by_role("button", name="保存").click()

    added = page.locator("#i-tasks-2")
    expect(added).to_contain_text("任务 三(一)")
    added.get_by_role("link", name="看原文").click()
    expect(page.locator(".p-sheet .is-on")).to_contain_text("加强协作")


def test_a_table_pasted_from_a_spreadsheet_becomes_targets(
    page: Page, server: Any, reviewer: User, sound: Callable[[], None]
) -> None:
    page.goto(f"{server.url}/instruments/typed/")
    sound()
    photograph(page, "typed")
    page.get_by_label("出处").fill("演示方案 附件4，第 12 页")
    page.get_by_label("成文日期").fill("2024-01-10")
    page.get_by_label("粘贴表格").fill(
        "旗区\t2024\t2025\t合计\n东胜区\t30\t20\t50\n达拉特旗\t5\t5\t10\n合计\t35\t27\t62"
    )
    page.get_by_role("button", name="核对加总").click()

    expect(page.get_by_role("button", name="生效（余")).to_be_disabled()
    sound()
    photograph(page, "typedreview")
    page.get_by_role("link", name="27", exact=True).last.click()
    page.get_by_label("认定数").fill("25")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("table").first).to_be_visible()
    page.get_by_role("link", name="62", exact=True).last.click()
    page.get_by_label("认定数").fill("60")
    sound()
    photograph(page, "cell")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("button", name="确认生效").click()
    expect(page.get_by_text("手工录入").first).to_be_visible()
    expect(page.get_by_role("row", name="鄂尔多斯市").nth(1)).to_contain_text("27")
