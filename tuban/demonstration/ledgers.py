"""演示台账 as .xlsx: the opening ledger of each 旗区, then what changed, period by period."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from tuban.demonstration.lives import LAST_LEDGER
from tuban.demonstration.story import Story, Value
from tuban.parcels.imports.ledger import TEMPLATE_COLUMNS, Column, Type
from tuban.parcels.imports.sheets import TEMPLATE_SHEET
from tuban.values.area import Unit
from tuban.values.places import REGIONS


@dataclass(frozen=True, slots=True)
class Issue:
    """One round of ledgers: what they tell up to `as_of`, and the day they were handed in."""

    as_of: date
    handed_in_on: date

    def file_name(self, region: str) -> str:
        """Name of a 旗区's ledger of this round."""
        return f"{REGIONS[region]}演示台账{self.as_of:%Y%m%d}.xlsx"


ISSUES = (
    Issue(date(2021, 12, 31), date(2022, 3, 28)),
    Issue(date(2022, 12, 31), date(2023, 1, 10)),
    Issue(date(2023, 12, 31), date(2024, 1, 9)),
    Issue(LAST_LEDGER, date(2024, 9, 5)),
)

_HEADINGS_ROW = 1
_FORMATS = {Type.DATE: "yyyy-mm-dd", Type.MONEY: "0.00"}


def workbook(region: str, stories: Iterable[Story], place: int) -> bytes | None:
    """The ledger of a 旗区 in the given round; None where nothing has changed since the last.

    The first round lists every parcel there is, later ones the new and the changed parcels.
    """
    issue = ISSUES[place]
    before = ISSUES[place - 1].as_of if place else None
    told = [story for story in stories if story.begins_on() <= issue.as_of]
    changed = [
        row
        for story in told
        if (row := story.row_at(issue.as_of)) and (before is None or _is_news(story, before, row))
    ]
    if not changed:
        return None
    decimals = told[0].scale.decimals
    return _written(region, issue, told[0].scale.unit, decimals, changed)


def _is_news(story: Story, before: date, row: Mapping[str, Value]) -> bool:
    return story.begins_on() > before or story.row_at(before) != row


def _written(
    region: str, issue: Issue, unit: Unit, decimals: int, rows: Sequence[Mapping[str, Value]]
) -> bytes:
    """Title, headings with units, rows, and a 合计 row, as offices send them."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        # A fixed day, so that the same parcels always make the same file.
        book.set_properties({"title": "演示台账", "created": datetime(2024, 9, 1)})
        sheet = book.add_worksheet(TEMPLATE_SHEET)
        bold = book.add_format({"bold": True})
        area = f"0.{'0' * decimals}"
        formats = {kind: book.add_format({"num_format": f}) for kind, f in _FORMATS.items()}
        formats[Type.AREA] = book.add_format({"num_format": area})
        sheet.write_string(
            0, 0, f"{REGIONS[region]}地块台账（演示，截至{issue.as_of.isoformat()}）", bold
        )
        for at, column in enumerate(TEMPLATE_COLUMNS):
            sheet.write_string(_HEADINGS_ROW, at, _heading(column, unit), bold)
            sheet.set_column(at, at, 14)
        for line, row in enumerate(rows, start=_HEADINGS_ROW + 1):
            _write_row(sheet, line, {**row, "region": REGIONS[region]}, formats)
        totals = {key: _total(rows, key) for key in ("approved_area", "supplied_area")}
        _write_row(sheet, _HEADINGS_ROW + 1 + len(rows), {"region": "合计", **totals}, formats)
        sheet.freeze_panes(_HEADINGS_ROW + 1, 2)
    return target.getvalue()


def _heading(column: Column, unit: Unit) -> str:
    mark = "*" if column.required else ""
    printed_unit = unit.label if column.type is Type.AREA else column.unit
    return f"{column.heading}（{printed_unit}）{mark}" if printed_unit else column.heading + mark


def _total(rows: Sequence[Mapping[str, Value]], key: str) -> Decimal:
    return sum((v for row in rows if isinstance(v := row.get(key), Decimal)), Decimal(0))


def _write_row(
    sheet: Worksheet, line: int, row: Mapping[str, Value], formats: Mapping[Type, Format]
) -> None:
    for at, column in enumerate(TEMPLATE_COLUMNS):
        value = row.get(column.key)
        if isinstance(value, date):
            day = datetime(value.year, value.month, value.day)
            sheet.write_datetime(line, at, day, formats[Type.DATE])
        elif isinstance(value, Decimal):
            sheet.write_number(line, at, float(value), formats[column.type])
        elif value is not None:
            sheet.write_string(line, at, value)
