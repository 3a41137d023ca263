"""The list, the parcel page and the fact forms, as people of each post meet them."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings
from python_calamine import CalamineWorkbook

from tuban.accounts.models import Role, User
from tuban.law.facts import PAYLOAD_FIELDS, FactKind
from tuban.parcels.models import Fact, Parcel
from tuban.parcels.tests.cast import (
    CITY,
    EJIN_HORO,
    TODAY,
    add_fact,
    make_parcel,
    make_user,
    mu,
)

pytestmark = pytest.mark.django_db
APPROVED = ("2015-06-30", mu("45"))
SUPPLIED = ("2020-03-01", mu("45"))
AGREED = ("2020-03-01", {"start_on": "2021-03-01"})


@pytest.fixture(autouse=True)
def today(settings: Settings) -> None:
    settings.TUBAN_TODAY = TODAY


@pytest.fixture
def clerk() -> User:
    return make_user(Role.BANNER_CLERK)


@pytest.fixture
def desk(client: Client, clerk: User) -> Client:
    client.force_login(clerk)
    return client


@pytest.fixture
def parcel(clerk: User) -> Parcel:
    return make_parcel(clerk, approved=APPROVED)


@pytest.fixture
def elsewhere(clerk: User) -> Parcel:
    return make_parcel(clerk, no="YS-9", region=EJIN_HORO, approved=APPROVED)


def page_of(response: Any) -> str:
    text: str = response.content.decode()
    return text


# ---- List -------------------------------------------------------------------------------------


@pytest.fixture
def three(clerk: User) -> None:
    make_parcel(clerk, no="YS-A", approved=APPROVED)
    make_parcel(clerk, no="YS-B", approved=APPROVED, supplied=SUPPLIED, start_agreed=AGREED)
    make_parcel(clerk, no="YS-C", approved=("2018-01-01", mu("15.5")))


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", ["YS-A", "YS-B", "YS-C"]),
        ("stage=unsupplied", ["YS-A", "YS-C"]),
        ("stage=suspected_idle", ["YS-B"]),
        ("stage=suspected_idle&stage=unsupplied", ["YS-A", "YS-B", "YS-C"]),
        ("approved_from=2016", ["YS-C"]),
        ("approved_from=2015&approved_to=2015", ["YS-A", "YS-B"]),
        ("area_from=20", ["YS-A", "YS-B"]),
        ("area_to=20", ["YS-C"]),
        ("area_to=1.1&unit=ha", ["YS-C"]),
        ("flag=two_years", ["YS-B"]),
        ("q=ys-c", ["YS-C"]),
        ("sort=area&desc=1&stage=unsupplied", ["YS-A", "YS-C"]),
        ("sort=area&stage=unsupplied", ["YS-C", "YS-A"]),
        ("on=2014-01-01", []),
    ],
)
def test_filters_in_the_address_choose_the_rows(
    desk: Client, three: None, query: str, numbers: list[str]
) -> None:
    page = page_of(desk.get(f"/parcels/?{query}"))

    assert re.findall(r'class="tb-tab" href="/parcels/\d+/[^"]*">([^<]+)<', page) == numbers


def test_the_sum_row_is_of_the_filtered_set_and_not_of_the_page(desk: Client, clerk: User) -> None:
    for number in range(21):
        make_parcel(clerk, no=f"YS-{number:02d}", approved=("2018-01-01", mu("1.25")))

    page = page_of(desk.get("/parcels/?size=20"))

    assert "共 21 条，第 1 / 2 页" in page
    assert re.search(r"筛选合计.*?21 宗.*?26\.25", page, re.DOTALL)


def test_a_page_that_is_out_of_range_gives_the_last_one(desk: Client, three: None) -> None:
    for wild in ("999999999999999999999", "-1", "x"):
        assert "共 3 条，第 1 / 1 页" in page_of(desk.get("/parcels/", {"page": wild}))


def test_each_condition_is_a_chip_that_can_be_taken_off(desk: Client, three: None) -> None:
    page = page_of(desk.get("/parcels/?stage=unsupplied&area_from=20&page=1"))

    assert 'href="?area_from=20" aria-label="去掉条件：阶段"' in page
    assert 'href="?stage=unsupplied" aria-label="去掉条件：面积"' in page


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("stage=sleeping", "没有“sleeping”这个阶段"),
        (f"region={EJIN_HORO}", "不在本岗位的管辖范围内"),
        ("due=abc", "请写天数"),
        ("area_from=x", "不是一个数字"),
        ("area_from=-1", "面积不能小于零"),
        ("area_from=9&area_to=2", "上限不能小于下限"),
        ("approved_from=99", "年份不早于 1949"),
        ("sort=colour", "不能按“colour”排序"),
        ("flag=nice", "没有“nice”这种标记"),
    ],
)
def test_a_condition_that_cannot_be_read_is_named_and_left_out(
    desk: Client, three: None, query: str, sentence: str
) -> None:
    response = desk.get(f"/parcels/?{query}")

    assert response.status_code == 400
    assert sentence in page_of(response)
    assert "YS-A" in page_of(response)


def test_an_empty_list_says_why_and_what_next(desk: Client, three: None) -> None:
    assert "管辖范围内共有 3 宗" in page_of(desk.get("/parcels/?q=none-such"))
    assert "还没有地块" in page_of(desk.get("/parcels/?on=2001-01-01"))


@pytest.mark.parametrize("query", ["", "stage=unsupplied&approved_from=2010&sort=area", "q=YS"])
def test_a_list_of_three_and_one_of_thirty_cost_the_same_queries(
    desk: Client, clerk: User, three: None, query: str
) -> None:
    few = _queries_of_a_list(desk, query)
    for number in range(30):
        make_parcel(clerk, no=f"YS-{number:02d}", approved=APPROVED)
    many = _queries_of_a_list(desk, query)

    assert few == many <= 11


def _queries_of_a_list(desk: Client, query: str) -> int:
    """With nothing remembered."""
    desk.get("/parcels/")
    cache.clear()
    with CaptureQueriesContext(connection) as captured:
        desk.get(f"/parcels/?{query}")
    # The session is prolonged once a minute; a time limit is taken back within a transaction only,
    # and this one and its savepoints are the test's own.
    no_part = ("django_session", "SAVEPOINT", "statement_timeout")
    return sum(not any(words in query["sql"] for words in no_part) for query in captured)


def test_the_export_holds_exactly_the_filtered_rows(desk: Client, three: None) -> None:
    response = desk.get("/parcels/export.xlsx?stage=unsupplied&unit=mu")

    rows = (
        CalamineWorkbook.from_filelike(BytesIO(response.content)).get_sheet_by_index(0).to_python()
    )
    numbers = [row[1] for row in rows if str(row[1]).startswith("YS-")]
    assert "attachment" in response["Content-Disposition"]
    assert numbers == ["YS-A", "YS-C"]
    assert any("单位：亩" in str(row[0]) and "阶段 批而未供" in str(row[0]) for row in rows)


def test_a_post_that_may_not_export_is_told_so(client: Client, three: None) -> None:
    client.force_login(make_user(Role.SYSTEM_ADMIN))

    response = client.get("/parcels/export.xlsx")

    assert response.status_code == 403
    assert "本岗位不能导出" in page_of(response)


# ---- Parcel -----------------------------------------------------------------------------------


def test_the_parcel_page_shows_stage_timeline_facts_and_grounds(desk: Client, clerk: User) -> None:
    parcel = make_parcel(
        clerk,
        approved=APPROVED,
        supplied=SUPPLIED,
        delivered=("2020-03-20", {}),
        start_agreed=AGREED,
    )

    facts = page_of(desk.get(f"/parcels/{parcel.pk}/"))
    grounds = page_of(desk.get(f"/parcels/{parcel.pk}/?tab=grounds"))

    assert "疑似闲置满二年" in facts
    assert 'class="p-time"' in facts
    assert "45 亩" in facts
    assert "第二条" in grounds
    assert "IDL-01" in grounds


def test_dates_are_those_of_the_present_round_of_supply(desk: Client, clerk: User) -> None:
    parcel = make_parcel(
        clerk,
        approved=APPROVED,
        supplied=SUPPLIED,
        start_agreed=AGREED,
        delivered=("2020-03-20", {}),
        recovered=("2022-06-30", {"route": "paid"}),
    )
    for kind, on, payload in (
        (FactKind.SUPPLIED, "2023-06-22", mu("45")),
        (FactKind.START_AGREED, "2023-06-22", {"start_on": "2024-06-22"}),
    ):
        add_fact(parcel, clerk, kind, on, payload)

    page = page_of(desk.get(f"/parcels/{parcel.pk}/"))
    before = page_of(desk.get(f"/parcels/{parcel.pk}/?on=2022-01-31"))

    assert re.search(r"约定动工</dt><dd class=\"tb-num\">2024-06-22", page)
    assert re.search(r"疑似闲置起</dt><dd class=\"tb-num\">2025-06-23", page)
    assert re.search(r"交地日期</dt><dd class=\"tb-num\">—", page)
    assert re.search(r"约定动工</dt><dd class=\"tb-num\">2021-03-01", before)
    assert re.search(r"交地日期</dt><dd class=\"tb-num\">2020-03-20", before)


def test_a_rule_that_is_not_verified_is_marked(desk: Client, clerk: User) -> None:
    parcel = make_parcel(clerk, approved=APPROVED, supplied=SUPPLIED, delivered=("2020-03-20", {}))

    assert "待核实" in page_of(desk.get(f"/parcels/{parcel.pk}/?tab=grounds"))


def test_what_is_missing_is_named(desk: Client, clerk: User) -> None:
    parcel = make_parcel(clerk, approved=APPROVED, supplied=SUPPLIED)

    page = page_of(desk.get(f"/parcels/{parcel.pk}/"))

    assert "无法计算" in page
    assert "约定动工日期" in page


def test_a_parcel_without_facts_offers_the_next_act(desk: Client, clerk: User) -> None:
    parcel = make_parcel(clerk)

    page = page_of(desk.get(f"/parcels/{parcel.pk}/"))

    assert "还没有登记事实" in page
    assert reverse("fact-add", args=[parcel.pk]) in page


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.BANNER_CLERK])
def test_only_the_clerk_is_offered_to_record(client: Client, parcel: Parcel, role: Role) -> None:
    client.force_login(make_user(role))

    page = page_of(client.get(f"/parcels/{parcel.pk}/"))

    assert f'href="{reverse("fact-add", args=[parcel.pk])}' not in page


def test_on_an_earlier_day_editing_is_off(desk: Client, parcel: Parcel) -> None:
    page = page_of(desk.get(f"/parcels/{parcel.pk}/?on=2024-01-31"))

    assert f'href="{reverse("fact-add", args=[parcel.pk])}' not in page
    assert "以往时点，不可登记" in page


def test_a_parcel_of_another_banner_does_not_exist_for_this_post(
    desk: Client, elsewhere: Parcel
) -> None:
    fact = elsewhere.facts.get()

    for address in (
        f"/parcels/{elsewhere.pk}/",
        f"/parcels/{elsewhere.pk}/facts/",
        f"/parcels/{elsewhere.pk}/facts/{fact.pk}/correction/",
    ):
        assert desk.get(address).status_code == 404
    assert desk.post(f"/parcels/{elsewhere.pk}/facts/{fact.pk}/review/").status_code == 404


def test_a_fact_answers_only_under_its_own_parcel(desk: Client, clerk: User) -> None:
    one, other = (make_parcel(clerk, no=no, approved=APPROVED) for no in ("YS-1", "YS-2"))
    fact = one.facts.get()

    assert desk.get(f"/parcels/{other.pk}/facts/{fact.pk}/correction/").status_code == 404


# ---- Recording --------------------------------------------------------------------------------

SUPPLY = {
    "kind": "supplied",
    "day": "2020年3月1日",
    "p_area": "30",
    "p_area_unit": "mu",
    "p_mode": "grant",
    "p_contract_no": "150602-2020-001",
    "p_price_yuan": "1,000,000",
    "paper_no": "",
    "paper_on": "",
    "paper_issuer": "",
    "evidence": "合同 1 份",
}


def test_recording_a_fact_moves_the_stage(desk: Client, parcel: Parcel) -> None:
    response = desk.post(f"/parcels/{parcel.pk}/facts/?on=2024-09-30&unit=mu", SUPPLY)

    stored = Fact.objects.get(kind="supplied")
    assert response["Location"] == f"/parcels/{parcel.pk}/?on=2024-09-30&unit=mu"
    assert stored.payload == {
        "area": {"value": "30", "unit": "mu"},
        "mode": "grant",
        "contract_no": "150602-2020-001",
        "price_yuan": "1000000",
    }
    assert stored.evidence == "合同 1 份"
    page = page_of(desk.get(response["Location"]))
    assert "已登记“供应”" in page
    assert re.search(r"未供面积</dt><dd class=\"tb-num\"><b>15\.00", page)


def test_a_date_known_to_the_month_counts_as_its_last_day(desk: Client, parcel: Parcel) -> None:
    desk.post(f"/parcels/{parcel.pk}/facts/", SUPPLY | {"day": "2020年3月"})

    stored = Fact.objects.get(kind="supplied")
    assert (stored.on.isoformat(), stored.on_precision) == ("2020-03-31", "month")
    assert "到月" in page_of(desk.get(f"/parcels/{parcel.pk}/"))


@pytest.mark.parametrize(
    ("change", "sentence", "field"),
    [
        ({"day": ""}, "请填写发生日", "id_day"),
        ({"day": "2020-02-31"}, "不存在", "id_day"),
        ({"p_area": ""}, "请填写面积", "id_p_area"),
        ({"p_area": "很大"}, "不是一个数字", "id_p_area"),
        ({"p_area": "0"}, "须大于零", "id_p_area"),
        ({"p_area_unit": "acre"}, "1 处需要改正", None),
        ({"p_mode": "gift"}, "请选择供地方式", "id_p_mode"),
        ({"p_price_yuan": "-5"}, "不小于零", "id_p_price_yuan"),
        ({"day": "2024-10-01"}, "2024-10-01", None),
        ({"day": "2010-01-01"}, "批准", None),
        ({"p_area": "46"}, "45", None),
    ],
)
def test_what_is_wrong_is_said_at_its_place_and_nothing_is_written(
    desk: Client, parcel: Parcel, change: dict[str, str], sentence: str, field: str | None
) -> None:
    before = Fact.objects.count()

    response = desk.post(f"/parcels/{parcel.pk}/facts/", SUPPLY | change)

    page = page_of(response)
    assert response.status_code == 422
    assert sentence in page
    assert 'value="150602-2020-001"' in page, "typed text must survive"
    if field:
        assert f'aria-describedby="{field}-error"' in page
    assert Fact.objects.count() == before


@pytest.mark.parametrize("kind", [kind for kind in FactKind if kind is not FactKind.VOID])
def test_every_kind_of_fact_has_a_form_with_the_fields_the_law_names(
    desk: Client, parcel: Parcel, kind: FactKind
) -> None:
    page = page_of(desk.get(f"/parcels/{parcel.pk}/facts/", {"kind": kind.value}))

    for field in PAYLOAD_FIELDS[kind]:
        assert f'name="p_{field.name}"' in page


def test_no_form_asks_for_a_status_or_a_rate(desk: Client, parcel: Parcel) -> None:
    for kind in FactKind:
        page = page_of(desk.get(f"/parcels/{parcel.pk}/facts/", {"kind": kind.value}))
        names = set(re.findall(r'name="([^"]+)"', page))
        assert not names & {"stage", "status", "rate", "state"}


def test_an_unknown_kind_asks_to_choose_one(desk: Client, parcel: Parcel) -> None:
    for kind in ("void", "miracle", ""):
        page = page_of(desk.get(f"/parcels/{parcel.pk}/facts/", {"kind": kind}))
        assert "先选事实种类" in page


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.BANNER_CLERK])
def test_other_posts_cannot_record_even_by_hand(client: Client, parcel: Parcel, role: Role) -> None:
    client.force_login(make_user(role))

    assert client.get(f"/parcels/{parcel.pk}/facts/").status_code == 403
    assert client.post(f"/parcels/{parcel.pk}/facts/", SUPPLY).status_code == 403
    assert not Fact.objects.filter(kind="supplied").exists()


# ---- Correcting, cancelling, reviewing --------------------------------------------------------


def correction(fact: Fact, **change: str) -> dict[str, str]:
    return {
        "kind": fact.kind,
        "day": fact.on.isoformat(),
        "p_area": "40",
        "p_area_unit": "mu",
        "paper_no": "",
        "paper_on": "",
        "paper_issuer": "",
        "evidence": "",
        "reason": "批复面积录入有误",
    } | change


def test_a_correction_begins_with_what_the_fact_says(desk: Client, parcel: Parcel) -> None:
    fact = parcel.facts.get()

    page = page_of(desk.get(f"/parcels/{parcel.pk}/facts/{fact.pk}/correction/"))

    assert 'name="day" class="form-control" value="2015-06-30"' in page
    assert 'name="p_area" class="form-control" value="45"' in page
    assert '<option value="mu" selected>' in page


def test_a_correction_supersedes_and_both_stay_on_record(desk: Client, parcel: Parcel) -> None:
    fact = parcel.facts.get()

    desk.post(f"/parcels/{parcel.pk}/facts/{fact.pk}/correction/", correction(fact))

    page = page_of(desk.get(f"/parcels/{parcel.pk}/"))
    assert Fact.objects.get(supersedes=fact).payload["area"]["value"] == "40"
    assert "已更正" in page
    assert "批复面积录入有误" in page
    assert 'class="is-void"' in page


def test_a_correction_needs_its_reason(desk: Client, parcel: Parcel) -> None:
    fact = parcel.facts.get()

    response = desk.post(
        f"/parcels/{parcel.pk}/facts/{fact.pk}/correction/", correction(fact, reason=" ")
    )

    assert response.status_code == 422
    assert "请填写更正理由" in page_of(response)


def test_the_second_of_two_corrections_is_told_and_writes_nothing(
    desk: Client, parcel: Parcel
) -> None:
    fact = parcel.facts.get()
    address = f"/parcels/{parcel.pk}/facts/{fact.pk}/correction/"
    desk.post(address, correction(fact))

    response = desk.post(address, correction(fact, p_area="41"))

    assert response.status_code == 409
    assert "已被更正或作废" in page_of(response)
    assert 'value="41"' in page_of(response)
    assert Fact.objects.filter(parcel=parcel).count() == 2


def test_cancelling_a_fact_asks_for_a_reason_and_keeps_it(desk: Client, clerk: User) -> None:
    parcel = make_parcel(clerk, approved=APPROVED, supplied=SUPPLIED)
    fact = parcel.facts.get(kind="supplied")
    address = f"/parcels/{parcel.pk}/facts/{fact.pk}/correction/"

    without = desk.post(address, {"act": "void", "reason": ""})
    desk.post(address, {"act": "void", "reason": "重复登记"})

    assert without.status_code == 422
    assert "请填写作废理由" in page_of(without)
    assert "作废事实" in page_of(without)
    assert Fact.objects.get(supersedes=fact).kind == "void"
    assert "已作废" in page_of(desk.get(f"/parcels/{parcel.pk}/"))
    assert "批而未供" in page_of(desk.get(f"/parcels/{parcel.pk}/"))


def test_the_reviewer_reviews_what_the_clerk_recorded(client: Client, parcel: Parcel) -> None:
    client.force_login(make_user(Role.CITY_REVIEWER, CITY))
    fact = parcel.facts.get()

    client.post(f"/parcels/{parcel.pk}/facts/{fact.pk}/review/")

    page = page_of(client.get(f"/parcels/{parcel.pk}/"))
    assert "已复核" in page
    assert fact.review.reviewed_by.role == Role.CITY_REVIEWER


def test_a_review_is_a_deliberate_press(client: Client, parcel: Parcel) -> None:
    client.force_login(make_user(Role.CITY_REVIEWER, CITY))

    fact = parcel.facts.get()
    assert client.get(f"/parcels/{parcel.pk}/facts/{fact.pk}/review/").status_code == 405


def test_the_parcel_page_names_the_holder_with_the_credit_code(desk: Client, clerk: User) -> None:
    parcel = make_parcel(clerk, approved=APPROVED)
    Parcel.objects.filter(pk=parcel.pk).update(holder="演示企业", holder_uscc="91350100M000100Y43")

    page = desk.get(f"/parcels/{parcel.pk}/").content.decode()

    assert '<span title="统一社会信用代码">91350100M000100Y43</span>' in page
