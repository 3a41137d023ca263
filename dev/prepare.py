"""Brings the demonstration's database and static files up to date; quick when they are.

Progress goes to standard error, the table of accounts to standard output.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command


def say(line: str) -> None:
    """One line of progress."""
    print(f"· {line}", file=sys.stderr, flush=True)


def migrate() -> None:
    """Brings the tables up to date."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("建立数据表")
        call_command("migrate", interactive=False, verbosity=0)


def collect_static_files() -> None:
    """Collects, names and compresses the static files, when any of them has changed."""
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    stamp = settings.VAR / "static.made"
    made = digest.hexdigest()
    if stamp.exists() and stamp.read_text() == made:
        return
    say("整理网页文件")
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(made)


def main() -> int:
    """Everything in order; 0 when all is ready."""
    django.setup()
    migrate()
    collect_static_files()
    if os.environ.get("TUBAN_DEMO_LOAD") != "0":  # the launcher's own tests need no parcels
        call_command("demo", "load", stdout=sys.stderr)
        call_command("demo_accounts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
