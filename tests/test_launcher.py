"""What the launcher promises: one at a time, nothing lost by a kill -9, nothing left by Ctrl-C.

A whole demonstration runs here from a state folder of its own, in order of the tests.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _eventually(true: Callable[[], Any], what: str, within_s: float = 40.0) -> Any:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        found = true()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {within_s} s: {what}")


class Desk:
    """A state folder, a port, and what runs there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        foreign = ("PYTEST", "TUBAN_", "MAKE", "DJANGO_")
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(foreign)} | {
            "TUBAN_VAR": str(folder),
            "TUBAN_DEMO_LOAD": "0",
            "PORT": str(self.port),
        }
        self.launcher: subprocess.Popen[bytes]

    def launch(self) -> float:
        """Starts the launcher; the processor seconds spent until everything is up.

        Processor time, because the wall clock also counts what else the machine is doing.
        """
        said = self.folder.parent / "said.txt"
        with said.open("w") as output:
            self.launcher = subprocess.Popen(
                [sys.executable, "dev/launch.py"],
                cwd=ROOT,
                env=self.env,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        ready = (self.folder / "running.json").exists
        _eventually(lambda: ready() or self.launcher.poll() is not None, "an end of the start", 90)
        assert ready(), said.read_text("utf-8")
        return sum(self._processor_seconds(pid) for pid in self.processes())

    @staticmethod
    def _processor_seconds(pid: int) -> float:
        """What the process and its ended children have spent."""
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

    def launch_another(self) -> subprocess.CompletedProcess[str]:
        """A second launcher, which is expected to end by itself."""
        command = [sys.executable, "dev/launch.py"]
        return subprocess.run(
            command, cwd=ROOT, env=self.env, text=True, capture_output=True, timeout=30, check=False
        )

    def health(self) -> tuple[int, dict[str, Any]]:
        try:
            with urllib.request.urlopen(f"{self.url}healthz", timeout=6) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)
        except OSError:
            return 0, {}

    def is_healthy(self) -> bool:
        return self.health()[0] == 200

    def processes(self, word: str = "") -> set[int]:
        """The processes that live in this state folder and have the word in their command."""
        mark = f"TUBAN_VAR={self.folder}".encode()
        found = set()
        for process in Path("/proc").glob("[0-9]*"):
            try:
                environment = (process / "environ").read_bytes().split(b"\0")
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                status = (process / "stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            if mark in environment and word in command and status != "Z":
                found.add(int(process.name))
        return found - {os.getpid()}

    def first(self, word: str) -> int:
        """The oldest process with the word in its command."""
        found: int = min(_eventually(lambda: self.processes(word), f"a process of {word}"))
        return found

    def sql(self, statement: str) -> str:
        code = (
            "import sys; from dev.cluster import Cluster;"
            "print(*Cluster().sql('tuban_demo', sys.argv[1]))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, statement],
            cwd=ROOT,
            env=self.env,
            text=True,
            capture_output=True,
            check=True,
        )
        return done.stdout.strip()


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    """A demonstration under a path that nobody else can enter, with blanks and Chinese in it."""
    folder = Path(tempfile.mkdtemp(prefix="tuban 演示 "))
    state = folder / "var"
    state.mkdir()
    shutil.copytree(ROOT / "var/vendor", state / "vendor")
    desk = Desk(state)
    try:
        desk.launch()
        yield desk
    finally:
        for pid in desk.processes():
            os.kill(pid, signal.SIGKILL)
        remove = [sys.executable, "dev/cluster.py", "remove"]
        subprocess.run(remove, cwd=ROOT, env=desk.env, check=True, capture_output=True)
        shutil.rmtree(folder)


def test_it_is_up_when_it_says_so(desk: Desk) -> None:
    status, report = desk.health()
    assert status == 200, report
    assert set(report["parts"]) == {"web", "database", "worker"}


def test_the_site_answers_at_its_root_without_sign_in(desk: Desk) -> None:
    with urllib.request.urlopen(desk.url, timeout=10) as page:
        assert page.status == 200
        assert "accounts/login" in page.url


def test_it_binds_only_to_this_machine(desk: Desk) -> None:
    listening = [
        line.split()[1]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if line.split()[3] == "0A" and int(line.split()[1].split(":")[1], 16) == desk.port
    ]
    assert listening
    assert {address.split(":")[0] for address in listening} == {"0100007F"}


def test_a_second_launcher_is_refused_with_the_address_of_the_first(desk: Desk) -> None:
    second = desk.launch_another()
    assert second.returncode == 2
    assert desk.url in second.stderr
    assert desk.is_healthy()


@pytest.mark.parametrize("word", ["granian", "procrastinate worker"])
def test_a_killed_part_is_started_again(desk: Desk, word: str) -> None:
    killed = desk.first(word)
    os.kill(killed, signal.SIGKILL)
    _eventually(lambda: desk.processes(word) - {killed}, f"{word} again")
    _eventually(lambda: killed not in desk.processes(word) and desk.is_healthy(), "health")


def test_a_killed_database_loses_nothing(desk: Desk) -> None:
    desk.sql("create table kept (word text)")
    desk.sql("insert into kept values ('before')")
    killed = desk.first("postgres -D")
    os.kill(killed, signal.SIGKILL)
    _eventually(lambda: desk.processes("postgres -D") - {killed}, "the database again")
    _eventually(desk.is_healthy, "health")
    assert desk.sql("select word from kept") == "before"


def test_a_worker_that_lives_through_it_still_does_jobs(desk: Desk) -> None:
    count = (
        "select count(*) from procrastinate_workers where last_heartbeat > now() - interval '15 s'"
    )
    _eventually(lambda: desk.sql(count) != "0", "a worker's heartbeat after the database's return")


def test_a_killed_launcher_takes_its_parts_along_and_the_next_start_loses_nothing(
    desk: Desk,
) -> None:
    desk.launcher.kill()
    desk.launcher.wait()
    (desk.folder / "running.json").unlink()
    assert desk.launch() < 15, "a second start is quick"
    assert desk.is_healthy()
    assert desk.sql("select word from kept") == "before"


def test_ctrl_c_stops_everything(desk: Desk) -> None:
    desk.launcher.send_signal(signal.SIGINT)
    assert desk.launcher.wait(30) == 0
    _eventually(lambda: not desk.processes(), "the end of processes just killed")
    assert desk.health() == (0, {})
    assert not (desk.folder / "running.json").exists()
