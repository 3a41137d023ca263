"""Places and values of a reading in words, as pages and the record of corrections say them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tuban.instruments.corrected import NoSuchPlace, look_up
from tuban.instruments.findings import CHOICES, key_of
from tuban.values.places import REGIONS

KINDS = {
    "fixed": "具体日期",
    "range": "起止日期",
    "recurring": "周期",
    "continuous": "长期",
    "relative": "相对",
}
RULES = {
    "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31": "每年年底",
    "FREQ=YEARLY": "每年",
    "FREQ=MONTHLY": "每月",
    "FREQ=WEEKLY": "每周",
}
FLAGS = {
    "inferred_year": "年份推定",
    "ambiguous": "含义不明",
    "range": "区间，按下限",
    "working_days": "工作日",
    "unresolved": "无法化为日期",
    "no_year": "缺年份",
    "added": "原文未写，核对补录",
    "inherited": "见上级标题",
    "cumulative": "到期累计",
    "unknown_place": "地名没有区划代码",
    "note": "附表备注",
}
DIRECTIONS = {"at_least": "不低于", "at_most": "不超过", "equal": ""}
FIELDS = {
    "title": "标题",
    "doc_no": "发文字号",
    "issuer": "发文机关",
    "date": "成文日期",
    "recipients": "主送",
    "lead": "责任单位",
    "support": "配合单位",
    "supervise": "监督单位",
    "struck": "划去",
    "kind": "时限种类",
    "norm": "取值",
    "value": "数值",
    "unit": "单位",
    "region_code": "地区",
    "region": "地区名称",
    "year": "年度",
    "layer": "层级",
    "places": "地名",
}
LAYERS = {"delegated": "下达", "decomposed": "分解"}


def norm_words(kind: str, norm: Any) -> str:
    """取值 of a deadline: 2024-12-31, 每年年底, 长期."""
    if isinstance(norm, list):
        return f"{norm[0] or '—'} 至 {norm[1] or '—'}"
    if isinstance(norm, Mapping):
        return f"{norm.get('event', '')}起 {norm.get('duration', '')}"
    if kind == "recurring":
        return RULES.get(norm or "", norm or KINDS[kind])
    return norm or KINDS.get(kind, kind)


def value_words(path: str, value: Any) -> str:
    """A value as the record of corrections shows it."""
    last = path.rpartition("/")[2]
    if value is None:
        return "—"
    if path.startswith("findings/"):
        return "，".join(filter(None, (CHOICES[value["choice"]], value["text"], value["remark"])))
    if isinstance(value, bool):
        return "是" if value else "否"
    if last == "norm":
        return norm_words("", value)
    if isinstance(value, list):
        return "、".join(map(str, value)) or "（无）"
    if isinstance(value, Mapping):
        return str(value.get("title") or value.get("raw") or "")
    named = {"kind": KINDS, "layer": LAYERS, "region_code": REGIONS}.get(last, {})
    if path.split("/")[-2:-1] == ["places"]:
        named = REGIONS
    return named.get(value, str(value))


def place_words(reading: Mapping[str, Any], findings: list[Any], path: str) -> str:
    """Where a correction was made: 任务 三(四)1 责任单位."""
    parts = path.split("/")
    kind, field = parts[0], FIELDS.get(parts[-1], "")
    if kind == "findings":
        known = next((f for f in findings if key_of(f) == parts[1]), None)
        return f"核对发现 {known['message'][:40]}" if known else "核对发现"
    if kind == "header":
        return f"表头 {field}"
    try:
        item = look_up(reading, "/".join(parts[:2])) or {}
    except NoSuchPlace:
        item = {}
    if kind == "tasks":
        inner = {"deadlines": "时限", "targets": "目标"}.get(parts[2] if len(parts) > 2 else "", "")
        return " ".join(filter(None, (f"任务 {item.get('no') or '补录'}", inner, field)))
    if kind == "figures":
        table = reading["tables"][item["table"]]
        heading = table["columns"][item["column"]] if table["columns"] else ""
        name = table["annex"] or table["caption"] or "附表"
        return f"{name} {item['region']} {heading}"
    if kind == "tables":
        return f"{item.get('annex') or item.get('caption') or '附表'} {field or '地名'}"
    return f"目标 {item.get('name', '')} {field}".strip()


def cite(clauses: list[Mapping[str, Any]], clause_id: str) -> str:
    """How people cite a clause: 三(四)1."""
    by_id = {clause["id"]: clause for clause in clauses}
    numbers: list[str] = []
    at: str | None = clause_id
    while at is not None and at in by_id:
        number = by_id[at]["no"].strip("、.．")
        numbers.insert(0, number.replace("（", "(").replace("）", ")"))
        at = by_id[at]["parent"]
    return "".join(numbers)
