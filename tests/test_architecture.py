"""The house keeps its shape: what may import what, and where the clock and the queries stand."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PURE = ("values", "law", "documents", "geodata")


def _sources(*folders: str) -> list[Path]:
    """Python files of the product without tests and migrations."""
    return [
        path
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        if not {"tests", "migrations"} & set(path.parts)
    ]


def _calls(path: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of every attribute used in a file, e.g. `date.today`."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Attribute):
            yield node.lineno, ast.unparse(node)


def _found(paths: list[Path], forbidden: set[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path in paths
        for line, name in _calls(path)
        if ".".join(name.split(".")[-2:]) in forbidden
    ]


def test_every_import_goes_downwards_and_pure_packages_stay_pure() -> None:
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_nobody_but_the_clock_asks_what_time_it_is() -> None:
    asking = {"date.today", "datetime.now", "datetime.today", "datetime.utcnow", "timezone.now"}
    files = [path for path in _sources("tuban") if path != ROOT / "tuban/core/clock.py"]
    assert _found(files, asking) == []


@pytest.mark.parametrize("package", PURE)
def test_pure_packages_read_no_environment(package: str) -> None:
    assert _found(_sources(f"tuban/{package}"), {"os.environ", "os.getenv"}) == []


def test_views_fetch_only_through_access() -> None:
    views = [path for path in _sources("tuban") if path.name == "views.py"]
    assert views
    managers = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in views
        for line, name in _calls(path)
        if name.endswith(".objects") or ".objects." in name
    ]
    assert managers == []


def test_pages_have_nothing_inline_and_nothing_from_outside() -> None:
    """What the Content-Security-Policy would refuse in the browser is refused here first."""
    found = []
    for path in sorted((ROOT / "tuban").rglob("templates/**/*.html")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            inline = " style=" in line or "<style" in line or " onclick=" in line
            script = "<script" in line and "src=" not in line and "json" not in line
            if inline or script or "//cdn" in line:
                found.append(f"{path.relative_to(ROOT)}:{number} {line.strip()[:80]}")
    assert found == []
