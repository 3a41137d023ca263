"""How long the law needs for one parcel: `python -m benchmarks.timeline`.

A typical parcel of the ledger (eight facts, a dozen periods) is turned into its timeline many
times. Besides microseconds the figure is given as a ratio to a baseline that any machine can
repeat: `json.loads(json.dumps(…))` of the same eight facts. CPU time, best of several rounds, so
that a busy machine does not speak for the law.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable
from statistics import median
from time import process_time

from tuban.law.facts import Fact, payload_from_json, payload_to_json
from tuban.law.files import facts_from_records
from tuban.law.timeline import timeline

LIMIT_US = 1_000.0
TARGET_US = 300.0

_GOVERNMENT = {"cause": "government", "confirmed": True}
TYPICAL = (
    {"kind": "approved", "on": "2015-03-01", "area": "12.3456 公顷"},
    {"kind": "supplied", "on": "2019-03-01", "area": "10 公顷", "mode": "grant"},
    {"kind": "start_agreed", "on": "2019-03-01", "start_on": "2020-03-01"},
    {"kind": "delivered", "on": "2019-05-01"},
    {"kind": "excluded", "on": "2020-06-01", "to": "2020-08-31", **_GOVERNMENT},
    {"kind": "recognised_idle", "on": "2021-09-01", "cause": "government"},
    {"kind": "start_reagreed", "on": "2022-05-05", "start_on": "2023-05-05"},
    {"kind": "start_reported", "on": "2023-09-01"},
)


def microseconds(work: Callable[[], object], *, calls: int = 300, rounds: int = 15) -> list[float]:
    """CPU time of one call in µs, one figure per round, the collector kept out of it."""
    figures = []
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            began = process_time()
            for _ in range(calls):
                work()
            figures.append((process_time() - began) / calls * 1e6)
    finally:
        gc.enable()
    return figures


def stored(facts: list[Fact]) -> list[dict[str, object]]:
    """The facts as the database keeps them."""
    return [
        {"id": f.id, "kind": f.kind.value, "on": str(f.on), "payload": payload_to_json(f.payload)}
        for f in facts
    ]


def main() -> int:
    """Prints the figures; 1 when the median is over the limit of one millisecond."""
    facts = facts_from_records([dict(record) for record in TYPICAL])
    rows = stored(facts)
    contents = [(f.kind, payload_to_json(f.payload)) for f in facts]
    law = microseconds(lambda: timeline(facts))
    payloads = microseconds(lambda: [payload_from_json(kind, c) for kind, c in contents])
    baseline = microseconds(lambda: json.loads(json.dumps(rows)))
    print(
        f"timeline of {len(facts)} facts, {len(timeline(facts).periods)} periods:"
        f" median {median(law):.0f} µs, best {min(law):.0f} µs"
        f" (target {TARGET_US:.0f}, limit {LIMIT_US:.0f})\n"
        f"payload_from_json of the same facts: median {median(payloads):.0f} µs\n"
        f"baseline json.loads(json.dumps(facts)): median {median(baseline):.0f} µs\n"
        f"ratio timeline / baseline: {median(law) / median(baseline):.1f}"
    )
    return 0 if median(law) < LIMIT_US else 1


if __name__ == "__main__":
    sys.exit(main())
