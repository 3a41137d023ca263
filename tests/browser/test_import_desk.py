"""A ledger from the clerk's own screen: upload, look, confirm, find the parcel, take it back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tuban.accounts.models import Role, User
from tuban.parcels.desk.tests.worker import work
from tuban.parcels.imports import template
from tuban.parcels.imports.tests.books import row
from tuban.parcels.tests.cast import make_user

pytestmark = pytest.mark.browser
SignIn = Callable[[User], None]

THREE = [row(parcel_no=f"YS-150602-{number:04d}", name=f"演示地块{number}") for number in (1, 2, 3)]


@pytest.fixture
def clerk(server: Any, sign_in: SignIn, page: Page) -> User:
    page.set_viewport_size({"width": 1366, "height": 768})
    user = make_user(Role.BANNER_CLERK, name="jingban")
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

    return check


def hand_in(page: Page, url: str, folder: Path, rows: list[dict[str, Any]]) -> None:
    file = folder / "地块台账 2024年9月.xlsx"
    file.write_bytes(template.write(rows))
    page.goto(f"{url}/imports/")
    page.get_by_label("台账文件").set_input_files(file)
    page.get_by_role("button", name="上传并核对").click()


def test_a_filled_template_becomes_parcels_and_can_be_withdrawn(
    page: Page, server: Any, clerk: User, tmp_path: Path, sound: Callable[[], None]
) -> None:
    page.goto(f"{server.url}/imports/")
    sound()
    hand_in(page, server.url, tmp_path, THREE)
    expect(page.get_by_role("heading", name="等待读取")).to_be_visible()
    sound()
    work()

    expect(page.get_by_text("待确认", exact=True).first).to_be_visible()
    expect(page.get_by_role("link", name="新增 3")).to_be_visible()
    expect(page.locator("#upload-effects")).to_contain_text("批而未供存量")
    expect(page.locator("#upload-sums")).to_contain_text("批而未供")
    sound()
    page.get_by_role("button", name="确认登记 3 行").click()
    expect(page.get_by_role("heading", name="等待登记")).to_be_visible()
    work()

    expect(page.locator("main")).to_contain_text("150602-20240930-01")
    expect(page.locator("#upload-effects")).to_contain_text("登记时所示")
    expect(page.locator("#upload-sums")).to_contain_text("登记时所示")
    sound()
    page.get_by_role("link", name="YS-150602-0002").click()
    expect(page.get_by_role("heading", name="YS-150602-0002")).to_be_visible()

    page.goto(f"{server.url}/imports/")
    page.get_by_role("link", name="地块台账 2024年9月.xlsx").click()
    page.get_by_role("link", name="撤销批次").click()
    sound()
    page.get_by_label("撤销理由").fill("误传了上一年的台账")
    page.get_by_role("button", name="撤销 3 行").click()
    work()
    expect(page.locator("main")).to_contain_text("误传了上一年的台账")
    expect(page.get_by_text("已撤销").first).to_be_visible()


def test_a_bad_row_says_where_and_why_and_comes_back_as_excel(
    page: Page, server: Any, clerk: User, tmp_path: Path, sound: Callable[[], None]
) -> None:
    bad = row(parcel_no="YS-150602-0009", approved_on="2022-9-31")
    hand_in(page, server.url, tmp_path, [*THREE, bad])
    work()

    line = page.locator("tr", has_text="YS-150602-0009")
    expect(line).to_contain_text("批准日期")
    expect(line).to_contain_text("2022-9-31")
    expect(page.get_by_role("button", name="确认登记 3 行")).to_be_visible()
    sound()
    with page.expect_download() as download:
        page.get_by_role("link", name="带批注的 Excel").click()
    assert download.value.suggested_filename == "地块台账 2024年9月 需改正.xlsx"


@pytest.fixture
def without_scripts(browser: Any, server: Any, clerk: User, context: Any) -> Any:
    """The clerk's browser with scripts switched off."""
    plain = browser.new_context(java_script_enabled=False, locale="zh-CN")
    plain.add_cookies(context.cookies())
    yield plain.new_page()
    plain.close()


def test_it_all_works_without_scripts(
    without_scripts: Page, server: Any, clerk: User, tmp_path: Path
) -> None:
    page = without_scripts
    hand_in(page, server.url, tmp_path, THREE)
    expect(page.get_by_role("link", name="刷新")).to_be_visible()
    work()
    # The page turns over by itself.
    page.get_by_role("button", name="确认登记 3 行").click(timeout=10_000)
    work()
    expect(page.locator("main")).to_contain_text("150602-20240930-01", timeout=10_000)
