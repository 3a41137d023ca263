"""Old backups go, and nothing else does."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from tuban.operations import retention


def test_the_newest_stay_and_strangers_are_left_alone(tmp_path: Path) -> None:
    made = [tmp_path / retention.name_at(datetime(2024, 9, day, 2, 30)) for day in (28, 29, 30)]
    others = [tmp_path / "tuban-20240901-023000-手工", tmp_path / "lost+found"]
    for folder in (*made, *others):
        (folder / "files").mkdir(parents=True)

    retention.thin(tmp_path, 2)

    assert retention.backups(tmp_path) == made[1:]
    assert all(folder.exists() for folder in others)


def test_none_is_never_what_stays(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one"):
        retention.thin(tmp_path, 0)


def test_what_a_killed_backup_left_is_removed(tmp_path: Path) -> None:
    draft = retention.draft_of(tmp_path / "tuban-20240930-023000")
    (draft / "files").mkdir(parents=True)

    retention.remove_drafts(tmp_path)

    assert list(tmp_path.iterdir()) == []
