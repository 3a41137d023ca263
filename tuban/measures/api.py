"""指标 for programs: values for every post, contributions within the post's own region."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tuban.core.paging import USUAL, BadCursor, page
from tuban.measures.changes import changes
from tuban.measures.definitions import MEASURES, Basis, measure
from tuban.measures.queries import contributions, targets
from tuban.parcels.api import After, Limit, OnDay, day, m2_text, reader
from tuban.regions.models import Level, Region
from tuban.values.area import m2_decimal

router = Router(tags=["指标"])
Code = Annotated[str, Field(max_length=40)]
RegionCode = Annotated[str, Field(max_length=12)]
Year = Annotated[int | None, Field(ge=1949, le=2150, description="当期完成的年度；存量不填")]


class MeasureOut(Schema):
    """指标定义."""

    code: str
    name: str
    basis: str
    numerator: str
    denominator: str
    scope: str
    source: str
    verified: bool


class ValueOut(Schema):
    """一个数: exact m² as text."""

    measure: str
    region_code: str
    region: str
    on: date
    year: int | None
    m2: str
    target_m2: str | None
    target_printed: str | None
    target_unit: str | None


class ContributionOut(Schema):
    """构成: one phase of one parcel."""

    parcel_id: int
    parcel_no: str
    region_code: str
    stage: str
    since: date
    m2: str


class ContributionPage(Schema):
    """一页构成; `total_m2` is the figure itself, whatever the page."""

    total_m2: str
    unreviewed_m2: str
    count: int
    items: list[ContributionOut]
    next: str | None


@router.get("/measures", response=list[MeasureOut], summary="指标定义")
def list_measures(request: HttpRequest) -> list[dict[str, Any]]:
    """Every measure with its 口径."""
    reader(request)
    return [
        {
            "code": item.code,
            "name": item.name,
            "basis": item.basis.value,
            "numerator": item.numerator,
            "denominator": item.denominator,
            "scope": item.scope_words,
            "source": item.source,
            "verified": item.verified,
        }
        for item in MEASURES.values()
    ]


@router.get("/measures/{code}/values", response=list[ValueOut], summary="指标数，按旗区")
def list_values(
    request: HttpRequest, code: Code, on: OnDay = None, year: Year = None
) -> list[dict[str, Any]]:
    """The measure of the city's 旗区 as of a day; a flow of the year, this day's year if none."""
    reader(request)
    item = measure(code)
    as_of = day(request, on)
    known = changes([item.code], as_of)
    goals = targets(item.code, on=as_of)
    during = (year or as_of.year) if item.basis is Basis.FLOW else None
    stock = known.stock(item.code) if item.basis is Basis.STOCK else {}
    flow = known.flow(item.code) if item.basis is Basis.FLOW else {}
    found = []
    for region in Region.objects.filter(level=Level.COUNTY).defer("boundary"):
        value = flow.get((region.code, during or 0)) if during else stock.get(region.code)
        goal = goals.get((item.code, region.code, during, "cell"))
        found.append(
            {
                "measure": item.code,
                "region_code": region.code,
                "region": region.name,
                "on": as_of,
                "year": during,
                "m2": m2_text(m2_decimal(value or Fraction(0))),
                "target_m2": m2_text(m2_decimal(goal.area_m2)) if goal else None,
                "target_printed": goal.printed if goal else None,
                "target_unit": goal.unit if goal else None,
            }
        )
    return found


@router.get("/measures/{code}/contributions", response=ContributionPage, summary="指标数的构成")
def list_contributions(
    request: HttpRequest,
    code: Code,
    region: RegionCode,
    year: Year = None,
    on: OnDay = None,
    after: After = None,
    limit: Limit = USUAL,
) -> dict[str, Any]:
    """What a figure is made of, by parcel; 404 for a region outside the post's scope."""
    user = reader(request)
    as_of = day(request, on)
    period = str(year or as_of.year)
    opened = contributions(user, code, region_code=region, period=period, on=as_of)
    parcel_id, since = _position(after)
    rows = opened.rows.order_by("parcel_id", "starts_on")
    if since is not None:
        rows = rows.filter(parcel_id__gte=parcel_id).exclude(
            parcel_id=parcel_id, starts_on__lte=since
        )
    items, following = page(
        list(rows[: limit + 1]), limit, lambda row: f"{row.parcel_id}~{row.starts_on}"
    )
    return {
        "total_m2": m2_text(m2_decimal(opened.total_m2)),
        "unreviewed_m2": m2_text(m2_decimal(opened.unreviewed_m2)),
        "count": opened.count,
        "items": [
            {
                "parcel_id": row.parcel_id,
                "parcel_no": row.parcel.parcel_no,
                "region_code": row.region_id,
                "stage": row.stage,
                "since": row.starts_on,
                "m2": m2_text(row.area_m2),
            }
            for row in items
        ],
        "next": following,
    }


def _position(after: str | None) -> tuple[int, date | None]:
    """`parcel~day` of the last row of the page before."""
    if not after:
        return 0, None
    parcel, _, since = after.partition("~")
    try:
        if not (parcel.isascii() and parcel.isdigit() and len(parcel) <= 18):
            raise BadCursor(after)
        return int(parcel), date.fromisoformat(since)
    except ValueError:
        raise BadCursor(after) from None
