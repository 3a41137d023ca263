"""恢复: into a database of its own, compared with the manifest, then put in place at one stroke.

Until that stroke the old database is not touched; afterwards it still stands under another name.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from tuban.core import clock
from tuban.core.clock import SHANGHAI
from tuban.core.errors import DomainError
from tuban.operations import kept, manifest, postgres
from tuban.operations.backup import migrations_of, rows_of
from tuban.operations.manifest import BrokenBackup, Manifest
from tuban.operations.postgres import Server

_LOCK = 7_102_024
_MOST_AT_ONCE = 4
_PATIENCE_S = 5.0
_TELLING = ("accounts_user", "parcels_parcel", "instruments_instrument", "instruments_draft")
"""Tables that stay empty until an office begins."""


class RestoreRefused(DomainError):
    """恢复 would overwrite something, or does not fit this server."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did.

    Attributes:
        aside: Name under which the old database still stands; None when there was nothing in it.
        pending: How many migrations of this version the restored database lacks.
        same_key: Whether this server has the secret key of the one that was backed up.
    """

    manifest: Manifest
    aside: str | None
    pending: int
    same_key: bool


def restore(source: Path, *, replace: bool = False) -> Restored:
    """Restores a backup into the database and the file folder of the settings.

    Args:
        source: The backup's folder.
        replace: Also when the database holds somebody's work, which is then set aside.

    Raises:
        BrokenBackup: The backup is incomplete, damaged, or of a newer version.
        RestoreRefused: The database is not empty, or in use.
        ServerTrouble: The server cannot do it.
    """
    known = manifest.verified(source)
    server = Server.of_settings()
    pending = _pending(source, known)
    with postgres.maintenance(server) as admin, _alone(admin):
        stands = postgres.exists(admin, server.name)
        filled = stands and _is_filled(server)
        if filled and not replace:
            raise RestoreRefused(
                f"数据库“{server.name}”不是空的，没有恢复。",
                code="operations.not_empty",
                kind="conflict",
                cause="恢复会以备份代替现有的全部数据。",
                remedy="确认要代替时加 --replace，现有的数据库改名保留。",
            )
        _require_unused(admin, server.name)
        draft = server.database(f"{server.name}_restoring")
        postgres.drop(admin, draft.name)  # left by a restore that was killed
        try:
            postgres.create(admin, draft.name)
            _load(draft, source, known)
            kept.copy_back(known.files, source)
            now = clock.machine_now().astimezone(SHANGHAI)
            aside = f"{server.name}_before_{now:%Y%m%d%H%M%S}" if stands else None
            postgres.put_in_place(admin, draft.name, server.name, aside)
        except BaseException:
            postgres.drop(admin, draft.name)
            raise
        if aside is not None and not filled:
            postgres.drop(admin, aside)
            aside = None
    return Restored(known, aside, pending, known.secret_key == manifest.key_mark())


def _pending(source: Path, known: Manifest) -> int:
    """How many migrations of this version the backup lacks; refuses one that has others."""
    ours = {f"{app}.{name}" for app, name in MigrationLoader(None).graph.nodes}
    strange = set(known.migrations) - ours
    if strange:
        raise BrokenBackup(
            source,
            f"备份来自版本 {known.version}，有本版程序没有的数据表变更：{'、'.join(sorted(strange)[:3])}；"
            "请先升级程序",
        )
    return len(ours - set(known.migrations))


def _is_filled(server: Server) -> bool:
    """Whether the database holds anybody's work: ours, or tables that are not ours."""
    with server.connect() as known:
        tables = {
            name
            for (name,) in known.execute(
                "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                " where n.nspname = 'public' and c.relkind in ('r', 'p') and not exists"
                " (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')"
            )
        }
        if tables and "django_migrations" not in tables:
            return True
        exists = sql.SQL("select exists (select from public.{})")
        return any(
            known.execute(exists.format(sql.Identifier(name))).fetchone() == (True,)
            for name in _TELLING
            if name in tables
        )


def _require_unused(admin: psycopg.Connection[Any], name: str) -> None:
    """A connection that has just been closed, our own among them, gets a moment to go."""
    deadline = time.monotonic() + _PATIENCE_S
    while (count := postgres.others_in(admin, name)) and time.monotonic() < deadline:
        time.sleep(0.2)
    if count:
        raise RestoreRefused(
            f"数据库“{name}”正在使用，没有恢复。",
            code="operations.in_use",
            kind="conflict",
            cause=f"还有 {count} 个连接。",
            remedy="请先停止网站服务和后台作业，再重试。",
        )


def _load(draft: Server, source: Path, known: Manifest) -> None:
    """Fills the new database and compares it with the manifest, row numbers table by table."""
    draft.run(
        "pg_restore",
        *("--exit-on-error", "--no-owner", "--no-privileges"),
        *(f"--jobs={min(os.cpu_count() or 1, _MOST_AT_ONCE)}", f"--dbname={draft.name}"),
        str(source / manifest.DUMP),
    )
    with draft.connect() as made:
        rows, migrations = rows_of(made), migrations_of(made)
        made.execute("analyze")
    wrong = [name for name in known.rows | rows if known.rows.get(name) != rows.get(name)]
    if wrong or migrations != known.migrations:
        raise BrokenBackup(source, f"恢复后与清单不符：{'、'.join(wrong) or '数据表变更'}")


@contextmanager
def _alone(admin: psycopg.Connection[Any]) -> Iterator[None]:
    """One restore at a time on the server; the session of one that has just ended is waited for."""
    admin.execute(f"set lock_timeout = '{_PATIENCE_S:g}s'")
    try:
        admin.execute("select pg_advisory_lock(%s)", (_LOCK,))
    except psycopg.errors.LockNotAvailable as held:
        raise RestoreRefused(
            "另一次恢复正在进行。",
            code="operations.restore_under_way",
            kind="conflict",
            remedy="请等它完成。",
        ) from held
    admin.execute("set lock_timeout = 0")
    yield
