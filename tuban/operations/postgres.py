"""The PostgreSQL server that the settings name: connections, programs, databases.

Everything goes through the product's own role; nothing here needs a superuser. libpq's variables
(`PGSSLMODE`, `PGSSLROOTCERT`, …) hold for connections and programs alike.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import psycopg
from django.db import connection
from psycopg import sql

from tuban.core.errors import DomainError

TEMPLATE = "template_app"
"""Database that already holds PostGIS; `dev.cluster` makes it, or the server's administrator."""

_CONNECT_TIMEOUT_S = 10


class ServerTrouble(DomainError):
    """数据库服务器 cannot do what is asked."""


@dataclass(frozen=True, slots=True)
class Server:
    """A database of a server and how to reach it; empty texts leave it to libpq."""

    name: str
    user: str
    password: str
    host: str
    port: str

    @classmethod
    def of_settings(cls) -> Self:
        """The database that the product speaks to."""
        known = connection.settings_dict
        return cls(*(str(known[key] or "") for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")))

    def database(self, name: str) -> Server:
        """Another database of the same server."""
        return replace(self, name=name)

    def connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        """A connection in which each statement stands for itself.

        Raises:
            ServerTrouble: The server does not answer, or refuses.
        """
        given = {
            "dbname": self.name,
            "user": self.user,
            "password": self.password,
            "host": self.host,
            "port": self.port,
        }
        try:
            return psycopg.connect(
                autocommit=True,
                connect_timeout=_CONNECT_TIMEOUT_S,
                application_name="tuban operations",
                **{key: value for key, value in given.items() if value},  # type: ignore[arg-type]
            )
        except psycopg.OperationalError as error:
            raise ServerTrouble(
                f"连不上数据库“{self.name}”。",
                code="operations.no_server",
                kind="absent",
                cause=f"服务器的答复是：{str(error).strip().splitlines()[0]}。",
                remedy="请先启动数据库，或核对 TUBAN_DATABASE_URL。",
            ) from error

    @property
    def environment(self) -> dict[str, str]:
        """For PostgreSQL's programs: a password never stands in a command line."""
        given = {
            "PGDATABASE": self.name,
            "PGUSER": self.user,
            "PGPASSWORD": self.password,
            "PGHOST": self.host,
            "PGPORT": self.port,
            "PGCONNECT_TIMEOUT": str(_CONNECT_TIMEOUT_S),
        }
        return {**os.environ, **{key: value for key, value in given.items() if value}}

    def run(self, program: str, *words: str) -> None:
        """Runs `pg_dump` or `pg_restore` of the server's version.

        Raises:
            ServerTrouble: There is no such program, or it failed; its last words are the cause.
        """
        with self.connect() as known:
            major = known.info.server_version // 10000
        done = subprocess.run(
            [str(_program(program, major)), *words],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            said = [line for line in done.stderr.splitlines() if line.strip()]
            raise ServerTrouble(
                f"{program} 没有成功。",
                code="operations.program_failed",
                kind="invalid",
                cause="；".join(said[-3:]) or f"返回码 {done.returncode}",
                remedy="请核对磁盘空间、数据库权限和扩展（postgis、pg_trgm、btree_gist）后重试。",
            )


def _program(name: str, major: int) -> Path:
    """PostgreSQL's program of the server's version, else the newest: an older one refuses.

    Debian's wrappers in /usr/bin choose by local clusters, so they come last.
    """
    folders = {
        int(path.parent.name): path for path in Path("/usr/lib/postgresql").glob("[0-9]*/bin")
    }
    chosen = [folders[major]] if major in folders else []
    chosen += [folders[number] for number in sorted(folders, reverse=True)]
    for folder in chosen:
        if (folder / name).exists():
            return folder / name
    found = shutil.which(name)
    if found is None:
        raise ServerTrouble(
            f"没有找到程序 {name}。",
            code="operations.no_program",
            kind="absent",
            remedy=f"请安装 postgresql-client-{major}。",
        )
    return Path(found)


@contextmanager
def maintenance(server: Server) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """A connection beside the product's database, from which that one can be renamed."""
    with server.database("postgres").connect() as admin:
        yield admin


def exists(admin: psycopg.Connection[Any], name: str) -> bool:
    """Whether the server has such a database."""
    found = admin.execute("select from pg_database where datname = %s", (name,))
    return found.fetchone() is not None


def others_in(admin: psycopg.Connection[Any], name: str) -> int:
    """How many connections hold the database."""
    row = admin.execute(
        "select count(*) from pg_stat_activity where datname = %s and pid <> pg_backend_pid()",
        (name,),
    ).fetchone()
    return int(row[0]) if row else 0


def drop(admin: psycopg.Connection[Any], name: str) -> None:
    """Drops the database if there is one."""
    admin.execute(sql.SQL("drop database if exists {}").format(sql.Identifier(name)))


def create(admin: psycopg.Connection[Any], name: str) -> None:
    """Makes an empty database: from the template with PostGIS where there is one.

    Raises:
        ServerTrouble: The role may not create databases.
    """
    template = TEMPLATE if exists(admin, TEMPLATE) else "template0"
    try:
        admin.execute(
            sql.SQL("create database {} template {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
    except psycopg.Error as error:
        raise ServerTrouble(
            f"不能建立数据库“{name}”。",
            code="operations.no_create",
            kind="forbidden",
            cause=str(error).strip().splitlines()[0],
            remedy="请由数据库管理员授权：alter role 角色 createdb。",
        ) from error


def put_in_place(admin: psycopg.Connection[Any], new: str, name: str, aside: str | None) -> None:
    """Gives the new database the name, and the one that bore it the name aside, both or neither.

    Raises:
        ServerTrouble: Somebody still holds one of them.
    """
    rename = sql.SQL("alter database {} rename to {}")
    try:
        with admin.transaction():
            if aside is not None:
                admin.execute(rename.format(sql.Identifier(name), sql.Identifier(aside)))
            admin.execute(rename.format(sql.Identifier(new), sql.Identifier(name)))
    except psycopg.Error as error:
        raise ServerTrouble(
            f"不能换入恢复好的数据库，原来的数据库“{name}”没有改动。",
            code="operations.no_swap",
            kind="conflict",
            cause=str(error).strip().splitlines()[0],
            remedy="请先停止网站服务和后台作业，再重试。",
        ) from error
