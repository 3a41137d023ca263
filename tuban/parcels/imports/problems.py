"""What is wrong with a file or with one of its rows, in words for the person who sent it.

A file that cannot be taken at all raises `Unreadable`. A row's problems are collected: an error
keeps the row waiting, a remark (待说明) does not.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from tuban.core.errors import DomainError
from tuban.parcels.imports.ledger import BY_KEY

ERROR = "error"
REMARK = "remark"


class Unreadable(DomainError):
    """文件不能导入: nothing of it has been stored."""

    def __init__(
        self, message: str, *, code: str, cause: str, remedy: str, place: str | None = None
    ) -> None:
        super().__init__(
            message, code=f"import.{code}", kind="invalid", place=place, cause=cause, remedy=remedy
        )


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of one row.

    Attributes:
        key: Column of the ledger; empty for the row as a whole.
        stated: 载明, the cell as it stands in the file.
        message: What is wrong and why.
        remedy: 可接受的值 or what to do.
        level: `error` keeps the row out; `remark` is only shown.
        stored: 库内, where the record says otherwise.
    """

    code: str
    key: str
    stated: str
    message: str
    remedy: str
    level: str = ERROR
    article: str = ""
    stored: str = ""

    @property
    def heading(self) -> str:
        """The column's heading, 整行 for the row as a whole."""
        return BY_KEY[self.key].heading if self.key else "整行"

    def as_json(self) -> dict[str, Any]:
        """The problem as `StagedRow.errors` keeps it, the heading beside the key."""
        return {**asdict(self), "column": self.heading}
