"""Who may read which entry: permission is part of the query.

A post reads what was done with the land and the papers of its own region and below, and what was
done in its own account's name. Who signed in from where is for the auditor; the system administrator
sees it account by account on the pages of 账号管理.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from tuban.accounts.access import Act, may, region_codes, require
from tuban.accounts.models import ChangeRecord, User
from tuban.accounts.records import DEEDS, Group

_WORK = (Group.BUSINESS, Group.TAKEN)


def records_for(user: User) -> QuerySet[ChangeRecord]:
    """变更记录 the post may read.

    Raises:
        Forbidden: The role does not read the record.
    """
    require(user, Act.READ_HISTORY)
    mine = Q(actor=user)
    if may(user, Act.READ_SECURITY):
        return ChangeRecord.objects.filter(mine | _in_scope(user))
    return ChangeRecord.objects.filter(mine | (_in_scope(user) & Q(deed__in=_codes(*_WORK))))


def _in_scope(user: User) -> Q:
    """Entries of the region and below; those of no region are the whole city's."""
    scope = Q(region__in=region_codes(user))
    post = user.post
    is_top = post is not None and post.organisation.region.parent_id is None
    return scope | Q(region=None) if is_top else scope


def _codes(*groups: Group) -> list[str]:
    return [deed.code for deed in DEEDS.values() if deed.group in groups]
