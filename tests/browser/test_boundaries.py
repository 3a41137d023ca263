"""What has a boundary: the parcel page with its map, the export page, a file made in the background."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tuban.accounts.models import Role, User
from tuban.geodata import txt
from tuban.parcels.desk.tests.worker import work
from tuban.parcels.models import Export
from tuban.parcels.tests.cast import make_parcel, make_user, mu
from tuban.parcels.tests.drawn import draw, rectangle

pytestmark = pytest.mark.browser
SignIn = Callable[[User], None]


@pytest.fixture
def clerk(server: Any, sign_in: SignIn, page: Page) -> User:
    page.set_viewport_size({"width": 1366, "height": 768})
    user = make_user(Role.BANNER_CLERK, name="jingban")
    sign_in(user)
    return user


@pytest.fixture
def block(clerk: User) -> None:
    """A parcel with a hole, three neighbours, and one without a boundary."""
    facts: dict[str, Any] = {
        "approved": ("2019-06-18", mu("145.5")),
        "supplied": ("2021-09-10", mu("145.5")),
        "delivered": ("2021-10-08", {}),
        "start_agreed": ("2021-09-10", {"start_on": "2022-09-30"}),
    }
    draw(make_parcel(clerk, no="YS-150602-0147", **facts), clerk)
    for number, place in enumerate(
        (
            rectangle(37395430, 4385000, 120, 250),
            rectangle(37394700, 4385080, 270, 170),
            rectangle(37395000, 4384850, 400, 120),
        )
    ):
        no = f"YS-150602-020{number}"
        draw(make_parcel(clerk, no=no, approved=("2015-01-01", mu("30"))), clerk, place)
    make_parcel(clerk, no="YS-150602-0300", approved=("2015-01-01", mu("30")))


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


def test_the_parcel_page_shows_where_it_lies_and_leads_to_the_neighbours(
    page: Page, server: Any, block: None, sound: Callable[[], None]
) -> None:
    page.goto(f"{server.url}/parcels/?q=YS-150602-0147")
    page.get_by_role("link", name="YS-150602-0147").click()

    panel = page.locator("#extent")
    expect(panel).to_contain_text("EPSG:4525")
    expect(panel.get_by_text("相符", exact=True)).to_be_visible()
    sound()
    panel.get_by_text("界址点坐标").click()
    expect(panel.get_by_role("cell", name="4385250.000").first).to_be_visible()
    sound()
    page.get_by_role("link", name="来源 1").click()
    expect(page.get_by_role("link", name="界址点.txt")).to_be_visible()
    sound()

    page.get_by_role("link", name="相邻地块 YS-150602-0200").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="YS-150602-0200")).to_be_visible()


def test_a_parcel_without_a_boundary_says_how_to_deliver_one(
    page: Page, server: Any, block: None, sound: Callable[[], None]
) -> None:
    page.goto(f"{server.url}/parcels/?q=YS-150602-0300")
    page.get_by_role("link", name="YS-150602-0300").click()

    expect(page.locator("#extent")).to_contain_text("还没有登记范围")
    sound()


def test_the_filtered_list_leaves_as_a_boundary_file(
    page: Page, server: Any, block: None, sound: Callable[[], None], tmp_path: Path
) -> None:
    page.goto(f"{server.url}/parcels/?stage=unsupplied")
    page.get_by_role("link", name="更多格式").click()
    expect(page.get_by_role("heading", name="导出", exact=True)).to_be_visible()
    sound()

    with page.expect_download() as download:
        page.get_by_role("link", name="界址点 TXT").click()

    download.value.save_as(tmp_path / "out.txt")
    found = txt.read((tmp_path / "out.txt").read_bytes(), "out.txt")
    assert download.value.suggested_filename.startswith("地块界址点 截至2024-09-30 导出20240930-")
    assert [parcel.head.code for parcel in found.parcels] == [
        f"YS-150602-020{number}" for number in range(3)
    ]
    assert "另有 1 宗没有登记界址" in found.header["备注"]


def test_a_large_file_is_made_while_one_waits_and_fetched(
    page: Page, server: Any, clerk: User, block: None, sound: Callable[[], None], settings: Any
) -> None:
    from tuban.core import clock
    from tuban.parcels import jobs

    export = Export.objects.create(
        kind="parcels-gpkg",
        on="2024-09-30",
        unit="mu",
        post=clerk.post,
        requested_by=clerk,
        requested_at=clock.now(),
        state="waiting",
    )
    jobs.make_export.defer(export_id=export.pk)
    where = f"{server.url}/parcels/exports/{export.pk}/"
    # A page that changes while axe looks would carry on the styles axe sets for a moment.
    still = "**/vendor/htmx*.js"
    page.route(still, lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto(where)
    expect(page.get_by_role("heading", name="等待生成")).to_be_visible()
    sound()
    page.unroute(still)
    page.goto(where)
    expect(page.get_by_role("heading", name="等待生成")).to_be_visible()
    work()

    expect(page.get_by_role("link", name="下载")).to_be_visible(timeout=10_000)
    sound()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载").click()
    assert download.value.suggested_filename.endswith(".gpkg")
    page.goto(f"{server.url}/parcels/exports/")
    expect(page.get_by_text("可下载")).to_be_visible()
    sound()
