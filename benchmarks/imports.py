"""Ledger import at 5,000 and 50,000 rows × 30 columns: seconds, peak memory, growth, baseline.

    .venv/bin/python -m benchmarks.imports

Each size runs in a process of its own on an empty database, so that its peak memory is the
import's. `preview` is what the reading job does, from the kept file to the preview on the page.
`work` is processor seconds, client, reader and server together: what the machine's other company
cannot change, and an upper bound of the seconds on a quiet one. `gap` is the longest time in which
another connection saw no progress. `page` is the upload's page with all its rows, `list` that
of all uploads, in milliseconds.
The baseline is a bare COPY of the very facts the confirmation wrote, into a table without keys,
indexes or triggers: what PostgreSQL takes to swallow the same bytes.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks.scratch import ON, database, exponent, percentile, reviewer

SIZES = (5_000, 50_000)
GOALS = {
    "preview": 30.0,
    "confirm": 60.0,
    "withdraw": 30.0,
    "memory": 600.0,
    "reader": 600.0,
    "gap": 1.0,
    "page": 300.0,
    "page_queries": 12,
    "list": 300.0,
    "list_queries": 12,
}
REGIONS = (
    "东胜区",
    "康巴什区",
    "达拉特旗",
    "准格尔旗",
    "鄂托克前旗",
    "鄂托克旗",
    "杭锦旗",
    "乌审旗",
    "伊金霍洛旗",
)


def write_ledger(path: Path, rows: int) -> None:
    """A filled template: every stage, about six facts a row."""
    from tuban.parcels.imports import template

    rng = random.Random(11)
    path.write_bytes(template.write(_row(rng, number) for number in range(rows)))


def _row(rng: random.Random, number: int) -> dict[str, Any]:
    approved = date(2009, 1, 1) + timedelta(days=rng.randrange(3_500))
    hectares = round(rng.uniform(0.2, 40), 4)
    row: dict[str, Any] = {
        "region": rng.choice(REGIONS),
        "parcel_no": f"CS-{number:06d}",
        "name": f"测速地块{number}",
        "location": f"测速镇{number % 90}村",
        "batch_name": f"测速批次{approved.year}-{approved.month}",
        "approval_no": f"内政土发〔{approved.year}〕{approved.timetuple().tm_yday}号",
        "approved_on": approved,
        "approved_area": hectares,
        "use": "工业用地",
    }
    if rng.random() < 0.15:
        return row
    signed = approved + timedelta(days=rng.randrange(60, 900))
    due = signed + timedelta(days=365)
    row |= {
        "supplied_area": hectares if rng.random() < 0.8 else round(hectares / 2, 4),
        "supply_mode": rng.choice(("出让", "划拨")),
        "contract_no": f"HT-{number:06d}",
        "supplied_on": signed,
        "price": round(hectares * 120, 2),
        "holder": f"测速企业{number % 997}",
        "delivered_on": signed + timedelta(days=30),
        "start_due": due,
        "complete_due": due + timedelta(days=730),
    }
    fate = rng.random()
    if fate < 0.45:
        row |= {"started_on": due + timedelta(days=90), "permit_no": f"SG-{number}",
                "start_test": "桩基完成", "completed_on": due + timedelta(days=800)}  # fmt: skip
    elif fate < 0.7:
        row["started_on"] = due + timedelta(days=200)
    elif fate < 0.85:
        row |= {"recognised_on": due + timedelta(days=420), "idle_cause": "企业原因"}
        if fate < 0.78:
            row |= {"disposal": "有偿收回", "disposed_on": due + timedelta(days=700)}
    return row


def one(rows: int, file: Path) -> dict[str, Any]:
    """Figures of one import on an empty database."""
    with database("bench_imports"), tempfile.TemporaryDirectory() as folder:
        from django.conf import settings

        settings.MEDIA_ROOT = folder
        from tuban.parcels import jobs
        from tuban.parcels.desk import actions
        from tuban.parcels.imports.staging import summary
        from tuban.parcels.imports.sums import sums
        from tuban.parcels.models import Batch, Outcome, Upload, UploadState

        actor = reviewer()
        upload = actions.deliver(actor=actor, name=file.name, content=file.read_bytes())
        watch = _Watch(upload.pk)
        preview, preview_work = watch.timed(lambda: jobs.read(upload.pk, stop=_never))
        upload = Upload.objects.get(pk=upload.pk)
        assert upload.state == UploadState.STAGED, upload.message
        assert summary(upload).counts[Outcome.NEW] == rows
        assert sum(line.after_count for line in sums(upload)) == rows
        page, page_queries = _page(f"/imports/{upload.pk}/")
        listed, listed_queries = _page("/imports/")
        confirm, confirm_work = watch.timed(lambda: jobs.record(upload.pk, actor.pk, stop=_never))
        batch = Batch.objects.get(upload=upload)
        withdraw, withdraw_work = watch.timed(
            lambda: jobs.withdraw(upload.pk, batch.pk, actor.pk, "测速", stop=_never)
        )
        assert hasattr(batch, "withdrawal")
        peak, reader = _peak_mb(), _reader_mb()
        copy, copy_work = watch.timed(_bare_copy())
        return {
            "preview": preview,
            "preview_work": preview_work,
            "confirm": confirm,
            "confirm_work": confirm_work,
            "withdraw": withdraw,
            "withdraw_work": withdraw_work,
            "gap": watch.longest,
            "gap_at": " ".join(str(part) for part in watch.silent or ()),
            "page": page,
            "page_queries": page_queries,
            "list": listed,
            "list_queries": listed_queries,
            "memory": peak,
            "reader": reader,
            "facts": batch.facts,
            "copy": copy,
            "copy_work": copy_work,
            "yardstick": _yardstick(),
        }


def _never() -> bool:
    return False


class _Watch:
    """Times a step and its work; beside it looks at the upload as its page would."""

    def __init__(self, upload_id: int) -> None:
        self.longest = 0.0
        self.silent: tuple[Any, ...] | None = None
        self._upload_id = upload_id

    def timed(self, step: Callable[[], Any]) -> tuple[float, float]:
        """The step's seconds, and the processor seconds it took here and there."""
        worked = _work()
        ended = threading.Event()
        beside = threading.Thread(target=self._look, args=(ended,))
        beside.start()
        began = time.perf_counter()
        step()
        took = time.perf_counter() - began
        ended.set()
        beside.join()
        return took, _work() - worked

    def _look(self, ended: threading.Event) -> None:
        from django.db import connection

        from tuban.parcels.models import Upload

        progress = Upload.objects.values_list("state", "stage", "done", "total")
        seen: tuple[Any, ...] | None = None
        since = time.perf_counter()
        while not ended.wait(0.1):
            now = progress.get(pk=self._upload_id)
            if now != seen:
                seen, since = now, time.perf_counter()
            elif time.perf_counter() - since > self.longest:
                self.longest, self.silent = time.perf_counter() - since, seen
        connection.close()


def _page(url: str) -> tuple[float, int]:
    """Milliseconds of a page, the median of ten, and its queries."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="localhost")
    client.force_login(reviewer(), backend="django.contrib.auth.backends.ModelBackend")
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    queries = len(seen)
    times = []
    for _ in range(10):
        began = time.perf_counter()
        client.get(url)
        times.append((time.perf_counter() - began) * 1000)
    return percentile(times, 0.5), queries


def _work() -> float:
    """Processor seconds of this process, of readers and of its server process."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        backend = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text().rsplit(")", 1)[1].split()
    server = (int(backend[11]) + int(backend[12])) / os.sysconf("SC_CLK_TCK")
    reader = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + server + reader.ru_utime + reader.ru_stime


def _bare_copy() -> Callable[[], None]:
    """A bare COPY of the facts just recorded, its rows laid ready."""
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute("select * from parcels_fact")
        rows = [
            tuple(json.dumps(v) if isinstance(v, dict) else v for v in row)
            for row in cursor.fetchall()
        ]
        cursor.execute("create table bare (like parcels_fact)")

    def copy() -> None:
        with (
            transaction.atomic(),
            connection.cursor() as cursor,
            cursor.copy("copy bare from stdin") as stream,
        ):
            for row in rows:
                stream.write_row(row)

    return copy


def _yardstick() -> float:
    """Processor seconds of ten million additions: how fast this machine is just now."""
    began = time.process_time()
    total = 0
    for number in range(10_000_000):
        total += number
    return time.process_time() - began


def _peak_mb() -> float:
    """Peak resident memory of this process alone (ru_maxrss would count its parent's)."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _reader_mb() -> float:
    """Peak resident memory of the child that read the file."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def _shown(name: str, value: float | str) -> str:
    return f"{name} {value}" if isinstance(value, str) else f"{name} {value:.1f}"


def main() -> None:
    """Runs every size in a process of its own and prints the table."""
    found: dict[int, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for rows in SIZES:
            file = Path(folder) / f"{rows}.xlsx"
            write_ledger(file, rows)
            run = subprocess.run(
                [sys.executable, "-m", "benchmarks.imports", "--one", str(rows), str(file)],
                check=True,
                capture_output=True,
                text=True,
            )
            found[rows] = json.loads(run.stdout.splitlines()[-1])
            print(f"{rows:>7} rows  " + "  ".join(_shown(*item) for item in found[rows].items()))
    small, large = SIZES
    for step in ("preview_work", "confirm_work", "withdraw_work"):
        growth = exponent((small, found[small][step]), (large, found[large][step]))
        print(f"{step}: growth n^{growth:.2f}")
    ratio = found[large]["confirm_work"] / found[large]["copy_work"]
    print(f"work of confirming / of a bare COPY of the same facts: {ratio:.1f}")
    for name, most in GOALS.items():
        met = "met" if found[large][name] <= most else "MISSED"
        print(f"goal {name} ≤ {most:g}: {found[large][name]:.1f} {met}")
    print(f"as of {ON}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(one(int(sys.argv[2]), Path(sys.argv[3]))))
    else:
        main()
