"""Finished files, kept outside the web root for a day under a number, never under their name."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from django.conf import settings

from tuban.core import clock
from tuban.parcels.access import EXPORT_KEPT
from tuban.parcels.models import Export


def path_of(export_id: int) -> Path:
    """Where the finished file lies."""
    return Path(settings.EXPORTS_ROOT) / str(export_id)


def new_draft(export_id: int) -> Path:
    """An empty file to write into, of this attempt alone: a worker thought dead may yet write.

    The name says that it is not finished.
    """
    folder = Path(settings.EXPORTS_ROOT)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, prefix=f"{export_id}.", suffix=".draft")
    os.close(handle)
    return Path(name)


def note_fetched(export: Export) -> None:
    """首次下载: from now on the file waits for nobody."""
    Export.objects.filter(pk=export.pk, fetched_at=None).update(fetched_at=clock.now())


def forget_old() -> int:
    """Deletes what is older than a day, and files and drafts that belong to nothing.

    Returns:
        How many exports were deleted.
    """
    old = Export.objects.filter(requested_at__lt=clock.now() - EXPORT_KEPT)
    count, _ = old.delete()
    folder = Path(settings.EXPORTS_ROOT)
    files = list(folder.iterdir()) if folder.exists() else []
    # Known after the files were listed: one that is begun meanwhile keeps its draft.
    known = {str(pk) for pk in Export.objects.values_list("pk", flat=True)}
    for path in files:
        if path.name.split(".")[0] not in known:
            path.unlink(missing_ok=True)
    return count
