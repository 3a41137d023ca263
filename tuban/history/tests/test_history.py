"""变更记录: what is written, who reads it, how it is asked, and that nobody alters it."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tuban.accounts import deeds
from tuban.accounts.models import ChangeRecord, Role, User
from tuban.accounts.records import DEEDS, Group, deed, record
from tuban.history.pages import OBJECTS, SIZE
from tuban.law.facts import FactKind
from tuban.parcels.actions import record_fact
from tuban.parcels.deeds import FACT_RECORDED
from tuban.parcels.models import Parcel
from tuban.parcels.tests.cast import (
    CITY,
    DONGSHENG,
    EJIN_HORO,
    TODAY,
    make_parcel,
    make_user,
    mu,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(settings: Settings) -> None:
    settings.TUBAN_TODAY = TODAY


@pytest.fixture
def clerk() -> User:
    return make_user(Role.BANNER_CLERK, name="clerk")


@pytest.fixture
def parcel(clerk: User) -> Parcel:
    return make_parcel(clerk, no="DS-1", approved=("2015-06-30", mu("45")))


def supplied(actor: User, parcel: Parcel) -> None:
    record_fact(
        actor=actor,
        parcel_id=parcel.pk,
        kind=FactKind.SUPPLIED,
        on=TODAY.replace(day=1),
        payload={**mu("30"), "mode": "grant"},
    )


def shown(client: Client, user: User, query: str = "") -> str:
    client.force_login(user)
    response = client.get(f"/history/{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_an_act_is_told_with_post_instant_object_and_content(clerk: User, parcel: Parcel) -> None:
    supplied(clerk, parcel)
    entry = ChangeRecord.objects.get(deed="fact.recorded")
    assert (entry.actor, entry.who, entry.region_id) == (clerk, str(clerk), DONGSHENG)
    assert (entry.subject_type, entry.subject_id, entry.subject) == (
        "parcels.parcel",
        parcel.pk,
        "DS-1",
    )
    assert entry.detail["发生日"] == "2024-09-01"
    assert entry.door == "system"


def test_a_page_leaves_its_address_and_request_number(
    client: Client, clerk: User, parcel: Parcel
) -> None:
    client.force_login(clerk)
    response = client.post("/accounts/tokens/", {"name": "程序", "days": "30"})
    entry = ChangeRecord.objects.get(deed="token.made")
    assert (entry.door, entry.ip, entry.request_no) == (
        "page",
        "127.0.0.1",
        response["X-Request-Id"],
    )


def test_a_refused_transaction_leaves_no_line(clerk: User, parcel: Parcel) -> None:
    class Stop(Exception):
        pass

    def act_and_stop() -> None:
        with transaction.atomic():
            supplied(clerk, parcel)
            raise Stop

    with pytest.raises(Stop):
        act_and_stop()
    assert not ChangeRecord.objects.filter(deed="fact.recorded").exists()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE accounts_changerecord SET who = 'x'",
        "DELETE FROM accounts_changerecord",
        "TRUNCATE accounts_changerecord CASCADE",
    ],
)
def test_the_database_lets_nobody_alter_a_line(clerk: User, parcel: Parcel, sql: str) -> None:
    supplied(clerk, parcel)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert ChangeRecord.objects.filter(deed="fact.recorded").count() == 1


def test_an_act_that_the_role_may_not_do_is_written_down(
    client: Client, clerk: User, parcel: Parcel
) -> None:
    auditor = make_user(Role.AUDITOR)
    client.force_login(auditor)
    assert client.get(f"/parcels/{parcel.pk}/facts/").status_code == 403
    entry = ChangeRecord.objects.get(deed="access.refused")
    assert (entry.actor, entry.detail["操作"]) == (auditor, "登记和更正事实")


def test_a_post_reads_its_own_region_and_its_own_acts(client: Client, clerk: User) -> None:
    far = make_user(Role.BANNER_CLERK, EJIN_HORO, name="far")
    theirs = make_parcel(far, no="YJ-9", region=EJIN_HORO, approved=("2016-06-30", mu("30")))
    ours = make_parcel(clerk, no="DS-9", approved=("2016-06-30", mu("30")))
    record(far, FACT_RECORDED, about=theirs)
    record(clerk, FACT_RECORDED, about=ours)

    page = shown(client, clerk)
    assert "DS-9" in page
    assert "YJ-9" not in page
    for query in (f"?region={EJIN_HORO}", f"?about=parcels.parcel:{theirs.pk}", "?subject=YJ-9"):
        assert "YJ-9</a>" not in shown(client, clerk, query)
    city = shown(client, make_user(Role.CITY_REVIEWER, CITY))
    assert "DS-9" in city
    assert "YJ-9" in city


def test_sign_ins_of_others_are_for_the_auditor(client: Client, clerk: User) -> None:
    other = make_user(Role.DEPARTMENT, name="other-post")
    record(other, deeds.SIGNED_IN)
    assert "other-post" not in shown(client, clerk)
    assert "other-post" in shown(client, make_user(Role.AUDITOR))
    assert "other-post" not in shown(client, make_user(Role.AUDITOR, EJIN_HORO))


def test_a_try_at_an_account_that_does_not_exist_is_for_the_whole_citys_auditor(
    client: Client,
) -> None:
    client.post("/accounts/login/", {"username": "my-password", "password": "x"})
    entry = ChangeRecord.objects.get(deed="account.sign_in_failed")
    assert "my-password" not in str(entry.__dict__)
    assert "没有的账号" in shown(client, make_user(Role.AUDITOR, CITY))
    assert "没有的账号" not in shown(client, make_user(Role.AUDITOR, DONGSHENG))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?deed=fact.recorded", True),
        ("?deed=fact.reviewed", False),
        ("?group=business", True),
        ("?group=taken", False),
        ("?who=clerk", True),
        ("?who=nobody", False),
        (f"?region={DONGSHENG}", True),
        ("?first=2024-09-30&last=2024-09-30", True),
        ("?last=2024-09-29", False),
        ("?first=2024-10-01", False),
        ("?subject=DS-1", True),
        ("?subject=DS-2", False),
    ],
)
def test_a_filter_stands_in_the_address(
    client: Client, clerk: User, parcel: Parcel, query: str, expected: bool
) -> None:
    supplied(clerk, parcel)
    assert ("DS-1</a>" in shown(client, clerk, query)) is expected


@pytest.mark.parametrize(
    "query", ["?deed=fly", "?group=x", "?first=2024-9-1", "?last=x", "?about=x", "?after=x"]
)
def test_a_filter_that_is_none_is_refused_in_words(client: Client, clerk: User, query: str) -> None:
    client.force_login(clerk)
    response = client.get(f"/history/{query}")
    assert response.status_code == 400
    assert "无法识别" in response.content.decode()


def test_pages_follow_each_other_without_gap(client: Client, clerk: User) -> None:
    for number in range(SIZE + 7):
        record(clerk, FACT_RECORDED, subject=f"件{number:03d}。")
    client.force_login(clerk)
    first = client.get("/history/?deed=fact.recorded").context["page"]
    rest = client.get(f"/history/?deed=fact.recorded&after={first.after}").context["page"]
    seen = [line.entry.subject for line in (*first.lines, *rest.lines)]
    assert seen == [f"件{number:03d}。" for number in reversed(range(SIZE + 7))]
    assert rest.after is None


def test_the_export_holds_the_questions_lines_and_no_other_regions(
    client: Client, clerk: User, parcel: Parcel
) -> None:
    far = make_user(Role.BANNER_CLERK, EJIN_HORO, name="far")
    record(far, FACT_RECORDED, subject="YJ-EXPORT")
    supplied(clerk, parcel)
    client.force_login(clerk)
    body = client.get("/history/export.xlsx?deed=fact.recorded").content
    with zipfile.ZipFile(BytesIO(body)) as book:
        words = b"".join(book.read(name) for name in book.namelist()).decode("utf-8", "ignore")
    assert "DS-1" in words
    assert "YJ-EXPORT" not in words
    taken = ChangeRecord.objects.get(deed="export.made")
    assert taken.detail["条件"] == "deed=fact.recorded"


def test_every_object_that_has_a_page_leads_to_it() -> None:
    for name in {url for _, url in OBJECTS.values() if url}:
        assert reverse(name, args=[1])


def test_deeds_have_one_meaning_each() -> None:
    labels: list[Any] = [(d.group, d.label) for d in DEEDS.values()]
    assert len(set(labels)) == len(labels)
    with pytest.raises(ValueError, match="two deeds"):
        deed("fact.recorded", "别的", Group.BUSINESS)
