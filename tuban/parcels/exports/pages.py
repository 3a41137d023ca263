"""What the export pages show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tuban.parcels import access, boundaries
from tuban.parcels.exports.order import KINDS, Order
from tuban.parcels.exports.parcels import filtered
from tuban.parcels.filters import Chip, chips, form_for
from tuban.parcels.models import Export, ExportState

SILENT_FOR = timedelta(seconds=90)
"""A worker that says nothing for so long is dead; the work is taken up again by itself."""
RECENT = 20
_LOOKS = {
    ExportState.WAITING: "blue",
    ExportState.MAKING: "blue",
    ExportState.READY: "ok",
    ExportState.FAILED: "bad",
}


@dataclass(frozen=True, slots=True)
class ExportPage:
    """One file made in the background.

    Attributes:
        silent: The worker has stopped speaking.
        percent: 0–100; None until the total is known.
    """

    export: Export
    silent: bool
    percent: int | None

    @property
    def title(self) -> str:
        """What is exported, in words."""
        kind = KINDS.get(self.export.kind)
        return kind.title if kind else self.export.kind

    @property
    def look(self) -> str:
        """Look of the state's tag."""
        return _LOOKS[ExportState(self.export.state)]

    @property
    def goes_on(self) -> bool:
        """Whether there is something to wait for."""
        return self.export.state in {ExportState.WAITING, ExportState.MAKING}

    @property
    def is_ready(self) -> bool:
        """Whether it can be fetched."""
        return self.export.state == ExportState.READY


def export_page(export: Export, now: datetime) -> ExportPage:
    """The page of one export."""
    making = export.state == ExportState.MAKING and export.seen_at is not None
    return ExportPage(
        export=export,
        silent=bool(making and export.seen_at and now - export.seen_at > SILENT_FOR),
        percent=min(100, 100 * export.done // export.total) if export.total else None,
    )


@dataclass(frozen=True, slots=True)
class FormatsPage:
    """导出: what the filtered list can become.

    Attributes:
        rows: Parcels in the list.
        bounded: Those of them with a boundary on record.
        recent: This post's files of the last day, newest first.
    """

    order: Order
    chips: tuple[Chip, ...]
    query: str
    rows: int
    bounded: int
    recent: Sequence[ExportPage]

    @property
    def unbounded(self) -> int:
        """Parcels that TXT, GeoJSON and GPKG cannot draw."""
        return self.rows - self.bounded


def formats_page(order: Order) -> FormatsPage:
    """The page for the list the address names."""
    form = form_for(order.user, order.query)
    listed = filtered(order).listed
    form.is_valid()
    query = order.query.copy()
    query["on"], query["unit"] = order.on.isoformat(), order.unit.value
    found = access.exports_for(order.user).order_by("-requested_at", "-pk")[:RECENT]
    return FormatsPage(
        order=order,
        chips=chips(form, order.query, order.unit),
        query=query.urlencode(),
        rows=listed.count,
        bounded=boundaries.count_among(listed.rows),
        recent=[export_page(export, order.at) for export in found],
    )
