"""督办 in Chromium: reported with evidence, returned, reported again, accepted; the wall on A3."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tuban.accounts.models import User
from tuban.parcels.tests.cast import TODAY
from tuban.supervision.forming import form
from tuban.supervision.tests.cast import due, make_posts, make_task
from tuban.supervision.wall import ROWS_A_PAGE

pytestmark = pytest.mark.browser
SignIn = Callable[[User], None]
A3_PT = (1190.55, 841.89)


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


def test_a_report_is_returned_mended_and_accepted(
    page: Page,
    server: Any,
    sign_in: SignIn,
    sound: Callable[[], None],
    settings: Settings,
) -> None:
    settings.TUBAN_TODAY = TODAY  # as the server's
    posts = make_posts()
    task = make_task(
        posts.reviewer,
        [due("2024-10-11", "出台演示政策")],
        ["市工业和信息化局", "各旗区人民政府"],
        support=["市自然资源局"],
        supervise=["市督查办公室"],
    )
    address = f"{server.url}/tasks/{task.pk}/"

    sign_in(posts.department)
    page.goto(f"{server.url}/tasks/")
    sound()
    page.get_by_role("link", name="本单位承办").click()
    page.locator("tbody a").click()
    row = page.locator("tr", has_text="市工业和信息化局")
    expect(row).to_contain_text("临期")
    sound()
    row.get_by_role("link", name="上报").click()
    page.get_by_label("完成情况").fill("政策已印发。")
    page.get_by_role("button", name="上报").click()
    expect(page.get_by_role("alert")).to_contain_text("至少附一项佐证")
    expect(page.get_by_label("完成情况")).to_have_value("政策已印发。")
    sound()
    page.get_by_label("文件文号").fill("演工信发〔2024〕3号")
    page.get_by_label("发文机关").fill("演示机关")
    page.get_by_label("成文日期").fill("2024-09-20")
    page.get_by_label("附件").set_input_files(
        {"name": "政策.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF"}
    )
    page.get_by_role("button", name="上报").dblclick()  # a hand that presses twice reports once
    expect(row).to_contain_text("待核验")
    expect(page.get_by_role("button", name="核验通过")).to_have_count(0)

    sign_in(posts.supervisor)
    page.goto(address)
    sound()
    with page.expect_download() as taken:
        page.get_by_role("link", name="政策.pdf").click()
    assert taken.value.suggested_filename == "政策.pdf"
    row.get_by_text("退回", exact=True).first.click()
    row.get_by_label("退回理由").fill("缺少会签意见")
    sound()
    row.get_by_role("button", name="退回").click()
    expect(row).to_contain_text("已退回")

    sign_in(posts.department)
    page.goto(address)
    row.get_by_role("link", name="上报").click()
    page.get_by_label("完成情况").fill("会签意见已补。")
    page.get_by_label("文件文号").fill("演工信发〔2024〕4号")
    page.get_by_label("发文机关").fill("演示机关")
    page.get_by_label("成文日期").fill("2024-09-28")
    page.get_by_role("button", name="上报").click()

    sign_in(posts.supervisor)
    page.goto(address)
    row.get_by_role("button", name="核验通过").click()
    expect(row).to_contain_text("按期完成")
    page.get_by_role("link", name="挂图").click()
    expect(page.locator("tr", has_text="市工业和信息化局")).to_contain_text("按期完成")
    sound()


def test_the_reviewer_arranges_and_sets_the_rule(
    page: Page,
    server: Any,
    sign_in: SignIn,
    sound: Callable[[], None],
    settings: Settings,
) -> None:
    settings.TUBAN_TODAY = TODAY
    posts = make_posts()
    task = make_task(posts.reviewer, [])
    sign_in(posts.reviewer)

    page.goto(f"{server.url}/tasks/{task.pk}/")
    page.get_by_text("定期限", exact=True).first.click()
    page.get_by_label("期限必填").locator("visible=true").fill("2024-10-25")
    page.get_by_label("理由").locator("visible=true").fill("调度会议定")
    sound()
    page.get_by_role("button", name="定期限").click()
    row = page.locator("tr", has_text="市工业和信息化局")
    expect(row).to_contain_text("正常")
    page.goto(f"{server.url}/tasks/rule/")
    page.get_by_label("黄灯").fill("20")
    page.get_by_label("依据").fill("市局通知")
    sound()
    page.get_by_role("button", name="修改规则").click()
    page.goto(f"{server.url}/tasks/{task.pk}/")
    expect(row).to_contain_text("临期")


def test_a_link_to_a_duty_shows_its_row(
    page: Page, server: Any, sign_in: SignIn, settings: Settings
) -> None:
    """The row that is meant stands in view with its buttons, under no heading."""
    settings.TUBAN_TODAY = TODAY
    posts = make_posts()
    nodes = [due("2024-10-11", f"报送第 {n} 次进展") for n in range(1, 5)]
    task = make_task(posts.reviewer, nodes, ["各旗区人民政府"])
    duty = task.milestones.all()[2].duties.order_by("pk")[1]
    page.set_viewport_size({"width": 1366, "height": 768})
    sign_in(posts.reviewer)

    page.goto(f"{server.url}/tasks/{task.pk}/#d-{duty.pk}")

    row = page.locator(f"#d-{duty.pk}")
    expect(row).to_be_in_viewport(ratio=1)
    assert row.evaluate(
        """row => {
             const box = row.getBoundingClientRect();
             const top = document.elementFromPoint(box.left + 20, box.top + 4);
             return row.contains(top);
           }"""
    )


@pytest.mark.parametrize(("rows", "pages"), [(ROWS_A_PAGE, 1), (2 * ROWS_A_PAGE + 1, 3)])
def test_the_wall_prints_on_a3_thirty_rows_a_page(
    page: Page,
    server: Any,
    sign_in: SignIn,
    sound: Callable[[], None],
    settings: Settings,
    rows: int,
    pages: int,
) -> None:
    settings.TUBAN_TODAY = TODAY
    posts = make_posts()
    task = make_task(posts.reviewer, [due("2024-10-11"), due("2024-12-31", start=30)])
    for number in range(rows - 1):
        task.instrument.tasks.create(
            no=f"四{number}",
            title=f"一项题目比较长、要在纸上占去两行才放得下的演示任务第{number}",
            text="",
            start=100 + number,
            end=101 + number,
            lead=["市工业和信息化局"],
            deadlines=[due(f"2024-{month:02}-15", start=10 * month) for month in range(1, 11)],
        )
    form(task.instrument)
    sign_in(posts.leader)
    page.goto(f"{server.url}/tasks/wall/")
    sound()

    expect(page.locator(".p-wall-page thead")).to_have_count(pages)  # the heading, on every page
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)

    assert pdf.count(b"/Type /Page\n") == pages
    sizes = set(re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf))
    (size,) = sizes
    assert tuple(map(float, size)) == pytest.approx(A3_PT, abs=1)
