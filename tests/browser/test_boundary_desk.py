"""A boundary file from the clerk's own screen: asked about, looked at, confirmed, taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tuban.accounts.models import Role, User
from tuban.parcels.desk.tests.worker import work
from tuban.parcels.imports.boundaries.tests.files import file, square
from tuban.parcels.tests.cast import make_parcel, make_user, mu

pytestmark = pytest.mark.browser
SignIn = Callable[[User], None]


@pytest.fixture
def clerk(server: Any, sign_in: SignIn, page: Page) -> User:
    page.set_viewport_size({"width": 1366, "height": 768})
    user = make_user(Role.BANNER_CLERK, name="jingban")
    sign_in(user)
    for number in (1, 2, 3):
        make_parcel(user, no=f"YS-{number}", approved=("2015-06-30", mu("15.00")))
    return user


def test_a_file_without_its_zone_is_asked_about_checked_and_recorded(
    page: Page,
    server: Any,
    clerk: User,
    tmp_path: Path,
    console_errors: list[str],
    axe: Callable[[], list[str]],
) -> None:
    def sound() -> None:
        assert console_errors == []
        assert axe() == []
        console_errors.clear()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    content = file(
        square("YS-1"),
        square("YS-2", 100, area="1.0004"),
        square("YS-3", 199.5),
        square("YS-9", 500),
        带号="",
    )
    delivered = tmp_path / "界址点 2024年9月.txt"
    delivered.write_bytes(content.replace(b",37395", b",395"))
    page.goto(f"{server.url}/imports/")
    page.get_by_label("台账文件").set_input_files(delivered)
    page.get_by_role("button", name="上传并核对").click()
    work()

    expect(page.get_by_text("待答复", exact=True).first).to_be_visible()
    usual = page.get_by_role("radio", name="本旗区常用")
    expect(usual).not_to_be_checked()
    sound()
    usual.check()
    page.get_by_role("button", name="按此读取").click()
    work()

    expect(page.get_by_text("待确认", exact=True).first).to_be_visible()
    expect(page.get_by_role("link", name="错误 3")).to_be_visible()
    expect(page.locator("main")).to_contain_text("库内没有此地块编号")
    expect(page.locator("main")).to_contain_text("重叠 50.00 平方米")
    sound()
    page.get_by_role("link", name="新增 1").click()
    sound()
    page.get_by_role("button", name="确认登记 1 宗界址").click()
    work()

    expect(page.locator("main")).to_contain_text("1 宗界址")
    sound()
    page.get_by_role("link", name="撤销批次").click()
    page.get_by_label("撤销理由").fill("坐标来源有误")
    sound()
    page.get_by_role("button", name="撤销 1 宗界址").click()
    work()
    expect(page.get_by_text("已撤销").first).to_be_visible()
