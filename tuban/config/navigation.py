"""The main navigation and what every page knows about the site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from tuban.core import clock


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the navigation: Chinese label, URL name, icon name."""

    label: str
    url_name: str
    icon: str

    @property
    def url(self) -> str:
        """The address of the entry."""
        return reverse(self.url_name)


ITEMS = (
    Item("看板", "board", "layout-dashboard"),
    Item("地块", "parcel-list", "polygon"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as a page shows it; `current` marks the part of the site the reader is in."""

    label: str
    url: str
    icon: str
    current: bool


def _entries(path: str) -> tuple[Entry, ...]:
    found = []
    for item in ITEMS:
        try:
            url = item.url
        except NoReverseMatch:
            continue
        found.append(Entry(item.label, url, item.icon, path.startswith(url)))
    return tuple(found)


def site(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: navigation, whether this is the demonstration, today's legal date."""
    return {
        "navigation": _entries(request.path),
        "is_demo": settings.DEMO,
        "today": clock.today(),
    }
