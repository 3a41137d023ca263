"""消息 of a post, its 岗位邮箱 and the daily e-mails sent there."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models

from tuban.core.append_only import no_truncate


class DigestState(models.TextChoices):
    """邮件状态."""

    WAITING = "waiting", "待发送"
    SENT = "sent", "已发送"
    FAILED = "failed", "发送失败"


class Mailbox(models.Model):
    """岗位邮箱: an office address for a post; never a person's.

    Attributes:
        wanted: The post has not switched the e-mail off.
        since: Messages from this instant on are sent there: none that came before the address was
            set, or while the e-mail was switched off.
    """

    post = models.OneToOneField(
        "accounts.Post", models.PROTECT, related_name="mailbox", verbose_name="岗位"
    )
    address = models.EmailField("邮箱", max_length=120)
    wanted = models.BooleanField("发送邮件", default=True)
    since = models.DateTimeField("起始")

    class Meta:
        verbose_name = "岗位邮箱"

    def __str__(self) -> str:
        return self.address


class Digest(models.Model):
    """每日邮件: one e-mail a day to a post's mailbox, with the messages it gathers.

    Attributes:
        address: As it was when the e-mail was made.
        attempts: How often sending was tried.
        error: Why the last try failed; empty once it is sent.
    """

    post = models.ForeignKey("accounts.Post", models.PROTECT, related_name="digests")
    on = models.DateField("日期")
    address = models.EmailField("邮箱", max_length=120)
    state = models.CharField(
        "状态", max_length=7, choices=DigestState.choices, default=DigestState.WAITING
    )
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    error = models.CharField("失败原因", max_length=300, blank=True)
    made_at = models.DateTimeField("生成时间")
    sent_at = models.DateTimeField("发送时间", null=True)

    class Meta:
        verbose_name = "每日邮件"
        ordering = ("-on", "-pk")
        constraints = (models.UniqueConstraint(fields=("post", "on"), name="digest_once_a_day"),)


class Message(models.Model):
    """消息 to a post. What it says never changes; only that it was read, and which e-mail took it.

    Attributes:
        key: What it is about, once for a post: a job that runs twice says it once.
        topic: Kind in Chinese, e.g. 期限提醒.
        light: green, yellow, red, grey or blue.
        word: The light in a word.
        url: Path on this site of the very spot.
        on: Legal date it was sent.
    """

    post = models.ForeignKey("accounts.Post", models.PROTECT, related_name="messages")
    key = models.CharField("标识", max_length=120)
    topic = models.CharField("类别", max_length=20)
    light = models.CharField("灯", max_length=6)
    word = models.CharField("灯语", max_length=12)
    title = models.CharField("标题", max_length=300)
    text = models.CharField("内容", max_length=500, blank=True)
    url = models.CharField("地址", max_length=300)
    on = models.DateField("日期")
    sent_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("阅读时间", null=True)
    digest = models.ForeignKey(
        Digest, models.PROTECT, null=True, related_name="messages", verbose_name="邮件"
    )

    class Meta:
        verbose_name = "消息"
        ordering = ("-pk",)
        constraints = (models.UniqueConstraint(fields=("post", "key"), name="message_once"),)
        indexes = (
            models.Index(fields=("post", "-id"), name="message_of_post"),
            models.Index(
                fields=("post",), condition=models.Q(read_at__isnull=True), name="message_unread"
            ),
        )
        triggers = (
            pgtrigger.Protect(name="message_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="message_says_the_same", exclude=["read_at", "digest"]),
            no_truncate("message_", "消息只增不改"),
        )

    def __str__(self) -> str:
        return self.title


class ReminderRule(models.Model):
    """提醒规则 of a place: on which working days before and after a due day its units are reminded.

    Attributes:
        before: So many working days before, largest first.
        again: After the due day on the first working day, then every so many.
        source: Where the rule comes from.
    """

    region = models.OneToOneField(
        "regions.Region", models.PROTECT, related_name="reminder_rule", verbose_name="适用范围"
    )
    before = models.JSONField("提前（工作日）")
    again = models.PositiveSmallIntegerField("逾期后每隔（工作日）")
    source = models.CharField("依据", max_length=200)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField("设定时间")

    class Meta:
        verbose_name = "提醒规则"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(again__gte=1, again__lte=60), name="reminded_again_in_a_quarter"
            ),
        )
