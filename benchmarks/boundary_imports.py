"""Boundary files at the desk: `python -m benchmarks.boundary_imports [PARCELS]`.

So many parcels stand in the record, with approved areas. A file gives each a boundary (5 to 29
vertices), is confirmed, handed in again (all 不变), then handed in with every boundary moved by a
metre (all 修改, each compared with its neighbours kept), confirmed, and withdrawn. Figures are
processor seconds of client, reader and server together, as in `benchmarks.imports`, and peak memory.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from benchmarks.boundaries import boundaries
from benchmarks.imports import _peak_mb, _reader_mb, _work
from benchmarks.scratch import database, reviewer

_PARCELS = """
    INSERT INTO parcels_parcel (region_id, parcel_no, name, location, use, holder, holder_uscc,
           permit_no, created_at)
    SELECT '150602', 'DK-' || lpad(n::text, 6, '0'), '', '', '', '', '', '', now()
      FROM generate_series(0, %s - 1) AS n
"""
_APPROVED = """
    INSERT INTO parcels_fact (parcel_id, kind, "on", on_precision, payload, area_m2, paper_no,
           paper_issuer, evidence, recorded_at, recorded_by_id, reason)
    SELECT id, 'approved', '2015-06-30', 'day', '{"area": {"value": "10.0000", "unit": "ha"}}',
           100000, '', '', '', now(), %s, ''
      FROM parcels_parcel
"""


def main() -> None:
    """Prints the figures."""
    parcels = int(sys.argv[1]) if sys.argv[1:] else 10_000
    first = boundaries(parcels)
    moved = re.sub(rb",(\d{7})\.(\d{3}),", _north, first)
    with database("bench_boundaries"), tempfile.TemporaryDirectory() as folder:
        from django.conf import settings
        from django.db import connection

        settings.MEDIA_ROOT = folder
        from tuban.parcels.imports.confirm import confirm_upload
        from tuban.parcels.imports.staging import stage_upload, summary
        from tuban.parcels.imports.withdraw import withdraw_batch

        actor = reviewer()
        with connection.cursor() as cursor:
            cursor.execute(_PARCELS, [parcels])
            cursor.execute(_APPROVED, [actor.pk])

        def stage(content: bytes) -> Any:
            return stage_upload(actor=actor, source=content, name="测速.txt")

        upload = _timed("stage, all new", lambda: stage(first))
        print("   ", dict(summary(upload).counts))
        _timed("confirm", lambda: confirm_upload(actor=actor, upload_id=upload.pk))
        same = _timed("stage again, all the same", lambda: stage(first))
        print("   ", dict(summary(same).counts))
        other = _timed("stage, all changed", lambda: stage(moved))
        print("   ", dict(summary(other).counts))
        batch = _timed("confirm", lambda: confirm_upload(actor=actor, upload_id=other.pk))
        _timed("withdraw", lambda: withdraw_batch(actor=actor, batch_id=batch.pk, reason="测速"))
        print(f"peak memory {_peak_mb():.0f} MB, of the reader {_reader_mb():.0f} MB")


def _north(printed: re.Match[bytes]) -> bytes:
    """The northing one metre on."""
    return b",%d.%b," % (int(printed[1]) + 1, printed[2])


def _timed(what: str, step: Callable[[], Any]) -> Any:
    worked, began = _work(), time.perf_counter()
    result = step()
    took = time.perf_counter() - began
    print(f"{what}: {_work() - worked:.1f} s of work, {took:.1f} s", flush=True)
    return result


if __name__ == "__main__":
    main()
