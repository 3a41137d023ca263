"""The job worker beside a test: a process of its own on the test database."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from django.db import connection


def work() -> None:
    """Runs every waiting job, on the demonstration's day; for transactional tests only."""
    subprocess.run([*_WORKER, "--one-shot"], env=_environment(), check=True, timeout=60)


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    """A worker that waits for jobs, as in the demonstration; gone at the end."""
    process = subprocess.Popen(_WORKER, env=_environment())
    try:
        yield process
    finally:
        process.kill()
        process.wait()


_WORKER = (sys.executable, "-m", "django", "procrastinate", "worker")


def _environment() -> dict[str, str]:
    settings = connection.settings_dict
    database = f"postgresql://{settings['USER']}@/{settings['NAME']}"
    database += f"?host={quote(settings['HOST'], safe='')}"
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tuban.config.settings",
        "TUBAN_DATABASE_URL": database,
        "TUBAN_DEMO": "1",
        "TUBAN_TODAY": "2024-09-30",
    }
