"""A bureau's own ledger at the desk: asked about, put right, remembered; several files at once."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_import_desk import clerk, sound  # noqa: F401
from tuban.accounts.models import User
from tuban.parcels.desk.tests.worker import work
from tuban.parcels.imports.tests.books import book

pytestmark = pytest.mark.browser

TOP = ["序号", "所在地", "宗号", "工程", "批地文件", "批地时间", "批地数", "已供应数（亩）", "用地人", "经办意见"]  # fmt: skip


def register(number: int) -> bytes:
    lines = [
        [at, "东胜区", f"YS-{number}-{at}", "城北组团", f"内政土发〔2015〕{at}号", "2015.6.30",
         150 + at, 0, "演示公司", ""]
        for at in range(1, 13)
    ]  # fmt: skip
    return book({"登记簿": [["东胜区土地登记簿"], TOP, *lines]})


def hand_in(page: Page, url: str, *files: Path) -> None:
    page.goto(f"{url}/imports/")
    page.get_by_label("台账文件").set_input_files(list(files))
    page.get_by_role("button", name="上传并核对").click()


def shot(page: Page, name: str) -> None:
    """A picture to look at, where `TUBAN_SHOTS` names a folder."""
    if folder := os.environ.get("TUBAN_SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png")


def test_a_foreign_ledger_is_asked_about_once_and_the_next_one_maps_by_itself(
    page: Page,
    server: Any,
    clerk: User,  # noqa: F811
    tmp_path: Path,
    console_errors: list[str],
    sound: Callable[[], None],  # noqa: F811
) -> None:
    first, second = tmp_path / "九月登记簿.xlsx", tmp_path / "十月登记簿.xlsx"
    first.write_bytes(register(1))
    second.write_bytes(register(2))
    hand_in(page, server.url, first)
    work()

    expect(page.get_by_text("待答复", exact=True).first).to_be_visible()
    expect(page.locator("main")).to_contain_text("没有认出必需的“旗区”、“地块编号”")
    shot(page, "1-asked")
    sound()
    for letter, field in {"B": "旗区（必需）", "C": "地块编号（必需）", "E": "批准文号",
                          "F": "批准日期", "G": "批准面积"}.items():  # fmt: skip
        page.get_by_label(f"{letter} 列").first.select_option(label=field)
    page.get_by_role("button", name="按此对照读取").click()
    work()
    expect(page.get_by_role("button", name="确认登记 12 行")).to_be_visible()
    shot(page, "2-defaults")

    page.locator("summary", has_text="表头对照").click()
    shot(page, "3-mapping")
    page.get_by_role("link", name="更正对照").click()
    shot(page, "4-correct")
    sound()
    page.get_by_label("C 列“宗号”登记为").select_option(label="旗区（必需）")
    page.get_by_role("button", name="按此对照读取").click()
    expect(page.get_by_role("alert")).to_contain_text("对照还不能用")
    expect(page.get_by_label("B 列“所在地”登记为")).to_be_focused()
    shot(page, "5-refused")
    console_errors.clear()  # the browser itself notes every refusal with a status of its own
    sound()
    page.get_by_label("C 列“宗号”登记为").select_option(label="地块编号（必需）")
    page.get_by_label("G 列“批地数”的单位").select_option(label="亩")
    page.get_by_label("I 列“用地人”登记为").select_option(label="土地使用权人")
    page.get_by_role("button", name="按此对照读取").click()
    work()
    expect(page.locator("main")).to_contain_text("批准 1878.00 亩")
    page.get_by_role("button", name="确认登记 12 行").click()
    work()
    expect(page.locator("main")).to_contain_text("150602-20240930-01")

    hand_in(page, server.url, second)
    work()
    expect(page.get_by_role("button", name="确认登记 12 行，批准 1878.00 亩")).to_be_visible()
    expect(page.locator("main")).to_contain_text("按贵单位 2024-09-30 选定的对照读取")
    shot(page, "6-remembered")
    sound()

    page.goto(f"{server.url}/imports/headings/")
    shot(page, "7-memory")
    sound()
    page.get_by_role("button", name="忘记“批地数”").click()
    expect(page.locator("main")).not_to_contain_text("批地数")


def test_files_handed_in_together_stand_together_and_a_bad_one_stops_no_other(
    page: Page,
    server: Any,
    clerk: User,  # noqa: F811
    tmp_path: Path,
    sound: Callable[[], None],  # noqa: F811
) -> None:
    files = [tmp_path / name for name in ("甲.xlsx", "乙.xlsx", "照片.jpg")]
    top = ["旗区", "地块编号", "批准文号", "批准日期", "批准面积（亩）"]
    line = ["东胜区", "YS-9", "内政土发〔2015〕1号", "2015-06-30", 3]
    files[0].write_bytes(book({"台账": [top, line]}))
    files[1].write_bytes(register(3))
    files[2].write_bytes(b"\xff\xd8\xff")

    hand_in(page, server.url, *files)

    expect(page.locator("main")).to_contain_text("没有接收“照片.jpg”：不能接收 .jpg 的文件")
    expect(page.get_by_role("rowheader", name="同批上传")).to_contain_text("2 份")
    shot(page, "8-together")
    sound()
    work()
    expect(page.locator("tr", has_text="甲.xlsx")).to_contain_text("待确认")
    expect(page.locator("tr", has_text="乙.xlsx")).to_contain_text("待答复")
    page.get_by_role("link", name="甲.xlsx").first.click()
    expect(page.locator("main")).to_contain_text("同批上传：乙.xlsx（待答复）")
    shot(page, "9-sibling")
    sound()
