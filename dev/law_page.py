"""`python -m dev.law_page [--check]`: writes docs/law.md from rules, parameters and golden cases.

The page is never edited by hand; a test proves that it is current.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from tuban.law.facts import PAYLOAD_FIELDS, FactKind, payload_to_json
from tuban.law.files import facts_from_records, load_yaml
from tuban.law.model import CHOICE_LABELS, Fact, IdleCause
from tuban.law.parameters import PARAMETERS
from tuban.law.period import FLAG_LABELS, NEXT_LABELS, Stage
from tuban.law.remedies import Remedy
from tuban.law.rules import LAW_VERSION, RULES
from tuban.values.area import Unit

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "law.md"
GOLDEN = ROOT / "tuban" / "law" / "tests" / "golden"

_TITLES = {"idle": "闲置土地", "approvals": "批而未供"}
_OPENING = f"""# 规则 The law

本页由 `dev/law_page.py` 依规则登记、参数表和金标准用例生成，规则版本 {LAW_VERSION}；
改规则后重新生成，不要手改。
“待核实”表示条文或口径未见原文，正式行文前须由法规科核对。
编号（IDL、APP、TIM）与领域规则手册一致，表中“law.md”即该手册。

This page is generated. `tuban/law` applies these rules to the facts of a parcel and nothing else;
`tuban timeline FACTS.yaml` shows the same sentences for facts of your own.
"""
_PLAIN_FIELDS = {
    "approved": "批准",
    "supplied": "已供",
    "withdrawn": "撤回及失效",
    "unsupplied": "未供",
    "idle": "闲置",
    "unsupplied_disposed": "当日消化",
    "idle_disposed": "当日处置",
}


def page() -> str:
    """The whole page."""
    return "\n".join([_OPENING, *_rules(), *_parameters(), *_stages(), *_facts(), *_cases()])


def _table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    headings = list(headings)
    yield f"| {' | '.join(headings)} |"
    yield f"|{'---|' * len(headings)}"
    for row in rows:
        yield f"| {' | '.join(cell or '—' for cell in row)} |"
    yield ""


def _day(value: date | None, otherwise: str) -> str:
    return otherwise if value is None else value.isoformat()


def _rules() -> Iterator[str]:
    yield "## 规则 Rules\n"
    yield from _table(
        ("编号", "内容", "依据", "施行", "核实", "说明"),
        (
            (
                rule.id,
                rule.title,
                f"{rule.instrument}{rule.article}",
                _day(rule.in_force_from, "未查明"),
                "是" if rule.verified else "**待核实**",
                rule.note,
            )
            for rule in RULES.values()
        ),
    )


def _parameters() -> Iterator[str]:
    yield "## 参数 Parameters\n"
    yield "按所判断事实的日期取用：动工期限看动工日期，批准看批准日期。\n"
    yield from _table(
        ("代码", "值", "自", "至", "适用", "依据", "核实", "说明"),
        (
            (
                f"`{row.code}`",
                str(row.value),
                _day(row.valid_from, "不限"),
                _day(row.valid_to, "现行"),
                row.jurisdiction,
                f"{row.instrument}{row.article}",
                "是" if row.verified else "**待核实**",
                row.note,
            )
            for rows in PARAMETERS.values()
            for row in rows
        ),
    )


def _stages() -> Iterator[str]:
    yield "## 阶段、标记、时限 Stages, flags, next dates\n"
    yield from _table(("阶段", "identifier"), ((s.label, f"`{s.value}`") for s in Stage))
    yield from _table(("标记", "identifier"), ((w, f"`{f}`") for f, w in FLAG_LABELS.items()))
    yield from _table(("时限", "identifier"), ((w, f"`{k}`") for k, w in NEXT_LABELS.items()))


def _facts() -> Iterator[str]:
    yield "## 事实 Facts\n"
    yield from _table(
        ("事实", "identifier", "内容（* 必填）"),
        (
            (
                kind.label,
                f"`{kind.value}`",
                "、".join(
                    f"{field.label} `{field.name}`{'*' if field.required else ''}"
                    + (
                        f"（{'、'.join(label for _, label in field.choices)}）"
                        if field.choices
                        else ""
                    )
                    for field in fields
                ),
            )
            for kind, fields in PAYLOAD_FIELDS.items()
        ),
    )


def _cases() -> Iterator[str]:
    for path in sorted(GOLDEN.glob("*.yaml"), key=lambda p: list(_TITLES).index(p.stem)):
        yield f"## 金标准用例：{_TITLES[path.stem]} Golden cases\n"
        for case in load_yaml(path.read_text(encoding="utf-8")):
            yield f"### {case['id']}\n"
            yield f"{case['note'][0].upper()}{case['note'][1:]}. 来源：{case['source']}\n"
            facts = facts_from_records(case["given"])
            yield from (f"- {_fact(fact)}" for fact in facts)
            yield ""
            yield from (f"  - → {line}" for line in _expected(case["expect"]))
            yield ""


def _fact(fact: Fact) -> str:
    content = payload_to_json(fact.payload)
    labels = {field.name: field for field in PAYLOAD_FIELDS[fact.kind]}
    parts = []
    for name, value in content.items():
        field = labels[name]
        if field.type == "area":
            shown = f"{value['value']} {Unit(value['unit']).label}"
        elif field.type == "choice":
            shown = dict(field.choices)[value]
        elif field.type == "bool":
            shown = "是" if value else "否"
        else:
            shown = "未结束" if value is None else str(value)
        parts.append(f"{field.label} {shown}")
    precision = {"day": "", "month": "（只知月）", "year": "（只知年）"}[fact.precision]
    if fact.supersedes is None:
        tail = ""
    else:
        verb = "作废" if fact.kind is FactKind.VOID else "更正"
        tail = f"，{verb}事实 {fact.supersedes}"
    return (
        f"事实 {fact.id}：{fact.on}{precision} {fact.kind.label} {'，'.join(parts)}{tail}".strip()
    )


def _expected(expect: Mapping[str, Any]) -> Iterator[str]:
    for what, wanted in expect.items():
        if what == "on":
            for day, fields in wanted.items():
                yield f"{day}：{'；'.join(_field(n, v) for n, v in fields.items())}"
        elif what in ("idle_from", "recall_from"):
            words = "疑似闲置自" if what == "idle_from" else "满二年（企业原因：无偿收回）自"
            yield f"{words} {wanted}" if wanted else "不会转为疑似闲置"
        elif what == "sequence":
            yield "阶段依次为：" + ("、".join(Stage(s).label for s in wanted) or "无")
        else:
            words = "提示" if what == "warnings" else "提示依据"
            yield f"{words}：{'、'.join(wanted) or '无'}"


def _field(name: str, value: Any) -> str:
    stem, _, unit = name.rpartition("_")
    if unit in ("m2", "mu") and stem in _PLAIN_FIELDS:
        label = {"m2": "平方米", "mu": "亩"}[unit]
        return f"{_PLAIN_FIELDS[stem]} {'不明' if value is None else f'{value} {label}'}"
    if name == "remedy":
        causes = CHOICE_LABELS[IdleCause]
        return "；".join(f"{causes[cause]}→{Remedy(r).label}" for cause, r in value.items())
    return _WORDS[name](value)


_WORDS: Mapping[str, Callable[[Any], str]] = {
    "stage": lambda v: Stage(v).label,
    "label": lambda v: f"显示为“{v}”",
    "flags": lambda v: "标记 " + ("、".join(FLAG_LABELS[f] for f in v) or "无"),
    "missing": lambda v: "缺少 " + "、".join(v),
    "verified": lambda v: "依据已核实" if v else "待核实",
    "projected": lambda v: "随时间届至" if v else "由事实引起",
    "next_on": lambda v: f"下一时限 {v or '无'}",
    "next_kind": lambda v: f"时限 {NEXT_LABELS[v]}",
    "rules": lambda v: "依据含 " + "、".join(v),
    "says": lambda v: f"算式“{v}”",
    "cause": lambda v: f"原因 {CHOICE_LABELS[IdleCause][v] if v else '无'}",
    "approved_on": lambda v: f"批准日期 {v}",
}


def main() -> int:
    """Writes the page, or with --check tells whether it is current; 1 if it is not."""
    if "--check" in sys.argv[1:]:
        current = PAGE.exists() and PAGE.read_text(encoding="utf-8") == page()
        print("docs/law.md 是最新的。" if current else "docs/law.md 已过时：python -m dev.law_page")
        return 0 if current else 1
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
