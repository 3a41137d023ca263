"""Recomputes the board's figures from the demonstration's files alone, to check the product.

Imports nothing of the product: its own reading of the ledgers, its own small reading of the rules,
exact fractions throughout. A figure on which both agree has been worked out twice.

    dev/recompute_board.py FOLDER [--on 2024-09-30]

The rules as read here:
    批而未供     approvals of 2009 to 2019: approved less supplied, withdrawn and lapsed area
    消化         what a supply, withdrawal or lapse takes off that, in the year it happens
    闲置         recognised area, until building starts or completes, a new start is agreed, or
                 the land is recovered
    处置         the area that leaves it that way, in the year it happens
Land recovered and supplied again is not supplied twice.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

OPENING = date(2022, 1, 1)
CODES = {
    "东胜区": "150602",
    "康巴什区": "150603",
    "达拉特旗": "150621",
    "准格尔旗": "150622",
    "鄂托克前旗": "150623",
    "鄂托克旗": "150624",
    "杭锦旗": "150625",
    "乌审旗": "150626",
    "伊金霍洛旗": "150627",
}
UNITS_M2 = {
    "公顷": Fraction(10_000),
    "ha": Fraction(10_000),
    "亩": Fraction(2000, 3),
    "mu": Fraction(2000, 3),
}
DISPOSALS = {
    "重新约定动工": "start_reagreed",
    "有偿收回": "recovered",
    "无偿收回": "recovered",
    "撤回批准": "withdrawn",
    "批准失效": "lapsed",
}
# Within a day: land comes before what happens on it.
ORDER = (
    "approved",
    "supplied",
    "withdrawn",
    "lapsed",
    "recognised_idle",
    "start_reagreed",
    "start_reported",
    "started",
    "completed",
    "recovered",
)
ENDS_IDLENESS = {"start_reagreed", "start_reported", "started", "completed", "recovered"}

Key = tuple[str, str]


@dataclass(frozen=True)
class Fact:
    """What happened to a parcel on a day; `m2` None where no area is stated."""

    kind: str
    on: date
    m2: Fraction | None = None


@dataclass(frozen=True)
class Change:
    """Areas after a day's fact, and what it took off the stocks."""

    on: date
    unsupplied: Fraction
    idle: Fraction
    unsupplied_gone: Fraction
    idle_gone: Fraction


# ---- Files ------------------------------------------------------------------------------------


def read_rows(folder: Path) -> dict[Key, dict[str, Any]]:
    """Rows of all ledgers by (region code, parcel number); later ledgers override cell by cell."""
    issues = sorted(folder.glob("*台账*.xlsx"), key=lambda path: path.stem.rpartition("台账")[2])
    rows: dict[Key, dict[str, Any]] = defaultdict(dict)
    for path in issues:
        for row in read_ledger(path):
            rows[CODES[row["旗区"]], str(row["地块编号"])].update(row)
    return rows


def read_ledger(path: Path) -> Iterator[dict[str, Any]]:
    """Rows of one ledger as heading → value; areas come out in m²."""
    with CalamineWorkbook.from_path(str(path)) as book:
        table = book.get_sheet_by_index(0).to_python()
    at = next(i for i, cells in enumerate(table) if "地块编号*" in cells)
    headings = [re.fullmatch(r"([^（*]+)(?:（(.+)）)?\*?", str(cell)) for cell in table[at]]
    for cells in table[at + 1 :]:
        row = {}
        for heading, cell in zip(headings, cells, strict=True):
            if heading is not None and cell != "":
                unit = UNITS_M2.get(heading[2] or "")
                row[heading[1]] = Fraction(Decimal(str(cell))) * unit if unit else cell
        if row.get("旗区") in CODES:
            yield row


def facts_of_row(row: dict[str, Any]) -> Iterator[Fact]:
    """The facts a ledger row states, as far as the board's figures rest on them."""
    if "批准日期" in row:
        yield Fact("approved", row["批准日期"], row["批准面积"])
    if "合同签订日期" in row:
        yield Fact("supplied", row["合同签订日期"], row["已供面积"])
    if "实际动工日期" in row:
        yield Fact("started", row["实际动工日期"])
    if "实际竣工日期" in row:
        yield Fact("completed", as_day(row["实际竣工日期"]))
    if "闲置认定日期" in row:
        yield Fact("recognised_idle", row["闲置认定日期"])
    if "处置方式" in row:
        yield Fact(DISPOSALS[row["处置方式"]], row["处置日期"], row.get("处置面积"))


def as_day(value: date | str) -> date:
    """A date; a month stands for its last day."""
    if isinstance(value, date):
        return value
    found = re.fullmatch(r"(\d{4})年(\d{1,2})月", value)
    if found is None:
        raise ValueError(f"日期“{value}”无法识别")
    year, month = int(found[1]), int(found[2])
    after = date(year + month // 12, month % 12 + 1, 1)
    return date.fromordinal(after.toordinal() - 1)


def read_later(folder: Path) -> Iterator[tuple[Key, Fact, str, tuple[str, date] | None]]:
    """补记: parcel, fact, act, and for a correction or cancellation what it is about."""
    for path in sorted(folder.glob("*补记*.json")):
        for entry in json.loads(path.read_text("utf-8")):
            printed = entry["payload"].get("area")
            m2 = Fraction(printed["value"]) * UNITS_M2[printed["unit"]] if printed else None
            about = None
            if entry["act"] != "record":
                about = (entry["of_kind"], date.fromisoformat(entry["of_on"]))
            fact = Fact(entry["kind"], date.fromisoformat(entry["on"]), m2)
            yield (entry["region"], entry["parcel_no"]), fact, entry["act"], about


def read_facts(folder: Path) -> dict[Key, list[Fact]]:
    """All facts that count, by parcel."""
    facts = {key: list(facts_of_row(row)) for key, row in read_rows(folder).items()}
    for key, fact, act, about in read_later(folder):
        if about is not None:
            facts[key] = [old for old in facts[key] if (old.kind, old.on) != about]
        if act != "void":
            facts[key].append(fact)
    return facts


# ---- Rules ------------------------------------------------------------------------------------


def walk(facts: Iterable[Fact]) -> Iterator[Change]:
    """A parcel's areas as its facts change them, in order of time."""
    approved = gone = held = recovered = idle = Fraction(0)
    counted = [fact for fact in facts if fact.kind in ORDER]
    for fact in sorted(counted, key=lambda f: (f.on, ORDER.index(f.kind))):
        taken = left_idle = Fraction(0)
        if fact.kind == "approved":
            approved = fact.m2 or Fraction(0)
        elif fact.kind == "supplied":
            area = fact.m2 or Fraction(0)
            again = min(recovered, area)
            recovered -= again
            held += area
            taken = area - again
        elif fact.kind in {"withdrawn", "lapsed"}:
            taken = approved - gone if fact.m2 is None else fact.m2
        elif fact.kind == "recognised_idle":
            idle = held if fact.m2 is None else fact.m2
        elif fact.kind in ENDS_IDLENESS:
            left_idle, idle = idle, Fraction(0)
            if fact.kind == "recovered":
                recovered, held = recovered + held, Fraction(0)
        gone += taken
        if not approved:
            taken = Fraction(0)
        yield Change(fact.on, max(approved - gone, Fraction(0)), idle, taken, left_idle)


def figures(facts: dict[Key, list[Fact]], on: date) -> dict[str, Any]:
    """Stocks on the opening day and on the day; flows by year up to the day; by region, in m²."""
    stocks: dict[str, Any] = {
        day.isoformat(): {
            "unsupplied_stock": defaultdict(Fraction),
            "idle_stock": defaultdict(Fraction),
        }
        for day in (OPENING, on)
    }
    flows: dict[str, dict[str, dict[str, Fraction]]] = {
        code: defaultdict(lambda: defaultdict(Fraction))
        for code in ("unsupplied_disposed", "idle_disposed")
    }
    for (region, _), of_parcel in facts.items():
        changes = list(walk(of_parcel))
        approvals = [fact.on.year for fact in of_parcel if fact.kind == "approved"]
        in_scope = bool(approvals) and 2009 <= approvals[0] <= 2019
        for day in (OPENING, on):
            last = next((c for c in reversed(changes) if c.on <= day), None)
            if last is not None:
                at = stocks[day.isoformat()]
                at["idle_stock"][region] += last.idle
                if in_scope:
                    at["unsupplied_stock"][region] += last.unsupplied
        for change in changes:
            if change.on <= on:
                year = str(change.on.year)
                flows["idle_disposed"][region][year] += change.idle_gone
                if in_scope:
                    flows["unsupplied_disposed"][region][year] += change.unsupplied_gone
    return {"on": on.isoformat(), "parcels": len(facts), "stocks": stocks, "flows": flows}


def printed(value: Any) -> Any:
    """Fractions as decimal text, six places, half up; mappings in order, zeros left out."""
    if isinstance(value, Fraction):
        millionths = (value.numerator * 2_000_000 + value.denominator) // (2 * value.denominator)
        return str(Decimal(millionths).scaleb(-6))
    if isinstance(value, dict):
        return {key: printed(value[key]) for key in sorted(value) if value[key] != 0}
    return value


def main() -> int:
    """Prints the figures as JSON."""
    parser = argparse.ArgumentParser(description="从演示文件独立复算看板数字")
    parser.add_argument("folder", type=Path, help="演示文件所在目录")
    parser.add_argument("--on", type=date.fromisoformat, default=date(2024, 9, 30), help="截至日")
    options = parser.parse_args()
    facts = read_facts(options.folder)
    if not facts:
        print(f"{options.folder} 里没有台账文件。", file=sys.stderr)
        return 2
    found = printed(figures(facts, options.on))
    print(json.dumps(found, ensure_ascii=False, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
