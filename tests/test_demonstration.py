"""The whole demonstration, loaded: its board against a script that knows nothing of the product."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tuban.accounts.models import User
from tuban.bulletins.board import SubjectBoard
from tuban.bulletins.queries import board
from tuban.config import state
from tuban.core import clock
from tuban.demonstration import accounts, load
from tuban.law.timeline import Stage
from tuban.measures.progress import Light
from tuban.parcels.models import Parcel, ParcelPhase, StagedRow
from tuban.parcels.phases import differences
from tuban.supervision.lights import DutyState
from tuban.supervision.lights import Light as DutyLight
from tuban.supervision.models import Duty, Step
from tuban.supervision.standing import standings

ROOT = Path(__file__).parents[1]
ON, OPENING = date(2024, 9, 30), date(2022, 1, 1)
SUBJECTS = pytest.mark.parametrize("subject", ["unsupplied", "idle"])
pytestmark = [pytest.mark.slow, pytest.mark.django_db]

# A parcel of 亩 that is no whole number of 0.03 亩 is rounded once to a millionth of a m².
ROUNDING_M2 = Fraction(1, 10**5)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("演示") / "demonstration"


@pytest.fixture(scope="module")
def loaded(folder: Path, django_db_setup: None, django_db_blocker: Any) -> Iterator[float]:
    """Everything loaded in one transaction that is taken back at the end; seconds of our CPU."""
    from django.conf import settings

    with (
        pytest.MonkeyPatch.context() as patch,
        django_db_blocker.unblock(),
        clock.standing_on(ON),
        transaction.atomic(),
    ):
        patch.setattr(settings, "VAR", folder.parent)
        began = time.process_time()
        load.load(lambda line: None)
        yield time.process_time() - began
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def recomputed(loaded: float, folder: Path) -> dict[str, Any]:
    """What the independent script makes of the files."""
    done = subprocess.run(
        [sys.executable, "dev/recompute_board.py", str(folder), "--on", ON.isoformat()],
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def leader() -> User:
    return User.objects.get(username="leader")


def shown(subject: str, on: date) -> SubjectBoard:
    return board(leader(), subject, on).subject


@pytest.mark.usefixtures("loaded")
def test_every_row_of_every_ledger_was_taken() -> None:
    assert Parcel.objects.count() == 5_000
    # One file waits on the day shown, so that the to-do list has something to confirm.
    waiting = StagedRow.objects.filter(taken=False).values_list("upload__name", flat=True)
    assert set(waiting) <= {"东胜区补报台账.csv"}


def test_loading_costs_less_than_a_minute_of_computing(loaded: float) -> None:
    assert loaded < 60


@pytest.mark.usefixtures("loaded")
@SUBJECTS
def test_the_stocks_of_the_opening_day_are_those_of_the_plan(subject: str) -> None:
    for row in shown(subject, OPENING).rows:
        assert row.base is not None
        assert row.base.area_m2 is not None
        assert abs(row.stock_m2 - row.base.area_m2) < ROUNDING_M2, row.region.name


@SUBJECTS
@pytest.mark.parametrize("on", [OPENING, ON])
def test_the_board_s_stocks_are_those_of_the_script(
    subject: str, on: date, recomputed: dict[str, Any]
) -> None:
    theirs = recomputed["stocks"][on.isoformat()][f"{subject}_stock"]
    ours = {row.region.code: row.stock_m2 for row in shown(subject, on).rows}
    assert ours.keys() == theirs.keys()
    for code, m2 in theirs.items():
        assert abs(ours[code] - Fraction(m2)) < ROUNDING_M2, code


@SUBJECTS
def test_the_board_s_yearly_figures_are_those_of_the_script(
    subject: str, recomputed: dict[str, Any]
) -> None:
    theirs = recomputed["flows"][f"{subject}_disposed"]
    for row in shown(subject, ON).rows:
        for year in row.years:
            m2 = Fraction(theirs[row.region.code].get(str(year.year), "0"))
            assert abs(year.done_m2 - m2) < ROUNDING_M2, (row.region.name, year.year)


@pytest.mark.usefixtures("loaded")
@SUBJECTS
def test_every_light_shines_on_both_measures(subject: str) -> None:
    rows = shown(subject, ON).rows
    assert {row.years[2].light for row in rows} == {Light.GREEN, Light.YELLOW, Light.RED}
    assert {row.years[3].light for row in rows} == {Light.GREY}, "2025 has not begun"


@pytest.mark.usefixtures("loaded")
def test_every_stage_is_there_and_every_phase_is_what_the_law_derives() -> None:
    holding = ParcelPhase.objects.filter(starts_on__lte=ON).exclude(ends_on__lte=ON)
    assert set(holding.values_list("stage", flat=True)) == {stage.value for stage in Stage}
    assert differences(Parcel.objects.values_list("pk", flat=True)) == []


@pytest.mark.usefixtures("loaded")
def test_every_state_and_light_of_a_duty_is_there() -> None:
    rows = standings(Duty.objects.all(), ON)
    assert {row.state for row in rows} == set(DutyState)
    assert {row.light for row in rows} == set(DutyLight) - {DutyLight.NO_CALENDAR}
    assert Step.objects.filter(kind="refused").count() == 1


@pytest.mark.usefixtures("loaded")
def test_every_clerk_has_deadlines_within_ninety_days() -> None:
    for code in {account.region_code for account in accounts.ACCOUNTS}:
        if code != "150600":
            assert board(accounts.clerk(code), "idle", ON).warning_count > 0, code


def test_the_database_that_is_dropped_is_the_one_the_launcher_makes() -> None:
    assert load.DEMO_DATABASE == state.DEMO_DATABASE
