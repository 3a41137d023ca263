"""What the desk's forms accept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from tuban.parcels.imports.gate import MAX_ROWS, SUFFIXES, most_bytes
from tuban.parcels.imports.limits import MAX_BOUNDARY_BYTES, MAX_FILE_BYTES, MEGABYTE

MAX_FILES = 20
MAX_TOTAL_BYTES = 200 * MEGABYTE
"""Of all files handed in at once."""
MAX_FILE_MB = MAX_FILE_BYTES // MEGABYTE
LIMITS = (
    f"可同时选多份：{'、'.join(SUFFIXES)}；每份台账不超过 {MAX_FILE_MB} MB、{MAX_ROWS // 10_000} 万行，"
    f"界址不超过 {MAX_BOUNDARY_BYTES // MEGABYTE} MB，一次不超过 {MAX_FILES} 份、{MAX_TOTAL_BYTES // MEGABYTE} MB"
)
_NONE_CHOSEN = "请先选择一份台账文件。"


@dataclass(frozen=True, slots=True)
class Handed:
    """Files handed in together. `refused`: sentences, one for each file that is not taken."""

    taken: tuple[UploadedFile, ...]
    refused: tuple[str, ...]


class SeveralFiles(forms.FileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """All files of the name."""
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class FilesField(forms.Field):
    """Several files; one that cannot be taken does not stop the others."""

    widget = SeveralFiles

    def clean(self, value: Iterable[UploadedFile] | None) -> Handed:
        """Refuses by number, size and extension before a byte is kept."""
        files = [file for file in value or () if file]
        if not files:
            raise forms.ValidationError(_NONE_CHOSEN)
        if len(files) > MAX_FILES:
            raise forms.ValidationError(
                f"一次最多上传 {MAX_FILES} 份，选了 {len(files)} 份。请分几次上传。"
            )
        total = sum(file.size or 0 for file in files)
        if total > MAX_TOTAL_BYTES:
            raise forms.ValidationError(
                f"几份文件共 {total // MEGABYTE} MB，一次不超过 {MAX_TOTAL_BYTES // MEGABYTE} MB。"
                "请分几次上传。"
            )
        objections = [(file, _objection(file)) for file in files]
        taken = tuple(file for file, objection in objections if not objection)
        alone = len(files) == 1
        refused = tuple(
            objection if alone else f"“{file.name}”：{objection}"
            for file, objection in objections
            if objection
        )
        if not taken:
            raise forms.ValidationError(list(refused))
        return Handed(taken, refused)


class UploadForm(forms.Form):
    """上传台账. What is inside the files is looked at by the job, not here."""

    file = FilesField(label="台账文件")


def _objection(file: UploadedFile) -> str:
    """Why a file is not taken; empty when it is."""
    name = file.name or ""
    suffix = PurePath(name).suffix.lower()
    if suffix not in SUFFIXES:
        return (
            f"不能接收 {suffix or '没有扩展名'} 的文件。请在 WPS 或 Excel 中另存为"
            "“Excel 工作簿（.xlsx）”后再上传。"
        )
    if not file.size:
        return "文件是空的，请核对后重新选择。"
    most = most_bytes(name)
    if file.size > most:
        return f"文件超过 {most // MEGABYTE} MB。请按旗区拆成几份，或删去图片后再上传。"
    return ""
