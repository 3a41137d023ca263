"""Reads a delivered file in a child process that is killed when it takes too much.

A file is made by somebody else, and the readers are large programs: what is wrong with either may
cost this one file, never the server.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

import tuban
from tuban.parcels.imports import child, wire
from tuban.parcels.imports.boundaries import wire as boundary_wire
from tuban.parcels.imports.boundaries.model import Delivered
from tuban.parcels.imports.limits import MAX_RESULT_BYTES, MEGABYTE
from tuban.parcels.imports.problems import Unreadable
from tuban.parcels.imports.workbook import Book

REPORT_EVERY_SECONDS = 0.5
_PIECE = MEGABYTE
_MODULE = "tuban.parcels.imports.child"

RowsRead = Callable[[int, int], None]
"""Called with (rows read, rows in all; 0 while that is not known)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost. `wall_seconds` also counts waiting for a busy machine."""

    cpu_seconds: int = child.CPU_SECONDS
    memory_bytes: int = child.MEMORY_BYTES
    wall_seconds: float = 180.0


BOUNDARY_LIMITS = Limits(cpu_seconds=120, memory_bytes=1536 * MEGABYTE, wall_seconds=300.0)
"""100,000 parcels of 17 points take 20 seconds and 850 MB of address space."""


class _Receiver(Protocol):
    """Puts together what the child sends."""

    @property
    def done(self) -> int: ...

    @property
    def total(self) -> int: ...

    def take(self, received: bytes) -> None: ...


def read(
    content: bytes,
    name: str,
    *,
    report: RowsRead | None = None,
    limits: Limits | None = None,
) -> Book:
    """The sheets of a file, read under limits.

    Args:
        content: The file.
        name: Its name as delivered; its extension must agree with the content.
        report: Called at least every second, also while nothing has been read yet; when it
            raises, the child is killed.
        limits: Other than the usual ones.

    Raises:
        Unreadable: The file is refused, or reading it took too much.
    """
    receiver = wire.Receiver()
    code = _received(content, name, {}, receiver, report, limits or Limits())
    if receiver.book is None:
        raise _broken_off(code)
    return receiver.book


def read_boundaries(
    content: bytes,
    name: str,
    choices: dict[str, Any],
    *,
    report: RowsRead | None = None,
    limits: Limits | None = None,
) -> Delivered:
    """The parcels of a boundary file, read, measured and checked under limits.

    Args:
        content: The file.
        name: Its name as delivered.
        choices: What a person has answered, as `boundaries.asking` keeps it.
        report: As for `read`.
        limits: Other than the usual ones.

    Raises:
        Unreadable: As for `read`.
    """
    receiver = boundary_wire.Receiver()
    code = _received(content, name, choices, receiver, report, limits or BOUNDARY_LIMITS)
    if receiver.file is None:
        raise _broken_off(code)
    return receiver.file


def _received(
    content: bytes,
    name: str,
    choices: dict[str, Any],
    receiver: _Receiver,
    report: RowsRead | None,
    allowed: Limits,
) -> int:
    """Has the child read the file; returns its exit code when it has ended by itself."""

    def tell() -> None:
        if report is not None:
            report(receiver.done, receiver.total)

    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        with _started(name, choices, file, allowed) as process:
            try:
                for received in _lines(process, allowed, tell):
                    receiver.take(received)
            finally:
                process.kill()
    return int(process.returncode)


def _started(
    name: str, choices: dict[str, Any], file: IO[bytes], allowed: Limits
) -> subprocess.Popen[bytes]:
    """The child, in an environment without the server's secrets."""
    root = str(Path(next(iter(tuban.__path__))).parent)
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            _MODULE,
            _printable(name),
            str(allowed.cpu_seconds),
            str(allowed.memory_bytes),
            json.dumps(choices),
        ],
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={
            "PYTHONPATH": root,
            "PYTHONUTF8": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "OPENBLAS_NUM_THREADS": "1",  # each thread would take address space of its own
            "PROJ_NETWORK": "OFF",
        },
        cwd="/",
    )


def _printable(name: str) -> str:
    """An argument cannot hold a zero character; only the extension is looked at."""
    return name.replace("\0", "")[-200:]


def _lines(
    process: subprocess.Popen[bytes], allowed: Limits, tell: Callable[[], None]
) -> Iterator[bytes]:
    """Whole lines as they come; `tell` is called at least every `REPORT_EVERY_SECONDS`."""
    assert process.stdout is not None
    pipe = process.stdout.fileno()
    ends = time.monotonic() + allowed.wall_seconds
    told, taken = 0.0, 0
    held: list[bytes] = []
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while True:
            now = time.monotonic()
            if now - told >= REPORT_EVERY_SECONDS:
                told = now
                tell()
            if now >= ends:
                raise _too_long()
            if not selector.select(min(REPORT_EVERY_SECONDS, ends - now)):
                continue
            piece = os.read(pipe, _PIECE)
            if not piece:
                break
            taken += len(piece)
            if taken > MAX_RESULT_BYTES:
                raise _too_much()
            held.append(piece)
            if b"\n" in piece:
                *lines, rest = b"".join(held).split(b"\n")
                held = [rest]
                yield from lines
    try:
        process.wait(timeout=max(1.0, ends - time.monotonic()))
    except subprocess.TimeoutExpired as error:
        raise _too_long() from error
    tell()


def _broken_off(code: int) -> Unreadable:
    """Why a child ended without an answer."""
    if code in {-signal.SIGXCPU, -signal.SIGKILL}:
        return _too_long()
    if code in {child.OUT_OF_MEMORY, -signal.SIGABRT, -signal.SIGSEGV}:
        return _too_much()
    return Unreadable(
        "文件读不出来，读取已中断。",
        code="reading_failed",
        cause="文件的内部结构使读取程序出错。",
        remedy="台账请在 WPS 或 Excel 中打开、另存一份，或把数据复制到空白模板中再上传；"
        "界址点文件请由制图软件重新导出。",
    )


def _too_long() -> Unreadable:
    return Unreadable(
        "读取文件用时过长，已中断。",
        code="reading_time",
        cause="文件的结构异常，或内容过多。",
        remedy="请按旗区拆成几份后再上传；台账也可以把数据复制到空白模板中再上传。",
    )


def _too_much() -> Unreadable:
    return Unreadable(
        "读取文件占用内存过多，已中断。",
        code="reading_memory",
        cause="内容展开后过大（工作表里可能有误填到很远处的单元格）。",
        remedy="请按旗区拆成几份后再上传；台账请先删去数据区以外的行和列。",
    )
