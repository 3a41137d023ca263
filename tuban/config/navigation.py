"""The main navigation and what every page knows about the site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from tuban.accounts.access import Act, may
from tuban.accounts.models import User
from tuban.core import clock
from tuban.inbox.todo import UNREAD
from tuban.parcels.desk.notices import arrived
from tuban.todo import counts


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the navigation: Chinese label, URL name, icon name, and whose it is."""

    label: str
    url_name: str
    icon: str
    act: Act | None = None

    @property
    def url(self) -> str:
        """The address of the entry."""
        return reverse(self.url_name)


TODO = "todo"
ITEMS = (
    Item("看板", "board", "layout-dashboard"),
    Item("地块", "parcel-list", "polygon"),
    Item("一张图", "map", "map-2"),
    Item("方案", "instrument-list", "file-text"),
    Item("任务", "task-list", "clipboard-list"),
    Item("导入", "import-list", "file-import"),
    Item("通报", "bulletin-list", "speakerphone"),
    Item("待办", TODO, "checklist"),
    Item("变更记录", "history", "history", Act.READ_HISTORY),
    Item("账号管理", "account-list", "id-badge-2", Act.MANAGE_ACCOUNTS),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as a page shows it.

    Attributes:
        current: The part of the site the reader is in.
        waiting: How many things there wait for this post; 0 shows nothing.
    """

    label: str
    url: str
    icon: str
    current: bool
    waiting: int = 0


def _entries(request: HttpRequest) -> tuple[Entry, ...]:
    user = _user(request)
    waiting = counts.by_entry(user) if user else {}
    if user:
        waiting = {**waiting, TODO: counts.total(user)}
    return tuple(
        Entry(
            item.label,
            item.url,
            item.icon,
            current=request.path.startswith(item.url),
            waiting=waiting.get(item.url_name, 0),
        )
        for item in ITEMS
        if item.act is None or (user and may(user, item.act))
    )


def _user(request: HttpRequest) -> User | None:
    """Who is signed in; a request refused before that was looked at has nobody."""
    user = getattr(request, "user", None)
    return user if isinstance(user, User) else None


def site(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: navigation, counts, whether this is the demonstration, today."""
    user = _user(request)
    return {
        "navigation": _entries(request),
        "unread": counts.counts(user)[UNREAD.key] if user else 0,
        "todo_count": counts.total(user) if user else 0,
        "manages_accounts": user is not None and may(user, Act.MANAGE_ACCOUNTS),
        "is_demo": settings.DEMO,
        "today": clock.today(),
        # Asked for by whole pages only: what is told once must not be lost on a fragment.
        "arrived": lambda: arrived(request, user) if user else (),
    }
