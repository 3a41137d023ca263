"""The services of an office, started by the lines of their units."""

from __future__ import annotations

import io
import os
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import requests
from python_calamine import CalamineWorkbook

from tuban.config import state
from tuban.operations.tests.office import Office

UNITS = state.ROOT / "dev" / "office"
ENVIRONMENT = UNITS / "tuban.env"
HOME = "/opt/tuban"


def settings_of(unit: Path) -> dict[str, list[str]]:
    """The lines of a unit, by their name; a line that ends in a backslash goes on."""
    found: dict[str, list[str]] = {}
    for line in unit.read_text("utf-8").replace("\\\n", " ").splitlines():
        name, sign, value = line.partition("=")
        if sign and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found


class Site:
    """The web server behind its proxy, and one person's browser."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["X-Forwarded-Proto"] = "https"

    def until_healthy(self, within_s: float = 90.0) -> None:
        deadline = time.monotonic() + within_s
        said = ""
        while time.monotonic() < deadline:
            try:
                answer = self.session.get(f"{self.url}/healthz", timeout=6)
            except requests.RequestException as error:
                said = str(error)
            else:
                if answer.status_code == 200:
                    return
                said = answer.text
            time.sleep(0.2)
        raise AssertionError(f"not healthy: {said}")

    def get(self, path: str, **more: Any) -> requests.Response:
        return self._ask("GET", path, **more)

    def sign_in(self, username: str, password: str) -> requests.Response:
        """Signs in through the form."""
        path = "/accounts/login/?next=/board/"
        self.get(path)
        form = {
            "username": username,
            "password": password,
            "csrfmiddlewaretoken": self.session.cookies["csrftoken"],
        }
        referer = self.url.replace("http:", "https:") + path
        return self._ask("POST", path, data=form, headers={"Referer": referer})

    def _ask(self, method: str, path: str, **more: Any) -> requests.Response:
        """Between proxy and server there is no TLS, so cookies meant for it are told to go along."""
        answer = self.session.request(
            method, self.url + path, timeout=30, allow_redirects=False, **more
        )
        for cookie in self.session.cookies:
            cookie.secure = False
        return answer


def rows_of_book(content: bytes) -> list[list[object]]:
    """The cells of a workbook's first sheet."""
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


@contextmanager
def running(office: Office, name: str) -> Iterator[Site]:
    """Runs a unit's line in the office until the end of the block."""
    unit = settings_of(UNITS / name)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    line = unit["ExecStart"][0].replace(HOME, str(state.ROOT))
    words = [str(port) if word == "8000" else word for word in shlex.split(line)]
    more = dict(pair.split("=", 1) for pair in unit.get("Environment", []))
    given = {name: shlex.split(value[0])[0] for name, value in settings_of(ENVIRONMENT).items()}
    log = office.folder / f"{name}.log"
    with log.open("w") as said:
        process = subprocess.Popen(
            words,
            cwd=state.ROOT,
            env=given | office.env | more,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
        try:
            yield Site(port)
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):  # the force below is the answer
                process.wait(30)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # as systemd ends what is left of a service
            process.wait()
