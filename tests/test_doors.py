"""Every address of the site, as every role: nobody gets in unseen, nobody learns what is not his."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from tests.doors import (
    ABOUT_AN_ACCOUNT,
    ABOUT_SOMETHING,
    ACTS,
    ALL,
    NEVER_ONES_OWN,
    POST_ONLY,
    PUBLIC,
    TOO_EARLY,
    TOO_LATE,
    WORDLESS,
    a_message,
    a_parcel,
    address,
    an_export,
)
from tuban.accounts.access import may
from tuban.accounts.models import ChangeRecord, Role, User
from tuban.bulletins.tests.cast import make_draft, make_issued, make_posts
from tuban.parcels.tests.cast import CITY, DONGSHENG, EJIN_HORO, TODAY, make_parcel, make_user, mu

pytestmark = pytest.mark.django_db
UNPROVEN = {"second-factor-codes", "second-factor-off"}


@pytest.fixture(autouse=True)
def today(settings: Settings) -> None:
    settings.TUBAN_TODAY = TODAY


@pytest.fixture
def clerk() -> User:
    return make_user(Role.BANNER_CLERK, name="recording-clerk")


@contextmanager
def undone() -> Iterator[None]:
    """What happens behind one door does not change the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def knock(client: Client, name: str, where: str) -> int:
    """The status of the address; POST where only that is accepted."""
    visitor = Client()
    visitor.cookies = client.cookies.copy()  # signing out behind one door is not for the next
    call = visitor.post if name in POST_ONLY else visitor.get
    return call(where).status_code


def wanted(user: User, name: str) -> set[int]:
    """What the role is answered at its own region's door."""
    if name in ACTS and not may(user, ACTS[name]):
        return {403}
    if name in {"display", "workdays-confirm"}:
        return {400}  # nothing is said of what to do
    if name in NEVER_ONES_OWN:
        return {403}
    if name in WORDLESS | UNPROVEN:
        return {422}
    if name in TOO_LATE | TOO_EARLY | {"messages-mail"}:  # the post has no mailbox
        return {409}
    if name == "token-revoke":
        return {404}  # a token that is not one's own
    if name in {"import-progress", "export-progress", "draft-progress"}:
        return {204}
    return {200, 301, 302, 503}


def test_without_signing_in_only_the_public_doors_open(client: Client, clerk: User) -> None:
    parcel = a_parcel(clerk, DONGSHENG)
    wrong = []
    for name in ALL:
        with undone():
            where = address(name, parcel)
            status = knock(client, name, where)
            if name in PUBLIC:
                found = status in {200, 301, 302, 503}
            else:
                led = client.get(where)
                found = led.status_code == 302 and led["Location"].startswith(
                    "/accounts/login/?next="
                )
            wrong += [] if found else [(name, status)]
    assert wrong == []


@pytest.mark.parametrize("role", list(Role))
def test_each_role_gets_in_where_its_acts_allow(client: Client, clerk: User, role: Role) -> None:
    parcel = a_parcel(clerk, DONGSHENG)
    user = make_user(role, DONGSHENG)
    an_export(user)
    a_message(user)
    client.force_login(user)
    wrong = []
    for name in ALL:
        with undone():
            status = knock(client, name, address(name, parcel))
        wrong += [] if status in wanted(user, name) else [(name, status)]
    assert wrong == []


# These change nothing by being pressed, or there was nothing to change.
LEAVES_NO_LINE = {
    "display",
    "draft-confirm",
    "messages-read",
    "account-unlock",
    "account-factor-off",
    "account-resume",
}


@pytest.mark.parametrize("role", list(Role))
def test_every_button_pressed_leaves_a_line_in_the_record(
    client: Client, clerk: User, role: Role
) -> None:
    """Done or refused for want of the act: who, when, from where."""
    parcel = a_parcel(clerk, DONGSHENG)
    user = make_user(role, DONGSHENG)
    an_export(user)
    a_message(user)
    client.force_login(user)
    silent = []
    for name in sorted(POST_ONLY - LEAVES_NO_LINE):
        with undone():
            where = address(name, parcel)
            before = ChangeRecord.objects.count()
            status = knock(client, name, where)
            said = ChangeRecord.objects.count() > before
        done = status in {200, 302} or (
            status == 403 and name in ACTS and not may(user, ACTS[name])
        )
        silent += [(name, status)] if done and not said else []
    assert silent == []


def test_absent_and_forbidden_look_the_same(clerk: User) -> None:
    far = make_user(Role.BANNER_CLERK, EJIN_HORO, name="far-clerk")
    parcel = a_parcel(far, EJIN_HORO)
    visitors = {role: Client() for role in Role}
    for role, visitor in visitors.items():
        visitor.force_login(make_user(role, DONGSHENG))
    differing = {}
    for name in sorted(ABOUT_SOMETHING):
        role = Role.CITY_REVIEWER if name == "fact-review" else Role.BANNER_CLERK
        role = Role.SYSTEM_ADMIN if name in ABOUT_AN_ACCOUNT else role
        with undone():
            there = address(name, parcel)
            nowhere = re.sub(r"/\d+(?=[/.])", "/999999999", there)
            call = visitors[role].post if name in POST_ONLY else visitors[role].get
            one, other = (
                without_numbers(call(place).content.decode()) for place in (there, nowhere)
            )
        if one != other:
            differing[name] = sorted(one ^ other)
    assert differing == {}


def without_numbers(page: str) -> set[str]:
    """The page without what is each request's own: its number, its address, its token."""
    own = ("csrf", "next", "请求编号", *(f"/{part}/" for part in PARTS))
    return {line for line in page.splitlines() if not any(word in line for word in own)}


PARTS = (
    "parcels", "imports", "exports", "messages", "bulletins", "instruments", "tasks", "accounts",
)  # fmt: skip


@pytest.mark.parametrize("role", list(Role))
def test_a_city_post_sees_every_banner(client: Client, clerk: User, role: Role) -> None:
    parcel = a_parcel(clerk, EJIN_HORO)
    client.force_login(make_user(role, CITY))

    assert client.get(f"/parcels/{parcel.pk}/").status_code == 200


def test_a_measure_of_another_region_is_not_opened(client: Client, clerk: User) -> None:
    make_parcel(clerk, no="YS-OURS", approved=("2015-06-30", mu("45")))
    client.force_login(clerk)
    for form in ("", "export.xlsx"):
        for region in (CITY, EJIN_HORO):
            where = f"/measures/unsupplied_stock/{form}?region={region}"
            assert client.get(where).status_code == 404


@pytest.mark.parametrize("role", list(Role))
def test_a_citys_bulletin_is_for_every_post_once_it_is_issued(client: Client, role: Role) -> None:
    posts = make_posts()
    draft, issued = make_draft(posts.drafter), make_issued(posts)
    figure = issued.figures.filter(region=EJIN_HORO).first()
    client.force_login(make_user(role, DONGSHENG))

    assert client.get(f"/bulletins/{draft.pk}/").status_code == 404
    assert client.get(f"/bulletins/{issued.pk}/").status_code == 200
    assert client.get(f"/bulletins/{issued.pk}/figures/{figure.pk}/").status_code == 200
    other = draft.figures.first()
    assert client.get(f"/bulletins/{issued.pk}/figures/{other.pk}/").status_code == 404
    page = client.get("/bulletins/").content.decode()
    assert f"/bulletins/{issued.pk}/" in page
    assert f"/bulletins/{draft.pk}/" not in page


def test_an_account_without_a_post_gets_empty_pages_and_no_errors(client: Client) -> None:
    client.force_login(User.objects.create_user("left-alone", "cast-2024-pass"))

    assert client.get("/board/").status_code == 200
    assert "共 0 条" in client.get("/parcels/").content.decode()
    assert "共 0 条" in client.get("/bulletins/").content.decode()
    assert client.get("/measures/unsupplied_stock/").status_code == 404
