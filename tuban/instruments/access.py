"""Who may see which instrument: plans of one's own region, of the places above it and below it.

An instrument of another region and one that does not exist look the same: `Absent`, a 404.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from tuban.accounts.access import region_codes
from tuban.accounts.models import User
from tuban.instruments.models import Draft, Instrument
from tuban.parcels.access import Absent
from tuban.regions.models import Region


def instruments_for(user: User) -> QuerySet[Instrument]:
    """文件 that bind the post's region: its own, its city's, and those of places below it."""
    own = Region.objects.filter(code=user.region_code)
    above = own.values("parent_id")
    return Instrument.objects.filter(Q(region__in=region_codes(user)) | Q(region__in=above))


def get_instrument(user: User, pk: int) -> Instrument:
    """The instrument, if it binds the post's region.

    Raises:
        Absent: It does not exist or lies outside the post's scope.
    """
    found = instruments_for(user).filter(pk=pk).select_related("region", "replaces", "draft")
    instrument = found.first()
    if instrument is None:
        raise Absent("份文件")
    return instrument


def drafts_for(user: User) -> QuerySet[Draft]:
    """待核对方案 handled in the post's own region and below; not those of the city above it."""
    return Draft.objects.filter(region__in=region_codes(user))


def get_draft(user: User, pk: int, *, lock: bool = False) -> Draft:
    """The draft, locked for the transaction when asked.

    Raises:
        Absent: It does not exist or lies outside the post's scope.
    """
    found = drafts_for(user).filter(pk=pk)
    found = found.select_for_update(of=("self",)) if lock else found.select_related("region")
    draft = found.first()
    if draft is None:
        raise Absent("份方案")
    return draft
