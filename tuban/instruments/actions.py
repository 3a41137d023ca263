"""Confirming a plan: from then on its tasks stand and its targets bind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.dispatch import Signal

from tuban.accounts.access import region_codes, require
from tuban.accounts.models import User
from tuban.accounts.records import record
from tuban.core import clock
from tuban.core.errors import DomainError
from tuban.documents.reader import read
from tuban.instruments.access import instruments_for
from tuban.instruments.deeds import PLAN_CONFIRMED
from tuban.instruments.models import Draft, Instrument, Origin
from tuban.instruments.recording import Held, day_of, write_rows
from tuban.regions.models import Region
from tuban.values.places import resolve_place

plan_stands = Signal()
"""Sent with `instrument` in the transaction that lets a plan stand: what follows, follows at once."""


class PlanRefused(DomainError):
    """方案不能确认生效."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """替代: which plan a re-issued one takes the place of, and from which as-of day on."""

    instrument_id: int
    since: date


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
    reading = read(content, name).to_json()
    return make_stand(actor=actor, reading=reading, findings=reading["findings"])


@transaction.atomic
def make_stand(
    *,
    actor: User,
    reading: Mapping[str, Any],
    findings: list[dict[str, Any]],
    decided: Held | None = None,
    replacement: Replacement | None = None,
    draft: Draft | None = None,
) -> Instrument:
    """生效: writes the instrument of a reading, as corrected, with all that belongs to it.

    Args:
        reading: Contract JSON with the corrections applied; printed words as they were read.
        findings: Of the corrected reading.
        decided: Which of contradicting figures bind.
        replacement: The plan it takes the place of.
        draft: Where the reading was reviewed; it gives the instrument its number.

    Raises:
        PlanRefused: Issuer unknown, outside the post's scope, standing already, or a replacement
            that does not fit.
    """
    header = reading["header"]
    region = _region_of(actor, header)
    if Instrument.objects.filter(text_sha256=reading["text_sha256"]).exists():
        raise PlanRefused(
            "这份文件已经确认生效，没有重复登记。", code="plan_stands", kind="conflict"
        )
    replaced = _replaced(actor, replacement, region) if replacement else None
    instrument = Instrument.objects.create(
        **({"pk": draft.pk, "origin": draft.origin} if draft else {"origin": Origin.DOCUMENT}),
        region=region,
        title=header["title"][:200],
        doc_no=header["doc_no"] or "",
        issuer=header["issuer"] or "",
        issued_on=day_of(header),
        source_name=reading["source"]["name"],
        source_sha256=reading["source"]["sha256"],
        text=reading["text"],
        text_sha256=reading["text_sha256"],
        findings=findings,
        replaces=replaced,
        in_force_from=replacement.since if replacement else None,
        confirmed_by=actor,
        confirmed_at=clock.now(),
    )
    write_rows(instrument, reading, decided or Held())
    plan_stands.send(Instrument, instrument=instrument)
    record(
        actor, PLAN_CONFIRMED, about=instrument, subject=instrument.title,
        detail={"文号": instrument.doc_no, "替代": str(replaced) if replaced else ""},
    )  # fmt: skip
    return instrument


def _region_of(actor: User, header: Mapping[str, Any]) -> Region:
    """适用地区: the one a reviewer named, else the place the issuer speaks for."""
    code = header.get("region_code") or resolve_place(header["issuer"] or header["title"]).code
    region = Region.objects.filter(code=code).first() if code else None
    if region is None:
        raise PlanRefused(
            "无法确定方案由哪个地区印发。",
            code="issuer_unknown",
            kind="invalid",
            place="发文机关",
            cause=f"文件的发文机关为“{header['issuer'] or '（未读出）'}”，不在行政区划表中。",
            remedy="请核对文件首页和落款的发文机关名称；确要在本地执行的，请在“表头”中指定适用地区，"
            "任务即可成立，未指定地区的目标仍不登记；只作参考的不必生效。",
        )
    if region.code not in region_codes(actor):
        raise PlanRefused(
            f"{region.name}的方案不在本岗位的管辖范围内。", code="out_of_scope", kind="forbidden"
        )
    return region


def _replaced(actor: User, replacement: Replacement, region: Region) -> Instrument:
    """The plan to be replaced: in force, of the same region, not replaced yet."""
    found = instruments_for(actor).filter(pk=replacement.instrument_id).first()
    if found is None or found.region_id != region.code:
        raise PlanRefused(
            "不能替代所选的方案。",
            code="replacement_elsewhere",
            kind="invalid",
            place="替代的方案",
            cause="它不存在，或不是同一地区印发的。",
            remedy="请在列出的方案中重新选择。",
        )
    by = found.replaced_by.first()
    if by is not None:
        raise PlanRefused(
            "所选的方案已经被替代。",
            code="replaced_already",
            kind="conflict",
            place="替代的方案",
            cause=f"{found} 已由 {by} 替代。",
            remedy=f"请改选 {by}。",
        )
    if found.issued_on and replacement.since < found.issued_on:
        raise PlanRefused(
            "替代起始日早于原方案的成文日期。",
            code="replacement_too_early",
            kind="invalid",
            place="替代起始日",
            cause=f"原方案 {found} 成文于 {found.issued_on}。",
            remedy="请填写不早于该日的日期。",
        )
    return found
