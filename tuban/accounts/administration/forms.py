"""Forms of the administrator's pages."""

from __future__ import annotations

from typing import Any

from django import forms

from tuban.accounts.access import regions_for
from tuban.accounts.administration.actions import organisations_for
from tuban.accounts.models import OrganisationKind, Role, User


def _said(label: str, most: int | None = None) -> dict[str, str]:
    said = {"required": f"请填写{label}", "invalid_choice": f"请选择{label}"}
    return {**said, "max_length": f"{label}不超过 {most} 个字"} if most else said


UNCHOSEN = ("", "请选择")
"""Stands first in a choice that nobody is to make by leaving it alone."""


class PostForm(forms.Form):
    """单位、岗位、角色."""

    organisation = forms.TypedChoiceField(label="单位", coerce=int, error_messages=_said("单位"))
    title = forms.CharField(label="岗位名称", max_length=60, error_messages=_said("岗位名称", 60))
    role = forms.ChoiceField(
        label="角色", choices=[UNCHOSEN, *Role.choices], error_messages=_said("角色")
    )

    def __init__(self, actor: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(o.pk, f"{o.name}（{o.region.name}）") for o in organisations_for(actor)]
        self.fields["organisation"].choices = [UNCHOSEN, *offered]  # type: ignore[attr-defined]


class AccountForm(PostForm):
    """A new account: its name, and the post it is for."""

    username = forms.CharField(label="账号", max_length=40, error_messages=_said("账号", 40))

    field_order = ("username", "organisation", "title", "role")


class OrganisationForm(forms.Form):
    """A new organisation."""

    code = forms.RegexField(
        r"^[a-z0-9][a-z0-9_-]*$",
        label="单位代码",
        max_length=40,
        error_messages={**_said("单位代码", 40), "invalid": "只用小写字母、数字和 - _"},
    )
    name = forms.CharField(label="单位名称", max_length=100, error_messages=_said("单位名称", 100))
    kind = forms.ChoiceField(
        label="单位类别", choices=OrganisationKind.choices, error_messages=_said("单位类别")
    )
    region_code = forms.ChoiceField(label="管辖地区", error_messages=_said("管辖地区"))

    def __init__(self, actor: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(region.code, region.name) for region in regions_for(actor)]
        self.fields["region_code"].choices = offered  # type: ignore[attr-defined]
