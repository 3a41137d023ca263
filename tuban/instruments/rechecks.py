"""重新核对: the sums of the tables once more, after cells were corrected. Pure.

Only what the correction changed is taken out of and put into the findings of the reading; all
others stay as they were read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tuban.documents.arithmetic.grid import grid_of
from tuban.documents.arithmetic.sums import check_sums
from tuban.documents.checks.joint import check_table
from tuban.documents.checks.tables import check_tables
from tuban.documents.model import Figure, Finding, Span, Table
from tuban.instruments.corrected import Json
from tuban.instruments.strictsums import strict_sums

TYPED = "typed"
"""Marks a table that a person typed in."""


def recheck(reading: Mapping[str, Any], corrected: Mapping[str, Any]) -> list[Json]:
    """Findings of the corrected reading.

    Args:
        reading: As read, with its findings.
        corrected: The same with corrections applied.
    """
    changed = [
        index
        for index, table in enumerate(reading["tables"])
        if table["columns"] and _cells(reading, index) != _cells(corrected, index)
    ]
    if not changed:
        return list(reading["findings"])
    before = {finding.message for finding in table_findings(reading, changed)}
    after = [_worded(finding.to_json(), before) for finding in table_findings(corrected, changed)]
    return [
        *(finding for finding in reading["findings"] if finding["message"] not in before),
        *after,
    ]


def _worded(finding: Json, before: set[str]) -> Json:
    """What is new speaks of corrected figures, though the check calls every figure printed."""
    if finding["message"] in before:
        return finding
    return {**finding, "message": f"按认定数核对：{finding['message']}"}


def table_findings(reading: Mapping[str, Any], indexes: Sequence[int]) -> list[Finding]:
    """What the tables at these indexes have wrong with them: sums, units, places."""
    findings: list[Finding] = []
    for index in indexes:
        table = table_of(reading, index)
        figures = [_figure(item) for item in _figures(reading, index)]
        moved = [_moved(figure, 0) for figure in figures]
        findings.extend(check_tables([table], [], moved))
        grid = grid_of(table)
        if reading["tables"][index].get(TYPED):
            findings.extend(strict_sums(table))
        elif grid is not None:
            findings.extend(check_sums(table, grid))
            findings.extend(check_table(index, table, grid)[1])
    return findings


def table_of(reading: Mapping[str, Any], index: int) -> Table:
    """A table of a reading, its cells as they are held to be."""
    printed = reading["tables"][index]
    figures = _figures(reading, index)
    rows = [list(row) for row in printed["rows"]]
    spans: list[list[Span]] = [[tuple(printed["span"])] * len(row) for row in rows]
    for figure in figures:
        at, column = figure["row"], figure["column"]
        spans[at][column] = (figure["span"][0], figure["span"][1])
        if _is_corrected(figure):
            rows[at][column] = figure["value"]
    notes = tuple(printed["notes"])
    return Table(
        caption=printed["caption"],
        annex=printed["annex"],
        unit=printed["unit"],
        columns=tuple(printed["columns"]),
        rows=tuple(tuple(row) for row in rows),
        row_spans=tuple(tuple(row) for row in spans),
        notes=notes,
        note_spans=tuple(_note_span(reading["text"], printed["span"], note) for note in notes),
        span=(printed["span"][0], printed["span"][1]),
    )


def _is_corrected(figure: Mapping[str, Any]) -> bool:
    """Whether the value is no longer the printed one; a unit printed in the cell is no change."""
    return bool(figure.get("corrected"))


def _figures(reading: Mapping[str, Any], index: int) -> list[Json]:
    return [figure for figure in reading["figures"] if figure["table"] == index]


def _cells(reading: Mapping[str, Any], index: int) -> list[tuple[Any, ...]]:
    """What the checks of a table look at."""
    return [
        (figure["value"], figure["unit"], figure["region_code"])
        for figure in _figures(reading, index)
    ]


def _figure(item: Mapping[str, Any]) -> Figure:
    names = (field for field in Figure.__dataclass_fields__ if field != "span")
    return Figure(**{name: item[name] for name in names}, span=(item["span"][0], item["span"][1]))


def _moved(figure: Figure, table: int) -> Figure:
    """The figure as one of the table at another index."""
    held = {name: getattr(figure, name) for name in Figure.__dataclass_fields__}
    return Figure(**{**held, "table": table})


def _note_span(text: str, within: Sequence[int], note: str) -> Span:
    at = text.find(note, within[0])
    return (at, at + len(note)) if at >= 0 else (within[0], within[0])
