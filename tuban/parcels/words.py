"""事实 in words: content and paper as tables and forms show them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tuban.law.facts import PAYLOAD_FIELDS, FactKind, Field
from tuban.parcels.models import Fact
from tuban.values.area import Area, format_area

_ONLY_FIELD_IS_AREA = {FactKind.APPROVED, FactKind.WITHDRAWN}


def content(fact: Fact) -> str:
    """The fact's content, its area as printed: "12.3456 公顷；出让；合同 150602-2021-017"."""
    kind = FactKind(fact.kind)
    if kind is FactKind.VOID:
        return "作废原事实"
    parts = [
        _part(field, fact.payload[field.name], bare=kind in _ONLY_FIELD_IS_AREA)
        for field in PAYLOAD_FIELDS[kind]
        if fact.payload.get(field.name) is not None
    ]
    return "；".join(parts) or "—"


def _part(field: Field, value: object, *, bare: bool) -> str:
    if isinstance(value, dict):
        area = Area.of(value["value"], value["unit"])
        shown = f"{area.printed} {area.unit.label}"
        return shown if bare else f"{field.label} {shown}"
    if isinstance(value, bool):
        return f"{field.label}：{'是' if value else '否'}"
    if field.type == "choice":
        return dict(field.choices)[str(value)]
    if field.type == "money":
        yuan = Decimal(str(value))
        return f"价款 {format_area(yuan / 10_000, 'm2', 2)} 万元"
    return f"{field.label} {value}"


def paper(fact: Fact) -> str:
    """文书与证据 in one line; — without any."""
    parts = [fact.paper_issuer, fact.paper_no, _day(fact.paper_on), fact.evidence]
    return " ".join(part for part in parts if part) or "—"


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
