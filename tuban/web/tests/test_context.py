"""Every page stands on a day and in a unit, and every link keeps them."""

from __future__ import annotations

import re
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from pytest_django import Settings

from tuban.accounts.models import Role
from tuban.parcels.tests.cast import CITY, TODAY, make_user
from tuban.web.context import Context


@pytest.fixture(autouse=True)
def today(settings: Settings) -> None:
    settings.TUBAN_TODAY = TODAY


@pytest.fixture
def reader(client: Client, db: None) -> Client:
    client.force_login(make_user(Role.CITY_LEADER, CITY))
    return client


def context(on: date) -> Context:
    from datetime import datetime

    return Context(on, TODAY, datetime(2024, 9, 30, 14, 30, tzinfo=ZoneInfo("Asia/Shanghai")), None)


@pytest.mark.parametrize(
    ("on", "before", "after"),
    [
        ("2024-09-30", "2024-08-31", "2024-10-31"),
        ("2024-09-15", "2024-08-31", "2024-09-30"),
        ("2024-01-01", "2023-12-31", "2024-01-31"),
        ("2024-02-29", "2024-01-31", "2024-03-31"),
        ("2023-12-31", "2023-11-30", "2024-01-31"),
    ],
)
def test_the_arrows_lead_from_month_end_to_month_end(on: str, before: str, after: str) -> None:
    asof = context(date.fromisoformat(on))

    assert asof.month_end_before.isoformat() == before
    assert asof.month_end_after.isoformat() == after


@pytest.mark.parametrize(
    "written",
    ["2024-13-01", "2024-02-30", "20240930", "2024-W40-1", "昨天", "1900-01-01", "a" * 99],
)
def test_a_day_that_is_none_is_refused_with_a_remedy(reader: Client, written: str) -> None:
    response = reader.get("/board/", {"on": written})

    page = response.content.decode()
    assert response.status_code == 400
    assert "无法识别" in page
    assert "请写成 2024-09-30 的样子" in page


def test_a_bad_day_is_not_carried_on_by_the_links_of_its_error_page(reader: Client) -> None:
    page = reader.get("/board/", {"on": "2024-13-01"}).content.decode()

    navigation = re.search(r'<nav class="tb-side".*?</nav>', page, re.DOTALL)
    assert navigation
    assert "2024-13-01" not in navigation[0]


def test_a_unit_that_is_none_is_refused(reader: Client) -> None:
    response = reader.get("/board/", {"unit": "acre"})

    assert response.status_code == 400
    assert "亩" in response.content.decode()


def test_a_future_day_is_marked_as_a_forecast(reader: Client) -> None:
    page = reader.get("/board/", {"on": "2025-06-30"}).content.decode()

    assert "预测：以下为 2025年6月30日 的情形" in page
    assert "is-future" in page
    assert "回今天" in page


def test_a_past_day_is_marked_as_past(reader: Client) -> None:
    page = reader.get("/board/", {"on": "2023-06-30"}).content.decode()

    assert "is-past" in page
    assert "预测" not in page


def test_links_keep_day_and_unit(reader: Client) -> None:
    page = reader.get("/parcels/", {"on": "2023-06-30", "unit": "ha"}).content.decode()

    navigation = re.search(r'<nav class="tb-side".*?</nav>', page, re.DOTALL)
    assert navigation
    assert navigation[0].count("?on=2023-06-30&amp;unit=ha") == navigation[0].count("<a ") > 0


def test_the_chosen_unit_is_remembered(reader: Client) -> None:
    reader.get("/board/", {"unit": "ha"})

    page = reader.get("/parcels/").content.decode()

    assert re.search(r'class="is-on" aria-current="true">公顷', page)


def test_the_density_is_remembered(reader: Client) -> None:
    response = reader.post("/display/", {"density": "comfortable", "next": "/parcels/"})

    assert response["Location"] == "/parcels/"
    assert 'data-density="comfortable"' in reader.get("/parcels/").content.decode()


def test_a_density_that_is_none_is_refused(reader: Client) -> None:
    assert reader.post("/display/", {"density": "huge"}).status_code == 400


def test_the_density_form_leads_nobody_off_the_site(reader: Client) -> None:
    response = reader.post("/display/", {"density": "compact", "next": "https://example.com"})

    assert response["Location"] == "/"


def test_the_demonstration_says_so_on_every_page(reader: Client, settings: Settings) -> None:
    settings.DEMO = True

    page = reader.get("/parcels/").content.decode()

    assert "演示数据" in page
    assert "演示日期 2024-09-30" in page


def test_an_installation_does_not_call_itself_a_demonstration(
    reader: Client, settings: Settings
) -> None:
    settings.DEMO = False

    page = reader.get("/parcels/").content.decode()

    assert "演示数据" not in page
    assert "演示日期" not in page


def test_the_navigation_lists_only_pages_that_answer(reader: Client) -> None:
    page = reader.get("/board/").content.decode()
    navigation = re.search(r'<nav class="tb-side".*?</nav>', page, re.DOTALL)
    assert navigation
    addresses = re.findall(r'href="([^"]+)"', navigation[0])

    assert addresses
    assert [reader.get(address).status_code for address in addresses] == [200] * len(addresses)


def test_old_kernels_find_a_favicon(client: Client) -> None:
    response = client.get("/favicon.ico")

    assert response.status_code == 301
    assert response["Location"].endswith("favicon.svg")
