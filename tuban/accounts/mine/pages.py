"""What the page 账号安全 shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from tuban.accounts import secondfactor
from tuban.accounts.models import ChangeRecord, User
from tuban.accounts.records import DEEDS, Group, door_words

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the account's own record."""

    entry: ChangeRecord

    @property
    def deed(self) -> str:
        """事项 in words."""
        return DEEDS[self.entry.deed].label

    @property
    def place(self) -> str:
        """来源: address, or how it came without one."""
        return door_words(self.entry)


@dataclass(frozen=True, slots=True)
class AccountPage:
    """账号安全.

    Attributes:
        codes_left: 备用码余数; 0 without a second factor.
    """

    user: User
    has_factor: bool
    demanded: bool
    codes_left: int
    lines: Sequence[Line]


def account_page(user: User) -> AccountPage:
    """Where the account stands."""
    return AccountPage(
        user=user,
        has_factor=secondfactor.is_on(user),
        demanded=secondfactor.is_demanded(user),
        codes_left=secondfactor.codes_left(user),
        lines=security_lines(user),
    )


def security_lines(user: User) -> list[Line]:
    """The last entries on the account's doors: by it, or about it."""
    codes = [deed.code for deed in DEEDS.values() if deed.group is Group.SECURITY]
    about = Q(subject_type="accounts.user", subject_id=user.pk)
    found = ChangeRecord.objects.filter(Q(actor=user) | about, deed__in=codes)
    return [Line(entry) for entry in found.select_related("region").order_by("-pk")[:SHOWN]]
