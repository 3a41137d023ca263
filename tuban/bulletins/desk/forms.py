"""What the bulletin desk's forms accept."""

from __future__ import annotations

from typing import Any

from django import forms

from tuban.accounts.access import regions_for
from tuban.accounts.models import User
from tuban.bulletins.actions import MAX_REMARK
from tuban.bulletins.periods import Kind
from tuban.bulletins.topics import TOPICS
from tuban.core import clock
from tuban.values.area import Unit

_DAY_ERROR = "请写成 2024-09-30 的样子。"


class ComposeForm(forms.Form):
    """新建通报: as of which day, about what, for whom."""

    kind = forms.ChoiceField(
        label="类别",
        choices=[(kind.value, kind.label) for kind in Kind],
        initial=Kind.MONTH,
        error_messages={"required": "请选择类别。", "invalid_choice": "没有这种类别。"},
    )
    on = forms.DateField(
        label="截至",
        input_formats=["%Y-%m-%d"],
        error_messages={"required": "请填写截至日期。", "invalid": _DAY_ERROR},
    )
    region_code = forms.ChoiceField(
        label="范围",
        error_messages={"required": "请选择范围。", "invalid_choice": "这个范围不在本岗位管辖内。"},
    )
    subjects = forms.MultipleChoiceField(
        label="事项",
        choices=[(topic.key, topic.noun) for topic in TOPICS],
        initial=[topic.key for topic in TOPICS],
        error_messages={
            "required": "请至少选择一项。",
            "invalid_choice": "没有这个事项。",
        },
    )
    unit = forms.ChoiceField(
        label="面积单位",
        choices=[(unit.value, unit.label) for unit in (Unit.WAN_MU, Unit.MU, Unit.HA)],
        initial=Unit.WAN_MU,
        error_messages={"required": "请选择单位。", "invalid_choice": "没有这个单位。"},
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regions = [(region.code, region.name) for region in regions_for(user)]
        field = self.fields["region_code"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = regions
        field.initial = user.region_code
        self.fields["on"].initial = clock.today()


class ProseForm(forms.Form):
    """修改文字: the drafter's own words; `version` is what they were written over."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    addressee = forms.CharField(
        label="主送",
        max_length=200,
        error_messages={"required": "请填写主送机关。", "max_length": "主送机关不超过 200 字。"},
    )
    opening = forms.CharField(
        label="开头",
        max_length=1000,
        error_messages={"required": "请填写开头。", "max_length": "开头不超过 1000 字。"},
    )
    demands = forms.CharField(
        label="工作要求",
        max_length=4000,
        required=False,
        error_messages={"max_length": "工作要求不超过 4000 字。"},
    )


class RemarkForm(forms.Form):
    """The reason for handing back or voiding."""

    remark = forms.CharField(
        max_length=MAX_REMARK,
        required=False,
    )
