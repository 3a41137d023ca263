"""Milestones and duties of the published plan's 13 tasks, read from its text by hand."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from tuban.accounts.models import Role
from tuban.core import clock
from tuban.instruments.actions import confirm_plan
from tuban.instruments.models import Instrument, Task
from tuban.parcels.tests.cast import CITY, make_user
from tuban.supervision.forming import keep_up
from tuban.supervision.models import Milestone, UnitRole

SEED = next((Path(__file__).parents[4] / "shared" / "seeds").glob("000_*.txt"), None)
GOLDEN = yaml.safe_load(Path(__file__).with_name("golden.yaml").read_text("utf-8"))

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(SEED is None, reason="../shared/seeds 不在本机，缺少方案原文"),
]


@pytest.fixture
def plan() -> Instrument:
    assert SEED is not None
    with clock.standing_on(date(2022, 8, 25)):
        return confirm_plan(
            actor=make_user(Role.CITY_REVIEWER, CITY), content=SEED.read_bytes(), name=SEED.name
        )


def as_written(task: Task) -> dict[str, Any]:
    """The task as the golden file writes it."""
    return {
        "task": task.no,
        "support": task.units.filter(role=UnitRole.SUPPORT).count(),
        "supervise": task.units.filter(role=UnitRole.SUPERVISE).count(),
        "milestones": [milestone_as_written(each) for each in task.milestones.all()],
    }


def milestone_as_written(milestone: Milestone) -> str:
    """`2022-10-20 dated document inferred: 市自然资源局 + 9 旗区`."""
    own = [d.unit for d in milestone.duties.all() if d.unit.region_id == CITY]
    below = Counter(d.unit.region_id for d in milestone.duties.all() if d.unit.region_id != CITY)
    assert set(below.values()) <= {1}
    words = [str(milestone.due_on or "-"), milestone.kind, milestone.source]
    words += ["inferred"] if milestone.inferred else []
    owing = [unit.name for unit in own] + ([f"{len(below)} 旗区"] if below else [])
    return f"{' '.join(words)}: {' + '.join(owing)}"


def test_each_task_owes_what_its_text_says(plan: Instrument) -> None:
    written = [as_written(task) for task in plan.tasks.all()]

    assert written == GOLDEN["on_confirmation"]


def test_each_new_year_brings_the_next_product(plan: Instrument) -> None:
    for year in (2023, 2024, 2025, 2026):
        with clock.standing_on(date(year, 1, 3)):
            made = keep_up()
            assert made == len(GOLDEN["products"][year])
            assert keep_up() == 0
        new = Milestone.objects.filter(source="system", year=year).order_by("task__start")
        assert [m.task.no for m in new] == GOLDEN["products"][year]
