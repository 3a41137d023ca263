"""The API: every operation as every role, its pages, its problems, and that its description holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given, settings
from pytest_django import Settings

from dev.openapi import FILE, described
from tuban.accounts.access import may
from tuban.accounts.models import AccessToken, Role, User
from tuban.accounts.tokens import make_token, revoke_token
from tuban.config.api import api
from tuban.core import clock
from tuban.core.paging import MOST
from tuban.parcels.models import Fact, Parcel
from tuban.parcels.tests.cast import CITY, DONGSHENG, EJIN_HORO, TODAY, make_parcel, make_user, mu

pytestmark = pytest.mark.django_db
V1 = "/api/v1"
HIDDEN = (403, 404)


@pytest.fixture(autouse=True)
def today(settings: Settings) -> None:
    settings.TUBAN_TODAY = TODAY


def asking(user: User) -> dict[str, str]:
    """Headers of a program that acts for the account."""
    return {"Authorization": f"Bearer {make_token(actor=user, name='测试', days=30)[1]}"}


@pytest.fixture
def clerk() -> User:
    return make_user(Role.BANNER_CLERK, name="recording-clerk")


@pytest.fixture
def parcel(clerk: User) -> Parcel:
    return make_parcel(clerk, no="DS-1", region=DONGSHENG, approved=("2015-06-30", mu("45")))


@pytest.fixture
def foreign() -> Parcel:
    far = make_user(Role.BANNER_CLERK, EJIN_HORO, name="far-clerk")
    return make_parcel(far, no="YJ-2", region=EJIN_HORO, approved=("2016-06-30", mu("30")))


SUPPLIED = {"kind": "supplied", "on": "2024-05-06", "payload": {**mu("30"), "mode": "grant"}}


def test_without_a_token_nothing_is_answered(client: Client, parcel: Parcel, clerk: User) -> None:
    client.force_login(clerk)  # a browser's session is no token
    for path, methods in api.get_openapi_schema(path_prefix=f"{V1}/")["paths"].items():
        for method in methods:
            url = path.replace("{parcel_id}", str(parcel.pk)).replace("{code}", "idle_stock")
            response = client.generic(method.upper(), url.replace("{bulletin_id}", "1"))
            assert response.status_code == 401, path
            assert response["Content-Type"] == "application/problem+json"
            assert response["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("spoil", ["revoked", "ended", "inactive", "wrong"])
def test_a_token_that_is_no_longer_good(client: Client, clerk: User, spoil: str) -> None:
    headers = asking(clerk)
    assert client.get(f"{V1}/parcels", headers=headers).status_code == 200
    if spoil == "revoked":
        revoke_token(actor=clerk, token_id=AccessToken.objects.get().pk)
    if spoil == "ended":
        AccessToken.objects.update(ends_on=clock.today() - timedelta(days=1))
    if spoil == "inactive":
        User.objects.filter(pk=clerk.pk).update(is_active=False)
    if spoil == "wrong":
        headers = {"Authorization": headers["Authorization"][:-1] + "*"}
    assert client.get(f"{V1}/parcels", headers=headers).status_code == 401


def test_only_the_hash_of_a_token_is_kept(clerk: User) -> None:
    token, secret = make_token(actor=clerk, name="测试", days=1)
    assert secret not in json.dumps(AccessToken.objects.values().get(), default=str)
    assert token.hint == secret[-4:]


@pytest.mark.parametrize("role", list(Role))
def test_each_role_sees_its_own_region_and_no_other(
    client: Client, parcel: Parcel, foreign: Parcel, role: Role
) -> None:
    headers = asking(make_user(role, DONGSHENG))

    listed = client.get(f"{V1}/parcels", headers=headers).json()
    assert [item["parcel_no"] for item in listed["items"]] == ["DS-1"]
    for path in ("", "/facts"):
        assert client.get(f"{V1}/parcels/{parcel.pk}{path}", headers=headers).status_code == 200
        response = client.get(f"{V1}/parcels/{foreign.pk}{path}", headers=headers)
        absent = client.get(f"{V1}/parcels/999999999{path}", headers=headers)
        assert response.status_code == absent.status_code == 404
        assert {**response.json(), "instance": ""} == {**absent.json(), "instance": ""}
    there = f"{V1}/measures/unsupplied_stock/contributions?region={EJIN_HORO}"
    assert client.get(there, headers=headers).status_code == 404
    posted = client.post(
        f"{V1}/parcels/{foreign.pk}/facts",
        json.dumps(SUPPLIED),
        "application/json",
        headers={**headers, "Idempotency-Key": "1"},
    )
    assert posted.status_code == (404 if may(make_user(role, CITY), "record_fact") else 403)
    assert Fact.objects.filter(parcel=foreign).count() == 1


def test_values_are_for_every_post_and_rows_sum_to_them(
    client: Client, parcel: Parcel, foreign: Parcel
) -> None:
    headers = asking(make_user(Role.DEPARTMENT, CITY))
    values = client.get(f"{V1}/measures/unsupplied_stock/values", headers=headers).json()
    shown = {item["region_code"]: item["m2"] for item in values}
    assert shown[DONGSHENG] == "30000.000000"
    assert shown[EJIN_HORO] == "20000.000000"
    opened = client.get(
        f"{V1}/measures/unsupplied_stock/contributions?region={DONGSHENG}", headers=headers
    ).json()
    assert opened["total_m2"] == "30000.000000"
    assert [item["m2"] for item in opened["items"]] == ["30000.000000"]


def test_pages_follow_each_other_without_gap(client: Client, clerk: User) -> None:
    for number in range(7):
        make_parcel(clerk, no=f"DS-{number}", approved=("2015-06-30", mu("4")))
    headers = asking(clerk)
    for path, key in (
        (f"{V1}/parcels?limit=3", "parcel_no"),
        (f"{V1}/measures/unsupplied_stock/contributions?region={DONGSHENG}&limit=3", "parcel_no"),
    ):
        seen, after = [], ""
        while True:
            answer = client.get(f"{path}&after={after}", headers=headers).json()
            seen += [item[key] for item in answer["items"]]
            assert len(answer["items"]) <= 3
            after = answer["next"]
            if after is None:
                break
        assert seen == [f"DS-{number}" for number in range(7)]


def test_the_day_of_the_question_counts(client: Client, parcel: Parcel, clerk: User) -> None:
    headers = asking(clerk)
    assert client.get(f"{V1}/parcels?on=2015-06-29", headers=headers).json()["items"] == []
    assert client.get(f"{V1}/parcels/{parcel.pk}?on=2015-06-29", headers=headers).status_code == 404
    later = client.get(f"{V1}/parcels/{parcel.pk}?on=2015-06-30", headers=headers).json()
    assert (later["stage"], later["unsupplied_m2"]) == ("unsupplied", "30000.000000")


def post_fact(client: Client, parcel: Parcel, headers: dict[str, str], body: Any) -> Any:
    return client.post(
        f"{V1}/parcels/{parcel.pk}/facts", json.dumps(body), "application/json", headers=headers
    )


def test_a_call_sent_twice_is_done_once(client: Client, parcel: Parcel, clerk: User) -> None:
    headers = {**asking(clerk), "Idempotency-Key": "abc"}
    first = post_fact(client, parcel, headers, SUPPLIED)
    again = post_fact(client, parcel, headers, SUPPLIED)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Fact.objects.filter(parcel=parcel, kind="supplied").count() == 1

    other = post_fact(client, parcel, headers, {**SUPPLIED, "on": "2024-05-07"})
    assert other.status_code == 409
    assert other.json()["type"].endswith("idempotency.reused")
    none = post_fact(client, parcel, asking(clerk), SUPPLIED)
    assert none.status_code == 400
    assert "Idempotency-Key" in none.json()["detail"]


def test_a_refused_fact_says_why_and_may_be_sent_again(
    client: Client, parcel: Parcel, clerk: User
) -> None:
    headers = {**asking(clerk), "Idempotency-Key": "k"}
    early = post_fact(client, parcel, headers, {**SUPPLIED, "on": "2014-01-01"})
    assert early.status_code == 400
    assert early["Content-Type"] == "application/problem+json"
    said = early.json()
    assert said["status"] == 400
    assert said["detail"]
    assert said["instance"].startswith("urn:tuban:request:")
    assert post_fact(client, parcel, headers, SUPPLIED).status_code == 201


def test_a_correction_takes_the_place_of_its_fact(
    client: Client, parcel: Parcel, foreign: Parcel, clerk: User
) -> None:
    old = parcel.facts.get()
    body = {"kind": "approved", "on": "2015-06-30", "payload": mu("50"), "corrects": old.pk}
    headers = {**asking(clerk), "Idempotency-Key": "c"}
    done = post_fact(client, parcel, headers, {**body, "reason": "面积抄错"})
    assert done.status_code == 201, done.content
    assert done.json()["supersedes"] == old.pk
    shown = client.get(f"{V1}/parcels/{parcel.pk}", headers=headers).json()
    assert shown["approved_m2"] == "33333.333333"
    elsewhere = {**body, "corrects": foreign.facts.get().pk, "reason": "x"}
    headers["Idempotency-Key"] = "d"
    assert post_fact(client, parcel, headers, elsewhere).status_code == 404


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=9999", "after=x", "stage=none", "approved_from=1", "on=2024-13-01"]
)
def test_a_question_out_of_range_is_refused_in_words(
    client: Client, clerk: User, query: str
) -> None:
    response = client.get(f"{V1}/parcels?{query}", headers=asking(clerk))
    assert response.status_code in {400, 422}
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["title"]


def test_what_does_not_fit_is_said_place_by_place(
    client: Client, parcel: Parcel, clerk: User
) -> None:
    headers = {**asking(clerk), "Idempotency-Key": "k"}
    limit = client.get(f"{V1}/parcels?limit=9999", headers=headers).json()
    assert limit["errors"] == [
        {"place": "query.limit", "code": "less_than_equal", "message": f"应不大于 {MOST}"}
    ]
    fact = post_fact(client, parcel, headers, {"kind": "x"}).json()
    assert [error["place"] for error in fact["errors"]] == ["body.kind", "body.on"]
    assert "body.kind 应为 approved、supplied、" in fact["detail"]
    assert fact["detail"].endswith("；body.on 缺少。")


@pytest.mark.parametrize(
    ("method", "where", "status", "said"),
    [
        ("get", "/nowhere", 404, "接口没有这个地址"),
        ("post", "/nowhere/at/all", 404, "接口没有这个地址"),
        ("delete", "/parcels", 405, "不接受 DELETE"),
        ("post", "/measures", 405, "不接受 POST"),
    ],
)
def test_also_an_address_or_method_it_does_not_have_is_a_problem(
    clerk: User, method: str, where: str, status: int, said: str
) -> None:
    client = Client(enforce_csrf_checks=True)
    response = getattr(client, method)(f"{V1}{where}", headers=asking(clerk))
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    assert said in response.json()["detail"]
    assert response.json()["instance"].startswith("urn:tuban:request:")


def test_tokens_are_made_shown_once_and_taken_back(client: Client, clerk: User) -> None:
    client.force_login(clerk)
    page = client.post("/accounts/tokens/", {"name": "共享平台", "days": "30"}).content.decode()
    secret = page.split('<code class="tb-strong">')[1].split("</code>")[0]
    assert (
        client.get(f"{V1}/parcels", headers={"Authorization": f"Bearer {secret}"}).status_code
        == 200
    )
    assert secret not in client.get("/accounts/tokens/").content.decode()
    for wrong in (
        {"name": "", "days": "30"},
        {"name": "x", "days": "0"},
        {"name": "x", "days": "no"},
    ):
        assert client.post("/accounts/tokens/", wrong).status_code == 422

    token = AccessToken.objects.get()
    other = Client()
    other.force_login(make_user(Role.BANNER_CLERK, DONGSHENG, name="other"))
    assert other.post(f"/accounts/tokens/{token.pk}/revoke/").status_code == 404
    assert client.post(f"/accounts/tokens/{token.pk}/revoke/").status_code == 302
    assert (
        client.get(f"{V1}/parcels", headers={"Authorization": f"Bearer {secret}"}).status_code
        == 401
    )


def test_the_description_is_the_frozen_one() -> None:
    assert FILE.read_text("utf-8") == described(), (
        "run python -m dev.openapi and look at the change"
    )


SCHEMA = schemathesis.openapi.from_dict(json.loads(described()))
SCHEMA.app = get_wsgi_application()


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """The test's own connection outlives the calls, as Django's test client sees to it."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.parametrize("role", list(Role))
def test_no_call_breaks_the_server(parcel: Parcel, role: Role, kept_connection: None) -> None:
    """Schemathesis makes up calls of every operation; none ends in a server error."""
    headers = {**asking(make_user(role, DONGSHENG)), "Idempotency-Key": "made-up"}
    for found in SCHEMA.get_all_operations():
        _try(found.ok().as_strategy(), headers)


def _try(strategy: Any, headers: dict[str, str]) -> None:
    @settings(
        max_examples=6,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def call(case: Any) -> None:
        response = case.call(headers=headers)
        assert response.status_code < 500, (case.as_curl_command(), response.text)
        if response.status_code >= 400:
            assert response.headers["content-type"][0].startswith("application/problem+json")

    call()
