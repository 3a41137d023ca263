"""Names of backups, and how many are left to stand."""

from __future__ import annotations

import re
import shutil
from datetime import datetime
from pathlib import Path

_NAME = re.compile(r"tuban-\d{8}-\d{6}")
_DRAFT = ".draft"


def name_at(moment: datetime) -> str:
    """`tuban-20240930-031700`, so that names sort by time."""
    return f"tuban-{moment:%Y%m%d-%H%M%S}"


def draft_of(folder: Path) -> Path:
    """Where a backup stands while it is being written."""
    return folder.with_name(f".{folder.name}{_DRAFT}")


def backups(target: Path) -> list[Path]:
    """The backups in a folder, oldest first; nothing else in it is touched or counted."""
    return sorted(path for path in target.iterdir() if path.is_dir() and _NAME.fullmatch(path.name))


def thin(target: Path, keep: int) -> None:
    """Removes all but the newest ones.

    Raises:
        ValueError: None would be left.
    """
    if keep < 1:
        raise ValueError("at least one backup stays")
    for folder in backups(target)[:-keep]:
        # Under its draft's name first: half a backup never bears a backup's name.
        shutil.rmtree(folder.rename(draft_of(folder)))


def remove_drafts(target: Path) -> None:
    """Removes what killed backups left behind."""
    for path in target.glob(f".tuban-*{_DRAFT}"):
        shutil.rmtree(path)
