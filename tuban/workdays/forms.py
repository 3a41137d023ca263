"""The form of an import: year, 发文字号, pasted text or a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from tuban.core.errors import DomainError
from tuban.workdays.actions import MAX_DOC_NO
from tuban.workdays.rows import MAX_BYTES, Row, rows_of_file, rows_of_text

FIRST_YEAR, LAST_YEAR = 2004, 2100
MAX_TEXT = 20_000


class NoticeForm(forms.Form):
    """导入一年的节假日安排. `rows` holds what was read once the form is valid."""

    year = forms.IntegerField(
        label="年份",
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        error_messages={
            "required": "请填写年份。",
            "invalid": "请写四位年份。",
            "min_value": f"年份不早于 {FIRST_YEAR}。",
            "max_value": f"年份不晚于 {LAST_YEAR}。",
        },
    )
    doc_no = forms.CharField(
        label="发文字号",
        max_length=MAX_DOC_NO,
        error_messages={
            "required": "请填写通知的发文字号。",
            "max_length": f"发文字号不超过 {MAX_DOC_NO} 个字。",
        },
    )
    days = forms.CharField(
        label="粘贴两列",
        max_length=MAX_TEXT,
        required=False,
        error_messages={"max_length": "粘贴的内容过长，一年的安排只有几十行。"},
    )
    file = forms.FileField(label="或选择文件", required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        """Reads the rows; both or neither of text and file is an error."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        text, file = cleaned.get("days", ""), cleaned.get("file")
        if bool(text) == bool(file):
            self.add_error("days", "请粘贴或选择文件，二者取一。")
            return cleaned
        try:
            self.rows = _rows(text, file)
        except DomainError as error:
            self.add_error("file" if file else "days", str(error))
        return cleaned


def _rows(text: str, file: UploadedFile | None) -> tuple[Row, ...]:
    if file is None:
        return rows_of_text(text)
    return rows_of_file(file.read(MAX_BYTES + 1), file.name or "")
