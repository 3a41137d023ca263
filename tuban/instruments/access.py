"""Who may see which instrument: plans of one's own region, of the places above it and below it."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from tuban.accounts.access import region_codes
from tuban.accounts.models import User
from tuban.instruments.models import Instrument
from tuban.regions.models import Region


def instruments_for(user: User) -> QuerySet[Instrument]:
    """文件 that bind the post's region: its own, its city's, and those of places below it."""
    own = Region.objects.filter(code=user.region_code)
    above = own.values("parent_id")
    return Instrument.objects.filter(Q(region__in=region_codes(user)) | Q(region__in=above))
