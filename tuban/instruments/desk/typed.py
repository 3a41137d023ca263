"""手工录入: a target table pasted from a spreadsheet, or typed cell by cell, as a reading.

The text of such a reading is the table as it was given, so that every figure has its place in it;
what follows, checks, corrections and confirmation, is the same as for a plan that was read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from tuban.accounts.access import regions_for
from tuban.accounts.models import User
from tuban.documents.figures import columns_of, read_figures
from tuban.documents.model import Span, Table
from tuban.documents.targets import Context
from tuban.instruments.binding import SUBJECTS, subject_of
from tuban.instruments.corrected import Json
from tuban.instruments.desk.fields import DayField
from tuban.instruments.desk.forms import UNITS
from tuban.instruments.desk.pasted import rows_of, unit_of
from tuban.instruments.desk.words import LAYERS
from tuban.instruments.rechecks import TYPED, table_findings

_TASKS = {"unsupplied": "消化目标", "idle": "处置目标"}
_SUM = "合计"


@dataclass(frozen=True, slots=True)
class Source:
    """Where the figures are said to come from: 载明出处."""

    title: str
    doc_no: str | None
    issued_on: str
    issuer: str
    issuer_code: str


def reading_of(
    rows: Sequence[Sequence[str]], caption: str, unit: str, layer: str, source: Source
) -> Json:
    """A typed table as the reading of a document that holds nothing else."""
    head = "\n".join((source.title, caption, f"单位：{unit}", ""))
    text, spans = _laid_out(head, rows)
    table = Table(
        caption=caption,
        annex=None,
        unit=unit,
        columns=tuple(rows[0]),
        rows=tuple(tuple(cell or None for cell in row) for row in rows[1:]),
        row_spans=tuple(spans[1:]),
        notes=(),
        note_spans=(),
        span=(len(source.title) + 1, len(text)),
    )
    context = Context(date.fromisoformat(source.issued_on), source.issuer, source.issuer_code)
    digest = hashlib.sha256(text.encode()).hexdigest()
    reading: Json = {
        "source": {"name": source.title, "sha256": digest, "chars": len(text)},
        "text_sha256": digest,
        "text": text,
        "header": {
            "title": source.title,
            "plan_title": None,
            "doc_no": source.doc_no,
            "issuer": source.issuer,
            "date": source.issued_on,
            "recipients": None,
            "attachments": [],
            "spans": {"title": [0, len(source.title)]},
        },
        **{name: [] for name in _NOTHING},
        "tables": [{**table.to_json(), "layer": layer, TYPED: True}],
        "figures": [figure.to_json() for figure in read_figures(table, 0, context)],
    }
    reading["findings"] = [found.to_json() for found in table_findings(reading, [0])]
    return reading


_NOTHING = (
    "clauses",
    "tasks",
    "safeguards",
    "document_deadlines",
    "document_targets",
    "table_checks",
    "agreements",
    "citations",
)


def _laid_out(head: str, rows: Sequence[Sequence[str]]) -> tuple[str, list[tuple[Span, ...]]]:
    """The text with the rows below its head, and the span of every cell."""
    text, spans = head, []
    for row in rows:
        at, cells = len(text), []
        for cell in row:
            cells.append((at, at + len(cell)))
            at += len(cell) + 1
        text += "\t".join(row) + "\n"
        spans.append(tuple(cells))
    return text.rstrip("\n"), spans


def years_of(query: QueryDict) -> tuple[int, ...]:
    """Year columns of the grid: `?from=` to `?to=`, at most eight."""
    first, last = (
        int(written) if re.fullmatch(r"20\d\d", written) else usual
        for written, usual in ((query.get("from", ""), 2022), (query.get("to", ""), 2025))
    )
    return tuple(range(first, min(max(last, first), first + 7) + 1))


class TypedForm(forms.Form):
    """手工录入目标表."""

    subject = forms.ChoiceField(
        label="事项", choices=tuple((each.key, each.title) for each in SUBJECTS)
    )
    unit = forms.ChoiceField(label="单位", choices=tuple((unit, unit) for unit in UNITS))
    layer = forms.ChoiceField(label="层级", choices=tuple(LAYERS.items()), initial="decomposed")
    source = forms.CharField(label="出处", max_length=150)
    doc_no = forms.CharField(label="发文字号", max_length=80, required=False, empty_value=None)
    issued_on = DayField(label="成文日期", max_length=10)
    caption = forms.CharField(label="表名", max_length=100, required=False)
    cells = forms.CharField(label="表格", max_length=20_000, required=False, strip=False)

    def __init__(self, user: User, years: Sequence[int], data: Any = None) -> None:
        self.regions = regions_for(user)
        self.own = next((each for each in self.regions if each.code == user.region_code), None)
        self.years = years
        super().__init__(data)

    def grid(self) -> list[tuple[str, list[tuple[str, str, str]]]]:
        """Rows of the grid: region, then (field, label, value) of its cells."""
        names = [each.name for each in self.regions if len(self.regions) == 1 or each != self.own]
        rows = []
        for row, name in enumerate([*names, _SUM] if len(names) > 1 else names):
            cells = []
            for column, heading in enumerate(self._headings()):
                field = f"c-{row}-{column}"
                cells.append((field, f"{name} {heading}", self.data.get(field, "")))
            rows.append((name, cells))
        return rows

    def clean(self) -> Json:
        """The table as rows; its caption names the subject."""
        given = super().clean() or self.cleaned_data
        subject = next((each for each in SUBJECTS if each.key == given.get("subject")), None)
        if self.own is None:
            raise forms.ValidationError("本岗位没有管辖地区，不能录入目标。")
        if subject is None:
            return given
        caption = given.get("caption") or (
            f"{self.own.name}{subject.title}{_TASKS.get(subject.key, '建设目标')}任务分解表"
        )
        if subject_of(caption) is not subject:
            self.add_error("caption", f"表名里没有“{subject.title}”，或还写着别的事项。")
        given["caption"] = caption
        try:
            given["rows"] = rows_of(given.get("cells") or self._typed())
        except ValueError as error:
            self.add_error("cells", str(error))
        else:
            self._check_columns(given)
        printed = unit_of(given.get("cells") or "")
        if printed and printed != given.get("unit"):
            self.add_error("unit", f"粘贴的表写着单位“{printed}”，与所选的不同，请核对。")
        return given

    def reading(self) -> Json:
        """The table as a reading; only after `is_valid`."""
        given = self.cleaned_data
        assert self.own is not None
        source = Source(
            title=given["source"],
            doc_no=given["doc_no"],
            issued_on=given["issued_on"],
            issuer=self.own.name,
            issuer_code=self.own.code,
        )
        return reading_of(given["rows"], given["caption"], given["unit"], given["layer"], source)

    def _check_columns(self, given: Json) -> None:
        """At least one column says of which year, or of what whole, its figures are."""
        rows = given["rows"]
        table = Table(
            given["caption"], None, None, tuple(rows[0]), tuple(map(tuple, rows[1:])),
            (), (), (), (0, 0),
        )  # fmt: skip
        kinds = {column.kind for column in columns_of(table)}
        if not kinds & {"year", "total", "base"}:
            self.add_error("cells", "表头里没有年度列（例如“2024年”），也没有合计列、存量列。")

    def _typed(self) -> str:
        """The grid as if it had been pasted; rows left empty are left out."""
        lines = ["\t".join(("旗区", *self._headings()))]
        for name, cells in self.grid():
            values = [" ".join(value.split()) for _, _, value in cells]
            if any(values):
                lines.append("\t".join((name, *values)))
        return "\n".join(lines)

    def _headings(self) -> list[str]:
        return [*(f"{year}年" for year in self.years), _SUM]
