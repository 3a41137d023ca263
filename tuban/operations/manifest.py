"""备份清单: what a backup holds. It is written last, so a backup without one is none."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from tuban.core.errors import DomainError
from tuban.operations import kept

FORMAT = 1
NAME, SUM, DUMP = "manifest.json", "manifest.json.sha256", "database.dump"

SAID = {
    "parcels_parcel": "地块",
    "parcels_fact": "事实",
    "instruments_instrument": "方案",
    "bulletins_bulletin": "通报",
    "accounts_user": "账号",
}
"""Tables whose numbers people are told, with their Chinese name."""


class BrokenBackup(DomainError):
    """备份 is incomplete, damaged, or not one."""

    def __init__(self, source: Path, cause: str) -> None:
        super().__init__(
            "备份不能使用，没有改动任何数据。",
            code="operations.broken_backup",
            kind="invalid",
            place=str(source),
            cause=cause,
            remedy="请改用另一份备份，或重新复制这一份后再试。",
        )


@dataclass(frozen=True, slots=True)
class Piece:
    """A file of the backup."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """备份清单.

    Attributes:
        made_at: Instant of the snapshot, ISO, UTC.
        version: The product's version.
        postgres: The server's version.
        secret_key: `key_mark` of the server that was backed up; the key itself is never in it.
        migrations: `app.name` of every migration that had been applied.
        rows: Rows of each table in the snapshot.
        dump: The database.
        files: Bytes of each kept file, by its SHA-256.
        missing: SHA-256 of files that the record names and that were lost before the backup.
    """

    made_at: str
    version: str
    postgres: str
    secret_key: str
    migrations: list[str]
    rows: dict[str, int]
    dump: Piece
    files: dict[str, int]
    missing: list[str]

    @property
    def size(self) -> int:
        """Bytes of the backup."""
        return self.dump.bytes + sum(self.files.values())

    def in_words(self) -> str:
        """地块 5,000，事实 …，文件 …: what people compare."""
        parts = [f"{word} {self.rows.get(table, 0):,}" for table, word in SAID.items()]
        return "，".join([*parts, f"来件 {len(self.files):,}"])


def key_mark() -> str:
    """Tells one secret key from another without telling the key."""
    return hashlib.sha256(b"tuban backup " + settings.SECRET_KEY.encode()).hexdigest()[:16]


def write(manifest: Manifest, folder: Path) -> None:
    """Writes the manifest and, beside it, its sum in the form of `sha256sum`."""
    text = json.dumps({"format": FORMAT, **asdict(manifest)}, ensure_ascii=False, indent=1) + "\n"
    _write(folder / NAME, text)
    _write(folder / SUM, f"{hashlib.sha256(text.encode()).hexdigest()}  {NAME}\n")


def _write(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def verified(folder: Path) -> Manifest:
    """The manifest of a backup whose every byte is as it was written.

    Raises:
        BrokenBackup: Something is missing, damaged or unknown; the message names it.
    """
    manifest = _read(folder)
    pieces = {DUMP: manifest.dump} | {
        kept.place(digest): Piece(size, digest) for digest, size in manifest.files.items()
    }
    for name, piece in pieces.items():
        path = folder / name
        if not path.is_file():
            raise BrokenBackup(folder, f"缺少文件 {name}")
        found = path.stat().st_size
        if found != piece.bytes:
            raise BrokenBackup(
                folder, f"文件 {name} 应为 {piece.bytes:,} 字节，现为 {found:,} 字节"
            )
        if kept.digest_of(path) != piece.sha256:
            raise BrokenBackup(folder, f"文件 {name} 的内容与清单不符")
    return manifest


def _read(folder: Path) -> Manifest:
    try:
        text = (folder / NAME).read_bytes()
        told = (folder / SUM).read_text("ascii").split()[:1]
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenBackup(folder, f"没有备份清单 {NAME}、{SUM}，不是完整的备份") from error
    if told != [hashlib.sha256(text).hexdigest()]:
        raise BrokenBackup(folder, f"备份清单 {NAME} 被改动或损坏")
    known: dict[str, Any] = json.loads(text)
    if known.pop("format", None) != FORMAT:
        raise BrokenBackup(folder, "备份由另一版程序写成，格式不同")
    return Manifest(**{**known, "dump": Piece(**known["dump"])})
