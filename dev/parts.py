"""A part of the running product: a process that is started, watched, started again, stopped.

Every part is a direct child in a session of its own. Ctrl-C in the terminal therefore reaches only
the launcher, which stops the parts in order; and the kernel ends each part when the launcher is
killed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from dev.cluster import Cluster

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.2, 10.0
_STEADY_S = 30.0


class Part:
    """A process with its log, its back-off and its way of being stopped."""

    def __init__(self, name: str, start: Callable[[], subprocess.Popen[bytes] | None]) -> None:
        self.name = name
        self._start = start
        self.process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._pause_s = _FIRST_PAUSE_S
        self._not_before = 0.0

    def start(self) -> None:
        """Starts the process. None from the starter means: somebody else runs it already."""
        self.process = self._start()
        self._started_at = time.monotonic()

    def tend(self) -> str | None:
        """Starts the process again when it has ended, slower each time while it keeps ending.

        Returns:
            A Chinese line for the terminal when something happened, else None.
        """
        now = time.monotonic()
        if self.process is None:
            if now < self._not_before:
                return None
            self.start()
            return f"{self.name}已重新启动"
        status = self.process.poll()
        if status is None:
            return None
        self._end_session(signal.SIGKILL)
        if now - self._started_at > _STEADY_S:
            self._pause_s = _FIRST_PAUSE_S
        self._not_before = now + self._pause_s
        self._pause_s = min(self._pause_s * 2, _LONGEST_PAUSE_S)
        self.process = None
        return f"{self.name}意外退出（{_ending(status)}），即将重新启动"

    def ask_to_stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Asks the process to end."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)

    def stop(self, how: signal.Signals = signal.SIGTERM, *, within_s: float = 10.0) -> None:
        """Asks the process to end, waits, and ends what is left of its session by force."""
        if self.process is None:
            return
        self.ask_to_stop(how)
        with suppress(subprocess.TimeoutExpired):  # the force below is the answer
            self.process.wait(within_s)
        self._end_session(signal.SIGKILL)
        self.process.wait()

    def _end_session(self, how: signal.Signals) -> None:
        """Signals every process that the part has started and that still lives."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, how)
            except (ProcessLookupError, PermissionError):
                return  # nobody is left


def _ending(status: int) -> str:
    return f"信号 {-status}" if status < 0 else f"返回码 {status}"


def command(
    words: Sequence[str], *, env: Mapping[str, str], log: Path, cwd: Path
) -> Callable[[], subprocess.Popen[bytes]]:
    """A starter for a command whose output goes to a log file."""

    def start() -> subprocess.Popen[bytes]:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            return subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", "--", *words],
                env=dict(env),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    return start


class Database(Part):
    """The cluster's server. One that somebody else started is used, watched, and left running."""

    def __init__(self, cluster: Cluster) -> None:
        super().__init__("数据库", lambda: cluster.start(as_child=True))
        self._cluster = cluster
        self._ours = True

    def start(self) -> None:
        """Starts the server, or notes that one is up."""
        super().start()
        self._ours = self.process is not None

    def tend(self) -> str | None:
        """As every part; a server that is not our child is asked through its socket."""
        if not self._ours and self._cluster.is_up():
            return None
        self._ours = True
        return super().tend()
