"""账号管理: what the system administrator does to accounts, posts and organisations of his scope.

Each verb is one function and one transaction, and goes on record. Nobody administers himself.
"""

from __future__ import annotations

import re

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from tuban.accounts import deeds, secondfactor
from tuban.accounts.access import region_codes, require
from tuban.accounts.models import Organisation, OrganisationKind, Post, Role, User
from tuban.accounts.passwords import one_time_password
from tuban.accounts.passwords import reset_password as _reset
from tuban.accounts.records import record
from tuban.core.errors import DomainError
from tuban.regions.models import Region

_USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,39}")


class NoSuchAccount(DomainError):
    """没有这个账号, or it is of another region."""

    def __init__(self, what: str = "个账号") -> None:
        super().__init__(
            f"没有找到这{what}。",
            code="absent",
            kind="absent",
            cause="它不存在，或不在本岗位的管辖范围内。",
        )


class AccountRefused(DomainError):
    """账号没有改动. `field` names the input at fault."""

    def __init__(self, message: str, *, field: str = "", remedy: str = "") -> None:
        super().__init__(message, code="account.refused", kind="invalid", remedy=remedy)
        self.field = field


def accounts_for(actor: User) -> QuerySet[User]:
    """Accounts of the organisations in the administrator's scope, with `has_factor`."""
    require(actor, "manage_accounts")
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    found = User.objects.filter(post__organisation__region__in=region_codes(actor))
    return found.annotate(has_factor=Exists(factor)).order_by("username")


def get_account(actor: User, pk: int) -> User:
    """The account, if it is in the administrator's scope.

    Raises:
        NoSuchAccount: It is not.
    """
    found = accounts_for(actor).filter(pk=pk).first()
    if found is None:
        raise NoSuchAccount
    return found


def organisations_for(actor: User) -> QuerySet[Organisation]:
    """Organisations of the administrator's scope."""
    require(actor, "manage_accounts")
    return Organisation.objects.filter(region__in=region_codes(actor)).select_related("region")


@transaction.atomic
def make_account(
    *, actor: User, username: str, organisation_id: int, title: str, role: str
) -> tuple[User, str]:
    """开通账号 for a post, which is made if it is new.

    Returns:
        The account and its one-time password.

    Raises:
        AccountRefused: The name is taken or malformed, or the post has another role.
        NoSuchAccount: The organisation is not in scope.
    """
    return _make(actor, username, _organisation(actor, organisation_id), title, role)


@transaction.atomic
def make_first_administrator(username: str, org: str, region_code: str) -> tuple[User, str]:
    """开通首个系统管理员 from the server's own terminal, whose holder owns the database anyway.

    Raises:
        AccountRefused: The name is taken or malformed, or there is no such region.
    """
    if not Region.objects.filter(code=region_code).exists():
        raise AccountRefused(f"没有行政区划代码 {region_code}。")
    organisation, _ = Organisation.objects.get_or_create(
        name=org,
        defaults={
            "code": f"admin-{region_code}-{username}"[:40],
            "kind": OrganisationKind.LAND_BUREAU,
            "region_id": region_code,
        },
    )
    return _make(None, username, organisation, "系统管理岗", Role.SYSTEM_ADMIN)


def _make(
    actor: User | None, username: str, organisation: Organisation, title: str, role: str
) -> tuple[User, str]:
    name = username.strip()
    if not _USERNAME.fullmatch(name):
        raise AccountRefused(
            "账号应以小写字母开头，3 至 40 位，只用小写字母、数字和 . _ -。", field="username"
        )
    if User.objects.filter(username=name).exists():
        raise AccountRefused(f"账号“{name}”已有人使用。", field="username", remedy="请换一个。")
    password = one_time_password()
    post = _post(organisation, title, role)
    user = User.objects.create_user(name, password, post=post, must_change_password=True)
    record(actor, deeds.ACCOUNT_MADE, about=user, subject=name, region=user.region_code,
           detail=_told(user))  # fmt: skip
    return user, password


@transaction.atomic
def move_account(
    *, actor: User, account_id: int, organisation_id: int, title: str, role: str
) -> User:
    """调整岗位: the account passes to another post, or its post gets another role.

    Raises:
        AccountRefused: It is one's own account, or the post has another role and other accounts.
        NoSuchAccount: Account or organisation is not in scope.
    """
    user = _other(actor, account_id)
    before = _told(user)
    post = _post(_organisation(actor, organisation_id), title, role, of=user)
    User.objects.filter(pk=user.pk).update(post=post)
    user = User.objects.get(pk=user.pk)
    changed = {
        label: f"{before[label]} → {now}"
        for label, now in _told(user).items()
        if before[label] != now
    }
    if changed:
        record(actor, deeds.ACCOUNT_CHANGED, about=user, subject=user.username,
               region=user.region_code, detail=changed)  # fmt: skip
    return user


def reset_password(*, actor: User, account_id: int) -> str:
    """重置口令; returns the one-time password. Also unlocks."""
    user = _other(actor, account_id)
    with transaction.atomic():
        AccessAttempt.objects.filter(username=user.username).delete()
        return _reset(actor, user)


@transaction.atomic
def unlock(*, actor: User, account_id: int) -> None:
    """解除锁定 of sign-in, from wherever the wrong passwords came."""
    user = get_account(actor, account_id)
    if AccessAttempt.objects.filter(username=user.username).delete()[0]:
        record(actor, deeds.UNLOCKED, about=user, subject=user.username, region=user.region_code)


def factor_off(*, actor: User, account_id: int) -> None:
    """停用动态口令: the device is lost. Where the role demands one, the next sign-in sets it up."""
    secondfactor.switch_off(actor, _other(actor, account_id))


@transaction.atomic
def set_active(*, actor: User, account_id: int, active: bool) -> None:
    """停用 or 恢复; sessions and tokens of a stopped account are refused at once."""
    user = _other(actor, account_id)
    if User.objects.filter(pk=user.pk).exclude(is_active=active).update(is_active=active):
        done = deeds.ACCOUNT_RESUMED if active else deeds.ACCOUNT_STOPPED
        record(actor, done, about=user, subject=user.username, region=user.region_code)


@transaction.atomic
def make_organisation(
    *, actor: User, code: str, name: str, kind: str, region_code: str
) -> Organisation:
    """增设单位.

    Raises:
        AccountRefused: Code or name is taken, or the region is not in scope.
    """
    require(actor, "manage_accounts")
    if region_code not in region_codes(actor):
        raise AccountRefused("管辖地区不在本岗位的范围内。", field="region_code")
    try:
        with transaction.atomic():
            made = Organisation.objects.create(
                code=code, name=name, kind=kind, region_id=region_code
            )
    except IntegrityError:
        raise AccountRefused("单位代码或名称已有。", field="code", remedy="请换一个。") from None
    record(
        actor,
        deeds.ORGANISATION_MADE,
        about=made,
        detail={"代码": code, "类别": made.get_kind_display()},
    )
    return made


def _other(actor: User, account_id: int) -> User:
    """An account in scope that is not the actor's own."""
    user = get_account(actor, account_id)
    if user.pk == actor.pk:
        raise AccountRefused("不能管理本人的账号。", remedy="请由另一名系统管理员办理。")
    return user


def _organisation(actor: User, pk: int) -> Organisation:
    found = organisations_for(actor).filter(pk=pk).first()
    if found is None:
        raise NoSuchAccount("个单位")
    return found


def _post(organisation: Organisation, title: str, role: str, of: User | None = None) -> Post:
    """The post of that title; one whose role differs is changed only if nobody else holds it."""
    wanted = Role(role)
    post, made = Post.objects.select_for_update().get_or_create(
        organisation=organisation, title=title.strip(), defaults={"role": wanted}
    )
    if made or post.role == wanted:
        return post
    holders = set(post.users.values_list("pk", flat=True))
    if holders - ({of.pk} if of else set()):
        raise AccountRefused(
            f"岗位“{post.title}”的角色是“{Role(post.role).label}”，还有其他账号在用。",
            field="role",
            remedy="请另起岗位名称，或选同样的角色。",
        )
    post.role = wanted
    post.save(update_fields=["role"])
    return post


def _told(user: User) -> dict[str, str]:
    """What an account is, by Chinese label."""
    return {"单位": user.org_name, "岗位": user.post_title, "角色": user.role_label}
