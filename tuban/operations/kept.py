"""Delivered files that the record names: where they lie, whether they are still what they were."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psycopg
from django.apps import apps
from django.db import models
from psycopg import sql

from tuban.parcels.imports.files import path_of

_BLOCK = 1024 * 1024
NAMED_BY = "sha256"
"""Every column of this name holds the SHA-256 of a kept file (`parcels.imports.files`)."""


def columns() -> list[tuple[str, str]]:
    """Table and column of everything that names a kept file."""
    return [
        (model._meta.db_table, str(field.column))
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.name == NAMED_BY and isinstance(field, models.CharField)
    ]


def named(known: psycopg.Connection[Any]) -> list[str]:
    """The SHA-256 of every kept file that the record names, as the connection sees it, in order."""
    found: set[str] = set()
    for table, column in columns():
        query = sql.SQL("select distinct {c} from {t} where {c} <> ''").format(
            c=sql.Identifier(column), t=sql.Identifier(table)
        )
        found.update(digest for (digest,) in known.execute(query))
    return sorted(found)


def place(digest: str) -> str:
    """Where a file stands within a backup."""
    return f"files/{digest[:2]}/{digest}"


def digest_of(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy_out(digest: str, backup: Path) -> int | None:
    """Copies a kept file into a backup.

    Returns:
        Its bytes; None when it is missing, or no longer what its name says.
    """
    source, target = path_of(digest), backup / place(digest)
    for folder in (target.parent.parent, target.parent):
        folder.mkdir(mode=0o700, exist_ok=True)
    try:
        copy(source, target)
    except FileNotFoundError:
        return None
    if digest_of(target) != digest:
        target.unlink()
        return None
    return target.stat().st_size


def copy_back(digests: Iterable[str], backup: Path) -> None:
    """Puts the files of a backup where the product keeps them; one that stands there stays.

    Each gets its name once it is whole; a file that nothing names yet does no harm.
    """
    for digest in digests:
        target = path_of(digest)
        if target.exists() and digest_of(target) == digest:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=target.parent, prefix=".draft-")
        os.close(handle)
        try:
            copy(backup / place(digest), Path(draft))
            os.replace(draft, target)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise


def copy(source: Path, target: Path) -> None:
    """Copies a file, readable by its owner alone, onto the disk before it returns."""
    with source.open("rb") as old:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as new:
            shutil.copyfileobj(old, new, _BLOCK)
            new.flush()
            os.fsync(new.fileno())
