"""地块和事实 for programs. Areas are exact m² as text; instants are UTC; days are legal dates."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Header, Query, Router, Schema, Status

from tuban.accounts.access import require
from tuban.accounts.idempotency import once
from tuban.accounts.models import User
from tuban.core.errors import DomainError
from tuban.core.paging import MOST, USUAL, number_after, page
from tuban.law.facts import FactKind
from tuban.law.period import Stage
from tuban.parcels import access
from tuban.parcels.actions import Paper, correct_fact, record_fact
from tuban.parcels.models import Fact, ParcelPhase
from tuban.parcels.queries import ParcelFilter, filtered
from tuban.web import context

router = Router(tags=["地块"])
Limit = Annotated[int, Field(ge=1, le=MOST, description=f"每页条数，至多 {MOST}")]
After = Annotated[str | None, Field(max_length=40, description="上一页答复中的 next")]
OnDay = Annotated[str | None, Field(max_length=10, description="截至日期 YYYY-MM-DD，默认今天")]
Id = Annotated[int, Field(ge=1, lt=2**63)]
IdempotencyKey = Annotated[
    str | None,
    Header(alias="Idempotency-Key", description="必填，1 至 100 个字符；断线后重发时用原值"),
]


class ParcelOut(Schema):
    """地块 as of a day."""

    id: int
    region_code: str
    parcel_no: str
    name: str
    location: str
    use: str
    holder: str
    holder_uscc: str
    approval_no: str | None
    on: date
    stage: str
    stage_label: str
    since: date
    flags: list[str]
    verified: bool
    approved_m2: str | None
    supplied_m2: str | None
    withdrawn_m2: str | None
    unsupplied_m2: str | None
    idle_m2: str | None
    next_on: date | None
    next_kind: str | None
    has_boundary: bool


class ParcelPage(Schema):
    """一页地块; `next` goes into `after` for the next page, null at the end."""

    items: list[ParcelOut]
    next: str | None


class PaperIn(Schema):
    """文书."""

    doc_no: str = Field(default="", max_length=80)
    issued_on: date | None = None
    issuer: str = Field(default="", max_length=80)


class FactIn(Schema):
    """要登记的事实. `corrects` names the fact it takes the place of; then `reason` is required."""

    kind: FactKind
    on: date
    on_precision: str = Field("day", pattern="^(day|month|year)$")
    payload: dict[str, Any] = Field(default_factory=dict, description="按事实种类，见术语表")
    paper: PaperIn = Field(default_factory=PaperIn)
    evidence: str = Field("", max_length=300)
    corrects: Id | None = None
    reason: str = Field("", max_length=300)


class FactOut(Schema):
    """事实."""

    id: int
    parcel_id: int
    kind: str
    kind_label: str
    on: date
    on_precision: str
    payload: dict[str, Any]
    area_m2: str | None
    paper: PaperIn
    evidence: str
    batch_no: str | None
    recorded_at: datetime
    recorded_by: str
    supersedes: int | None
    reason: str


class FactPage(Schema):
    """一页事实."""

    items: list[FactOut]
    next: str | None


class ParcelQuery(Schema):
    """条件, as the list's."""

    region: list[str] = Field(default_factory=list, max_length=50)
    stage: list[Stage] = Field(default_factory=list, max_length=20)
    approved_from: int | None = Field(None, ge=1949, le=2150)
    approved_to: int | None = Field(None, ge=1949, le=2150)
    q: str = Field("", max_length=100)
    on: OnDay = None
    after: After = None
    limit: Limit = USUAL


@router.get("/parcels", response=ParcelPage, summary="地块清单")
def list_parcels(request: HttpRequest, asked: Query[ParcelQuery]) -> dict[str, Any]:
    """地块 of the post's own region and below, by id."""
    user = reader(request)
    on = day(request, asked.on)
    wanted = ParcelFilter(
        regions=tuple(asked.region),
        stages=tuple(asked.stage),
        approved_from=asked.approved_from,
        approved_to=asked.approved_to,
        text=asked.q.strip().replace("\0", ""),
    )
    rows = filtered(user, wanted, on).filter(parcel_id__gt=number_after(asked.after))
    found = list(rows.select_related("parcel__approval").order_by("parcel_id")[: asked.limit + 1])
    items, following = page(found, asked.limit, lambda row: row.parcel_id)
    return {"items": [_parcel(row, on) for row in items], "next": following}


@router.get("/parcels/{parcel_id}", response=ParcelOut, summary="一宗地块")
def get_parcel(request: HttpRequest, parcel_id: Id, on: OnDay = None) -> dict[str, Any]:
    """The parcel as of a day; 404 before its first fact, or outside the post's scope."""
    user = reader(request)
    parcel = access.get_parcel(user, parcel_id)
    as_of = day(request, on)
    row = (
        filtered(user, ParcelFilter(), as_of)
        .filter(parcel=parcel)
        .select_related("parcel__approval")
        .first()
    )
    if row is None:
        raise access.Absent("宗地块在该日的阶段")
    return _parcel(row, as_of)


@router.get("/parcels/{parcel_id}/facts", response=FactPage, summary="一宗地块的事实")
def list_facts(
    request: HttpRequest, parcel_id: Id, after: After = None, limit: Limit = USUAL
) -> dict[str, Any]:
    """All facts of the parcel, superseded ones included, in the order they were recorded."""
    user = reader(request)
    parcel = access.get_parcel(user, parcel_id)
    rows = (
        Fact.objects.filter(parcel=parcel, pk__gt=number_after(after))
        .select_related("batch", "recorded_by__post__organisation")
        .order_by("pk")[: limit + 1]
    )
    items, following = page(list(rows), limit, lambda fact: fact.pk)
    return {"items": [_fact(fact) for fact in items], "next": following}


@router.post("/parcels/{parcel_id}/facts", response={201: FactOut}, summary="登记或更正一条事实")
def add_fact(
    request: HttpRequest, parcel_id: Id, body: FactIn, key: IdempotencyKey = None
) -> Status[dict[str, Any]]:
    """Records a fact, once for each Idempotency-Key."""
    user = acting(request)
    require(user, "record_fact")
    access.get_parcel(user, parcel_id)

    def act() -> tuple[int, dict[str, Any]]:
        made = _recorded(user, parcel_id, body)
        fact = Fact.objects.select_related("batch", "recorded_by__post__organisation")
        return 201, FactOut(**_fact(fact.get(pk=made.pk))).model_dump(mode="json")

    asked = f"POST {request.path}\n".encode() + request.body
    status, answer = once(user, key, asked, act)
    return Status(status, answer)


class _OtherParcel(DomainError):
    """更正的事实不属于这宗地块."""

    def __init__(self) -> None:
        super().__init__(
            "没有写入：要更正的事实不属于这宗地块。",
            code="fact.other_parcel",
            kind="invalid",
            place="corrects",
        )


def _recorded(user: User, parcel_id: int, body: FactIn) -> Fact:
    paper = Paper(body.paper.doc_no, body.paper.issued_on, body.paper.issuer)
    if body.corrects is None:
        return record_fact(
            actor=user,
            parcel_id=parcel_id,
            kind=body.kind,
            on=body.on,
            payload=body.payload,
            precision=body.on_precision,
            paper=paper,
            evidence=body.evidence,
        )
    if access.get_fact(user, body.corrects).parcel_id != parcel_id:
        raise _OtherParcel
    return correct_fact(
        actor=user,
        fact_id=body.corrects,
        kind=body.kind,
        on=body.on,
        payload=body.payload,
        reason=body.reason,
        precision=body.on_precision,
        paper=paper,
        evidence=body.evidence,
    )


def reader(request: HttpRequest) -> User:
    """The account of the call, which may read."""
    user = acting(request)
    require(user, "read")
    return user


def acting(request: HttpRequest) -> User:
    """The account of the call."""
    assert isinstance(request.user, User)
    return request.user


def day(request: HttpRequest, written: str | None) -> date:
    """The as-of day, read as pages read it.

    Raises:
        BadDay: It is no day the ledger knows.
    """
    del written  # named in the signature for the description of the API only
    return context.read(request).on


def m2_text(value: Decimal | None) -> str | None:
    """m² as text, six places; None where unknown."""
    return None if value is None else f"{value:f}"


def _parcel(row: ParcelPhase, on: date) -> dict[str, Any]:
    parcel = row.parcel
    return {
        "id": parcel.pk,
        "region_code": parcel.region_id,
        "parcel_no": parcel.parcel_no,
        "name": parcel.name,
        "location": parcel.location,
        "use": parcel.use,
        "holder": parcel.holder,
        "holder_uscc": parcel.holder_uscc,
        "approval_no": parcel.approval.doc_no if parcel.approval else None,
        "on": on,
        "stage": row.stage,
        "stage_label": Stage(row.stage).label,
        "since": row.stage_since,
        "flags": row.flags,
        "verified": row.verified,
        "approved_m2": m2_text(row.approved_m2),
        "supplied_m2": m2_text(row.supplied_m2),
        "withdrawn_m2": m2_text(row.withdrawn_m2),
        "unsupplied_m2": m2_text(row.unsupplied_m2),
        "idle_m2": m2_text(row.idle_m2),
        "next_on": row.next_on,
        "next_kind": row.next_kind or None,
        "has_boundary": parcel.geometry is not None,
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "id": fact.pk,
        "parcel_id": fact.parcel_id,
        "kind": fact.kind,
        "kind_label": fact.get_kind_display(),
        "on": fact.on,
        "on_precision": fact.on_precision,
        "payload": fact.payload,
        "area_m2": m2_text(fact.area_m2),
        "paper": {
            "doc_no": fact.paper_no,
            "issued_on": fact.paper_on,
            "issuer": fact.paper_issuer,
        },
        "evidence": fact.evidence,
        "batch_no": fact.batch.no if fact.batch else None,
        "recorded_at": fact.recorded_at,
        "recorded_by": str(fact.recorded_by),
        "supersedes": fact.supersedes_id,
        "reason": fact.reason,
    }
