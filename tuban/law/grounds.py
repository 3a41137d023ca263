"""依据: the Chinese sentences that explain a period, each with its rule and its arithmetic."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tuban.law import model as m
from tuban.law.clock import ONE_DAY, Clock, Point
from tuban.law.model import Fact, FactId, IdleCause, RecoveryRoute, choice_label
from tuban.law.period import Ground, Stage
from tuban.law.rules import RULES
from tuban.law.standing import Standing
from tuban.law.state import State, Use, latest_new_start

_EXCUSES = {
    IdleCause.GOVERNMENT: "IDL-12",
    IdleCause.FORCE_MAJEURE: "IDL-13",
    IdleCause.PREPARATORY: "IDL-14",
    IdleCause.SEIZURE: "IDL-47",
}


def ground(rule_id: str, fact_ids: Iterable[FactId], text: str, *, verified: bool = True) -> Ground:
    """A ground; verified only if the rule is, and the figure of law it uses."""
    rule = RULES[rule_id]
    return Ground(
        rule_id,
        rule.instrument,
        rule.article,
        tuple(fact_ids),
        rule.verified and verified,
        text,
    )


def grounds_on(standing: Standing, day: date) -> tuple[Ground, ...]:
    """Why the stage of a day is what it is."""
    found = _STAGE_GROUNDS[standing.stage_on(day)](standing, day)
    if standing.lapse_from is not None and day >= standing.lapse_from:
        found.append(_lapse(standing))
    return tuple(found)


def _balance(state: State) -> str:
    """已供 … 未供 …: the sum that gives the unsupplied area (APP-02)."""
    if state.approved is None or state.left is None:
        return f"已供 {state.words(state.supplied)}"
    return (
        f"批准 {state.words(state.approved)}－已供 {state.words(state.supplied)}"
        f"－撤回及失效 {state.words(state.withdrawn)}＝未供 {state.words(state.left)}"
    )


def _area_facts(state: State) -> list[FactId]:
    first = [] if state.approved_id is None else [state.approved_id]
    return [*first, *state.supplied_ids, *state.withdrawn_ids, *state.lapsed_ids]


def _unsupplied(standing: Standing, day: date) -> list[Ground]:
    state = standing.state
    found = [ground("APP-01", _area_facts(state), f"{_balance(state)}。")]
    if state.use_fact is not None:
        found.append(
            ground(
                "APP-01",
                [state.use_fact.id],
                f"{state.use_fact.on} {state.use_fact.kind.label}，没有供应手续："
                "未供即用，仍计为批而未供。",
            )
        )
    return found


def _withdrawn(standing: Standing, day: date) -> list[Ground]:
    state = standing.state
    found = []
    if state.withdrawn_ids:
        found.append(
            ground("APP-08", state.withdrawn_ids, f"没有供应，批准已撤回：{_balance(state)}。")
        )
    if state.lapsed_ids:
        found.append(
            ground("APP-07", state.lapsed_ids, f"没有供应，批准已失效：{_balance(state)}。")
        )
    return found


def _supply(state: State) -> list[Ground]:
    if not state.has_supply:
        return []
    return [ground("APP-15", _area_facts(state), f"{_balance(state)}。")]


def _start(clock: Clock, state: State) -> Ground:
    """Which start date counts, and why."""
    start = clock.start
    if start.basis == "assumed":
        return ground(
            "IDL-06",
            start.fact_ids,
            f"没有约定动工日期；自 {start.from_on} 交地起一年，推定动工日期为 {start.on}。",
        )
    if start.basis == "reagreed":
        return ground(
            "IDL-25", start.fact_ids, f"重新约定动工日期为 {start.on}，期限自该日重新起算。"
        )
    several = (
        "（记录中约定不一，取最早者）" if len({a.start_on for a in state.agreements}) > 1 else ""
    )
    return ground("IDL-01", start.fact_ids, f"约定动工日期为 {start.on}{several}。")


def _term(point: Point, years: str) -> str:
    """满一年为 …，加不计入期间 … 天为 …."""
    if point.on is None:
        return f"{years}原为 {point.natural}，不计入期间尚未结束，期限暂停计算"
    if not point.excluded_days:
        return f"{years}为 {point.on}"
    return f"{years}为 {point.natural}，加不计入期间 {point.excluded_days} 天为 {point.on}"


def _exclusions(standing: Standing, clock: Clock, day: date) -> list[Ground]:
    """What was excluded, what was not, and by which rule."""
    state = standing.state
    found = []
    point = clock.two_years
    if point.counted:
        counted = set(point.counted)
        spans = "、".join(
            f"{item.first} 至 {item.last or '尚未结束'}"
            for item in state.exclusions
            if item.fact_id in counted
        )
        found.append(
            ground(
                "IDL-16",
                point.counted,
                f"不计入期间 {spans}：取并集，只计动工日期之后，共 {point.excluded_days} 天"
                f"{'，另有一段尚未结束' if point.on is None else ''}。",
            )
        )
    if point.too_late and clock.recall_from is not None and day >= clock.recall_from:
        found.append(
            ground(
                "IDL-15",
                point.too_late,
                f"满二年（{clock.recall_from - ONE_DAY}）之后才开始的不计入期间不予扣除。",
            )
        )
    return found


def _running(standing: Standing, day: date) -> list[Ground]:
    state, clock = standing.state, standing.clock
    assert clock is not None
    found = [*_supply(state), _start(clock, state), *_reagreed_late(state)]
    found.extend(_exclusions(standing, clock, day))
    stage = standing.stage_on(day)
    ids = clock.start.fact_ids
    if stage is Stage.SUPPLIED:
        text = f"{clock.start.on} 当日（含）以前动工不算逾期。"
        found.append(ground("IDL-01", ids, text))
    elif stage is Stage.OVERDUE_START:
        text = (
            f"自 {clock.late_from} 起逾期，没有动工记录；"
            f"{_term(clock.one_year, '满一年')}，尚未满一年，不是闲置。"
        )
        found.append(ground("IDL-01", ids, text, verified=clock.one_year.verified))
    else:
        text = (
            f"{_term(clock.one_year, '满一年')}，没有动工记录，"
            f"自 {clock.idle_from} 起疑似闲置，待调查认定。"
        )
        found.append(ground("IDL-01", ids, text, verified=clock.one_year.verified))
    if standing.two_years_on(day):
        found.append(_two_years(clock))
    return found


def _two_years(clock: Clock) -> Ground:
    return ground(
        "IDL-30",
        clock.start.fact_ids,
        f"{_term(clock.two_years, '满二年')}，自 {clock.recall_from} 起满二年；"
        "属企业原因的，适用无偿收回。",
        verified=clock.two_years.verified,
    )


def _reagreed_late(state: State) -> list[Ground]:
    again = state.reagreed
    if again is None:
        return []
    latest = latest_new_start(again.signed_on)
    if again.start_on <= latest:
        return []
    return [
        ground(
            "IDL-19",
            [again.fact_id],
            f"{again.signed_on} 的补充协议至迟可约定 {latest} 动工，"
            f"实际约定 {again.start_on}，超过一年。",
        )
    ]


def _idle(standing: Standing, day: date) -> list[Ground]:
    state, clock = standing.state, standing.clock
    found_idle = state.recognition
    assert found_idle is not None
    area = "面积不明" if found_idle.ticks is None else f"面积 {state.words(found_idle.ticks)}"
    cause = "原因未载" if found_idle.cause is None else choice_label(found_idle.cause)
    found = [
        *_supply(state),
        ground("IDL-17", [found_idle.fact_id], f"{found_idle.on} 认定闲置，{area}，{cause}。"),
    ]
    if found_idle.cause in _EXCUSES:
        rule_id = _EXCUSES[found_idle.cause]
        text = f"认定原因为{cause}，不适用闲置费和无偿收回。"
        found.append(ground(rule_id, [found_idle.fact_id], text))
    if found_idle.stopped:
        text = "动工后中止形成的闲置，只适用协商处置方式。"
        found.append(ground("IDL-26", [found_idle.fact_id], text))
    if clock is not None:
        found.append(_start(clock, state))
        found.extend(_exclusions(standing, clock, day))
        if standing.two_years_on(day):
            found.append(_two_years(clock))
    return found


def _started(standing: Standing, day: date) -> list[Ground]:
    state, fact = standing.state, standing.state.use_fact
    assert fact is not None
    found = [*_supply(state), _started_by(fact, state.use)]
    if standing.late_completion_from is not None:
        due = standing.late_completion_from - ONE_DAY
        late = day > due
        text = f"约定竣工日期为 {due}{'，没有竣工记录，已逾期' if late else ''}。"
        found.append(ground("IDL-44", [fact.id], text))
    return found


def _started_by(fact: Fact, use: Use) -> Ground:
    if use is Use.STARTED:
        payload = fact.payload
        assert isinstance(payload, m.Started)
        text = f"{fact.on} 核实动工：施工许可证 {payload.permit_no}，{choice_label(payload.test)}。"
    else:
        text = f"{fact.on} 申报动工；没有施工许可证和现场认定情形，按已动工计，证据不足。"
    return ground("IDL-03", [fact.id], text)


def _completed(standing: Standing, day: date) -> list[Ground]:
    state, fact = standing.state, standing.state.use_fact
    assert fact is not None
    return [*_supply(state), ground("IDL-44", [fact.id], f"{fact.on} 竣工。")]


def _recovered(standing: Standing, day: date) -> list[Ground]:
    fact = standing.state.recovery
    assert fact is not None
    payload = fact.payload
    assert isinstance(payload, m.Recovered)
    rule_id = "IDL-30" if payload.route is RecoveryRoute.FREE else "IDL-22"
    text = f"{fact.on} {choice_label(payload.route)}；期限随之终止，再次供应后重新起算。"
    return [ground(rule_id, [fact.id], text)]


def _undetermined(standing: Standing, day: date) -> list[Ground]:
    state = standing.state
    text = "没有约定动工日期，也没有交地确认书，无法计算动工期限；不因此认定闲置。"
    return [*_supply(state), ground("IDL-06", state.supplied_ids, text)]


def _lapse(standing: Standing) -> Ground:
    state = standing.state
    assert state.approved_on is not None
    assert standing.lapse_from is not None
    return ground(
        "APP-07",
        [] if state.approved_id is None else [state.approved_id],
        f"{state.approved_on} 批准，{standing.lapse_from - ONE_DAY} 满二年，仍有未供面积；"
        "请核查是否已用地、是否实施补偿安置方案。失效须有登记的事实，系统不自行改动面积。",
    )


_STAGE_GROUNDS = {
    Stage.UNSUPPLIED: _unsupplied,
    Stage.WITHDRAWN: _withdrawn,
    Stage.SUPPLIED: _running,
    Stage.OVERDUE_START: _running,
    Stage.SUSPECTED_IDLE: _running,
    Stage.IDLE: _idle,
    Stage.STARTED: _started,
    Stage.COMPLETED: _completed,
    Stage.RECOVERED: _recovered,
    Stage.UNDETERMINED: _undetermined,
}
