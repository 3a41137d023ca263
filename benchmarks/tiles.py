"""Vector tiles at zooms 6 to 16: time in the database and size, at two sizes of the record.

    .venv/bin/python -m benchmarks.tiles [PARCELS]      (100,000 unless told)

Each zoom is asked at the fullest places and at places chosen by chance. The baseline of the ratio
is the bare lookup of the parcels of the same tile by their boxes, timed in the same run.
"""

from __future__ import annotations

import random
import sys
import time
from typing import Any

from benchmarks.scratch import ON, database, exponent, fill, percentile, reviewer, survey

ZOOMS = range(6, 17)
PLACES = 40
LIMIT_MS, LIMIT_KIB = 50, 500


def _tiles(zoom: int, rng: random.Random) -> list[Any]:
    """Tiles that hold parcels: the fullest of a sample, and others by chance."""
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


def _bare(tile: Any) -> None:
    from django.db import connection

    from tuban.atlas.tiles import _degrees

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM parcels_parcel"
            " WHERE geometry && ST_MakeEnvelope(%s, %s, %s, %s, 4490)",
            _degrees(tile),
        )
        cursor.fetchone()


def measure() -> dict[int, tuple[float, float, float, float]]:
    """(p50 ms, p95 ms, largest KiB, p50 of the bare lookup) by zoom."""
    from tuban.atlas import pictures
    from tuban.atlas.tiles import parcel_tile
    from tuban.parcels.queries import ParcelFilter

    user, wanted, rng = reviewer(), ParcelFilter(), random.Random(3)
    pictures.picture(ON)
    found = {}
    for zoom in ZOOMS:
        times, sizes, bare = [], [], []
        for tile in _tiles(zoom, rng):
            began = time.perf_counter()
            body = parcel_tile(user, wanted, ON, tile)
            times.append((time.perf_counter() - began) * 1000)
            sizes.append(len(body) / 1024)
            began = time.perf_counter()
            _bare(tile)
            bare.append((time.perf_counter() - began) * 1000)
        found[zoom] = (
            percentile(times, 0.5),
            percentile(times, 0.95),
            max(sizes),
            percentile(bare, 0.5),
        )
    return found


def main() -> None:
    """Prints a table."""
    many = int(sys.argv[1]) if sys.argv[1:] else 100_000
    few = many // 10
    with database():
        from tuban.atlas import pictures

        fill(few)
        survey()
        small = measure()
        filled = fill(many - few, seed=8)
        surveyed = survey()
        began = time.perf_counter()
        pictures.make(ON, "bench")
        made = time.perf_counter() - began
        large = measure()
    print(f"{many:,} parcels: filled {filled}, surveyed {surveyed:.1f} s, day summed {made:.1f} s")
    print(f"{'zoom':>4} {'p50 ms':>8} {'p95 ms':>8} {'max KiB':>8} {'x bare':>7} {'growth n^':>10}")
    for zoom, (p50, p95, kib, bare) in large.items():
        growth = exponent((few, small[zoom][0]), (many, p50))
        verdict = "" if p95 <= LIMIT_MS and kib <= LIMIT_KIB else "  over"
        print(
            f"{zoom:4} {p50:8.1f} {p95:8.1f} {kib:8.0f} {p50 / bare:7.1f} {growth:10.2f}{verdict}"
        )


if __name__ == "__main__":
    main()
