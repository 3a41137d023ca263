"""The map in Chromium: it opens around the parcels, answers clicks, measures, jumps and prints."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from playwright.sync_api import Page, expect

from tuban.accounts.models import Role, User
from tuban.parcels.models import Parcel
from tuban.parcels.tests.cast import make_parcel, make_user, mu

pytestmark = pytest.mark.browser
HERE = (109.98, 39.82)
SIDE = 0.004


@pytest.fixture
def clerk(server: Any) -> User:
    return make_user(Role.BANNER_CLERK, name="jingban")


@pytest.fixture
def parcel(clerk: User) -> Parcel:
    made = make_parcel(clerk, no="YS-150602-0147", approved=("2019-06-18", mu("63.58")))
    x, y = HERE
    made.geometry = MultiPolygon(Polygon.from_bbox((x, y, x + SIDE, y + SIDE)), srid=4490)
    made.save(update_fields=("geometry",))
    return made


def test_a_clerk_asks_the_map(
    parcel: Parcel,
    clerk: User,
    server: Any,
    page: Page,
    sign_in: Callable[[Any], None],
    console_errors: list[str],
    axe: Callable[[], list[str]],
) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    sign_in(clerk)
    page.goto(f"{server.url}/map/?on=2024-09-30")
    window = page.locator("#map-window")
    expect(window).to_contain_text("1 宗")
    expect(window).to_contain_text("63.58 亩")
    expect(page.locator("#map-legend")).to_contain_text("批而未供")

    # The map has opened around the one parcel: its middle is the parcel's.
    box = page.locator("#map").bounding_box()
    assert box
    middle = (box["x"] + box["width"] / 2 - 26, box["y"] + box["height"] / 2)
    page.mouse.click(*middle)
    hits = page.locator("#map-hits")
    expect(hits).to_contain_text("YS-150602-0147")
    expect(hits).to_contain_text("同一位置 1 个对象")
    assert console_errors == []
    assert axe() == []
    console_errors.clear()  # the checker's own style sheet is refused like any other

    # The legend's lines are conditions: only idle land, then all again, the view where it was.
    hashed = page.url.rpartition("#")[2]
    page.get_by_role("link", name="闲置（已认定）").click()
    expect(window).to_contain_text("0 宗")
    assert page.url.endswith(f"stage=idle#{hashed}")
    page.get_by_role("link", name="去掉条件：阶段").click()
    expect(window).to_contain_text("1 宗")

    page.get_by_role("button", name="测距").click()
    page.mouse.click(middle[0] - 100, middle[1])
    page.wait_for_timeout(350)
    page.mouse.dblclick(middle[0] + 100, middle[1])
    expect(page.locator("#map-said")).to_contain_text(re.compile(r"椭球面长度 [\d,.]+ 米"))

    page.keyboard.press("Escape")
    page.locator("#map-at").fill("4407512.33 37414263.18")
    page.locator("#map-go button").click()
    expect(page.locator("#map-said")).to_contain_text("三度带 37 带")
    expect(window).to_contain_text("0 宗")
    page.locator("#map-at").fill("X=4407512.33 Y=39414263.18")
    page.locator("#map-go button").click()
    expect(page.locator("#map-zone")).to_have_value("39")
    expect(page.locator("#map-xy")).to_have_text("X（北）4 407 512.33　Y（东）39 414 263.18")

    page.get_by_role("button", name="全图").click()
    expect(window).to_contain_text("1 宗")
    page.get_by_role("button", name="框选").click()
    page.mouse.move(middle[0] - 150, middle[1] - 150)
    page.mouse.down()
    page.mouse.move(middle[0] + 150, middle[1] + 150, steps=4)
    page.mouse.up()
    page.wait_for_url(re.compile(r"/parcels/\?.*box="))
    expect(page.get_by_role("link", name="YS-150602-0147")).to_be_visible()

    # Back to the map with the same box, and from the parcel to itself, already asked about.
    page.get_by_role("link", name="在图上看").click()
    expect(window).to_contain_text("1 宗")
    page.goto(f"{server.url}/map/?parcel={parcel.pk}&on=2024-09-30")
    expect(hits).to_contain_text("YS-150602-0147")
    assert console_errors == []


@pytest.mark.parametrize(("paper", "points"), [("A4", (842, 595)), ("A3", (1191, 842))])
def test_a_sheet_prints_on_one_page_of_its_size(
    paper: str,
    points: tuple[int, int],
    parcel: Parcel,
    clerk: User,
    server: Any,
    page: Page,
    sign_in: Callable[[Any], None],
    console_errors: list[str],
    axe: Callable[[], list[str]],
) -> None:
    sign_in(clerk)
    at = f"{HERE[0] + SIDE / 2},{HERE[1] + SIDE / 2}"
    page.goto(f"{server.url}/map/print/?at={at}&scale=5000&paper={paper}&on=2024-09-30")
    # A CSS millimetre is 96 / 25.4 pixels on screen and a millimetre on paper; the drawing's own
    # millimetres are proved in tuban/atlas/tests.
    frame = page.locator("rect.t-frame").bounding_box()
    assert frame
    drawn = frame["width"] * 25.4 / 96
    assert abs(drawn - {"A4": 235, "A3": 358}[paper]) < 0.5
    pdf = page.pdf(prefer_css_page_size=True)
    (media,) = set(re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf))
    assert tuple(round(float(edge)) for edge in media) == points
    assert pdf.count(b"/Type /Page\n") == 1
    assert console_errors == []
    assert axe() == []
