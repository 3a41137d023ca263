"""Refusals that several readers share, each with a way out."""

from __future__ import annotations

from tuban.parcels.imports.problems import Unreadable

FORMATS = ".xlsx、.xls、.ods、.csv"


def not_a_ledger(cause: str) -> Unreadable:
    """The content is none of the formats a ledger may have."""
    return Unreadable(
        f"文件不是可以导入的表格（{FORMATS}）。",
        code="not_a_ledger",
        cause=cause,
        remedy="请在 WPS 或 Excel 中“另存为”Excel 工作簿（.xlsx）后再上传。",
    )


def encrypted() -> Unreadable:
    """A password is needed to open the file."""
    return Unreadable(
        "工作簿已加密，打不开。",
        code="encrypted",
        cause="文件设有打开密码。",
        remedy="请在 WPS 或 Excel 中取消打开密码，另存后再上传；不要把密码写在文件名里。",
    )


def has_macros(cause: str) -> Unreadable:
    """The workbook carries a program. It would not be run, but it would be kept and passed on."""
    return Unreadable(
        "工作簿含有宏，没有打开。",
        code="macros",
        cause=cause,
        remedy="请另存为不含宏的 Excel 工作簿（.xlsx），查杀病毒后再上传。",
    )


def calls_out(cause: str) -> Unreadable:
    """A formula or link starts a program or an address when the file is opened."""
    return Unreadable(
        "工作簿含有对外调用，没有打开。",
        code="calls_out",
        cause=cause,
        remedy="请把台账选择性粘贴为数值，复制到空白模板中再上传。",
    )


def too_many_rows(cause: str) -> Unreadable:
    """A sheet longer than is borne."""
    return Unreadable(
        "工作表行数过多。",
        code="too_many_rows",
        cause=cause,
        remedy="请删去数据区以下的行，或按旗区拆成几份后再上传。",
    )


def too_many_columns(cause: str) -> Unreadable:
    """A sheet wider than is borne."""
    return Unreadable(
        "工作表列数过多。",
        code="too_many_columns",
        cause=cause,
        remedy="请删去数据区以右的列后再上传。",
    )


def cell_too_long(place: str, most: int) -> Unreadable:
    """A cell with more text than a spreadsheet program can hold."""
    return Unreadable(
        "有一个单元格的文字过长。",
        code="cell_too_long",
        place=place,
        cause=f"一个单元格最多 {most} 个字；缺一个引号也会使后面的内容连成一格。",
        remedy="请核对这一行的分隔符和引号后再上传。",
    )
