"""表头对照 as data: which column of a file is which field, in which unit, and what is still open."""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from datetime import date
from typing import Any

from tuban.parcels.imports.ledger import COLUMNS, REQUIRED_KEYS
from tuban.parcels.imports.workbook import column_name

ENOUGH = 3
"""A row with fewer known headings is not a heading row for certain."""

KEY_ROW, ALIAS, REMEMBERED, ANSWER = "key_row", "alias", "remembered", "answer"
"""By what a column was placed."""


@dataclass(frozen=True, slots=True)
class Placed:
    """One column of the file and what it is.

    Attributes:
        index: 0-based column of the sheet.
        heading: As printed in the file, both rows joined where the parent says something.
        unit: For areas a `values.area.Unit` value, for money 元, 万元 or 亿元; empty otherwise.
        unit_from: Where the unit comes from, one of `imports.units`.
        by: KEY_ROW, ALIAS, REMEMBERED or ANSWER.
        on: For REMEMBERED, the day the sender's office chose it.
    """

    key: str
    index: int
    heading: str
    unit: str = ""
    unit_from: str = ""
    by: str = ALIAS
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A column of the file with a heading. `name`: by which it is remembered."""

    index: int
    heading: str
    name: str


@dataclass(frozen=True, slots=True)
class Remembered:
    """表头记忆: what the sender's office once took a heading for.

    Attributes:
        key: Field, or empty: not recorded.
        unit: Chosen where a file named none; empty when none was chosen.
    """

    key: str
    unit: str
    on: date


@dataclass(frozen=True, slots=True)
class Answer:
    """答复: what the sender says of one file.

    Attributes:
        rows: 0-based first row of the headings, and how many they are (1 or 2).
        columns: 0-based column → (field or empty, unit or empty); empty when only the place of the
            headings was named.
    """

    sheet: str
    rows: tuple[int, int]
    columns: Dictionary[int, tuple[str, str]]

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Answer:
        """The answer as `Upload.choices` keeps it."""
        columns = {int(i): (key, unit) for i, (key, unit) in kept["columns"].items()}
        return cls(kept["sheet"], (kept["top"], kept["height"]), columns)

    def as_json(self) -> dict[str, Any]:
        """The answer as `Upload.choices` keeps it."""
        columns = {str(index): [key, unit] for index, (key, unit) in self.columns.items()}
        top, height = self.rows
        return {"sheet": self.sheet, "top": top, "height": height, "columns": columns}


Memory = Dictionary[str, Remembered]
"""By `Seen.name`."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """表头对照 of one sheet.

    Attributes:
        first_row: 0-based row after the headings.
        height: Rows of headings, 1 or 2; with the key row above them 2.
        ignored: Headings of the file that are not recorded.
        derived: Headings of figures that follow from facts and are not read.
        seen: Every column that has a heading.
        twice: Pairs of columns between which nobody but the sender can choose.
        strange: Columns in a unit that is not known, with the words of the file.
        vague: Columns headed 面积 and the like while no column says whose area it is.
        left_out: Columns the sender's office once chose not to record: heading and day.
    """

    sheet: str
    placed: dict[str, Placed]
    first_row: int
    ignored: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()
    by_key_row: bool = False
    height: int = 1
    seen: tuple[Seen, ...] = ()
    twice: tuple[tuple[Placed, Placed], ...] = ()
    strange: tuple[tuple[Placed, str], ...] = ()
    vague: tuple[Seen, ...] = ()
    left_out: tuple[tuple[str, date], ...] = ()
    answered: bool = False

    def column_name(self, key: str) -> str:
        """Letters of the column in the file."""
        return column_name(self.placed[key].index)

    @property
    def missing(self) -> tuple[str, ...]:
        """Required fields for which there is no column, in the ledger's order."""
        required = (column.key for column in COLUMNS if column.key in REQUIRED_KEYS)
        return tuple(key for key in required if key not in self.placed)

    @property
    def is_unsure(self) -> bool:
        """Whether too little was recognised to be certain that this is a ledger."""
        return not self.answered and len(self.placed) < ENOUGH

    @property
    def is_settled(self) -> bool:
        """Whether the rows can be read without asking the sender."""
        return not (self.missing or self.twice or self.strange or self.vague or self.is_unsure)
