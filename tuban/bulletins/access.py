"""Who may see which bulletin: the only way to fetch one.

A post reads the bulletins of its own region and below, and every issued bulletin of the city. What
a figure is made of stays within the post's own region, as everywhere.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tuban.accounts.access import region_codes
from tuban.accounts.models import User
from tuban.bulletins.models import Bulletin, BulletinState, Figure, FigurePart
from tuban.parcels.access import Absent
from tuban.regions.models import Level


def bulletins_for(user: User) -> models.QuerySet[Bulletin]:
    """通报 this post may read; none without a post."""
    scope = region_codes(user)
    if not scope:
        return Bulletin.objects.none()
    for_all = Q(region__level=Level.CITY, state=BulletinState.ISSUED)
    return Bulletin.objects.filter(Q(region__in=scope) | for_all)


def get_bulletin(user: User, pk: int) -> Bulletin:
    """The bulletin, if this post may read it.

    Raises:
        Absent: It does not exist or is not this post's to read.
    """
    found = bulletins_for(user).filter(pk=pk).select_related("region", "previous").first()
    if found is None:
        raise Absent("份通报")
    return found


def own_bulletin(user: User, pk: int, *, lock: bool = False) -> Bulletin:
    """The bulletin, if it is about this post's own region or below: what a post may act on.

    Args:
        user: The post.
        pk: The bulletin's number.
        lock: Locks it for the transaction.

    Raises:
        Absent: It does not exist or lies outside the post's scope.
    """
    found = Bulletin.objects.filter(pk=pk, region__in=region_codes(user))
    found = found.select_for_update(of=("self",)) if lock else found
    bulletin = found.select_related("region", "previous").first()
    if bulletin is None:
        raise Absent("份通报")
    return bulletin


def get_figure(user: User, bulletin_pk: int, pk: int) -> Figure:
    """A frozen figure of a bulletin this post may read.

    Raises:
        Absent: There is none, or the bulletin is not this post's to read.
    """
    bulletin = get_bulletin(user, bulletin_pk)
    figure = bulletin.figures.filter(pk=pk).select_related("region").first()
    if figure is None:
        raise Absent("个数字")
    figure.bulletin = bulletin
    return figure


def parts_for(user: User, figures: models.QuerySet[Figure]) -> models.QuerySet[FigurePart]:
    """Parts of the figures that lie in the post's own region and below."""
    return FigurePart.objects.filter(
        figure__in=figures, figure__region__in=region_codes(user)
    ).select_related("parcel", "figure__region")
