"""What an upload would change is, to the last digit, what confirming it changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tuban.accounts.models import Role, User
from tuban.law.facts import FactKind
from tuban.law.timeline import Stage
from tuban.parcels import actions, jobs
from tuban.parcels.imports import preview
from tuban.parcels.imports.confirm import confirm_upload
from tuban.parcels.imports.staging import stage_upload
from tuban.parcels.imports.sums import SumLine, sums
from tuban.parcels.imports.tests.books import ledger, row
from tuban.parcels.imports.withdraw import withdraw_batch
from tuban.parcels.models import Fact, Parcel, ParcelPhase, Upload, UploadState
from tuban.parcels.phases import AREA_OF_STAGE
from tuban.parcels.tests.cast import CITY, DONGSHENG, TODAY, make_parcel, make_user, mu

UXIN = "150626"
SUPPLY: dict[str, Any] = {"supplied_area": 2.3456, "supplied_on": date(2016, 5, 1)}
HA = Fraction(10_000)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _desk(settings: Any, tmp_path: Path) -> None:
    settings.TUBAN_TODAY = TODAY
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def reviewer() -> User:
    return make_user(Role.CITY_REVIEWER, CITY)


def stage(actor: User, *rows: dict[str, Any]) -> Upload:
    return stage_upload(actor=actor, source=ledger(rows), name="台账.xlsx")


def now(upload: Upload) -> tuple[SumLine, ...]:
    """The sums of a preview that has been brought up to date."""
    made = preview.preview_of(upload)
    assert made is not None
    assert made.stands
    return sums(upload)


def told(lines: Sequence[SumLine]) -> dict[tuple[str, Stage], tuple[Any, ...]]:
    return {
        (line.region_code, line.stage): (
            line.before_m2,
            line.after_m2,
            line.before_count,
            line.after_count,
        )
        for line in lines
    }


def stored(regions: set[str]) -> dict[tuple[str, Stage], tuple[Fraction | None, int]]:
    """Stages as they stand, added up here from the stored phases, one by one."""
    found: dict[tuple[str, Stage], tuple[Fraction | None, int]] = {}
    for phase in ParcelPhase.objects.filter(region__in=regions):
        if phase.starts_on > TODAY or (phase.ends_on is not None and phase.ends_on <= TODAY):
            continue
        column = AREA_OF_STAGE.get(Stage(phase.stage), "supplied_m2")
        m2 = getattr(phase, column)
        total, count = found.get((phase.region_id, Stage(phase.stage)), (None, 0))
        if m2 is not None:
            total = (total or Fraction(0)) + Fraction(m2)
        found[phase.region_id, Stage(phase.stage)] = (total, count + 1)
    return found


def test_new_parcels_add_to_their_stage_and_nothing_is_written(reviewer: User) -> None:
    make_parcel(reviewer, no="QT-1", approved=("2015-06-30", mu("45")))
    upload = stage(
        reviewer,
        row(approved_area=10),
        row(parcel_no="YS-2", approved_area=2.5),
        row(region="乌审旗"),
    )

    lines = sums(upload)

    # 45 亩 are 30,000 m² exactly.
    assert told(lines) == {
        (DONGSHENG, Stage.UNSUPPLIED): (3 * HA, Fraction("15.5") * HA, 1, 3),
        (UXIN, Stage.UNSUPPLIED): (Fraction(0), Fraction("12.3456") * HA, 0, 1),
    }
    assert [line.region_name for line in lines] == ["东胜区", "乌审旗"]
    assert Parcel.objects.count() == 1
    assert Fact.objects.count() == 1


def test_a_changed_parcel_moves_from_stage_to_stage(reviewer: User) -> None:
    confirm_upload(actor=reviewer, upload_id=stage(reviewer, row(approved_area=10)).pk)

    upload = stage(reviewer, row(approved_area=10, **SUPPLY, started_on=date(2017, 3, 1)))

    assert told(sums(upload)) == {
        (DONGSHENG, Stage.UNSUPPLIED): (10 * HA, Fraction(0), 1, 0),
        (DONGSHENG, Stage.STARTED): (Fraction(0), Fraction("2.3456") * HA, 0, 1),
    }


def test_a_correction_shows_old_and_new_area(reviewer: User) -> None:
    confirm_upload(actor=reviewer, upload_id=stage(reviewer, row(approved_area=10)).pk)

    upload = stage(reviewer, row(approved_area=12))

    assert told(sums(upload)) == {(DONGSHENG, Stage.UNSUPPLIED): (10 * HA, 12 * HA, 1, 1)}


def test_what_is_shown_is_what_confirming_brings(reviewer: User) -> None:
    """Every stage, areas with thirds of a square metre among them."""
    third: dict[str, Any] = {"supplied": ("2016-01-10", mu("10.01"))}
    make_parcel(reviewer, no="YS-7", approved=("2015-06-30", mu("20.02")), **third)
    make_parcel(reviewer, no="YS-8", supplied=("2016-01-10", mu("0.07")))
    make_parcel(reviewer, no="YS-9", recognised_idle=("2018-01-01", mu("1.01")))
    upload = stage(
        reviewer,
        row(parcel_no="YS-1"),
        row(parcel_no="YS-2", **SUPPLY),
        row(parcel_no="YS-3", **SUPPLY, start_due=date(2017, 1, 1)),
        row(parcel_no="YS-4", **SUPPLY, start_due=date(2024, 1, 1)),
        row(parcel_no="YS-5", **SUPPLY, start_due=date(2030, 1, 1)),
        row(parcel_no="YS-6", **SUPPLY, started_on=date(2018, 1, 1)),
        {"region": "东胜区", "parcel_no": "YS-7", "started_on": date(2018, 1, 1)},
        {"region": "东胜区", "parcel_no": "YS-8", "started_on": date(2018, 1, 1)},
        {"region": "东胜区", "parcel_no": "YS-9", "started_on": date(2019, 1, 1)},
        row(parcel_no="WS-1", region="乌审旗", **SUPPLY),
    )
    before = stored({DONGSHENG, UXIN})

    shown = told(sums(upload))
    confirm_upload(actor=reviewer, upload_id=upload.pk)

    after = stored({DONGSHENG, UXIN})
    nothing = (Fraction(0), 0)
    assert shown == {
        key: (
            before.get(key, nothing)[0],
            after.get(key, nothing)[0],
            before.get(key, nothing)[1],
            after.get(key, nothing)[1],
        )
        for key in before | after
    }
    assert len({stage for _, stage in shown}) >= 6


def test_stages_without_a_known_area_are_unknown_not_zero(reviewer: User) -> None:
    upload = stage(
        reviewer, {"region": "东胜区", "parcel_no": "YS-1", "started_on": date(2018, 1, 1)}
    )

    assert told(sums(upload)) == {(DONGSHENG, Stage.STARTED): (Fraction(0), None, 0, 1)}


def test_rows_that_wait_or_only_describe_change_nothing(reviewer: User) -> None:
    confirm_upload(actor=reviewer, upload_id=stage(reviewer, row(approved_area=10)).pk)

    upload = stage(
        reviewer,
        row(approved_area=10, batch_name="另一批次"),
        row(parcel_no="YS-2", approved_on="2015-13-40"),
    )

    assert sums(upload) == ()


def test_a_row_the_record_has_overtaken_is_planned_anew_or_left_out(reviewer: User) -> None:
    clerk = make_user(Role.BANNER_CLERK)
    confirm_upload(actor=reviewer, upload_id=stage(reviewer, row(approved_area=10)).pk)
    upload = stage(
        reviewer,
        row(approved_area=10, **SUPPLY),
        row(parcel_no="YS-2", approved_area=1),
    )
    assert len(sums(upload)) == 2

    actions.record_fact(
        actor=clerk,
        parcel_id=Parcel.objects.get().pk,
        kind=FactKind.SUPPLIED,
        on=date(2016, 5, 1),
        payload={"area": {"value": "3", "unit": "ha"}},
    )

    # Now the row of YS-1 is a conflict: its supply differs from one recorded by hand.
    assert told(now(upload)) == {
        (DONGSHENG, Stage.UNSUPPLIED): (Fraction(0), HA, 0, 1),
        (DONGSHENG, Stage.UNDETERMINED): (3 * HA, 3 * HA, 1, 1),
    }


def test_the_sums_follow_a_withdrawal_and_stay_after_the_confirmation(reviewer: User) -> None:
    first = confirm_upload(actor=reviewer, upload_id=stage(reviewer, row(approved_area=10)).pk)
    upload = stage(reviewer, row(parcel_no="YS-2", approved_area=1))
    assert told(sums(upload)) == {(DONGSHENG, Stage.UNSUPPLIED): (10 * HA, 11 * HA, 1, 2)}

    withdraw_batch(actor=reviewer, batch_id=first.pk, reason="传错文件")
    assert told(now(upload)) == {(DONGSHENG, Stage.UNSUPPLIED): (Fraction(0), HA, 0, 1)}

    confirm_upload(actor=reviewer, upload_id=upload.pk)
    upload.refresh_from_db()
    assert told(sums(upload)) == {(DONGSHENG, Stage.UNSUPPLIED): (Fraction(0), HA, 0, 1)}


def test_making_it_takes_a_handful_of_queries_whatever_the_rows(reviewer: User) -> None:
    counts = []
    for rows in (3, 60):
        upload = stage(reviewer, *(row(parcel_no=f"N{rows}-{n}") for n in range(rows)))
        with CaptureQueriesContext(connection) as seen:
            preview.keep(upload)
        assert sum(line.after_count for line in sums(upload)) == rows
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 12


def test_the_preview_is_kept_when_the_file_is_read_and_shown_without_another_look(
    reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = stage(reviewer, row(approved_area=10))

    def not_again(*_: object) -> None:
        raise AssertionError("made anew")

    monkeypatch.setattr(preview, "changes", not_again)
    upload = Upload.objects.get(pk=upload.pk)

    assert told(sums(upload)) == {(DONGSHENG, Stage.UNSUPPLIED): (Fraction(0), 10 * HA, 0, 1)}
    made = preview.preview_of(upload)
    assert made is not None
    assert (made.on, made.stands) == (TODAY, True)
    assert upload.foreseen is not None
    assert sorted(upload.foreseen["told"]) == ["effects", "facts", "sums"]
    assert upload.foreseen["told"]["sums"][0]["after_m2"] == "100000"


def test_a_large_one_stays_as_it_was_made_until_the_worker_makes_it_anew(
    reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "AT_ONCE", 1)
    upload = stage(reviewer, row(approved_area=10), row(parcel_no="YS-2", approved_area=1))
    as_made = told(sums(upload))

    make_parcel(reviewer, no="QT-1", approved=("2015-06-30", mu("45")))

    outdated = preview.preview_of(upload)
    assert outdated is not None
    assert not outdated.stands
    assert told(sums(upload)) == as_made
    jobs.foresee(upload.pk)
    upload.refresh_from_db()
    renewed = preview.preview_of(upload)
    assert renewed is not None
    assert renewed.stands
    assert told(sums(upload)) == {(DONGSHENG, Stage.UNSUPPLIED): (3 * HA, 14 * HA, 1, 3)}


def test_a_change_elsewhere_leaves_it_standing_and_another_day_does_not(
    reviewer: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "AT_ONCE", 0)
    upload = stage(reviewer, row())

    make_parcel(reviewer, no="QT-1", region=UXIN, approved=("2015-06-30", mu("45")))
    elsewhere = preview.preview_of(upload)
    settings.TUBAN_TODAY = date(2024, 10, 1)
    tomorrow = preview.preview_of(upload)

    assert elsewhere is not None
    assert elsewhere.stands
    assert tomorrow is not None
    assert not tomorrow.stands


def test_what_was_confirmed_is_kept_and_no_worker_changes_it(reviewer: User) -> None:
    upload = stage(reviewer, row(approved_area=10))
    shown = told(sums(upload))
    confirm_upload(actor=reviewer, upload_id=upload.pk)

    jobs.foresee(upload.pk)
    preview.keep(Upload.objects.get(pk=upload.pk))

    upload.refresh_from_db()
    assert told(sums(upload)) == shown


def test_a_file_read_again_has_no_preview_until_it_has_been_read(reviewer: User) -> None:
    upload = stage(reviewer, row())
    upload.state = UploadState.READING

    assert preview.preview_of(upload) is None
    assert sums(upload) == ()
