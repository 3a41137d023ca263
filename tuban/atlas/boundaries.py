"""界线 of the 旗区 replaced in the name of a post."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from django.db import transaction

from tuban.accounts.access import require
from tuban.accounts.models import User
from tuban.accounts.records import record
from tuban.atlas.deeds import BOUNDARIES_REPLACED
from tuban.regions.boundaries import Imported, import_boundaries


@transaction.atomic
def replace_boundaries(*, actor: User, path: Path) -> Imported:
    """Puts the file's boundaries in place and writes it down, all or nothing.

    Raises:
        Forbidden: The post may not.
        GeodataError: The file cannot be read.
        NotBoundaries: It names no region, one twice, an invalid shape, or regions that overlap.
    """
    require(actor, "import_regions")
    done = import_boundaries(path)
    detail = {
        "文件": path.name,
        "校验值": sha256(path.read_bytes()).hexdigest(),
        "旗区": "、".join(region.name for region in done.placed),
        "仍为示意": "、".join(region.name for region in done.schematic),
    }
    record(actor, BOUNDARIES_REPLACED, subject="行政区界线", detail=detail)
    return done
