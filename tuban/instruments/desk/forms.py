"""What a reviewer can correct, one form for each kind of place in a reading.

Each form is made from the item as it is held now and gives the changes the reviewer made.
"""

from __future__ import annotations

import re
from typing import Any

from django import forms

from tuban.instruments.corrected import STRUCK, Change, Json, NoSuchPlace, look_up
from tuban.instruments.desk.additions import FindingForm, NewTaskForm
from tuban.instruments.desk.duedates import DeadlineForm, NewDeadlineForm
from tuban.instruments.desk.edit import Edit
from tuban.instruments.desk.fields import DayField, NumberField, UnitsField, YearField
from tuban.instruments.desk.remembered import NOTHING, Memory
from tuban.instruments.desk.words import LAYERS
from tuban.values.places import REGIONS

UNITS = ("万亩", "亩", "公顷", "平方米")


class HeaderForm(Edit):
    """表头."""

    heading = "表头"
    title = forms.CharField(label="标题", max_length=200)
    doc_no = forms.CharField(label="发文字号", max_length=80, required=False, empty_value=None)
    issuer = forms.CharField(label="发文机关", max_length=100, required=False, empty_value=None)
    date = DayField(label="成文日期", max_length=10, required=False)
    recipients = forms.CharField(label="主送", max_length=300, required=False, empty_value=None)
    region_code = forms.ChoiceField(
        label="适用地区（发文地区不在区划表时指定）",
        choices=(("", "—（按发文机关）"), *REGIONS.items()),
        required=False,
    )

    def __init__(
        self, reading: Json, path: str, data: Any = None, memory: Memory = NOTHING
    ) -> None:
        self.memory = memory
        super().__init__(reading, path, data)
        if memory.region_code and not self.item.get("region_code"):
            self.fields["region_code"].label = "适用地区（上次认定，请核对）"

    def shown(self) -> Json:
        """Where plans of this issuer were last said to apply, until somebody says it of this."""
        return {**self.item, "region_code": self.item.get("region_code") or self.memory.region_code}

    def values(self) -> Json:
        """A region that nobody named is none."""
        values = super().values()
        return {**values, "region_code": values["region_code"] or None}


class TaskForm(Edit):
    """任务."""

    heading = "任务"
    title = forms.CharField(label="标题", max_length=300)
    lead = UnitsField(label="责任单位", max_length=1000, required=False)
    support = UnitsField(label="配合单位", max_length=1000, required=False)
    supervise = UnitsField(label="监督单位", max_length=1000, required=False)
    struck = forms.BooleanField(label="不是任务，划去", required=False)


class TargetForm(Edit):
    """文中目标."""

    heading = "目标"
    value = NumberField(label="数值", max_length=30)
    unit = forms.CharField(label="单位", max_length=10)
    region_code = forms.ChoiceField(label="地区", choices=tuple(REGIONS.items()))
    year = YearField(label="年度", max_length=4, required=False)
    struck = forms.BooleanField(label="不是目标，划去", required=False)

    def values(self) -> Json:
        """The region's name follows its code."""
        values = super().values()
        return {**values, "region": REGIONS[values["region_code"]]}


class FigureForm(Edit):
    """附表中的一格. Empty is missing, not zero."""

    heading = "附表数字"
    value = NumberField(label="认定数", max_length=30, required=False)


class TableForm(Edit):
    """附表: unit, layer, places nobody knew."""

    heading = "附表"
    unit = forms.ChoiceField(
        label="单位", choices=(("", "—"), *((unit, unit) for unit in UNITS)), required=False
    )
    layer = forms.ChoiceField(label="层级", choices=tuple(LAYERS.items()))
    struck = forms.BooleanField(label="不作目标登记，划去", required=False)

    def __init__(
        self, reading: Json, path: str, data: Any = None, memory: Memory = NOTHING
    ) -> None:
        super().__init__(reading, path, data)
        at = int(path.split("/")[1])
        chosen = self.item.get("places", {})
        for row, name in sorted(
            {
                (figure["row"], figure["region"])
                for figure in reading["figures"]
                if figure["table"] == at
                and (figure["region_code"] is None or str(figure["row"]) in chosen)
            }
        ):
            proposed = "" if str(row) in chosen else memory.places.get(name, "")
            self.fields[f"place_{row}"] = forms.ChoiceField(
                label=f"“{name}”是{'（上次认定，请核对）' if proposed else ''}",
                choices=(("", "—（不登记）"), *REGIONS.items()),
                required=False,
                initial=chosen.get(str(row)) or proposed,
            )

    def shown(self) -> Json:
        """A table is decomposed unless somebody said otherwise."""
        return {"layer": "decomposed", **self.item}

    def changes(self) -> list[Change]:
        """Places come one by one."""
        given = self.cleaned_data
        made: list[Change] = []
        if given["unit"] and given["unit"] != self.item.get("unit"):
            made.append((f"{self.path}/unit", given["unit"]))
        if given["layer"] != self.item.get("layer", "decomposed"):
            made.append((f"{self.path}/layer", given["layer"]))
        if given[STRUCK] != bool(self.item.get(STRUCK)):
            made.append((f"{self.path}/{STRUCK}", given[STRUCK]))
        chosen = self.item.get("places", {})
        for name, code in given.items():
            row = name.removeprefix("place_")
            if name != row and (code or None) != chosen.get(row):
                made.append((f"{self.path}/places/{row}", code or None))
        return made


_DEADLINE = re.compile(r"tasks/\d{1,5}/deadlines/\d{1,4}")
_PATHS: tuple[tuple[re.Pattern[str], type[Edit]], ...] = (
    (re.compile(r"header"), HeaderForm),
    (re.compile(r"tasks/\d{1,5}"), TaskForm),
    (_DEADLINE, DeadlineForm),
    (re.compile(r"tasks/\d{1,5}/targets/\d{1,4}"), TargetForm),
    (re.compile(r"document_targets/\d{1,4}"), TargetForm),
    (re.compile(r"figures/\d{1,6}"), FigureForm),
    (re.compile(r"tables/\d{1,3}"), TableForm),
)


def form_for(
    reading: Json,
    findings: list[Json],
    path: str,
    data: Any = None,
    span: tuple[int, int] | None = None,
    memory: Memory = NOTHING,
) -> Edit:
    """The form of a place, with the selected words and what earlier plans taught.

    Raises:
        NoSuchPlace: There is nothing to correct at that path.
    """
    if path == "tasks/new":
        return NewTaskForm(reading, path, data, span)
    if path.startswith("findings/"):
        return FindingForm(reading, path, data, findings)
    if _DEADLINE.fullmatch(path) and look_up(reading, path) is None:
        return NewDeadlineForm(reading, path, data, span)
    for pattern, form in _PATHS:
        if pattern.fullmatch(path):
            taught = {"memory": memory} if form in (HeaderForm, TableForm) else {}
            return form(reading, path, data, **taught)
    raise NoSuchPlace(path)
