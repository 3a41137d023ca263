"""备注中的目标: areas that stand only in a note under a table (自治区下达我市…建设任务3573亩).

They are figures of the table's own subject, printed beside its cells and not among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tuban.documents.model import Figure, Table, Target
from tuban.documents.targets import AREA_UNITS, Context, find_targets

IN_NOTE = "note"
"""Flag of a target that was read in a note."""


def targets_in_notes(table: Table, context: Context) -> Iterator[Target]:
    """Areas named in the notes of a table, in order; shares (按总量的20%) explain and bind nobody."""
    for note, (start, _) in zip(table.notes, table.note_spans, strict=True):
        for target in find_targets(note, 0, len(note), context):
            if target.unit in AREA_UNITS:
                begin, end = target.span
                yield replace(
                    target, span=(start + begin, start + end), flags=(*target.flags, IN_NOTE)
                )


def note_targets(
    tables: Sequence[Table], figures: Sequence[Figure], context: Context
) -> list[Target]:
    """The targets of all notes, named after what their table counts."""
    found = []
    for at, table in enumerate(tables):
        counted = next((each.metric for each in figures if each.table == at), "")
        for target in targets_in_notes(table, context):
            named = target.name if counted in target.name else counted + target.name
            found.append(replace(target, name=named))
    return found
