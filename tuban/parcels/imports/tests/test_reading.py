"""Files are read in a child with limits: what goes over them is refused, never borne."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any

import pytest

from tuban.parcels.imports import reading, wire, workbook
from tuban.parcels.imports.problems import Unreadable
from tuban.parcels.imports.reading import Limits
from tuban.parcels.imports.tests.books import book, ledger, row
from tuban.parcels.imports.workbook import Book, Merge, Sheet

ROOT = Path(__file__).resolve().parents[4]


def under_limits(code: str) -> subprocess.CompletedProcess[str]:
    """Runs code in a process that has bound itself as the child does."""
    begin = "from tuban.parcels.imports import child\nchild.limit(2, 512 * 1024 * 1024)\n"
    return subprocess.run(
        [sys.executable, "-c", begin + code], capture_output=True, text=True, cwd=ROOT, check=False
    )


def pretend(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str) -> Path:
    """Has `reading` start this code for the child; it leaves its process number behind."""
    note = tmp_path / "pid"
    (tmp_path / "pretended.py").write_text(
        f"import os, pathlib, sys, time\npathlib.Path({str(note)!r}).write_text(str(os.getpid()))\n"
        + code
    )
    monkeypatch.setattr(reading, "_MODULE", "pretended")
    started = subprocess.Popen

    def start(*args: Any, **options: Any) -> Any:
        options["env"]["PYTHONPATH"] = str(tmp_path)
        return started(*args, **options)

    monkeypatch.setattr(subprocess, "Popen", start)
    return note


def is_gone(note: Path) -> bool:
    return not Path(f"/proc/{note.read_text()}").exists()


def test_the_child_hands_back_what_reading_finds() -> None:
    content = ledger([row(), row(parcel_no="YS-2")], above=[["台账"]], merges=["A1:C1"])

    assert reading.read(content, "台账.xlsx") == workbook.open_book(content, "台账.xlsx")


def test_every_kind_of_cell_survives_the_way() -> None:
    cells = [
        "文\n字\ud800", "", 7, 2**60, 0.1, True, date(2015, 6, 30), datetime(2015, 6, 30, 7, 8, 9),
        clock_time(7, 8), timedelta(days=1, microseconds=3),
    ]  # fmt: skip
    sent = Book((Sheet("一", [cells] * 1200, (Merge(0, 1, 2, 3),)), Sheet("二", [], ())), ("注",))
    receiver = wire.Receiver()

    for message in wire.messages(sent):
        receiver.take(wire.line(message).rstrip(b"\n"))

    assert receiver.book == sent
    assert [type(c) for c in receiver.book.sheets[0].rows[0]] == [type(c) for c in cells]
    assert (receiver.done, receiver.total) == (1200, 1200)


def test_a_refusal_arrives_as_it_was_made() -> None:
    with pytest.raises(Unreadable) as here:
        workbook.open_book(b"PK\x03\x04", "台账.xlsx")
    with pytest.raises(Unreadable) as there:
        reading.read(b"PK\x03\x04", "台账.xlsx")

    assert there.value.__dict__ == here.value.__dict__


def test_rows_read_are_reported_up_to_the_last() -> None:
    told: list[tuple[int, int]] = []

    reading.read(book({"一": [["旗区"]] * 1300}), "台账.xlsx", report=lambda *now: told.append(now))

    assert told[0] == (0, 0)
    assert told[-1] == (1300, 1300)


def test_progress_is_told_every_second_although_nothing_comes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pretend(monkeypatch, tmp_path, "time.sleep(60)")
    told: list[float] = []

    with pytest.raises(Unreadable) as caught:
        reading.read(
            b"x",
            "台账.xlsx",
            report=lambda *_: told.append(time.monotonic()),
            limits=Limits(wall_seconds=2.2),
        )

    assert caught.value.code == "import.reading_time"
    assert len(told) >= 4


def test_a_child_that_takes_too_long_is_killed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    note = pretend(monkeypatch, tmp_path, "time.sleep(60)")

    with pytest.raises(Unreadable) as caught:
        reading.read(b"x", "台账.xlsx", limits=Limits(wall_seconds=1.5))

    assert caught.value.code == "import.reading_time"
    assert is_gone(note)


def test_cancelling_kills_the_child(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    note = pretend(monkeypatch, tmp_path, "time.sleep(60)")

    def cancel(*_: int) -> None:
        if note.exists() and note.read_text():
            raise InterruptedError

    with pytest.raises(InterruptedError):
        reading.read(b"x", "台账.xlsx", report=cancel)

    assert is_gone(note)


def test_a_child_that_answers_without_end_is_killed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(reading, "MAX_RESULT_BYTES", 1024 * 1024)
    note = pretend(monkeypatch, tmp_path, "while True: sys.stdout.write('x' * 65536)")

    with pytest.raises(Unreadable) as caught:
        reading.read(b"x", "台账.xlsx")

    assert caught.value.code == "import.reading_memory"
    assert is_gone(note)


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        (f"os.kill(os.getpid(), {int(signal.SIGXCPU)})", "reading_time"),
        (f"os.kill(os.getpid(), {int(signal.SIGKILL)})", "reading_time"),
        (f"os.kill(os.getpid(), {int(signal.SIGABRT)})", "reading_memory"),
        (f"os.kill(os.getpid(), {int(signal.SIGSEGV)})", "reading_memory"),
        ("sys.exit(3)", "reading_memory"),
        ("sys.exit(1)", "reading_failed"),
        ("sys.exit(0)", "reading_failed"),
    ],
)
def test_a_child_that_dies_costs_only_this_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ending: str, code: str
) -> None:
    pretend(monkeypatch, tmp_path, "import resource\n"
            "resource.setrlimit(resource.RLIMIT_CORE, (0, 0))\n" + ending)  # fmt: skip

    with pytest.raises(Unreadable) as caught:
        reading.read(b"x", "台账.xlsx")

    assert caught.value.code == f"import.{code}"
    assert caught.value.remedy


def test_more_memory_than_allowed_ends_in_a_refusal() -> None:
    content = book({"一": [["旗区" * 100] * 50] * 2000})

    with pytest.raises(Unreadable) as caught:
        reading.read(content, "台账.xlsx", limits=Limits(memory_bytes=64 * 1024 * 1024))

    assert caught.value.code == "import.reading_memory"


def test_the_limits_hold_in_the_process() -> None:
    found = under_limits(
        "import json, resource as r\n"
        "print(json.dumps([r.getrlimit(k) for k in"
        " (r.RLIMIT_CPU, r.RLIMIT_AS, r.RLIMIT_FSIZE, r.RLIMIT_CORE)]))"
    )

    assert json.loads(found.stdout) == [[2, 2], [2**29, 2**29], [0, 0], [0, 0]]


@pytest.mark.parametrize(
    "attempt",
    ["open('/etc/hostname')", "open('x', 'w')", "import _socket; _socket.socket()"],
)
def test_a_bound_process_opens_neither_files_nor_connections(attempt: str) -> None:
    found = under_limits(f"try:\n    {attempt}\nexcept (OSError, ImportError):\n    print('no')")

    assert found.stdout == "no\n"


def test_more_processor_time_than_allowed_ends_the_process() -> None:
    assert under_limits("while True: pass").returncode in {-signal.SIGXCPU, -signal.SIGKILL}


def test_the_child_knows_no_secret_of_the_server(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TUBAN_DATABASE_URL", "postgresql://geheim")
    note = pretend(
        monkeypatch,
        tmp_path,
        "pathlib.Path(__file__).with_name('seen').write_text(' '.join(os.environ))",
    )

    with pytest.raises(Unreadable):
        reading.read(b"x", "台账.xlsx")

    assert "TUBAN" not in note.with_name("seen").read_text()
    assert os.environ["TUBAN_DATABASE_URL"]


def test_the_child_knows_no_django() -> None:
    code = (
        "import sys\nfrom tuban.parcels.imports import child\n"
        "assert not [name for name in sys.modules if name.split('.')[0] in ('django', 'psycopg')]"
    )

    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
