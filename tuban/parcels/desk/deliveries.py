"""同批上传: files handed in together, and which of them comes first."""

from __future__ import annotations

from dataclasses import dataclass

from tuban.accounts.models import User
from tuban.parcels import access
from tuban.parcels.imports.boundaries import BOUNDARY
from tuban.parcels.models import Upload, UploadState

_OPEN = frozenset({UploadState.READING, UploadState.ASKED, UploadState.STAGED})
_OVER = frozenset({UploadState.CONFIRMED, UploadState.FAILED})


@dataclass(frozen=True, slots=True)
class Delivery:
    """The files that came with one upload.

    Attributes:
        others: The other files, as they were handed in.
        ledgers_first: This is a boundary file, and a ledger that came with it is not confirmed yet:
            parcels that the ledger brings cannot be matched before.
        may_match: This is a boundary file that was checked; the ledgers have been dealt with.
        boundaries_follow: This is a ledger that boundaries which came with it wait for.
    """

    others: tuple[Upload, ...]
    ledgers_first: bool
    may_match: bool
    boundaries_follow: bool


def delivery_of(user: User, upload: Upload) -> Delivery | None:
    """The files that came with the upload; None for one that came alone."""
    if not upload.delivery:
        return None
    together = access.uploads_for(user).filter(delivery=upload.delivery)
    others = list(together.exclude(pk=upload.pk).order_by("pk"))
    if not others:
        return None
    is_boundary = upload.ledger == BOUNDARY
    ledgers = [other for other in others if other.ledger != BOUNDARY]
    waiting = any(ledger.state not in _OVER for ledger in ledgers)
    recorded = any(ledger.state == UploadState.CONFIRMED for ledger in ledgers)
    return Delivery(
        others=tuple(others),
        ledgers_first=is_boundary and waiting,
        may_match=is_boundary and recorded and upload.state == UploadState.STAGED,
        boundaries_follow=not is_boundary
        and upload.state in _OPEN
        and any(other.ledger == BOUNDARY and other.state in _OPEN for other in others),
    )
