"""记住的认定: what reviewers said of earlier plans of the same issuer, offered for the next one.

Remembered are the region where a plan of elsewhere applies, and which 旗区 a printed place name
stands for. It is put into the form as a proposal; nothing holds before a reviewer saves it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tuban.accounts.models import User
from tuban.instruments.access import drafts_for
from tuban.instruments.corrected import Json
from tuban.instruments.models import Correction

_PLACE = re.compile(r"tables/(\d+)/places/(\d+)")
_MOST = 200


@dataclass(frozen=True, slots=True)
class Memory:
    """What is proposed.

    Attributes:
        region_code: Where plans of this issuer apply.
        places: Printed name → region code.
    """

    region_code: str | None = None
    places: Mapping[str, str] = field(default_factory=dict)


NOTHING = Memory()


def memory_of(user: User, issuer: str | None) -> Memory:
    """What was last said of plans of this issuer that the post may see."""
    if not issuer:
        return NOTHING
    made = Correction.objects.filter(
        draft__in=drafts_for(user), draft__reading__header__issuer=issuer
    ).select_related("draft")
    region = made.filter(path="header/region_code").order_by("pk").last()
    named = made.filter(path__regex=r"^tables/[0-9]+/places/[0-9]+$").order_by("-pk")[:_MOST]
    places: dict[str, str] = {}
    for each in reversed(named):
        name = _name_of(each)
        if name and each.new:
            places[name] = each.new
        elif name:
            places.pop(name, None)  # taken back
    return Memory(region.new if region else None, places)


def _name_of(correction: Correction) -> str | None:
    """The place name printed in the row that a correction speaks of."""
    place = _PLACE.fullmatch(correction.path)
    reading: Json | None = correction.draft.reading
    if place is None or reading is None:
        return None
    table, row = int(place[1]), int(place[2])
    found = (f["region"] for f in reading["figures"] if (f["table"], f["row"]) == (table, row))
    return next(found, None)
