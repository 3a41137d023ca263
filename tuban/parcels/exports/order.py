"""Who asks for which list, as of when, in which unit; and what a kind of export is made by.

An order is complete without a request, so that a worker fills it exactly as the page would have.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from django.http import QueryDict

from tuban.accounts.models import User
from tuban.core import clock
from tuban.core.errors import DomainError
from tuban.values.area import Unit

Progress = Callable[[str, int, int], None]
"""(stage, done, total): called between chunks; may raise to stop the work."""

Suffix = Literal[".xlsx", ".txt", ".zip", ".geojson", ".gpkg"]

CONTENT_TYPES: dict[Suffix, str] = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".txt": "text/plain; charset=GB18030",
    ".zip": "application/zip",
    ".geojson": "application/geo+json",
    ".gpkg": "application/geopackage+sqlite3",
}


@dataclass(frozen=True)
class Order:
    """One export asked for.

    Attributes:
        query: The page's address: filters, and which object where the list belongs to one.
        on: As-of day.
        unit: Area unit of the page.
        at: When it was asked for, local.
    """

    user: User
    query: QueryDict
    on: date
    unit: Unit
    at: datetime

    @property
    def by(self) -> str:
        """导出岗位, never a person's name."""
        return str(self.user)

    @property
    def as_of(self) -> str:
        """2024-09-30, and that a later day than today's is a forecast."""
        day = self.on.isoformat()
        return f"{day}（预测，按此后没有新事实推算）" if self.on > clock.today() else day


@dataclass(frozen=True, slots=True)
class Made:
    """A finished file: what people call it, by its subject alone, and what it is."""

    subject: str
    suffix: Suffix


@dataclass(frozen=True, slots=True)
class Kind:
    """导出种类.

    Attributes:
        code: Stable English name, e.g. `parcels-geojson`.
        title: 导出内容 in words, e.g. 地块清单（Excel）.
        count: How many rows it would hold, which decides where it is made.
        make: Writes the file.
    """

    code: str
    title: str
    count: Callable[[Order], int]
    make: Callable[[Order, Path, Progress], Made]


KINDS: dict[str, Kind] = {}


def offer(kind: Kind) -> Kind:
    """Makes a kind known to the worker; every app offers its own when its `jobs` are loaded."""
    KINDS[kind.code] = kind
    return kind


def file_name(made: Made, order: Order) -> str:
    """The file's name: 地块清单 截至2024-09-30 导出20240930-1430.xlsx."""
    return f"{made.subject} 截至{order.on.isoformat()} 导出{order.at:%Y%m%d-%H%M}{made.suffix}"


class NothingToExport(DomainError):
    """无可导出: the filtered set holds nothing this kind of file could carry."""

    def __init__(self, message: str, cause: str, remedy: str) -> None:
        super().__init__(
            message, code="export.nothing", kind="conflict", cause=cause, remedy=remedy
        )


def quietly(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""
