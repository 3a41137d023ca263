"""An upload's staged rows as the preview shows them: what is stored beside what comes in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from tuban.parcels.imports import codec
from tuban.parcels.imports.ledger import BY_KEY
from tuban.parcels.imports.plans import CHANGED, NEW, describe
from tuban.parcels.imports.problems import REMARK
from tuban.parcels.imports.staging import REMARKED
from tuban.parcels.models import Outcome, Parcel, StagedRow, Upload

REMARKS = "remarks"
REMARKS_LABEL = "待说明"
SAME_AS_STORED = "与库内相同，不登记"
_LOOKS = {
    Outcome.NEW: "ok",
    Outcome.CHANGED: "info",
    Outcome.SAME: "off",
    Outcome.CONFLICT: "warn",
    Outcome.ERROR: "bad",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing a row changes, or one thing that is wrong with it.

    Attributes:
        column: Heading of the ledger, or the fact's name.
        old: 库内; empty where the record has nothing.
        new: 本次, as stated.
        look: Light of the mark: ok info off warn bad.
        text: What is wrong and why; empty for a change.
        remedy: What to do about it.
    """

    column: str
    old: str
    new: str
    look: str
    mark: str
    text: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class RowView:
    """One staged row. `parcel_id` is None while the record has no such parcel."""

    row_no: int
    region: str
    parcel_no: str
    parcel_id: int | None
    lines: tuple[Line, ...]


def rows_of(upload: Upload, tab: str) -> QuerySet[StagedRow]:
    """Rows of one outcome, or those with remarks; in the order of the file."""
    found = StagedRow.objects.filter(upload=upload).order_by("row_no").select_related("region")
    if tab == REMARKS:
        return found.filter(REMARKED)
    return found.filter(outcome=tab)


def counts_of(uploads: Iterable[Upload]) -> dict[int, dict[str, int]]:
    """Rows by outcome of several uploads."""
    found: dict[int, dict[str, int]] = {}
    counted = (
        StagedRow.objects.filter(upload__in=[upload.pk for upload in uploads])
        .order_by()
        .values_list("upload_id", "outcome")
        .annotate(n=Count("pk"))
    )
    for pk, outcome, count in counted:
        found.setdefault(pk, {})[outcome] = count
    return found


def views(rows: Iterable[StagedRow]) -> tuple[RowView, ...]:
    """The rows with their changes and problems; one query for the parcels they speak of."""
    staged = list(rows)
    parcels = _parcels(staged)
    return tuple(_view(row, parcels.get((row.region_id, row.parcel_no))) for row in staged)


def _parcels(staged: list[StagedRow]) -> dict[tuple[str | None, str], Parcel]:
    numbers = {row.parcel_no for row in staged if row.parcel_no and row.region_id}
    regions = {row.region_id for row in staged if row.region_id}
    known = Parcel.objects.filter(region__in=regions, parcel_no__in=numbers)
    return {(p.region_id, p.parcel_no): p for p in known.select_related("approval")}


def _view(row: StagedRow, parcel: Parcel | None) -> RowView:
    lines = [_problem(row, problem) for problem in row.errors]
    if row.outcome in {NEW, CHANGED}:
        lines = [*_changes(row, parcel), *lines]
    elif row.outcome == Outcome.SAME:
        lines.insert(0, Line("整行", "", "", "off", Outcome.SAME.label, SAME_AS_STORED))
    return RowView(
        row.row_no,
        row.region.name if row.region else row.raw.get("region", ""),
        row.parcel_no,
        parcel.pk if parcel else None,
        tuple(lines),
    )


def _problem(row: StagedRow, problem: dict[str, Any]) -> Line:
    remark = problem.get("level") == REMARK
    outcome = Outcome(row.outcome)
    conflict = outcome is Outcome.CONFLICT and problem["code"] == "conflict"
    article = problem.get("article", "")
    return Line(
        problem["column"],
        problem.get("stored", ""),
        problem["stated"],
        "warn" if remark or conflict else "bad",
        REMARKS_LABEL if remark else Outcome.CONFLICT.label if conflict else Outcome.ERROR.label,
        problem["message"] + (f"（{article}）" if article else ""),
        problem["remedy"],
    )


def _changes(row: StagedRow, parcel: Parcel | None) -> list[Line]:
    """What confirming the row does, or once it is recorded has done."""
    parsed: dict[str, Any] = row.parsed or {}
    stated = codec.decode(row.row_no, row.region_id or "", row.parcel_no, parsed)
    lines = []
    for change in parsed["plan"]["facts"]:
        fact = stated.facts[change["at"]]
        name = f"{fact.kind.label} "
        new = describe(fact.kind, fact.on, fact.payload).removeprefix(name)
        old = (change["old"] or "").removeprefix(name)
        lines.append(_change(row, fact.kind.label, old, new))
    if parsed["plan"]["approval"]:
        named = parsed["approval"]
        new = f"{named['doc_no']} {named['name']}".strip()
        old = _approval_words(parcel) if row.outcome == CHANGED and not row.taken else ""
        lines.append(_change(row, "批次", "" if old == new else old, new))
    for key, (old, new) in parsed["plan"]["parcel"].items():
        lines.append(_change(row, BY_KEY[key].heading, old, new))
    return lines


def _approval_words(parcel: Parcel | None) -> str:
    approval = parcel.approval if parcel else None
    return f"{approval.doc_no} {approval.name}".strip() if approval else ""


def _change(row: StagedRow, column: str, old: str, new: str) -> Line:
    outcome = Outcome.CHANGED if old else Outcome.NEW
    return Line(column, old, new, _LOOKS[outcome], outcome.label)
