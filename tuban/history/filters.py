"""What the address of the page asks for: deed, post, 旗区, days, object."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from tuban.accounts.models import ChangeRecord
from tuban.accounts.records import DEEDS, Group
from tuban.core.clock import SHANGHAI
from tuban.core.errors import DomainError

NAMES = ("group", "deed", "who", "region", "first", "last", "subject", "about")
"""Names in the address, in the order of the form."""

_ABOUT = re.compile(r"([a-z_]+\.[a-z_]+):([0-9]{1,18})")


class BadFilter(DomainError):
    """筛选条件无法识别."""

    def __init__(self, name: str, written: str, remedy: str) -> None:
        super().__init__(
            f"筛选条件“{written[:40]}”无法识别。",
            code="history.filter",
            kind="invalid",
            place=f"地址中的 {name}",
            remedy=remedy,
        )


@dataclass(frozen=True, slots=True)
class Filters:
    """One question to the record; empty fields ask for all.

    Attributes:
        who: Words of the post, the organisation, or the account's name.
        first: From the beginning of this day, Asia/Shanghai.
        last: To the end of this day.
        subject: Words of the object's name.
        about: One object exactly, `parcels.parcel:12`.
    """

    group: str = ""
    deed: str = ""
    who: str = ""
    region: str = ""
    first: date | None = None
    last: date | None = None
    subject: str = ""
    about: str = ""

    def __bool__(self) -> bool:
        return self != Filters()


def read(query: Mapping[str, Any]) -> Filters:
    """The question in an address.

    Raises:
        BadFilter: A deed, group, day or object that is none.
    """
    given = {name: str(query.get(name, "")).strip() for name in NAMES}
    if given["group"] and given["group"] not in set(Group):
        raise BadFilter("group", given["group"], "请在页面上选择类别。")
    if given["deed"] and given["deed"] not in DEEDS:
        raise BadFilter("deed", given["deed"], "请在页面上选择事项。")
    if given["about"] and not _ABOUT.fullmatch(given["about"]):
        raise BadFilter("about", given["about"], "请从对象的页面进入。")
    return Filters(
        group=given["group"],
        deed=given["deed"],
        who=given["who"][:100],
        region=given["region"],
        first=_day("first", given["first"]),
        last=_day("last", given["last"]),
        subject=given["subject"][:100],
        about=given["about"],
    )


def _day(name: str, written: str) -> date | None:
    if not written:
        return None
    try:
        day = date.fromisoformat(written)
    except ValueError:
        day = None
    if day is None or day.isoformat() != written or day.year == date.max.year:
        raise BadFilter(name, written, "请写成 2024-09-30 的样子。")
    return day


def narrow(found: QuerySet[ChangeRecord], asked: Filters) -> QuerySet[ChangeRecord]:
    """The entries that answer the question."""
    if asked.group:
        found = found.filter(deed__in=[d.code for d in DEEDS.values() if d.group == asked.group])
    if asked.deed:
        found = found.filter(deed=asked.deed)
    if asked.who:
        found = found.filter(Q(who__icontains=asked.who) | Q(actor__username__icontains=asked.who))
    if asked.region:
        found = found.filter(region=asked.region)
    if asked.first:
        found = found.filter(at__gte=_midnight(asked.first))
    if asked.last:
        found = found.filter(at__lt=_midnight(asked.last + timedelta(days=1)))
    if asked.subject:
        found = found.filter(subject__icontains=asked.subject)
    if named := _ABOUT.fullmatch(asked.about):
        found = found.filter(subject_type=named[1], subject_id=int(named[2]))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI)
