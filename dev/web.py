"""The WSGI door of the demonstration's web server.

The server runs each of its processes as a child of its own; should it be killed, they must not live
on and keep the port.
"""

from __future__ import annotations

import ctypes
import os
import signal

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Has the kernel end this process when its parent dies, however that happens."""
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the kernel knew
        os.kill(os.getpid(), signal.SIGKILL)


die_with_parent()

from tuban.config.wsgi import application  # noqa: E402

__all__ = ["application"]
