"""Every page in Chromium: nothing refused by the policy, nothing missing, nothing inaccessible."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tuban.accounts.models import Role
from tuban.parcels.tests.cast import DONGSHENG, make_parcel, make_user

pytestmark = pytest.mark.browser

APPROVED = {"area": {"value": "2.0000", "unit": "ha"}}
SUPPLIED = {"area": {"value": "1.5000", "unit": "ha"}, "mode": "grant"}
PAGES = {
    "board": "/board/?on=2024-09-30",
    "list": "/parcels/?on=2024-09-30",
    "list-empty": "/parcels/?on=2024-09-30&q=没有这样的地块",
    "parcel": "/parcels/{pk}/?on=2024-09-30",
    "measure": "/measures/unsupplied_stock/?on=2024-09-30",
    "absent": "/nowhere/",
}


def _is_wider_than_the_window(page: Any) -> bool:
    wider: bool = page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    return wider


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("role", [Role.BANNER_CLERK, Role.CITY_REVIEWER])
def test_a_page_is_whole_and_accessible(
    role: Role,
    name: str,
    server: Any,
    page: Any,
    sign_in: Callable[[Any], None],
    console_errors: list[str],
    axe: Callable[[], list[str]],
) -> None:
    user = make_user(role, DONGSHENG if role is Role.BANNER_CLERK else "150600")
    parcel = make_parcel(
        user,
        approved=("2020-03-01", APPROVED),
        supplied=("2021-03-01", SUPPLIED),
        delivered=("2021-04-01", {}),
        start_agreed=("2021-03-01", {"start_on": "2022-03-01"}),
    )
    sign_in(user)
    answer = page.goto(server.url + PAGES[name].format(pk=parcel.pk))

    assert answer.status == (404 if name == "absent" else 200)
    unexpected = [line for line in console_errors if "404" not in line or name != "absent"]
    assert unexpected == []
    assert axe() == []
    assert not _is_wider_than_the_window(page)


def test_the_sign_in_page_is_whole_and_accessible(
    server: Any, page: Any, console_errors: list[str], axe: Callable[[], list[str]]
) -> None:
    page.goto(server.url + "/")
    assert page.url.startswith(server.url + "/accounts/login/")
    assert console_errors == []
    assert axe() == []


def test_signing_in_through_the_form_leads_to_the_board(server: Any, page: Any) -> None:
    make_user(Role.CITY_REVIEWER, "150600", "reviewer")
    page.goto(server.url + "/")
    page.locator("input[name=username]").fill("reviewer")
    page.locator("input[name=password]").fill("cast-2024-pass")
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/board/**")


def test_the_sixth_try_is_refused_even_with_the_right_password(server: Any, page: Any) -> None:
    make_user(Role.CITY_REVIEWER, "150600", "reviewer")
    for password in ("wrong",) * 5 + ("cast-2024-pass",):
        page.goto(server.url + "/accounts/login/")
        page.locator("input[name=username]").fill("reviewer")
        page.locator("input[name=password]").fill(password)
        page.get_by_role("button", name="登录").click()
        page.wait_for_load_state()
    assert "锁定" in page.content()
    page.goto(server.url + "/board/")
    assert "/accounts/login/" in page.url


@pytest.mark.parametrize("name", ["board", "list", "parcel"])
def test_a_narrow_window_keeps_the_menu_within_reach(
    name: str, server: Any, page: Any, sign_in: Callable[[Any], None]
) -> None:
    user = make_user(Role.BANNER_CLERK, DONGSHENG)
    parcel = make_parcel(user, approved=("2020-03-01", APPROVED))
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(user)

    page.goto(server.url + PAGES[name].format(pk=parcel.pk))

    assert not _is_wider_than_the_window(page)
    page.locator(".tb-top details > summary").click()
    leaving = page.get_by_role("button", name="退出登录").bounding_box()
    assert leaving["x"] >= 0
    assert leaving["x"] + leaving["width"] <= 390
