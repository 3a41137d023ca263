"""预览: what the record would be if the rows of an upload were confirmed now, kept with the upload.

The worker that stages a file's rows shows every change they would make to every lens that is
registered, and keeps what the lenses tell in `Upload.foreseen`, with the mark of the
record it holds for. Pages show what is kept. Once the upload is confirmed it stays, as what was
shown to whoever confirmed.

    {"on": day, "at": instant, "mark": of the regions, "regions": [...], "told": {lens: [...]}}
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from tuban.core import clock
from tuban.parcels.imports.changes import Change, changes
from tuban.parcels.imports.confirm import pending
from tuban.parcels.imports.ledger import LEDGER
from tuban.parcels.models import Upload, UploadState
from tuban.parcels.queries import mark_of, record_mark, record_marks

AT_ONCE = 500
"""Rows up to which a preview is made while a page waits for it."""

Told = list[dict[str, Any]]
"""What a lens tells, ready for JSON; exact numbers as texts."""


class Lens(Protocol):
    """One way to look at an upload's changes: made for a day, shown each once, then asked."""

    def look(self, change: Change) -> None:
        """Takes in one parcel's change."""
        ...

    def tell(self) -> Told:
        """What came of them all."""
        ...


_LENSES: dict[str, Callable[[date], Lens]] = {}


def register(name: str, lens: Callable[[date], Lens]) -> None:
    """Has every preview looked at through this lens too; called when an app is ready."""
    _LENSES[name] = lens


@dataclass(frozen=True, slots=True)
class Preview:
    """预览 as kept.

    Attributes:
        on: The as-of day it was made for.
        at: When it was begun: it holds for the record as it was then.
        stands: Whether neither the record of its 旗区, the law nor the day has changed since. Of an
            upload that waits no more this says nothing.
    """

    on: date
    at: datetime
    stands: bool


def preview_of(upload: Upload) -> Preview | None:
    """The upload's preview; None while none is kept, and for files that bring no facts.

    Of an upload that waits for confirmation a preview that no longer stands is made anew, if its
    rows are few; the rows of large ones are the worker's (`jobs.foresee_upload`).
    """
    if upload.state not in _SHOWN or upload.ledger != LEDGER:
        return None
    stands = _stands(upload.foreseen)
    if not stands and upload.state == UploadState.STAGED and pending(upload).count() <= AT_ONCE:
        keep(upload)
        stands = True
    kept = upload.foreseen
    if kept is None:
        return None
    return Preview(date.fromisoformat(kept["on"]), datetime.fromisoformat(kept["at"]), stands)


def told(upload: Upload, lens: str) -> Told:
    """What the lens told of the upload, as it is kept; nothing while no preview is."""
    kept = upload.foreseen if upload.state in _SHOWN else None
    found: Told = kept["told"].get(lens, []) if kept is not None else []
    return found


def keep(upload: Upload) -> None:
    """Makes the upload's preview against the record as it stands, and keeps it."""
    making = Making()
    for region, change in changes(upload):
        making.look(region, change)
    making.keep(upload)


class Making:
    """A preview in the making: begun before the record is read, shown every change, then kept."""

    def __init__(self) -> None:
        self._today, self._at = clock.today(), clock.now()
        self._marks = record_marks()
        self._regions: set[str] = set()
        self._lenses = {name: lens(self._today) for name, lens in _LENSES.items()}

    def look(self, region: str, change: Change | None) -> None:
        """Shows one row's change to every lens.

        Args:
            region: The row's 旗区, whose record it depends on.
            change: None where the row changes no period.
        """
        self._regions.add(region)
        if change is not None:
            for lens in self._lenses.values():
                lens.look(change)

    def keep(self, upload: Upload) -> None:
        """Keeps what the lenses tell with the upload, unless it has been confirmed meanwhile."""
        marks = {region: mark for region, mark in self._marks.items() if region in self._regions}
        made = {
            "on": self._today.isoformat(),
            "at": self._at.isoformat(),
            "mark": mark_of(marks),
            "regions": sorted(self._regions),
            "told": {name: lens.tell() for name, lens in self._lenses.items()},
        }
        if Upload.objects.filter(pk=upload.pk, state__in=_UNCONFIRMED).update(foreseen=made):
            upload.foreseen = made


def _stands(kept: dict[str, Any] | None) -> bool:
    """Whether what is kept is what would be made now."""
    return (
        kept is not None
        and kept["on"] == clock.today().isoformat()
        and kept["mark"] == record_mark(kept["regions"])
    )


_UNCONFIRMED = (UploadState.READING, UploadState.STAGED)
_SHOWN = frozenset({UploadState.STAGED, UploadState.CONFIRMING, UploadState.CONFIRMED})
