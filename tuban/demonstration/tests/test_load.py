"""载入: through the public actions, once, and on from where it was broken off."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django import Settings

from tuban.accounts.access import may
from tuban.accounts.models import Role, User
from tuban.bulletins.models import Bulletin
from tuban.bulletins.since import changes_since
from tuban.core.errors import DomainError
from tuban.demonstration import accounts, load, tasks
from tuban.demonstration.files import Demonstration
from tuban.demonstration.models import LoadedPart
from tuban.demonstration.tests.drawn import demonstration
from tuban.inbox.access import unread
from tuban.inbox.models import Digest
from tuban.instruments.models import Instrument
from tuban.parcels.exports import making
from tuban.parcels.imports.claims import BeingWorkedOn
from tuban.parcels.models import Batch, Export, Fact, FactReview, Parcel, Upload
from tuban.parcels.phases import differences
from tuban.todo.pages import todo_page
from tuban.todo.sources import Urgency

SMALLEST = "150623"
pytestmark = pytest.mark.django_db


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> Demonstration:
    """The demonstration of one 旗区 only, on the day shown."""
    settings.TUBAN_TODAY = date(2024, 9, 30)
    settings.VAR = tmp_path
    whole = demonstration()
    made = replace(
        whole,
        ledgers=tuple(x for x in whole.ledgers if x.region == SMALLEST),
        later=tuple(x for x in whole.later if x.region == SMALLEST),
    )
    monkeypatch.setattr(load, "make", lambda: made)
    monkeypatch.setattr(load, "REVIEWS", 5)
    monkeypatch.setattr(tasks, "UNTIL", date(2022, 5, 31))
    return made


def _quiet(line: str) -> None:
    assert line


def _counts() -> tuple[int, ...]:
    return tuple(
        model.objects.count()
        for model in (User, Instrument, Batch, Parcel, Fact, FactReview, Bulletin)
    )


def test_it_loads_everything_once(small: Demonstration, tmp_path: Path) -> None:
    assert load.load(_quiet)
    first = _counts()
    assert first[:4] == (len(accounts.ACCOUNTS), 1, len(small.ledgers), 220)
    assert first[5:] == (5, 2)
    assert differences(Parcel.objects.values_list("pk", flat=True)) == []
    assert len(list((tmp_path / "demonstration").iterdir())) == len(small.ledgers) + 2

    assert not load.load(_quiet)
    assert _counts() == first


def test_facts_show_when_they_became_known(small: Demonstration) -> None:
    load.load(_quiet)
    days = {x.handed_in_on.isoformat() for x in small.ledgers}
    days |= {entry.recorded_on for entry in small.later}
    known = Fact.objects.dates("recorded_at", "day")
    assert {day.isoformat() for day in known} == days
    assert not any(fact.recorded_at.date() < fact.on for fact in Fact.objects.all())
    # August's bulletin was issued before the later entries: they show beside it.
    august, september = Bulletin.objects.order_by("on")
    assert (august.doc_no, august.issued_on) == ("演自然资通〔2024〕1号", date(2024, 9, 5))
    assert changes_since(august).facts >= len(small.later)
    assert (september.state, september.previous) == ("submitted", august)
    assert changes_since(september).figures == ()


def test_a_load_that_was_broken_off_goes_on_where_it_was(
    small: Demonstration, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm, seen = load.confirm_upload, []

    def breaks_at_the_third(**arguments: Any) -> Batch:
        seen.append(arguments)
        if len(seen) == 3:
            raise KeyboardInterrupt
        return confirm(**arguments)

    monkeypatch.setattr(load, "confirm_upload", breaks_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        load.load(_quiet)
    assert Batch.objects.count() == 2
    assert load.load(_quiet)
    assert Batch.objects.count() == len(small.ledgers)
    assert len(seen) == len(small.ledgers) + 1


def test_a_ledger_confirmed_just_before_the_break_is_not_confirmed_again(
    small: Demonstration, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = load._note

    def breaks_at_a_ledger(key: str) -> None:
        if key == small.ledgers[0].name:
            raise KeyboardInterrupt
        note(key)

    with monkeypatch.context() as patch:
        patch.setattr(load, "_note", breaks_at_a_ledger)
        with pytest.raises(KeyboardInterrupt):
            load.load(_quiet)
    assert Batch.objects.count() == 1
    assert load.load(_quiet)
    assert Batch.objects.count() == len(small.ledgers)


def test_it_waits_for_what_a_killed_load_has_left_in_the_database(
    small: Demonstration, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm, refused = load.confirm_upload, []

    def busy_at_first(**arguments: Any) -> Batch:
        if not refused:
            refused.append(arguments)
            raise BeingWorkedOn(Upload.objects.get(pk=arguments["upload_id"]))
        return confirm(**arguments)

    monkeypatch.setattr(load, "confirm_upload", busy_at_first)
    assert load.load(_quiet)
    assert refused
    assert Batch.objects.count() == len(small.ledgers)

    monkeypatch.setattr(load, "PATIENCE_S", 0.0)
    LoadedPart.objects.filter(key__in=(load.REVIEWED, small.ledgers[0].name)).delete()
    Upload.objects.filter(name=small.ledgers[0].name).update(state="staged")
    refused.clear()
    with pytest.raises(BeingWorkedOn):
        load.load(_quiet)


def test_later_facts_stand_all_or_not_at_all(
    small: Demonstration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        load, "make", lambda: replace(small, later=(*small.later, _impossible(small)))
    )
    with pytest.raises(DomainError):
        load.load(_quiet)
    assert Fact.objects.filter(batch=None).count() == 0
    assert not LoadedPart.objects.filter(key=load.LATER).exists()


def _impossible(small: Demonstration) -> load.Entry:
    """A fact of a day that has not come yet."""
    return replace(small.later[-1], act="record", kind="delivered", on="2030-01-01", payload={})


def test_another_edition_is_left_alone(small: Demonstration) -> None:
    load.load(_quiet)
    LoadedPart.objects.filter(key=load.PLAN).update(edition="older")
    with pytest.raises(load.DemonstrationRefused, match="另一版"):
        load.load(_quiet)


def test_it_refuses_to_mix_into_a_real_installation(settings: Settings) -> None:
    settings.DEMO = settings.TESTING = False
    with pytest.raises(load.DemonstrationRefused, match="不是演示环境"):
        load.load(_quiet)
    assert not Parcel.objects.exists()


def test_it_removes_nothing_but_the_demonstration_s_own_database() -> None:
    with pytest.raises(load.DemonstrationRefused, match="不是演示库"):
        load.remove()
    error = StringIO()
    with pytest.raises(SystemExit):
        call_command("demo", "remove", stderr=error)
    assert "不是演示库" in error.getvalue()


def test_every_role_has_an_account_and_every_banner_a_clerk(small: Demonstration) -> None:
    load.load(_quiet)
    assert {account.role for account in accounts.ACCOUNTS} == set(Role)
    for account in accounts.ACCOUNTS:
        user = User.objects.get(username=account.username)
        assert user.check_password(accounts.PASSWORD)
        assert (user.role, user.region_code) == (account.role, account.region_code)
        assert may(user, "record_fact") == (account.role is Role.BANNER_CLERK)


def test_the_accounts_are_printed_as_the_contract_says() -> None:
    output = StringIO()
    call_command("demo_accounts", "--json", stdout=output)
    listed = json.loads(output.getvalue())
    assert all(
        set(item) == {"username", "password", "role", "org", "region_code"} for item in listed
    )
    clerks = {item["region_code"] for item in listed if item["role"] == "banner_clerk"}
    assert len(clerks) == 9


def test_the_accounts_are_printed_as_a_table() -> None:
    output = StringIO()
    call_command("demo_accounts", stdout=output)
    lines = output.getvalue().splitlines()
    assert len(lines) == len(accounts.ACCOUNTS) + 1
    assert "东胜区自然资源局（演示）" in output.getvalue()


@pytest.mark.parametrize("username", ["reviewer", "department", "dongsheng"])
def test_on_the_day_shown_every_urgency_waits_for_somebody(
    small: Demonstration, username: str
) -> None:
    load.load(_quiet)
    user = User.objects.get(username=username)
    for export in Export.objects.all():
        making.make(export.pk)

    assert [group.urgency for group in todo_page(user).groups] == list(Urgency)
    assert unread(user).exists()
    assert user.post
    assert user.post.mailbox.address.endswith("@yanshi.example")
    assert Digest.objects.filter(post=user.post).exists()
