"""What a row would change in the record as it stands: 新增, 修改, 不变, 冲突 or 错误.

Pure: a row's statement and the parcel's stored facts in, a plan out. The same function serves the
preview and the confirmation, so that what is confirmed is what was shown.

Rules:
    * A fact the record already holds is not recorded again.
    * A fact that differs from one an earlier import recorded corrects it (supersedes).
    * A fact that differs from one a person recorded, or repeats one a person cancelled, is a
      冲突: nothing of the row is taken until a person decides.
    * A blank cell changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tuban.law.admission import admissible, objections
from tuban.law.facts import Fact, choice_label
from tuban.law.model import FactKind, IdleCause, Payload
from tuban.parcels.imports import oddchanges
from tuban.parcels.imports.problems import Problem
from tuban.parcels.imports.rows import Stated, StatedFact
from tuban.values.area import Area

NEW, CHANGED, SAME, CONFLICT, ERRONEOUS = "new", "changed", "same", "conflict", "error"
"""Outcomes, as `parcels.models.Outcome` stores them."""

_DISPOSALS = {
    kind: f"disposal:{kind.value}"
    for kind in (FactKind.START_REAGREED, FactKind.RECOVERED, FactKind.WITHDRAWN, FactKind.LAPSED)
}
_SLOTS = {
    **{kind: kind.value for kind in FactKind},
    **_DISPOSALS,
    FactKind.START_REPORTED: "start",
    FactKind.STARTED: "start",
}
"""Facts of one slot answer the same question of the ledger: at most one stands in a row."""


@dataclass(frozen=True, slots=True)
class StoredFact:
    """A fact of the record. `imported`: it came in with a batch, not from a person's hand."""

    law: Fact
    imported: bool


@dataclass(frozen=True, slots=True)
class StoredParcel:
    """A parcel of the record, with every fact that is not of a withdrawn batch."""

    pk: int
    parcel: dict[str, str]
    approval: tuple[str, str] | None
    facts: tuple[StoredFact, ...]

    def live(self) -> list[StoredFact]:
        """Facts that count: neither corrected nor cancelled."""
        replaced = {f.law.supersedes for f in self.facts if f.law.supersedes is not None}
        return [
            f for f in self.facts if f.law.id not in replaced and f.law.kind is not FactKind.VOID
        ]

    def cancelled(self) -> list[StoredFact]:
        """Facts that somebody declared void (作废)."""
        void = {f.law.supersedes for f in self.facts if f.law.kind is FactKind.VOID}
        return [f for f in self.facts if f.law.id in void]


@dataclass(frozen=True, slots=True)
class Basis:
    """What a plan was made against; as long as it holds, the plan holds.

    Attributes:
        parcel_id: None when the record had no such parcel.
        fact_ids: Every fact considered, in order.
    """

    parcel_id: int | None
    fact_ids: tuple[int, ...]

    @classmethod
    def of(cls, stored: StoredParcel | None) -> Basis:
        """The basis a plan made now would have."""
        if stored is None:
            return cls(None, ())
        return cls(stored.pk, tuple(sorted(int(f.law.id) for f in stored.facts)))


@dataclass(frozen=True, slots=True)
class FactChange:
    """A fact to record; with `old`, it corrects that one."""

    fact: StatedFact
    old: Fact | None = None


@dataclass(slots=True)
class Plan:
    """What confirming the row would do.

    Attributes:
        parcel: Changed fields of the parcel, key → (old, new).
        approval: Whether the parcel's approval is set or changes.
        approval_was: (doc_no, name) of the approval that then gives way; None where there is none.
        conflicts: Why a person has to decide.
        remarks: What is odd about a change and stops nothing.
    """

    outcome: str
    basis: Basis
    facts: list[FactChange] = field(default_factory=list)
    parcel: dict[str, tuple[str, str]] = field(default_factory=dict)
    approval: bool = False
    approval_was: tuple[str, str] | None = None
    problems: list[Problem] = field(default_factory=list)
    conflicts: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)


def plan(stated: Stated, stored: StoredParcel | None, *, today: date) -> Plan:
    """What the row would change; the law's objections make it 错误."""
    made = Plan(SAME, Basis.of(stored))
    if stated.has_errors:
        made.outcome = ERRONEOUS
        return made
    live = stored.live() if stored is not None else []
    cancelled = stored.cancelled() if stored is not None else []
    for fact in stated.facts:
        _compare(fact, live, cancelled, made)
    if made.conflicts:
        made.outcome = CONFLICT
        made.facts.clear()
        return made
    made.problems.extend(_refused(made.facts, live, today))
    if made.problems:
        made.outcome = ERRONEOUS
        made.facts.clear()
        return made
    _describe(stated, stored, made)
    made.remarks.extend(oddchanges.remarks(made.facts))
    if stored is None or not stored.facts:
        made.outcome = NEW  # a parcel left without facts by a withdrawal begins anew
    elif made.facts or made.parcel or made.approval:
        made.outcome = CHANGED
    return made


def _compare(
    fact: StatedFact, live: list[StoredFact], cancelled: list[StoredFact], made: Plan
) -> None:
    """Decides what becomes of one stated fact: nothing, a new fact, a correction, a conflict."""
    slot = [f for f in live if _SLOTS[f.law.kind] == _SLOTS[fact.kind]]
    if any(_alike(fact, f.law) or _says_less(fact, f.law) for f in slot):
        return
    repeated = next((f for f in cancelled if _alike(fact, f.law)), None)
    if repeated is not None:
        made.conflicts.append(_conflict(fact, repeated.law, "库内的这条事实已由人作废"))
        return
    slot = [f for f in slot if not _proves(fact, f.law)]
    by_hand = next((f for f in slot if not f.imported), None)
    if by_hand is not None:
        made.conflicts.append(_conflict(fact, by_hand.law, "库内的这条事实由人登记，与本行不同"))
    elif len(slot) > 1:
        made.conflicts.append(
            _conflict(fact, slot[0].law, f"库内有 {len(slot)} 条，分不清更正哪一条")
        )
    else:
        made.facts.append(FactChange(fact, slot[0].law if slot else None))


def _alike(stated: StatedFact, stored: Fact) -> bool:
    """Whether the record holds the very fact; 12.3 and 12.3000 公顷 are one area."""
    return (
        stated.kind is stored.kind
        and stated.on == stored.on
        and stated.precision == stored.precision
        and _comparable(stated.payload) == _comparable(stored.payload)
    )


def _comparable(payload: Payload) -> tuple[Any, ...]:
    values = (getattr(payload, name) for name in payload.__dataclass_fields__)
    return tuple(value.ticks if isinstance(value, Area) else value for value in values)


def _says_less(stated: StatedFact, stored: Fact) -> bool:
    """A bare start date adds nothing to a start of that day that is proven."""
    return (
        stated.kind is FactKind.START_REPORTED
        and stored.kind is FactKind.STARTED
        and stated.on == stored.on
    )


def _proves(stated: StatedFact, stored: Fact) -> bool:
    """A proven start stands beside the report of the same day and contradicts nothing."""
    return (
        stated.kind is FactKind.STARTED
        and stored.kind is FactKind.START_REPORTED
        and stated.on == stored.on
    )


def _conflict(fact: StatedFact, old: Fact, why: str) -> Problem:
    stored = describe(old.kind, old.on, old.payload)
    return Problem(
        "conflict",
        fact.key,
        describe(fact.kind, fact.on, fact.payload),
        f"{why}：{stored}。",
        "在地块页核对后更正事实，或改表后重传",
        stored=stored,
    )


def describe(kind: FactKind, on: date, payload: Payload) -> str:
    """A fact in a few words: 供应 2016-05-01 2.3456 公顷."""
    area: Area | None = getattr(payload, "area", None)
    start: date | None = getattr(payload, "start_on", None)
    cause: IdleCause | None = getattr(payload, "cause", None)
    words = [kind.label, on.isoformat()]
    if area is not None:
        words.append(f"{area.printed} {area.unit.label}")
    if start is not None:
        words.append(f"约定 {start.isoformat()} 动工")
    if cause is not None:
        words.append(choice_label(cause))
    return " ".join(words)


_ORDER = {kind: position for position, kind in enumerate(FactKind)}


def _refused(changes: list[FactChange], live: Sequence[StoredFact], today: date) -> list[Problem]:
    """The law's objections to the record as it would stand with all of the row's changes."""
    corrected = {change.old.id for change in changes if change.old is not None}
    standing = [f.law for f in live if f.law.id not in corrected]
    in_order = sorted(
        (change.fact for change in changes),
        key=lambda f: (f.kind is not FactKind.APPROVED, f.on, _ORDER[f.kind]),
    )
    new = [
        Fact(f"new-{position}", stated.kind, stated.on, stated.payload, stated.precision)
        for position, stated in enumerate(in_order)
    ]
    if admissible(standing, new, today=today):
        return []
    problems: list[Problem] = []
    for stated, fact in zip(in_order, new, strict=True):
        refused = objections(standing, fact, today=today)
        problems.extend(
            Problem(
                objection.code,
                stated.key,
                describe(stated.kind, stated.on, stated.payload),
                objection.message,
                objection.remedy,
                article=objection.article,
            )
            for objection in refused
        )
        if not refused:
            standing.append(fact)
    return problems


def _describe(stated: Stated, stored: StoredParcel | None, made: Plan) -> None:
    """Changes of the parcel's own description and of its approval."""
    known = stored.parcel if stored is not None else {}
    for key, text in stated.parcel.items():
        if known.get(key, "") != text:
            made.parcel[key] = (known.get(key, ""), text)
    if stated.approval is not None:
        named = (stated.approval["doc_no"], stated.approval["name"])
        made.approval = stored is None or stored.approval != named
        made.approval_was = stored.approval if stored is not None and made.approval else None
