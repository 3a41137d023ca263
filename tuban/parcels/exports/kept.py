"""Finished files, kept outside the web root for a day under a number, never under their name."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from tuban.core import clock
from tuban.parcels.access import EXPORT_KEPT
from tuban.parcels.models import Export


def path_of(export_id: int) -> Path:
    """Where the finished file lies."""
    return Path(settings.EXPORTS_ROOT) / str(export_id)


def draft_of(export_id: int) -> Path:
    """Where it is being written; the name alone says that it is not finished."""
    folder = Path(settings.EXPORTS_ROOT)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{export_id}.draft"


def forget_old() -> int:
    """Deletes what is older than a day, files first, and files that belong to nothing.

    Returns:
        How many exports were deleted.
    """
    old = Export.objects.filter(requested_at__lt=clock.now() - EXPORT_KEPT)
    for pk in list(old.values_list("pk", flat=True)):
        path_of(pk).unlink(missing_ok=True)
        draft_of(pk).unlink(missing_ok=True)
    count, _ = old.delete()
    known = set(Export.objects.values_list("pk", flat=True))
    folder = Path(settings.EXPORTS_ROOT)
    for path in folder.iterdir() if folder.exists() else ():
        if not path.stem.isdecimal() or int(path.stem) not in known:
            path.unlink(missing_ok=True)
    return count
