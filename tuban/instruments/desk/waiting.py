"""候读: one child that has loaded its libraries and waits for a plan, so that reading begins at once.

Starting Python and SciPy takes a second or two, reading a city's plan a tenth of one. The worker
keeps one child ready; whoever finds none starts one and waits for it.
"""

from __future__ import annotations

import atexit
import subprocess
import sys
import threading
from pathlib import Path

import tuban

MODULE = "tuban.instruments.desk.child"
_lock = threading.Lock()
_ready: list[subprocess.Popen[bytes]] = []


def take() -> subprocess.Popen[bytes]:
    """The child that waits, or a new one. It belongs to the caller, who ends it."""
    with _lock:
        while _ready:
            child = _ready.pop()
            if child.poll() is None:
                return child
    return _start()


def prepare() -> None:
    """Sees to it that one child waits."""
    with _lock:
        if not any(child.poll() is None for child in _ready):
            _ready[:] = [_start()]


def _start() -> subprocess.Popen[bytes]:
    """A child in an environment without the server's secrets. It ends when its input is closed."""
    root = str(Path(next(iter(tuban.__path__))).parent)
    return subprocess.Popen(
        [sys.executable, "-m", MODULE],
        stdin=subprocess.PIPE,
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


@atexit.register
def dismiss() -> None:
    """Ends the child that waits."""
    with _lock:
        for child in _ready:
            child.kill()
            child.communicate()
        _ready.clear()
