"""Fixtures for every test: the test database, Chromium, signing in, axe.

The test cluster is started when nobody has done so. Several runs may share it: each takes the
first test database that no other run holds.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import psycopg
import pytest
from django.test import Client, TransactionTestCase

from dev.cluster import Cluster
from tuban.config import state

ROOT = Path(__file__).parent
_RUNS_AT_ONCE = 8


def pytest_configure(config: pytest.Config) -> None:
    """Starts the test cluster if it is ours to start and down."""
    del config
    if "TUBAN_DATABASE_URL" not in os.environ:
        Cluster(test=True).start()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow files are begun first, so that all processes end at about the same time."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


# ---- Database ---------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> Iterator[None]:
    """Takes the first free test database and holds it for the run."""
    from django.conf import settings

    folder = state.state_folder(test=True)
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(1, _RUNS_AT_ONCE + 1):
        name = "test_tuban" if number == 1 else f"test_tuban_{number}"
        with (folder / f"{name}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            copied = {"NAME": name, "TEMPLATE": _migrated(folder)}
            settings.DATABASES["default"]["TEST"].update(copied)
            yield
            return
    pytest.exit(f"{_RUNS_AT_ONCE} 个测试库都被占用，请等别的测试结束。", returncode=2)


def _migrated(folder: Path) -> str:
    """The database that test databases are copied from: migrated once for each state of the code.

    Migrating takes seconds, and each process at work needs a database.
    """
    from django.conf import settings

    sources = [ROOT / "requirements.txt", *sorted((ROOT / "tuban").rglob("*.py"))]
    state_of_code = sha256(b"".join(sha256(file.read_bytes()).digest() for file in sources))
    name = f"template_tuban_{state_of_code.hexdigest()[:12]}"
    known = settings.DATABASES["default"]
    place = {"user": known["USER"], "host": known["HOST"], "port": known["PORT"] or None}
    with (
        (folder / "template.lock").open("w") as lock,
        contextlib.closing(psycopg.connect(dbname="postgres", autocommit=True, **place)) as server,
    ):
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = "select datname from pg_database where datname like 'template_tuban%'"
        earlier = {row[0] for row in server.execute(found)}
        if name not in earlier:
            for one in earlier | {"template_tuban_begun"}:
                server.execute(f'drop database if exists "{one}" with (force)')
            server.execute("create database template_tuban_begun template template_app")
            url = f"postgresql://{known['USER']}@/template_tuban_begun"
            url += f"?host={quote(known['HOST'], safe='')}"
            subprocess.run(
                [sys.executable, "-m", "django", "migrate", "--verbosity=0"],
                cwd=ROOT,
                env={
                    **os.environ,
                    "DJANGO_SETTINGS_MODULE": "tuban.config.settings",
                    "TUBAN_DATABASE_URL": url,
                },
                check=True,
            )
            server.execute(f'alter database template_tuban_begun rename to "{name}"')
    return name


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Keeps a copy of what migrations put in; at the end, ends sessions left by workers.

    A session left behind would keep the database from being dropped.
    """
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("create schema pristine")
        for table in _tables(cursor):
            cursor.execute(f'select exists (select from public."{table}")')
            if cursor.fetchone()[0]:
                cursor.execute(f'create table pristine."{table}" as table public."{table}"')
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )


def _tables(cursor: Any) -> list[str]:
    """The product's tables: all but PostGIS's own and the record of migrations."""
    cursor.execute(
        "select tablename from pg_tables where schemaname = 'public'"
        " and tablename not in ('spatial_ref_sys', 'django_migrations')"
    )
    return [name for (name,) in cursor.fetchall()]


def _restore(self: TransactionTestCase) -> None:
    """Puts the database back to what the migrations made, after a transactional test.

    Django's own flush would fail here, because append-only tables refuse TRUNCATE, and would lose
    what migrations put in (the regions). As a replica, the session fires no triggers. Few tables
    hold few rows: deleting them takes a tenth of the time of TRUNCATE.
    """
    del self
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica; set lock_timeout = '20s'")
        try:
            some = (f"(select '{t}' from public.\"{t}\" limit 1)" for t in _tables(cursor))
            cursor.execute(" union all ".join(some))
            for (table,) in cursor.fetchall():
                cursor.execute(f'delete from public."{table}"')
            cursor.execute("select tablename from pg_tables where schemaname = 'pristine'")
            for (table,) in cursor.fetchall():
                cursor.execute(f'insert into public."{table}" table pristine."{table}"')
        finally:
            cursor.execute("reset session_replication_role; reset lock_timeout")


@pytest.fixture(scope="session", autouse=True)
def _restore_after_transactional_tests() -> Iterator[None]:
    """Makes every transactional test (and every browser test) end with `_restore`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", _restore)
        yield


# ---- Browser ----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium, without anything that would speak to the outside."""
    switches = (
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
    )
    return {
        **browser_type_launch_args,
        "executable_path": "/usr/bin/chromium",
        "args": list(switches),
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """The clerk's desk: Chinese, Shanghai time, a plain office screen."""
    return {
        **browser_context_args,
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "viewport": {"width": 1366, "height": 900},
    }


# Browser tests see what the demonstration shows: its marks, and its fixed day.
_DEMO_DAY = {"TUBAN_DEMO": "1", "TUBAN_TODAY": "2024-09-30"}


class Server(NamedTuple):
    """A running web server: its address without the closing slash."""

    url: str


@pytest.fixture(scope="session")
def _server_process(django_db_setup: None, django_db_blocker: Any) -> Iterator[Server]:
    """Our web server as a process of its own on the test database, for the whole run."""
    from django.db import connection

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with django_db_blocker.unblock():
        settings = connection.settings_dict
        database = f"postgresql://{settings['USER']}@/{settings['NAME']}"
        database += f"?host={quote(settings['HOST'], safe='')}"
    words = ["-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    words += ["--workers", "1", "--blocking-threads", "4", "--log-level", "warning", "--no-ws"]
    server = Server(f"http://127.0.0.1:{port}")
    process = subprocess.Popen(
        [sys.executable, *words, "--workers-kill-timeout", "3", "dev.web:application"],
        cwd=ROOT,
        env={**os.environ, **_DEMO_DAY, "TUBAN_DATABASE_URL": database, "PORT": str(port)},
    )
    try:
        deadline = time.monotonic() + 30
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail("the web server did not start; its words stand above")
            time.sleep(0.1)
        yield server
    finally:
        process.terminate()
        process.wait(15)


@pytest.fixture
def server(transactional_db: None, _server_process: Server) -> Server:
    """A real server process; what the test writes is committed, and gone after the test."""
    return _server_process


@pytest.fixture
def sign_in(server: Server, context: Any) -> Callable[[Any], None]:
    """`sign_in(user)` signs the browser in without walking through the form."""

    def sign_in(user: Any) -> None:
        from django.conf import settings

        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies(
            [{"name": cookie.key, "value": cookie.value, "url": server.url, "httpOnly": True}]
        )

    return sign_in


@pytest.fixture
def console_errors(page: Any) -> list[str]:
    """What the page complains about: script errors, refused policies, missing files."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda line: found.append(line.text) if line.type == "error" else None)
    return found


@pytest.fixture
def axe(page: Any) -> Callable[[], list[str]]:
    """`axe()` lists the accessibility findings (WCAG 2.1 A, AA; serious or critical) of the page.

    Each finding is one line: rule, help, the elements. The strict policy forbids adding a script
    tag, so axe comes in by evaluation.
    """
    source = (ROOT / "node_modules/axe-core/axe.min.js").read_text("utf-8")

    def run() -> list[str]:
        page.evaluate(source)
        options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
        report = page.evaluate("options => axe.run(document, options)", options)
        return [
            f"{v['id']}: {v['help']} — " + "; ".join(str(n["target"]) for n in v["nodes"])
            for v in report["violations"]
            if v["impact"] in {"serious", "critical"}
        ]

    return run
