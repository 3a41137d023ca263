"""The project's own database cluster, from a bare copy of the two files it consists of."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOBODY = 65534
pytestmark = pytest.mark.slow


def _copy(folder: Path) -> Path:
    """A checkout that holds only what the cluster needs."""
    for name in ("dev/__init__.py", "dev/cluster.py", "tuban/__init__.py"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    (folder / "tuban/config").mkdir()
    for name in ("tuban/config/__init__.py", "tuban/config/state.py"):
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture
def closed_folder() -> Iterator[Path]:
    """A folder that nobody but its owner can enter, as root's home is."""
    folder = Path(tempfile.mkdtemp(prefix="tuban-closed-"))
    yield folder
    shutil.rmtree(folder)


def _cluster(checkout: Path, *words: str, as_nobody: bool = False) -> tuple[int, str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TUBAN_")}
    prefix = (
        ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--"]
        if as_nobody
        else []
    )
    done = subprocess.run(
        [
            *prefix,
            sys.executable if not as_nobody else "/usr/bin/python3",
            "dev/cluster.py",
            *words,
        ],
        cwd=checkout,
        env=environment,
        text=True,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def _walk_through(checkout: Path, *, as_nobody: bool = False) -> None:
    """Start, start again, look, stop, look."""
    try:
        status, first = _cluster(checkout, "start", as_nobody=as_nobody)
        assert status == 0, first
        assert "postgresql://tuban@/tuban?host=" in first
        assert _cluster(checkout, "start", as_nobody=as_nobody) == (0, first)
        assert _cluster(checkout, "status", as_nobody=as_nobody) == (0, "运行中\n")
        assert _cluster(checkout, "stop", as_nobody=as_nobody) == (0, "已停止\n")
        assert _cluster(checkout, "status", as_nobody=as_nobody) == (1, "未运行\n")
    finally:
        _cluster(checkout, "remove", as_nobody=as_nobody)


def test_it_runs_in_a_folder_that_user_postgres_cannot_enter(closed_folder: Path) -> None:
    assert closed_folder.stat().st_mode & 0o777 == 0o700
    _walk_through(_copy(closed_folder / "tuban"))


def test_it_runs_under_a_long_path_with_blanks_and_chinese(closed_folder: Path) -> None:
    _walk_through(_copy(closed_folder / ("图斑 the second copy " * 4).strip() / "检 出"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_it_runs_for_a_user_who_is_not_root(closed_folder: Path) -> None:
    checkout = _copy(closed_folder / "图斑 of nobody")
    for path in (closed_folder, *closed_folder.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    _walk_through(checkout, as_nobody=True)
    assert (checkout / "var").exists(), "not root: the cluster lives in the checkout"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder of somebody else's")
def test_it_refuses_a_socket_folder_that_belongs_to_somebody_else(closed_folder: Path) -> None:
    checkout = _copy(closed_folder / "tuban")
    where = "from tuban.config import state; print(state.cluster_folder())"
    found = subprocess.run(
        [sys.executable, "-c", where], cwd=checkout, text=True, capture_output=True, check=True
    )
    folder = Path(found.stdout.strip())
    target = closed_folder / "elsewhere"
    target.mkdir()
    folder.mkdir(parents=True)
    (folder / "s").symlink_to(target)
    try:
        status, said = _cluster(checkout, "start")
        assert status == 2
        assert "属于其他用户" in said
    finally:
        shutil.rmtree(folder)
