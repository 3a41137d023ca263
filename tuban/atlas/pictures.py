"""Making 时点汇总: one scan of a day's phases, added up in cells of six sizes.

At small scales a tile holds every parcel of a city; drawing them one by one would take seconds and
megabytes. A day's parcels are therefore added up once, and every tile of that day reads cells.
"""

from __future__ import annotations

import time
from datetime import date

from django.db import connection, transaction
from django.db.models import Max

from tuban.atlas.models import Picture
from tuban.core import clock
from tuban.parcels.models import BatchWithdrawal, Boundary
from tuban.parcels.phases import AREA_OF_STAGE, SUPPLIED
from tuban.parcels.queries import record_mark

CELLS_A_SIDE = 4
"""A tile is divided into 2 ** 4 by 2 ** 4 cells: drawn, one has room for a number."""
FIRST_ZOOM, LAST_ZOOM = 5, 12
"""Zooms whose tiles are made of cells; from the next one on parcels are drawn."""
FINEST = LAST_ZOOM + CELLS_A_SIDE
KEPT = 12
"""Days kept; the one that was asked for longest ago makes room."""
CHEAP_SECONDS = 0.4
_LOCK = 0x6D61

_AREA = "CASE ph.stage {} ELSE ph.{} END".format(
    " ".join(f"WHEN '{stage.value}' THEN ph.{column}" for stage, column in AREA_OF_STAGE.items()),
    SUPPLIED,
)
# Web Mercator's square in units of the finest cell; plain arithmetic, no library call per parcel.
X_OF = "floor((ST_X({c}) + 180) / 360 * {n})::int"
Y_OF = (
    "floor((1 - ln(tan(radians(ST_Y({c}))) + 1 / cos(radians(ST_Y({c})))) / pi()) / 2 * {n})::int"
)

_MAKE = f"""
    WITH spot AS (
        SELECT ph.region_id, ph.stage, {_AREA} AS m2, ST_Centroid(p.geometry) AS c
          FROM parcels_parcelphase ph
          JOIN parcels_parcel p ON p.id = ph.parcel_id
         WHERE ph.starts_on <= %(on)s AND (ph.ends_on IS NULL OR ph.ends_on > %(on)s)
           AND p.geometry IS NOT NULL
    ), finest AS MATERIALIZED (
        SELECT {X_OF.format(c="c", n=2**FINEST)} AS x, {Y_OF.format(c="c", n=2**FINEST)} AS y,
               region_id, stage, count(*) AS count, sum(m2) AS m2
          FROM spot GROUP BY 1, 2, 3, 4
    )
    INSERT INTO atlas_cell (picture_id, level, x, y, region_id, stage, count, m2)
    SELECT %(picture)s, {FINEST} - up, x >> up, y >> up, region_id, stage, sum(count), sum(m2)
      FROM finest, generate_series(0, {LAST_ZOOM - FIRST_ZOOM}) AS up
     GROUP BY up, x >> up, y >> up, region_id, stage
"""


def map_mark() -> str:
    """How far the record has come, boundaries included; sums of another cell size are out of date."""
    last = Boundary.objects.aggregate(last=Max("pk"))["last"]
    withdrawn = BatchWithdrawal.objects.aggregate(last=Max("pk"))["last"]
    return f"{record_mark()}:{last}:{withdrawn}:{CELLS_A_SIDE}"


def picture(on: date) -> Picture:
    """The day's sums.

    One that is out of date is renewed at once where that is cheap; else it is returned as it
    stands (it says when it was made) and the worker renews it.
    """
    mark = map_mark()
    found = Picture.objects.filter(on=on).first()
    if found is None or (found.mark != mark and found.seconds <= CHEAP_SECONDS):
        found = make(on, mark)
    return found


def make(on: date, mark: str) -> Picture:
    """Adds the day's parcels up anew; of two asking at once the second takes what the first made."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, on.toordinal()])
        found = Picture.objects.filter(on=on).first()
        if found is not None and found.mark == mark:
            return found
        _drop([found.pk] if found else [])
        began = time.monotonic()
        now = clock.now()
        made = Picture.objects.create(on=on, mark=mark, made_at=now, asked_at=now, seconds=0)
        cursor.execute(_MAKE, {"on": on, "picture": made.pk})
        made.seconds = time.monotonic() - began
        made.save(update_fields=("seconds",))
        _drop(
            list(Picture.objects.order_by("-asked_at", "-pk").values_list("pk", flat=True)[KEPT:])
        )
    return made


def renew() -> int:
    """Makes every kept day anew that the record has overtaken; returns how many."""
    mark = map_mark()
    stale = list(Picture.objects.exclude(mark=mark).values_list("on", flat=True))
    for on in stale:
        make(on, mark)
    return len(stale)


def _drop(ids: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM atlas_cell WHERE picture_id = ANY(%s)", [ids])
    Picture.objects.filter(pk__in=ids).delete()
