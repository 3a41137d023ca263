"""`make demo`: starts the demonstration and keeps it running until Ctrl-C.

Database, web server and job worker are children of this process; a killed one is started again. One
launcher runs per state folder: a second one says where the first one's site is. Whatever is killed,
the next start goes on from what the database had committed.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

if __package__ in {None, ""}:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dev.cluster import Cluster, ClusterError
from dev.parts import Database, Part, command
from tuban.config import state

TODAY = "2024-09-30"
_PR_SET_PDEATHSIG = 1
_HEALTHY_WITHIN_S = 60.0
# These point GDAL and PROJ of another installation at ours, which then fail.
_FOREIGN = ("PROJ_LIB", "PROJ_DATA", "GDAL_DATA", "PYTEST_VERSION", "TUBAN_DATABASE_URL")


class LaunchError(Exception):
    """The demonstration cannot start; the message says why and what to do, in Chinese."""


def say(line: str) -> None:
    """One line to the terminal, at once."""
    print(line, flush=True)


def _port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise LaunchError(f"PORT 应为 1 至 65535 的整数，现为 {text}。")
    return int(text)


def _require_free(port: int) -> None:
    """Refuses a port on which somebody answers; a server that is just ending gets a moment."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return
        time.sleep(0.2)
    raise LaunchError(
        f"端口 {port} 已被其他程序占用。请换一个端口：PORT={port + 1 if port < 65535 else 8000} "
        "make demo"
    )


@contextmanager
def _only_launcher() -> Iterator[None]:
    """Holds the launcher's lock; the kernel frees it however this process ends."""
    path = state.state_folder() / "launcher.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            first = state.running()
            where = f"：{first.address}" if first else "，正在启动"
            raise LaunchError(f"演示已在运行{where}。同一目录只能启动一份。") from None
        yield


class Launcher:
    """The demonstration's three parts and the order in which they come and go."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}/"
        self.today = os.environ.get("TUBAN_TODAY") or TODAY
        self.url = state.private_url(state.DEMO_DATABASE)
        self.stopping = threading.Event()
        self.logs = state.state_folder() / "log"
        self.env = {k: v for k, v in os.environ.items() if k not in _FOREIGN} | {
            "DJANGO_SETTINGS_MODULE": "tuban.config.settings",
            "TUBAN_DEMO": "1",
            "TUBAN_TODAY": self.today,
            "TUBAN_DATABASE_URL": self.url,
            "PORT": str(port),
            "PYTHONUNBUFFERED": "1",
        }
        self.database = Database(Cluster())
        self.web = self._python_part(
            "网站服务",
            "web",
            *("-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
            *("--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers"),
            # A process that is still loading does not hear that it should end.
            *("--workers-kill-timeout", "3"),
            *("--log-level", "warning", "--no-ws", "dev.web:application"),
            TUBAN_POOL="1",
        )
        self.worker = self._python_part(
            "后台作业",
            "worker",
            *("-m", "django", "procrastinate", "worker", "--shutdown-graceful-timeout", "8"),
        )

    def _python_part(self, name: str, log: str, *words: str, **env: str) -> Part:
        path = self.logs / f"{log}.log"
        if path.exists():
            path.replace(path.with_suffix(".previous.log"))
        return Part(
            name,
            command([sys.executable, *words], env=self.env | env, log=path, cwd=state.ROOT),
        )

    def run(self) -> None:
        """Starts everything, says where it is, tends it until asked to stop, stops it."""
        began = time.monotonic()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stopping.set())
        try:
            say("· 启动数据库")
            self.database.start()
            accounts = self._prepare()
            if self.stopping.is_set():
                return
            self.web.start()
            self.worker.start()
            self._wait_until_healthy()
            if self.stopping.is_set():
                return
            self._announce(accounts, time.monotonic() - began)
            self._tend()
        finally:
            self._stop()

    def _prepare(self) -> str:
        """Migrates, collects static files, loads the demonstration; returns the accounts' table."""
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", "--", sys.executable, "-m", "dev.prepare"],
            env=self.env,
            cwd=state.ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )
        while True:
            try:
                accounts, _ = process.communicate(timeout=0.2)
                break
            except subprocess.TimeoutExpired:
                if self.stopping.is_set():
                    process.terminate()
        if process.returncode and not self.stopping.is_set():
            raise LaunchError(
                "准备演示数据没有成功，原因见上面的信息。改正后重新运行 make demo 即可。"
            )
        return accounts

    def _health(self) -> str | None:
        """None when everything is up, else which part is not, and why."""
        try:
            with urllib.request.urlopen(f"{self.address}healthz", timeout=6):
                return None
        except urllib.error.HTTPError as error:
            with error:
                text = error.read().decode("utf-8", errors="replace")
            try:
                parts = json.loads(text)["parts"]
            except (ValueError, KeyError):
                return f"网站服务出错（{error.code}）"
            return "；".join(f"{n}：{p['cause']}" for n, p in parts.items() if not p["up"])
        except OSError as error:
            return f"网站服务没有应答（{error}）"

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + _HEALTHY_WITHIN_S
        while not self.stopping.wait(0.1):
            cause = self._health()
            if cause is None:
                return
            self._tend_once()
            if time.monotonic() > deadline:
                raise LaunchError(f"{cause}。\n{self._last_log_lines()}\n日志：{self.logs}")

    def _last_log_lines(self) -> str:
        lines: list[str] = []
        for name in ("web", "worker"):
            file = self.logs / f"{name}.log"
            lines += file.read_text("utf-8", errors="replace").splitlines()[-8:]
        return "\n".join(lines)

    def _announce(self, accounts: str, seconds: float) -> None:
        record = state.Running(self.address, self.url, self.today, os.getpid())
        draft = state.running_file().with_suffix(".new")
        draft.write_text(json.dumps(asdict(record)), "utf-8")
        draft.replace(state.running_file())
        say(f"\n{accounts.rstrip()}\n" if accounts.strip() else "")
        say(f"演示已就绪（{seconds:.1f} 秒）：{self.address}")
        say(f"演示日期 {self.today}。按 Ctrl-C 停止；日志在 {self.logs}。")

    def _tend_once(self) -> None:
        for part in (self.database, self.web, self.worker):
            line = part.tend()
            if line:
                say(f"· {line}")

    def _tend(self) -> None:
        while not self.stopping.wait(0.2):
            self._tend_once()

    def _stop(self) -> None:
        state.running_file().unlink(missing_ok=True)
        say("\n· 正在停止")
        self.web.ask_to_stop()
        self.worker.ask_to_stop()
        self.web.stop()
        self.worker.stop()
        self.database.stop(signal.SIGINT)
        say("· 已停止")


def main() -> int:
    """0 after Ctrl-C, 1 when a launcher runs already, 2 when it could not start."""
    if os.environ.get("MAKELEVEL"):  # should make be killed, nobody would be left to stop us
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    try:
        with _only_launcher():
            port = _port()
            _require_free(port)
            Launcher(port).run()
    except (LaunchError, ClusterError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
