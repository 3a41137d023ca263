"""The project's own PostgreSQL + PostGIS cluster: unix socket only, no password.

    python dev/cluster.py start [--test]    start in the background, print the address to export
    python dev/cluster.py stop [--test]
    python dev/cluster.py status [--test]
    python dev/cluster.py psql [--test] [NAME]
    python dev/cluster.py remove [--test]   stop and delete the cluster with all its data

Whoever asks whether the server runs asks its socket, never its pid file: in a container where
process 1 reaps late, a killed server stays a zombie and its pid file lies.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if __package__ in {None, ""}:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tuban.config import state

TEMPLATE = "template_app"
EXTENSIONS = ("postgis", "pg_trgm", "btree_gist")

_CONFIGURATION = """\
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
max_connections = 60
shared_buffers = 256MB
work_mem = 16MB
jit = off
timezone = 'Asia/Shanghai'
lc_messages = 'C'
log_timezone = 'Asia/Shanghai'
"""
# Speed before safety: the test cluster may lose everything at any time.
_TEST_CONFIGURATION = """\
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
autovacuum_naptime = 10min
"""
# Containers often have 64 MB, in which parallel queries fail.
_SHARED_MEMORY_FOR_PARALLEL_QUERIES = 256 * 1024 * 1024


class ClusterError(Exception):
    """The cluster cannot be used; the message says why and what to do, in Chinese."""


def binaries(version: str | None = None) -> Path:
    """The folder of PostgreSQL's programs: of that version, or of the newest that has PostGIS.

    Raises:
        ClusterError: there is none.
    """
    controls = Path("/usr/share/postgresql").glob(f"{version or '*'}/extension/postgis.control")
    for number in sorted((int(path.parts[-3]) for path in controls), reverse=True):
        folder = Path(f"/usr/lib/postgresql/{number}/bin")
        if (folder / "initdb").exists():
            return folder
    raise ClusterError(f"没有找到带 PostGIS 的 PostgreSQL {version or ''}。请先运行 make setup。")


class Cluster:
    """One cluster: its folders, its configuration, its server process."""

    def __init__(self, *, test: bool = False) -> None:
        self.test = test
        self.folder = state.cluster_folder(test=test)
        self.socket = state.socket_folder(test=test)
        self.data = self.folder / "data"
        self.log = self.folder / "server.log"
        made_by = self.data / "PG_VERSION"
        self.bin = binaries(made_by.read_text().strip() if made_by.exists() else None)

    # ---- As whom ------------------------------------------------------------------------------

    @property
    def _as_server(self) -> list[str]:
        """The prefix that runs a PostgreSQL program as user postgres, when we are root."""
        if os.geteuid() != 0:
            return []
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]

    def _owned_folder(self, folder: Path) -> None:
        """Makes a folder that only the server's user may enter.

        Raises:
            ClusterError: somebody else owns it (in a shared temporary folder, anybody could).
        """
        owner = pwd.getpwnam("postgres").pw_uid if os.geteuid() == 0 else os.geteuid()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {owner, os.geteuid()}:
            raise ClusterError(f"{folder} 属于其他用户，不能使用。请删除它，或另设 TUBAN_VAR。")
        os.chown(folder, owner, -1)
        folder.chmod(0o700)

    def _run(self, *command: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self._as_server, *map(str, command)],
            cwd="/",
            check=check,
            text=True,
            capture_output=True,
        )

    # ---- Making -------------------------------------------------------------------------------

    def _initialise(self) -> None:
        """Makes the data folder. It gets its name last, so half a cluster never bears it."""
        draft = self.data.with_name("data.new")
        shutil.rmtree(draft, ignore_errors=True)
        options = ["--no-sync"] if self.test else []
        self._run(
            self.bin / "initdb",
            *("-D", draft, "-U", "postgres", "--encoding=UTF8"),
            # pg_trgm finds no trigrams in Chinese text under plain C.
            "--locale=C.UTF-8",
            *("--auth-local=peer", "--auth-host=reject"),
            *options,
        )
        me = pwd.getpwuid(os.geteuid()).pw_name
        users = dict.fromkeys((me, "postgres"))
        roles = (state.ROLE, "postgres")
        (draft / "pg_hba.conf").write_text("local all all peer map=dev\n")
        (draft / "pg_ident.conf").write_text(
            "".join(f"dev {user} {role}\n" for user in users for role in roles)
        )
        with (draft / "postgresql.conf").open("a") as file:
            file.write("include_if_exists = 'app.conf'\n")
        draft.rename(self.data)

    def _configure(self) -> None:
        text = _CONFIGURATION.format(socket=str(self.socket).replace("'", "''"))
        if shutil.disk_usage("/dev/shm").total < _SHARED_MEMORY_FOR_PARALLEL_QUERIES:
            text += "max_parallel_workers_per_gather = 0\n"
        (self.data / "app.conf").write_text(text + (_TEST_CONFIGURATION if self.test else ""))

    def _drop_stale_locks(self) -> None:
        """Deletes lock files whose process is a zombie: it will never let go of them."""
        for file in (self.data / "postmaster.pid", self.socket / ".s.PGSQL.5432.lock"):
            try:
                pid = int(file.read_text().split()[0])
                status = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            except (OSError, ValueError, IndexError):
                continue
            if status == "Z":
                file.unlink(missing_ok=True)

    # ---- Running ------------------------------------------------------------------------------

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One process at a time makes, starts or fills the cluster."""
        path = state.state_folder(test=self.test) / "pg.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def is_up(self) -> bool:
        """Whether the server answers on its socket."""
        command = (self.bin / "pg_isready", "-q", "-h", self.socket, "-U", "postgres")
        return self._run(*command, "-d", "postgres", check=False).returncode == 0

    def _spawn(self, *, as_child: bool) -> subprocess.Popen[bytes]:
        """Starts the server in a session of its own, so that Ctrl-C reaches only the launcher.

        As a child it stops, cleanly, when the launcher dies, even by kill -9.
        """
        prefix = self._as_server or ["setpriv", "--"]
        if as_child:
            prefix = [prefix[0], "--pdeathsig", "INT", *prefix[1:]]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [*prefix, str(self.bin / "postgres"), "-D", str(self.data)],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _launch(self, *, as_child: bool) -> subprocess.Popen[bytes]:
        """Starts the server and waits for it; tries again while old backends still hold it."""
        deadline = time.monotonic() + 30
        while True:
            self._drop_stale_locks()
            server = self._spawn(as_child=as_child)
            while server.poll() is None and time.monotonic() < deadline:
                if self.is_up():
                    return server
                time.sleep(0.05)
            if time.monotonic() > deadline:
                if server.poll() is None:
                    server.send_signal(signal.SIGINT)
                raise ClusterError(
                    f"数据库没有启动成功：\n{self.last_log_lines()}\n日志：{self.log}"
                )
            time.sleep(0.3)

    def last_log_lines(self, count: int = 8) -> str:
        """The end of the server's log."""
        lines = (
            self.log.read_text("utf-8", errors="replace").splitlines() if self.log.exists() else []
        )
        return "\n".join(lines[-count:])

    def start(self, *, as_child: bool = False) -> subprocess.Popen[bytes] | None:
        """Makes what is missing, starts the server, ensures role, template and databases.

        Returns:
            The server process when this call started it, None when it was up already.
        """
        with self._locked():
            if self.is_up():
                self._ensure_content()
                return None
            self.folder.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            self._owned_folder(self.folder)
            self._owned_folder(self.socket)
            if not self.data.exists():
                self._initialise()
            self._configure()
            server = self._launch(as_child=as_child)
            self._ensure_content()
            return server

    def stop(self) -> bool:
        """Stops the server at once but cleanly; False when it was not up."""
        if not self.is_up():
            return False
        self._run(self.bin / "pg_ctl", "stop", "-D", self.data, "-m", "fast", "-w")
        return True

    def remove(self) -> None:
        """Stops the server and deletes the cluster, data and all."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(self.socket, ignore_errors=True)

    # ---- Content ------------------------------------------------------------------------------

    def sql(self, database: str, *statements: str) -> list[str]:
        """Runs statements as the superuser, each on its own; the output lines of all of them."""
        command: list[str | Path] = [
            self.bin / "psql",
            "-X",
            "-q",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
        ]
        command += ["-h", self.socket, "-U", "postgres", "-d", database]
        for statement in statements:
            command += ["-c", statement]
        try:
            return self._run(*command).stdout.split()
        except subprocess.CalledProcessError as error:
            raise ClusterError(f"数据库拒绝了初始化语句：{error.stderr.strip()}") from error

    def _ensure_content(self) -> None:
        """Role, template database with the extensions, and the product's two databases."""
        have = set(
            self.sql("postgres", "select datname from pg_database where datname <> 'template_new'")
        )
        if TEMPLATE not in have:
            self.sql(
                "postgres",
                "do $$ begin if not exists (select from pg_roles where rolname = "
                f"'{state.ROLE}') then create role {state.ROLE} login createdb; end if; end $$",
                "drop database if exists template_new",
                f"create database template_new owner {state.ROLE}",
            )
            self.sql("template_new", *(f"create extension {name}" for name in EXTENSIONS))
            if self.test:  # lets the tests empty append-only tables, see conftest.py
                grant = f"grant set on parameter session_replication_role to {state.ROLE}"
                self.sql("postgres", grant)
            rename = f"alter database template_new rename to {TEMPLATE}"
            self.sql("postgres", rename, f"alter database {TEMPLATE} is_template true")
        wanted = (state.DATABASE,) if self.test else (state.DATABASE, state.DEMO_DATABASE)
        for name in wanted:
            if name not in have:
                self.sql(
                    "postgres", f"create database {name} owner {state.ROLE} template {TEMPLATE}"
                )


def main() -> int:
    """The command line; see the module's first lines."""
    parser = argparse.ArgumentParser(description="项目自用的 PostgreSQL 集群")
    parser.add_argument("act", choices=("start", "stop", "status", "psql", "remove"))
    parser.add_argument("name", nargs="?", default=state.DATABASE)
    parser.add_argument("--test", action="store_true", help="测试用集群（var-test）")
    options = parser.parse_args()
    try:
        cluster = Cluster(test=options.test)
        if options.act == "start":
            cluster.start()
            print(
                f"export TUBAN_DATABASE_URL='{state.private_url(options.name, test=options.test)}'"
            )
        elif options.act == "stop":
            print("已停止" if cluster.stop() else "本来就没有运行")
        elif options.act == "remove":
            cluster.remove()
            print(f"已删除 {cluster.folder}")
        elif options.act == "psql":
            psql = str(cluster.bin / "psql")
            os.execv(psql, [psql, "-h", str(cluster.socket), "-U", state.ROLE, options.name])
        else:
            up = cluster.is_up()
            print("运行中" if up else "未运行")
            return 0 if up else 1
    except ClusterError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
