"""What stands in the panel of the review page: one value, task, cell, table, finding, correction.

Each names the path where it is corrected; its anchor on the page is made from that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One value of an item: label, words, what is printed where that differs, where to edit it."""

    label: str
    words: str
    path: str
    start: int | None
    printed: str = ""
    notes: tuple[str, ...] = ()
    struck: bool = False
    corrected: bool = False

    @property
    def item(self) -> str:
        """Its anchor."""
        return self.path.replace("/", "-")


@dataclass(frozen=True, slots=True)
class TaskItem:
    """任务 with its units, deadlines and targets."""

    no: str
    title: str
    path: str
    start: int
    units: tuple[tuple[str, str], ...]
    deadlines: tuple[Line, ...]
    targets: tuple[Line, ...]
    next_deadline: str
    bars: tuple[bool, ...]
    confidence: str
    struck: bool
    corrected: bool

    @property
    def item(self) -> str:
        """Its anchor."""
        return self.path.replace("/", "-")


@dataclass(frozen=True, slots=True)
class CellItem:
    """附表的一格. `printed` as in the file; `value` set where another number is held."""

    printed: str
    path: str = ""
    start: int = 0
    value: str | None = None
    corrected: bool = False

    @property
    def item(self) -> str:
        """Its anchor."""
        return self.path.replace("/", "-")


@dataclass(frozen=True, slots=True)
class TableItem:
    """附表."""

    name: str
    caption: str
    unit: str
    layer: str
    path: str
    start: int
    columns: tuple[str, ...]
    rows: tuple[tuple[CellItem, ...], ...]
    notes: tuple[str, ...]
    verdict: str
    struck: bool

    @property
    def item(self) -> str:
        """Its anchor."""
        return self.path.replace("/", "-")


@dataclass(frozen=True, slots=True)
class FindingItem:
    """核对发现 with the word on it, if any."""

    key: str
    path: str
    light: str
    word: str
    kind: str
    message: str
    starts: tuple[tuple[int, str], ...]
    must: bool
    choice: str
    remark: str

    @property
    def slot(self) -> str:
        """Where its form opens."""
        return f"findings-{self.key}"

    @property
    def waits(self) -> bool:
        """Whether the plan waits for a word on it."""
        return self.must and not self.choice


@dataclass(frozen=True, slots=True)
class LogItem:
    """纠正记录, one change in words."""

    version: int
    where: str
    old: str
    new: str
    reason: str
    by: str
    at: datetime
