"""Units are reminded of what they owe, deciders of what waits; each once, each only its own."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from tuban.accounts.models import Role, User
from tuban.core import clock
from tuban.inbox import actions as inbox
from tuban.inbox import mailing
from tuban.inbox.models import Digest, Message
from tuban.parcels.tests.cast import CITY, DONGSHENG, EJIN_HORO
from tuban.supervision import actions, jobs, parting, reminders
from tuban.supervision.models import Duty
from tuban.supervision.tests.cast import (
    PAPER,
    Posts,
    due,
    make_post,
    make_posts,
    make_task,
    only_duty,
)
from tuban.supervision.waiting import owed, to_decide
from tuban.todo.pages import todo_page
from tuban.workdays.tests.sample import bring

pytestmark = pytest.mark.django_db
MONDAY = date(2024, 9, 30)
EACH = ("各旗区人民政府",)


@pytest.fixture(autouse=True)
def today(settings: Settings) -> None:
    settings.TUBAN_TODAY = MONDAY


@pytest.fixture
def posts() -> Posts:
    return make_posts()


def said(user: User) -> list[tuple[str, str]]:
    found = Message.objects.filter(post=user.post_id).order_by("pk")
    return list(found.values_list("word", "url"))


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def todo(user: User) -> list[tuple[str, str, str, str]]:
    return [
        (group.urgency.value, line.kind, line.item.word, line.item.note)
        for group in todo_page(fresh(user)).groups
        for line in group.lines
    ]


def on(day: str) -> Any:
    return clock.standing_on(date.fromisoformat(day))


def test_a_duty_is_announced_day_by_day_once(posts: Posts) -> None:
    duty = only_duty(make_task(posts.reviewer, [due("2024-10-08")]))
    url = f"/tasks/duties/{duty.pk}/report/"
    for day in ("2024-09-14", "2024-09-20", "2024-09-27", "2024-09-30", "2024-10-08", "2024-10-09"):
        for _ in range(2):
            reminders.remind(date.fromisoformat(day))

    assert said(posts.department) == [
        (word, url)
        for word in (
            "剩余 8 个工作日",
            "剩余 3 个工作日",
            "剩余 1 个工作日",
            "今日到期",
            "逾期 1 个工作日",
        )
    ]
    for other in posts.all:
        if other != posts.department:
            assert said(other) == []


def test_missed_days_are_caught_up_without_flooding(posts: Posts) -> None:
    make_task(posts.reviewer, [due("2024-09-09", "甲"), due("2024-10-09", "乙", start=40)])
    assert reminders.remind(MONDAY) == 2
    assert [word for word, _ in said(posts.department)] == ["逾期 15 个工作日", "剩余 2 个工作日"]


def test_no_one_is_reminded_on_a_day_off_but_on_a_make_up_sunday(posts: Posts) -> None:
    make_task(posts.reviewer, [due("2024-10-08")])
    assert not reminders.is_workday(date(2024, 10, 1))
    assert reminders.is_workday(date(2024, 9, 29))
    with on("2024-10-01"):
        jobs.remind_posts(timestamp=0)
    assert not Message.objects.exists()


def test_a_new_due_day_is_announced_anew(posts: Posts) -> None:
    duty = only_duty(make_task(posts.reviewer, [due("2024-10-08")]))
    reminders.remind(MONDAY)
    duty.milestone.due_on = date(2024, 10, 9)
    duty.milestone.save()
    reminders.remind(MONDAY)
    assert [word for word, _ in said(posts.department)] == ["剩余 1 个工作日", "剩余 2 个工作日"]


def test_the_rule_of_the_place_counts(posts: Posts) -> None:
    make_task(posts.reviewer, [due("2024-10-11")], lead=EACH)
    inbox.set_rule(actor=posts.reviewer, region_code=DONGSHENG, before=[2], again=1, source="演示")
    reminders.remind(MONDAY)
    assert said(posts.clerk) == []
    with on("2024-10-09"):
        reminders.remind(date(2024, 10, 9))
    assert [word for word, _ in said(posts.clerk)] == ["剩余 2 个工作日"]
    assert Message.objects.get().text == "东胜区人民政府，期限 2024-10-11。"


def test_reports_are_announced_to_whoever_decides(posts: Posts) -> None:
    plain = only_duty(make_task(posts.reviewer, [due("2024-10-08")]))
    watched = only_duty(make_task(posts.reviewer, [due("2024-10-08")], supervise=["市督查办公室"]))
    own = only_duty(make_task(posts.reviewer, [due("2024-10-08")], lead=["市自然资源局"]))
    with on("2024-09-27"):
        for duty, actor in (
            (plain, posts.department), (watched, posts.department), (own, posts.reviewer),
        ):  # fmt: skip
            actions.report(actor=actor, duty_id=duty.pk, words="完成", offered=PAPER)
        reminders.remind(date(2024, 9, 27))
    assert not Message.objects.exists()  # on the day it came in, the to-do list says it

    reminders.remind(date(2024, 9, 29))
    reminders.remind(MONDAY)

    for user, duty in (
        (posts.reviewer, plain), (posts.supervisor, watched), (posts.leader, own),
    ):  # fmt: skip
        task = duty.milestone.task_id
        assert said(user) == [("等待 1 个工作日", f"/tasks/{task}/#d-{duty.pk}")]
        assert todo(user) == [("waiting", "上报待核验", "待核验", "2024-09-27 上报")]
    assert said(posts.department) == []

    actions.accept(actor=posts.reviewer, duty_id=plain.pk)
    assert todo(posts.reviewer) == []


def test_the_to_do_list_follows_the_life_of_a_duty(posts: Posts) -> None:
    duty = only_duty(make_task(posts.reviewer, [due("2024-10-08")]))
    far = make_task(posts.reviewer, [due("2024-12-31")])
    with on("2024-09-13"):
        assert todo(posts.department) == []
    assert todo(posts.department) == [("soon", "任务待上报", "临期", "剩余 1 个工作日")]
    with on("2024-10-09"):
        assert todo(posts.department) == [("overdue", "任务待上报", "逾期", "逾期 1 个工作日")]

    actions.report(actor=posts.department, duty_id=duty.pk, words="完成", offered=PAPER)
    assert todo(posts.department) == []
    actions.hand_back(actor=posts.reviewer, duty_id=duty.pk, words="缺验收单")
    assert todo(posts.department) == [
        ("soon", "上报被退回", "临期", "剩余 1 个工作日；退回理由：缺验收单")
    ]

    late = only_duty(far)
    actions.report(actor=posts.department, duty_id=late.pk, words="完成", offered=PAPER)
    actions.hand_back(actor=posts.reviewer, duty_id=late.pk, words="不实")
    assert ("waiting", "上报被退回", "正常", "退回理由：不实") in todo(posts.department)


def test_a_post_never_sees_another_units(posts: Posts, client: Client) -> None:
    neighbour = make_post(Role.BANNER_CLERK, "伊金霍洛旗自然资源局（演示）", EJIN_HORO)
    make_task(posts.reviewer, [due("2024-10-08")], lead=EACH)
    reminders.remind(MONDAY)

    for user, mine, other in (
        (posts.clerk, "东胜区", "伊金霍洛旗"), (neighbour, "伊金霍洛旗", "东胜区"),
    ):  # fmt: skip
        client.force_login(user)
        for page in ("/todo/", "/messages/"):
            text = client.get(page).content.decode()
            assert f"{mine}人民政府" in text
            assert f"{other}人民政府" not in text
        assert len(said(user)) == 1
    for user in (posts.auditor, posts.system, posts.department):
        assert (said(user), todo(user)) == ([], [])


def test_what_waits_is_what_each_post_may_decide_one_by_one(posts: Posts) -> None:
    make_post(Role.BANNER_CLERK, "伊金霍洛旗自然资源局（演示）", EJIN_HORO)
    leads = (["市工业和信息化局"], ["市自然资源局"], ["东胜区人民政府"], ["市督查办公室"])
    for lead in leads:
        for supervise in ([], ["市督查办公室"], ["市审计局"], ["市自然资源局"]):
            task = make_task(posts.reviewer, [due("2024-10-08")], lead=lead, supervise=supervise)
            duty = only_duty(task)
            organisation = duty.unit.organisation
            actor = next(u for u in posts.all if u.post and u.post.organisation == organisation)
            actions.report(actor=actor, duty_id=duty.pk, words="完成", offered=PAPER)

    for user in User.objects.all():
        expected = {d.pk for d in Duty.objects.all() if parting.may_decide(user, d)}
        assert set(to_decide(user).values_list("pk", flat=True)) == expected, user
        assert not owed(user, MONDAY).exists()


def test_the_daily_job_says_it_and_mails_it(posts: Posts, settings: Settings) -> None:
    settings.BASE_URL = "https://tuban.test"
    duty = only_duty(make_task(posts.reviewer, [due("2024-10-08")]))
    assert posts.department.post_id
    inbox.set_mailbox(
        actor=posts.system, post_id=posts.department.post_id, address="bangong@gxj.test"
    )
    for _ in range(2):
        jobs.remind_posts(timestamp=0)
    assert ProcrastinateJob.objects.filter(task_name="inbox.send_digest").count() == 1

    mailing.send_digest(Digest.objects.get().pk)

    (sent,) = mail.outbox
    assert sent.to == ["bangong@gxj.test"]
    assert f"https://tuban.test/tasks/duties/{duty.pk}/report/" in sent.body
    assert "演示任务：完成演示工作（剩余 1 个工作日）" in sent.body


def test_a_missing_year_is_told_to_those_who_can_import_it(posts: Posts) -> None:
    make_task(posts.reviewer, [due("2027-01-20")])
    with on("2026-12-30"):
        reminders.remind(date(2026, 12, 30))
        assert said(posts.department) == []
        assert said(posts.system) == [("缺少安排", "/workdays/import/")]
        bring(posts.system)
        reminders.remind(date(2026, 12, 30))
        # 2026-12-31 is off in the invented notice; 01-04 to 08, 11 to 15, 18 to 20 are thirteen.
        assert said(posts.department) == []
    with on("2027-02-01"):
        reminders.remind(date(2027, 2, 1))
    assert [word for word, _ in said(posts.department)] == ["逾期 8 个工作日"]


def test_in_an_unknown_year_nobody_is_reminded(posts: Posts) -> None:
    make_task(posts.reviewer, [due("2027-01-21")])
    with on("2027-01-20"):
        assert not reminders.is_workday(date(2027, 1, 20))
        assert todo(posts.department) == []
    assert said(posts.system) == [("缺少安排", "/workdays/import/")]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_say_it_once(posts: Posts) -> None:
    make_post(Role.BANNER_CLERK, "伊金霍洛旗自然资源局（演示）", EJIN_HORO)
    make_task(posts.reviewer, [due("2024-10-08")], lead=EACH)
    barrier = threading.Barrier(2)

    def work() -> None:
        try:
            barrier.wait()
            reminders.remind(MONDAY)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert Message.objects.count() == 2


def test_the_page_asks_at_most_twelve_queries(
    posts: Posts, client: Client, django_assert_max_num_queries: Any
) -> None:
    for lead in (["市自然资源局"], ["市工业和信息化局"], EACH):
        make_task(posts.reviewer, [due("2024-10-08"), due("2024-09-01", start=40)], lead=lead)
    duty = Duty.objects.filter(unit__name="市工业和信息化局").first()
    assert duty
    actions.report(actor=posts.department, duty_id=duty.pk, words="完成", offered=PAPER)
    client.force_login(posts.reviewer)
    client.get("/todo/")  # the session notes once a minute that it is used
    for page in ("/todo/", "/messages/", "/board/", "/workdays/"):
        with django_assert_max_num_queries(12):
            assert client.get(page).status_code == 200
    assert posts.reviewer.region_code == CITY
