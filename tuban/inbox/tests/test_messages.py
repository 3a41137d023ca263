"""Messages: once for a post, seen by that post alone, sent by e-mail once a day at most."""

from __future__ import annotations

import smtplib
import threading
from datetime import date, timedelta
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from tuban.accounts.access import Forbidden
from tuban.accounts.models import ChangeRecord, Role, User
from tuban.inbox import actions, digests, jobs, mailing
from tuban.inbox.actions import MailboxRefused, NoMailbox, RuleRefused
from tuban.inbox.models import Digest, DigestState, Mailbox, Message
from tuban.inbox.rules import DEFAULT, rules
from tuban.inbox.sending import Note, send
from tuban.parcels.tests.cast import CITY, DONGSHENG, EJIN_HORO, TODAY, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(settings: Settings) -> None:
    settings.TUBAN_TODAY = TODAY
    settings.BASE_URL = "https://tuban.test"
    settings.DEFAULT_FROM_EMAIL = "tuban@tuban.test"


def note(user: User, key: str = "duty-1:2024-10-08:before-3", **given: Any) -> Note:
    assert user.post_id
    wanted = {
        "topic": "期限提醒",
        "light": "yellow",
        "word": "剩余 3 个工作日",
        "title": "建立低效用地台账",
        "text": "期限 2024-10-08",
        "url": "/tasks/1/",
    }
    return Note(post_id=user.post_id, key=key, **{**wanted, **given})


def with_mailbox(user: User) -> User:
    admin = make_user(Role.SYSTEM_ADMIN, CITY, name=f"admin-of-{user.username}")
    assert user.post_id
    actions.set_mailbox(actor=admin, post_id=user.post_id, address=f"{user.pk}@office.test")
    return user


def test_a_message_is_sent_once_however_often_it_is_said() -> None:
    here, there = make_user(Role.BANNER_CLERK), make_user(Role.BANNER_CLERK, EJIN_HORO)
    assert send([note(here), note(there)], TODAY) == 2
    assert send([note(here), note(here, key="another")], TODAY + timedelta(days=1)) == 1
    assert Message.objects.filter(post=here.post_id).count() == 2


def test_a_post_sees_and_reads_its_own_alone(client: Client) -> None:
    here, there = make_user(Role.BANNER_CLERK), make_user(Role.BANNER_CLERK, EJIN_HORO)
    send([note(here), note(there, title="别处的任务")], TODAY)
    mine, foreign = Message.objects.get(post=here.post_id), Message.objects.get(post=there.post_id)
    client.force_login(here)

    page = client.get("/messages/").content.decode()
    assert "建立低效用地台账" in page
    assert "别处的任务" not in page
    assert '<em class="tb-bell"><span class="visually-hidden">未读 </span>1</em>' in page
    assert client.get(f"/messages/{foreign.pk}/").status_code == 404

    assert client.get(f"/messages/{mine.pk}/")["Location"] == "/tasks/1/"
    assert "tb-bell" not in client.get("/messages/").content.decode()
    assert "没有未读消息" in client.get("/messages/?show=unread").content.decode()

    send([note(here, key="k2")], TODAY)
    client.post("/messages/read/")
    foreign.refresh_from_db()
    assert foreign.read_at is None
    assert not Message.objects.filter(post=here.post_id, read_at=None).exists()


@pytest.mark.parametrize(
    "statement",
    ["update inbox_message set title = 'x'", "delete from inbox_message", "truncate inbox_message"],
)
def test_what_was_said_stays(statement: str) -> None:
    send([note(make_user(Role.BANNER_CLERK))], TODAY)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_one_digest_a_day_says_what_and_where() -> None:
    user = with_mailbox(make_user(Role.BANNER_CLERK))
    send(
        [note(user), note(user, key="b", topic="核验提醒", title="核验上报", url="/tasks/2/")],
        TODAY,
    )

    (digest_id,) = digests.prepare(TODAY)
    assert digests.prepare(TODAY) == [digest_id]
    assert mailing.send_digest(digest_id)
    assert not mailing.send_digest(digest_id)

    (sent,) = mail.outbox
    assert sent.subject == "图斑：2 条提醒（2024-09-30）"
    assert sent.to == [f"{user.pk}@office.test"]
    assert sent.from_email == "tuban@tuban.test"
    assert sent.body == (
        f"{user}：\n\n截至 2024-09-30，有以下提醒。\n\n"
        "【期限提醒】\n1. 建立低效用地台账（剩余 3 个工作日）\n   期限 2024-10-08\n"
        "   https://tuban.test/tasks/1/\n\n"
        "【核验提醒】\n1. 核验上报（剩余 3 个工作日）\n   期限 2024-10-08\n"
        "   https://tuban.test/tasks/2/\n\n"
        "全部待办：https://tuban.test/todo/\n\n"
        "本邮件由图斑自动发往岗位邮箱，请勿回复。\n"
        "不需要邮件时，可在“消息”页关闭；站内消息不受影响。\n"
    )
    assert user.username not in sent.body.replace(str(user), "")

    send([note(user, key="later")], TODAY)
    assert digests.prepare(TODAY) == []
    assert len(digests.prepare(TODAY + timedelta(days=1))) == 1


def test_no_mailbox_switched_off_or_read_means_no_mail() -> None:
    without, off, read = (
        make_user(Role.BANNER_CLERK, name=name) for name in ("without", "off", "read")
    )
    for user in (off, read):
        with_mailbox(user)
    actions.switch_mail(actor=off, wanted=False)
    send([note(user) for user in (without, off, read)], TODAY)
    actions.read_all(actor=read)

    assert digests.prepare(TODAY) == []
    assert Message.objects.count() == 3
    actions.switch_mail(actor=off, wanted=True)
    assert digests.prepare(TODAY) == []  # what came while it was off is not sent after
    with pytest.raises(NoMailbox):
        actions.switch_mail(actor=without, wanted=False)


def test_a_site_that_cannot_send_makes_no_mail(settings: Settings, client: Client) -> None:
    send([note(with_mailbox(make_user(Role.BANNER_CLERK)))], TODAY)
    settings.MAIL_READY = False
    assert digests.prepare(TODAY) == []
    client.force_login(make_user(Role.SYSTEM_ADMIN, CITY))
    assert "还没有配置邮件服务器" in client.get("/mailboxes/").content.decode()


def test_one_failure_stops_no_other_and_is_shown(
    monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    users = [with_mailbox(make_user(Role.BANNER_CLERK, name=name)) for name in ("bad", "good")]
    send([note(user) for user in users], TODAY)
    real = mail.EmailMessage.send

    def refuse(message: mail.EmailMessage, *_: Any) -> int:
        if message.to == [f"{users[0].pk}@office.test"]:
            raise smtplib.SMTPRecipientsRefused({"x": (550, b"no such box")})
        return real(message)

    monkeypatch.setattr(mail.EmailMessage, "send", refuse)
    for digest_id in digests.prepare(TODAY):
        for attempt in range(jobs.MOST_TRIES):
            context: Any = SimpleNamespace(job=SimpleNamespace(attempts=attempt))
            try:
                jobs.send_digest(context, digest_id)
            except smtplib.SMTPException:
                continue

    bad = Digest.objects.get(post=users[0].post_id)
    assert (bad.state, bad.attempts) == (DigestState.FAILED, jobs.MOST_TRIES)
    assert "邮件服务器拒收" in bad.error
    assert Digest.objects.get(post=users[1].post_id).state == DigestState.SENT
    assert len(mail.outbox) == 1
    client.force_login(make_user(Role.SYSTEM_ADMIN, CITY))
    assert "发送失败" in client.get("/mailboxes/").content.decode()


def test_a_mail_that_failed_is_sent_again_to_the_address_of_now(client: Client) -> None:
    user, admin = with_mailbox(make_user(Role.BANNER_CLERK)), make_user(Role.SYSTEM_ADMIN, CITY)
    send([note(user)], TODAY)
    (digest_id,) = digests.prepare(TODAY)
    digests.failed(digest_id, "邮件服务器拒收", last=True)
    assert user.post_id
    actions.set_mailbox(actor=admin, post_id=user.post_id, address="right@office.test")
    client.force_login(admin)
    assert f'name="again" value="{user.post_id}"' in client.get("/mailboxes/").content.decode()

    client.post("/mailboxes/", {"again": user.post_id})

    assert ProcrastinateJob.objects.filter(task_name="inbox.send_digest").count() == 1
    context: Any = SimpleNamespace(job=SimpleNamespace(attempts=0))
    jobs.send_digest(context, digest_id)
    assert mail.outbox[0].to == ["right@office.test"]
    again = client.post("/mailboxes/", {"again": user.post_id})
    assert again.status_code == HTTPStatus.CONFLICT
    assert "没有发送失败" in again.content.decode()
    with pytest.raises(Forbidden):
        actions.send_again(actor=user, post_id=user.post_id)


def test_each_mail_has_a_job_of_its_own_once() -> None:
    users = [with_mailbox(make_user(Role.BANNER_CLERK, name=name)) for name in ("a", "b")]
    send([note(user) for user in users], TODAY)
    for _ in range(2):
        jobs.enqueue(digests.prepare(TODAY))
    assert ProcrastinateJob.objects.filter(task_name="inbox.send_digest").count() == 2


def test_mailboxes_are_the_administrators_and_written_down(client: Client) -> None:
    clerk, admin = make_user(Role.BANNER_CLERK), make_user(Role.SYSTEM_ADMIN, CITY)
    assert clerk.post_id
    with pytest.raises(Forbidden):
        actions.set_mailbox(actor=clerk, post_id=clerk.post_id, address="x@office.test")
    for wrong in ("没有", "a@b@c", f"{'x' * 120}@office.test"):
        with pytest.raises(MailboxRefused):
            actions.set_mailbox(actor=admin, post_id=clerk.post_id, address=wrong)
    client.force_login(admin)
    given = {"post": str(clerk.post_id), "address": "错"}
    assert client.post("/mailboxes/", given).status_code == 422
    assert client.post("/mailboxes/", given | {"address": "a@office.test"}).status_code == 302
    assert Mailbox.objects.get().address == "a@office.test"
    client.post("/mailboxes/", given | {"address": ""})
    assert not Mailbox.objects.exists()
    assert ChangeRecord.objects.filter(deed="mailbox.set").count() == 2


def test_a_banner_follows_its_citys_rule_until_it_has_its_own(client: Client) -> None:
    city, banner = make_user(Role.CITY_REVIEWER, CITY), make_user(Role.CITY_REVIEWER, DONGSHENG)
    assert rules()[DONGSHENG] == DEFAULT
    assert DEFAULT.is_default
    given = {"region": CITY, "before": "15、5", "again": "3", "source": "演示会议纪要"}
    client.force_login(city)
    assert client.post("/reminders/", given).status_code == 302
    assert rules()[DONGSHENG].before == (15, 5)
    assert "演示会议纪要（鄂尔多斯市）" in client.get("/reminders/").content.decode()

    actions.set_rule(actor=banner, region_code=DONGSHENG, before=[2], again=1, source="东胜")
    assert rules()[DONGSHENG].before == (2,)
    assert rules()[EJIN_HORO].before == (15, 5)
    for wrong in (
        {"region_code": EJIN_HORO}, {"before": []}, {"before": [0]}, {"before": [61]},
        {"again": 0}, {"source": " "},
    ):  # fmt: skip
        asked: dict[str, Any] = {
            "region_code": DONGSHENG, "before": [3], "again": 5, "source": "x", **wrong,
        }  # fmt: skip
        with pytest.raises(RuleRefused):
            actions.set_rule(actor=banner, **asked)


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_message_and_each_mail_once() -> None:
    user = with_mailbox(make_user(Role.BANNER_CLERK))
    barrier = threading.Barrier(2)
    sent: list[bool] = []

    def work() -> None:
        try:
            barrier.wait()
            send([note(user, key=f"k{n}") for n in range(20)], date(2024, 9, 30))
            barrier.wait()
            waiting = digests.prepare(TODAY)
            barrier.wait()
            sent.extend(mailing.send_digest(digest_id) for digest_id in waiting)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert Message.objects.count() == 20
    assert Digest.objects.count() == 1
    assert sent.count(True) == 1
