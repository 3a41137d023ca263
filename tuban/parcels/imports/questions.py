"""待对照: what the desk shows of a file's columns, and what it asks the sender about them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tuban.parcels.imports import cells, headings, units
from tuban.parcels.imports.asking import HEADINGS, Asked
from tuban.parcels.imports.ledger import BY_KEY
from tuban.parcels.imports.mapping import REMEMBERED, Answer, Mapping, Memory, Placed
from tuban.parcels.imports.sheets import Chosen, LedgerSheet, choose, read
from tuban.parcels.imports.workbook import Sheet, column_name

OPEN = "?"
SAMPLES = 3
SEARCHED = 200
"""Rows below the headings in which samples are looked for."""
_SHORT = 40


def read_or_ask(
    sheets: Iterable[Sheet], *, memory: Memory | None = None, answer: Answer | None = None
) -> LedgerSheet:
    """The ledger in the sheets, when nothing about its columns is open.

    Args:
        sheets: Of the file.
        memory: What the sender's office has chosen for earlier files.
        answer: What the sender says of this file.

    Raises:
        Unreadable: No sheet has anything like headings.
        Asked: The sender has to say which column is what.
    """
    chosen = choose(sheets, memory=memory, answer=answer)
    _ask(chosen)
    ledger = read(chosen)
    ledger.shown = as_json(chosen)
    return ledger


def _ask(chosen: Chosen) -> None:
    """Asks the sender what the mapping leaves open; does nothing when it is settled.

    Raises:
        Asked: With the columns to answer by.
    """
    mapping = chosen.mapping
    if mapping.is_settled:
        return
    offer = {
        "asks": HEADINGS,
        "points": open_points(mapping),
        "columns": sorted(
            {column.index for pair in mapping.twice for column in pair}
            | {column.index for column, _ in mapping.strange}
            | {seen.index for seen in mapping.vague}
        ),
    }
    message = f"工作表“{mapping.sheet}”的列要先对照，还没有核对任何一行。"
    raise Asked([offer], message, mapping=as_json(chosen))


def open_points(mapping: Mapping) -> list[str]:
    """What is still to be answered, in words: whole sentences without a full stop."""
    points = []
    if mapping.is_unsure:
        points.append("能认出的表头太少，请核对是不是地块台账")
    if mapping.missing:
        fields = "、".join(f"“{BY_KEY[key].heading}”" for key in mapping.missing)
        points.append(f"没有认出必需的{fields}")
    points.extend(
        f"{column_name(one.index)} 列“{one.heading}”和 {column_name(other.index)} 列"
        f"“{other.heading}”都像是“{BY_KEY[one.key].heading}”"
        for one, other in mapping.twice
    )
    points.extend(
        f"{column_name(column.index)} 列“{column.heading}”的单位“{words}”不认识"
        for column, words in mapping.strange
    )
    points.extend(
        f"{column_name(seen.index)} 列“{seen.heading}”没有说明是批准、供应还是处置的面积"
        for seen in mapping.vague
    )
    return points


def as_json(chosen: Chosen) -> dict[str, Any]:
    """The mapping as `Upload.mapping` keeps it.

    `columns` by field, `seen` every column of the file with three of its values, from which the
    mapping can be answered anew without the file.
    """
    mapping = chosen.mapping
    return {
        "sheet": mapping.sheet,
        "sheets": list(chosen.names),
        "top": mapping.first_row - mapping.height,
        "height": mapping.height,
        "by_key_row": mapping.by_key_row,
        "columns": {
            key: {
                "column": mapping.column_name(key),
                "heading": placed.heading,
                "unit": placed.unit,
                "unit_from": placed.unit_from,
            }
            for key, placed in mapping.placed.items()
        },
        "seen": _seen(chosen),
    }


def _seen(chosen: Chosen) -> list[dict[str, Any]]:
    """Every column of the file.

    `said` is the unit the file names; `anyway` the field its heading means to everybody, OPEN where
    that is a question, so that an office's own choice can be told from it.
    """
    sheet, mapping = chosen.sheet, chosen.mapping
    by_index = {column.index: column for column in mapping.placed.values()}
    left_out = dict(mapping.left_out)
    top = mapping.first_row - mapping.height
    note = units.note(sheet, top)
    plain = headings.at_rows(sheet, top, mapping.height)
    anyway = {column.index: key for key, column in plain.placed.items()}
    anyway |= {column.index: OPEN for pair in plain.twice for column in pair}
    anyway |= {column.index: OPEN for column in plain.vague}
    found = []
    for column in mapping.seen:
        placed = by_index.get(column.index, Placed("", column.index, column.heading, by=""))
        on = placed.on or left_out.get(column.heading)
        said = units.said(column.heading, note)
        found.append(
            {
                "index": column.index,
                "heading": column.heading,
                "name": column.name,
                "samples": _samples(sheet, mapping.first_row, column.index),
                "key": placed.key,
                "unit": placed.unit,
                "unit_from": placed.unit_from,
                "by": REMEMBERED if on else placed.by,
                "on": on.isoformat() if on else "",
                "said": said.unit,
                "said_from": said.source,
                "words": said.words,
                "anyway": anyway.get(column.index, ""),
            }
        )
    return found


def _samples(sheet: Sheet, first_row: int, index: int) -> list[str]:
    """The first three values of a column, each as a person sees it, shortened."""
    found: list[str] = []
    for row in sheet.rows[first_row : first_row + SEARCHED]:
        if index < len(row) and row[index] != "":
            found.append(cells.shown(row[index])[:_SHORT])
            if len(found) == SAMPLES:
                break
    return found
