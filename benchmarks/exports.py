"""Exports at 5,000 and 50,000 parcels: seconds, peak memory, growth.

    .venv/bin/python -m benchmarks.exports

Each size runs in a process of its own on an empty database, so that its peak memory is the
exports'. `work` is processor seconds, client and server together: what the machine's other company
cannot change, and an upper bound of the seconds on a quiet one. Every parcel has a boundary of five
points.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.scratch import ON, database, exponent, fill, reviewer

SIZES = (5_000, 50_000)
FORMS = ("xlsx", "ledger", "txt", "geojson", "gpkg")
GOAL = 10.0
"""Seconds for 50,000 rows × 25 columns as Excel."""
MEMORY = 600.0


def one(parcels: int) -> dict[str, float]:
    """Figures of every form of export on a database of so many parcels."""
    with database("bench_exports"), tempfile.TemporaryDirectory() as folder:
        from django.http import QueryDict
        from django.utils.timezone import localtime

        from tuban.core import clock
        from tuban.parcels.exports import pages
        from tuban.parcels.exports.catalogue import OF_PARCELS
        from tuban.parcels.exports.order import Order, quietly
        from tuban.parcels.exports.parcels import FIELDS
        from tuban.values.area import Unit

        fill(parcels)
        _draw(reviewer())
        order = Order(reviewer(), QueryDict(""), ON, Unit.MU, localtime(clock.now()))
        found: dict[str, float] = {"columns": len(FIELDS)}
        for form in FORMS:
            target = Path(folder) / form
            worked, began = _work(), time.perf_counter()
            OF_PARCELS[form].make(order, target, quietly)
            found[form] = time.perf_counter() - began
            found[f"{form}_work"] = _work() - worked
            found[f"{form}_mb"] = target.stat().st_size / 1_048_576
            if form == "xlsx":
                found["memory"] = _peak_mb()
        found["memory_all"] = _peak_mb()
        worked = _work()
        pages.formats_page(order)
        found["page_work"] = _work() - worked
        return found


def _draw(user: Any) -> None:
    """A boundary for every parcel, as an import would have recorded them."""
    from django.contrib.gis.geos import MultiPolygon, Polygon

    from tuban.core import clock
    from tuban.parcels.models import Batch, Boundary, Parcel, Upload, UploadState

    rng = random.Random(5)
    upload = Upload.objects.create(
        name="测速.txt", sha256="0" * 64, size=1, ledger="boundary", region_id="150600",
        state=UploadState.CONFIRMED, uploaded_by=user, uploaded_at=clock.now(),
    )  # fmt: skip
    batch = Batch.objects.create(
        no="150600-20240930-01", upload=upload, region_id="150600", confirmed_by=user,
        confirmed_at=clock.now(), rows=1, facts=0,
    )  # fmt: skip
    made = []
    for pk, number in Parcel.objects.values_list("pk", "parcel_no"):
        west, south = rng.uniform(107, 111), rng.uniform(38, 40.5)
        ring = [(west, south + 0.003), (west + 0.002, south + 0.0035), (west + 0.004, south + 0.003),
                (west + 0.004, south), (west, south), (west, south + 0.003)]  # fmt: skip
        made.append(
            Boundary(
                parcel_id=pk,
                batch=batch,
                geometry=MultiPolygon(Polygon(ring, srid=4490), srid=4490),
                epsg=4525,
                decimals=3,
                labels=[["J1", "J2", "J3", "J4", "J5", "J1"]],
                printed={"code": number, "area_text": "11.1111", "name": "", "use": "工业用地"},
                ellipsoidal_m2=111_111,
                recorded_at=clock.now(),
                recorded_by=user,
            )
        )
    Boundary.objects.bulk_create(made, batch_size=5_000)


def _work() -> float:
    """Processor seconds of this process and of its server process."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        backend = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text().rsplit(")", 1)[1].split()
    return time.process_time() + (int(backend[11]) + int(backend[12])) / os.sysconf("SC_CLK_TCK")


def _peak_mb() -> float:
    """Peak resident memory of this process alone (ru_maxrss would count its parent's)."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def main() -> None:
    """Runs every size in a process of its own and prints the table."""
    found: dict[int, dict[str, float]] = {}
    for parcels in SIZES:
        run = subprocess.run(
            [sys.executable, "-m", "benchmarks.exports", "--one", str(parcels)],
            check=True,
            capture_output=True,
            text=True,
        )
        found[parcels] = json.loads(run.stdout.splitlines()[-1])
        print(f"{parcels:>7} rows  " + "  ".join(f"{k} {v:.2f}" for k, v in found[parcels].items()))
    small, large = SIZES
    for form in FORMS:
        step = f"{form}_work"
        growth = exponent((small, found[small][step]), (large, found[large][step]))
        print(f"{step}: growth n^{growth:.2f}")
    for name, most in (("xlsx_work", GOAL), ("memory", MEMORY)):
        met = "met" if found[large][name] <= most else "MISSED"
        print(f"goal {name} ≤ {most:g}: {found[large][name]:.1f} {met}")
    print(f"as of {ON}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(one(int(sys.argv[2]))))
    else:
        main()
