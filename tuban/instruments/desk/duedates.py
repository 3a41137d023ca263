"""完成时限: correcting what a printed deadline stands for, adding one that was not read."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from tuban.documents.deadlines import find_deadlines
from tuban.instruments.corrected import STRUCK, Change, Json, look_up
from tuban.instruments.desk.edit import Edit
from tuban.instruments.desk.fields import DayField
from tuban.instruments.desk.words import RULES

NOT_PRINTED = "（原文未写）"


def taken_apart(item: Json) -> Json:
    """A deadline with its value in the fields of its form."""
    norm = item.get("norm")
    first, last = norm if isinstance(norm, list) else (None, norm)
    is_rule = item.get("kind") == "recurring"
    return {
        **item,
        "kind": item.get("kind", "fixed"),
        "first": first,
        "last": None if is_rule or not isinstance(last, str) else last,
        "rule": norm if is_rule and norm in RULES else "",
    }


class DeadlineForm(Edit):
    """完成时限. The printed words stay; the value they stand for is corrected."""

    heading = "完成时限"
    kind = forms.ChoiceField(
        label="种类",
        choices=(
            ("fixed", "具体日期"),
            ("range", "起止日期"),
            ("recurring", "周期"),
            ("continuous", "长期坚持"),
        ),
    )
    first = DayField(label="起始日（起止日期填）", max_length=10, required=False)
    last = DayField(label="截止日", max_length=10, required=False)
    rule = forms.ChoiceField(label="周期", choices=(("", "—"), *RULES.items()), required=False)
    what = forms.CharField(label="完成什么", max_length=200, required=False)
    struck = forms.BooleanField(label="不是时限，划去", required=False)

    def shown(self) -> Json:
        """The value taken apart."""
        return taken_apart(self.item)

    def clean(self) -> Json:
        """Each kind needs its own fields."""
        given = self.cleaned_data
        kind, first, last = given.get("kind"), given.get("first"), given.get("last")
        if kind in {"fixed", "range"} and not last and "last" not in self.errors:
            self.add_error("last", "请填写截止日。")
        if kind == "range" and first and last and first > last:
            self.add_error("first", "起始日晚于截止日。")
        if kind == "recurring" and not given.get("rule"):
            self.add_error("rule", "请选择周期。")
        return given

    def values(self) -> Json:
        """Kind and value as the reading keeps them."""
        given = self.cleaned_data
        norm = {
            "fixed": given["last"],
            "range": [given["first"], given["last"]],
            "recurring": given["rule"],
            "continuous": None,
        }[given["kind"]]
        return {
            "kind": given["kind"],
            "norm": norm,
            "what": given["what"],
            STRUCK: bool(given.get(STRUCK)),
        }


class NewDeadlineForm(DeadlineForm):
    """补时限: one that was not read. Where the text prints it, its words and their place are kept."""

    heading = "补时限"
    raw = forms.CharField(label="原文所写（照抄；原文没有写的留空）", max_length=80, required=False)
    field_order = ("raw",)

    def __init__(
        self, reading: Json, path: str, data: Any = None, span: tuple[int, int] | None = None
    ) -> None:
        self.span = span
        super().__init__(reading, path, data)
        del self.fields["struck"]

    def held(self) -> Json:
        """Nothing yet."""
        return {}

    def shown(self) -> Json:
        """The words selected in the text, and what they stand for."""
        if self.span is None:
            return taken_apart({})
        start, end = self.span
        day = self.reading["header"]["date"]
        issued = date.fromisoformat(day) if day else None
        text = self.reading["text"]
        found = find_deadlines(text, start, end, issued, "label")
        known = found[0].to_json() if found else {}
        return {**taken_apart(known), "raw": known.get("raw") or text[start:end].strip()[:80]}

    def clean(self) -> Json:
        """What is said to be printed must be found, in the task or else in the whole text."""
        given = super().clean()
        text, (start, end) = self.reading["text"], self._task()["span"]
        words = given.get("raw") or ""
        at = text.find(words, start, end) if words else start
        at = text.find(words) if at < 0 else at
        if at < 0:
            self.add_error("raw", "原文里没有这句话，请照抄原文；原文没有写的留空。")
        given["span"] = [at, at + len(words)]
        return given

    def values(self) -> Json:
        """The whole deadline."""
        given = self.cleaned_data
        return {
            **super().values(),
            "raw": given["raw"] or NOT_PRINTED,
            "span": given["span"],
            "where": "label",
            "flags": [] if given["raw"] else ["added"],
        }

    def changes(self) -> list[Change]:
        """It comes as a whole."""
        return [(self.path, self.values())]

    def _task(self) -> Json:
        task: Json = look_up(self.reading, "/".join(self.path.split("/")[:2]))
        return task
