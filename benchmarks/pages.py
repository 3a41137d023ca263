"""Board, parcel list and parcel page at 10,000 and 100,000 parcels: p50, p95, queries, growth.

    .venv/bin/python -m benchmarks.pages

The baseline of each ratio is `select 1` through the same stack (/healthz is not used: it asks the
worker), timed in the same run.
"""

from __future__ import annotations

import time
from typing import Any

from benchmarks.scratch import database, exponent, fill, percentile, reviewer

ROUNDS = 30
PAGES = {
    "board": "/board/",
    "board, idle": "/board/?subject=idle",
    "list": "/parcels/",
    "list, 3 filters": "/parcels/?region=150602&stage=suspected_idle&stage=idle&approved_from=2010",
    "list, text": "/parcels/?q=鑫泰",
    "list, by date": "/parcels/?due=90&sort=next_on",
}


def measure() -> dict[str, tuple[float, float, int]]:
    """(p50, p95, queries) in milliseconds by page."""
    from django.db import connection
    from django.test import Client

    from tuban.measures.changes import fold

    fold()  # as the worker does every five minutes
    client = Client(SERVER_NAME="localhost")
    client.force_login(reviewer(), backend="django.contrib.auth.backends.ModelBackend")
    from tuban.parcels.models import Parcel

    pages = {**PAGES, "parcel": f"/parcels/{Parcel.objects.order_by('pk')[500].pk}/"}
    found: dict[str, tuple[float, float, int]] = {}
    for name, url in pages.items():
        asked: list[str] = []

        def count(execute: Any, sql: str, *rest: Any, asked: list[str] = asked) -> Any:
            asked.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(count):
            response = client.get(url)
        assert response.status_code == 200, (url, response.status_code)
        times = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            client.get(url)
            times.append((time.perf_counter() - began) * 1000)
        found[name] = (percentile(times, 0.5), percentile(times, 0.95), len(asked))
    return found


def baseline() -> float:
    """Median milliseconds of `select 1`."""
    from django.db import connection

    times = []
    for _ in range(200):
        began = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute("select 1")
            cursor.fetchone()
        times.append((time.perf_counter() - began) * 1000)
    return percentile(times, 0.5)


def main() -> None:
    """Prints a table."""
    with database():
        small_seconds = fill(10_000)
        small = measure()
        large_seconds = fill(90_000, seed=8)
        large = measure()
        one = baseline()
    print(f"fill 10,000: {small_seconds}; 90,000 more: {large_seconds}")
    print(f"baseline select 1: {one:.3f} ms")
    print(
        f"{'page':18} {'p50 ms':>8} {'p95 ms':>8} {'queries':>8}"
        f" {'x select 1':>11} {'growth n^':>10}"
    )
    for name, (p50, p95, queries) in large.items():
        growth = exponent((10_000, small[name][0]), (100_000, p50))
        print(f"{name:18} {p50:8.1f} {p95:8.1f} {queries:8d} {p50 / one:11.0f} {growth:10.2f}")


if __name__ == "__main__":
    main()
