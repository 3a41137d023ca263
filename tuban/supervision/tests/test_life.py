"""A duty's life: who may report, accept, return, reopen; who may not, and that it is recorded."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings

from tuban.accounts.access import Forbidden
from tuban.accounts.models import ChangeRecord, Organisation, Role, User
from tuban.core.errors import DomainError
from tuban.parcels.access import Absent
from tuban.parcels.tests.cast import DONGSHENG, EJIN_HORO, TODAY
from tuban.supervision import actions, arranging, logbook
from tuban.supervision.lights import DutyState
from tuban.supervision.models import Duty, Step, StepKind
from tuban.supervision.refusals import (
    ArrangementRefused,
    EvidenceRefused,
    NotDecider,
    NotOpen,
    NotOwner,
    SameUnit,
    WordsMissing,
)
from tuban.supervision.tests.cast import (
    BUREAU,
    OFFICE,
    PAPER,
    Posts,
    due,
    make_post,
    make_posts,
    make_task,
    only_duty,
)

pytestmark = pytest.mark.django_db
DECIDING: dict[str, Callable[..., Step]] = {
    "accept": actions.accept,
    "hand_back": actions.hand_back,
    "reopen": actions.reopen,
}


@pytest.fixture(autouse=True)
def today(settings: Settings) -> None:
    settings.TUBAN_TODAY = TODAY


@pytest.fixture
def posts() -> Posts:
    return make_posts()


def a_duty(posts: Posts, lead: str = "市工业和信息化局", supervise: tuple[str, ...] = ()) -> Duty:
    task = make_task(posts.reviewer, [due("2024-10-31")], [lead], supervise=supervise)
    return only_duty(task)


def reported(posts: Posts, by: User, duty: Duty) -> Duty:
    actions.report(actor=by, duty_id=duty.pk, words="已经完成", offered=PAPER)
    duty.refresh_from_db()
    return duty


def test_reported_returned_reported_accepted_reopened(posts: Posts) -> None:
    duty = reported(posts, posts.department, a_duty(posts))
    assert duty.state == DutyState.REPORTED

    actions.hand_back(actor=posts.reviewer, duty_id=duty.pk, words="缺少验收意见")
    reported(posts, posts.department, duty)
    actions.accept(actor=posts.reviewer, duty_id=duty.pk)
    actions.reopen(actor=posts.reviewer, duty_id=duty.pk, words="复查发现不实")

    duty.refresh_from_db()
    assert duty.state == DutyState.RETURNED
    assert list(duty.steps.values_list("kind", flat=True)) == [
        "reported",
        "returned",
        "reported",
        "accepted",
        "reopened",
    ]
    deeds = ChangeRecord.objects.filter(deed__startswith="task.").order_by("pk")
    assert [line.deed for line in deeds][-1] == "task.reopened"
    assert all(line.subject_type == "instruments.task" for line in deeds)


@pytest.mark.parametrize(
    ("lead", "owner", "supervise", "decider"),
    [
        ("市工业和信息化局", "department", (), "reviewer"),
        ("市工业和信息化局", "department", ("市督查办公室",), "supervisor"),
        ("市工业和信息化局", "department", ("市工业和信息化局",), "reviewer"),
        ("市工业和信息化局", "department", ("没有账号的办公室",), "reviewer"),
        ("市自然资源局", "reviewer", (), "leader"),
        ("市自然资源局", "reviewer", ("市督查办公室",), "supervisor"),
        ("东胜区人民政府", "clerk", (), "reviewer"),
    ],
)
@pytest.mark.parametrize("verb", list(DECIDING))
def test_exactly_one_post_decides(
    posts: Posts, lead: str, owner: str, supervise: tuple[str, ...], decider: str, verb: str
) -> None:
    duty = reported(posts, getattr(posts, owner), a_duty(posts, lead, supervise))
    if verb == "reopen":
        actions.accept(actor=getattr(posts, decider), duty_id=duty.pk)
    decides: list[User] = []
    for user in posts.all:
        point = transaction.savepoint()
        before = Step.objects.filter(kind=StepKind.REFUSED).count()
        try:
            DECIDING[verb](actor=user, duty_id=duty.pk, words="理由")
            decides.append(user)
        except (SameUnit, NotDecider):
            refused = Step.objects.filter(kind=StepKind.REFUSED)
            assert refused.count() == before + 1
            assert refused.last() is not None
            assert refused.last().by == user  # type: ignore[union-attr]
            assert ChangeRecord.objects.filter(deed="task.refused", actor=user).exists()
        except Absent:
            assert user == posts.clerk  # another place's duty is not there for a banner's clerk
        transaction.savepoint_rollback(point)

    assert decides == [getattr(posts, decider)]


def test_a_colleague_of_the_reporter_is_the_same_unit(posts: Posts) -> None:
    duty = reported(posts, posts.department, a_duty(posts))
    colleague = make_post(Role.CITY_REVIEWER, posts.department.org_name)

    with pytest.raises(SameUnit):
        actions.accept(actor=colleague, duty_id=duty.pk)


@pytest.mark.parametrize("who", ["reviewer", "leader", "supervisor", "auditor", "system"])
def test_only_the_owing_unit_reports(posts: Posts, who: str) -> None:
    duty = a_duty(posts)

    with pytest.raises((NotOwner, Forbidden)):
        actions.report(actor=getattr(posts, who), duty_id=duty.pk, words="完成", offered=PAPER)

    duty.refresh_from_db()
    assert (duty.state, duty.steps.count()) == (DutyState.OPEN, 0)


def test_another_banners_duty_is_not_there(posts: Posts) -> None:
    duty = a_duty(posts, "伊金霍洛旗人民政府")

    with pytest.raises(Absent):
        actions.report(actor=posts.clerk, duty_id=duty.pk, words="完成", offered=PAPER)


def test_without_words_or_evidence_nothing_is_reported(posts: Posts) -> None:
    duty = a_duty(posts)

    with pytest.raises(WordsMissing):
        actions.report(actor=posts.department, duty_id=duty.pk, words=" ", offered=PAPER)
    nothing = actions.evidence.Offered()
    with pytest.raises(EvidenceRefused):
        actions.report(actor=posts.department, duty_id=duty.pk, words="完成", offered=nothing)

    assert not Step.objects.exists()


def test_what_waits_is_not_reported_again_and_what_is_open_is_not_accepted(posts: Posts) -> None:
    duty = a_duty(posts)
    with pytest.raises(NotOpen):
        actions.accept(actor=posts.reviewer, duty_id=duty.pk)
    reported(posts, posts.department, duty)
    with pytest.raises(NotOpen):
        reported(posts, posts.department, duty)


@pytest.mark.parametrize("kind", [StepKind.ACCEPTED, StepKind.RETURNED, StepKind.REOPENED])
def test_the_database_itself_refuses_a_decision_by_the_owner(posts: Posts, kind: StepKind) -> None:
    duty = reported(posts, posts.department, a_duty(posts))

    with pytest.raises(DatabaseError, match="不能核验自己"), transaction.atomic():
        logbook.write_about(kind, posts.department, duty, state="accepted")


def test_the_database_refuses_a_state_without_its_log(posts: Posts) -> None:
    duty = a_duty(posts)

    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")

    with pytest.raises(DatabaseError, match="须与办理记录一致"), transaction.atomic():
        Duty.objects.filter(pk=duty.pk).update(state=DutyState.ACCEPTED)


def test_the_log_is_append_only(posts: Posts) -> None:
    duty = reported(posts, posts.department, a_duty(posts))

    for change in (
        lambda: duty.steps.update(words="改过"),
        lambda: duty.steps.get().evidence.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.django_db(transaction=True)
def test_of_two_deciders_at_once_one_wins(settings: Settings) -> None:
    posts = make_posts()
    duty = reported(posts, posts.department, a_duty(posts))
    second = make_post(Role.CITY_REVIEWER, BUREAU)
    start = Barrier(2)

    def decide(verb: Callable[..., Step], user: User) -> str:
        try:
            start.wait(5)
            verb(actor=user, duty_id=duty.pk, words="意见")
        except NotOpen:
            return "late"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        pairs = [(actions.accept, posts.reviewer), (actions.hand_back, second)]
        ends = sorted(pool.map(lambda pair: decide(*pair), pairs))

    assert ends == ["done", "late"]
    decisions = duty.steps.filter(kind__in=["accepted", "returned"])
    duty.refresh_from_db()
    assert decisions.get().state == duty.state


def test_a_supporting_unit_responds_once_it_is_named(posts: Posts) -> None:
    task = make_task(
        posts.reviewer, [due("2024-10-31")], ["市自然资源局"], support=["市工业和信息化局"]
    )
    unit = task.units.get(role="support")

    step = actions.respond(actor=posts.department, unit_id=unit.pk, words="已提供园区清单")

    assert (step.kind, step.unit, step.state) == ("responded", unit, "")
    with pytest.raises(NotOwner):
        actions.respond(actor=posts.supervisor, unit_id=unit.pk, words="代为回应")
    lead = task.units.get(role="lead")
    with pytest.raises(Absent):
        actions.respond(actor=posts.reviewer, unit_id=lead.pk, words="回应")


def test_a_day_is_set_only_where_the_plan_gives_none(posts: Posts) -> None:
    undated = make_task(posts.reviewer, []).milestones.get()
    printed = make_task(posts.reviewer, [due("2024-10-31")]).milestones.get()

    arranging.set_day(
        actor=posts.reviewer, milestone_id=undated.pk, due_on=date(2024, 12, 1), reason="会议议定"
    )
    with pytest.raises(ArrangementRefused):
        arranging.set_day(
            actor=posts.reviewer, milestone_id=printed.pk, due_on=date(2025, 1, 1), reason="延期"
        )

    undated.refresh_from_db()
    assert (undated.due_on, undated.kind) == (date(2024, 12, 1), "undated")


def test_a_unit_is_released_and_added_again_with_reasons(posts: Posts) -> None:
    duty = a_duty(posts)
    arranging.release(actor=posts.reviewer, duty_id=duty.pk, reason="职能已划转")
    office = Organisation.objects.get(name=OFFICE)

    new = arranging.add_unit(
        actor=posts.reviewer,
        milestone_id=duty.milestone_id,
        organisation=office.code,
        reason="职能承接单位",
    )
    back = arranging.add_unit(
        actor=posts.reviewer,
        milestone_id=duty.milestone_id,
        organisation=posts.department.post.organisation.code,  # type: ignore[union-attr]
        reason="恢复承办",
    )

    assert (new.unit.name, new.since, back.pk) == ("鄂尔多斯市督查办公室", TODAY, duty.pk)
    assert list(duty.steps.values_list("state", flat=True)) == ["released", "open"]
    with pytest.raises(ArrangementRefused):
        arranging.add_unit(
            actor=posts.reviewer,
            milestone_id=duty.milestone_id,
            organisation=office.code,
            reason="重复",
        )


@pytest.mark.parametrize(
    "who", ["leader", "department", "supervisor", "clerk", "auditor", "system"]
)
def test_only_a_city_reviewer_arranges(posts: Posts, who: str) -> None:
    duty, actor = a_duty(posts), getattr(posts, who)
    attempts: list[Callable[[], object]] = [
        lambda: arranging.release(actor=actor, duty_id=duty.pk, reason="理由"),
        lambda: arranging.set_day(
            actor=actor, milestone_id=duty.milestone_id, due_on=TODAY, reason="理由"
        ),
        lambda: arranging.add_milestone(
            actor=actor, task_id=duty.milestone.task_id, words="节点", due_on=TODAY, reason="理由"
        ),
        lambda: arranging.add_unit(
            actor=actor, milestone_id=duty.milestone_id, organisation="x", reason="理由"
        ),
        lambda: arranging.set_rule(
            actor=actor, region_code=DONGSHENG, soon_workdays=5, source="理由"
        ),
    ]

    for attempt in attempts:
        with pytest.raises(Forbidden):
            attempt()


def test_an_added_milestone_is_owed_by_all_leads_from_today(posts: Posts) -> None:
    task = make_task(posts.reviewer, [due("2024-10-31")], ["市工业和信息化局", "各旗区人民政府"])

    made = arranging.add_milestone(
        actor=posts.reviewer,
        task_id=task.pk,
        words="报送半年总结",
        due_on=date(2024, 12, 20),
        reason="调度会议定",
    )

    assert made.duties.count() == 10
    assert made.since == TODAY
    with pytest.raises(ArrangementRefused):
        arranging.add_milestone(
            actor=posts.reviewer,
            task_id=task.pk,
            words="已经过去",
            due_on=date(2024, 9, 1),
            reason="理由",
        )


def test_a_rule_is_a_places_own_once_it_is_set(posts: Posts) -> None:
    rule = arranging.set_rule(
        actor=posts.reviewer, region_code=EJIN_HORO, soon_workdays=5, source="市局通知"
    )

    assert (rule.soon_workdays, rule.is_default) == (5, False)
    with pytest.raises(DomainError):
        arranging.set_rule(
            actor=posts.reviewer, region_code=EJIN_HORO, soon_workdays=0, source="市局通知"
        )
