"""What the page of 亮灯规则 shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tuban.accounts.access import regions_for
from tuban.accounts.models import User
from tuban.regions.models import Region
from tuban.supervision.models import LightRule, RuleChange
from tuban.supervision.standing import soon_by_region

_CHANGES = 50


@dataclass(frozen=True, slots=True)
class RulePage:
    """亮灯规则 of the post's places.

    Attributes:
        rows: Place, working days that hold there, its own rule where it has one.
        changes: The latest, newest first.
    """

    rows: Sequence[tuple[Region, int, LightRule | None]]
    changes: Sequence[RuleChange]


def rule_page(user: User) -> RulePage:
    """The rules of the post's own place and those below."""
    regions = regions_for(user)
    codes = [region.code for region in regions]
    soon = soon_by_region()
    own = {rule.region_id: rule for rule in LightRule.objects.filter(region__in=codes)}
    changes = RuleChange.objects.filter(region__in=codes).order_by("-pk")
    return RulePage(
        rows=[(region, soon[region.code], own.get(region.code)) for region in regions],
        changes=list(changes.select_related("region", "by__post__organisation")[:_CHANGES]),
    )
