"""A child that waits: taken once, replaced when it died, gone with its keeper."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tuban.instruments.desk import waiting
from tuban.instruments.desk.reading import read_plan
from tuban.instruments.desk.tests.cast import sound_text


@pytest.fixture(autouse=True)
def nobody_waits_afterwards() -> Iterator[None]:
    yield
    waiting.dismiss()


def test_the_child_that_waits_reads_the_next_plan_and_only_that_one() -> None:
    waiting.prepare()
    waiting.prepare()
    (kept,) = waiting._ready

    reading = read_plan(sound_text().encode(), "演示方案.txt")

    assert reading["source"]["name"] == "演示方案.txt"
    assert len(reading["tasks"]) == 2
    assert kept.returncode is not None
    assert waiting._ready == []
    again = read_plan(sound_text().encode(), "又一份.txt")
    assert again["source"]["name"] == "又一份.txt"


def test_one_that_died_meanwhile_is_not_taken() -> None:
    waiting.prepare()
    (dead,) = waiting._ready
    dead.kill()
    dead.communicate()

    with waiting.take() as child:
        assert child is not dead
        child.kill()
    waiting._ready.append(dead)
    waiting.prepare()
    assert waiting._ready[0].poll() is None


def test_a_child_whose_keeper_has_gone_ends_by_itself() -> None:
    child = subprocess.run(
        [sys.executable, "-m", waiting.MODULE],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert (child.returncode, child.stdout) == (0, b"")
