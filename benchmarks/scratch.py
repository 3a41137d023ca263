"""A scratch database on the test cluster, filled with synthetic ledgers of any size.

Facts go in by COPY and phases come out of `tuban.parcels.phases`, so what is measured afterwards
reads the same rows a real import writes.
"""

from __future__ import annotations

import json
import math
import os
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

NAME = "bench_tuban"
ON = date(2024, 9, 30)


@contextmanager
def database(name: str = NAME) -> Iterator[None]:
    """Django on an empty, migrated scratch database; dropped at the end."""
    import psycopg

    from dev.cluster import Cluster
    from tuban.config import state

    Cluster(test=True).start()
    admin = state.database_settings(state.private_url("postgres", test=True))
    with psycopg.connect(
        host=admin["HOST"], user=admin["USER"], dbname="postgres", autocommit=True
    ) as connection:
        connection.execute(f"drop database if exists {name} with (force)")
        connection.execute(f"create database {name} template template_app")
        os.environ["TUBAN_DATABASE_URL"] = state.private_url(name, test=True)
        os.environ["DJANGO_SETTINGS_MODULE"] = "tuban.config.settings"
        os.environ["TUBAN_DEMO"] = "1"
        os.environ["TUBAN_TODAY"] = ON.isoformat()
        import django

        django.setup()
        from django.conf import settings

        plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
        settings.STORAGES["staticfiles"]["BACKEND"] = plain  # no collected files here
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", verbosity=0)
        try:
            yield
        finally:
            connections.close_all()
            connection.execute(f"drop database if exists {name} with (force)")


def reviewer() -> Any:
    """A 市局审核 account, which sees the whole city."""
    from tuban.accounts.models import Organisation, Post, Role, User

    organisation, _ = Organisation.objects.get_or_create(
        code="bench", defaults={"name": "测速单位", "kind": "land_bureau", "region_id": "150600"}
    )
    post, _ = Post.objects.get_or_create(
        organisation=organisation, title="测速岗", defaults={"role": Role.CITY_REVIEWER}
    )
    user, _ = User.objects.get_or_create(username="bench", defaults={"post": post})
    return user


def fill(parcels: int, *, seed: int = 7) -> dict[str, float]:
    """Adds so many parcels with five to eight facts each; seconds by step."""
    from django.db import connection

    from tuban.parcels import phases

    rng = random.Random(seed)
    user = reviewer()
    seconds: dict[str, float] = {}
    codes = ["150602", "150603", *(str(code) for code in range(150621, 150628))]
    began = time.perf_counter()
    now = datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(max(id), 0) from parcels_parcel")
        first = cursor.fetchone()[0] + 1
        with cursor.copy(
            "copy parcels_parcel (id, region_id, parcel_no, name, location, use, holder,"
            " holder_uscc, permit_no, created_at) from stdin"
        ) as copy:
            for pk in range(first, first + parcels):
                code = rng.choice(codes)
                copy.write_row(
                    (
                        pk,
                        code,
                        f"YS-{code}-{pk:07d}",
                        f"测速地块{pk}",
                        f"测速镇{pk % 90}村",
                        "工业用地",
                        f"测速企业{pk % 997}",
                        "",
                        "",
                        now,
                    )
                )
        with cursor.copy(
            'copy parcels_fact (parcel_id, kind, "on", on_precision, payload, area_m2, paper_no,'
            " paper_issuer, evidence, recorded_at, recorded_by_id, reason) from stdin"
        ) as copy:
            for pk in range(first, first + parcels):
                for kind, on, payload, m2 in _history(rng):
                    copy.write_row(
                        (pk, kind, on, "day", json.dumps(payload), m2, "", "", "", now, user.pk, "")
                    )
    seconds["copy"] = time.perf_counter() - began
    began = time.perf_counter()
    phases.rebuild(range(first, first + parcels))
    seconds["rebuild"] = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze parcels_parcelphase")
        cursor.execute("vacuum analyze parcels_parcel")
        cursor.execute("vacuum analyze parcels_fact")
    return seconds


TOWNS_A_REGION = 8
SPACING_DEGREES = 0.0012
"""Parcels of a town lie about 100 m apart, as blocks and streets do."""

_SURVEY = """
    WITH numbered AS (
        SELECT id, region_id, row_number() OVER (PARTITION BY region_id ORDER BY id) - 1 AS n
          FROM parcels_parcel
    ), placed AS (
        SELECT id, n / %(towns)s AS k, n %% %(towns)s AS town,
               count(*) OVER (PARTITION BY region_id) / %(towns)s AS size,
               dense_rank() OVER (ORDER BY region_id) AS place
          FROM numbered
    ), cornered AS (
        SELECT id, 106.8 + (place %% 3) * 1.5 + (town %% 4) * 0.34
                   + (k %% ceil(sqrt(size + 1))::int) * %(step)s AS x,
               37.9 + (place / 3) * 0.8 + (town / 4) * 0.36
                   + (k / ceil(sqrt(size + 1))::int) * %(step)s * 0.8 AS y,
               (0.4 + (id %% 7) * 0.08) * %(step)s AS side
          FROM placed
    )
    UPDATE parcels_parcel p
       SET geometry = ST_Multi(ST_SetSRID(ST_MakePolygon(ST_MakeLine(ARRAY[
               ST_MakePoint(x, y), ST_MakePoint(x + side, y + side * 0.05),
               ST_MakePoint(x + side, y + side * 0.8), ST_MakePoint(x + side * 0.4, y + side * 0.75),
               ST_MakePoint(x, y + side * 0.7), ST_MakePoint(x, y)])), 4490))
      FROM cornered c WHERE c.id = p.id
"""


def survey() -> float:
    """Gives every parcel a boundary in one of eight towns of its 旗区; seconds it took."""
    from django.db import connection

    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(_SURVEY, {"towns": TOWNS_A_REGION, "step": SPACING_DEGREES})
        cursor.execute("vacuum analyze parcels_parcel")
    return time.perf_counter() - began


def _history(rng: random.Random) -> Iterator[tuple[str, date, dict[str, Any], str | None]]:
    """One parcel's facts in the order they happened."""
    approved = date(2009, 1, 1) + timedelta(days=rng.randrange(5600))
    hectares = round(math.exp(rng.gauss(1, 0.8)), 4)

    def area(share: float) -> tuple[dict[str, str], str]:
        value = f"{hectares * share:.4f}"
        return {"value": value, "unit": "ha"}, f"{float(value) * 10_000:.6f}"

    printed, m2 = area(1)
    yield "approved", approved, {"area": printed}, m2
    if rng.random() < 0.25:
        return
    supplied = approved + timedelta(days=rng.randrange(100, 2500))
    if supplied >= ON:
        return
    printed, m2 = area(rng.choice((1, 1, 1, 0.5)))
    yield "supplied", supplied, {"area": printed, "mode": "grant"}, m2
    yield "delivered", min(supplied + timedelta(days=30), ON), {}, None
    start = supplied + timedelta(days=365)
    yield (
        "start_agreed",
        supplied,
        {
            "start_on": start.isoformat(),
            "complete_on": (start + timedelta(days=700)).isoformat(),
        },
        None,
    )
    began = start + timedelta(days=rng.randrange(-200, 1500))
    if rng.random() < 0.6 and began < ON:
        yield "start_reported", began, {}, None
        if rng.random() < 0.5 and began + timedelta(days=600) < ON:
            yield "completed", began + timedelta(days=600), {}, None
    elif rng.random() < 0.5 and start + timedelta(days=500) < ON:
        yield "recognised_idle", start + timedelta(days=500), {"cause": "enterprise"}, None


def percentile(values: list[float], share: float) -> float:
    """Nearest-rank percentile."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def exponent(small: tuple[int, float], large: tuple[int, float]) -> float:
    """Growth as an exponent: 1 is linear, 0 does not grow."""
    return math.log(large[1] / small[1]) / math.log(large[0] / small[0])
