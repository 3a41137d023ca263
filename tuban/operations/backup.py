"""备份: one snapshot of the database, and the delivered files that this snapshot names.

Files are kept before the rows that name them are written, and are never changed or removed. Whatever
the snapshot names can therefore be copied after it, while people go on working.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

import tuban
from tuban.core import clock
from tuban.core.clock import SHANGHAI
from tuban.core.errors import DomainError
from tuban.operations import kept, manifest, retention
from tuban.operations.manifest import Manifest, Piece
from tuban.operations.postgres import Server

LEFT_OUT = ("django_session", "parcels_export", "atlas_picture", "atlas_cell")
"""Tables whose rows live for a day or are derived: signed-in sessions, finished exports, pictures."""

_POSTGIS = "spatial_ref_sys"  # comes with the extension, which its administrator installs


class CannotWrite(DomainError):
    """备份 cannot be written where it should."""


def back_up(target: Path, *, keep: int | None = None) -> tuple[Path, Manifest]:
    """Writes a backup into a folder of its own under `target`; it gets its name once it is whole.

    Args:
        target: Where backups are gathered; made when it is not there.
        keep: How many to leave there, this one among them; None leaves all.

    Returns:
        The backup's folder, and what it holds.

    Raises:
        CannotWrite: The folder cannot be written, the disk is full, or another backup is writing.
        ServerTrouble: The database does not answer or cannot be dumped.
    """
    try:
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(target):
            retention.remove_drafts(target)
            made_at = clock.machine_now()
            folder = target / retention.name_at(made_at.astimezone(SHANGHAI))
            draft = retention.draft_of(folder)
            draft.mkdir(mode=0o700)
            try:
                made = _fill(draft, made_at)
                os.rename(draft, folder)
            except BaseException:
                shutil.rmtree(draft, ignore_errors=True)
                raise
            _onto_the_disk(target)
            if keep is not None:
                retention.thin(target, keep)
            return folder, made
    except OSError as error:
        raise CannotWrite(
            "备份没有写成，没有留下半份备份。",
            code="operations.cannot_write",
            kind="invalid",
            place=str(target),
            cause=error.strerror or str(error),
            remedy="请核对目录的权限和剩余空间后重试。",
        ) from error


def _fill(draft: Path, made_at: datetime) -> Manifest:
    """Dump, files and manifest, all of one snapshot."""
    server = Server.of_settings()
    with server.connect() as known:
        known.execute("begin isolation level repeatable read, read only")
        snapshot = _one(known, "select pg_export_snapshot()")
        digests = kept.named(known)
        rows = rows_of(known)
        migrations = migrations_of(known)
        version = str(_one(known, "show server_version"))
        dump = draft / manifest.DUMP
        os.close(os.open(dump, os.O_WRONLY | os.O_CREAT, 0o600))
        server.run(
            "pg_dump",
            *("--format=custom", f"--snapshot={snapshot}", f"--file={dump}"),
            *("--no-owner", "--no-privileges", "--no-comments"),
            *(f"--exclude-table-data=public.{table}" for table in (*LEFT_OUT, _POSTGIS)),
        )
        known.execute("rollback")
    sizes = {digest: kept.copy_out(digest, draft) for digest in digests}
    made = Manifest(
        made_at=made_at.isoformat(timespec="seconds"),
        version=tuban.__version__,
        postgres=version,
        secret_key=manifest.key_mark(),
        migrations=migrations,
        rows=rows,
        dump=Piece(dump.stat().st_size, kept.digest_of(dump)),
        files={digest: size for digest, size in sizes.items() if size is not None},
        missing=[digest for digest, size in sizes.items() if size is None],
    )
    manifest.write(made, draft)
    _onto_the_disk(draft)
    return made


def rows_of(known: psycopg.Connection[Any]) -> dict[str, int]:
    """Rows of each of the product's tables that a backup carries, as the connection sees them."""
    tables = known.execute(
        "select tablename from pg_tables where schemaname = 'public'"
        " and tablename <> all(%s) order by 1",
        ([*LEFT_OUT, _POSTGIS],),
    ).fetchall()
    count = sql.SQL("select count(*) from public.{}")
    return {name: int(_one(known, count.format(sql.Identifier(name)))) for (name,) in tables}


def migrations_of(known: psycopg.Connection[Any]) -> list[str]:
    """Every migration that has been applied, in order."""
    query = "select app || '.' || name from django_migrations order by 1"
    return [name for (name,) in known.execute(query)]


def _one(known: psycopg.Connection[Any], query: str | sql.Composed) -> Any:
    row = known.execute(query).fetchone()  # type: ignore[arg-type]
    assert row is not None
    return row[0]


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """One backup at a time writes to the folder; the kernel frees the lock however it ends."""
    with (target / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotWrite(
                "另一次备份正在写入同一目录。",
                code="operations.backup_under_way",
                kind="conflict",
                place=str(target),
                remedy="请等它完成。",
            ) from error
        yield


def _onto_the_disk(folder: Path) -> None:
    """Makes the names in a folder outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
