"""The whole product at 100,000 and at 1,000,000 parcels, held against the goals of speed.

    .venv/bin/python -m benchmarks.scale [--parcels N …] [--keep] [--check]

Without `--parcels` 10,000 and 100,000 are measured, with TUBAN_BENCH_MILLION=1 100,000 and
1,000,000. `--keep` leaves the filled databases for the next run; `--check` also proves all phases.
`in the database` is the server process's time for all statements of something with nothing
remembered, `at the server` that of a whole request through Django's test client. Both are processor
time, with p50 or p95 where there are several; time on the clock stands beside (`measuring`).
Growth is the exponent between the two sizes: 1 is linear, 0 does not grow.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from multiprocessing import get_context
from typing import Any

from benchmarks import scratch
from benchmarks.measuring import Spent, at_server, in_database, server_clock
from benchmarks.scratch import ON, exponent, percentile, reviewer

ZOOMS = range(6, 17)
PLACES = 30
REQUESTS = 12
TERMS = {
    "seldom": "鑫泰",
    "often": "能源",
    "everywhere": "内蒙",
    "nowhere": "无无",
    "place": "树白",
}
THREE = "/parcels/?region=150602&stage=suspected_idle&stage=idle&approved_from=2010"


_Found = dict[str, tuple[int, float]]
"""Parcels and value by kind of figure."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table; a goal of None is not set. `passed`: the same on the clock."""

    name: str
    value: float
    unit: str
    goal: float | None = None
    passed: float | None = None


def measure(*, check: bool) -> Iterator[Figure]:
    """All figures of the database at hand."""
    from django.db import connection

    from tuban.measures.changes import fold

    fold()  # as the worker does every five minutes
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze measures_measurechange")
        cursor.execute("SET max_parallel_workers_per_gather = 0")
    yield from _board()
    yield from _tiles()
    yield from _searches()
    yield from _lists()
    if check:
        yield from _check()


def _client() -> Any:
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.force_login(reviewer(), backend="django.contrib.auth.backends.ModelBackend")
    import_module("tuban.config.wsgi")  # as a web server begins
    client.get("/parcels/?q=无无")  # templates are read once in a process's life
    return client


def _page(name: str, url: str, client: Any, requests: int = REQUESTS) -> Figure:
    """p95 of requests with nothing remembered."""
    from django.core.cache import cache

    answers: list[Any] = []

    def ask() -> None:
        answers.append(client.get(url))

    spent = []
    for _ in range(requests):
        cache.clear()
        spent.append(at_server(ask))
        assert answers[-1].status_code == 200, (url, answers[-1].status_code)
    later = ", sums after it" if "总数正在合计" in answers[-1].content.decode() else ""
    return _p95(f"{name}, at the server{later}, p95", spent, 300)


def _p95(name: str, spent: list[Spent], goal: float) -> Figure:
    worked = percentile([one.worked for one in spent], 0.95)
    return Figure(name, worked, "ms", goal, percentile([one.passed for one in spent], 0.95))


def _database(name: str, work: Callable[[], Any], goal: float | None = None) -> Figure:
    spent = in_database(work)
    return Figure(f"{name}, in the database", spent.worked, "ms", goal, spent.passed)


def _board() -> Iterator[Figure]:
    client = _client()
    for name, url in (("board", "/board/"), ("board, idle", "/board/?subject=idle")):
        yield _database(name, partial(client.get, url), 50)
        yield _page(name, url, client)


def _lists() -> Iterator[Figure]:
    from tuban.parcels.queries import ParcelFilter, filtered, sums
    from tuban.parcels.sorting import SORTS

    user, client = reviewer(), _client()
    yield _page("list", "/parcels/", client)
    for share in (0.5, 0.95):
        place = _next_to(ParcelFilter(), share)
        yield _page(f"list, from row {share:.0%} to the next page", f"/parcels/?{place}", client)
    yield _page("list, page 100 by its number", "/parcels/?page=100", client)
    yield _page("list, three filters", THREE, client)
    for sort in SORTS[1:]:
        for way, descending in (("up", False), ("down", True)):
            wanted = ParcelFilter(sort=sort, descending=descending)
            asked = f"/parcels/?sort={sort}{'&desc=1' if descending else ''}"
            yield _page(f"list by {sort}, {way}", asked, client)
            place = _next_to(wanted, 0.5)
            yield _page(f"list by {sort}, {way}, from the middle on", f"{asked}&{place}", client)
    whole = {ParcelFilter(): filtered(user, ParcelFilter(), ON)}
    yield _database("sums of the whole list", lambda: sums(user, whole, ON))


def _next_to(wanted: Any, share: float) -> str:
    """Address of the page after the one that begins at a share of all parcels."""
    from tuban.parcels.models import Parcel
    from tuban.parcels.paging import _begins, whole
    from tuban.parcels.queries import filtered, ordered
    from tuban.parcels.sorting import sort_of

    number = int(Parcel.objects.count() * share) // 50 + 1
    sort = sort_of(wanted.sort, descending=wanted.descending)
    user = reviewer()
    rows = ordered(user, filtered(user, wanted, ON), wanted, ON).values("pk")
    (first,) = whole(rows[(number - 1) * 50 : (number - 1) * 50 + 1], sort)
    return f"page={number + 1}&from={_begins(first, wanted, ON, number, 50)}"


def _searches() -> Iterator[Figure]:
    client = _client()
    for name, text in TERMS.items():
        yield _database(f"search, {name}", partial(_first_found, text), 50)
        yield _page(f"search, {name}", f"/parcels/?q={text}", client)


def _first_found(text: str) -> None:
    """Reads the first page of what contains the text."""
    from tuban.parcels.paging import read
    from tuban.parcels.queries import ParcelFilter, filtered
    from tuban.web.paging import Pager

    wanted = ParcelFilter(text=text)
    user = reviewer()
    read(user, filtered(user, wanted, ON), wanted, ON, Pager(1, 1, 50, None), "")


def _tiles() -> Iterator[Figure]:
    from tuban.atlas import pictures
    from tuban.atlas.models import Picture
    from tuban.atlas.tiles import parcel_tile
    from tuban.parcels.queries import ParcelFilter

    user, wanted, rng = reviewer(), ParcelFilter(), random.Random(3)
    clock = server_clock()
    worked, began = clock(), time.perf_counter()
    pictures.make(ON, "anew")
    passed = time.perf_counter() - began
    yield Figure("a day summed for the map", (clock() - worked) / 1000, "s", None, passed)
    Picture.objects.update(mark=pictures.map_mark())
    for zoom in ZOOMS:
        times, sizes = [], []
        for tile in _chosen(zoom, rng):
            sizes.append(len(parcel_tile(user, wanted, ON, tile)) / 1024)
            times.append(in_database(partial(parcel_tile, user, wanted, ON, tile)))
        yield _p95(f"tile z{zoom}, in the database, p95", times, 50)
        yield Figure(f"tile z{zoom}, largest", max(sizes), "KiB", 500)


def _chosen(zoom: int, rng: random.Random) -> list[Any]:
    """Tiles that hold parcels: half the fullest there are, half by chance."""
    from django.db import connection

    from tuban.atlas.pictures import X_OF, Y_OF
    from tuban.atlas.tiles import Tile

    place = "ST_Centroid(geometry)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {X_OF.format(c=place, n=2**zoom)}, {Y_OF.format(c=place, n=2**zoom)}, count(*)"
            " FROM parcels_parcel WHERE id % 5 = 0 GROUP BY 1, 2 ORDER BY 3 DESC"
        )
        found = cursor.fetchall()
    rest = found[PLACES // 2 :]
    chosen = found[: PLACES // 2] + rng.sample(rest, min(len(rest), PLACES // 2))
    return [Tile(zoom, x, y) for x, y, _ in chosen]


def _check() -> Iterator[Figure]:
    from tuban.parcels import rebuilding

    began = time.perf_counter()
    assert rebuilding.differing(rebuilding.default_processes()) == []
    yield Figure("all phases proved", time.perf_counter() - began, "s", 600)


def _told(progress: Any) -> None:
    print(f"  {progress.done:,} / {progress.total:,}", end="\r", file=sys.stderr, flush=True)


def one_size(parcels: int, *, keep: bool, check: bool) -> Iterator[Figure]:
    """Fills a database of that many parcels, unless one was kept, and measures it."""
    with scratch.database(f"bench_scale_{parcels}", keep=keep):
        from tuban.parcels import rebuilding
        from tuban.parcels.models import Parcel, ParcelPhase

        if not Parcel.objects.exists():
            with scratch.without_indexes("parcels_parcel"):
                scratch.record(parcels)
        if keep and ParcelPhase.objects.exists() and not os.environ.get("TUBAN_BENCH_REBUILD"):
            print(f"{parcels:,} parcels as kept, not rebuilt")
        else:
            began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
            processes = rebuilding.default_processes()
            rebuilding.rebuild_all(processes, _told)
            yield Figure("all phases rebuilt", time.perf_counter() - began, "s", 600)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            yield Figure(f"… processor seconds of its {processes} processes", worked, "s")
            yield Figure("… memory of the largest of them", after.ru_maxrss / 1024, "MiB", 512)
            scratch.vacuum()
        yield from measure(check=check)


def _kind(figure: Figure) -> str:
    """The name without what changes from size to size."""
    return figure.name.split(", p95")[0].replace(", sums after it", "")


def _line(figure: Figure, smaller: tuple[int, float] | None, parcels: int) -> str:
    goal = "" if figure.goal is None else f"{figure.goal:g}"
    verdict = "" if figure.goal is None or figure.value <= figure.goal else "MISSED"
    growth = ""
    if smaller and smaller[1] > 0 and figure.value > 0:
        growth = f"n^{exponent(smaller, (parcels, figure.value)):.2f}"
    value = f"{figure.value:,.1f} {figure.unit}"
    clock = "" if figure.passed is None else f"{figure.passed:,.0f}"
    return f"{figure.name:64} {value:>13} {clock:>7} {goal:>6} {growth:>8} {verdict}"


def _measured(parcels: int, smaller: _Found, *, keep: bool, check: bool) -> _Found:
    """Prints the table of one size, with growth from the smaller one."""
    load = os.getloadavg()[0]
    print(f"\n{parcels:,} parcels on {ON}; load of the machine {load:.1f}", flush=True)
    print(f"{'':64} {'processor':>13} {'clock':>7} {'goal':>6} {'growth':>8}", flush=True)
    found: _Found = {}
    for figure in one_size(parcels, keep=keep, check=check):
        print(_line(figure, smaller.get(_kind(figure)), parcels), flush=True)
        found[_kind(figure)] = (parcels, figure.value)
    return found


def main() -> None:
    """Prints a table for each size, the larger ones with growth."""
    million = os.environ.get("TUBAN_BENCH_MILLION") == "1"
    usual = [100_000, 1_000_000] if million else [10_000, 100_000]
    asked = argparse.ArgumentParser()
    asked.add_argument("--parcels", type=int, nargs="+", default=usual)
    asked.add_argument("--keep", action="store_true")
    asked.add_argument("--check", action="store_true")
    options = asked.parse_args()
    found: _Found = {}
    for parcels in sorted(options.parcels):
        # A process of its own for each size: Django speaks to one database for its whole life.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as one:
            asking = one.submit(_measured, parcels, found, keep=options.keep, check=options.check)
            found = asking.result()


if __name__ == "__main__":
    main()
