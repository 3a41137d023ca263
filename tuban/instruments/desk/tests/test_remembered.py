"""What was said of one plan is proposed for the next one of the same issuer, and never applied."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from tuban.accounts.models import Role, User
from tuban.instruments.desk import actions
from tuban.instruments.desk.remembered import NOTHING, memory_of
from tuban.instruments.desk.tests.cast import make_draft, sound_text
from tuban.parcels.tests.cast import CITY, EJIN_HORO, TODAY, make_user

pytestmark = pytest.mark.django_db
ISSUER = "乌海市人民政府"
FOREIGN = sound_text().replace("鄂尔多斯市", "乌海市").replace("伊金霍洛旗", "海勃湾区")


@pytest.fixture
def reviewer(settings: Settings) -> User:
    settings.TUBAN_TODAY = TODAY
    return make_user(Role.CITY_REVIEWER, CITY)


@pytest.fixture
def row(reviewer: User) -> int:
    """The row of 海勃湾区 in a first plan, where a reviewer said what it is."""
    draft = make_draft(reviewer, FOREIGN)
    assert draft.reading is not None
    row = next(f["row"] for f in draft.reading["figures"] if f["region"] == "海勃湾区")
    changes = [("header/region_code", CITY), (f"tables/0/places/{row}", EJIN_HORO)]
    actions.correct(actor=reviewer, draft_id=draft.pk, version=0, changes=changes)
    return int(row)


def test_the_next_plan_of_the_issuer_gets_it_as_a_proposal(
    client: Client, reviewer: User, row: int
) -> None:
    following = make_draft(reviewer, FOREIGN.replace("1号", "2号"))
    client.force_login(reviewer)
    address = f"/instruments/{following.pk}/review/correction/"

    header = client.get(f"{address}?path=header").content.decode()
    assert f'<option value="{CITY}" selected>' in header
    table = client.get(f"{address}?path=tables/0").content.decode()
    assert "“海勃湾区”是（上次认定，请核对）" in table
    assert f'<option value="{EJIN_HORO}" selected>' in table
    reading = actions.corrected_reading(following)
    assert "region_code" not in reading["header"]
    assert {f["region_code"] for f in reading["figures"] if f["row"] == row} == {None}


def test_it_holds_for_that_issuer_for_that_scope_and_until_it_is_taken_back(
    reviewer: User, row: int
) -> None:
    known = memory_of(reviewer, ISSUER)
    assert (known.region_code, known.places) == (CITY, {"海勃湾区": EJIN_HORO})
    assert memory_of(reviewer, "包头市人民政府") == NOTHING
    assert memory_of(reviewer, None) == NOTHING
    assert memory_of(make_user(Role.BANNER_CLERK, EJIN_HORO, "banner"), ISSUER) == NOTHING

    following = make_draft(reviewer, FOREIGN.replace("1号", "2号"))
    changes = [(f"tables/0/places/{row}", EJIN_HORO), ("header/region_code", CITY)]
    actions.correct(actor=reviewer, draft_id=following.pk, version=0, changes=changes)
    changes = [(f"tables/0/places/{row}", None), ("header/region_code", None)]
    actions.correct(actor=reviewer, draft_id=following.pk, version=1, changes=changes)
    assert memory_of(reviewer, ISSUER) == NOTHING
