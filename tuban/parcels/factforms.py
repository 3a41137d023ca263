"""登记与更正 forms, made from the law's own description of each kind of fact.

Nothing is judged here: the form turns what people type into a payload, the action asks the law,
and a refusal comes back to the field it names. What was typed survives every error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from tuban.core.errors import DomainError
from tuban.law.facts import PAYLOAD_FIELDS, FactKind, Field
from tuban.parcels.actions import FactRefused, Paper
from tuban.parcels.models import Fact
from tuban.values.area import Unit
from tuban.values.dates import LegalDate, parse_date
from tuban.values.numbers import parse_decimal

PREFIX = "p_"
UNIT = "_unit"
VOIDABLE = tuple(kind for kind in FactKind if kind is not FactKind.VOID)
_BOOLEAN = (("yes", "是"), ("no", "否"))


class LegalDateField(forms.CharField):
    """A date as people write it; cleans to a LegalDate, month and year precision included."""

    def clean(self, value: Any) -> LegalDate | None:  # type: ignore[override]
        """The date; None when left empty and not required."""
        try:
            return parse_date(super().clean(value))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class NumberField(forms.CharField):
    """A number as people write it; cleans to its plain text, printed decimals kept."""

    def clean(self, value: Any) -> str:
        """The number; empty when left empty and not required."""
        try:
            number = parse_decimal(super().clean(value))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        return "" if number is None else format(number, "f")


@dataclass(frozen=True, slots=True)
class Control:
    """One field as the template draws it: the bound field, its unit box, its type and hint."""

    bound: forms.BoundField
    unit: forms.BoundField | None
    type: str
    required: bool
    help: str


class FactForm(forms.Form):
    """One fact: 发生日, the fields of its kind, the paper it rests on, the evidence.

    Attributes:
        kind: Kind being recorded; None until one is chosen.
        corrects: The fact being corrected, or None.
        voids: The fact is to be cancelled, not replaced.
        conflict: Somebody else was first.
    """

    day = LegalDateField(label="发生日", max_length=20)
    paper_no = forms.CharField(label="文书号", max_length=80, required=False)
    paper_on = LegalDateField(label="文书日期", max_length=20, required=False)
    paper_issuer = forms.CharField(label="出具单位", max_length=80, required=False)
    evidence = forms.CharField(label="证据", max_length=300, required=False)
    reason = forms.CharField(label="更正理由", max_length=300)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        kind: FactKind | None,
        corrects: Fact | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.kind = kind
        self.corrects = corrects
        self.voids = bool(data and data.get("act") == "void")
        self.conflict: DomainError | None = None
        self.article = ""
        self.remedy = ""
        for field in PAYLOAD_FIELDS[kind] if kind else ():
            self.fields.update(_controls(field))
        if corrects is None:
            del self.fields["reason"]
        elif self.voids:
            self.fields["reason"].label = "作废理由"
        if self.voids:
            for name in [name for name in self.fields if name != "reason"]:
                del self.fields[name]
        for field_ in self.fields.values():
            field_.error_messages.setdefault("max_length", "不超过 %(limit_value)d 个字。")
            verb = "选择" if isinstance(field_, forms.ChoiceField) else "填写"
            field_.error_messages["required"] = f"请{verb}{field_.label}。"

    @classmethod
    def for_new(cls, data: QueryDict) -> FactForm:
        """A form for a new fact; unbound (only the kind is known) unless `data` is a submission."""
        written = data.get("kind", "")
        kind = next((kind for kind in VOIDABLE if kind.value == written), None)
        return cls(data if "day" in data and kind else None, kind=kind)

    @classmethod
    def for_correction(cls, fact: Fact, data: QueryDict | None) -> FactForm:
        """A form that begins with what the fact says now."""
        return cls(data, kind=FactKind(fact.kind), corrects=fact, initial=_written(fact))

    @property
    def on(self) -> LegalDate:
        """发生日, after validation."""
        day: LegalDate = self.cleaned_data["day"]
        return day

    @property
    def payload(self) -> dict[str, Any]:
        """The content as the law's JSON, after validation; empty fields left out."""
        assert self.kind is not None
        found: dict[str, Any] = {}
        for field in PAYLOAD_FIELDS[self.kind]:
            value = self.cleaned_data[PREFIX + field.name]
            if value in ("", None):
                continue
            if field.type == "area":
                found[field.name] = {
                    "value": value,
                    "unit": self.cleaned_data[PREFIX + field.name + UNIT],
                }
            elif field.type == "date":
                found[field.name] = value.on.isoformat()
            elif field.type == "bool":
                found[field.name] = value == "yes"
            else:
                found[field.name] = value
        return found

    @property
    def paper(self) -> Paper:
        """文书, after validation."""
        issued: LegalDate | None = self.cleaned_data["paper_on"]
        return Paper(
            doc_no=self.cleaned_data["paper_no"],
            issued_on=issued.on if issued else None,
            issuer=self.cleaned_data["paper_issuer"],
        )

    @property
    def controls(self) -> Iterator[Control]:
        """The kind's own fields, for the template."""
        for field in PAYLOAD_FIELDS[self.kind] if self.kind else ():
            name = PREFIX + field.name
            if name not in self.fields:
                continue
            unit = self[name + UNIT] if field.type == "area" else None
            yield Control(self[name], unit, field.type, field.required, field.help)

    @property
    def kinds(self) -> tuple[FactKind, ...]:
        """Kinds that can be chosen."""
        return VOIDABLE

    def refuse(self, refused: FactRefused) -> None:
        """Puts the action's refusal at the field it names, else above the form."""
        named = refused.field
        field = {"on": "day"}.get(named, named)
        target = next((name for name in (PREFIX + field, field) if name in self.fields), None)
        self.add_error(target, refused.message)
        self.article = refused.article or ""
        self.remedy = refused.remedy or ""

    def refuse_conflict(self, refused: DomainError) -> None:
        """Somebody else was first: nothing was written."""
        self.add_error(None, refused.message)
        self.conflict = refused
        self.remedy = refused.remedy or ""


def _controls(field: Field) -> dict[str, forms.Field]:
    """The form fields of one payload field; an area has a number and a unit."""
    name, required = PREFIX + field.name, field.required
    made: forms.Field
    if field.type == "area":
        return {
            name: NumberField(label=field.label, max_length=30, required=required),
            name + UNIT: forms.ChoiceField(
                label=f"{field.label}的单位",
                choices=[(unit.value, unit.label) for unit in (Unit.HA, Unit.MU, Unit.M2)],
                error_messages={"invalid_choice": "请选择面积单位。"},
            ),
        }
    if field.type == "date":
        made = LegalDateField(label=field.label, max_length=20, required=required)
    elif field.type in {"choice", "bool"}:
        choices = field.choices if field.type == "choice" else _BOOLEAN
        made = forms.ChoiceField(
            label=field.label,
            choices=[("", "请选择"), *choices],
            required=required,
            error_messages={"invalid_choice": f"请选择{field.label}。"},
        )
    elif field.type == "money":
        made = NumberField(label=field.label, max_length=30, required=required)
    else:
        made = forms.CharField(label=field.label, max_length=120, required=required)
    return {name: made}


def _written(fact: Fact) -> dict[str, Any]:
    """A stored fact as the form's first content."""
    content: dict[str, Any] = {
        "day": _as_written(fact.on, fact.on_precision),
        "paper_no": fact.paper_no,
        "paper_on": fact.paper_on.isoformat() if fact.paper_on else "",
        "paper_issuer": fact.paper_issuer,
        "evidence": fact.evidence,
    }
    for name, value in fact.payload.items():
        if isinstance(value, dict):
            content[PREFIX + name] = value["value"]
            content[PREFIX + name + UNIT] = value["unit"]
        elif isinstance(value, bool):
            content[PREFIX + name] = "yes" if value else "no"
        else:
            content[PREFIX + name] = value
    return content


def _as_written(on: date, precision: str) -> str:
    """A date with its precision: 2024-09-30, 2024年9月, 2024年."""
    if precision == "month":
        return f"{on.year}年{on.month}月"
    return f"{on.year}年" if precision == "year" else on.isoformat()
