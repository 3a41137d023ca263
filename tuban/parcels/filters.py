"""筛选 of the parcel list: read from the URL, shown as chips, written back into links."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.http import QueryDict

from tuban.accounts.access import regions_for
from tuban.accounts.models import User
from tuban.law.period import FLAG_LABELS, Stage
from tuban.parcels.queries import UNREVIEWED, ParcelFilter
from tuban.parcels.sorting import SORTS
from tuban.regions.models import Region
from tuban.values.area import Unit
from tuban.values.numbers import parse_decimal

FLAGS = {**FLAG_LABELS, UNREVIEWED: "事实未复核"}
"""Marks one can filter by: those of the law, and that of the record."""


class AreaBoundField(forms.CharField):
    """An area bound in the page's unit, as people write numbers."""

    def clean(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """The number; None when left empty."""
        try:
            number = parse_decimal(super().clean(value))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        if number is not None and number < 0:
            raise forms.ValidationError("面积不能小于零。")
        return number


class BoxField(forms.CharField):
    """框选范围: west, south, east, north in degrees, as the map writes them into the address."""

    def clean(self, value: Any) -> tuple[float, float, float, float] | None:  # type: ignore[override]
        """The box; None when left empty."""
        written = super().clean(value)
        if not written:
            return None
        try:
            west, south, east, north = (float(part) for part in written.split(","))
        except ValueError as error:
            raise forms.ValidationError("框选范围无法识别，请在一张图上重新框选。") from error
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
            raise forms.ValidationError("框选范围无法识别，请在一张图上重新框选。")
        return west, south, east, north


class FilterForm(forms.Form):
    """条件 of the list. What cannot be read is refused at its field and left out of the filter."""

    region = forms.MultipleChoiceField(
        label="旗区",
        required=False,
        error_messages={"invalid_choice": "“%(value)s”不在本岗位的管辖范围内。"},
    )
    stage = forms.MultipleChoiceField(
        label="阶段",
        required=False,
        choices=[(stage.value, stage.label) for stage in Stage],
        error_messages={"invalid_choice": "没有“%(value)s”这个阶段。"},
    )
    approved_from = forms.IntegerField(
        label="批准年份起",
        required=False,
        min_value=1949,
        max_value=2150,
        error_messages={
            "invalid": "请写四位年份。",
            "min_value": "年份不早于 1949。",
            "max_value": "年份不晚于 2150。",
        },
    )
    approved_to = forms.IntegerField(
        label="批准年份止",
        required=False,
        min_value=1949,
        max_value=2150,
        error_messages={
            "invalid": "请写四位年份。",
            "min_value": "年份不早于 1949。",
            "max_value": "年份不晚于 2150。",
        },
    )
    area_from = AreaBoundField(label="面积不小于", required=False, max_length=30)
    area_to = AreaBoundField(label="面积不大于", required=False, max_length=30)
    due = forms.IntegerField(
        label="到期",
        required=False,
        min_value=1,
        max_value=3660,
        error_messages={
            "invalid": "请写天数。",
            "min_value": "至少 1 天。",
            "max_value": "至多 3660 天。",
        },
    )
    flag = forms.ChoiceField(
        label="标记",
        required=False,
        choices=[("", "不限"), *FLAGS.items()],
        error_messages={"invalid_choice": "没有“%(value)s”这种标记。"},
    )
    q = forms.CharField(
        label="查找",
        required=False,
        max_length=100,
        error_messages={"max_length": "查找的文字不超过 100 个字。"},
    )
    box = BoxField(label="框选", required=False, max_length=100)
    sort = forms.ChoiceField(
        label="排序",
        required=False,
        choices=[(name, name) for name in SORTS],
        error_messages={"invalid_choice": "不能按“%(value)s”排序。"},
    )

    def __init__(self, data: QueryDict, *, regions: Iterable[Region]) -> None:
        super().__init__(data)
        field = self.fields["region"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(region.code, region.name) for region in regions]

    def clean(self) -> dict[str, Any]:
        """Bounds the wrong way round are an error at the second of them."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for low, high, message in (
            ("approved_from", "approved_to", "止年不能早于起年。"),
            ("area_from", "area_to", "上限不能小于下限。"),
        ):
            first, last = cleaned.get(low), cleaned.get(high)
            if first is not None and last is not None and last < first:
                self.add_error(high, message)
        return cleaned

    def wanted(self, unit: Unit) -> ParcelFilter:
        """The filter made of the fields that could be read; area bounds are in the unit."""
        self.is_valid()
        given = self.cleaned_data

        def bound(name: str) -> Fraction | None:
            number = given.get(name)
            return None if number is None else Fraction(number) * unit.m2

        return ParcelFilter(
            regions=tuple(given.get("region", ())),
            stages=tuple(Stage(value) for value in given.get("stage", ())),
            approved_from=given.get("approved_from"),
            approved_to=given.get("approved_to"),
            area_from_m2=bound("area_from"),
            area_to_m2=bound("area_to"),
            due_within_days=given.get("due"),
            flag=given.get("flag", ""),
            text=given.get("q", "").strip(),
            box=given.get("box"),
            sort=given.get("sort") or "parcel_no",
            descending=bool(self.data.get("desc")),
        )


def form_for(user: User, query: QueryDict) -> FilterForm:
    """The form of the list and of everything that is exported from it."""
    return FilterForm(query, regions=[r for r in regions_for(user) if r.level != "city"])


@dataclass(frozen=True, slots=True)
class Chip:
    """One active condition in words, and the address without it."""

    label: str
    words: str
    without: str


def chips(form: FilterForm, query: QueryDict, unit: Unit) -> tuple[Chip, ...]:
    """Active conditions of the query, one chip each. Call after `wanted`."""
    given = form.cleaned_data
    names = dict(form.fields["region"].choices)  # type: ignore[attr-defined]
    found: list[tuple[str, str, tuple[str, ...]]] = []
    if given.get("region"):
        found.append(("旗区", "、".join(names[code] for code in given["region"]), ("region",)))
    if given.get("stage"):
        words = "、".join(Stage(value).label for value in given["stage"])
        found.append(("阶段", words, ("stage",)))
    years = _between(given.get("approved_from"), given.get("approved_to"), "年")
    if years:
        found.append(("批准", years, ("approved_from", "approved_to")))
    areas = _between(given.get("area_from"), given.get("area_to"), unit.label)
    if areas:
        found.append(("面积", areas, ("area_from", "area_to")))
    if given.get("due"):
        found.append(("到期", f"{given['due']} 天内", ("due",)))
    if given.get("flag"):
        found.append(("标记", FLAGS[given["flag"]], ("flag",)))
    if given.get("box"):
        west, south, east, north = given["box"]
        words = f"东经 {west:.3f}—{east:.3f}°，北纬 {south:.3f}—{north:.3f}°"
        found.append(("框选", words, ("box",)))
    if given.get("q"):
        found.append(("含", given["q"], ("q",)))
    return tuple(Chip(label, words, _without(query, keys)) for label, words, keys in found)


def _between(low: object, high: object, unit: str) -> str:
    """A range in words; empty when neither end is given."""
    if low is not None and high is not None:
        return f"{low}—{high} {unit}"
    if low is not None:
        return f"≥ {low} {unit}"
    return f"≤ {high} {unit}" if high is not None else ""


def _without(query: QueryDict, keys: Iterable[str]) -> str:
    """The query with some names and where the page stands dropped, as a relative address."""
    left = query.copy()
    for key in (*keys, "page", "from", "sums"):
        left.pop(key, None)
    return f"?{left.urlencode()}"
