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

from benchmarks.settlements import REGIONS, boundary, holder, location

NAME = "bench_tuban"
ON = date(2024, 9, 30)


@contextmanager
def database(name: str = NAME, *, keep: bool = False) -> Iterator[None]:
    """Django on a migrated scratch database.

    Args:
        keep: Take the one a former run has left, and leave it; otherwise it is empty at the
            beginning and dropped at the end.

    Raises:
        AssertionError: The process has spoken to another database before.
    """
    import psycopg

    from dev.cluster import Cluster
    from tuban.config import state

    Cluster(test=True).start()
    admin = state.database_settings(state.private_url("postgres", test=True))
    with psycopg.connect(
        host=admin["HOST"], user=admin["USER"], dbname="postgres", autocommit=True
    ) as connection:
        if not keep:
            connection.execute(f"drop database if exists {name} with (force)")
        known = connection.execute("select from pg_database where datname = %s", [name]).fetchone()
        if known is None:
            connection.execute(f"create database {name} template template_app")
        os.environ["TUBAN_DATABASE_URL"] = state.private_url(name, test=True)
        os.environ["DJANGO_SETTINGS_MODULE"] = "tuban.config.settings"
        os.environ["TUBAN_DEMO"] = "1"
        os.environ["TUBAN_TODAY"] = ON.isoformat()
        import django

        django.setup()
        from django.conf import settings

        assert settings.DATABASES["default"]["NAME"] == name, "one database a process"
        plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
        settings.STORAGES["staticfiles"]["BACKEND"] = plain  # no collected files here
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", verbosity=0)
        try:
            yield
        finally:
            connections.close_all()
            if not keep:
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
    """Adds so many parcels with five to eight facts each, and derives; seconds by step."""
    from tuban.parcels import phases

    began = time.perf_counter()
    added = record(parcels, seed=seed)
    recorded = time.perf_counter()
    phases.rebuild(added)
    seconds = {"copy": recorded - began, "rebuild": time.perf_counter() - recorded}
    vacuum()
    return seconds


def record(parcels: int, *, seed: int = 7) -> range:
    """Adds so many parcels with boundaries and facts, without phases; their ids."""
    from django.db import connection

    rng = random.Random(seed)
    user = reviewer()
    now = datetime.now(UTC)
    approvals = _approvals(rng, parcels)
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(max(id), 0) from parcels_parcel")
        first = cursor.fetchone()[0] + 1
        with cursor.copy(
            "copy parcels_parcel (id, region_id, parcel_no, name, location, use, holder,"
            " holder_uscc, permit_no, approval_id, geometry, created_at) from stdin"
        ) as copy:
            for row in _parcels(rng, range(first, first + parcels), approvals):
                copy.write_row((*row, now))
        with cursor.copy(
            'copy parcels_fact (parcel_id, kind, "on", on_precision, payload, area_m2, paper_no,'
            " paper_issuer, evidence, recorded_at, recorded_by_id, reason) from stdin"
        ) as copy:
            for pk in range(first, first + parcels):
                for kind, on, payload, m2 in _history(rng):
                    copy.write_row(
                        (pk, kind, on, "day", json.dumps(payload), m2, "", "", "", now, user.pk, "")
                    )
    return range(first, first + parcels)


@contextmanager
def without_indexes(table: str) -> Iterator[None]:
    """Drops the table's GIN and GiST indexes and makes them anew: quicker than a million entries."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "select indexname, indexdef from pg_indexes where tablename = %s"
            " and indexdef ~ 'USING (gin|gist)'",
            [table],
        )
        found = cursor.fetchall()
        for name, _ in found:
            cursor.execute(f'drop index "{name}"')
        yield
        cursor.execute("set maintenance_work_mem = '512MB'")
        for _, made in found:
            cursor.execute(made)


def vacuum() -> None:
    """What autovacuum does in its own time: statistics, and which pages everybody may see."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in ("parcels_parcelphase", "parcels_parcel", "parcels_fact"):
            cursor.execute(f"vacuum analyze {table}")


def _approvals(rng: random.Random, parcels: int) -> dict[str, list[int]]:
    """One approval for every fifty parcels; ids by 旗区."""
    from tuban.parcels.models import Approval

    made = Approval.objects.bulk_create(
        [
            Approval(
                region_id=code,
                doc_no=f"内政土发〔{rng.randrange(2009, 2025)}〕{rng.randrange(1, 900)}号",
                name=f"测速批次{rng.getrandbits(40):x}",
            )
            for code in REGIONS
            for _ in range(max(1, parcels // 450))
        ]
    )
    found: dict[str, list[int]] = {code: [] for code in REGIONS}
    for approval in made:
        found[approval.region_id].append(approval.pk)
    return found


def _parcels(
    rng: random.Random, ids: range, approvals: dict[str, list[int]]
) -> Iterator[tuple[Any, ...]]:
    """Rows of `parcels_parcel` without their last column."""
    codes = list(REGIONS)
    placed = dict.fromkeys(codes, ids.start // len(codes))
    for pk in ids:
        code = rng.choice(codes)
        placed[code] += 1
        yield (
            pk,
            code,
            f"YS-{code}-{pk:07d}",
            f"{holder(rng)[3:7]}项目{pk % 997}号地块",
            location(rng, code),
            "工业用地",
            holder(rng),
            "",
            "",
            rng.choice(approvals[code]),
            boundary(rng, code, placed[code]),
        )


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
