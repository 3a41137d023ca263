"""补录与认定: a task that was not read as one, and a word on a finding."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms

from tuban.documents.deadlines import find_deadlines
from tuban.documents.places import issuing_place
from tuban.documents.targets import Context, find_targets
from tuban.instruments.corrected import Change, Json, NoSuchPlace
from tuban.instruments.desk.edit import Edit
from tuban.instruments.desk.fields import UnitsField
from tuban.instruments.desk.words import cite
from tuban.instruments.findings import (
    ASKED,
    BINDS,
    CHOICES,
    KEPT,
    LAYERED,
    is_between_figures,
    key_of,
    path_of,
)


class NewTaskForm(Edit):
    """补录任务: a clause, or a stretch of text, that was not read as a task."""

    heading = "补录任务"
    clause = forms.ChoiceField(label="出处条款", required=False)
    start = forms.IntegerField(widget=forms.HiddenInput, required=False)
    end = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label="标题", max_length=300)
    lead = UnitsField(label="责任单位", max_length=1000, required=False)
    support = UnitsField(label="配合单位", max_length=1000, required=False)
    supervise = UnitsField(label="监督单位", max_length=1000, required=False)

    def __init__(
        self, reading: Json, path: str, data: Any = None, span: tuple[int, int] | None = None
    ) -> None:
        self.span = span
        super().__init__(reading, path, data)
        clauses = reading["clauses"]
        self.fields["clause"].choices = [  # type: ignore[attr-defined]
            ("", "—（用选中的原文）"),
            *((c["id"], f"{cite(clauses, c['id'])} {c['title'][:30]}") for c in clauses),
        ]

    def held(self) -> Json:
        """Nothing yet."""
        return {}

    def shown(self) -> Json:
        """The first words of the selected text as its title."""
        if self.span is None:
            return {}
        start, end = self.span
        words = re.split(r"[。；\n]", self.reading["text"][start:end].strip())[0]
        return {"start": start, "end": end, "title": words[:60]}

    def clean(self) -> Json:
        """The text is a clause or a selected stretch within the document."""
        given = self.cleaned_data
        start, end = given.get("start"), given.get("end")
        if not given.get("clause") and (
            start is None or end is None or not 0 <= start < end <= len(self.reading["text"])
        ):
            self.add_error("clause", "请选择出处条款，或先在左侧原文中选中文字再补录。")
        return given

    def changes(self) -> list[Change]:
        """The whole task, with the deadlines and targets its text prints."""
        given = self.cleaned_data
        clauses = self.reading["clauses"]
        clause = next((c for c in clauses if c["id"] == given["clause"]), None)
        start, end = clause["span"] if clause else (given["start"], given["end"])
        holder = clause or _innermost(clauses, start)
        text, header = self.reading["text"], self.reading["header"]
        issued = date.fromisoformat(header["date"]) if header["date"] else None
        context = Context(issued, *issuing_place(header["issuer"]))
        task = {
            "no": cite(clauses, holder["id"]) if holder else "补录",
            "clause": holder["id"] if holder else "",
            "title": given["title"],
            "text": text[start:end],
            "span": [start, end],
            "lead": given["lead"],
            "support": given["support"],
            "supervise": given["supervise"],
            "owners": [],
            "deadlines": [d.to_json() for d in find_deadlines(text, start, end, issued, "body")],
            "targets": [t.to_json() for t in find_targets(text, start, end, context)],
            "confidence": "1.00",
        }
        return [(f"tasks/{len(self.reading['tasks'])}", task)]


def _innermost(clauses: list[Json], at: int) -> Json | None:
    """The clause that holds a place, the smallest of them."""
    holding = [c for c in clauses if c["span"][0] <= at < c["span"][1]]
    return min(holding, key=lambda c: c["span"][1] - c["span"][0], default=None)


class FindingForm(Edit):
    """认定一条核对发现."""

    heading = "核对发现"
    choice = forms.ChoiceField(label="处理")
    span = forms.ChoiceField(label="以哪个数为准", required=False)
    remark = forms.CharField(label="备注", max_length=300, required=False)

    def __init__(
        self, reading: Json, path: str, data: Any = None, findings: list[Json] | None = None
    ) -> None:
        self.finding = next((f for f in findings or () if path_of(f) == path), None)
        if self.finding is None:
            raise NoSuchPlace(path)
        super().__init__(reading, path, data)
        del self.fields["reason"]
        choices = [KEPT, ASKED]
        if is_between_figures(self.finding):
            choices = [BINDS, LAYERED, ASKED]
            self.fields["span"].choices = [  # type: ignore[attr-defined]
                ("", "—"),
                *((f"{a}-{b}", reading["text"][a:b]) for a, b in self.finding["spans"]),
            ]
        else:
            del self.fields["span"]
        self.fields["choice"].choices = [(c, CHOICES[c]) for c in choices]  # type: ignore[attr-defined]

    def held(self) -> Json:
        """Nothing of the reading is changed."""
        return {}

    def clean(self) -> Json:
        """One that binds is named; keeping an error needs a word why."""
        given = self.cleaned_data
        if given.get("choice") == BINDS and not given.get("span"):
            self.add_error("span", "请选择以哪个数为准。")
        if given.get("choice") == KEPT and not given.get("remark"):
            self.add_error("remark", "请写明按载明登记的理由。")
        return given

    def changes(self) -> list[Change]:
        """The word on the finding."""
        given = self.cleaned_data
        span = [int(part) for part in given.get("span", "").split("-") if part] or None
        binds = given["choice"] == BINDS and span
        word = {
            "choice": given["choice"],
            "remark": given["remark"],
            "span": span if binds else None,
            "text": self.reading["text"][span[0] : span[1]] if binds and span else "",
        }
        return [(f"findings/{key_of(self.finding or {})}", word)]
