"""动态口令: the second factor of an account, kept and checked by django-allauth.

The time-based code (RFC 6238) and the recovery codes are allauth's; when one is asked for, and what
is written on the pages, is ours. Secrets are stored encrypted under a key made from `SECRET_KEY`.
"""

from __future__ import annotations

import base64
import hashlib
import time

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import DefaultMFAAdapter, get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, validate_totp_code
from cryptography.fernet import Fernet
from django.conf import settings
from django.db import transaction

from tuban.accounts import deeds
from tuban.accounts.models import User
from tuban.accounts.records import record
from tuban.core.errors import DomainError

_TOTP, _CODES = Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES
_USED = "used"


class Adapter(DefaultMFAAdapter):
    """allauth's hooks: secrets are not stored in the clear."""

    def encrypt(self, text: str) -> str:
        """The secret as stored."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret as used."""
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> Fernet:
    key = hashlib.sha256(f"tuban second factor {settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


class WrongCode(DomainError):
    """动态口令不对."""

    def __init__(self) -> None:
        super().__init__(
            "动态口令不对。",
            code="factor.wrong_code",
            kind="invalid",
            cause="输入有误，或手机与服务器的时间相差半分钟以上。",
            remedy="请核对手机时间，输入当前显示的 6 位数字。",
        )


class Demanded(DomainError):
    """本角色必须使用动态口令."""

    def __init__(self) -> None:
        super().__init__(
            "没有停用动态口令。",
            code="factor.demanded",
            kind="forbidden",
            cause="本岗位的角色必须使用动态口令。",
            remedy="更换手机时，请由系统管理员停用后重新启用。",
        )


def is_on(user: User) -> bool:
    """Whether the account signs in with a second factor."""
    return Authenticator.objects.filter(user=user, type=_TOTP).exists()


def is_demanded(user: User) -> bool:
    """Whether the role must use one (`SECOND_FACTOR_ROLES`)."""
    return user.role is not None and user.role.value in settings.SECOND_FACTOR_ROLES


def new_secret() -> str:
    """A secret to be shown to the account's holder, base32."""
    return generate_totp_secret()


def in_groups(secret: str) -> str:
    """The secret in groups of four, to be typed off the page."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def picture(user: User, secret: str) -> str:
    """The secret as a QR code: an SVG as data address, which the page's policy lets in."""
    adapter = get_adapter()
    drawn = adapter.build_totp_svg(adapter.build_totp_url(user, secret))
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.encode()).decode()


@transaction.atomic
def switch_on(user: User, secret: str, code: str) -> list[str]:
    """启用: once a code proves that the holder's device knows the secret.

    Returns:
        The recovery codes, to be shown this once.

    Raises:
        WrongCode: The code does not fit the secret.
    """
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if not validate_totp_code(secret, code):
        raise WrongCode
    Authenticator.objects.filter(user=user).delete()
    TOTP.activate(user, secret)
    record(user, deeds.FACTOR_ON, about=user, subject=user.username)
    return RecoveryCodes.activate(user).get_unused_codes()


@transaction.atomic
def renew_codes(user: User) -> list[str]:
    """更换备用码: the old ones are good no more.

    Raises:
        WrongCode: The account uses no second factor.
    """
    if not is_on(user):
        raise WrongCode
    Authenticator.objects.filter(user=user, type=_CODES).delete()
    record(user, deeds.CODES_RENEWED, about=user, subject=user.username)
    return RecoveryCodes.activate(user).get_unused_codes()


@transaction.atomic
def switch_off(actor: User, account: User) -> None:
    """停用, by the holder himself or by the administrator.

    Raises:
        Demanded: The holder's role must use one; only an administrator may switch it off.
    """
    if actor == account and is_demanded(account):
        raise Demanded
    if Authenticator.objects.filter(user=account).delete()[0]:
        record(actor, deeds.FACTOR_OFF, about=account, subject=account.username)


def codes_left(user: User) -> int:
    """备用码余数."""
    kept = Authenticator.objects.filter(user=user, type=_CODES).first()
    return len(RecoveryCodes(kept).get_unused_codes()) if kept else 0


@transaction.atomic
def accepts(user: User, code: str) -> bool:
    """Whether the code, from the device or from the list, lets the account in. Each does once."""
    kept = {a.type: a for a in Authenticator.objects.select_for_update().filter(user=user)}
    if _TOTP in kept and _fits(kept[_TOTP], code):
        return True
    if _CODES in kept and RecoveryCodes(kept[_CODES]).validate_code(code):
        record(user, deeds.CODE_USED, about=user, subject=user.username)
        return True
    return False


def _fits(kept: Authenticator, code: str) -> bool:
    """A code of now that was not used before.

    allauth remembers used codes in the cache, which each process of the web server has to itself,
    and for one period; they are remembered here as long as they are good.
    """
    digest = hashlib.sha256(f"{kept.pk} {normalize_user_code(code)}".encode()).hexdigest()
    good_for_s = (2 * settings.MFA_TOTP_TOLERANCE + 1) * settings.MFA_TOTP_PERIOD
    now = int(time.time())
    used = {d: at for d, at in kept.data.get(_USED, {}).items() if now - at <= good_for_s}
    if digest in used or not TOTP(kept).validate_code(code):
        return False
    kept.data[_USED] = {**used, digest: now}
    kept.record_usage()
    kept.save(update_fields=["data"])
    return True
