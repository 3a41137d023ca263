"""What every kind of question to a sender has in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from django.http import QueryDict

from tuban.core.errors import DomainError
from tuban.parcels.models import Upload


class Question(Protocol):
    """What a partial shows. `asks` names the kind."""

    @property
    def asks(self) -> str:
        """Name of the kind of question."""
        ...


class AnswerRefused(DomainError):
    """答复有误: nothing has been changed."""

    def __init__(self, message: str, *, cause: str, remedy: str) -> None:
        super().__init__(
            message, code="import.answer_refused", kind="invalid", cause=cause, remedy=remedy
        )


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of question.

    Attributes:
        show: Upload, what was just posted or None, the objection to it or None → what the partial
            shows; typed answers are kept.
        read: Upload and what was posted → the answer for `Upload.choices`. Raises `AnswerRefused`.
    """

    show: Callable[[Upload, QueryDict | None, AnswerRefused | None], Question]
    read: Callable[[Upload, QueryDict], dict[str, Any]]
