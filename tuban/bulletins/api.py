"""通报 for programs: the frozen figures as they were issued."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from tuban.bulletins.access import bulletins_for, get_bulletin
from tuban.core.paging import USUAL, number_after, page
from tuban.parcels.api import After, Id, Limit, m2_text, reader

router = Router(tags=["通报"])


class BulletinOut(Schema):
    """通报."""

    id: int
    doc_no: str
    title: str
    state: str
    region_code: str
    kind: str
    on: date
    issued_on: date | None


class FigureOut(Schema):
    """冻结数: exact m² as text."""

    measure: str
    region_code: str
    period: str
    m2: str
    unreviewed_m2: str
    target_m2: str | None
    parts_count: int


class BulletinPage(Schema):
    """一页通报."""

    items: list[BulletinOut]
    next: str | None


class BulletinDetail(BulletinOut):
    """一份通报 with its figures."""

    figures: list[FigureOut]


@router.get("/bulletins", response=BulletinPage, summary="通报")
def list_bulletins(
    request: HttpRequest, after: After = None, limit: Limit = USUAL
) -> dict[str, Any]:
    """Bulletins this post may read, by id."""
    user = reader(request)
    rows = bulletins_for(user).filter(pk__gt=number_after(after)).order_by("pk")
    items, following = page(list(rows[: limit + 1]), limit, lambda row: row.pk)
    return {"items": [_bulletin(row) for row in items], "next": following}


@router.get("/bulletins/{bulletin_id}", response=BulletinDetail, summary="一份通报及其数字")
def read_bulletin(request: HttpRequest, bulletin_id: Id) -> dict[str, Any]:
    """The bulletin with its frozen figures; they never change once it is issued."""
    bulletin = get_bulletin(reader(request), bulletin_id)
    figures = [
        {
            "measure": figure.measure_code,
            "region_code": figure.region_id,
            "period": figure.period,
            "m2": m2_text(figure.m2),
            "unreviewed_m2": m2_text(figure.unreviewed_m2),
            "target_m2": m2_text(figure.target_m2),
            "parts_count": figure.parts_count,
        }
        for figure in bulletin.figures.order_by("pk")
    ]
    return {**_bulletin(bulletin), "figures": figures}


def _bulletin(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "doc_no": row.doc_no,
        "title": row.title,
        "state": row.state,
        "region_code": row.region_id,
        "kind": row.kind,
        "on": row.on,
        "issued_on": row.issued_on,
    }
