"""Where the product keeps its state, and which database it speaks to.

Standard library only: the set-up and the launcher (`dev/`) read this before anything is installed.

Two state folders exist. `var/` (or `TUBAN_VAR`) belongs to the running product; `<that>-test`
belongs to the tests, so that tests run while a demonstration is up. Each owns one PostgreSQL
cluster. As root the cluster cannot live in the checkout, because PostgreSQL refuses to run as root
and user postgres may not be able to enter the checkout; it then stands under `/var/lib/tuban/`.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

ROOT = Path(__file__).resolve().parents[2]
ROLE = "tuban"
DEMO_DATABASE = "tuban_demo"
DATABASE = "tuban"

# A unix socket's path may hold 107 bytes; "/.s.PGSQL.5432" takes 14 of them.
_SOCKET_FOLDER_LIMIT = 80


def state_folder(*, test: bool = False) -> Path:
    """The folder for everything that is made by running: `TUBAN_VAR` (from the root) or `var/`."""
    given = os.environ.get("TUBAN_VAR")
    folder = ROOT / (Path(given).expanduser() if given else "var")
    return folder.with_name(folder.name + "-test") if test else folder


def _fingerprint(folder: Path) -> str:
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]


def cluster_folder(*, test: bool = False) -> Path:
    """The folder of the PostgreSQL cluster that belongs to a state folder."""
    folder = state_folder(test=test)
    if os.geteuid() == 0:
        return Path("/var/lib/tuban") / _fingerprint(folder)
    return folder / "pg"


def socket_folder(*, test: bool = False) -> Path:
    """The folder of the cluster's unix socket, short enough for the kernel."""
    folder = cluster_folder(test=test) / "s"
    if len(os.fsencode(folder)) <= _SOCKET_FOLDER_LIMIT:
        return folder
    name = f"tuban-{os.geteuid()}-{_fingerprint(folder)}"
    return Path(tempfile.gettempdir()) / name


def private_url(name: str, *, test: bool = False) -> str:
    """The address of a database in the private cluster: unix socket, no password."""
    return f"postgresql://{ROLE}@/{name}?host={quote(str(socket_folder(test=test)), safe='')}"


@dataclass(frozen=True, slots=True)
class Running:
    """The demonstration that a launcher is running from this state folder."""

    address: str
    database_url: str
    today: str
    launcher_pid: int


def running_file() -> Path:
    """Where the launcher writes what it runs, and deletes it when it stops."""
    return state_folder() / "running.json"


def running() -> Running | None:
    """The demonstration now running here, or None; a file left by a killed launcher is ignored."""
    try:
        record = Running(**json.loads(running_file().read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return record if _is_launcher(record.launcher_pid) else None


def _is_launcher(pid: int) -> bool:
    """Whether the process is a launcher; numbers are used again, and a zombie has no command."""
    try:
        return b"launch.py" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def database_settings(url: str) -> dict[str, str]:
    """Django's NAME, USER, PASSWORD, HOST and PORT from a `postgresql://` address.

    The host may stand in the address or, for a unix socket, in `?host=`.

    Raises:
        ValueError: the address is not a PostgreSQL address or names no database.
    """
    parts = urlsplit(url)
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in {"postgresql", "postgres"} or not name:
        raise ValueError(
            "TUBAN_DATABASE_URL 应形如 postgresql://用户：密码@主机：端口/库名，"
            f"现为 {parts.scheme or '（空）'}://…；请改正后重试。"
        )
    query = parse_qs(parts.query)
    return {
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or query.get("host", [""])[0],
        "PORT": str(parts.port or query.get("port", [""])[0]),
    }
