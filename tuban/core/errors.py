"""Errors for people: what is wrong, where, why, and what to do about it."""

from __future__ import annotations

from typing import Literal

Kind = Literal["invalid", "conflict", "forbidden", "absent"]


class DomainError(Exception):
    """A refusal that a person can understand and act on.

    Args:
        message: one Chinese sentence saying what was refused.
        code: stable English identifier, e.g. `fact.in_future`; tests and the API rely on it.
        kind: `invalid` (the input is wrong), `conflict` (somebody else was first), `forbidden`
            (not this person's act), `absent` (no such thing for this person).
        place: where in the input, e.g. `第 17 行"批准面积"`.
        cause: why it is refused.
        remedy: what to do next.
        article: the instrument and article that say so, where law is the reason.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str,
        kind: Kind,
        place: str | None = None,
        cause: str | None = None,
        remedy: str | None = None,
        article: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.kind: Kind = kind
        self.place = place
        self.cause = cause
        self.remedy = remedy
        self.article = article

    def __str__(self) -> str:
        """The whole refusal in one line, for logs and the command line."""
        parts = [f"{self.place}：{self.message}" if self.place else self.message]
        if self.cause:
            parts.append(f"原因：{self.cause}")
        if self.article:
            parts.append(f"依据：{self.article}")
        if self.remedy:
            parts.append(f"处理：{self.remedy}")
        return " ".join(parts)
