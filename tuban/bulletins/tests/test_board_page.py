"""The board: every figure opens rows whose sum equals it, for whoever may see them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from html import unescape
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from tuban.accounts.models import Role, User
from tuban.instruments.models import Instrument, Target
from tuban.measures.queries import contributions
from tuban.parcels import actions
from tuban.parcels.models import Fact
from tuban.parcels.tests.cast import (
    CITY,
    DONGSHENG,
    EJIN_HORO,
    TODAY,
    make_parcel,
    make_user,
    mu,
)
from tuban.values.area import Unit, format_area
from tuban.values.places import COUNTY_CODES
from tuban.web.templatetags.tuban import percent

pytestmark = pytest.mark.django_db
FIGURE = re.compile(
    r'<a class="tb-fig" href="(/measures/[^"]+)" data-measure="([^"]+)"[^>]*>([^<]+)</a>'
)


@pytest.fixture(autouse=True)
def today(settings: Settings) -> None:
    settings.TUBAN_TODAY = TODAY


def target(made: Instrument, region: str, year: int | None, role: str, value: str) -> None:
    code = "unsupplied_disposed" if year else "unsupplied_stock"
    area = (Fraction(value) * Unit.MU.m2).limit_denominator(10**12)
    Target.objects.create(
        instrument=made,
        measure_code=code,
        metric="演示",
        region_id=region,
        year=year,
        role=role,
        value=value,
        unit="亩",
        printed=value,
        area_m2=round(Decimal(area.numerator) / area.denominator, 6),
        start=0,
        end=1,
    )


@pytest.fixture
def ledger() -> User:
    """Two banners with parcels and flows; yearly targets of 30 亩 for 东胜区, none elsewhere."""
    clerk = make_user(Role.BANNER_CLERK)
    for number, area in enumerate(("10.005", "20.005", "30.1")):
        make_parcel(clerk, no=f"YS-{number}", approved=("2012-05-01", mu(area)))
    make_parcel(
        clerk, no="YS-S", approved=("2012-05-01", mu("25")), supplied=("2024-02-01", mu("15"))
    )
    make_parcel(clerk, no="YS-E", region=EJIN_HORO, approved=("2013-05-01", mu("7")))
    make_parcel(
        clerk,
        no="YS-I",
        approved=("2012-05-01", mu("9")),
        supplied=("2013-01-01", mu("9")),
        start_agreed=("2013-01-01", {"start_on": "2014-01-01"}),
        recognised_idle=("2016-01-01", {"cause": "enterprise"}),
    )
    made = Instrument.objects.create(
        region_id=CITY,
        title="演示方案",
        doc_no="演府发〔2022〕1号",
        source_name="a.txt",
        source_sha256="0" * 64,
        text="演示",
        text_sha256="1" * 64,
        confirmed_by=clerk,
        confirmed_at=datetime(2022, 1, 1, tzinfo=UTC),
    )
    for code in COUNTY_CODES:
        own = code == DONGSHENG
        target(made, code, None, "base", "90" if own else "10")
        for year in (2023, 2024, 2025):
            target(made, code, year, "cell", "30" if own else "0")
    target(made, CITY, None, "base", "171")
    target(made, CITY, 2024, "total", "30")
    return clerk


def board(client: Client, role: Role, region: str, query: str = "unit=mu") -> str:
    client.force_login(make_user(role, region, name=f"reader-{role}-{region}"))
    response = client.get(f"/board/?{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_every_figure_opens_rows_whose_sum_equals_it(client: Client, ledger: User) -> None:
    for subject in ("unsupplied", "idle"):
        page = board_of_the_city(client, subject)
        figures = FIGURE.findall(page)
        assert len(figures) >= 20
        for address, code, shown in figures:
            opened = client.get(unescape(address)).content.decode()
            rows = [Fraction(area) for area in re.findall(r'data-m2="([\d.]+)"', opened)]
            assert format_area(sum(rows, Fraction(0)), Unit.MU) == shown, (address, code)


def board_of_the_city(client: Client, subject: str) -> str:
    if "sessionid" not in client.cookies:
        client.force_login(make_user(Role.CITY_LEADER, CITY))
    return client.get(f"/board/?unit=mu&subject={subject}").content.decode()


def test_the_sentence_says_where_we_stand(client: Client, ledger: User) -> None:
    page = re.sub(r"<[^>]+>", "", board(client, Role.CITY_LEADER, CITY))

    assert (
        "2024 年已消化 15.00，未复核 100.0%，目标 30.00 亩，完成率 50.0%，慢于序时 24.9 个百分点"
        in page
    )
    assert "滞后 1" in page


def test_a_difference_between_printed_and_computed_is_shown_and_not_repaired(
    client: Client, ledger: User
) -> None:
    page = board(client, Role.CITY_LEADER, CITY)

    assert re.search(
        r"载明数）</th>\s*<td class=\"tb-num\">171\.00[^<]*<span class=\"tb-diff\"[^>]*>−1\.00",
        page,
    )


def test_what_is_equal_up_to_stored_decimals_is_no_difference(client: Client, ledger: User) -> None:
    page = board(client, Role.CITY_LEADER, CITY)

    assert page.count('class="tb-diff"') == 1


def test_a_region_without_a_target_has_no_light_of_praise_or_blame(
    client: Client, ledger: User
) -> None:
    page = board(client, Role.CITY_LEADER, CITY)
    row = re.search(r">康巴什区</th>.*?</tr>", page, re.DOTALL)

    assert row
    assert "无目标" in row[0]


def test_a_banner_sees_all_values_but_opens_only_its_own_rows(client: Client, ledger: User) -> None:
    page = board(client, Role.BANNER_CLERK, EJIN_HORO)

    opened = {re.search(r"region=(\d+)", address)[1] for address, _, _ in FIGURE.findall(page)}  # type: ignore[index]
    assert opened == {EJIN_HORO}
    assert f'<span data-measure="unsupplied_stock" data-region="{DONGSHENG}"' in page
    assert client.get(f"/measures/unsupplied_stock/?region={DONGSHENG}").status_code == 404


def test_before_the_plan_and_before_the_ledger_the_board_still_answers(
    client: Client, ledger: User
) -> None:
    for on in ("2001-01-01", "2021-12-31", "2022-01-01", "2026-06-30", "2040-01-01"):
        page = (
            board(client, Role.CITY_LEADER, CITY, f"on={on}")
            if on == "2001-01-01"
            else (client.get(f"/board/?on={on}").content.decode())
        )
        assert "看板" in page


def test_without_a_plan_the_stocks_are_shown_and_the_lack_is_said(client: Client) -> None:
    make_parcel(make_user(Role.BANNER_CLERK), approved=("2012-05-01", mu("10")))

    page = board(client, Role.CITY_LEADER, CITY)

    assert "尚未确认方案" in page
    assert "10.00" in page


def test_deadlines_of_ninety_days_are_those_of_the_list(client: Client) -> None:
    clerk = make_user(Role.BANNER_CLERK)
    for number, start in enumerate(("2023-12-01", "2024-10-05", "2025-06-01")):
        make_parcel(
            clerk,
            no=f"YS-{number}",
            approved=("2020-01-01", mu("9")),
            supplied=("2022-01-01", mu("9")),
            start_agreed=("2022-01-01", {"start_on": start}),
        )

    page = board(client, Role.CITY_LEADER, CITY)
    listed = client.get("/parcels/?due=90").content.decode()

    assert re.search(r'due=90&amp;sort=next_on">2</a> 宗', page)
    assert "共 2 条" in listed


def test_the_board_takes_at_most_twelve_queries(
    client: Client, ledger: User, django_assert_max_num_queries: Any
) -> None:
    board(client, Role.CITY_LEADER, CITY)

    with django_assert_max_num_queries(11):
        client.get("/board/?unit=mu&subject=idle")


def shares(page: str) -> dict[tuple[str, str, str], str]:
    """What each figure of the tables says of 未复核, by measure, region and period; "" for nothing."""
    table = page[page.index("<tbody>") : page.index("</tfoot>")]
    found = re.findall(
        r'data-measure="([^"]+)" data-region="(\d+)" data-on="[^"]+"(?: data-period="(\d+)")?[^>]*>'
        r'[^<]+</(?:a|span)>(<span class="tb-unreviewed" title="([^"]+)">)?',
        table,
    )
    return {(code, region, period): words for code, region, period, _, words in found}


def test_beside_every_figure_stands_how_much_of_it_nobody_has_reviewed(
    client: Client, ledger: User
) -> None:
    reviewer = make_user(Role.CITY_REVIEWER, CITY)
    for fact in Fact.objects.filter(parcel__parcel_no__in=("YS-0", "YS-E")):
        actions.review_fact(actor=reviewer, fact_id=fact.pk)

    for subject in ("unsupplied", "idle"):
        told = shares(board_of_the_city(client, subject))
        assert len(told) >= 20
        for (code, region, period), words in told.items():
            share = contributions(
                reviewer, code, region_code=region, period=period, on=TODAY
            ).unreviewed_share
            assert words == (f"未复核 {percent(share)}%" if share else ""), (code, region, period)
        assert len(set(told.values())) >= 2


def test_reviewing_a_fact_shows_on_the_board_at_once(client: Client, ledger: User) -> None:
    key = ("unsupplied_stock", EJIN_HORO, "")
    before = shares(board_of_the_city(client, "unsupplied"))[key]

    actions.review_fact(
        actor=make_user(Role.CITY_REVIEWER, CITY),
        fact_id=Fact.objects.get(parcel__parcel_no="YS-E").pk,
    )

    assert (before, shares(board_of_the_city(client, "unsupplied"))[key]) == ("未复核 100.0%", "")


def test_the_passport_names_measure_scope_sum_and_day(client: Client, ledger: User) -> None:
    client.force_login(make_user(Role.CITY_LEADER, CITY))

    page = client.get(
        f"/measures/unsupplied_disposed/?region={DONGSHENG}&period=2024&unit=mu"
    ).content.decode()

    assert "2009—2019 年审批的土地，东胜区" in page
    assert "2024 年目标 30 亩（载明），演府发〔2022〕1号" in page
    assert "截至 2024-09-30（发生日）" in page
    assert 'data-total-m2="10000.000000"' in page
    assert "YS-S" in page


def test_the_pages_of_a_long_passport_add_up_to_the_figure(client: Client) -> None:
    clerk = make_user(Role.BANNER_CLERK)
    for number in range(45):
        make_parcel(clerk, no=f"YS-{number}", approved=("2012-05-01", mu(f"{number + 1}.003")))
    client.force_login(make_user(Role.CITY_LEADER, CITY))

    rows: list[Fraction] = []
    for number in (1, 2, 3):
        page = client.get(f"/measures/unsupplied_stock/?region={CITY}&size=20&page={number}")
        text = page.content.decode()
        rows += [Fraction(area) for area in re.findall(r'data-m2="([\d.]+)"', text)]
        total = re.search(r'data-total-m2="([\d.]+)"', text)

    assert len(rows) == 45
    assert total
    assert abs(sum(rows) - Fraction(total[1])) < Fraction(1, 10**4)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/measures/happiness/", 404),
        ("/measures/unsupplied_stock/?region=999999", 404),
        ("/measures/unsupplied_disposed/?period=soon", 400),
        ("/measures/unsupplied_disposed/?period=0000", 400),
        ("/measures/unsupplied_disposed/?period=9999", 400),
        ("/measures/unsupplied_stock/", 200),
    ],
)
def test_a_figure_that_does_not_exist_is_refused_in_words(
    client: Client, address: str, status: int
) -> None:
    client.force_login(make_user(Role.CITY_LEADER, CITY))

    assert client.get(address).status_code == status
