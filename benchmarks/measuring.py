"""What something needs in the database and at the server: processor time, and time on the clock.

Processor time is what the scheduler gave the process, so that a busy machine does not speak for the
product; on a quiet one that has its data in memory the two agree.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Spent:
    """Milliseconds of processor and on the clock."""

    worked: float
    passed: float


def in_database(work: Callable[[], Any]) -> Spent:
    """The server process's time for all statements `work` asks with nothing remembered.

    Each statement is asked again by itself; of four rounds the best counts. Time on the clock
    includes that its rows are fetched.
    """
    from django.core.cache import cache
    from django.db import connection

    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(("SELECT", "WITH")):
            asked.append((sql, params))
        return execute(sql, params, many, context)

    cache.clear()
    with connection.execute_wrapper(note):
        work()
    spent = [_again(sql, params) for sql, params in asked]
    return Spent(sum(one.worked for one in spent), sum(one.passed for one in spent))


def _again(sql: str, params: Any) -> Spent:
    from django.db import connection

    def ask() -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            cursor.fetchall()

    clock = server_clock()
    rounds = [_spent(ask, clock) for _ in range(ROUNDS)]
    return Spent(min(one.worked for one in rounds), min(one.passed for one in rounds))


def at_server(work: Callable[[], Any]) -> Spent:
    """Time of this process and of its server process together."""
    clock = server_clock()
    return _spent(work, lambda: clock() + time.process_time() * 1000)


def _spent(work: Callable[[], Any], clock: Callable[[], float]) -> Spent:
    worked, began = clock(), time.perf_counter()
    work()
    return Spent(clock() - worked, (time.perf_counter() - began) * 1000)


def server_clock() -> Callable[[], float]:
    """Reads milliseconds of processor the connection's server process has had so far."""
    from django.db import connection

    connection.ensure_connection()
    file = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return lambda: int(file.read_text().split()[0]) / 1e6
