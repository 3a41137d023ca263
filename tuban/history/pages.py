"""What the page 变更记录 shows: filters, one page of entries, where the next begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from tuban.accounts.access import Act, may, regions_for
from tuban.accounts.models import ChangeRecord, User
from tuban.accounts.records import DEEDS, Deed, Group, door_words
from tuban.core.paging import number_after, page
from tuban.history.access import records_for
from tuban.history.filters import Filters, narrow, read
from tuban.regions.models import Region

SIZE = 50
OBJECTS = {
    "parcels.parcel": ("地块", "parcel-detail"),
    "parcels.upload": ("上传件", "import-detail"),
    "parcels.export": ("导出件", ""),
    "instruments.draft": ("方案", "draft-review"),
    "instruments.instrument": ("方案", "instrument-detail"),
    "bulletins.bulletin": ("通报", "bulletin-detail"),
    "instruments.task": ("任务", "task-detail"),
    "workdays.holidaynotice": ("节假日安排", ""),
    "regions.region": ("地区", ""),
    "accounts.post": ("岗位", ""),
    "accounts.user": ("账号", ""),
    "accounts.accesstoken": ("访问令牌", ""),
    "accounts.organisation": ("单位", ""),
}
"""What an object's model is called, and the page it is read on, if it has one."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry."""

    entry: ChangeRecord

    @property
    def deed(self) -> str:
        """事项 in words."""
        return DEEDS[self.entry.deed].label

    @property
    def group(self) -> Group:
        """事项类别."""
        return DEEDS[self.entry.deed].group

    @property
    def kind(self) -> str:
        """What the object is."""
        return OBJECTS.get(self.entry.subject_type, ("", ""))[0]

    @property
    def url(self) -> str:
        """The object's page; empty where it has none."""
        name = OBJECTS.get(self.entry.subject_type, ("", ""))[1]
        return reverse(name, args=[self.entry.subject_id]) if name else ""

    @property
    def place(self) -> str:
        """来源."""
        return door_words(self.entry)

    @property
    def told(self) -> str:
        """内容 in one line."""
        return "；".join(f"{label}：{value}" for label, value in self.entry.detail.items())


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """变更记录.

    Attributes:
        deeds: 事项 by group, as the post may read them.
        after: Where the next page begins; None on the last.
        is_first: The newest entries are in view.
    """

    asked: Filters
    lines: Sequence[Line]
    after: str | None
    is_first: bool
    deeds: Sequence[tuple[Group, Sequence[Deed]]]
    regions: Sequence[Region]


def history_page(user: User, query: Mapping[str, str]) -> HistoryPage:
    """One page of the record, newest first.

    Raises:
        Forbidden: The role does not read the record.
        BadFilter, BadCursor: The address asks for what is not.
    """
    found = records_for(user)
    asked, start = read(query), number_after(query.get("after"))
    if start:
        found = found.filter(pk__lt=start)
    found = narrow(found, asked).select_related("region", "actor").order_by("-pk")
    kept, after = page(list(found[: SIZE + 1]), SIZE, lambda entry: entry.pk)
    return HistoryPage(
        asked=asked,
        lines=[Line(entry) for entry in kept],
        after=after,
        is_first=not start,
        deeds=_deeds(user),
        regions=regions_for(user),
    )


def _deeds(user: User) -> list[tuple[Group, Sequence[Deed]]]:
    """事项 by group; nobody is offered what others did at the doors who may not read it."""
    groups = [
        group
        for group in Group
        if may(user, Act.READ_SECURITY) or group in {Group.BUSINESS, Group.TAKEN, Group.SECURITY}
    ]
    return [(g, sorted((d for d in DEEDS.values() if d.group is g), key=_label)) for g in groups]


def _label(deed: Deed) -> str:
    return deed.code
