"""变更记录: one line in an action, in the action's own transaction.

    record(actor, FACT_RECORDED, about=parcel, detail={"事实": "供应"})

Each app names its deeds in its `deeds.py`; they are found by themselves when the site starts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Model

from tuban.accounts.models import ChangeRecord, User
from tuban.core import clock, whence

_LONGEST = 200


class Group(StrEnum):
    """事项类别; who may read it is said in `record_access`."""

    BUSINESS = "business"
    TAKEN = "taken"
    SECURITY = "security"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """The group in Chinese."""
        return _GROUPS[self]


_GROUPS = {
    Group.BUSINESS: "业务办理",
    Group.TAKEN: "导出与下载",
    Group.SECURITY: "账号与登录",
    Group.REFUSED: "被拒的操作",
}


@dataclass(frozen=True, slots=True)
class Deed:
    """事项: what was done, e.g. 登记事实."""

    code: str
    label: str
    group: Group


DEEDS: dict[str, Deed] = {}


def deed(code: str, label: str, group: Group = Group.BUSINESS) -> Deed:
    """Names a deed, once for the whole product.

    Raises:
        ValueError: Another deed has that code.
    """
    new = Deed(code, label, group)
    if DEEDS.setdefault(code, new) != new:
        raise ValueError(f"two deeds are called {code}")
    return new


def record(
    actor: User | None,
    done: Deed,
    *,
    about: Model | None = None,
    subject: str = "",
    region: str | None = None,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Writes who did what, when and from where; stands or falls with the caller's transaction.

    Args:
        actor: Who did it; None when nobody was signed in.
        about: The object. Its own region, if it has one, is the record's.
        subject: What people call the object; its own name where not given.
        region: Code of the 旗区, where neither the object's nor the actor's is meant.
        detail: By Chinese label; empty values are left out.
    """
    place = whence.here()
    ChangeRecord.objects.create(
        at=clock.now(),
        deed=done.code,
        actor=actor,
        who=(str(actor) if actor else _NOBODY[place.door])[:_LONGEST],
        region_id=region
        or getattr(about, "region_id", None)
        or (actor and actor.region_code)
        or None,
        subject_type=about._meta.label_lower if about else "",
        subject_id=about.pk if about else None,
        subject=(subject or (str(about) if about else ""))[:_LONGEST],
        detail={
            label: str(value) for label, value in (detail or {}).items() if value not in (None, "")
        },
        door=place.door,
        ip=place.ip,
        request_no=place.request_no,
    )


_NOBODY = {"page": "未登录", "api": "未登录", "system": "系统命令"}
DOORS = {"page": "网页", "api": "接口", "system": "后台"}


def door_words(entry: ChangeRecord) -> str:
    """来源 of an entry: 网页 10.0.0.1, or 后台 for a job or a command."""
    return f"{DOORS[entry.door]} {entry.ip or ''}".strip()
