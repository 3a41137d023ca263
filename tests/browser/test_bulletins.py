"""通报 in Chromium: drafted, corrected, submitted, reviewed, issued, opened again by a banner."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tuban.accounts.models import Role, User
from tuban.bulletins.tests.cast import make_issued, make_ledger, make_plan, make_posts
from tuban.law.facts import FactKind
from tuban.parcels.actions import record_fact
from tuban.parcels.models import Parcel
from tuban.parcels.tests.cast import DONGSHENG, EJIN_HORO, TODAY, make_user

pytestmark = pytest.mark.browser
SignIn = Callable[[User], None]


@pytest.fixture
def sound(
    page: Page, server: Any, console_errors: list[str], axe: Callable[[], list[str]]
) -> Callable[[], None]:
    """`sound()` fails when the page in view has anything wrong with it."""
    page.set_viewport_size({"width": 1366, "height": 768})

    def check() -> None:
        assert [line for line in console_errors if "422" not in line] == []
        assert axe() == []
        console_errors.clear()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    return check


def test_a_bulletin_is_drafted_reviewed_and_issued(
    page: Page,
    server: Any,
    sign_in: SignIn,
    sound: Callable[[], None],
    settings: Settings,
) -> None:
    settings.TUBAN_TODAY = TODAY  # as the server's
    posts = make_posts()
    clerk = make_user(Role.BANNER_CLERK)
    make_plan(posts.reviewer, {DONGSHENG: "30", EJIN_HORO: "10"}, printed_total="41")
    make_ledger(clerk)
    make_issued(posts, on=date(2024, 8, 31))

    sign_in(posts.drafter)
    page.goto(f"{server.url}/bulletins/")
    sound()
    page.get_by_role("link", name="新建通报").click()
    sound()
    page.get_by_label("截至").fill("2025-01-01")
    page.get_by_role("button", name="取数并起草").click()
    expect(page.get_by_role("alert")).to_contain_text("在今天之后")
    sound()
    page.get_by_label("截至").fill("2024-09-30")
    page.get_by_label("亩", exact=True).check()
    page.get_by_role("button", name="取数并起草").click()

    expect(page.locator(".p-letter")).to_contain_text(
        "关于2024年9月批而未供和闲置土地处置进展情况的通报"
    )
    expect(page.locator(".p-stamp")).to_contain_text("草稿")
    sound()
    page.get_by_role("link", name="修改文字").click()
    sound()
    page.get_by_label("下一步工作要求").fill("请于10月15日前报送，完成率要达到 80%。")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".p-bull-r")).to_contain_text("80%")
    page.get_by_role("button", name="送审").click()
    expect(page.get_by_role("button", name="审核通过")).to_have_count(0)

    sign_in(posts.reviewer)
    page.reload()
    page.get_by_role("button", name="审核通过").click()
    sign_in(posts.leader)
    page.reload()
    sound()
    expect(page.get_by_label("发文机关代字")).to_have_value("演自然资通")
    page.get_by_role("button", name="签发").click()
    expect(page.locator(".p-docno")).to_have_text("演自然资通〔2024〕2号")
    expect(page.locator(".p-stamp")).to_have_count(0)
    issued_at = page.url

    record_fact(
        actor=clerk,
        parcel_id=Parcel.objects.get(parcel_no="YS-1").pk,
        kind=FactKind.SUPPLIED,
        on=date(2024, 9, 20),
        payload={"area": {"value": "20.005", "unit": "mu"}, "mode": "grant"},
    )
    page.reload()
    expect(page.locator(".p-bull-changes")).to_contain_text("35.01")
    done = page.locator(f'a[data-measure="unsupplied_disposed"][data-region="{DONGSHENG}"]')
    figure = done.and_(page.locator('[data-show="m2"][data-period="2024"]')).first
    expect(figure).to_have_text("15.00")
    sound()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("下载公文")).click()
    assert "演自然资通〔2024〕2号" in download.value.suggested_filename
    figure.click()
    expect(page.locator(".p-figure")).to_contain_text("15.00")
    expect(page.locator(".p-moved")).to_contain_text("YS-1")
    sound()

    # A banner reads the city's issued bulletin; of another banner it sees sums only.
    sign_in(make_user(Role.BANNER_CLERK, EJIN_HORO))
    page.goto(issued_at)
    expect(page.get_by_role("button", name="作废")).to_have_count(0)
    page.locator(f'a[data-region="{DONGSHENG}"][data-show="m2"]').first.click()
    expect(page.locator("body")).to_contain_text("本岗位只看合计")
    expect(page.locator("body")).not_to_contain_text("YS-S")
    sound()
