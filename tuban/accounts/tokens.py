"""访问令牌: made for one's own account, shown once, good for at most a year, taken back at will."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from tuban.accounts import deeds
from tuban.accounts.models import AccessToken, User
from tuban.accounts.records import record
from tuban.core import clock
from tuban.core.errors import DomainError

PREFIX = "tuban_"
MOST_DAYS = 365
MOST_AT_ONCE = 10
_TOUCH_EVERY = timedelta(minutes=1)


class TokenRefused(DomainError):
    """不能生成令牌."""

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(
            "没有生成访问令牌。", code="token.refused", kind="invalid", cause=cause, remedy=remedy
        )


class NoSuchToken(DomainError):
    """没有这个令牌, or it is another account's."""

    def __init__(self) -> None:
        super().__init__(
            "没有找到这个访问令牌。",
            code="absent",
            kind="absent",
            cause="它不存在，不属于本账号，或已收回。",
        )


def standing(user: User) -> QuerySet[AccessToken]:
    """The account's tokens that are good today."""
    return AccessToken.objects.filter(
        user=user, revoked_at__isnull=True, ends_on__gte=clock.today()
    )


@transaction.atomic
def make_token(*, actor: User, name: str, days: int) -> tuple[AccessToken, str]:
    """Makes a token for the actor's own account.

    Returns:
        The token and its secret, which cannot be read again.

    Raises:
        TokenRefused: No name, a term that is none, or ten tokens already.
    """
    if not 0 < len(name.strip()) <= 60:
        raise TokenRefused("用途应为 1 至 60 个字。", "请写明给哪个程序使用。")
    if not 1 <= days <= MOST_DAYS:
        raise TokenRefused(f"有效期应为 1 至 {MOST_DAYS} 天。", "请改短有效期，到期后重新生成。")
    if standing(actor).count() >= MOST_AT_ONCE:
        raise TokenRefused(f"有效的令牌已有 {MOST_AT_ONCE} 个。", "请先收回不用的令牌。")
    secret = PREFIX + secrets.token_urlsafe(32)
    token = AccessToken.objects.create(
        user=actor,
        name=name.strip(),
        digest=_digest(secret),
        hint=secret[-4:],
        made_at=clock.now(),
        ends_on=clock.today() + timedelta(days=days),
    )
    record(actor, deeds.TOKEN_MADE, about=token, detail={"有效期至": token.ends_on})
    return token, secret


@transaction.atomic
def revoke_token(*, actor: User, token_id: int) -> None:
    """Takes one of the actor's own tokens back, at once.

    Raises:
        NoSuchToken: There is none, or it is another account's.
    """
    token = AccessToken.objects.filter(pk=token_id, user=actor, revoked_at__isnull=True).first()
    if token is None:
        raise NoSuchToken
    AccessToken.objects.filter(pk=token_id).update(revoked_at=clock.now())
    record(actor, deeds.TOKEN_REVOKED, about=token)


def holder(secret: str) -> User | None:
    """The account whose token this is, if it is good today and the account may sign in."""
    if not secret.startswith(PREFIX):
        return None
    token = (
        AccessToken.objects.filter(
            digest=_digest(secret), revoked_at__isnull=True, ends_on__gte=clock.today()
        )
        .select_related("user__post__organisation__region")
        .first()
    )
    if token is None or not token.user.is_active:
        return None
    now = clock.now()
    stale = Q(used_at__isnull=True) | Q(used_at__lt=now - _TOUCH_EVERY)
    AccessToken.objects.filter(stale, pk=token.pk).update(used_at=now)
    return token.user


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
