"""演示文件: plan, ledgers and later records of all nine 旗区, the same on every machine."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tuban.demonstration import later, plan
from tuban.demonstration.later import Entry
from tuban.demonstration.ledgers import ISSUES, workbook
from tuban.demonstration.regions import PROFILES
from tuban.demonstration.stories import SEED, stories
from tuban.demonstration.surveys import HANDED_IN_ON, survey_files

LATER_NAME = "演示补记事实.json"


@dataclass(frozen=True, slots=True)
class Ledger:
    """One file as it was handed in: a ledger, or the boundaries of its parcels."""

    region: str
    name: str
    handed_in_on: date
    content: bytes


@dataclass(frozen=True, slots=True)
class Demonstration:
    """Everything the demonstration is made of, in the order in which it comes in."""

    plan: bytes
    ledgers: tuple[Ledger, ...]
    later: tuple[Entry, ...]


def make() -> Demonstration:
    """Draws all parcels and writes their files in memory."""
    drawn = {code: stories(profile) for code, profile in PROFILES.items()}
    ledgers = [
        Ledger(code, issue.file_name(code), issue.handed_in_on, content)
        for place, issue in enumerate(ISSUES)
        for code, parcels in drawn.items()
        if (content := workbook(code, parcels, place)) is not None
    ]
    recorded = [
        entry
        for code, parcels in drawn.items()
        for entry in later.entries(parcels, f"{SEED} {code}")
    ]
    surveys = [
        Ledger(code, name, HANDED_IN_ON, content) for code, name, content in survey_files(drawn)
    ]
    recorded.sort(key=lambda entry: (entry.recorded_on, entry.region))
    return Demonstration(plan.docx_bytes(), tuple(ledgers + surveys), tuple(recorded))


def write(made: Demonstration, folder: Path) -> None:
    """Writes the files out, for people who want to look at them or import them by hand."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / plan.FILE_NAME).write_bytes(made.plan)
    for ledger in made.ledgers:
        (folder / ledger.name).write_bytes(ledger.content)
    lines = [json.dumps(entry.to_json(), ensure_ascii=False) for entry in made.later]
    (folder / LATER_NAME).write_text("[\n" + ",\n".join(lines) + "\n]\n", "utf-8")
