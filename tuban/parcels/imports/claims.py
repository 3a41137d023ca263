"""One worker per upload, and what it reports while it works.

A claim is a second connection. It holds an advisory lock that dies with the worker, so that an
upload whose worker was killed is free at once, and it writes progress that others see although the
worker's own transaction has not committed. Inside a caller's transaction there can be no second
view of it: the claim then speaks through the caller's connection and lives and dies with it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any

from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from tuban.core.errors import DomainError
from tuban.parcels.models import Upload, UploadState

Progress = Callable[[str, int, int], None]
"""Called with (stage, done, total)."""

LOCK_CLASS = 0x7475
REPORT_EVERY_SECONDS = 0.5


class BeingWorkedOn(DomainError):
    """正在办理: another worker holds the upload."""

    def __init__(self, upload: Upload) -> None:
        super().__init__(
            f"“{upload.name}”正在由另一个操作办理，本次没有写入任何内容。",
            code="import.being_worked_on",
            kind="conflict",
            cause="同一份上传件同时只能由一个操作读取或登记。",
            remedy="请等它完成后刷新页面查看结果。",
        )


class Claim:
    """Holds an upload for this worker; a context manager.

    Raises:
        BeingWorkedOn: On entering, when another worker holds it.
    """

    def __init__(self, upload: Upload, progress: Progress | None = None) -> None:
        self.upload = upload
        self._progress = progress
        self._shared = connection.in_atomic_block
        self._connection: BaseDatabaseWrapper = connection if self._shared else connection.copy()
        self._reported: tuple[str, float] = ("", 0.0)

    def __enter__(self) -> Claim:
        if not self._shared and not self._lock():
            self._connection.close()
            raise BeingWorkedOn(self.upload)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._shared:
            return
        try:
            # A pooled connection outlives this claim and would keep the lock.
            with suppress(DatabaseError):  # a session that is gone has let go of it
                self._execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, self._key])
        finally:
            self._connection.close()

    def move(self, to: UploadState, *, of: tuple[UploadState, ...], message: str = "") -> bool:
        """Moves the upload's state if it is still one of `of`; visible to others at once.

        Returns:
            False when somebody else has moved it first.
        """
        moved = self._execute(
            "UPDATE parcels_upload SET state = %s, message = %s, stage = '', done = 0, total = 0"
            " WHERE id = %s AND state = ANY(%s)",
            [to.value, message, self.upload.pk, [state.value for state in of]],
        )
        return moved == 1

    def report(self, stage: str, done: int, total: int) -> None:
        """Progress: written when the stage changes or half a second has passed."""
        now = time.monotonic()
        if self._progress is not None:
            self._progress(stage, done, total)
        if stage == self._reported[0] and now - self._reported[1] < REPORT_EVERY_SECONDS:
            return
        self._reported = (stage, now)
        self._execute(
            "UPDATE parcels_upload SET stage = %s, done = %s, total = %s WHERE id = %s",
            [stage, done, total, self.upload.pk],
        )

    @property
    def _key(self) -> int:
        return self.upload.pk % 2**31

    def _lock(self) -> bool:
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, self._key])
            return bool(cursor.fetchone()[0])

    def _execute(self, sql: str, parameters: list[Any]) -> int:
        with self._connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return int(cursor.rowcount)


def is_held(upload: Upload) -> bool:
    """Whether a worker is on it now. A 登记中 upload that nobody holds was interrupted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = %s"
            " AND objid = %s AND database = (SELECT oid FROM pg_database"
            " WHERE datname = current_database()))",
            [LOCK_CLASS, upload.pk % 2**31],
        )
        return bool(cursor.fetchone()[0])
