"""What the desk's forms accept."""

from __future__ import annotations

from pathlib import PurePath

from django import forms
from django.core.files.uploadedfile import UploadedFile

from tuban.parcels.imports.gate import MAX_FILE_BYTES, MAX_ROWS, SUFFIXES

MAX_FILE_MB = MAX_FILE_BYTES // (1024 * 1024)
LIMITS = f"{'、'.join(SUFFIXES)}，不超过 {MAX_FILE_MB} MB、{MAX_ROWS // 10_000} 万行"


class UploadForm(forms.Form):
    """上传台账. What is inside the file is looked at by the job, not here."""

    file = forms.FileField(
        label="台账文件",
        error_messages={
            "required": "请先选择一份台账文件。",
            "empty": "文件是空的，请核对后重新选择。",
            "missing": "请先选择一份台账文件。",
            "invalid": "请先选择一份台账文件。",
        },
    )

    def clean_file(self) -> UploadedFile:
        """Refuses by size and extension before a byte is kept."""
        file: UploadedFile = self.cleaned_data["file"]
        suffix = PurePath(file.name or "").suffix.lower()
        if suffix not in SUFFIXES:
            raise forms.ValidationError(
                f"不能接收 {suffix or '没有扩展名'} 的文件。请在 WPS 或 Excel 中另存为"
                "“Excel 工作簿（.xlsx）”后再上传。"
            )
        if (file.size or 0) > MAX_FILE_BYTES:
            raise forms.ValidationError(
                f"文件超过 {MAX_FILE_MB} MB。请按旗区拆成几份，或删去图片后再上传。"
            )
        return file
