"""已读, 岗位邮箱, 重新发送, 开关邮件, 提醒规则."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from tuban.accounts.access import region_codes, require
from tuban.accounts.models import Post, User
from tuban.accounts.records import record
from tuban.core import clock
from tuban.core.errors import DomainError
from tuban.inbox import access, jobs
from tuban.inbox.deeds import MAIL_SENT_AGAIN, MAIL_SWITCHED, MAILBOX_SET, RULE_SET
from tuban.inbox.models import Digest, DigestState, Mailbox, Message, ReminderRule
from tuban.inbox.rules import MOST_AGAIN, MOST_BEFORE, MOST_STEPS
from tuban.regions.models import Region
from tuban.todo import counts

MAX_ADDRESS, MAX_SOURCE = 120, 200


class MailboxRefused(DomainError):
    """邮箱不能用."""

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(
            "没有保存岗位邮箱。", code="mailbox", kind="invalid", cause=cause, remedy=remedy
        )


class NothingToSend(DomainError):
    """没有发送失败的邮件."""

    def __init__(self) -> None:
        super().__init__(
            "没有重新发送。",
            code="mail.again",
            kind="conflict",
            cause="这个岗位最近一封邮件没有发送失败，或岗位邮箱已经取消。",
            remedy="请刷新页面查看邮件的状态。",
        )


class NoMailbox(DomainError):
    """没有岗位邮箱."""

    def __init__(self) -> None:
        super().__init__(
            "本岗位还没有岗位邮箱。",
            code="mailbox.none",
            kind="conflict",
            remedy="请系统管理员在“岗位邮箱”页设定单位的办公邮箱。",
        )


class RuleRefused(DomainError):
    """提醒规则不能用."""

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(
            "没有保存提醒规则。", code="reminders.rule", kind="invalid", cause=cause, remedy=remedy
        )


def open_message(*, actor: User, message_id: int) -> Message:
    """Marks a message of the actor's post as read.

    Raises:
        NoSuchMessage: There is none, or it is another post's.
    """
    message = access.get_message(actor, message_id)
    if message.read_at is None:
        Message.objects.filter(pk=message.pk, read_at=None).update(read_at=clock.now())
        counts.forget(actor)
    return message


def read_all(*, actor: User) -> int:
    """Marks all messages of the actor's post as read; returns how many there were."""
    read = access.unread(actor).update(read_at=clock.now())
    counts.forget(actor)
    return read


@transaction.atomic
def set_mailbox(*, actor: User, post_id: int, address: str) -> None:
    """Sets or, with an empty address, removes the 岗位邮箱 of a post.

    Raises:
        Forbidden: The post does not manage accounts.
        MailboxRefused: No such post, or no address.
    """
    require(actor, "manage_accounts")
    post = Post.objects.filter(pk=post_id).select_related("organisation").first()
    if post is None:
        raise MailboxRefused("没有这个岗位。", "请刷新页面重新选择。")
    address = address.strip()
    known = Mailbox.objects.select_for_update().filter(post=post).first()
    if address == (known.address if known else ""):
        return
    if not address:
        Mailbox.objects.filter(post=post).delete()
    else:
        _check(address)
        Mailbox.objects.update_or_create(
            post=post, defaults={"address": address, "since": clock.now()}
        )
    before = known.address if known else "（未设）"
    detail = {"原邮箱": before, "邮箱": address or "（未设）"}
    record(actor, MAILBOX_SET, about=post, region=post.organisation.region_id, detail=detail)


def _check(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError:
        raise MailboxRefused(
            f"“{address[:60]}”不是邮箱地址。", "请填写单位的办公邮箱，不要填写个人邮箱。"
        ) from None
    if len(address) > MAX_ADDRESS:
        raise MailboxRefused("邮箱地址过长。", f"请填写不超过 {MAX_ADDRESS} 个字的地址。")


@transaction.atomic
def send_again(*, actor: User, post_id: int) -> None:
    """重新发送 a post's newest e-mail where it failed, to the address the post has now.

    Raises:
        Forbidden: The post does not manage accounts.
        NothingToSend: The newest e-mail has not failed, or the post has no mailbox any more.
    """
    require(actor, "manage_accounts")
    newest = Digest.objects.select_for_update().filter(post=post_id).order_by("-on").first()
    box = Mailbox.objects.filter(post=post_id).first()
    if newest is None or newest.state != DigestState.FAILED or box is None:
        raise NothingToSend
    Digest.objects.filter(pk=newest.pk).update(state=DigestState.WAITING, address=box.address)
    post = box.post
    detail = {"日期": newest.on.isoformat(), "邮箱": box.address}
    record(actor, MAIL_SENT_AGAIN, about=post, region=post.organisation.region_id, detail=detail)
    jobs.enqueue([newest.pk])


@transaction.atomic
def switch_mail(*, actor: User, wanted: bool) -> None:
    """Switches the e-mail of the actor's own post on or off; messages on the page stay.

    Raises:
        NoMailbox: The post has no mailbox.
    """
    mailbox = Mailbox.objects.select_for_update().filter(post=actor.post_id).first()
    if mailbox is None:
        raise NoMailbox
    if mailbox.wanted == wanted:
        return
    mailbox.wanted = wanted
    if wanted:
        mailbox.since = clock.now()
    mailbox.save()
    detail = {"邮件": "开" if wanted else "关"}
    record(actor, MAIL_SWITCHED, about=actor.post, region=actor.region_code, detail=detail)


@transaction.atomic
def set_rule(
    *, actor: User, region_code: str, before: Sequence[int], again: int, source: str
) -> ReminderRule:
    """Sets the 提醒规则 of a place in the actor's scope.

    Args:
        actor: The post that sets it.
        region_code: City or 旗区; a 旗区 without a rule of its own follows the city's.
        before: Reminders so many working days before the due day.
        again: After the due day every so many working days.
        source: Where the rule comes from.

    Raises:
        Forbidden: The post does not arrange tasks.
        RuleRefused: The place is out of scope, a number is none, or no source is given.
    """
    require(actor, "assign_task")
    region = Region.objects.filter(code=region_code, code__in=region_codes(actor)).first()
    if region is None:
        raise RuleRefused("地区不在本岗位的管辖范围内。", "请选择管辖范围内的地区。")
    steps = sorted(set(before), reverse=True)
    if not 0 < len(steps) <= MOST_STEPS or not all(1 <= days <= MOST_BEFORE for days in steps):
        raise RuleRefused(
            f"提前提醒应为 1 至 {MOST_STEPS} 个数，各在 1 至 {MOST_BEFORE} 个工作日之间。",
            "请写成“10、3、1”的样子。",
        )
    if not 1 <= again <= MOST_AGAIN:
        raise RuleRefused(f"逾期后的间隔应为 1 至 {MOST_AGAIN} 个工作日。", "请改正间隔。")
    if not 0 < len(source.strip()) <= MAX_SOURCE:
        raise RuleRefused("没有写明依据。", f"请写明文件或会议，不超过 {MAX_SOURCE} 字。")
    rule, _ = ReminderRule.objects.update_or_create(
        region=region,
        defaults={
            "before": steps,
            "again": again,
            "source": source.strip(),
            "set_by": actor,
            "set_at": clock.now(),
        },
    )
    detail = {"提前": "、".join(map(str, steps)), "间隔": again, "依据": rule.source}
    record(actor, RULE_SET, about=rule, subject=region.name, region=region.code, detail=detail)
    return rule
