"""口令: the rules in words, no password twice, one-time passwords."""

from __future__ import annotations

import secrets

from django.contrib.auth import password_validation
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.db import transaction

from tuban.accounts import deeds
from tuban.accounts.models import AccessToken, FormerPassword, User
from tuban.accounts.records import record
from tuban.core import clock

LEAST = 10
REMEMBERED = 5
RULES = (
    f"至少 {LEAST} 个字符",
    "不能全是数字",
    "不能是常见口令",
    "不能与账号相近",
    f"不能是最近用过的 {REMEMBERED} 个口令之一",
)
_WORDS = {
    "password_too_short": f"口令太短，至少 {LEAST} 个字符。",
    "password_entirely_numeric": "口令不能全是数字。",
    "password_too_common": "口令太常见，容易被猜到。",
    "password_too_similar": "口令与账号太相近。",
    "password_used_before": f"口令与最近用过的 {REMEMBERED} 个口令之一相同。",
}
# No 0/o, 1/l/i: it is read out over the telephone.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


class NotUsedBefore:
    """Django's validator interface: none of the last passwords, the present one included."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Refuses a password the account has had.

        Raises:
            ValidationError: It is one of the last.
        """
        if user is None or user.pk is None:
            return
        kept = user.former_passwords.order_by("-pk")[:REMEMBERED].values_list("password", flat=True)
        now = User.objects.filter(pk=user.pk).values_list("password", flat=True)
        if any(check_password(password, hashed) for hashed in (*now, *kept)):
            raise ValidationError("", code="password_used_before")

    def get_help_text(self) -> str:
        """The rule in words."""
        return RULES[-1]


def objections(password: str, user: User) -> list[str]:
    """What is wrong with a new password, in Chinese; empty when nothing is."""
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        return [_WORDS[str(single.code)] for single in error.error_list]
    return []


@transaction.atomic
def change_password(user: User, password: str) -> None:
    """改口令 by the holder; every other browser's session ends with the old one."""
    _replace(user, password, must_change=False)
    record(user, deeds.PASSWORD_CHANGED, about=user, subject=user.username)


@transaction.atomic
def reset_password(actor: User, account: User) -> str:
    """重置口令 by the administrator: sessions end, tokens are taken back.

    Returns:
        The password for the next sign-in, after which it has to be changed.
    """
    password = one_time_password()
    _replace(account, password, must_change=True)
    taken = AccessToken.objects.filter(user=account, revoked_at=None).update(revoked_at=clock.now())
    record(
        actor, deeds.PASSWORD_RESET, about=account, subject=account.username,
        detail={"收回令牌": taken or None},
    )  # fmt: skip
    return password


def one_time_password() -> str:
    """Sixteen characters in groups of four, about 79 bits."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def _replace(user: User, password: str, *, must_change: bool) -> None:
    if user.has_usable_password():
        FormerPassword.objects.create(user=user, password=user.password)
    kept = user.former_passwords.order_by("-pk")[:REMEMBERED].values_list("pk", flat=True)
    user.former_passwords.exclude(pk__in=list(kept)).delete()
    user.set_password(password)
    user.must_change_password = must_change
    user.save(update_fields=["password", "must_change_password"])
