"""Ledger import at 5,000 and 50,000 rows × 30 columns: seconds, peak memory, growth, baseline.

    .venv/bin/python -m benchmarks.imports

Each size runs in a process of its own on an empty database, so that its peak memory is the
import's. `work` is processor seconds, client and server together: what the machine's other
company cannot change, and an upper bound of the seconds on a quiet one. The baseline is a bare COPY of the very facts the confirmation wrote, into a table without
keys, indexes or triggers: what PostgreSQL takes to swallow the same bytes.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks.scratch import ON, database, exponent, reviewer

SIZES = (5_000, 50_000)
GOALS = {
    "stage": 30.0,
    "preview": 15.0,
    "confirm": 60.0,
    "withdraw": 30.0,
    "memory": 600.0,
    "gap": 1.0,
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


def one(rows: int, file: Path) -> dict[str, float]:
    """Figures of one import on an empty database."""
    with database("bench_imports"):
        from tuban.parcels.imports.confirm import confirm_upload
        from tuban.parcels.imports.preview import sums
        from tuban.parcels.imports.staging import stage_upload, summary
        from tuban.parcels.imports.withdraw import withdraw_batch
        from tuban.parcels.models import Outcome

        actor = reviewer()
        watch = _Watch()
        upload, stage, stage_work = watch.timed(
            lambda: stage_upload(actor=actor, source=file, progress=watch)
        )
        found = summary(upload)
        assert found.counts[Outcome.NEW] == rows, found
        lines, preview, preview_work = watch.timed(lambda: sums(upload))
        assert sum(line.after_count for line in lines) == rows
        watch.longest = 0.0
        batch, confirm, confirm_work = watch.timed(
            lambda: confirm_upload(actor=actor, upload_id=upload.pk, progress=watch)
        )
        _, withdraw, withdraw_work = watch.timed(
            lambda: withdraw_batch(actor=actor, batch_id=batch.pk, reason="测速", progress=watch)
        )
        gap, peak = watch.longest, _peak_mb()
        _, copy, copy_work = watch.timed(_bare_copy())
        return {
            "stage": stage,
            "stage_work": stage_work,
            "preview": preview,
            "preview_work": preview_work,
            "confirm": confirm,
            "confirm_work": confirm_work,
            "withdraw": withdraw,
            "withdraw_work": withdraw_work,
            "gap": gap,
            "memory": peak,
            "facts": batch.facts,
            "copy": copy,
            "copy_work": copy_work,
            "yardstick": _yardstick(),
        }


class _Watch:
    """Times a step, its work, and the longest silence between two reports of progress."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._last = 0.0

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, now - self._last)
        self._last = now

    def timed(self, step: Callable[[], Any]) -> tuple[Any, float, float]:
        """The step's result, its seconds, and the processor seconds it took here and there."""
        worked = _work()
        self._last = began = time.perf_counter()
        result = step()
        self("", 0, 0)
        return result, time.perf_counter() - began, _work() - worked


def _work() -> float:
    """Processor seconds of this process and of its server process, whatever else is running."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        backend = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text().rsplit(")", 1)[1].split()
    return time.process_time() + (int(backend[11]) + int(backend[12])) / os.sysconf("SC_CLK_TCK")


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


def main() -> None:
    """Runs every size in a process of its own and prints the table."""
    found: dict[int, dict[str, float]] = {}
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
            print(f"{rows:>7} rows  " + "  ".join(f"{k} {v:.1f}" for k, v in found[rows].items()))
    small, large = SIZES
    for step in ("stage_work", "preview_work", "confirm_work", "withdraw_work"):
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
