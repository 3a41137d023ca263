"""Who may see which parcel: the only way to fetch one.

An object of another region and one that does not exist look the same: `Absent`, a 404.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import models

from tuban.accounts.access import region_codes
from tuban.accounts.models import User
from tuban.core import clock
from tuban.core.errors import DomainError
from tuban.parcels.models import Batch, Export, Fact, HeadingChoice, Parcel, ParcelPhase, Upload


class Absent(DomainError):
    """查无此项: not there, or not this post's to see."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"没有找到这{what}。",
            code="absent",
            kind="absent",
            cause="编号不存在，或不在本岗位的管辖范围内。",
            remedy="请核对编号；需要跨旗区查看时，请联系市局。",
        )


def parcels_for(user: User) -> models.QuerySet[Parcel]:
    """地块 of the post's own region and below."""
    return Parcel.objects.filter(region__in=region_codes(user))


def phases_for(user: User) -> models.QuerySet[ParcelPhase]:
    """阶段 of the post's own region and below."""
    return ParcelPhase.objects.filter(region__in=region_codes(user))


def uploads_for(user: User) -> models.QuerySet[Upload]:
    """上传件 of the post's own region and below."""
    return Upload.objects.filter(region__in=region_codes(user))


def get_parcel(user: User, pk: int, *, lock: bool = False) -> Parcel:
    """The parcel, locked for the transaction when asked.

    Raises:
        Absent: It does not exist or lies outside the post's scope.
    """
    found = parcels_for(user).filter(pk=pk)
    found = (
        found.select_for_update(of=("self",))
        if lock
        else found.select_related("region", "approval")
    )
    parcel = found.first()
    if parcel is None:
        raise Absent("宗地块")
    return parcel


def get_fact(user: User, pk: int) -> Fact:
    """The fact, if its parcel is in the post's scope.

    Raises:
        Absent: It does not exist or lies outside the post's scope.
    """
    fact = (
        Fact.objects.filter(pk=pk, parcel__region__in=region_codes(user))
        .select_related("parcel__region", "recorded_by__post__organisation")
        .first()
    )
    if fact is None:
        raise Absent("条事实")
    return fact


def batches_for(user: User) -> models.QuerySet[Batch]:
    """登记批次 of the post's own region and below."""
    return Batch.objects.filter(region__in=region_codes(user))


def get_batch(user: User, pk: int) -> Batch:
    """The batch, if it is in the post's scope.

    Raises:
        Absent: It does not exist or lies outside the post's scope.
    """
    batch = batches_for(user).filter(pk=pk).select_related("region", "upload").first()
    if batch is None:
        raise Absent("个登记批次")
    return batch


def get_upload(user: User, pk: int) -> Upload:
    """The upload, if it is in the post's scope.

    Raises:
        Absent: It does not exist or lies outside the post's scope.
    """
    found = uploads_for(user).select_related("region", "uploaded_by__post__organisation")
    upload = found.filter(pk=pk).first()
    if upload is None:
        raise Absent("份上传件")
    return upload


EXPORT_KEPT = timedelta(days=1)


def exports_for(user: User) -> models.QuerySet[Export]:
    """导出件 of the post itself, of the last day: no other post's, whatever its region."""
    fresh = Export.objects.filter(requested_at__gte=clock.now() - EXPORT_KEPT)
    return fresh.filter(post=user.post_id) if user.post_id else fresh.none()


def get_export(user: User, pk: int) -> Export:
    """The export, if this very post asked for it.

    Raises:
        Absent: It does not exist, is older than a day, or another post asked for it.
    """
    export = exports_for(user).filter(pk=pk).first()
    if export is None:
        raise Absent("份导出件")
    return export


def heading_choices_for(user: User) -> models.QuerySet[HeadingChoice]:
    """表头记忆 of the post's own organisation, of no other, whatever its region."""
    if user.post is None:
        return HeadingChoice.objects.none()
    return HeadingChoice.objects.filter(organisation=user.post.organisation_id)


def get_heading_choice(user: User, pk: int) -> HeadingChoice:
    """The choice, if the post's own organisation made it.

    Raises:
        Absent: It does not exist or another organisation made it.
    """
    choice = heading_choices_for(user).filter(pk=pk).first()
    if choice is None:
        raise Absent("条表头记忆")
    return choice
