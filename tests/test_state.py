"""Which state folder, which cluster, which database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tuban.config import state

RECORD = {
    "address": "http://127.0.0.1:8000/",
    "database_url": "postgresql://tuban@/tuban_demo?host=%2Fs",
    "today": "2024-09-30",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TUBAN_VAR", str(tmp_path / "var"))
    (tmp_path / "var").mkdir()
    return tmp_path / "var"


def test_a_relative_state_folder_counts_from_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUBAN_VAR", "elsewhere")
    assert state.state_folder() == state.ROOT / "elsewhere"
    assert state.state_folder(test=True) == state.ROOT / "elsewhere-test"


def test_two_state_folders_have_two_clusters(monkeypatch: pytest.MonkeyPatch) -> None:
    found = set()
    for name in ("one", "two"):
        monkeypatch.setenv("TUBAN_VAR", name)
        found |= {state.cluster_folder(), state.cluster_folder(test=True)}
    assert len(found) == 4


@pytest.mark.parametrize("length", [1, 60, 200])
def test_a_socket_fits_the_kernel_however_long_the_path(
    monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("TUBAN_VAR", "/" + "图" * length)
    assert len(os.fsencode(state.socket_folder() / ".s.PGSQL.5432")) <= 107


def test_nothing_runs_where_nothing_was_started(folder: Path) -> None:
    assert state.running() is None


def test_what_a_killed_launcher_left_behind_is_not_believed(folder: Path) -> None:
    record = RECORD | {"launcher_pid": os.getpid()}
    state.running_file().write_text(json.dumps(record))
    assert state.running() is None, "this process is no launcher"


def test_a_running_launcher_is_found(folder: Path) -> None:
    code = "import sys; print('up', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code, "launch.py"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as launcher:
        assert launcher.stdout
        launcher.stdout.readline()
        record = RECORD | {"launcher_pid": launcher.pid}
        state.running_file().write_text(json.dumps(record))
        found = state.running()
        launcher.terminate()
    assert found == state.Running(**record)


@pytest.mark.parametrize(
    ("url", "host", "port", "user"),
    [
        ("postgresql://tuban@/ledger?host=%2Frun%2Fpg", "/run/pg", "", "tuban"),
        ("postgresql://a%40b:p%2Fw@db.example:5433/ledger", "db.example", "5433", "a@b"),
        ("postgres:///ledger", "", "", ""),
    ],
)
def test_an_address_becomes_djangos_settings(url: str, host: str, port: str, user: str) -> None:
    found = state.database_settings(url)
    assert (found["NAME"], found["HOST"], found["PORT"], found["USER"]) == (
        "ledger",
        host,
        port,
        user,
    )


@pytest.mark.parametrize("url", ["mysql://x/y", "postgresql://host/", "ledger"])
def test_an_address_that_is_none_is_refused_without_repeating_the_password(url: str) -> None:
    with pytest.raises(ValueError, match="TUBAN_DATABASE_URL 应形如"):
        state.database_settings(url)
