"""States as of a day come from the dated log, whatever happened in whichever order."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as told
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import Settings

from tuban.accounts.models import Organisation
from tuban.accounts.tokens import make_token
from tuban.core import clock
from tuban.parcels.tests.cast import EJIN_HORO, TODAY
from tuban.supervision import actions, arranging
from tuban.supervision.forming import keep_up, link_units
from tuban.supervision.lights import DutyState, Light
from tuban.supervision.models import Duty, Milestone, TaskUnit
from tuban.supervision.standing import is_closed, standings
from tuban.supervision.tests.cast import PAPER, due, make_post, make_posts, make_task, only_duty

FIRST = date(2024, 9, 2)
VERBS = {
    DutyState.OPEN: ("report", "release"),
    DutyState.RETURNED: ("report", "release"),
    DutyState.REPORTED: ("accept", "hand_back"),
    DutyState.ACCEPTED: ("reopen",),
    DutyState.RELEASED: (),
}


class OverTime(TestCase):
    """Random lives of a duty, a step every few days; each day remembers what it was."""

    @given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 1)), max_size=8))
    @told(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_every_day_keeps_its_state(self, life: list[tuple[int, int]]) -> None:
        posts = make_posts()
        duty = only_duty(make_task(posts.reviewer, [due("2024-10-31")]))
        day, seen = FIRST, {FIRST: DutyState.OPEN}
        for pause, which in life:
            verbs = VERBS[DutyState(duty.state)]
            if not verbs:
                break
            day += timedelta(days=pause)
            verb = verbs[which % len(verbs)]
            with clock.standing_on(day):
                if verb == "report":
                    actions.report(
                        actor=posts.department, duty_id=duty.pk, words="完成", offered=PAPER
                    )
                elif verb == "release":
                    arranging.release(actor=posts.reviewer, duty_id=duty.pk, reason="理由")
                else:
                    act = getattr(actions, verb)
                    act(actor=posts.reviewer, duty_id=duty.pk, words="理由")
            duty.refresh_from_db()
            seen[day] = DutyState(duty.state)
        known = DutyState.OPEN
        for ahead in range((day - FIRST).days + 3):
            on = FIRST + timedelta(days=ahead)
            known = seen.get(on, known)
            (row,) = standings(Duty.objects.all(), on)
            assert row.state is known


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(settings: Settings) -> None:
    settings.TUBAN_TODAY = TODAY


def test_a_rule_holds_for_its_place_and_those_below() -> None:
    posts = make_posts()
    make_task(posts.reviewer, [due("2024-10-15")], ["市工业和信息化局", "各旗区人民政府"])

    def lights() -> dict[str, Light]:
        rows = standings(Duty.objects.all(), TODAY)
        return {row.duty.unit.name: row.light for row in rows}

    assert set(lights().values()) == {Light.SOON}
    arranging.set_rule(
        actor=posts.reviewer, region_code="150600", soon_workdays=3, source="市局通知"
    )
    arranging.set_rule(
        actor=posts.reviewer, region_code=EJIN_HORO, soon_workdays=15, source="旗里要求"
    )

    found = lights()
    assert found.pop("伊金霍洛旗人民政府") is Light.SOON
    assert set(found.values()) == {Light.ON_TIME}


def test_an_organisation_that_comes_later_acts_for_its_unit() -> None:
    posts = make_posts()
    task = make_task(posts.reviewer, [due("2024-10-15")], ["市财政局", "鄂托克旗人民政府"])
    assert set(task.units.values_list("organisation", flat=True)) == {None}
    office = make_post(posts.department.role, "鄂尔多斯市财政局（演示）")  # type: ignore[arg-type]
    bureau = make_post(posts.clerk.role, "鄂托克旗自然资源局（演示）", "150624")  # type: ignore[arg-type]
    Organisation.objects.create(  # without an account it acts for nobody
        code="gov", name="鄂托克旗人民政府", kind="government", region_id="150624"
    )

    link_units(TaskUnit.objects.all())

    acting = {unit.name: unit.organisation for unit in task.units.select_related("organisation")}
    assert acting == {
        "市财政局": office.post.organisation,  # type: ignore[union-attr]
        "鄂托克旗人民政府": bureau.post.organisation,  # type: ignore[union-attr]
    }


def test_a_plan_without_milestones_gets_them_and_a_second_run_nothing() -> None:
    posts = make_posts()
    task = make_task(posts.reviewer, [due(None, "", kind="continuous")])
    Milestone.objects.all().delete()
    TaskUnit.objects.all().delete()

    assert keep_up() == 1
    assert keep_up() == 0
    with clock.standing_on(date(2026, 1, 5)):
        assert keep_up() == 2
    assert list(task.milestones.values_list("year", flat=True)) == [2024, 2025, 2026]
    assert len(standings(Duty.objects.all(), date(2025, 12, 31))) == 2


@pytest.mark.parametrize(
    ("states", "closed"),
    [
        (("accepted", "released"), True),
        (("accepted", "reported"), False),
        (("released",), False),
        ((), False),
    ],
)
def test_a_milestone_is_closed_when_all_that_is_owed_is_accepted(
    states: tuple[str, ...], closed: bool
) -> None:
    assert is_closed(map(DutyState, states)) is closed


def test_a_program_reads_what_the_post_may_see(client: Client) -> None:
    posts = make_posts()
    task = make_task(posts.reviewer, [due("2024-10-15")], ["各旗区人民政府"])
    secret = make_token(actor=posts.clerk, name="测试", days=30)[1]

    answer = client.get(
        "/api/v1/tasks?on=2024-10-16", headers={"Authorization": f"Bearer {secret}"}
    )

    (item,) = answer.json()["items"]
    (milestone,) = item["milestones"]
    (duty,) = milestone["duties"]
    assert (item["id"], milestone["due_on"], item["open_ended"]) == (task.pk, "2024-10-15", False)
    assert (duty["unit"], duty["light"], duty["has_account"]) == (
        "东胜区人民政府",
        "overdue",
        True,
    )
