"""What people do all day, in Chromium: sign in, read the board, open a figure, record a fact.

Each page on the way is checked: nothing from outside hosts, no complaint in the console, no serious
accessibility finding, nothing wider than the window.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tuban.accounts.models import Role, User
from tuban.parcels.models import Parcel
from tuban.parcels.tests.cast import CITY, make_parcel, make_user, mu

pytestmark = pytest.mark.browser
PASSWORD = "cast-2024-pass"
SignIn = Callable[[User], None]


@pytest.fixture(autouse=True)
def screen(page: Page) -> None:
    """The smallest desktop there is in the bureaus."""
    page.set_viewport_size({"width": 1366, "height": 768})


@pytest.fixture(autouse=True)
def outside(page: Page, server: Any) -> list[str]:
    """Requests that would leave the house."""
    found: list[str] = []

    def look(request: Any) -> None:
        if not request.url.startswith((server.url, "data:", "blob:")):
            found.append(request.url)

    page.on("request", look)
    return found


@pytest.fixture
def clerk(server: Any) -> User:
    return make_user(Role.BANNER_CLERK, name="jingban")


@pytest.fixture
def parcel(clerk: User) -> Parcel:
    """One idle parcel among thirty, so that lists scroll and figures are not zero."""
    for number in range(30):
        make_parcel(
            clerk, no=f"YS-150602-{number:04d}", approved=("2012-05-01", mu(f"{number + 20}.5"))
        )
    return make_parcel(
        clerk,
        no="YS-150602-0147",
        approved=("2019-06-18", mu("63.58")),
        supplied=("2021-09-10", mu("63.58")),
        delivered=("2021-10-08", {}),
        start_agreed=("2021-09-10", {"start_on": "2022-09-30"}),
        excluded=(
            "2022-11-01",
            {"to": "2023-01-31", "cause": "government", "confirmed": True},
        ),
    )


@pytest.fixture
def sound(
    page: Page, console_errors: list[str], outside: list[str], axe: Callable[[], list[str]]
) -> Callable[[], None]:
    """`sound()` fails when the page in view has anything wrong with it."""

    def check() -> None:
        assert outside == []
        assert console_errors == []
        assert axe() == []
        # axe itself meets the strict policy when it looks; what it provokes is not the page's.
        console_errors.clear()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    return check


def test_a_clerk_signs_in_and_lands_on_the_board(
    page: Page, server: Any, clerk: User, sound: Callable[[], None]
) -> None:
    page.goto(server.url)
    sound()
    page.get_by_label("账号").fill("jingban")
    page.get_by_label("口令").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()

    expect(page).to_have_url(f"{server.url}/board/")
    expect(page.get_by_role("heading", name="看板")).to_be_visible()
    expect(page.locator(".tb-top")).to_contain_text("演示日期 2024-09-30")
    sound()


def test_a_wrong_password_leaves_the_cursor_where_it_is_needed(
    page: Page, server: Any, clerk: User, axe: Callable[[], list[str]]
) -> None:
    page.goto(f"{server.url}/accounts/login/")
    page.get_by_label("账号").fill("jingban")
    page.get_by_label("口令").fill("wrong")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("还可再试 4 次")
    expect(page.get_by_label("口令")).to_be_focused()
    expect(page.get_by_label("账号")).to_have_value("jingban")
    assert axe() == []


def test_a_figure_on_the_board_opens_rows_that_add_up_to_it(
    page: Page, server: Any, parcel: Parcel, sign_in: SignIn, sound: Callable[[], None]
) -> None:
    sign_in(make_user(Role.CITY_LEADER, CITY))
    page.goto(f"{server.url}/board/?unit=mu")
    expect(page.locator(".p-chart[data-drawn]")).to_be_visible()
    sound()
    figure = page.locator('a[data-measure="unsupplied_stock"][data-region="150602"]').first
    shown = figure.inner_text()
    figure.click()

    expect(page.locator(".p-figure")).to_contain_text(shown)
    rows = page.locator("tr[data-m2]").evaluate_all("rows => rows.map(row => row.dataset.m2)")
    assert sum(float(area) for area in rows) * 3 / 2000 == pytest.approx(
        float(shown.replace(",", "")), abs=0.005
    )
    sound()


def test_filters_stay_in_the_address_and_come_off_one_by_one(
    page: Page, server: Any, parcel: Parcel, sign_in: SignIn, sound: Callable[[], None]
) -> None:
    sign_in(make_user(Role.CITY_REVIEWER, CITY))
    page.goto(f"{server.url}/parcels/")
    sound()
    page.locator("summary", has_text="条件").click()
    page.get_by_role("checkbox", name="疑似闲置").check()
    page.get_by_label("面积（批准或已供）").fill("60")
    page.get_by_role("button", name="按条件筛选").click()

    expect(page).to_have_url(re.compile("stage=suspected_idle"))
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator(".tb-chip b")).to_have_text(["疑似闲置", "≥ 60 亩"])
    page.get_by_label("去掉条件：阶段").click()
    expect(page).not_to_have_url(re.compile("stage="))
    expect(page).to_have_url(re.compile("area_from=60"))
    sound()


def test_the_keyboard_finds_a_parcel(
    page: Page, server: Any, parcel: Parcel, clerk: User, sign_in: SignIn
) -> None:
    sign_in(clerk)
    page.goto(f"{server.url}/board/")
    page.keyboard.press("/")
    page.keyboard.type("0147")
    page.keyboard.press("Enter")

    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text("YS-150602-0147")


def test_recording_a_fact_changes_stage_timeline_and_board(
    page: Page,
    server: Any,
    parcel: Parcel,
    clerk: User,
    sign_in: SignIn,
    sound: Callable[[], None],
) -> None:
    sign_in(clerk)
    page.goto(f"{server.url}/parcels/{parcel.pk}/")
    expect(page.locator(".tb-head")).to_contain_text("疑似闲置")
    expect(page.locator("svg.p-time")).to_be_visible()
    sound()
    page.get_by_role("link", name="登记事实").click()
    page.get_by_role("link", name="认定闲置").click()
    sound()
    page.get_by_label("发生日").fill("2024-10-08")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("发生日").fill("2024-03-28")
    page.get_by_label("闲置原因").select_option(label="企业原因")
    page.get_by_role("button", name="登记", exact=True).click()

    expect(page).to_have_url(f"{server.url}/parcels/{parcel.pk}/")
    expect(page.get_by_role("status")).to_contain_text("已登记“认定闲置”")
    expect(page.locator(".tb-head")).to_contain_text("闲置（已认定） · 企业原因")
    page.goto(f"{server.url}/board/?subject=idle&unit=mu")
    expect(page.locator('a[data-measure="idle_stock"][data-region="150602"]').first).to_have_text(
        "63.58"
    )


def test_a_correction_shows_both_facts(
    page: Page,
    server: Any,
    parcel: Parcel,
    clerk: User,
    sign_in: SignIn,
    sound: Callable[[], None],
) -> None:
    sign_in(clerk)
    page.goto(f"{server.url}/parcels/{parcel.pk}/")
    page.locator("tr", has_text="交地").get_by_role("link", name="更正").click()
    page.get_by_label("发生日").fill("2021年10月")
    page.get_by_label("更正理由").fill("确认书载到月")
    sound()
    page.get_by_role("button", name="登记更正").click()

    expect(page.locator("tr.is-void")).to_contain_text("2021-10-08")
    expect(page.locator("tr", has_text="确认书载到月")).to_contain_text("2021-10-31")
    sound()


def test_the_as_of_day_goes_along_and_a_future_one_is_a_forecast(
    page: Page,
    server: Any,
    parcel: Parcel,
    clerk: User,
    sign_in: SignIn,
    sound: Callable[[], None],
) -> None:
    sign_in(clerk)
    page.goto(f"{server.url}/parcels/{parcel.pk}/")
    page.get_by_label("截至").fill("2025-06-30")
    page.get_by_label("截至").press("Enter")

    expect(page.locator(".tb-asof")).to_contain_text("预测")
    expect(page.locator(".tb-head")).to_contain_text("满二年")
    sound()
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="看板").click()
    expect(page).to_have_url(re.compile(r"/board/\?on=2025-06-30"))
    page.get_by_role("link", name="回今天").click()
    expect(page.locator(".tb-asof")).to_contain_text("今天")


def test_everything_works_without_scripts(
    browser: Any, browser_context_args: dict[str, Any], server: Any, parcel: Parcel
) -> None:
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.url}/accounts/login/?next=/parcels/{parcel.pk}/facts/?kind=completed")
    page.get_by_label("账号").fill("jingban")
    page.get_by_label("口令").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_label("发生日").fill(date(2024, 9, 1).isoformat())
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator(".tb-head")).to_contain_text("已竣工")

    page.get_by_label("截至").fill("2024-06-30")
    page.get_by_role("button", name="查看").click()
    expect(page.locator(".tb-asof")).to_contain_text("以往")
    page.goto(f"{server.url}/board/")
    page.locator("summary", has_text="数据表").click()
    expect(page.locator("table[data-chart]")).to_be_visible()
    context.close()


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_twenty_rows_of_the_list_are_in_view(
    page: Page,
    server: Any,
    parcel: Parcel,
    clerk: User,
    sign_in: SignIn,
    size: tuple[int, int],
) -> None:
    sign_in(clerk)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{server.url}/parcels/?size=50")

    inside = page.locator("tbody tr").evaluate_all(
        """rows => {
            const foot = document.querySelector("tfoot").getBoundingClientRect().top;
            return rows.filter(row => row.getBoundingClientRect().top + 20 < foot).length;
        }"""
    )

    assert inside >= 20


def test_refusals_are_pages_of_the_house(
    page: Page, server: Any, clerk: User, sign_in: SignIn, axe: Callable[[], list[str]]
) -> None:
    sign_in(clerk)
    for address, words in (
        ("/parcels/999999/", "没有找到这宗地块"),
        ("/board/?on=yesterday", "无法识别"),
        ("/no/such/page", "没有找到您要的页面"),
    ):
        page.goto(server.url + address)
        expect(page.get_by_role("alert")).to_contain_text(words)
        expect(page.get_by_role("navigation", name="主导航")).to_be_visible()
        assert axe() == []
