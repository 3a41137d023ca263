"""提醒规则: the rule of a place, its city's where it has none, else our own default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tuban.inbox.models import ReminderRule
from tuban.regions.models import Region

MOST_BEFORE, MOST_STEPS, MOST_AGAIN = 60, 6, 60


@dataclass(frozen=True, slots=True)
class Rule:
    """When units are reminded.

    Attributes:
        before: Working days before the due day, largest first.
        again: Every so many working days after it, beginning with the first.
        source: Where it comes from; empty for 系统默认.
        place: Name of the place it was set for; empty for 系统默认.
    """

    before: tuple[int, ...]
    again: int
    source: str = ""
    place: str = ""

    @property
    def is_default(self) -> bool:
        """系统默认: set by the product, by no instrument."""
        return not self.source


DEFAULT = Rule((10, 3, 1), 5)
"""系统默认: no instrument sets it."""


def rules() -> Mapping[str, Rule]:
    """The rule of every place, by code; two queries."""
    own = {
        row.region_id: Rule(tuple(row.before), row.again, row.source, row.region.name)
        for row in ReminderRule.objects.select_related("region").defer("region__boundary")
    }
    parents = dict(Region.objects.values_list("code", "parent_id"))
    return {
        code: own.get(code) or own.get(parent or "", DEFAULT) for code, parent in parents.items()
    }
