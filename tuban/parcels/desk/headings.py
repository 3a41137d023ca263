"""表头: how a file's were read, and what an office has chosen for its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tuban.accounts.models import User
from tuban.parcels import access
from tuban.parcels.desk.columns import NOT_READ
from tuban.parcels.imports import units
from tuban.parcels.imports.ledger import BY_KEY, LEDGER_LABEL
from tuban.parcels.imports.workbook import column_name
from tuban.parcels.models import Upload


@dataclass(frozen=True, slots=True)
class Placed:
    """One column of the file and what it was taken for.

    Attributes:
        meant: Heading of the field; empty: not recorded.
        unit_mark: 默认 where the file names no unit, 选定 where the sender chose it.
        remembered_on: Day on which the sender's office chose it, as text; empty otherwise.
    """

    column: str
    heading: str
    meant: str
    unit: str
    unit_mark: str
    remembered_on: str


def read_as(upload: Upload) -> tuple[Placed, ...]:
    """Every column of the file; what is not recorded has no field."""
    return tuple(
        Placed(
            column_name(column["index"]),
            column["heading"],
            BY_KEY[column["key"]].heading if column["key"] in BY_KEY else "",
            units.label(column["unit"]),
            _MARKS.get(column["unit_from"], ""),
            column["on"],
        )
        for column in upload.mapping.get("seen", ())
    )


_MARKS = {units.DEFAULT: "默认", units.ANSWER: "选定", units.REMEMBERED: "选定"}


@dataclass(frozen=True, slots=True)
class KeptHeading:
    """One heading the office's posts have chosen a field for."""

    pk: int
    heading: str
    meant: str
    unit: str
    chosen_by: User
    chosen_at: datetime


@dataclass(frozen=True, slots=True)
class HeadingsPage:
    """表头记忆 of the post's office."""

    choices: tuple[KeptHeading, ...]
    ledger: str = LEDGER_LABEL


def headings_page(user: User) -> HeadingsPage:
    """What the office has chosen, in the order of the ledger's fields, 不登记 at the end."""
    found = access.heading_choices_for(user).select_related("chosen_by__post__organisation")
    order = [*BY_KEY]
    ranked = sorted(found, key=lambda c: (order.index(c.key) if c.key in order else 99, c.heading))
    return HeadingsPage(
        tuple(
            KeptHeading(
                choice.pk,
                choice.heading,
                BY_KEY[choice.key].heading if choice.key in BY_KEY else NOT_READ,
                units.label(choice.unit),
                choice.chosen_by,
                choice.chosen_at,
            )
            for choice in ranked
        )
    )
