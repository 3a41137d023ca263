"""确认生效: whether the plan takes the place of another, and from which day on."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from tuban.accounts.models import User
from tuban.instruments.access import instruments_for
from tuban.instruments.actions import Replacement
from tuban.instruments.models import Draft, Instrument


class ConfirmingForm(forms.Form):
    """The two fields beside the button."""

    replaces = forms.ModelChoiceField(
        Instrument.objects.none(),
        label="重新下达，替代",
        required=False,
        empty_label="不替代其他方案",
        error_messages={"invalid_choice": "所选的方案不能替代，请刷新页面后重新选择。"},
    )
    since = forms.DateField(
        label="自",
        required=False,
        error_messages={"invalid": "替代起始日不是日期，请写成 2023-05-01 的样子。"},
    )

    def clean(self) -> dict[str, Any]:
        """A replacement says from when."""
        given = super().clean() or self.cleaned_data
        if given.get("replaces") and not given.get("since") and "since" not in self.errors:
            self.add_error("since", "请填写替代起始日：此日之前的看板仍按原方案的目标。")
        return given

    def replacement(self) -> Replacement | None:
        """What was chosen."""
        replaced, since = self.cleaned_data["replaces"], self.cleaned_data["since"]
        return Replacement(replaced.pk, since) if replaced else None


def form(user: User, draft: Draft, data: Any = None) -> ConfirmingForm:
    """The form, with the plans in force that a re-issued one could take the place of."""
    made = ConfirmingForm(data, initial={"since": _issued(draft)})
    own = instruments_for(user).filter(region__in=_regions(draft), replaced_by=None)
    made.fields["replaces"].queryset = own.order_by("-issued_on", "-pk")  # type: ignore[attr-defined]
    return made


def _regions(draft: Draft) -> list[str]:
    """The region that handles the draft, and those below it."""
    return [draft.region_id, *draft.region.children.values_list("code", flat=True)]


def _issued(draft: Draft) -> date | None:
    printed = (draft.reading or {}).get("header", {}).get("date")
    return date.fromisoformat(printed) if printed else None
