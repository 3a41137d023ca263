"""Confirming a plan: from then on its tasks stand and its targets bind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from tuban.accounts.access import region_codes, require
from tuban.accounts.models import User
from tuban.core import clock
from tuban.core.errors import DomainError
from tuban.documents.reader import read
from tuban.instruments.binding import bind, is_provisional
from tuban.instruments.models import Clause, Instrument, Layer, Target, Task
from tuban.regions.models import Region
from tuban.values.area import Area, Unit, m2_decimal
from tuban.values.places import resolve_place


class PlanRefused(DomainError):
    """方案不能确认生效."""


def confirm_plan(*, actor: User, content: bytes, name: str) -> Instrument:
    """确认方案: reads the file and makes instrument, clauses, tasks and targets stand.

    Args:
        content: The delivered file, txt or docx.
        name: Its name, which tells the format.

    Raises:
        DocumentError: The file cannot be read as a plan; nothing is written.
        Forbidden: The post may not confirm plans.
        PlanRefused: Issuer unknown, outside the post's scope, or the plan stands already.
    """
    require(actor, "confirm_plan")
    return _confirm(actor, read(content, name).to_json())


@transaction.atomic
def _confirm(actor: User, reading: Mapping[str, Any]) -> Instrument:
    header = reading["header"]
    region = _region_of(actor, header)
    if Instrument.objects.filter(text_sha256=reading["text_sha256"]).exists():
        raise PlanRefused(
            "这份文件已经确认生效，没有重复登记。", code="plan_stands", kind="conflict"
        )
    instrument = Instrument.objects.create(
        region=region,
        title=header["title"],
        doc_no=header["doc_no"] or "",
        issuer=header["issuer"] or "",
        issued_on=date.fromisoformat(header["date"]) if header["date"] else None,
        source_name=reading["source"]["name"],
        source_sha256=reading["source"]["sha256"],
        text=reading["text"],
        text_sha256=reading["text_sha256"],
        findings=reading["findings"],
        confirmed_by=actor,
        confirmed_at=clock.now(),
    )
    Clause.objects.bulk_create(
        Clause(
            instrument=instrument,
            key=item["id"],
            no=item["no"] or "",
            level=item["level"],
            title=item["title"][:300],
            parent_key=item["parent"] or "",
            start=item["span"][0],
            end=item["span"][1],
        )
        for item in reading["clauses"]
    )
    Task.objects.bulk_create(_task(instrument, item) for item in reading["tasks"])
    regions = {r.code: r for r in Region.objects.all()}
    Target.objects.bulk_create(
        _target(
            instrument,
            item,
            regions[item["region_code"]],
            provisional=is_provisional(reading["tables"][item["table"]]["notes"]),
        )
        for item in reading["figures"]
        if item["region_code"] in regions
    )
    return instrument


def _region_of(actor: User, header: Mapping[str, Any]) -> Region:
    place = resolve_place(header["issuer"] or header["title"])
    region = Region.objects.filter(code=place.code).first() if place.code else None
    if region is None:
        raise PlanRefused(
            "无法确定方案由哪个地区印发。",
            code="issuer_unknown",
            kind="invalid",
            place="发文机关",
            cause=f"文件的发文机关为“{header['issuer'] or '（未读出）'}”，不在行政区划表中。",
            remedy="请核对文件首页和落款的发文机关名称。",
        )
    if region.code not in region_codes(actor):
        raise PlanRefused(
            f"{region.name}的方案不在本岗位的管辖范围内。", code="out_of_scope", kind="forbidden"
        )
    return region


def _task(instrument: Instrument, item: Mapping[str, Any]) -> Task:
    return Task(
        instrument=instrument,
        no=item["no"],
        title=item["title"][:300],
        text=item["text"],
        start=item["span"][0],
        end=item["span"][1],
        lead=item["lead"],
        support=item["support"],
        supervise=item["supervise"],
        deadlines=item["deadlines"],
        targets=item["targets"],
    )


def _target(
    instrument: Instrument, item: Mapping[str, Any], region: Region, *, provisional: bool
) -> Target:
    bound = bind(item["metric"], item["period"] or "", item["role"])
    value = None if item["value"] is None else Decimal(item["value"])
    unit = next((u for u in Unit if u.label == item["unit"] or u.value == item["unit"]), None)
    return Target(
        instrument=instrument,
        measure_code=bound.measure_code,
        metric=item["metric"],
        region=region,
        period=item["period"] or "",
        year=bound.year,
        role=item["role"],
        value=value,
        unit=unit.label if unit else item["unit"] or "",
        printed=item["printed"] or "",
        decimals=item["decimals"] or 0,
        area_m2=None if value is None or unit is None else m2_decimal(Area(value, unit).m2),
        start=item["span"][0],
        end=item["span"][1],
        layer=Layer.DECOMPOSED,
        provisional=provisional,
    )
