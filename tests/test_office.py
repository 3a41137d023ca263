"""What an office server is set up with fits the product and its documentation."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from dev import cluster
from tuban.operations.tests.services import HOME, UNITS, settings_of

ROOT = Path(__file__).parents[1]
NAMES = ("tuban-web.service", "tuban-worker.service", "tuban-backup.service", "tuban-backup.timer")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    for name in NAMES:
        text = (UNITS / name).read_text("utf-8").replace(HOME, str(ROOT))
        (tmp_path / name).write_text(text, "utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / name) for name in NAMES)],
        capture_output=True,
        text=True,
        check=False,
    )
    said = [line for line in done.stderr.splitlines() if "tuban" in line]
    assert said == []


def test_the_template_has_what_the_private_cluster_has() -> None:
    text = (UNITS / "database.sql").read_text("utf-8")
    assert set(re.findall(r"create extension (\w+)", text)) == set(cluster.EXTENSIONS)


def test_services_write_only_where_they_must() -> None:
    for name in NAMES[:3]:
        unit = settings_of(UNITS / name)
        assert (unit["User"], unit["ProtectSystem"]) == (["tuban"], ["strict"])
        assert unit["EnvironmentFile"] == ["/etc/tuban.env"]


def test_the_table_of_settings_is_the_settings_own() -> None:
    """Every variable that the product reads is explained, and no other."""
    # These belong to the launcher of the demonstration and to its tests.
    inner = {"TUBAN_DEMO_LOAD"}
    sources = [*(ROOT / "tuban").rglob("*.py"), *(ROOT / "dev").rglob("*.py")]
    read = {
        name
        for source in sources
        if "/tests/" not in str(source)
        for name in re.findall(r'"(TUBAN_[A-Z_]+)"', source.read_text("utf-8"))
    }
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    told = set(re.findall(r"^\| `(TUBAN_[A-Z_]+)` \|", page, re.MULTILINE))
    assert told == read - inner
