"""The demonstration's files, drawn once for all tests, and what the law makes of them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import cache

from tuban.demonstration.files import Demonstration, make
from tuban.law.facts import Fact, FactKind, payload_from_json
from tuban.law.timeline import Timeline, timeline
from tuban.parcels.imports import crosschecks, questions, rows, workbook
from tuban.parcels.imports.rows import Stated, StatedFact

Key = tuple[str, str]


@cache
def demonstration() -> Demonstration:
    return make()


@cache
def stated() -> tuple[tuple[str, Stated], ...]:
    """Every row of every ledger as the import understands it, with its file's name."""
    found: list[tuple[str, Stated]] = []
    for ledger in demonstration().ledgers:
        if not ledger.name.endswith(".xlsx"):
            continue
        sheet = questions.read_or_ask(workbook.read(ledger.content))
        crosschecks.add(sheet.records, sheet.mapping)
        found += [(ledger.name, rows.state(record, sheet.mapping)) for record in sheet.records]
    return tuple(found)


@cache
def facts() -> dict[Key, tuple[Fact, ...]]:
    """Facts by parcel: the last ledger's row, then what was recorded later."""
    of_rows: dict[Key, list[StatedFact]] = {
        (row.region or "", row.parcel_no or ""): row.facts for _, row in stated()
    }
    found: dict[Key, list[Fact]] = defaultdict(list)
    for key, listed in of_rows.items():
        for n, one in enumerate(listed):
            found[key].append(Fact(f"row-{n}", one.kind, one.on, one.payload, one.precision))
    for entry in demonstration().later:
        key = (entry.region, entry.parcel_no)
        kind, on = FactKind(entry.kind), date.fromisoformat(entry.on)
        replaced = {fact.supersedes for fact in found[key]}
        old = next(
            (
                fact.id
                for fact in found[key]
                if (fact.kind.value, fact.on.isoformat()) == (entry.of_kind, entry.of_on)
                and fact.id not in replaced
            ),
            None,
        )
        payload = payload_from_json(kind, entry.payload)
        name = f"later-{len(found[key])}"
        found[key].append(Fact(name, kind, on, payload, supersedes=old))
    return {key: tuple(listed) for key, listed in found.items()}


@cache
def timelines() -> dict[Key, Timeline]:
    return {key: timeline(listed) for key, listed in facts().items()}
