"""登记审查: what must not be recorded, with the reason, the article and the way out.

The record is judged as it would then stand: a fact that brings about a contradiction, be it in
a later fact already on record, is refused. What was contradictory before is not held against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter

from tuban.law import model as m
from tuban.law.fold import apply_day
from tuban.law.model import Fact, FactKind, effective
from tuban.law.period import Warning_
from tuban.law.rules import citation
from tuban.law.state import State
from tuban.values.dates import first_day

_by_day = attrgetter("on")


@dataclass(frozen=True, slots=True)
class Objection:
    """One reason to refuse a fact.

    Attributes:
        message: Chinese sentence with the figures.
        article: Instrument and article it rests on; empty where it is the record's own order.
        remedy: What to do instead, in Chinese.
    """

    code: str
    message: str
    article: str
    remedy: str


_REMEDIES = {
    "over_consumption": "请核对面积和单位；确超出本批准文件的部分，应关联另一批准文件分别登记。",
    "second_approval": "请更正原批准，或将该批准登记到另一宗地块。",
    "no_approval": "请先登记批准。",
    "nothing_left": "请核对已供和撤回面积。",
    "idle_exceeds_supplied": "请核对闲置面积和单位，或先登记供应。",
    "already_idle": "认定有变的，请更正原认定；已处置后再次闲置的，请先登记处置。",
    "no_supply": "请先登记供应。",
    "idle_area_missing": "请填写认定的闲置面积。",
    "nothing_held": "请核对此前登记的收回；已再次供应的，请先登记供应。",
    "recovered_exceeds_supplied": "请核对收回面积和单位。",
    "excluded_reversed": "请核对起止日期。",
    "excluded_enterprise": "请核对原因；属企业自身原因的，不登记不计入期间。",
}
"""Contradictions of the record (warnings of the fold) that refuse the fact, and the way out."""


def objections(existing: Sequence[Fact], new: Fact, *, today: date) -> tuple[Objection, ...]:
    """Why a fact must not be recorded; empty if it may.

    Args:
        existing: All facts of the parcel on record, superseded and cancelled ones included.
        new: The fact to record, `supersedes` set for a correction or cancellation.
        today: The day on which it is recorded, in Asia/Shanghai.
    """
    found = [*_form(new, today), *_succession(existing, new)]
    if found:
        return tuple(found)
    before = effective(list(existing))
    after = effective([*existing, new])
    found.extend(_order(after, new))
    found.extend(_duplicate(after, new))
    known = {(w.code, w.fact_ids) for w in _contradictions(before)}
    found.extend(
        Objection(
            warning.code,
            warning.message
            if warning.fact_ids == (new.id,)
            else f"登记后，{warning.on} 的事实将与记录矛盾：{warning.message}",
            citation(warning.rule),
            _REMEDIES[warning.code],
        )
        for warning in _contradictions(after)
        if (warning.code, warning.fact_ids) not in known
    )
    return tuple(found)


def admissible(existing: Sequence[Fact], new: Sequence[Fact], *, today: date) -> bool:
    """Whether new facts may be recorded together: the record with all of them is in order.

    One pass over the record, where asking `objections` of each takes two passes for every fact.
    When this is true, no fact of them meets an objection with the others on record. False only
    means that `objections` must be asked, which names the fact at fault; so do corrections.
    """
    if any(fact.supersedes is not None or fact.kind is FactKind.VOID for fact in new):
        return False
    if any(any(_form(fact, today)) for fact in new):
        return False
    before = effective(list(existing))
    after = [*before, *new]
    if any(any(_order(after, fact)) or any(_duplicate(after, fact)) for fact in new):
        return False
    contradictions = _contradictions(after)
    if not contradictions:
        return True
    known = {(w.code, w.fact_ids) for w in _contradictions(before)}
    return all((w.code, w.fact_ids) in known for w in contradictions)


def _form(new: Fact, today: date) -> Iterable[Objection]:
    """What is wrong with the fact by itself."""
    if new.on > today:
        month_or_year = "；只知年月的，过了该期间再登记或写明到日" if new.precision != "day" else ""
        yield Objection(
            "in_future",
            f"日期 {new.on} 晚于今天 {today}，尚未发生的不能登记。",
            "",
            f"请核对日期{month_or_year}。",
        )
    payload = new.payload
    if isinstance(payload, m.Started) and not payload.permit_no.strip():
        yield Objection(
            "start_without_proof",
            "动工核实须有施工许可证，并符合基坑、桩基或基础三分之一的情形之一。",
            citation("IDL-03"),
            "没有许可证的，请登记为“申报动工”。",
        )


def _succession(existing: Sequence[Fact], new: Fact) -> Iterable[Objection]:
    """What is wrong with superseding the fact it supersedes."""
    if new.supersedes is None:
        if new.kind is FactKind.VOID:
            yield Objection(
                "void_without_fact", "作废须指明所作废的事实。", "", "请在该事实上选择“作废”。"
            )
        return
    target = next((fact for fact in existing if fact.id == new.supersedes), None)
    if target is None:
        yield Objection(
            "unknown_fact", "所更正的事实不在该地块的记录中。", "", "请从该地块的事实清单中选择。"
        )
    elif target.kind is FactKind.VOID:
        yield Objection("void_is_final", "作废不能再更正。", "", "作废有误的，请重新登记该事实。")
    elif any(fact.supersedes == new.supersedes for fact in existing):
        yield Objection(
            "already_superseded",
            f"这条事实（{target.kind.label} {target.on}）已被更正或作废。",
            "",
            "请刷新后在最新的事实上更正。",
        )


def _order(after: Sequence[Fact], new: Fact) -> Iterable[Objection]:
    """Facts before the approval: none may lie wholly before the day it was given."""
    approvals = [fact for fact in after if fact.kind is FactKind.APPROVED]
    if not approvals or new.kind is FactKind.VOID:
        return
    approval = min(approvals, key=_by_day)
    since = first_day(approval.on, approval.precision)
    early = [fact for fact in after if fact.on < since]
    if new.kind is FactKind.APPROVED and early:
        first = min(early, key=_by_day)
        yield Objection(
            "before_approval",
            f"批准日期 {approval.on} 晚于已登记的{first.kind.label}（{first.on}）。",
            citation("APP-01"),
            "请核对批准日期，或先更正在前的事实。",
        )
    elif any(fact.id == new.id for fact in early):
        yield Objection(
            "before_approval",
            f"{new.kind.label} {new.on} 早于批准日期 {approval.on}。",
            citation("APP-01"),
            "请核对日期；批准日期有误的，请先更正批准。",
        )


def _duplicate(after: Sequence[Fact], new: Fact) -> Iterable[Objection]:
    """The same fact twice."""
    if new.kind is FactKind.VOID:
        return
    if any(
        f.kind is new.kind and f.on == new.on and f.payload == new.payload and f.id != new.id
        for f in after
    ):
        yield Objection(
            "duplicate",
            f"已有相同的事实：{new.kind.label} {new.on}，内容一致。",
            "",
            "不必重复登记；确有两笔的，请用合同编号或文号区分。",
        )


def _contradictions(counting: Sequence[Fact]) -> list[Warning_]:
    """Warnings of the fold over the facts that count, as far as they refuse a fact."""
    state = State()
    for _, group in groupby(sorted(counting, key=_by_day), key=_by_day):
        apply_day(state, group)
    return [warning for warning in state.warnings if warning.code in _REMEDIES]
