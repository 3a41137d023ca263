"""The handbook's pages for each post, walked from sign-in to result on the demonstration's data.

`TUBAN_PICTURES=1` walks them on the whole demonstration and takes the pictures anew; otherwise a
single 旗区 is enough to see that every step works and that every word the pages name is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.browser import walking
from tests.browser.walking import Walk
from tuban.demonstration import load, plan
from tuban.demonstration.accounts import PASSWORD
from tuban.demonstration.tests.drawn import demonstration
from tuban.parcels.desk.tests.worker import work
from tuban.parcels.imports import template
from tuban.parcels.imports.tests.books import row

pytestmark = [pytest.mark.browser, pytest.mark.slow]
BANNER, CLERK = "150623", "eqianqi"
POSTS = ("clerk", "reviewer", "leader", "administrator")
NEW = {
    "region": "鄂托克前旗",
    "approval_no": "演政土发〔2024〕16号",
    "batch_name": "鄂托克前旗2024年第3批次（演示）",
    "approved_on": date(2024, 8, 20),
}


@pytest.fixture
def city(server: Any, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> str:
    """The demonstration, loaded; the site's address."""
    settings.TUBAN_TODAY = date(2024, 9, 30)
    settings.VAR = tmp_path
    made = demonstration()
    if not walking.TAKING:
        made = replace(
            made,
            ledgers=tuple(x for x in made.ledgers if x.region == BANNER),
            later=tuple(x for x in made.later if x.region == BANNER),
        )
        monkeypatch.setattr(load, "REVIEWS", 5)
    monkeypatch.setattr(load, "make", lambda: made)
    load.load(lambda line: None)
    return str(server.url)


@pytest.fixture
def pages(browser: Any, browser_context_args: dict[str, Any]) -> Iterator[dict[str, Page]]:
    """A browser of its own for each post, on the plainest office screen."""
    contexts = {
        post: browser.new_context(
            **{**browser_context_args, "viewport": {"width": 1366, "height": 768}}
        )
        for post in POSTS
    }
    yield {post: context.new_page() for post, context in contexts.items()}
    for context in contexts.values():
        context.close()


def test_each_post_walks_its_page_of_the_handbook(
    city: str, pages: dict[str, Page], tmp_path: Path
) -> None:
    """In this order: what the banner's clerk hands in, the city's posts take up."""
    _clerk(Walk(pages["clerk"], city, "clerk"), tmp_path)
    _reviewer(Walk(pages["reviewer"], city, "reviewer"), tmp_path)
    _leader(Walk(pages["leader"], city, "leader"))
    _administrator(Walk(pages["administrator"], city, "administrator"))


def _clerk(walk: Walk, folder: Path) -> None:
    page = walk.page
    walk.sign_in(CLERK, PASSWORD)
    walk.look("clerk-1-board")
    walk.go("待办")

    walk.go("导入")
    ledger = folder / "鄂托克前旗台账 2024年9月.xlsx"
    ledger.write_bytes(template.write(_rows()))
    page.get_by_label("台账文件").set_input_files(ledger)
    walk.press("上传并核对")
    work()
    expect(page.get_by_role("button", name="确认登记 2 行")).to_be_visible()
    walk.look("clerk-2-check")
    walk.press("确认登记 2 行", exact=False)
    work()
    expect(page.locator("main")).to_contain_text("150623-20240930-0")
    walk.look("clerk-3-recorded")

    walk.go("地块")
    walk.follow("闲置与疑似闲置", exact=False)
    page.locator("tbody tr", has_text="疑似闲置").first.get_by_role("link").first.click()
    expect(page.locator("svg.p-time")).to_be_visible()
    walk.look("clerk-4-parcel")
    walk.follow("登记事实")
    walk.follow("认定闲置")
    page.get_by_label("发生日").fill("2024-09-27")
    page.get_by_label("闲置原因").select_option(label="企业原因")
    walk.look("clerk-5-fact")
    walk.press("登记")
    expect(page.get_by_role("status")).to_contain_text("已登记“认定闲置”")
    walk.look()

    walk.go("任务")
    page.locator("main tbody tr", has_text="待上报").first.get_by_role("link").first.click()
    page.locator("main td").get_by_role("link", name="上报", exact=True).first.click()
    page.get_by_label("完成情况").fill("已逐件核对2009年以来批准文件，核对表随附件报送。")
    page.get_by_label("文件文号").fill("演鄂前自然资发〔2024〕21号")
    page.get_by_label("发文机关").fill("鄂托克前旗自然资源局（演示）")
    page.get_by_label("成文日期").fill("2024-09-26")
    walk.look("clerk-6-report")
    walk.press("上报")
    expect(page.locator("main")).to_contain_text("待核验")
    walk.look()

    walk.go("通报")
    walk.follow("新建通报")
    page.get_by_label("截至").fill("2024-09-30")
    walk.press("取数并起草")
    walk.look("clerk-7-bulletin")
    walk.press("送审")
    walk.end()


def _rows() -> list[dict[str, Any]]:
    """Two parcels of a new approval; the third line has a day that does not exist."""
    return [
        row(**NEW, parcel_no="150623-2024-03-001", name="敖勒召其镇演示地块一", approved_area=3.2154),
        row(**NEW, parcel_no="150623-2024-03-002", name="敖勒召其镇演示地块二", approved_area=1.8800),
        row(
            **NEW | {"approved_on": "2024-8-32"},
            parcel_no="150623-2024-03-003",
            name="敖勒召其镇演示地块三",
            approved_area=2.0051,
        ),
    ]  # fmt: skip


def _reviewer(walk: Walk, folder: Path) -> None:
    page = walk.page
    walk.sign_in("reviewer", PASSWORD)
    walk.go("待办")
    walk.look("reviewer-1-todo")

    walk.go("方案")
    file = folder / "调整方案.txt"
    file.write_text(
        plan.txt().replace("〔2022〕8号", "〔2024〕15号").replace("2022年3月18日", "2024年9月18日"),
        "utf-8",
    )
    page.get_by_label("方案文件").set_input_files(file)
    walk.press("上传并读取")
    work()
    expect(page.get_by_text("核对发现").first).to_be_visible(timeout=15_000)
    walk.look("reviewer-2-plan")

    walk.go("任务")
    page.locator("a.tb-chip", has_text=re.compile(r"^\s*(逾期上报)?待核验")).last.click()
    ours = page.locator("main tbody tr", has_text="鄂托克前旗人民政府")
    ours.first.get_by_role("link").first.click()
    expect(page.get_by_role("button", name="核验通过").first).to_be_visible()
    walk.look("reviewer-3-task")
    walk.press("核验通过")

    walk.go("待办")
    page.get_by_role("link", name="复核事实").first.click()
    walk.look()
    page.locator("tbody th a, tbody td a").first.click()
    expect(page.get_by_role("button", name="复核").first).to_be_visible()
    walk.look("reviewer-4-facts")
    walk.press("复核", exact=False)

    walk.go("通报")
    page.get_by_role("link", name="2024年9月批而未供").first.click()
    expect(page.get_by_role("button", name="审核通过")).to_be_visible()
    walk.look("reviewer-5-bulletin")
    walk.press("审核通过")
    walk.end()


def _leader(walk: Walk) -> None:
    page = walk.page
    walk.sign_in("leader", PASSWORD)
    walk.look("leader-1-board")
    page.locator(f'a[data-measure="unsupplied_stock"][data-region="{BANNER}"]').first.click()
    expect(page.locator(".p-figure")).to_be_visible()
    walk.look("leader-2-figure")

    walk.go("任务")
    walk.follow("挂图作战")
    walk.look("leader-3-wall")

    walk.page.goto(f"{walk.url}/map/")
    page.wait_for_timeout(2500 if walking.TAKING else 300)
    walk.look("leader-4-map")

    walk.go("待办")
    walk.go("通报")
    page.get_by_role("link", name="2024年9月批而未供").first.click()
    expect(page.get_by_role("button", name="签发")).to_be_visible()
    walk.look("leader-5-issue")
    walk.press("签发")
    expect(page.locator("main")).to_contain_text("已签发")
    walk.look()
    walk.end()


def _administrator(walk: Walk) -> None:
    page = walk.page
    walk.sign_in("sysadmin", PASSWORD)
    page.locator("summary", has_text="系统管理岗").click()
    walk.follow("账号安全")
    walk.look("administrator-1-own")

    walk.go("账号管理")
    walk.look("administrator-2-accounts")
    walk.follow("开通账号")
    page.get_by_label("账号必填").fill("eqianqi-2")
    page.get_by_label("单位必填").select_option(label="鄂托克前旗自然资源局（演示）（鄂托克前旗）")
    page.get_by_label("岗位名称必填").fill("耕保股经办岗")
    page.get_by_label("角色必填").select_option(label="旗区经办")
    walk.look("administrator-3-add")
    walk.press("开通")
    expect(page.locator("main")).to_contain_text("一次性口令")
    walk.look()

    walk.go("账号管理")
    walk.follow("eqianqi-2")
    walk.look("administrator-4-account")
    for address in ("/workdays/", "/mailboxes/"):
        walk.page.goto(walk.url + address)
        walk.look()
    walk.end()


def test_pictures_are_all_used_and_small() -> None:
    shown = walking.pictures_of([walking.HANDBOOK / f"{post}.md" for post in POSTS])
    files = {file.stem: file.stat().st_size for file in walking.PICTURES.glob("*.png")}
    assert files.keys() == shown.keys()
    assert {name: size for name, size in files.items() if size > walking.MOST_BYTES} == {}
    assert sum(files.values()) <= walking.MOST_ALTOGETHER
