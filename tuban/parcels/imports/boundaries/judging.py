"""A chunk of rows against the record: parcels found, overlaps found, plans made.

Used when a file is staged and again when it is confirmed, then with the parcels locked.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tuban.parcels.imports.boundaries import matching, overlaps
from tuban.parcels.imports.boundaries.model import Outline
from tuban.parcels.imports.boundaries.plans import Planned, plan
from tuban.parcels.models import Upload


@dataclass(frozen=True, slots=True)
class Place:
    """What a file is judged against.

    Attributes:
        scope: Region codes of the post that hands it in or confirms it.
        replaced: Numbers of parcels whose boundary the file gives.
        waits: Whether a parcel may still come with another upload.
    """

    upload: Upload
    scope: frozenset[str]
    replaced: frozenset[str]
    waits: bool = True


@dataclass(frozen=True, slots=True)
class Judged:
    """A row and what would become of it."""

    outline: Outline
    planned: Planned


def judge(outlines: Sequence[Outline], place: Place, *, lock: bool = False) -> list[Judged]:
    """What would become of each row; three queries at most.

    Args:
        outlines: A chunk of the file.
        place: What it is judged against.
        lock: Lock the parcels for the transaction.
    """
    known = matching.find([o for o in outlines if o.parcel_no], place.scope, lock=lock)
    sound = [o for o in outlines if o.wkb and not o.has_errors]
    missing = [o.parcel_no for o in sound if o.row_no not in known]
    holders = matching.held(missing, place.upload, place.scope) if place.waits else {}
    beside = matching.unread_beside(place.upload) if place.waits and missing else None
    fresh = [o for o in sound if not any(parcel.same for parcel in known.get(o.row_no, ()))]
    drawn = [(o, _parcel_id(known.get(o.row_no, ()))) for o in fresh]
    overlapping = overlaps.find(drawn, place.scope, place.replaced)
    return [
        Judged(
            one,
            plan(
                one,
                _printed(one),
                known.get(one.row_no, ()),
                holders.get(one.parcel_no, beside),
                overlaps.troubles(overlapping.get(one.row_no, ()), place.scope),
            ),
        )
        for one in outlines
    ]


def _parcel_id(known: Sequence[matching.Known]) -> int | None:
    return known[0].parcel_id if len(known) == 1 else None


def _printed(outline: Outline) -> dict[str, Any]:
    """The parcel's own line; only looked at where the record may hold the very same."""
    if not outline.stated:
        return {}
    printed: dict[str, Any] = json.loads(outline.stated)["printed"]
    return printed
