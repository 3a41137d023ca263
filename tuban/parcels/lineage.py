"""来源 of a parcel: every batch that touched it, of ledgers and of boundary files, in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q

from tuban.accounts.access import region_codes
from tuban.accounts.models import User
from tuban.parcels.models import Batch, BatchWithdrawal, Boundary, Parcel, StagedRow


@dataclass(frozen=True, slots=True)
class Delivery:
    """One batch.

    Attributes:
        facts: Facts of this parcel it recorded.
        boundaries: Boundaries of this parcel it recorded, with the one that stands marked.
        is_open: Whether the reader may open the upload it came from.
    """

    batch: Batch
    facts: int
    boundaries: tuple[Boundary, ...] = field(default=())
    standing_id: int | None = None
    is_open: bool = False

    @property
    def withdrawal(self) -> BatchWithdrawal | None:
        """撤销 of the batch; None while it stands."""
        return getattr(self.batch, "withdrawal", None)

    @property
    def has_standing_boundary(self) -> bool:
        """Whether the parcel's boundary is of this batch."""
        return any(boundary.pk == self.standing_id for boundary in self.boundaries)

    @property
    def only_described(self) -> bool:
        """Whether it changed name, holder and the like alone."""
        return not self.facts and not self.boundaries


def lineage(user: User, parcel: Parcel) -> tuple[Delivery, ...]:
    """The batches from the first to the last; the caller may see the parcel."""
    boundaries = list(
        Boundary.objects.filter(parcel=parcel).defer("geometry", "labels").order_by("pk")
    )
    facts: dict[int, int] = dict(
        parcel.facts.filter(batch__isnull=False)
        .order_by()
        .values_list("batch_id")
        .annotate(count=Count("pk"))
    )
    taken = StagedRow.objects.filter(
        parcel_no=parcel.parcel_no, region=parcel.region_id, taken=True
    )
    known = {boundary.batch_id for boundary in boundaries} | facts.keys()
    uploads = list(taken.values_list("upload_id", flat=True).distinct())
    batches = list(
        Batch.objects.filter(Q(pk__in=known) | Q(upload__in=uploads))
        .select_related(
            "upload", "confirmed_by__post__organisation", "withdrawal__withdrawn_by__post"
        )
        .order_by("confirmed_at", "pk")
    )
    scope = region_codes(user)
    current = _standing_id(boundaries, batches)
    return tuple(
        Delivery(
            batch=batch,
            facts=facts.get(batch.pk, 0),
            boundaries=tuple(b for b in boundaries if b.batch_id == batch.pk),
            standing_id=current,
            is_open=batch.upload.region_id in scope,
        )
        for batch in batches
    )


def _standing_id(boundaries: Iterable[Boundary], batches: Iterable[Batch]) -> int | None:
    """The newest boundary of a batch that stands."""
    standing = {batch.pk for batch in batches if not hasattr(batch, "withdrawal")}
    return max((b.pk for b in boundaries if b.batch_id in standing), default=None)
