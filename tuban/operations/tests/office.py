"""A small office of its own: database, state folder and processes, set up as on a real server."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from django.db import connection

from tuban.config import state
from tuban.operations.postgres import Server

PASSWORD = "cast-2024-pass"
SECRET_KEY = "only-for-this-office-and-its-tests-0123456789"


class Office:
    """A product that is neither the demonstration nor the test run: plain settings."""

    def __init__(self, folder: Path, name: str) -> None:
        known = connection.settings_dict
        self.server = Server(
            f"{name}_{os.getpid()}", known["USER"], known["PASSWORD"], known["HOST"], known["PORT"]
        )
        self.folder = folder
        self.uploads = folder / "uploads"
        foreign = ("PYTEST", "TUBAN_", "DJANGO_")
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(foreign)} | {
            "TUBAN_DATABASE_URL": self.url,
            "TUBAN_VAR": str(folder),
            "DJANGO_SETTINGS_MODULE": "tuban.config.settings",
            "PYTHONUNBUFFERED": "1",
        }
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "secret-key").write_text(SECRET_KEY)

    @property
    def url(self) -> str:
        """As TUBAN_DATABASE_URL says it."""
        known = self.server
        secret = f":{quote(known.password, safe='')}" if known.password else ""
        host, port = quote(known.host, safe=""), known.port or ""
        return f"postgresql://{known.user}{secret}@/{known.name}?host={host}&port={port}"

    def make_database(self) -> None:
        """An empty database with PostGIS."""
        with self.server.database("postgres").connect() as admin:
            admin.execute(f"create database {self.server.name} template template_app")

    def databases(self) -> list[str]:
        """Those of this office, with what restores made of them."""
        with self.server.database("postgres").connect() as admin:
            found = admin.execute(
                "select datname from pg_database where starts_with(datname, %s) order by 1",
                (self.server.name,),
            )
            return [name for (name,) in found]

    def drop_databases(self) -> None:
        """Destroys them all, whoever is connected."""
        names = self.databases()
        with self.server.database("postgres").connect() as admin:
            for name in names:
                admin.execute(f"drop database {name} with (force)")

    def start(self, *words: str) -> subprocess.Popen[str]:
        """A Python process of the office."""
        return subprocess.Popen(
            [sys.executable, *words],
            cwd=state.ROOT,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *words: str, given: str = "") -> tuple[int, str]:
        """A Python process to its end: exit code, and everything it printed."""
        done = subprocess.run(
            [sys.executable, *words],
            cwd=state.ROOT,
            env=self.env,
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        return done.returncode, done.stdout

    def tuban(self, *words: str, given: str = "") -> tuple[int, str]:
        """The command `tuban`."""
        return self.run("-m", "tuban.cli", *words, given=given)

    def connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        """The office's database."""
        return self.server.connect()

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """The rows of a statement."""
        with self.connect() as known:
            found = known.execute(statement)  # type: ignore[arg-type]
            return found.fetchall() if found.description else []
