"""待答复: what only the sender can tell before a file can be read.

Reading raises `Asked` instead of guessing. Staging keeps the questions in `Upload.offers`, the page
puts them, and the answers stand in `Upload.choices` under the same name when the file is read again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

HEADINGS = "headings"
"""Name of the questions about columns: `offer["asks"]` and the key of their answers."""


class Asked(Exception):
    """The file can be read once somebody has answered.

    Attributes:
        offers: One `{"asks": name, …}` for each kind of question; the page has a partial for each
            name, `imports/_questions.html` says which.
        message: In a sentence, what is asked.
        mapping: 表头对照 as far as it is known, for `Upload.mapping`.
    """

    def __init__(
        self,
        offers: Sequence[dict[str, Any]],
        message: str,
        *,
        mapping: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.offers = list(offers)
        self.message = message
        self.mapping = mapping or {}
