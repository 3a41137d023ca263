"""每日邮件: what goes to a post's mailbox, made once a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from django.conf import settings
from django.db import transaction
from django.db.models import F

from tuban.core import clock
from tuban.inbox.models import Digest, DigestState, Mailbox, Message

SIGNED = (
    "本邮件由图斑自动发往岗位邮箱，请勿回复。\n不需要邮件时，可在“消息”页关闭；站内消息不受影响。"
)


def may_send() -> bool:
    """Whether this site knows how to send, and under which address it is reached."""
    return bool(settings.MAIL_READY and settings.BASE_URL)


def prepare(on: date) -> list[int]:
    """Makes the day's e-mail of every post with unread messages that no e-mail took yet.

    One post has at most one a day; what comes later goes with the next one. Doing it again makes
    nothing new.

    Returns:
        Numbers of all e-mails that wait to be sent.
    """
    if not may_send():
        return []
    boxes = {
        box.post_id: box for box in Mailbox.objects.filter(wanted=True, post__users__is_active=True)
    }
    done = set(Digest.objects.filter(on=on).values_list("post_id", flat=True))
    for post_id in sorted(boxes.keys() - done):
        _make(boxes[post_id], on)
    waiting = Digest.objects.filter(state=DigestState.WAITING).order_by("pk")
    return list(waiting.values_list("pk", flat=True))


@transaction.atomic
def _make(box: Mailbox, on: date) -> None:
    """The e-mail of one post; its messages are taken in the same transaction."""
    fresh = Message.objects.filter(
        post=box.post_id, digest=None, read_at=None, sent_at__gte=box.since
    )
    if not fresh.exists():
        return
    digest, is_new = Digest.objects.get_or_create(
        post_id=box.post_id, on=on, defaults={"address": box.address, "made_at": clock.now()}
    )
    if is_new:  # else another worker was first
        fresh.update(digest=digest)


def subject(digest: Digest, count: int) -> str:
    """The e-mail's subject."""
    return f"图斑：{count} 条提醒（{digest.on}）"


def text(digest: Digest, messages: Iterable[Message]) -> str:
    """The e-mail's text: the post, the messages by kind, where to look. No name, no number."""
    lines = [f"{digest.post}：", "", f"截至 {digest.on}，有以下提醒。", ""]
    by_topic = sorted(messages, key=lambda message: (message.topic, message.pk))
    for topic, group in groupby(by_topic, key=lambda message: message.topic):
        lines.append(f"【{topic}】")
        for number, message in enumerate(group, start=1):
            lines.append(f"{number}. {message.title}（{message.word}）")
            if message.text:
                lines.append(f"   {message.text}")
            lines.append(f"   {address(message.url)}")
        lines.append("")
    lines += [f"全部待办：{address('/todo/')}", "", SIGNED, ""]
    return "\n".join(lines)


def address(path: str) -> str:
    """The absolute address of a page of this site."""
    return f"{settings.BASE_URL}{path}"


def last_digests(post_ids: Iterable[int]) -> dict[int, Digest]:
    """The newest e-mail of each post."""
    found = (
        Digest.objects.filter(post__in=list(post_ids))
        .order_by("post_id", "-on")
        .distinct("post_id")
    )
    return {digest.post_id: digest for digest in found}


def failed(digest_id: int, error: str, *, last: bool) -> None:
    """Notes a try that failed; after the last one the e-mail is 发送失败."""
    state = DigestState.FAILED if last else DigestState.WAITING
    Digest.objects.filter(pk=digest_id).exclude(state=DigestState.SENT).update(
        state=state, error=error[:300], attempts=F("attempts") + 1
    )
