"""`tuban timeline FACTS.yaml [--on DATE] [--json]`: what the law makes of facts, and why."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from tuban.law.clock import ONE_DAY
from tuban.law.facts import Fact, FactKind, choice_label
from tuban.law.files import FactsFileError, read_facts
from tuban.law.model import IdleCause
from tuban.law.period import FLAG_LABELS, NEXT_LABELS, Ground, Period, Stage, Timeline
from tuban.law.rules import LAW_VERSION, citation
from tuban.law.timeline import timeline
from tuban.values.area import Unit, format_area, m2_decimal
from tuban.values.dates import parse_date

FINE, WITH_FINDINGS, NOT_READ = 0, 1, 2
_AREAS = (
    ("approved_m2", "批准"),
    ("supplied_m2", "已供"),
    ("withdrawn_m2", "撤回及失效"),
    ("unsupplied_m2", "未供"),
    ("idle_m2", "闲置"),
)
_FLOWS = (("unsupplied_disposed_m2", "消化批而未供"), ("idle_disposed_m2", "处置闲置"))


def run_timeline(path: str, on: str | None, as_json: bool) -> int:
    """Prints a timeline. Returns 0 fine, 1 with warnings about the record, 2 not read."""
    try:
        day = parse_date(on)
        facts = read_facts(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        return _unread(f"打不开 {path}：{_cause(error)}。", as_json)
    except UnicodeDecodeError:
        return _unread(f"{path} 不是 UTF-8 文本；请另存为 UTF-8。", as_json)
    except FactsFileError as error:
        return _unread(f"{path}：{error}", as_json)
    except ValueError as error:
        return _unread(f"--on：{error}", as_json)
    made = timeline(facts)
    as_of = day.on if day is not None else None
    if as_json:
        print(json.dumps(as_dict(made, as_of), ensure_ascii=False, indent=2))
    else:
        print("\n".join(_report(facts, made, as_of)))
    return WITH_FINDINGS if made.warnings else FINE


def _cause(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "没有这个文件"
    if isinstance(error, IsADirectoryError):
        return "这是文件夹，不是文件"
    return "没有读取权限" if isinstance(error, PermissionError) else str(error.strerror)


def _unread(message: str, as_json: bool) -> int:
    if as_json:
        print(json.dumps({"error": message}, ensure_ascii=False, indent=2))
    print(message, file=sys.stderr)
    return NOT_READ


def as_dict(made: Timeline, as_of: date | None = None) -> dict[str, Any]:
    """The timeline as JSON: areas are strings of m² with six decimals, null = unknown."""
    now = made.on(as_of) if as_of is not None else None
    return {
        "law_version": LAW_VERSION,
        "on": None if as_of is None else as_of.isoformat(),
        "stage_on": None if now is None else now.stage.value,
        "periods": [_period_dict(period) for period in made.periods],
        "warnings": [
            {
                "code": w.code,
                "message": w.message,
                "rule": w.rule,
                "on": w.on.isoformat(),
                "fact_ids": list(w.fact_ids),
            }
            for w in made.warnings
        ],
    }


def _period_dict(period: Period) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "starts_on": period.starts_on.isoformat(),
        "ends_on": None if period.ends_on is None else period.ends_on.isoformat(),
        "stage": period.stage.value,
        "label": period.stage.label,
        "projected": period.projected,
        "verified": period.verified,
        "flags": list(period.flags),
        "missing": list(period.missing),
    }
    for name, _ in (*_AREAS, *_FLOWS):
        value = m2_decimal(getattr(period, name))
        shown[name] = None if value is None else str(value)
    shown["approved_on"] = None if period.approved_on is None else period.approved_on.isoformat()
    shown["cause"] = period.cause
    shown["grounds"] = [
        {
            "rule": ground.rule,
            "instrument": ground.instrument,
            "article": ground.article,
            "fact_ids": list(ground.fact_ids),
            "verified": ground.verified,
            "text": ground.text,
        }
        for ground in period.grounds
    ]
    shown["next_on"] = None if period.next_on is None else period.next_on.isoformat()
    shown["next_kind"] = period.next_kind
    return shown


def _report(facts: Sequence[Fact], made: Timeline, as_of: date | None) -> Iterator[str]:
    """The timeline for people, period by period."""
    unit = _unit(facts)
    yield f"事实 {len(facts)} 条，阶段 {len(made.periods)} 个（规则版本 {LAW_VERSION}）"
    now = made.on(as_of) if as_of is not None else None
    if as_of is not None:
        yield f"{as_of}：{now.stage.label if now else '尚无事实'}"
    for period in made.periods:
        yield ""
        yield from _period(period, unit, as_of, here=period is now)
    if made.warnings:
        yield ""
        yield f"记录中有 {len(made.warnings)} 处需要核对"
        for warning in made.warnings:
            ids = "、".join(str(i) for i in warning.fact_ids)
            yield f"  事实 {ids}：{warning.message}〔{warning.rule}〕"


def _period(period: Period, unit: Unit, as_of: date | None, *, here: bool) -> Iterator[str]:
    until = "" if period.ends_on is None else f" 至 {period.ends_on - ONE_DAY}"
    marks = [FLAG_LABELS[flag] for flag in period.flags]
    if period.projected:
        ahead = as_of is None or period.starts_on > as_of
        marks.append("如无新的事实" if ahead else "随时间届至")
    if not period.verified:
        marks.append("待核实")
    yield (
        f"{'▶' if here else ' '} {period.starts_on} 起{until}  {period.stage.label}"
        f"{'  〔' + '·'.join(marks) + '〕' if marks else ''}"
    )
    yield f"    面积  {_areas(period, unit)}"
    if period.cause is not None:
        yield f"    原因  {choice_label(IdleCause(period.cause))}"
    for ground in period.grounds:
        yield f"    依据  {_ground(ground)}"
    if period.missing:
        yield f"    缺少  {'、'.join(period.missing)}"
    if period.next_on is not None and period.next_kind is not None:
        yield f"    下一时限  {period.next_on} {NEXT_LABELS[period.next_kind]}"


def _areas(period: Period, unit: Unit) -> str:
    parts = [f"{label} {format_area(getattr(period, name), unit)}" for name, label in _AREAS]
    if period.stage is Stage.SUSPECTED_IDLE:
        parts[-1] = f"疑似{parts[-1]}"
    for name, label in _FLOWS:
        value: Fraction = getattr(period, name)
        if value:
            parts.append(f"当日{label} {format_area(value, unit)}")
    return f"{'  '.join(parts)}（{unit.label}）"


def _ground(ground: Ground) -> str:
    ids = "、".join(str(i) for i in ground.fact_ids)
    mark = "" if ground.verified else "〔待核实〕"
    facts = f"（事实 {ids}）" if ids else ""
    return f"{citation(ground.rule)}〔{ground.rule}〕{mark}：{ground.text}{facts}"


def _unit(facts: Sequence[Fact]) -> Unit:
    """The unit the record is kept in: that of the approval, else of the first area in it."""
    ordered = sorted(facts, key=lambda fact: fact.kind is not FactKind.APPROVED)
    areas = (getattr(fact.payload, "area", None) for fact in ordered)
    return next((area.unit for area in areas if area is not None), Unit.M2)
