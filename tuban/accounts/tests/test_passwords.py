"""口令: rules, change, the first sign-in, other browsers."""

from __future__ import annotations

import pytest
from django.test import Client

from tuban.accounts.models import ChangeRecord, FormerPassword, Role, User
from tuban.accounts.passwords import REMEMBERED, change_password, objections, one_time_password
from tuban.parcels.tests.cast import make_user

pytestmark = pytest.mark.django_db
PASSWORD, NEW = "cast-2024-pass", "grassland-2025-road"
PAGE = "/accounts/password/"


@pytest.fixture
def clerk() -> User:
    return make_user(Role.BANNER_CLERK, name="clerk-of-dongsheng")


def given(**changes: str) -> dict[str, str]:
    return {"current": PASSWORD, "new": NEW, "again": NEW, **changes}


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("kort-1234", "口令太短，至少 10 个字符。"),
        ("918273645501", "口令不能全是数字。"),
        ("password123", "口令太常见，容易被猜到。"),
        ("clerk-of-dongsheng1", "口令与账号太相近。"),
        (PASSWORD, "口令与最近用过的 5 个口令之一相同。"),
    ],
)
def test_a_rule_is_said_in_words(clerk: User, password: str, words: str) -> None:
    assert words in objections(password, clerk)


def test_a_password_within_the_rules_is_taken(clerk: User) -> None:
    assert objections(NEW, clerk) == []
    assert objections("草原上的风吹过山岗", clerk) == ["口令太短，至少 10 个字符。"]
    assert objections("草原上的风吹过了山岗", clerk) == []


def test_changing_it_ends_other_browsers_and_keeps_this_one(clerk: User) -> None:
    here, there = Client(), Client()
    for browser in (here, there):
        browser.force_login(clerk)
    assert here.post(PAGE, given()).status_code == 302
    assert here.get("/board/").status_code == 200
    assert there.get("/board/").status_code == 302
    assert User.objects.get(pk=clerk.pk).check_password(NEW)
    assert ChangeRecord.objects.filter(deed="account.password_changed").count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"current": "wrong"}, "口令不对。"),
        ({"again": "something-else"}, "两次输入的新口令不一样。"),
        ({"new": "short", "again": "short"}, "口令太短"),
        ({"new": ""}, "请填写新口令"),
    ],
)
def test_a_change_that_is_refused_says_why_and_changes_nothing(
    client: Client, clerk: User, changes: dict[str, str], words: str
) -> None:
    client.force_login(clerk)
    before = User.objects.get(pk=clerk.pk).password
    response = client.post(PAGE, given(**changes))
    assert response.status_code == 422
    page = response.content.decode()
    assert words in page
    assert NEW not in page
    assert User.objects.get(pk=clerk.pk).password == before


def test_a_thief_of_a_session_cannot_guess_the_password_here(client: Client, clerk: User) -> None:
    client.force_login(clerk)
    answers = [client.post(PAGE, given(current=f"guess-{n}")).status_code for n in range(6)]
    assert answers[4:] == [429, 429]


def test_the_last_five_are_not_taken_again(clerk: User) -> None:
    for number in range(REMEMBERED):
        change_password(clerk, f"steppe-wind-{number}-2025")
    assert objections(PASSWORD, clerk)
    change_password(clerk, "steppe-wind-again-2025")
    assert objections(PASSWORD, clerk) == []
    assert FormerPassword.objects.filter(user=clerk).count() == REMEMBERED


def test_a_password_set_by_somebody_else_is_changed_first(client: Client, clerk: User) -> None:
    User.objects.filter(pk=clerk.pk).update(must_change_password=True)
    client.force_login(clerk)
    for place in ("/board/", "/parcels/", "/accounts/tokens/", "/history/"):
        assert client.get(place)["Location"] == PAGE
    assert client.post("/accounts/tokens/", {"name": "x", "days": "9"})["Location"] == PAGE
    assert "只供首次登录" in client.get(PAGE).content.decode()
    client.post(PAGE, given())
    assert client.get("/board/").status_code == 200


def test_one_time_passwords_follow_the_rules_and_differ(clerk: User) -> None:
    made = {one_time_password() for _ in range(50)}
    assert len(made) == 50
    assert all(objections(password, clerk) == [] for password in made)
