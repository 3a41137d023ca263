"""上传方案: what the upload form accepts."""

from __future__ import annotations

from pathlib import PurePath

from django import forms
from django.core.files.uploadedfile import UploadedFile

from tuban.documents.sources import MOST_BYTES

SUFFIXES = (".docx", ".txt")
MEGABYTE = 1024 * 1024
LIMITS = f"txt、docx，不超过 {MOST_BYTES // MEGABYTE} MB；扫描件、加密文件读不了"


class PlanForm(forms.Form):
    """上传方案. What is inside the file is looked at by the job, not here."""

    file = forms.FileField(
        label="方案文件",
        error_messages={
            "required": "请先选择一份方案文件。",
            "empty": "文件是空的，请核对后重新选择。",
        },
    )

    def clean_file(self) -> UploadedFile:
        """Refuses by size and extension before a byte is kept."""
        file: UploadedFile = self.cleaned_data["file"]
        suffix = PurePath(file.name or "").suffix.lower()
        if suffix not in SUFFIXES:
            raise forms.ValidationError(
                f"不能接收 {suffix or '没有扩展名'} 的文件，目前只读 txt 和 docx。"
                "PDF、扫描件请先转成有文字的 docx；旧版 doc 请用 Word 或 WPS 另存为 docx；"
                "台账请走“导入”。"
            )
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(
                f"文件有 {(file.size or 0) // MEGABYTE} MB，超过上限 {MOST_BYTES // MEGABYTE} MB。"
                "请只上传方案正文与附表，去掉图片、扫描件。"
            )
        return file
