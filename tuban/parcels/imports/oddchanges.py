"""Corrections that look like a slip: an area a unit apart from the stored one, another contract."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tuban.law.model import FactKind, Payload, Supplied
from tuban.parcels.imports import unitslips
from tuban.parcels.imports.problems import REMARK, Problem
from tuban.values.area import Area

if TYPE_CHECKING:
    from tuban.parcels.imports.plans import FactChange

_AREA_KEYS = {
    FactKind.APPROVED: "approved_area",
    FactKind.SUPPLIED: "supplied_area",
    FactKind.RECOVERED: "disposed_area",
    FactKind.WITHDRAWN: "disposed_area",
    FactKind.LAPSED: "disposed_area",
}


def remarks(changes: Sequence[FactChange]) -> Iterator[Problem]:
    """What is odd about the corrections; they are recorded as stated all the same."""
    for change in changes:
        if change.old is None or change.fact.kind is not change.old.kind:
            continue
        new: Area | None = getattr(change.fact.payload, "area", None)
        old: Area | None = getattr(change.old.payload, "area", None)
        if new is None or old is None or new.ticks == old.ticks:
            continue
        key = _AREA_KEYS.get(change.fact.kind, change.fact.key)
        stored = f"{old.printed} {old.unit.label}"
        unit = unitslips.typed_in(new, old.ticks)
        if unit is not None:
            yield Problem(
                "unit_against_record",
                key,
                f"{new.printed} {new.unit.label}",
                f"与库内面积 {stored}恰好相差一个单位，可能按{unit.label}填写。",
                f"核对单位；{unitslips.as_if(new, unit)}",
                REMARK,
                stored=stored,
            )
        elif _other_contract(change.fact.payload, change.old.payload):
            yield Problem(
                "supply_other_contract",
                key,
                f"{new.printed} {new.unit.label}",
                f"合同编号与库内不同，已供面积由 {stored}改为 {new.printed} {new.unit.label}，"
                "按更正原供应登记，不是另加一笔。",
                "分次供应的，在地块页“登记事实”逐笔登记；确为更正的，写全合同编号后登记",
                REMARK,
                stored=stored,
            )


def _other_contract(new: Payload, old: Payload) -> bool:
    """Whether both supplies name a contract, and not the same one."""
    return (
        isinstance(new, Supplied)
        and isinstance(old, Supplied)
        and bool(new.contract_no and old.contract_no)
        and new.contract_no != old.contract_no
    )
