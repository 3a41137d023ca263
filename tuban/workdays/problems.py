"""What is wrong with a list of days, in words for whoever imports it."""

from __future__ import annotations

from dataclasses import dataclass

from tuban.core.errors import DomainError


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of one row.

    Attributes:
        place: Where it stands: 第 3 行.
        stated: What is written there.
        message: What is wrong and what to do.
    """

    place: str
    stated: str
    message: str


class NothingRead(DomainError):
    """没有读到日期: neither text nor file, or no table in it."""

    def __init__(self, cause: str) -> None:
        super().__init__(
            "没有读到节假日安排。",
            code="workdays.nothing_read",
            kind="invalid",
            cause=cause,
            remedy="请粘贴或上传两列：日期，放假或上班；每天一行。",
        )


class WithProblems(DomainError):
    """安排有误: nothing is imported while a row is wrong."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        first = problems[0]
        super().__init__(
            f"没有导入：有 {len(problems)} 处需要改正。",
            code="workdays.problems",
            kind="invalid",
            place=first.place,
            cause=first.message,
            remedy="请对照通知原文逐处改正，再重新核对。",
        )
        self.problems = problems


class Overtaken(DomainError):
    """已有更新的安排: somebody imported the year while the preview was open."""

    def __init__(self, year: int) -> None:
        super().__init__(
            f"没有导入：{year} 年的节假日安排刚刚被别的岗位导入。",
            code="workdays.overtaken",
            kind="conflict",
            remedy="请重新核对，看清与现有安排的差异后再确认。",
        )


class ReasonMissing(DomainError):
    """没有写理由: a year that is known already is replaced only with a reason."""

    def __init__(self, year: int) -> None:
        super().__init__(
            f"没有导入：{year} 年已有节假日安排，须写明替换的理由。",
            code="workdays.reason",
            kind="invalid",
            remedy="请在“理由”中写明，例如“国务院办公厅调整了安排”，不超过 300 字。",
        )


class NoticeUnnamed(DomainError):
    """没有写发文字号."""

    def __init__(self) -> None:
        super().__init__(
            "没有导入：缺少通知的发文字号。",
            code="workdays.doc_no",
            kind="invalid",
            remedy="请填写国务院办公厅通知的发文字号，例如“国办发明电〔2024〕12号”，不超过 80 字。",
        )


class BadYear(DomainError):
    """年份不对."""

    def __init__(self, written: str) -> None:
        super().__init__(
            f"年份“{written[:20]}”无法识别。",
            code="workdays.year",
            kind="invalid",
            place="年份",
            remedy="请写 2004 至 2100 之间的四位年份。",
        )
