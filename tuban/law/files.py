"""事实文件: facts written by hand in YAML, for the command line and the golden cases.

A file is a list of facts, or a mapping with the list under `facts`:

    - {id: 1, kind: approved, on: 2015-06-30, area: 12.3456 公顷}
    - {id: 2, kind: supplied, on: 2018年3月, area: 150 亩, mode: grant}

`kind` is the English or the Chinese name; contents stand beside it or under `payload`; an area is
`{value: "12.3456", unit: ha}` or a text with its unit; `on` is any date `values.dates` reads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import yaml

from tuban.law.facts import PAYLOAD_FIELDS, Fact, FactKind, PayloadError, payload_from_json
from tuban.values.area import Area
from tuban.values.dates import PRECISION_LABELS, parse_date

_OWN = frozenset({"id", "kind", "on", "precision", "supersedes", "payload", "note"})
_KINDS = {kind.value: kind for kind in FactKind} | {kind.label: kind for kind in FactKind}


class FactsFileError(ValueError):
    """事实文件有误: a Chinese sentence with place, cause and what is expected."""


class _Loader(yaml.SafeLoader):
    """YAML in which `on`, `yes` and `no` are words; only true and false are 是 and 否."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in found if tag != "tag:yaml.org,2002:bool"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"true|false"), list("tf"))


def _date_or_text(loader: _Loader, node: yaml.ScalarNode) -> Any:
    """A date; one that does not exist stays text, to be refused where its place is known."""
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError:
        return loader.construct_scalar(node)


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _date_or_text)


def load_yaml(text: str) -> Any:
    """A YAML text in which `on` is a word.

    Raises:
        FactsFileError: It is not YAML.
    """
    try:
        return yaml.load(text, Loader=_Loader)  # a SafeLoader with fewer words
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"第 {mark.line + 1} 行" if mark else "文件"
        raise FactsFileError(f"{place}不是有效的 YAML；请核对缩进和括号。") from error


def read_facts(text: str) -> list[Fact]:
    """The facts in a YAML text.

    Raises:
        FactsFileError: Not YAML, no list of facts, or one of them is wrong.
    """
    content = load_yaml(text)
    if isinstance(content, Mapping):
        content = content.get("facts")
    if not isinstance(content, list):
        raise FactsFileError("文件应为事实清单，或在 facts 下列出事实。")
    return facts_from_records(content)


def facts_from_records(records: list[Any]) -> list[Fact]:
    """Facts from plain records, numbered from 1 where they have no id.

    Raises:
        FactsFileError: One of them is wrong; the message says which and why.
    """
    facts: list[Fact] = []
    for place, record in enumerate(records, 1):
        try:
            facts.append(_fact(place, record))
        except (PayloadError, ValueError) as error:
            raise FactsFileError(f"第 {place} 条事实：{error}") from error
    if len({fact.id for fact in facts}) < len(facts):
        raise FactsFileError("事实的 id 有重复；每条事实须有自己的 id。")
    return facts


def _fact(place: int, record: Any) -> Fact:
    if not isinstance(record, Mapping):
        raise ValueError("应为“项: 值”的形式。")
    name = str(record.get("kind"))
    if name not in _KINDS:
        raise ValueError(f"不认识事实种类“{name}”；可用：{'、'.join(k.value for k in FactKind)}。")
    kind = _KINDS[name]
    when = parse_date(record.get("on"))
    if when is None:
        raise ValueError("缺少日期 on。")
    precision = record.get("precision", when.precision)
    if precision not in PRECISION_LABELS:
        raise ValueError("precision 须为 day、month 或 year。")
    content = dict(record.get("payload") or {})
    content.update((key, value) for key, value in record.items() if key not in _OWN)
    return Fact(
        id=record.get("id", place),
        kind=kind,
        on=when.on,
        payload=payload_from_json(kind, _as_json(kind, content)),
        precision=precision,
        supersedes=record.get("supersedes"),
    )


def _as_json(kind: FactKind, content: dict[str, Any]) -> dict[str, Any]:
    """Areas given as text and dates given as YAML dates in the form payloads are stored in."""
    types = {field.name: field.type for field in PAYLOAD_FIELDS[kind]}
    for name, value in content.items():
        if types.get(name) == "area" and isinstance(value, str):
            area = Area.parse(value)
            content[name] = {"value": area.printed, "unit": area.unit.value}
        elif types.get(name) == "date" and isinstance(value, date):
            content[name] = value.isoformat()
    return content
