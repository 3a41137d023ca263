"""The fixed cast of the ledger's tests: posts of two banners and the city, and parcels."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from tuban.accounts.models import Organisation, OrganisationKind, Post, Role, User
from tuban.law.facts import FactKind, payload_from_json
from tuban.parcels import phases
from tuban.parcels.models import Fact, Parcel
from tuban.values.area import m2_decimal

DONGSHENG = "150602"
EJIN_HORO = "150627"
CITY = "150600"
TODAY = date(2024, 9, 30)


def make_user(role: Role, region: str = DONGSHENG, name: str = "") -> User:
    """An account of a post of that role over that region."""
    code = name or f"{role}-{region}"
    organisation, _ = Organisation.objects.get_or_create(
        code=f"org-{region}",
        defaults={
            "name": f"演示单位{region}",
            "kind": OrganisationKind.LAND_BUREAU,
            "region_id": region,
        },
    )
    post = Post.objects.create(organisation=organisation, title=code, role=role)
    return User.objects.create_user(code, "cast-2024-pass", post=post)


def make_parcel(
    recorded_by: User, *, no: str = "YS-1", region: str = DONGSHENG, **facts: Any
) -> Parcel:
    """A parcel with facts given as `kind=(on, payload)`, phases built."""
    parcel = Parcel.objects.create(
        region_id=region, parcel_no=no, created_at=datetime(2024, 9, 1, tzinfo=UTC)
    )
    for kind, (on, payload) in facts.items():
        add_fact(parcel, recorded_by, FactKind(kind), on, payload)
    phases.rebuild([parcel.pk])
    return parcel


def add_fact(
    parcel: Parcel, recorded_by: User, kind: FactKind, on: str, payload: dict[str, Any]
) -> Fact:
    """One stored fact, unchecked: what an import would have written."""
    typed = payload_from_json(kind, payload)
    area = getattr(typed, "area", None)
    return Fact.objects.create(
        parcel=parcel,
        kind=kind.value,
        on=on,
        payload=payload,
        area_m2=m2_decimal(area.m2) if area else None,
        recorded_at=datetime(2024, 9, 1, tzinfo=UTC),
        recorded_by=recorded_by,
    )


def mu(value: str) -> dict[str, dict[str, str]]:
    """A payload that is an area in 亩."""
    return {"area": {"value": value, "unit": "mu"}}
