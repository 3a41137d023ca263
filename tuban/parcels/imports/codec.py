"""A row's statement and plan as JSON: what `StagedRow.parsed` keeps between staging and confirming.

    {"parcel": {...}, "approval": {...} | null, "facts": [...],
     "plan": {"parcel_id", "fact_ids", "facts": [{"at", "supersedes", "old"}],
              "parcel": {key: [old, new]}, "approval": bool, "approval_was": [doc_no, name] | null}}

`facts` are the row's own; `plan.facts` says by position which of them would be recorded. Once the row
is recorded, `plan.parcel` and `plan.approval_was` are what it overwrote: a withdrawal reads them.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from tuban.law.facts import FactKind, payload_from_json, payload_to_json
from tuban.parcels.imports.plans import Basis, Plan, StoredParcel, describe
from tuban.parcels.imports.rows import Stated, StatedFact


def encode(stated: Stated, plan: Plan) -> dict[str, Any]:
    """Statement and plan as one JSON object."""
    position = {id(fact): at for at, fact in enumerate(stated.facts)}
    return {
        "parcel": stated.parcel,
        "approval": stated.approval,
        "facts": [_encode_fact(fact) for fact in stated.facts],
        "plan": {
            "parcel_id": plan.basis.parcel_id,
            "fact_ids": plan.basis.fact_ids,
            "facts": [
                {
                    "at": position[id(change.fact)],
                    "supersedes": change.old.id if change.old is not None else None,
                    "old": describe(change.old.kind, change.old.on, change.old.payload)
                    if change.old is not None
                    else None,
                }
                for change in plan.facts
            ],
            "parcel": plan.parcel,
            "approval": plan.approval,
            "approval_was": plan.approval_was,
        },
    }


def decode(row_no: int, region: str, parcel_no: str, parsed: dict[str, Any]) -> Stated:
    """The statement again, to plan it anew against a record that has moved on."""
    return Stated(
        row_no,
        region,
        parcel_no,
        parsed["parcel"],
        parsed["approval"],
        [decode_fact(fact) for fact in parsed["facts"]],
    )


def basis(parsed: dict[str, Any]) -> Basis:
    """What the kept plan was made against."""
    return Basis(parsed["plan"]["parcel_id"], tuple(parsed["plan"]["fact_ids"]))


def describes(parsed: dict[str, Any], stored: StoredParcel | None) -> bool:
    """Whether the parcel's description is still what the plan was made against."""
    known = stored.parcel if stored is not None else {}
    made = parsed["plan"]
    changes = made["parcel"]
    for key, text in parsed["parcel"].items():
        if known.get(key, "") != (changes[key][0] if key in changes else text):
            return False
    named = parsed["approval"]
    if named is None:
        return True
    present = stored.approval if stored is not None else None
    expected = made["approval_was"] if made["approval"] else (named["doc_no"], named["name"])
    return present == (tuple(expected) if expected is not None else None)


def _encode_fact(fact: StatedFact) -> dict[str, Any]:
    return {
        "kind": fact.kind.value,
        "on": fact.on.isoformat(),
        "precision": fact.precision,
        "payload": payload_to_json(fact.payload),
        "key": fact.key,
        "paper_no": fact.paper_no,
    }


def decode_fact(fact: dict[str, Any]) -> StatedFact:
    """One of the statement's facts again."""
    kind = FactKind(fact["kind"])
    return StatedFact(
        kind,
        date.fromisoformat(fact["on"]),
        fact["precision"],
        payload_from_json(kind, fact["payload"]),
        fact["key"],
        fact["paper_no"],
    )
