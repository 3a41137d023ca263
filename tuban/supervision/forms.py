"""What the forms of tasks accept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from tuban.supervision.actions import MAX_REPORT
from tuban.supervision.attachments import MAX_BYTES, MAX_FILES, Delivered
from tuban.supervision.evidence import Offered, Paper
from tuban.supervision.refusals import ArrangementRefused, EvidenceRefused

_DAY_ERROR = "请写成 2024-09-30 的样子。"


class ReportForm(forms.Form):
    """上报: words and evidence; which evidence is enough is for the action to say."""

    words = forms.CharField(
        label="完成情况",
        max_length=MAX_REPORT,
        error_messages={
            "required": "请写明完成情况。",
            "max_length": f"完成情况不超过 {MAX_REPORT} 字。",
        },
    )
    doc_no = forms.CharField(
        label="文号",
        max_length=80,
        required=False,
        error_messages={"max_length": "文号不超过 80 字。"},
    )
    issuer = forms.CharField(
        label="机关",
        max_length=100,
        required=False,
        error_messages={"max_length": "机关不超过 100 字。"},
    )
    dated_on = forms.DateField(
        label="日期",
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _DAY_ERROR},
    )
    parcels = forms.CharField(
        label="地块编号",
        max_length=2000,
        required=False,
        error_messages={"max_length": "地块编号过多，请改附清单文件。"},
    )

    def offered(self, files: list[Any]) -> Offered:
        """The evidence as typed and chosen; files are read only when their sizes are bearable.

        Raises:
            EvidenceRefused: Too many files, or one that is too large.
        """
        given = self.cleaned_data
        if len(files) > MAX_FILES or any((file.size or 0) > MAX_BYTES for file in files):
            raise EvidenceRefused(
                f"附件过多或过大：最多 {MAX_FILES} 份，每份不超过 {MAX_BYTES // 1024 // 1024} MB。",
                code="files",
                remedy="请合并成一份 PDF、降低扫描精度，或分几次上报。",
            )
        return Offered(
            paper=Paper(given["doc_no"], given["issuer"], given["dated_on"]),
            files=[Delivered(file.name or "", file.read()) for file in files],
            parcels=given["parcels"],
        )


def day_of(given: Mapping[str, Any], name: str = "due_on") -> date:
    """A day as typed.

    Raises:
        ArrangementRefused: It is none.
    """
    try:
        day: date = forms.DateField(input_formats=["%Y-%m-%d"]).clean(given.get(name, ""))
    except forms.ValidationError as error:
        raise ArrangementRefused(
            "期限没有写明，或不是日期。",
            code="day",
            place="期限",
            cause=f"填写的是“{str(given.get(name, ''))[:20]}”。",
            remedy=_DAY_ERROR,
        ) from error
    return day


def whole_number(given: Mapping[str, Any], name: str) -> int:
    """A small whole number as typed; 0 for anything else, which the action refuses."""
    written = str(given.get(name, "")).strip()
    return int(written) if written.isascii() and written.isdigit() and len(written) < 5 else 0
