"""What a bulletin's actions refuse, in words: place, cause, remedy."""

from __future__ import annotations

from datetime import date

from tuban.bulletins.models import Bulletin, BulletinState
from tuban.core.errors import DomainError


class DraftRefused(DomainError):
    """不能起草. `field` names the input at fault."""

    field = ""

    @classmethod
    def no_subject(cls) -> DraftRefused:
        """Nothing to report on was chosen."""
        made = cls(
            "没有选择通报事项。",
            code="bulletin.no_subject",
            kind="invalid",
            place="事项",
            remedy="请至少选择一项。",
        )
        made.field = "subjects"
        return made

    @classmethod
    def ahead(cls, on: date) -> DraftRefused:
        """The day has not come."""
        made = cls(
            f"截至日期 {on} 在今天之后。",
            code="bulletin.ahead",
            kind="invalid",
            place="截至",
            cause="通报只写已经发生的情况；将来的情形是预测，请在看板查看。",
            remedy="请把截至日期改为今天或以前。",
        )
        made.field = "on"
        return made


class NotOpen(DomainError):
    """不在这个环节: somebody else was first, or it is too early or too late."""

    def __init__(self, bulletin: Bulletin) -> None:
        super().__init__(
            "这份通报现在不能这样办理，没有改动。",
            code="bulletin.not_open",
            kind="conflict",
            cause=f"它的状态是“{BulletinState(bulletin.state).label}”，或者已经作废、已经送审过。",
            remedy="请刷新页面，按最新的状态办理。已签发的通报不能修改，只能作废后重新起草。",
        )


class Changed(DomainError):
    """别的岗位先改了: the drafter's page is out of date."""

    def __init__(self) -> None:
        super().__init__(
            "没有保存：打开页面之后，别的岗位先修改了这份草稿。",
            code="bulletin.changed",
            kind="conflict",
            cause="两个岗位同时修改同一份草稿，后保存的不能盖掉先保存的。",
            remedy="您写的文字还在下面；请先复制，再重新打开草稿，核对后重新填写。",
        )


class SamePost(DomainError):
    """岗位须分离: the post has already had its part."""

    def __init__(self, act: str) -> None:
        super().__init__(
            f"本岗位不能{act}这份通报。",
            code="bulletin.same_post",
            kind="forbidden",
            cause="起草、审核、签发须由三个不同的岗位办理，本岗位已经办理过其中一个环节。",
            remedy=f"请由另一岗位{act}。",
        )


class RemarkMissing(DomainError):
    """缺少理由."""

    def __init__(self, act: str) -> None:
        super().__init__(
            f"没有{act}：理由须写明，且不超过 300 字。",
            code="bulletin.remark",
            kind="invalid",
            place="理由",
            remedy="请写明理由后再办理；理由会留在办理记录里。",
        )


class NumberRefused(DomainError):
    """不能编号."""

    @classmethod
    def form(cls, prefix: str) -> NumberRefused:
        """The 代字 would not make an official number."""
        return cls(
            f"发文机关代字“{prefix}”不合规范，没有签发。",
            code="bulletin.prefix",
            kind="invalid",
            place="发文机关代字",
            cause="发文字号的形式是“代字〔年份〕序号号”，代字为 2 至 14 个汉字。",
            remedy="请填写本单位通报专用的代字，例如某自然资通。",
        )

    @classmethod
    def taken(cls, prefix: str) -> NumberRefused:
        """Another region numbers its bulletins with it."""
        return cls(
            f"代字“{prefix}”已由另一地区使用，没有签发。",
            code="bulletin.prefix_taken",
            kind="conflict",
            place="发文机关代字",
            cause="一个代字在一年里只有一个序列，序号须连续。",
            remedy="请填写本地区通报专用的代字。",
        )
