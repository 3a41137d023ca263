"""A database as the first version of the ledger made it, with work in it, brought to the present.

    python -m tuban.operations.tests.earlier

Prints one line of JSON: the facts as they were written then, and as they stand now.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.migrations.executor import MigrationExecutor  # noqa: E402

NOW = datetime(2024, 9, 1, 4, tzinfo=UTC)
READ = (
    "select p.parcel_no, f.kind, f.on::text, f.payload::text, f.area_m2::text, f.reason,"
    " u.username, f.supersedes_id from parcels_fact f join parcels_parcel p on p.id = f.parcel_id"
    " join accounts_user u on u.id = f.recorded_by_id order by f.id"
)


def _work(apps: Any) -> None:
    """Two parcels, four facts, one of them a correction, in the words of the first version."""
    region = apps.get_model("regions", "Region").objects.get(code="150602")
    organisation = apps.get_model("accounts", "Organisation").objects.create(
        code="old", name="东胜区自然资源局", kind="land_bureau", region=region
    )
    post = apps.get_model("accounts", "Post").objects.create(
        organisation=organisation, title="利用股经办岗", role="banner_clerk"
    )
    user = apps.get_model("accounts", "User").objects.create(username="old", post=post)
    parcels = apps.get_model("parcels", "Parcel").objects
    facts = apps.get_model("parcels", "Fact").objects
    written = (
        ("O-1", "approved", date(2018, 3, 1), "30.00"),
        ("O-1", "supplied", date(2019, 5, 6), "12.50"),
        ("O-2", "approved", date(2020, 7, 1), "8.0000"),
    )
    known: dict[str, Any] = {}
    for number, kind, on, area in written:
        if number not in known:
            known[number] = parcels.create(region=region, parcel_no=number, created_at=NOW)
        payload: dict[str, Any] = {"area": {"value": area, "unit": "mu"}}
        if kind == "supplied":
            payload["mode"] = "grant"
        last = facts.create(
            parcel=known[number],
            kind=kind,
            on=on,
            payload=payload,
            area_m2=(Decimal(area) * 2000 / 3).quantize(Decimal("0.000001")),
            recorded_at=NOW,
            recorded_by=user,
        )
    facts.create(
        parcel=last.parcel,
        kind=last.kind,
        on=date(2020, 7, 2),
        payload=last.payload,
        area_m2=last.area_m2,
        recorded_at=NOW,
        recorded_by=user,
        supersedes=last,
        reason="日期录错",
    )


def _facts() -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(READ)
        return [list(row) for row in cursor.fetchall()]


def main() -> None:
    """From the ledger's first migration to the last of all, with work in between."""
    executor = MigrationExecutor(connection)
    first = [("regions", "0002_seed_ordos"), ("parcels", "0001_initial")]
    executor.migrate(first)
    _work(executor.loader.project_state(first).apps)
    before = _facts()
    call_command("migrate", verbosity=0, interactive=False)
    print(json.dumps([before, _facts()], ensure_ascii=False))


if __name__ == "__main__":
    main()
