from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from tuban.accounts.models import Role
from tuban.config import state
from tuban.parcels import phases, rebuilding
from tuban.parcels.models import Parcel, ParcelPhase, RebuildSlice
from tuban.parcels.tests.cast import make_parcel, make_user, mu


def make_parcels(count: int) -> list[int]:
    clerk = make_user(Role.BANNER_CLERK, name="rebuilding-clerk")
    return [
        make_parcel(clerk, no=f"重建-{n}", approved=("2015-06-30", mu("45"))).pk
        for n in range(count)
    ]


def spoil(*ids: int) -> None:
    ParcelPhase.objects.filter(parcel__in=ids).update(stage="completed")


@pytest.fixture(autouse=True)
def short_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "SLICE", 2)


@pytest.mark.django_db
def test_everything_is_derived_again_slice_by_slice() -> None:
    ids = make_parcels(5)
    ParcelPhase.objects.filter(parcel=ids[0]).delete()
    spoil(ids[4])
    assert rebuilding.differing() == [ids[0], ids[4]]

    told: list[rebuilding.Progress] = []
    ended = rebuilding.rebuild_all(1, told.append)

    assert [progress.done for progress in told] == [2, 4, 5]
    assert (ended.done, ended.total, ended.resumed) == (5, 5, 0)
    assert rebuilding.differing() == []
    assert not RebuildSlice.objects.exists()


@pytest.mark.django_db
def test_a_run_that_was_killed_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = make_parcels(5)
    spoil(*ids)

    def killed(progress: rebuilding.Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuilding.rebuild_all(1, killed)
    assert rebuilding.differing() == ids[2:]

    again: list[int] = []
    rebuild = phases.rebuild
    monkeypatch.setattr(
        phases, "rebuild", lambda pks: again.extend(rows := list(pks)) or rebuild(rows)
    )
    out = StringIO()
    call_command("rebuild_phases", processes=1, stdout=out)

    assert again == ids[2:]
    assert "其中 2 宗为上次中断前已完成" in out.getvalue()
    assert rebuilding.differing() == []


@pytest.mark.django_db
def test_a_run_under_other_rules_begins_anew() -> None:
    ids = make_parcels(3)
    RebuildSlice.objects.create(first=ids[2], last=ids[2], parcels=1, law_version="0", done=False)
    spoil(*ids)
    assert rebuilding.rebuild_all().done == 3
    assert rebuilding.differing() == []


@pytest.mark.django_db(transaction=True)
def test_several_processes_share_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = make_parcels(5)
    spoil(*ids)
    name = str(connection.settings_dict["NAME"])
    monkeypatch.setenv("TUBAN_DATABASE_URL", state.private_url(name, test=True))
    try:
        assert rebuilding.differing(2) == ids
        ended = rebuilding.rebuild_all(2)
        assert (ended.done, ended.total) == (5, 5)
        assert rebuilding.differing(2) == []
    finally:
        assert Parcel.objects.count() == 5
