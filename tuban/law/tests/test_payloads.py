"""Contents of facts: read strictly, written back unchanged, described for forms."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tuban.law import model as m
from tuban.law.facts import (
    PAYLOAD_FIELDS,
    FactKind,
    PayloadError,
    payload_from_json,
    payload_to_json,
)

HECTARES = {"value": "12.3450", "unit": "ha"}
FULL: dict[FactKind, dict[str, Any]] = {
    FactKind.APPROVED: {"area": HECTARES},
    FactKind.SUPPLIED: {
        "area": HECTARES,
        "mode": "grant",
        "contract_no": "示-2015-1",
        "price_yuan": "1200000.00",
    },
    FactKind.DELIVERED: {},
    FactKind.START_AGREED: {"start_on": "2020-03-01", "complete_on": "2022-03-01"},
    FactKind.PERMIT: {"permit_no": "建字第1号"},
    FactKind.START_REPORTED: {},
    FactKind.STARTED: {"permit_no": "建字第1号", "test": "pit"},
    FactKind.RECOGNISED_IDLE: {
        "cause": "government",
        "letter_no": "示〔2021〕1号",
        "area": HECTARES,
    },
    FactKind.START_REAGREED: {"start_on": "2023-05-05"},
    FactKind.RECOVERED: {"route": "paid", "area": HECTARES},
    FactKind.WITHDRAWN: {"area": HECTARES},
    FactKind.LAPSED: {"area": HECTARES},
    FactKind.COMPLETED: {},
    FactKind.EXCLUDED: {"to": None, "cause": "force_majeure", "confirmed": True},
    FactKind.VOID: {},
}


@pytest.mark.parametrize("kind", list(FactKind))
def test_what_is_stored_reads_back_unchanged(kind: FactKind) -> None:
    assert payload_to_json(payload_from_json(kind, FULL[kind])) == FULL[kind]


@pytest.mark.parametrize("kind", list(FactKind))
def test_every_kind_has_a_label_and_described_fields(kind: FactKind) -> None:
    assert kind.label
    names = [field.name for field in PAYLOAD_FIELDS[kind]]
    assert names == list(type(payload_from_json(kind, FULL[kind])).__dataclass_fields__)
    assert all(field.label for field in PAYLOAD_FIELDS[kind])


def test_printed_decimals_survive() -> None:
    payload = payload_from_json(FactKind.APPROVED, {"area": HECTARES})
    assert isinstance(payload, m.Approved)
    assert payload.area.printed == "12.3450"


def test_blank_optional_fields_are_none_and_not_stored() -> None:
    content = {"area": HECTARES, "mode": "", "contract_no": None}
    payload = payload_from_json(FactKind.SUPPLIED, content)
    assert payload_to_json(payload) == {"area": HECTARES}


@pytest.mark.parametrize(
    ("kind", "content", "field", "says"),
    [
        ("approved", {}, "area", "缺少面积"),
        ("approved", {"area": "12 公顷"}, "area", "数值和单位"),
        ("approved", {"area": {"value": "0", "unit": "ha"}}, "area", "大于零"),
        ("approved", {"area": {"value": "-1", "unit": "ha"}}, "area", "大于零"),
        ("approved", {"area": {"value": 1.5, "unit": "ha"}}, "area", "写成文本"),
        ("approved", {"area": {"value": "1", "unit": "顷"}}, "area", "公顷之一"),
        ("approved", {"area": {"value": "一", "unit": "ha"}}, "area", "不是一个数字"),
        ("approved", {"area": {"value": "100000000", "unit": "ha"}}, "area", "过大"),
        ("approved", {"area": {"value": "0.00000000001", "unit": "ha"}}, "area", "小数位数"),
        ("approved", {"area": HECTARES, "use": "工业"}, "use", "没有“use”这一项"),
        ("supplied", {"area": HECTARES, "mode": "gift"}, "mode", "出让、划拨"),
        ("supplied", {"area": HECTARES, "price_yuan": "1.234"}, "price_yuan", "两位小数"),
        ("supplied", {"area": HECTARES, "price_yuan": 12}, "price_yuan", "两位小数"),
        ("supplied", {"area": HECTARES, "price_yuan": "9" * 40}, "price_yuan", "过大"),
        ("supplied", {"area": HECTARES, "contract_no": " "}, "contract_no", "文字"),
        ("start_agreed", {"start_on": "2020-3-1"}, "start_on", "2022-08-23"),
        ("start_agreed", {"start_on": "20200301"}, "start_on", "2022-08-23"),
        ("start_agreed", {"start_on": "2200-01-01"}, "start_on", "1949"),
        (
            "start_agreed",
            {"start_on": "2020-03-01", "complete_on": "2020-02-29"},
            "complete_on",
            "早于",
        ),
        ("started", {"permit_no": "建字第1号"}, "test", "缺少动工认定情形"),
        ("started", {"test": "pit"}, "permit_no", "缺少施工许可证号"),
        ("excluded", {"cause": "government"}, "confirmed", "缺少经核实"),
        ("excluded", {"cause": "government", "confirmed": "是"}, "confirmed", "是或否"),
        ("void", {"reason": "误"}, "reason", "没有“reason”这一项"),
    ],
)
def test_wrong_contents_name_the_field_and_the_cause(
    kind: str, content: dict[str, Any], field: str, says: str
) -> None:
    with pytest.raises(PayloadError) as refused:
        payload_from_json(FactKind(kind), content)
    assert refused.value.field == field
    assert says in refused.value.message


def test_dates_and_money_are_typed() -> None:
    agreed = payload_from_json(FactKind.START_AGREED, {"start_on": date(2020, 3, 1)})
    assert agreed == m.StartAgreed(date(2020, 3, 1))
    supplied = payload_from_json(FactKind.SUPPLIED, FULL[FactKind.SUPPLIED])
    assert isinstance(supplied, m.Supplied)
    assert supplied.price_yuan == Decimal("1200000.00")
    assert supplied.mode is m.SupplyMode.GRANT
