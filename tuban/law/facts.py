"""事实的内容 as JSON: what the database stores, what forms ask for, what files say.

Areas are `{"value": "12.3456", "unit": "ha"}` exactly as printed, dates ISO, money a string of
yuan. `PAYLOAD_FIELDS` describes every field, so that forms are made from it and cannot drift.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Literal

from tuban.law import model as f
from tuban.law.model import CHOICE_LABELS, Fact, FactKind, Payload, choice_label
from tuban.values.area import Area, Unit
from tuban.values.numbers import parse_decimal

__all__ = [
    "PAYLOAD_FIELDS",
    "Fact",
    "FactKind",
    "Field",
    "Payload",
    "PayloadError",
    "choice_label",
    "payload_from_json",
    "payload_to_json",
]

FieldType = Literal["area", "date", "text", "money", "choice", "bool"]

_Enumeration = type[StrEnum]
_UNITS = tuple(unit.value for unit in Unit)
_AREA_LIMIT_M2 = 10**12  # ten times the whole city; a larger one is a typing error
_YUAN_LIMIT = 10**13  # ten trillion; a larger price was typed in another unit
_YEARS = range(1949, 2151)


class PayloadError(ValueError):
    """内容有误: `field` names the field at fault, `message` says in Chinese what is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a fact's content, enough to make a form control of it.

    Attributes:
        choices: (value, Chinese label) pairs for type `choice`, else empty.
        help: Chinese hint, may be empty.
    """

    name: str
    label: str
    type: FieldType
    required: bool
    choices: tuple[tuple[str, str], ...] = ()
    help: str = ""
    enum: _Enumeration | None = None


def _choice(name: str, label: str, enum: type[StrEnum], *, required: bool) -> Field:
    choices = tuple((member.value, CHOICE_LABELS[enum][member.value]) for member in enum)
    return Field(name, label, "choice", required, choices, enum=enum)


_AREA = Field("area", "面积", "area", required=True)
_START_ON = Field("start_on", "约定动工日期", "date", required=True)
_COMPLETE_ON = Field("complete_on", "约定竣工日期", "date", required=False)
_PERMIT_NO = Field("permit_no", "施工许可证号", "text", required=True)

PAYLOAD_FIELDS: Mapping[FactKind, tuple[Field, ...]] = MappingProxyType(
    {
        FactKind.APPROVED: (_AREA,),
        FactKind.SUPPLIED: (
            _AREA,
            _choice("mode", "供地方式", f.SupplyMode, required=False),
            Field("contract_no", "合同（决定书）编号", "text", required=False),
            Field("price_yuan", "价款（元）", "money", required=False),
        ),
        FactKind.DELIVERED: (),
        FactKind.START_AGREED: (_START_ON, _COMPLETE_ON),
        FactKind.PERMIT: (_PERMIT_NO,),
        FactKind.START_REPORTED: (),
        FactKind.STARTED: (
            _PERMIT_NO,
            _choice("test", "动工认定情形", f.StartTest, required=True),
        ),
        FactKind.RECOGNISED_IDLE: (
            _choice("cause", "闲置原因", f.IdleCause, required=False),
            Field("letter_no", "认定书文号", "text", required=False),
            Field("area", "闲置面积", "area", required=False, help="留空表示全部已供土地。"),
        ),
        FactKind.START_REAGREED: (_START_ON, _COMPLETE_ON),
        FactKind.RECOVERED: (
            _choice("route", "收回方式", f.RecoveryRoute, required=True),
            Field("area", "收回面积", "area", required=False, help="留空表示全部收回。"),
        ),
        FactKind.WITHDRAWN: (_AREA,),
        FactKind.LAPSED: (
            Field("area", "失效面积", "area", required=False, help="留空表示全部未供部分。"),
        ),
        FactKind.COMPLETED: (),
        FactKind.EXCLUDED: (
            Field("to", "截止日期", "date", required=False, help="含当日；留空表示尚未结束。"),
            _choice("cause", "原因", f.IdleCause, required=True),
            Field("confirmed", "经核实", "bool", required=True),
        ),
        FactKind.VOID: (),
    }
)
"""Kind → its fields in the order a form shows them."""

_CLASSES: Mapping[FactKind, Callable[..., Payload]] = MappingProxyType(
    {
        FactKind.APPROVED: f.Approved,
        FactKind.SUPPLIED: f.Supplied,
        FactKind.DELIVERED: f.Delivered,
        FactKind.START_AGREED: f.StartAgreed,
        FactKind.PERMIT: f.Permit,
        FactKind.START_REPORTED: f.StartReported,
        FactKind.STARTED: f.Started,
        FactKind.RECOGNISED_IDLE: f.RecognisedIdle,
        FactKind.START_REAGREED: f.StartReagreed,
        FactKind.RECOVERED: f.Recovered,
        FactKind.WITHDRAWN: f.Withdrawn,
        FactKind.LAPSED: f.Lapsed,
        FactKind.COMPLETED: f.Completed,
        FactKind.EXCLUDED: f.Excluded,
        FactKind.VOID: f.Void,
    }
)
_NAMES = {
    kind: frozenset(field.name for field in fields) for kind, fields in PAYLOAD_FIELDS.items()
}


def payload_from_json(kind: FactKind, content: Mapping[str, Any]) -> Payload:
    """The typed content of a fact.

    Raises:
        PayloadError: A field is missing, unknown, or of the wrong form.
    """
    unknown = content.keys() - _NAMES[kind]
    if unknown:
        name = min(unknown)
        raise PayloadError(name, f"“{kind.label}”没有“{name}”这一项。")
    values: dict[str, Any] = {}
    for field in PAYLOAD_FIELDS[kind]:
        value = content.get(field.name)
        if value is None or value == "":
            if field.required:
                raise PayloadError(field.name, f"“{kind.label}”缺少{field.label}。")
            values[field.name] = None
        else:
            values[field.name] = _READERS[field.type](field, value)
    if kind in (FactKind.START_AGREED, FactKind.START_REAGREED):
        complete_on = values["complete_on"]
        if complete_on is not None and complete_on < values["start_on"]:
            raise PayloadError("complete_on", "约定竣工日期早于约定动工日期。")
    return _CLASSES[kind](**values)


def payload_to_json(payload: Payload) -> dict[str, Any]:
    """The content as JSON; fields without a value are left out, an open `to` stays null."""
    content: dict[str, Any] = {}
    for name in payload.__dataclass_fields__:
        value = getattr(payload, name)
        if isinstance(value, Area):
            content[name] = {"value": value.printed, "unit": value.unit.value}
        elif isinstance(value, date):
            content[name] = value.isoformat()
        elif isinstance(value, StrEnum):
            content[name] = value.value
        elif isinstance(value, Decimal):
            content[name] = format(value, "f")
        elif value is not None:
            content[name] = value
    if isinstance(payload, f.Excluded) and payload.to is None:
        content["to"] = None
    return content


def _read_area(field: Field, value: Any) -> Area:
    if not isinstance(value, Mapping) or value.keys() != {"value", "unit"}:
        raise PayloadError(field.name, f"{field.label}须写明数值和单位。")
    if value["unit"] not in _UNITS:
        allowed = "、".join(unit.label for unit in Unit)
        raise PayloadError(field.name, f"{field.label}的单位须为{allowed}之一。")
    if not isinstance(value["value"], str):
        raise PayloadError(field.name, f"{field.label}的数值须按载明的数字写成文本。")
    try:
        area = Area.of(value["value"], Unit(value["unit"]))
    except ValueError as error:
        raise PayloadError(field.name, f"{field.label}有误：{error}") from error
    if area.value <= 0:
        raise PayloadError(field.name, f"{field.label}须大于零。")
    if area.m2 >= _AREA_LIMIT_M2:
        raise PayloadError(field.name, f"{field.label}过大，请核对数值和单位。")
    return area


def _read_date(field: Field, value: Any) -> date:
    if type(value) is date:
        day = value
    else:
        try:
            day = date.fromisoformat(value)
        except (ValueError, TypeError):
            raise PayloadError(field.name, f"{field.label}须写成 2022-08-23 的形式。") from None
        if day.isoformat() != value:
            raise PayloadError(field.name, f"{field.label}须写成 2022-08-23 的形式。")
    if day.year not in _YEARS:
        raise PayloadError(field.name, f"{field.label}应在 1949 年至 2150 年之间。")
    return day


def _read_text(field: Field, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise PayloadError(field.name, f"{field.label}须填写文字。")
    return value.strip()


def _read_money(field: Field, value: Any) -> Decimal:
    try:
        yuan = parse_decimal(value) if isinstance(value, str) else None
    except ValueError as error:
        raise PayloadError(field.name, f"{field.label}有误：{error}") from error
    numerator, denominator = (Decimal(-1) if yuan is None else yuan).as_integer_ratio()
    if yuan is None or numerator < 0 or numerator * 100 % denominator:
        raise PayloadError(field.name, f"{field.label}须为不小于零、至多两位小数的数字。")
    if yuan >= _YUAN_LIMIT:
        raise PayloadError(field.name, f"{field.label}过大，请核对单位是否为元。")
    return yuan


def _read_choice(field: Field, value: Any) -> StrEnum:
    assert field.enum is not None
    try:
        return field.enum(value)
    except ValueError:
        allowed = "、".join(label for _, label in field.choices)
        raise PayloadError(field.name, f"{field.label}须为{allowed}之一。") from None


def _read_bool(field: Field, value: Any) -> bool:
    if not isinstance(value, bool):
        raise PayloadError(field.name, f"{field.label}须为是或否。")
    return value


_READERS: Mapping[FieldType, Callable[[Field, Any], Any]] = MappingProxyType(
    {
        "area": _read_area,
        "date": _read_date,
        "text": _read_text,
        "money": _read_money,
        "choice": _read_choice,
        "bool": _read_bool,
    }
)
