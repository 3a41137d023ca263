"""Who acts at a terminal: commands run in the name of a post, like every other door."""

from __future__ import annotations

from tuban.accounts.access import Act, may
from tuban.accounts.models import User
from tuban.core.errors import DomainError


class NoSuchPost(DomainError):
    """No account to act in the name of."""


def acting_post(username: str | None, act: Act) -> User:
    """The named account, else the highest post that may do the act, the city's before a banner's.

    Raises:
        NoSuchPost: No account of that name, or none that may do the act.
    """
    if username is not None:
        named = User.objects.filter(username=username).first()
        if named is None:
            raise NoSuchPost(
                f"没有账号“{username}”。",
                code="accounts.no_such_account",
                kind="absent",
                remedy="请用 --actor 指定已有的账号。",
            )
        return named
    accounts = User.objects.filter(is_active=True, post__isnull=False).order_by(
        "post__organisation__region__level", "pk"
    )
    for account in accounts:
        if may(account, act):
            return account
    raise NoSuchPost(
        f"没有可以{act.label}的岗位。",
        code="accounts.no_post_for_act",
        kind="absent",
        cause="有此权限的岗位还没有账号。",
        remedy="请先建立账号，或载入演示数据（tuban demo load）。",
    )
