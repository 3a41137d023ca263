"""A bulletin of nine 旗区 at 10,000 and 100,000 parcels: frozen, opened, printed.

    .venv/bin/python -m benchmarks.bulletins

The baseline of each ratio is the bare SQL aggregate over the phases behind the same figures: what
it costs only to add them up once, nothing kept. Limit: 5 s of the processor for a draft with its
frozen parts; on a machine that does nothing else the wall shows about the same.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.scratch import ON, database, exponent, fill, percentile, reviewer

ROUNDS = 5
LIMIT_S = 5.0
TICK_S = 0.01
AGGREGATE = """
    SELECT region_id,
           sum(unsupplied_m2) FILTER (WHERE {holds} AND {scope}),
           sum(idle_m2) FILTER (WHERE {holds} AND stage = 'idle'),
           sum(idle_m2) FILTER (WHERE {holds} AND stage = 'suspected_idle'),
           sum(unsupplied_disposed_m2) FILTER (WHERE {year} AND {scope}),
           sum(idle_disposed_m2) FILTER (WHERE {year}),
           sum(unsupplied_disposed_m2) FILTER (WHERE {month} AND {scope}),
           sum(idle_disposed_m2) FILTER (WHERE {month})
      FROM parcels_parcelphase GROUP BY region_id
""".format(
    holds=f"starts_on <= '{ON}' AND (ends_on IS NULL OR ends_on > '{ON}')",
    scope="approved_on BETWEEN '2009-01-01' AND '2019-12-31'",
    year=f"starts_on BETWEEN '{ON.year}-01-01' AND '{ON}'",
    month=f"starts_on BETWEEN '{ON:%Y-%m}-01' AND '{ON}'",
)


class Took(NamedTuple):
    """Median seconds of doing it: by the wall, and of the processor in both processes."""

    wall: float
    cpu: float


def seconds(work: Callable[[], Any]) -> Took:
    """What it takes; the processor's time does not grow with what else the machine does."""
    walls, cpus = [], []
    for _ in range(ROUNDS):
        began, spent = time.perf_counter(), _cpu()
        work()
        walls.append(time.perf_counter() - began)
        cpus.append(_cpu() - spent)
    return Took(percentile(walls, 0.5), percentile(cpus, 0.5))


def _cpu() -> float:
    """Seconds the processor has spent in this process and in its database session."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        session = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text()
    user, system = session.rpartition(")")[2].split()[11:13]
    ticks = (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    return time.process_time() + ticks


def measure() -> tuple[dict[str, Took], int]:
    """What each step takes, and how many parts a bulletin froze."""
    from django.db import connection
    from django.test import Client

    from tuban.bulletins import actions
    from tuban.bulletins.models import Bulletin, FigurePart
    from tuban.bulletins.periods import Kind
    from tuban.measures.changes import fold

    fold()  # as the worker does every five minutes
    user = reviewer()

    def aggregate() -> None:
        with connection.cursor() as cursor:
            cursor.execute("set max_parallel_workers_per_gather = 0")  # other processes' time
            cursor.execute(AGGREGATE)
            cursor.fetchall()

    def draft() -> Bulletin:
        return actions.draft(
            actor=user,
            kind=Kind.MONTH,
            on=ON,
            region_code="150600",
            subjects=["unsupplied", "idle"],
        )

    bulletin = draft()
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    figure = bulletin.figures.order_by("-parts_count").first()
    assert figure is not None  # a bulletin has figures
    page = f"/bulletins/{bulletin.pk}"

    def get(address: str) -> None:
        assert client.get(address).status_code == 200

    parts = FigurePart.objects.filter(figure__bulletin=bulletin).count()
    return {
        "bare aggregate": seconds(aggregate),
        "draft, frozen": seconds(draft),
        "page": seconds(lambda: get(f"{page}/")),
        "docx": seconds(lambda: get(f"{page}.docx")),
        "largest figure": seconds(lambda: get(f"{page}/figures/{figure.pk}/")),
    }, parts


def main() -> int:
    """Prints a table; 1 when a draft takes longer than its limit."""
    with database("bench_bulletins"):
        fill(10_000)
        small, few = measure()
        fill(90_000, seed=8)
        large, many = measure()
    print(f"parts frozen: {few:,} of 10,000 parcels, {many:,} of 100,000")
    print(f"{'step':16} {'wall s':>8} {'cpu s':>8} {'x aggregate':>12} {'growth n^':>10}")
    bare = large["bare aggregate"].cpu
    for name, (wall, cpu) in large.items():
        growth = exponent((10_000, max(small[name].cpu, TICK_S)), (100_000, cpu))
        print(f"{name:16} {wall:8.3f} {cpu:8.3f} {cpu / bare:12.1f} {growth:10.2f}")
    return 0 if large["draft, frozen"].cpu < LIMIT_S else 1


if __name__ == "__main__":
    raise SystemExit(main())
