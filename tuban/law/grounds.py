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


def ground(
    rule_id: str,
    fact_ids: Iterable[FactId],
    form: str,
    *values: object,
    verified: bool = True,
) -> Ground:
    """A ground; verified only if the rule is, and the figure of law it uses."""
    return Ground(rule_id, tuple(fact_ids), RULES[rule_id].verified and verified, form, values)


def lasting_grounds(standing: Standing) -> tuple[Ground, ...]:
    """Grounds that hold on every day of the stretch up to the next fact."""
    return tuple(_LASTING[standing.base](standing))


def grounds_on(
    standing: Standing, lasting: tuple[Ground, ...], stage: Stage, day: date
) -> tuple[Ground, ...]:
    """Why the stage of a day is what it is: the lasting grounds and those of the day."""
    found: list[Ground] = []
    clock = standing.clock
    if clock is not None:
        if standing.base is Stage.SUPPLIED:
            found.append(_stage(clock, stage))
        if standing.two_years_on(day):
            found.extend(_two_years(clock))
    if standing.base is Stage.STARTED and standing.late_completion_from is not None:
        found.append(_completion(standing, standing.late_completion_from, day))
    if standing.lapse_from is not None and day >= standing.lapse_from:
        found.append(_lapse(standing.state, standing.lapse_from))
    return (*lasting, *found)


def _area_facts(state: State) -> list[FactId]:
    first = [] if state.approved_id is None else [state.approved_id]
    return [*first, *state.supplied_ids, *state.withdrawn_ids, *state.lapsed_ids]


def _unsupplied(standing: Standing) -> list[Ground]:
    state = standing.state
    form, areas = state.balance()
    found = [ground("APP-01", _area_facts(state), f"{form}。", *areas)]
    fact = state.use_fact
    if fact is not None:
        text = "{} {}，没有供应手续：未供即用，仍计为批而未供。"
        found.append(ground("APP-01", [fact.id], text, fact.on, fact.kind.label))
    return found


def _withdrawn(standing: Standing) -> list[Ground]:
    state = standing.state
    form, areas = state.balance()
    found = []
    if state.withdrawn_ids:
        text = f"没有供应，批准已撤回：{form}。"
        found.append(ground("APP-08", state.withdrawn_ids, text, *areas))
    if state.lapsed_ids:
        text = f"没有供应，批准已失效：{form}。"
        found.append(ground("APP-07", state.lapsed_ids, text, *areas))
    return found


def _supply(state: State) -> list[Ground]:
    if not state.has_supply:
        return []
    form, areas = state.balance()
    return [ground("APP-15", _area_facts(state), f"{form}。", *areas)]


def _start(clock: Clock, state: State) -> Ground:
    """Which start date counts, and why."""
    start = clock.start
    if start.basis == "assumed":
        text = "没有约定动工日期；自 {} 交地起一年，推定动工日期为 {}。"
        return ground("IDL-06", start.fact_ids, text, start.from_on, start.on)
    if start.basis == "reagreed":
        text = "重新约定动工日期为 {}，期限自该日重新起算。"
        return ground("IDL-25", start.fact_ids, text, start.on)
    text = "约定动工日期为 {}。"
    if len(state.agreements) > 1 and len({a.start_on for a in state.agreements}) > 1:
        text = "约定动工日期为 {}（记录中约定不一，取最早者）。"
    return ground("IDL-01", start.fact_ids, text, start.on)


def _term(years: str, point: Point) -> tuple[str, tuple[object, ...]]:
    """满一年为 …，加不计入期间 … 天为 …: how the end of a term is reckoned."""
    if point.on is None:
        return f"{years}原为 {{}}，不计入期间尚未结束，期限暂停计算", (point.natural,)
    if not point.excluded_days:
        return f"{years}为 {{}}", (point.on,)
    form = f"{years}为 {{}}，加不计入期间 {{}} 天为 {{}}"
    return form, (point.natural, point.excluded_days, point.on)


def _excluded(state: State, point: Point) -> list[Ground]:
    """Which exclusions push the term, and by how many days together."""
    if not point.counted:
        return []
    counted = set(point.counted)
    spans = "、".join(
        f"{item.first} 至 {item.last or '尚未结束'}"
        for item in state.exclusions
        if item.fact_id in counted
    )
    open_end = "，另有一段尚未结束" if point.on is None else ""
    text = f"不计入期间 {{}}：取并集，只计动工日期之后，共 {{}} 天{open_end}。"
    return [ground("IDL-16", point.counted, text, spans, point.excluded_days)]


def _clock(standing: Standing, clock: Clock) -> list[Ground]:
    """The start that counts and what was excluded after it."""
    state = standing.state
    return [
        _start(clock, state),
        *_reagreed_late(state),
        *_excluded(state, clock.two_years),
    ]


def _running(standing: Standing) -> list[Ground]:
    assert standing.clock is not None
    return [*_supply(standing.state), *_clock(standing, standing.clock)]


def _stage(clock: Clock, stage: Stage) -> Ground:
    """What the running clock says on a day: in time, overdue, or suspected idle."""
    start, ids = clock.start, clock.start.fact_ids
    if stage is Stage.SUPPLIED:
        return ground("IDL-01", ids, "{} 当日（含）以前动工不算逾期。", start.on)
    form, dates = _term("满一年", clock.one_year)
    verified = clock.one_year.verified
    if stage is Stage.OVERDUE_START:
        text = f"自 {{}} 起逾期，没有动工记录；{form}，尚未满一年，不是闲置。"
        return ground("IDL-01", ids, text, clock.late_from, *dates, verified=verified)
    text = f"{form}，没有动工记录，自 {{}} 起疑似闲置，待调查认定。"
    return ground("IDL-01", ids, text, *dates, clock.idle_from, verified=verified)


def _two_years(clock: Clock) -> list[Ground]:
    point, ids = clock.two_years, clock.start.fact_ids
    found = []
    if point.too_late:
        text = "满二年（{}）之后才开始的不计入期间不予扣除。"
        found.append(ground("IDL-15", point.too_late, text, point.on))
    form, dates = _term("满二年", point)
    text = f"{form}，自 {{}} 起满二年；属企业原因的，适用无偿收回。"
    found.append(ground("IDL-30", ids, text, *dates, clock.recall_from, verified=point.verified))
    return found


def _reagreed_late(state: State) -> list[Ground]:
    again = state.reagreed
    if again is None:
        return []
    latest = latest_new_start(again.signed_on)
    if again.start_on <= latest:
        return []
    text = "{} 的补充协议至迟可约定 {} 动工，实际约定 {}，超过一年。"
    return [ground("IDL-19", [again.fact_id], text, again.signed_on, latest, again.start_on)]


def _idle(standing: Standing) -> list[Ground]:
    state, letter = standing.state, standing.state.recognition
    assert letter is not None
    ids = [letter.fact_id]
    area = "不明" if letter.ticks is None else state.quantity(letter.ticks)
    cause = "原因未载" if letter.cause is None else choice_label(letter.cause)
    text = "{} 认定闲置，面积 {}，{}。"
    found = [*_supply(state), ground("IDL-17", ids, text, letter.on, area, cause)]
    if letter.cause in _EXCUSES:
        text = "认定原因为{}，不适用闲置费和无偿收回。"
        found.append(ground(_EXCUSES[letter.cause], ids, text, cause))
    if letter.stopped:
        found.append(ground("IDL-02", ids, "认定时已有动工记录，按动工后中止认定。"))
        found.append(ground("IDL-26", ids, "动工后中止形成的闲置，只适用协商处置方式。"))
    if standing.clock is not None:
        found.extend(_clock(standing, standing.clock))
    return found


def _started(standing: Standing) -> list[Ground]:
    state = standing.state
    assert state.use_fact is not None
    return [*_supply(state), _started_by(state.use_fact, state.use)]


def _started_by(fact: Fact, use: Use) -> Ground:
    payload = fact.payload
    if use is Use.STARTED and isinstance(payload, m.Started):
        text = "{} 核实动工：施工许可证 {}，{}。"
        test = choice_label(payload.test)
        return ground("IDL-03", [fact.id], text, fact.on, payload.permit_no, test)
    text = "{} 申报动工；没有施工许可证和现场认定情形，按已动工计，证据不足。"
    return ground("IDL-03", [fact.id], text, fact.on)


def _completion(standing: Standing, late_from: date, day: date) -> Ground:
    fact = standing.state.use_fact
    late = "，没有竣工记录，已逾期" if day >= late_from else ""
    ids = [fact.id] if fact is not None else []
    return ground("IDL-44", ids, f"约定竣工日期为 {{}}{late}。", late_from - ONE_DAY)


def _completed(standing: Standing) -> list[Ground]:
    state, fact = standing.state, standing.state.use_fact
    assert fact is not None
    return [*_supply(state), ground("IDL-44", [fact.id], "{} 竣工。", fact.on)]


def _recovered(standing: Standing) -> list[Ground]:
    fact = standing.state.recovery
    assert fact is not None
    payload = fact.payload
    assert isinstance(payload, m.Recovered)
    rule_id = "IDL-30" if payload.route is RecoveryRoute.FREE else "IDL-22"
    text = "{} {}；期限随之终止，再次供应后重新起算。"
    return [ground(rule_id, [fact.id], text, fact.on, choice_label(payload.route))]


def _undetermined(standing: Standing) -> list[Ground]:
    state = standing.state
    text = "没有约定动工日期，也没有交地确认书，无法计算动工期限；不因此认定闲置。"
    return [*_supply(state), ground("IDL-06", state.supplied_ids, text)]


def _lapse(state: State, lapse_from: date) -> Ground:
    return ground(
        "APP-07",
        [] if state.approved_id is None else [state.approved_id],
        "{} 批准，{} 满二年，仍有未供面积；请核查是否已用地、是否实施补偿安置方案。"
        "失效须有登记的事实，系统不自行改动面积。",
        state.approved_on,
        lapse_from - ONE_DAY,
    )


_LASTING = {
    Stage.UNSUPPLIED: _unsupplied,
    Stage.WITHDRAWN: _withdrawn,
    Stage.SUPPLIED: _running,
    Stage.IDLE: _idle,
    Stage.STARTED: _started,
    Stage.COMPLETED: _completed,
    Stage.RECOVERED: _recovered,
    Stage.UNDETERMINED: _undetermined,
}
