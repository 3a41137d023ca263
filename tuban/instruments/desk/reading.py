"""Reads a delivered plan in a child process that is killed when it takes too much.

A file is made by somebody else, and the readers are large programs: what is wrong with either may
cost this one file, never the server.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import tuban
from tuban.core.errors import DomainError
from tuban.parcels.imports.child import OUT_OF_MEMORY
from tuban.parcels.imports.limits import MEGABYTE

_MODULE = "tuban.instruments.desk.child"
Report = Callable[[str, float], None]
"""Called with what is being done and the share done; what it raises ends the reading."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one plan may cost. A docx of 100 pages takes 6 seconds and 400 MB of address space."""

    cpu_seconds: int = 60
    memory_bytes: int = 1024 * MEGABYTE
    wall_seconds: float = 180.0


class PlanUnreadable(DomainError):
    """方案未能读取: nothing of it has been registered."""

    def __init__(self, message: str, *, code: str, place: str, remedy: str) -> None:
        super().__init__(message, code=code, kind="invalid", place=place, remedy=remedy)


def read_plan(
    content: bytes, name: str, *, report: Report | None = None, limits: Limits | None = None
) -> dict[str, Any]:
    """The reading of a file as contract JSON.

    Raises:
        PlanUnreadable: The file is no plan, cannot be read, or reading it took too much.
    """
    allowed = limits or Limits()
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        with _started(name, file, allowed) as process:
            too_long = threading.Timer(allowed.wall_seconds, process.kill)
            too_long.start()
            try:
                answer = _answer(process, report)
            finally:
                too_long.cancel()
                process.kill()
    if "reading" in answer:
        reading: dict[str, Any] = answer["reading"]
        return reading
    if "refused" in answer:
        raise PlanUnreadable(**answer["refused"])
    raise _broken_off(process.returncode, name)


def _answer(process: subprocess.Popen[bytes], report: Report | None) -> dict[str, Any]:
    """The last word of the child; {} when it ended without one."""
    assert process.stdout is not None
    for line in process.stdout:
        message: dict[str, Any] = json.loads(line)
        if "stage" not in message:
            return message
        if report is not None:
            report(message["stage"], message["share"])
    process.wait()
    return {}


def _started(name: str, file: IO[bytes], allowed: Limits) -> subprocess.Popen[bytes]:
    """The child, in an environment without the server's secrets."""
    root = str(Path(next(iter(tuban.__path__))).parent)
    arguments = (
        name.replace("\0", "")[-200:],
        str(allowed.cpu_seconds),
        str(allowed.memory_bytes),
    )
    return subprocess.Popen(
        [sys.executable, "-m", _MODULE, *arguments],
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={
            "PYTHONPATH": root,
            "PYTHONUTF8": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "OPENBLAS_NUM_THREADS": "1",  # each thread would take address space of its own
        },
        cwd="/",
    )


def _broken_off(code: int, name: str) -> PlanUnreadable:
    """Why a child ended without an answer."""
    if code in {-signal.SIGXCPU, -signal.SIGKILL}:
        message, kind = "读取用时过长，已中断：文件结构异常，或内容过多。", "time"
    elif code in {OUT_OF_MEMORY, -signal.SIGABRT, -signal.SIGSEGV}:
        message, kind = "读取占用内存过多，已中断：内容展开后过大。", "memory"
    else:
        message, kind = "文件读不出来，读取已中断：内部结构使读取程序出错。", "failed"
    return PlanUnreadable(
        message,
        code=f"document.reading_{kind}",
        place=name,
        remedy="请只留方案正文与附表，在 Word 或 WPS 中打开、另存为 docx 再上传。",
    )
