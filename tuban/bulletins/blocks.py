"""正文: the composed text of a bulletin as data, the same for the page and for the DOCX.

A run is a piece of text; where it shows a figure it names the figure, so that the page can open
it. Stored as JSON with the bulletin and read back as it was written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Shape(StrEnum):
    """What a block is in the official form."""

    HEADING = "heading"
    TEXT = "text"
    TABLE = "table"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text, or a figure in it.

    Attributes:
        figure: `measure/region/period` of the frozen figure it shows or is computed from.
        show: What of the figure it shows: m2, target, rate, gap, rest, change, rank.
        look: `lead` for 楷体 words that open a paragraph; a light's colour in a table.
    """

    text: str
    figure: str = ""
    show: str = ""
    look: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: caption, unit line, heads, rows of one run a cell."""

    caption: str
    unit: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Run, ...], ...]


def head_lines(head: str) -> tuple[str, ...]:
    """A column's head in the lines a narrow column has room for.

    >>> head_lines("年度目标"), head_lines("完成率（%）"), head_lines("旗区")
    (('年度', '目标'), ('完成率', '（%）'), ('旗区',))
    """
    name, bracket, unit = head.partition("（")
    if bracket:
        return (name, f"（{unit}")
    return (head[:2], head[2:]) if len(head) == 4 else (head,)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or a table."""

    shape: Shape
    runs: tuple[Run, ...] = ()
    table: Table | None = None

    @property
    def text(self) -> str:
        """The paragraph without its marks."""
        return "".join(run.text for run in self.runs)


def figure_key(code: str, region: str, period: str = "") -> str:
    """How a run names a figure."""
    return f"{code}/{region}/{period}"


def to_json(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    """Blocks for storage."""
    return [asdict(block) for block in blocks]


def from_json(stored: Sequence[dict[str, Any]]) -> tuple[Block, ...]:
    """Blocks as they were stored."""
    return tuple(
        Block(
            shape=Shape(item["shape"]),
            runs=tuple(Run(**run) for run in item["runs"]),
            table=_table(item["table"]) if item["table"] else None,
        )
        for item in stored
    )


def _table(stored: dict[str, Any]) -> Table:
    return Table(
        caption=stored["caption"],
        unit=stored["unit"],
        heads=tuple(stored["heads"]),
        rows=tuple(tuple(Run(**cell) for cell in row) for row in stored["rows"]),
    )
