"""Reads a delivered plan in a child process that is killed when it takes too much.

A file is made by somebody else, and the readers are large programs: what is wrong with either may
cost this one file, never the server.
"""

from __future__ import annotations

import json
import signal
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tuban.core.errors import DomainError
from tuban.instruments.desk import waiting
from tuban.parcels.imports.child import OUT_OF_MEMORY
from tuban.parcels.imports.limits import MEGABYTE

Report = Callable[[str, float], None]
"""Called with what is being done and the share done; what it raises ends the reading."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one plan may cost. A docx of 100 pages takes under a second and 400 MB of address space."""

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
    with waiting.take() as process:
        too_long = threading.Timer(allowed.wall_seconds, process.kill)
        too_long.start()
        try:
            _hand_over(process, content, name, allowed)
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


def _hand_over(process: subprocess.Popen[bytes], content: bytes, name: str, most: Limits) -> None:
    """Gives the child its orders and the file; one that has ended already says so by its code."""
    assert process.stdin is not None
    orders = {
        "name": name[-200:],
        "cpu_seconds": most.cpu_seconds,
        "memory_bytes": most.memory_bytes,
    }
    with suppress(BrokenPipeError):
        process.stdin.write(json.dumps(orders).encode() + b"\n" + content)
        process.stdin.flush()
    with suppress(BrokenPipeError):
        process.stdin.close()


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
