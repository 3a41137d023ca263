"""What the administrator's pages show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Q, Sum
from django.utils import timezone

from tuban.accounts import secondfactor
from tuban.accounts.administration import actions
from tuban.accounts.mine.pages import Line, security_lines
from tuban.accounts.models import User
from tuban.accounts.tokens import standing

MOST = 500


@dataclass(frozen=True, slots=True)
class AccountsPage:
    """账号 in scope.

    Attributes:
        more: Accounts that match but are not listed.
    """

    query: str
    accounts: Sequence[User]
    count: int
    more: int


@dataclass(frozen=True, slots=True)
class DetailPage:
    """One account.

    Attributes:
        post: Its post, as the form begins.
        is_own: The administrator's own account, which he does not administer.
        locked: Signing in is locked from some address.
    """

    account: User
    post: dict[str, object]
    is_own: bool
    locked: bool
    has_factor: bool
    demanded: bool
    tokens: int
    lines: Sequence[Line]


def accounts_page(actor: User, query: str) -> AccountsPage:
    """Accounts whose name, post or organisation holds the words."""
    found = actions.accounts_for(actor)
    if query:
        found = found.filter(
            Q(username__icontains=query)
            | Q(post__title__icontains=query)
            | Q(post__organisation__name__icontains=query)
        )
    count = found.count()
    return AccountsPage(query, list(found[:MOST]), count, max(count - MOST, 0))


def detail_page(actor: User, pk: int) -> DetailPage:
    """One account in scope.

    Raises:
        NoSuchAccount: It is not in scope.
    """
    account = actions.get_account(actor, pk)
    post = account.post
    assert post is not None  # in scope by its organisation
    return DetailPage(
        account=account,
        post={"organisation": post.organisation_id, "title": post.title, "role": post.role},
        is_own=account.pk == actor.pk,
        locked=_is_locked(account),
        has_factor=secondfactor.is_on(account),
        demanded=secondfactor.is_demanded(account),
        tokens=standing(account).count(),
        lines=security_lines(account),
    )


def _is_locked(account: User) -> bool:
    """Whether some address has failed too often of late; django-axes reads the real clock."""
    since = timezone.localtime() - settings.AXES_COOLOFF_TIME
    failed = AccessAttempt.objects.filter(username=account.username, attempt_time__gt=since)
    by_address = failed.values("ip_address").annotate(failures=Sum("failures_since_start"))
    return by_address.filter(failures__gte=settings.AXES_FAILURE_LIMIT).exists()
