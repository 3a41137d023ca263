"""原件: given back byte for byte, never shown by the browser, only to those who review."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest
from django.test import Client
from pytest_django import Settings

from tuban.accounts.models import Role, User
from tuban.instruments.desk import actions
from tuban.instruments.desk.tests.cast import make_draft, sound_text
from tuban.instruments.models import Draft
from tuban.parcels.imports import files
from tuban.parcels.tests.cast import CITY, DONGSHENG, TODAY, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept_apart(settings: Settings, tmp_path: Path) -> None:
    settings.TUBAN_TODAY = TODAY
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def reviewer(client: Client) -> User:
    user = make_user(Role.CITY_REVIEWER, CITY)
    client.force_login(user)
    return user


@pytest.fixture
def draft(reviewer: User) -> Draft:
    made = make_draft(reviewer, name="<b>方案.html")
    made.sha256 = files.keep(sound_text().encode())
    made.save()
    return made


def test_the_file_comes_back_as_it_was_and_only_as_a_download(client: Client, draft: Draft) -> None:
    response = client.get(f"/instruments/{draft.pk}/review/original/")

    assert b"".join(response.streaming_content) == sound_text().encode()
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert unquote(response["Content-Disposition"].partition("''")[2]) == "<b>方案.html"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"


def test_review_and_plan_in_force_offer_it_to_reviewers_only(
    client: Client, reviewer: User, draft: Draft
) -> None:
    place = f"/instruments/{draft.pk}/review/original/"
    assert place in client.get(f"/instruments/{draft.pk}/review/").content.decode()
    actions.confirm_draft(actor=reviewer, draft_id=draft.pk, version=0)

    assert place in client.get(f"/instruments/{draft.pk}/").content.decode()
    client.force_login(make_user(Role.AUDITOR, CITY, "auditor"))
    assert place not in client.get(f"/instruments/{draft.pk}/").content.decode()
    assert client.get(place).status_code == 403
    client.force_login(make_user(Role.BANNER_CLERK, DONGSHENG, "banner"))
    assert client.get(place).status_code == 404


@pytest.mark.parametrize("sha256", ["", "f" * 64])
def test_without_a_kept_file_the_page_says_why(client: Client, draft: Draft, sha256: str) -> None:
    Draft.objects.filter(pk=draft.pk).update(sha256=sha256)

    response = client.get(f"/instruments/{draft.pk}/review/original/")

    assert response.status_code == 404
    said = response.content.decode()
    assert ("手工录入" if not sha256 else "磁盘上找不到") in said
