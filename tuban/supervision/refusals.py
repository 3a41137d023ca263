"""What the actions on tasks refuse, in words: place, cause, remedy."""

from __future__ import annotations

from tuban.core.errors import DomainError
from tuban.supervision.models import Duty


class SameUnit(DomainError):
    """上报与核验须分离: the unit that owes or reported does not decide."""

    def __init__(self, act: str, name: str, deciders: str) -> None:
        super().__init__(
            f"本单位不能{act}“{name}”承办的事项，没有改动。",
            code="task.same_unit",
            kind="forbidden",
            cause="上报的单位不能核验自己的事项；本次未予办理已记入办理记录。",
            remedy=f"请由{deciders}办理。",
        )


class NotDecider(DomainError):
    """不是核验单位."""

    def __init__(self, act: str, deciders: str) -> None:
        super().__init__(
            f"本岗位不能{act}这件事项，没有改动。",
            code="task.not_decider",
            kind="forbidden",
            cause=f"它由{deciders}核验；本次未予办理已记入办理记录。",
            remedy=f"请由{deciders}办理。",
        )


class NotOwner(DomainError):
    """不是本单位的事项."""

    def __init__(self, name: str, act: str) -> None:
        super().__init__(
            f"本岗位不能{act}，没有改动。",
            code="task.not_owner",
            kind="forbidden",
            cause=f"这件事项属于“{name}”。",
            remedy=f"请由“{name}”的岗位办理；单位没有账号的，请系统管理员先建账号。",
        )


class NotOpen(DomainError):
    """不在这个环节: somebody else was first, or it is too early or too late."""

    def __init__(self, duty: Duty) -> None:
        super().__init__(
            "这件事项现在不能这样办理，没有改动。",
            code="task.not_open",
            kind="conflict",
            cause=f"它的状态是“{duty.get_state_display()}”。",
            remedy="请刷新页面，按最新的状态办理。",
        )


class WordsMissing(DomainError):
    """缺少文字. `field` names the input at fault."""

    def __init__(self, what: str, most: int) -> None:
        super().__init__(
            f"没有办理：{what}须写明，且不超过 {most} 字。",
            code="task.words",
            kind="invalid",
            place=what,
            remedy=f"请写明{what}后再办理；写下的文字会留在办理记录里。",
        )


class EvidenceRefused(DomainError):
    """佐证不合要求."""

    def __init__(self, message: str, *, code: str, cause: str = "", remedy: str) -> None:
        super().__init__(
            message, code=f"task.{code}", kind="invalid", place="佐证", cause=cause, remedy=remedy
        )

    @classmethod
    def none(cls) -> EvidenceRefused:
        """A report without evidence closes nothing."""
        return cls(
            "没有上报：至少附一项佐证。",
            code="no_evidence",
            cause="销号以佐证为准，只写文字不能核验。",
            remedy="请填写文件的文号、机关和日期，或上传附件，或填写地块编号。",
        )

    @classmethod
    def paper(cls, missing: str) -> EvidenceRefused:
        """A paper that cannot be found again by what was written."""
        return cls(
            f"文件佐证缺少{missing}。",
            code="paper",
            cause="文号、机关、日期齐全才能查到原件。",
            remedy="请补全三项，或清空三项改用其他佐证。",
        )


class ArrangementRefused(DomainError):
    """节点或承办单位不能这样调整."""

    def __init__(self, message: str, *, code: str, place: str, cause: str, remedy: str) -> None:
        super().__init__(
            message, code=f"task.{code}", kind="invalid", place=place, cause=cause, remedy=remedy
        )
