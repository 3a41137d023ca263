"""Idempotency-Key: a call repeated after a broken connection is answered again, not done again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from tuban.accounts.models import IdempotentCall, User
from tuban.core import clock
from tuban.core.errors import DomainError

KEPT_DAYS = 7
MOST_CHARACTERS = 100
_LOCK = 0x6964


class KeyMissing(DomainError):
    """缺少 Idempotency-Key."""

    def __init__(self) -> None:
        super().__init__(
            "没有写入：缺少请求头 Idempotency-Key。",
            code="idempotency.missing",
            kind="invalid",
            place="请求头 Idempotency-Key",
            cause="写入须带此键，断线后重发才不会登记两次。",
            remedy=f"请为每次登记生成一个新值（1 至 {MOST_CHARACTERS} 个字符），重发时用原值。",
        )


class KeyReused(DomainError):
    """同一个键，内容不同."""

    def __init__(self) -> None:
        super().__init__(
            "没有写入：这个 Idempotency-Key 已用于另一个请求。",
            code="idempotency.reused",
            kind="conflict",
            place="请求头 Idempotency-Key",
            cause="键相同，地址或内容却不同。",
            remedy="请为新的登记换一个键。",
        )


def once(
    user: User, key: str | None, asked: bytes, act: Callable[[], tuple[int, dict[str, Any]]]
) -> tuple[int, dict[str, Any]]:
    """Does the act once for the account and key; the same call again gets the same answer.

    Act and answer stand in one transaction; calls with the same key follow each other. A refused
    act leaves nothing behind and may be tried again with the same key.

    Args:
        asked: What identifies the call besides its key: method, path and body.
        act: Returns status and body.

    Raises:
        KeyMissing: No key, or one that is too long.
        KeyReused: The key was used for another call.
    """
    if not key or len(key) > MOST_CHARACTERS:
        raise KeyMissing
    fingerprint = hashlib.sha256(asked).hexdigest()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK, f"{user.pk}:{key}"]
            )
        before = IdempotentCall.objects.filter(user=user, key=key).first()
        if before is not None:
            if before.fingerprint != fingerprint:
                raise KeyReused
            return before.status, before.body
        status, body = act()
        IdempotentCall.objects.create(
            user=user, key=key, fingerprint=fingerprint, status=status, body=body,
            made_at=clock.now(),
        )  # fmt: skip
        return status, body


def forget_old() -> int:
    """Drops answers older than KEPT_DAYS; returns how many."""
    limit = clock.now() - timedelta(days=KEPT_DAYS)
    return IdempotentCall.objects.filter(made_at__lt=limit).delete()[0]
