"""What an installation in earnest is told by Django, and what it refuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
_ASKED = (
    "SESSION_COOKIE_SECURE",
    "SESSION_COOKIE_HTTPONLY",
    "SESSION_COOKIE_SAMESITE",
    "CSRF_COOKIE_SECURE",
    "SECURE_HSTS_SECONDS",
    "DEBUG",
    "SECOND_FACTOR_ROLES",
    "TRUSTED_PROXIES",
    "TUBAN_TODAY",
)


def _in_earnest(tmp_path: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Runs a command as a real installation does: no demonstration, no tests, its own key."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TUBAN_", "PYTEST"))}
    given = {
        "DJANGO_SETTINGS_MODULE": "tuban.config.settings",
        "TUBAN_SECRET_KEY_FILE": str(tmp_path / "key"),
        "TUBAN_VAR": str(tmp_path / "var"),
        "TUBAN_DATABASE_URL": "postgresql://tuban@db.example/tuban",
        "TUBAN_HOSTS": "tuban.example",
        "TUBAN_TODAY": "2024-09-30",
    }
    (tmp_path / "var/vendor").mkdir(parents=True, exist_ok=True)
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=kept | given | env,
        text=True,
        capture_output=True,
        check=False,
    )


def test_django_finds_nothing_to_say_against_it(tmp_path: Path) -> None:
    words = ("-m", "django", "check", "--deploy", "--fail-level", "WARNING")
    done = _in_earnest(tmp_path, *words)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0


def test_cookies_go_by_https_only_and_administrators_need_a_second_factor(tmp_path: Path) -> None:
    code = (
        "import json, django; from django.conf import settings; django.setup();"
        f"print(json.dumps({{n: getattr(settings, n) for n in {_ASKED!r}}}))"
    )
    done = _in_earnest(tmp_path, "-c", code)
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    assert said == {
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_SECURE": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "DEBUG": False,
        "SECOND_FACTOR_ROLES": ["system_admin"],
        "TRUSTED_PROXIES": ["127.0.0.1", "::1"],
        "TUBAN_TODAY": None,
    }
    chosen = _in_earnest(tmp_path, "-c", code, TUBAN_SECOND_FACTOR_ROLES="system_admin,city_leader")
    assert json.loads(chosen.stdout)["SECOND_FACTOR_ROLES"] == ["system_admin", "city_leader"]
