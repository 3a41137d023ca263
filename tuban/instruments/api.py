"""目标 for programs; printed words beside parsed values, as they stand in the plan."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tuban.core.paging import USUAL, number_after, page
from tuban.instruments.access import instruments_for
from tuban.instruments.models import Target
from tuban.parcels.api import After, Limit, m2_text, reader

router = Router(tags=["方案"])
Instrument = Annotated[int | None, Field(ge=1, lt=2**63, description="文件编号")]


class TargetOut(Schema):
    """目标."""

    id: int
    instrument_id: int
    measure: str | None
    metric: str
    region_code: str
    year: int | None
    period: str
    role: str
    layer: str
    value: str | None
    unit: str
    printed: str
    decimals: int
    area_m2: str | None
    provisional: bool
    binding: bool | None


class TargetPage(Schema):
    """一页目标."""

    items: list[TargetOut]
    next: str | None


@router.get("/targets", response=TargetPage, summary="目标")
def list_targets(
    request: HttpRequest,
    instrument: Instrument = None,
    measure: Annotated[str, Field(max_length=40)] = "",
    year: Annotated[int | None, Field(ge=1949, le=2150)] = None,
    after: After = None,
    limit: Limit = USUAL,
) -> dict[str, Any]:
    """Targets of plans that bind the post's region; blank values are null, never zero."""
    user = reader(request)
    rows = Target.objects.filter(instrument__in=instruments_for(user), pk__gt=number_after(after))
    if instrument is not None:
        rows = rows.filter(instrument=instrument)
    if measure:
        rows = rows.filter(measure_code=measure.replace("\0", ""))
    if year is not None:
        rows = rows.filter(year=year)
    items, following = page(list(rows.order_by("pk")[: limit + 1]), limit, lambda row: row.pk)
    return {"items": [_target(row) for row in items], "next": following}


def _target(row: Target) -> dict[str, Any]:
    value: Decimal | None = row.value
    return {
        "id": row.pk,
        "instrument_id": row.instrument_id,
        "measure": row.measure_code or None,
        "metric": row.metric,
        "region_code": row.region_id,
        "year": row.year,
        "period": row.period,
        "role": row.role,
        "layer": row.layer,
        "value": None if value is None else f"{value.normalize():f}",
        "unit": row.unit,
        "printed": row.printed,
        "decimals": row.decimals,
        "area_m2": m2_text(row.area_m2),
        "provisional": row.provisional,
        "binding": row.binding,
    }
