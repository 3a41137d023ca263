"""The job worker beside a test: a process of its own that does what is queued, then ends."""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import quote

from django.db import connection


def work() -> None:
    """Runs every waiting job, on the demonstration's day; for transactional tests only."""
    settings = connection.settings_dict
    database = f"postgresql://{settings['USER']}@/{settings['NAME']}"
    database += f"?host={quote(settings['HOST'], safe='')}"
    subprocess.run(
        [sys.executable, "-m", "django", "procrastinate", "worker", "--one-shot"],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tuban.config.settings",
            "TUBAN_DATABASE_URL": database,
            "TUBAN_DEMO": "1",
            "TUBAN_TODAY": "2024-09-30",
        },
        check=True,
        timeout=60,
    )
