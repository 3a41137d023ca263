"""单位 · 岗位 · 账号: an account is held by a post, never by a named person."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.db import models

from tuban.core.append_only import append_only


class Role(models.TextChoices):
    """角色: what a post may do (see `tuban.accounts.access.PERMISSIONS`)."""

    CITY_LEADER = "city_leader", "市领导"
    CITY_REVIEWER = "city_reviewer", "市局审核"
    BANNER_CLERK = "banner_clerk", "旗区经办"
    DEPARTMENT = "department", "责任/配合单位"
    AUDITOR = "auditor", "审计（只读）"
    SYSTEM_ADMIN = "system_admin", "系统管理员"


class OrganisationKind(models.TextChoices):
    """单位类别."""

    GOVERNMENT = "government", "人民政府"
    LAND_BUREAU = "land_bureau", "自然资源主管部门"
    DEPARTMENT = "department", "责任（配合）单位"
    SUPERVISOR = "supervisor", "审计与督察机构"


class Organisation(models.Model):
    """单位. Its region is the scope of every post in it: that region and all below.

    Attributes:
        code: Our own stable code, ASCII, used by configuration and imports.
    """

    code = models.SlugField("单位代码", max_length=40, unique=True)
    name = models.CharField("单位名称", max_length=100, unique=True)
    kind = models.CharField("单位类别", max_length=12, choices=OrganisationKind.choices)
    region = models.ForeignKey(
        "regions.Region", models.PROTECT, related_name="organisations", verbose_name="管辖地区"
    )

    class Meta:
        verbose_name = "单位"
        ordering = ("region__code", "code")

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """岗位: what is shown wherever a person would be named."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="posts", verbose_name="单位"
    )
    title = models.CharField("岗位名称", max_length=60)
    role = models.CharField("角色", max_length=16, choices=Role.choices)

    class Meta:
        verbose_name = "岗位"
        ordering = ("organisation", "title")
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "title"),
                name="post_title_once_per_organisation",
                violation_error_message="该单位已有同名岗位。",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values),
                name="post_role_known",
                violation_error_message="没有这种角色。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation.name} {self.title}"


class UserManager(DjangoUserManager["User"]):
    """Accounts come with post, organisation and region: every page needs all three."""

    use_in_migrations = False

    def get_queryset(self) -> models.QuerySet[User]:
        """Accounts with their post, organisation and region in the same query."""
        return super().get_queryset().select_related("post__organisation__region")

    def create_user(  # type: ignore[override]
        self, username: str, password: str | None = None, **fields: Any
    ) -> User:
        """Creates an account; without a password it cannot sign in."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(  # type: ignore[override]
        self, username: str, password: str | None = None, **fields: Any
    ) -> User:
        """Creates an account for `createsuperuser`; it needs a post to see anything."""
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """账号 of a post. Personal names and addresses are not kept.

    Attributes:
        post: The post that signs in; None for an account that has been left without one. Such an
            account sees no parcel and may do nothing.
        must_change_password: The password was set by an administrator, who therefore knows it; no
            page but that for changing it opens until it is changed.
    """

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = None  # type: ignore[assignment]
    post = models.ForeignKey(
        Post, models.PROTECT, null=True, blank=True, related_name="users", verbose_name="岗位"
    )
    must_change_password = models.BooleanField("须改口令", default=False)

    EMAIL_FIELD = ""
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = "账号"
        ordering = ("username",)

    def __str__(self) -> str:
        return str(self.post) if self.post else self.username

    def clean(self) -> None:
        """Normalises the user name; there is no address to normalise."""
        self.username = self.normalize_username(self.username)

    def get_full_name(self) -> str:
        """单位与岗位: what stands where other systems print a name."""
        return str(self)

    def get_short_name(self) -> str:
        """岗位名称."""
        return self.post_title

    @property
    def role(self) -> Role | None:
        """角色 of the post; None without a post."""
        return Role(self.post.role) if self.post else None

    @property
    def role_label(self) -> str:
        """角色 in Chinese; empty without a post."""
        return self.role.label if self.role else ""

    @property
    def region_code(self) -> str:
        """行政区划代码 of the organisation; empty without a post."""
        return self.post.organisation.region_id if self.post else ""

    @property
    def org_name(self) -> str:
        """单位名称; empty without a post."""
        return self.post.organisation.name if self.post else ""

    @property
    def post_title(self) -> str:
        """岗位名称; empty without a post."""
        return self.post.title if self.post else ""


class AccessToken(models.Model):
    """访问令牌: what a program shows instead of a password; only its hash is kept.

    Attributes:
        digest: SHA-256 of the secret, hexadecimal.
        hint: The secret's last four characters, so that its owner knows which it is.
        ends_on: Last day it is good for.
        revoked_at: Taken back by its owner or the system administrator.
    """

    user = models.ForeignKey(
        User, models.CASCADE, related_name="access_tokens", verbose_name="账号"
    )
    name = models.CharField("用途", max_length=60)
    digest = models.CharField("散列", max_length=64, unique=True)
    hint = models.CharField("末四位", max_length=4)
    made_at = models.DateTimeField("生成时间")
    ends_on = models.DateField("有效期至")
    used_at = models.DateTimeField("最近使用", null=True)
    revoked_at = models.DateTimeField("收回时间", null=True)

    class Meta:
        verbose_name = "访问令牌"
        ordering = ("-made_at", "-pk")

    def __str__(self) -> str:
        return f"{self.name} …{self.hint}"


class IdempotentCall(models.Model):
    """已办请求: a call with an Idempotency-Key and its answer, to be given again, not done again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    key = models.CharField("键", max_length=100)
    fingerprint = models.CharField("请求散列", max_length=64)
    status = models.PositiveSmallIntegerField("状态码")
    body = models.JSONField("答复")
    made_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "已办请求"
        constraints = (models.UniqueConstraint(fields=("user", "key"), name="call_once_a_key"),)
        indexes = (models.Index(fields=("made_at",), name="call_made_at"),)


class FormerPassword(models.Model):
    """用过的口令: hashes of an account's last passwords, so that none of them is taken again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="former_passwords")
    password = models.CharField("散列", max_length=128)

    class Meta:
        verbose_name = "用过的口令"


class ChangeRecord(models.Model):
    """变更记录: who did what, when, from where. Append-only; written by `records.record`.

    Attributes:
        deed: Code of `records.Deed`.
        actor: None when nobody was signed in, or the account does not exist.
        who: 单位与岗位 as they were called then.
        region: Whose record it is: the object's 旗区, else the post's; None where neither is known.
        subject_type: Model of the object, e.g. `parcels.parcel`; empty when there is none.
        subject: The object as people call it, e.g. its 地块编号.
        detail: What changed, by Chinese label.
        ip: None for a background job or a command.
    """

    at = models.DateTimeField("时间")
    deed = models.CharField("事项", max_length=40)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="账号"
    )
    who = models.CharField("岗位", max_length=200)
    region = models.ForeignKey(
        "regions.Region", models.PROTECT, null=True, related_name="+", verbose_name="旗区"
    )
    subject_type = models.CharField("对象类别", max_length=60, blank=True)
    subject_id = models.BigIntegerField("对象编号", null=True)
    subject = models.CharField("对象", max_length=200, blank=True)
    detail = models.JSONField("内容", default=dict)
    door = models.CharField("途径", max_length=6)
    ip = models.GenericIPAddressField("来源地址", null=True)
    request_no = models.CharField("请求编号", max_length=10, blank=True)

    class Meta:
        verbose_name = "变更记录"
        indexes = (
            models.Index(fields=("region", "-id"), name="record_of_region"),
            models.Index(fields=("subject_type", "subject_id", "-id"), name="record_of_subject"),
            models.Index(fields=("actor", "-id"), name="record_of_actor"),
        )
        triggers = append_only("record_", "变更记录")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.who} {self.deed}"
