"""带批注的 Excel: the rows that were not taken, as they came, with what is wrong beside each cell.

Headings stand as in the file delivered, with the unit they were read in, so that the corrected
workbook can be handed in as it is. The last column 说明 is passed over by the reader.
"""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter
from django.db import connection
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from tuban.parcels.imports.ledger import BY_KEY, COLUMNS
from tuban.parcels.imports.problems import REMARK
from tuban.parcels.models import Outcome, StagedRow, Upload
from tuban.values.area import Unit

SHEET = "需改正"
EXPLAINED = "说明"
CHUNK = 2_000
_FILLS = {Outcome.ERROR: "#FBE3E1", Outcome.CONFLICT: "#FDF0D5"}
_REMARK_FILL = "#FFF9D6"
_COMMENT = {"x_scale": 2.4, "y_scale": 1.4, "author": "图斑", "font_size": 9}


def errors_workbook(upload: Upload) -> bytes:
    """Rows with errors or conflicts as .xlsx; cells are text, never formulas."""
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    columns = columns_of(upload)
    columns += _absent(upload, {key for key, _ in columns})
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet(SHEET)
        head = book.add_format(
            {"bold": True, "text_wrap": True, "border": 1, "bg_color": "#E3EDF8", "num_format": "@"}
        )
        text = book.add_format({"num_format": "@", "font_size": 10})
        wrap = book.add_format({"num_format": "@", "font_size": 10, "text_wrap": True})
        marks = _marks(book)
        for at, (_, heading) in enumerate(columns):
            sheet.write_string(0, at, heading, head)
        sheet.write_string(0, len(columns), EXPLAINED, head)
        sheet.set_column(0, len(columns) - 1, 16, text)
        sheet.set_column(len(columns), len(columns), 70)
        sheet.freeze_panes(1, 2)
        found = StagedRow.objects.filter(upload=upload, outcome__in=_FILLS).order_by("row_no")
        for line, row in enumerate(found.iterator(chunk_size=CHUNK), start=1):
            told = _told(row.errors)
            for at, (key, _) in enumerate(columns):
                value = row.raw.get(key, "")
                if key in told:
                    sheet.write(line, at, value, marks[_look(row, key)])
                    sheet.write_comment(line, at, told[key], _COMMENT)
                elif value:
                    sheet.write(line, at, value, text)
            sheet.write_string(line, len(columns), _explained(row), wrap)
    return buffer.getvalue()


def columns_of(upload: Upload) -> list[tuple[str, str]]:
    """Key and heading of each column, in the order of the file."""
    placed: dict[str, dict[str, str]] = upload.mapping.get("columns", {})
    in_order = sorted(placed.items(), key=lambda item: (len(item[1]["column"]), item[1]["column"]))
    return [(key, _heading(key, column)) for key, column in in_order]


def _heading(key: str, column: dict[str, str]) -> str:
    """The heading as it stood; a unit that stood elsewhere is added to it."""
    unit = column.get("unit", "")
    label = Unit(unit).label if unit in set(Unit) else unit
    heading = column["heading"] or BY_KEY[key].heading
    return heading if not label or label in heading else f"{heading}（{label}）"


def _absent(upload: Upload, present: set[str]) -> list[tuple[str, str]]:
    """Columns the file lacks and a problem asks for, so that there is a cell to fill in."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT problem->>'key' FROM parcels_stagedrow,"
            " jsonb_array_elements(errors) AS problem WHERE upload_id = %s AND outcome = ANY(%s)",
            [upload.pk, [outcome.value for outcome in _FILLS]],
        )
        asked = {row[0] for row in cursor.fetchall()} - present
    return [(column.key, column.printed) for column in COLUMNS if column.key in asked]


def _marks(book: Workbook) -> dict[str, Format]:
    """Formats of marked cells, by outcome of the row or `remark`."""
    return {
        look: book.add_format({"num_format": "@", "font_size": 10, "bg_color": colour, "border": 1})
        for look, colour in ((*_FILLS.items(), (REMARK, _REMARK_FILL)))
    }


def _look(row: StagedRow, key: str) -> str:
    """How the cell is marked: by the row's outcome, or as remarked only."""
    levels = {problem["level"] for problem in row.errors if problem["key"] == key}
    return REMARK if levels == {REMARK} else row.outcome


def _told(problems: list[dict[str, Any]]) -> dict[str, str]:
    """What the comment of each column says; of the row as a whole nothing is commented."""
    told: dict[str, list[str]] = {}
    for problem in problems:
        if problem["key"]:
            told.setdefault(problem["key"], []).append(_sentence(problem))
    return {key: "\n".join(sentences) for key, sentences in told.items()}


def _explained(row: StagedRow) -> str:
    outcome = Outcome(row.outcome).label
    problems = "；".join(f"{p['column']}：{_sentence(p)}" for p in row.errors)
    return f"原第 {row.row_no} 行 {outcome}　{problems}"


def _sentence(problem: dict[str, Any]) -> str:
    article, remedy = problem["article"], problem["remedy"]
    return (
        problem["message"]
        + (f"（{article}）" if article else "")
        + (f" 处理：{remedy}" if remedy else "")
    )
